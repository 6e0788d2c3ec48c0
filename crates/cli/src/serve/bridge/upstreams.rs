//! Which servers the bridge streams: named by who starts it, never by a page.

use std::fmt;
use std::path::PathBuf;

use binlog_replica::{Password, StreamOptions};
use percent_encoding::percent_decode_str;

use crate::upstream::UpstreamOptions;

/// A server that pages may look at.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// By which pages name it.
    pub name: String,
    /// How to connect; where to begin, the page says.
    pub stream: StreamOptions,
}

/// What `serve` has for live servers.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// The servers.
    pub upstreams: Vec<Upstream>,
    /// Folder for spools; the system's for temporary files, if none is given.
    pub spool: Option<PathBuf>,
    /// Bytes of a stream's spool.
    pub spool_limit: u64,
}

/// MiB of a stream's spool.
pub const SPOOL_LIMIT: u32 = 256;

impl Default for LiveOptions {
    fn default() -> Self {
        Self { upstreams: Vec::new(), spool: None, spool_limit: u64::from(SPOOL_LIMIT) << 20 }
    }
}

/// Upstreams, when none is named on the command line: one after the other, with spaces between.
const VARIABLE: &str = "BINLOGSCOPE_UPSTREAM";
/// Of the password that the servers' own clients read; with `_NAME` behind it, that of one upstream.
const PASSWORD: &str = "MYSQL_PWD";

/// Why there is no such upstream.
#[derive(Debug, PartialEq, Eq)]
enum NoUpstream {
    /// A name with other characters than letters, digits and - . _, or with none.
    Name(String),
    /// Two upstreams of one name.
    Twice(String),
    /// An option behind the `?` that is none.
    Option(String),
    /// The address, in words.
    Address(String),
}

impl fmt::Display for NoUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "an upstream's name has letters, digits and any of - . _, not {name:?}"),
            Self::Twice(name) => write!(f, "two upstreams are called {name:?}: name them, as in NAME=mysql://…"),
            Self::Option(option) => write!(
                f,
                "{option:?} is no option of an upstream: ssl-mode, ssl-ca, ssl-cert, ssl-key, defaults-file, server-id, \
                 heartbeat and get-server-public-key are"
            ),
            Self::Address(reason) => f.write_str(reason),
        }
    }
}

/// Puts a password into what has none.
pub type Ask = fn(&mut StreamOptions) -> Result<(), String>;

