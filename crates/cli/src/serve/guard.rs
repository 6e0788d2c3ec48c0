//! Who may ask: the right method, the right `Host` and `Origin`, the token.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::http::header::{ALLOW, AUTHORIZATION, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;

use super::answer::sentence;

/// Shorter tokens could be found by trying.
pub(super) const SHORTEST_TOKEN: usize = 8;

const COOKIE_NAME: &str = "binlogscope";

/// Long enough, and fit to stand in a URL and in a cookie without escapes.
pub(super) fn acceptable(token: &str) -> bool {
    token.len() >= SHORTEST_TOKEN
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// Decides about requests before anything is looked up.
#[derive(Debug)]
pub(super) struct Guard {
    address: SocketAddr,
    token: Option<String>,
}

/// Why a request gets no further.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Only reading is possible here.
    Method,
    /// The request is meant for another name than this server's.
    Host,
    /// A page of another site asks.
    Origin,
    /// The token is missing or wrong.
    Token,
    /// The token was right and stood in the URL: it goes into a cookie, out of the history.
    TokenFromUrl {
        /// The same address without the token.
        location: String,
        token: String,
    },
}

impl Refusal {
    pub(super) fn into_answer(self) -> Response {
        match self {
            Self::Method => {
                let mut response = sentence(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are possible here.");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                response
            }
            Self::Host => sentence(
                StatusCode::FORBIDDEN,
                "This name is not that of this server. Open the address that it printed when it started.",
            ),
            Self::Origin => sentence(StatusCode::FORBIDDEN, "Pages of other sites may not read from this server."),
            Self::Token => sentence(
                StatusCode::UNAUTHORIZED,
                "A token is needed: open the address that the server printed when it started, ?token= included.",
            ),
            Self::TokenFromUrl { location, token } => see_other(&location, &token),
        }
    }
}

/// `Lax`, since a link in a chat that leads here is a navigation started elsewhere, and `Strict`
/// would hide the cookie from the very request that follows this redirect.
fn see_other(location: &str, token: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let cookie = format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Lax");
    if let (Ok(location), Ok(cookie)) = (HeaderValue::from_str(location), HeaderValue::from_str(&cookie)) {
        response.headers_mut().insert(LOCATION, location);
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

impl Guard {
    pub(super) fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token }
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub(super) fn check(&self, request: &Parts) -> Result<(), Refusal> {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return Err(Refusal::Method);
        }
        let host = self.check_host(&request.headers)?;
        check_origin(&request.headers, host)?;
        self.check_token(request)
    }

    /// A site that makes its name point to loopback can have a browser send requests here, but
    /// they carry that site's name as `Host`. The port is left open: it tells nothing about who
    /// asks, and a tunnel may have another. Behind a token any name will do, since a browser
    /// sends the cookie only to the name that it was set for.
    fn check_host<'r>(&self, headers: &'r HeaderMap) -> Result<&'r str, Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).ok_or(Refusal::Host)?;
        if hosts.next().is_some() {
            return Err(Refusal::Host);
        }
        let name = host_name(host).ok_or(Refusal::Host)?;
        let ours = match name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(ip) => ip == self.address.ip() || (ip.is_loopback() && self.address.ip().is_loopback()),
            Err(_) => name.eq_ignore_ascii_case("localhost") && self.address.ip().is_loopback(),
        };
        if ours || !self.address.ip().is_loopback() { Ok(host) } else { Err(Refusal::Host) }
    }

    fn check_token(&self, request: &Parts) -> Result<(), Refusal> {
        let Some(token) = &self.token else { return Ok(()) };
        let headers = &request.headers;
        if bearer(headers).is_some_and(|given| same(given, token)) || cookies(headers).any(|given| same(given, token)) {
            return Ok(());
        }
        let query = request.uri.query().unwrap_or("");
        let (tokens, rest): (Vec<&str>, Vec<&str>) =
            query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| pair.starts_with("token="));
        if !tokens.iter().any(|pair| same(&pair["token=".len()..], token)) {
            return Err(Refusal::Token);
        }
        // One slash only: `//name` would lead to another host.
        let path = format!("/{}", request.uri.path().trim_start_matches('/'));
        let location = if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) };
        Err(Refusal::TokenFromUrl { location, token: token.clone() })
    }
}

