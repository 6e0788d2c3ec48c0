//! Live servers as inputs: `mysql://user@host:port`.

use std::fmt;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use binlog_format::Flavor;
use binlog_replica::{Options, Password, SslMode, StreamOptions};
use clap::Args;
use percent_encoding::percent_decode_str;

use crate::reasons::in_words;

/// How to connect to a live server. The password is in the environment variable MYSQL_PWD, or in the `[client]` part of
/// --defaults-file, or asked for at a terminal; never in the address, which every process could read.
#[derive(Args, Clone, Debug, Default)]
pub struct UpstreamOptions {
    /// TLS: disabled, preferred, required, verify-ca or verify-identity.
    #[arg(long, value_name = "MODE", value_parser = ssl_mode, default_value = "preferred")]
    pub ssl_mode: SslMode,
    /// Certificates of authorities (PEM), for verify-ca and verify-identity.
    #[arg(long, value_name = "FILE")]
    pub ssl_ca: Option<PathBuf>,
    /// This client's certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "ssl_key")]
    pub ssl_cert: Option<PathBuf>,
    /// The key of that certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "ssl_cert")]
    pub ssl_key: Option<PathBuf>,
    /// Without TLS, ask the server for the RSA key that the password is encrypted with; for networks that are trusted.
    #[arg(long)]
    pub get_server_public_key: bool,
    /// A file whose `[client]` part has `password=`.
    #[arg(long, value_name = "FILE")]
    pub defaults_file: Option<PathBuf>,
    /// This replica's server id; without it a free one is chosen.
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(u32).range(1..))]
    pub server_id: Option<u32>,
    /// Seconds of silence after which the server gives a sign of life.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub heartbeat: u32,
    /// Whose server it is, where a proxy between greets as another's: mysql or mariadb.
    #[arg(long, value_parser = flavor)]
    pub flavor: Option<Flavor>,
    /// End where the server's last log ends, instead of waiting for more.
    #[arg(long)]
    pub non_block: bool,
}

fn flavor(text: &str) -> Result<Flavor, String> {
    [Flavor::Mysql, Flavor::Mariadb]
        .into_iter()
        .find(|flavor| flavor.text() == text)
        .ok_or_else(|| "mysql or mariadb is wanted".into())
}

fn ssl_mode(text: &str) -> Result<SslMode, String> {
    text.parse().map_err(|()| "disabled, preferred, required, verify-ca or verify-identity is wanted".into())
}

/// Why an address is none, without what may be secret in it.
#[derive(Debug, PartialEq, Eq)]
pub struct NoAddress(&'static str);

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mysql://user@host:3306 is wanted: {}", self.0)
    }
}

/// User, host and port of an address.
fn parse(url: &str) -> Result<(String, String, u16), NoAddress> {
    let rest = url.strip_prefix("mysql://").or_else(|| url.strip_prefix("mariadb://"));
    let rest = rest.ok_or(NoAddress("the address begins otherwise"))?;
    let (user, place) = rest.rsplit_once('@').ok_or(NoAddress("it names no user"))?;
    if user.contains(':') {
        return Err(NoAddress("a password does not belong there, but into MYSQL_PWD or --defaults-file"));
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(Into::into);
    let user: String = decoded(user).map_err(|_| NoAddress("the user is no text"))?;
    let place = place.trim_end_matches('/');
    // Addresses of version 6 have colons of their own, and brackets around them.
    let (host, port) = match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, after)) => (host, after.strip_prefix(':')),
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Ok(3306), str::parse).map_err(|_| NoAddress("the port is no number"))?;
    if user.is_empty() || host.is_empty() || host.contains(['/', '?']) {
        return Err(NoAddress("user or host are missing, or something follows them"));
    }
    Ok((user, host.into(), port))
}