/// The upstreams of the command line, `[NAME=]mysql://user@host:port[?option=value&…]`; without any, those of the
/// environment. `shared` holds for all that do not say otherwise. Passwords that nothing names are asked for with
/// `ask`, once all else is known to be right.
///
/// # Errors
///
/// In words.
pub fn upstreams(named: &[String], shared: &UpstreamOptions, ask: Ask) -> Result<Vec<Upstream>, String> {
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    let named: Vec<&str> = match named {
        [] => variable.split_whitespace().collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    let mut all: Vec<Upstream> = Vec::new();
    let mut untold = Vec::new();
    for text in named {
        let (upstream, told) = parse(text, shared).map_err(|error| error.to_string())?;
        if all.iter().any(|other| other.name == upstream.name) {
            return Err(NoUpstream::Twice(upstream.name).to_string());
        }
        if !told {
            untold.push(all.len());
        }
        all.push(upstream);
    }
    for index in untold {
        all.get_mut(index).map_or(Ok(()), |upstream| ask(&mut upstream.stream))?;
    }
    Ok(all)
}

/// The upstream, and whether its password is named anywhere.
fn parse(text: &str, shared: &UpstreamOptions) -> Result<(Upstream, bool), NoUpstream> {
    // The name ends before the address begins, whatever stands in that.
    let scheme = text.find("://").unwrap_or(text.len());
    let (name, url) = match text.get(..scheme).and_then(|before| before.split_once('=')) {
        Some((name, _)) => (Some(name), text.get(name.len() + 1..).unwrap_or_default()),
        None => (None, text),
    };
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let mut options = shared.clone();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (option, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode_str(value).decode_utf8_lossy();
        set(&mut options, option, &value).ok_or_else(|| NoUpstream::Option(option.to_owned()))?;
    }
    let mut stream = options.stream(url).map_err(NoUpstream::Address)?;
    stream.blocking = true;
    let name = match name {
        Some(name) => name.to_owned(),
        None => stream.connect.host.replace(':', "."),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if name.is_empty() || !name.bytes().all(fits) {
        return Err(NoUpstream::Name(name));
    }
    let mut told = options.tells_password();
    let own = name.to_ascii_uppercase().replace(['-', '.'], "_");
    if let Some(word) = std::env::var_os(format!("{PASSWORD}_{own}")) {
        stream.connect.password = Password::new(word.into_encoded_bytes());
        told = true;
    }
    Ok((Upstream { name, stream }, told))
}

/// An option of one upstream; nothing, if there is no such option or value.
fn set(options: &mut UpstreamOptions, option: &str, value: &str) -> Option<()> {
    let path = || Some(PathBuf::from(value));
    match option {
        "ssl-mode" => options.ssl_mode = value.parse().ok()?,
        "ssl-ca" => options.ssl_ca = path(),
        "ssl-cert" => options.ssl_cert = path(),
        "ssl-key" => options.ssl_key = path(),
        "defaults-file" => options.defaults_file = path(),
        "server-id" => options.server_id = Some(value.parse().ok().filter(|id| *id > 0)?),
        "heartbeat" => options.heartbeat = value.parse().ok().filter(|seconds| *seconds > 0)?,
        "get-server-public-key" => options.get_server_public_key = matches!(value, "" | "true" | "1"),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use binlog_replica::SslMode;

    use super::*;

    #[test]
    fn names_addresses_and_options() {
        let shared = UpstreamOptions { heartbeat: 10, ..UpstreamOptions::default() };
        let all = upstreams(
            &[
                "mysql://repl@db.example:3307?ssl-mode=required&heartbeat=3".into(),
                "shop=mariadb://re%3Dpl@[::1]".into(),
                "mysql://repl@[fe80::1]:3308?server-id=7".into(),
            ],
            &shared,
            |_| Ok(()),
        )
        .expect("upstreams");
        let [first, second, third] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((first.name.as_str(), first.stream.connect.port), ("db.example", 3307));
        assert_eq!(first.stream.connect.ssl.mode, SslMode::Required);
        assert_eq!(first.stream.heartbeat.as_secs(), 3);
        assert_eq!((second.name.as_str(), second.stream.connect.user.as_str()), ("shop", "re=pl"));
        assert_eq!((second.stream.heartbeat.as_secs(), second.stream.blocking), (10, true));
        assert_eq!((third.name.as_str(), third.stream.server_id), ("fe80..1", Some(7)));
    }

    #[test]
    fn what_is_no_upstream() {
        let shared = UpstreamOptions { heartbeat: 10, ..UpstreamOptions::default() };
        for (text, says) in [
            ("a b=mysql://repl@db", "name"),
            ("=mysql://repl@db", "name"),
            ("mysql://repl@db?password=secret", "\"password\" is no option"),
            ("mysql://repl@db?ssl-mode=perhaps", "\"ssl-mode\" is no option"),
            ("mysql://repl:secret@db", "MYSQL_PWD"),
            ("db", "mysql://user@host"),
        ] {
            let said = upstreams(&[text.into()], &shared, |_| panic!("asked")).expect_err(text);
            assert!(said.contains(says) && !said.contains("secret"), "{text}: {said}");
        }
        let twice = ["mysql://a@db".to_owned(), "mysql://b@db".to_owned()];
        assert!(upstreams(&twice, &shared, |_| panic!("asked")).expect_err("twice").contains("NAME="));
    }

    /// One server has its password in a file, the other is asked for.
    #[test]
    fn who_is_asked_for() {
        if std::env::var_os(PASSWORD).is_some() {
            return;
        }
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "[client]\npassword=told\n").expect("writes");
        let shared = UpstreamOptions { heartbeat: 10, ..UpstreamOptions::default() };
        let named = [format!("a=mysql://a@db?defaults-file={}", file.path().display()), "b=mysql://b@db".into()];
        let all = upstreams(&named, &shared, |stream| {
            assert_eq!(stream.connect.user, "b");
            stream.connect.user.push_str(" was asked");
            Ok(())
        });
        let users = all.expect("upstreams").into_iter().map(|upstream| upstream.stream.connect.user);
        assert_eq!(users.collect::<Vec<_>>(), ["a", "b was asked"]);
        assert!(upstreams(&named, &shared, |_| Err("gone".into())).is_err_and(|error| error == "gone"));
    }
}