/// Browsers say where a script's request comes from; a request without `Origin` comes from no
/// page's script, or from this page itself.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    for origin in headers.get_all(ORIGIN) {
        let origin = origin.to_str().map_err(|_| Refusal::Origin)?;
        let from = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !from.is_some_and(|from| from.eq_ignore_ascii_case(host)) {
            return Err(Refusal::Origin);
        }
    }
    Ok(())
}

/// `name:port` or `[v6]:port` without the port.
fn host_name(host: &str) -> Option<&str> {
    let end = match host.strip_prefix('[') {
        Some(v6) => v6.find(']')? + 2,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(end);
    let port_is_one = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    (port_is_one && !name.is_empty()).then_some(name)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .flat_map(|cookie| cookie.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
}

/// Takes as long whatever the first wrong character is, so that the time tells nothing.
fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = axum::http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    fn guard(address: &str, token: Option<&str>) -> Guard {
        Guard::new(address.parse().expect("an address"), token.map(Into::into))
    }

    #[test]
    fn hosts_of_a_loopback_server() {
        let guard = guard("127.0.0.1:8321", None);
        for host in ["127.0.0.1:8321", "localhost:8321", "LOCALHOST", "[::1]:8321", "127.0.0.1:9000"] {
            assert_eq!(guard.check(&request("/", &[("host", host)])), Ok(()), "{host}");
        }
        let wrong =
            ["evil.example", "localhost.evil.example:8321", "127.0.0.1.evil.example", "10.0.0.1:8321", "", "[::1"];
        for host in wrong {
            assert_eq!(guard.check(&request("/", &[("host", host)])), Err(Refusal::Host), "{host}");
        }
        assert_eq!(guard.check(&request("/", &[])), Err(Refusal::Host));
        let two = request("/", &[("host", "127.0.0.1:8321"), ("host", "evil.example")]);
        assert_eq!(guard.check(&two), Err(Refusal::Host));
    }

    #[test]
    fn origins_are_the_host_or_none() {
        let guard = guard("127.0.0.1:8321", None);
        let from = |origin| guard.check(&request("/", &[("host", "127.0.0.1:8321"), ("origin", origin)]));
        assert_eq!(from("http://127.0.0.1:8321"), Ok(()));
        for origin in ["http://evil.example", "http://127.0.0.1:9999", "null", "http://localhost:8321", "file://"] {
            assert_eq!(from(origin), Err(Refusal::Origin), "{origin}");
        }
    }

    #[test]
    fn tokens_by_cookie_header_and_url() {
        let guard = guard("10.0.0.1:8321", Some("long-enough"));
        let host = ("host", "db.example:8321");
        assert_eq!(guard.check(&request("/", &[host])), Err(Refusal::Token));
        assert_eq!(guard.check(&request("/?token=long-enougH", &[host])), Err(Refusal::Token));
        assert_eq!(guard.check(&request("/", &[host, ("cookie", "a=b; binlogscope=long-enough")])), Ok(()));
        assert_eq!(guard.check(&request("/", &[host, ("cookie", "binlogscope=other-thing")])), Err(Refusal::Token));
        assert_eq!(guard.check(&request("/", &[host, ("authorization", "Bearer long-enough")])), Ok(()));
        let redirect =
            |location: &str| Err(Refusal::TokenFromUrl { location: location.into(), token: "long-enough".into() });
        assert_eq!(guard.check(&request("/?token=long-enough", &[host])), redirect("/"));
        assert_eq!(guard.check(&request("/a?x=1&token=long-enough&y=2", &[host])), redirect("/a?x=1&y=2"));
        assert_eq!(guard.check(&request("//evil.example/?token=long-enough", &[host])), redirect("/evil.example/"));
    }

    #[test]
    fn only_tokens_that_need_no_escape() {
        assert!(acceptable("abcDEF-._~09"));
        for token in ["short", "with space", "semi;colon", "per%20cent", "ümlaut-ümlaut"] {
            assert!(!acceptable(token), "{token}");
        }
    }
}