impl UpstreamOptions {
    /// The stream of the server at this address, from its oldest log on.
    ///
    /// # Errors
    ///
    /// In words.
    pub fn stream(&self, url: &str) -> Result<StreamOptions, String> {
        let (user, host, port) = parse(url).map_err(|error| error.to_string())?;
        let mut options = Options::new(host, user);
        options.port = port;
        options.password = self.password()?;
        options.ssl.mode = self.ssl_mode;
        options.ssl.ca = self.ssl_ca.clone();
        (options.ssl.cert, options.ssl.key) = (self.ssl_cert.clone(), self.ssl_key.clone());
        options.get_server_public_key = self.get_server_public_key;
        let mut stream = StreamOptions::new(options).map_err(|error| in_words(&error))?;
        stream.server_id = self.server_id;
        stream.heartbeat = Duration::from_secs(self.heartbeat.into());
        stream.blocking = !self.non_block;
        stream.flavor = self.flavor;
        Ok(stream)
    }

    /// The same: where nothing has the password, who sits at the terminal is asked for it.
    ///
    /// # Errors
    ///
    /// In words.
    pub fn stream_or_ask(&self, url: &str) -> Result<StreamOptions, String> {
        let mut stream = self.stream(url)?;
        if !self.tells_password() {
            ask(&mut stream)?;
        }
        Ok(stream)
    }

    /// Whether a password is named, be it an empty one.
    pub fn tells_password(&self) -> bool {
        self.defaults_file.is_some() || std::env::var_os("MYSQL_PWD").is_some()
    }

    fn password(&self) -> Result<Password, String> {
        let Some(path) = &self.defaults_file else {
            return Ok(std::env::var_os("MYSQL_PWD")
                .map(|word| Password::new(word.into_encoded_bytes()))
                .unwrap_or_default());
        };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = zeroize::Zeroizing::new(text);
        Ok(password_of(&text).map(Password::new).unwrap_or_default())
    }
}

/// Asks who sits at the terminal for the password, if there is one.
///
/// # Errors
///
/// In words: the terminal is gone.
pub fn ask(stream: &mut StreamOptions) -> Result<(), String> {
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        let prompt = format!("Password of {} at {}: ", stream.connect.user, stream.connect.host);
        let word = rpassword::prompt_password(prompt).map_err(|error| error.to_string())?;
        stream.connect.password = Password::new(word);
    }
    Ok(())
}

/// The password in the `[client]` part, with or without quotes.
fn password_of(text: &str) -> Option<&str> {
    let mut client = false;
    let mut password = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            client = line.eq_ignore_ascii_case("[client]");
        } else if let Some((name, value)) = line.split_once('=').filter(|_| client)
            && name.trim() == "password"
        {
            let value = value.trim();
            let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
            password = Some(quoted.unwrap_or(value));
        }
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let of = |user: &str, host: &str, port| Ok((user.to_owned(), host.to_owned(), port));
        assert_eq!(parse("mysql://repl@db.example:3307"), of("repl", "db.example", 3307));
        assert_eq!(parse("mariadb://re%40pl@[::1]:3308/"), of("re@pl", "::1", 3308));
        assert_eq!(parse("mysql://repl@db"), of("repl", "db", 3306));
        for wrong in ["http://a@b", "mysql://b", "mysql://a@b:x", "mysql://@b", "mysql://a@b/c", "mysql://a@"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let secret = parse("mysql://repl:secret@db").expect_err("a password").to_string();
        assert!(secret.contains("MYSQL_PWD") && !secret.contains("secret"), "{secret}");
    }

    #[test]
    fn passwords_of_files() {
        let text = "[mysqld]\npassword=no\n[client]\nuser = repl\npassword = \"se cret\"\n[other]\npassword=no\n";
        assert_eq!(password_of(text), Some("se cret"));
        assert_eq!(password_of("[client]\npassword=a=b"), Some("a=b"));
        assert_eq!(password_of("[mysqld]\npassword=no"), None);
    }
}
