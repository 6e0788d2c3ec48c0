//! Every way in that real servers have: plugins, TLS modes, compression, and being refused.

#[allow(dead_code, reason = "shared")]
mod servers;

use std::sync::{Arc, Mutex};

use binlog_format::Flavor;
use binlog_replica::{Compress, Connection, Error, Observer, Options, ReasonCode, SslMode, TlsFault};
use mysql_protocol::Direction;

use crate::servers::{Server, skipped, start_or_named};

const PASSWORD: &str = "correct horse";

async fn account(root: &mut Connection, name: &str, how: &str) {
    for statement in [
        "SET sql_log_bin=0".to_owned(),
        format!("DROP USER IF EXISTS {name}@'%'"),
        format!("CREATE USER {name}@'%' {how}"),
        format!("GRANT REPLICATION SLAVE ON *.* TO {name}@'%'"),
    ] {
        root.query(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Of this plugin; on a server of somebody else it has to be nobody's.
fn user_of(plugin: &str) -> String {
    format!("blscope_{plugin}")
}

async fn leave(root: &mut Connection, users: &[&str]) {
    for user in users {
        root.query(&format!("DROP USER IF EXISTS {}@'%'", user_of(user))).await.expect("dropped");
    }
}

async fn logs_in(options: &Options) -> Connection {
    let mut connection = Connection::open(options, None).await.unwrap_or_else(|error| panic!("{options:?}: {error}"));
    assert_eq!(connection.value("SELECT 6*7").await.expect("it answers").as_deref(), Some("42"));
    connection
}

fn with(mut options: Options, mode: SslMode) -> Options {
    options.ssl.mode = mode;
    options
}

/// Every mode of TLS, with a certificate of the test's own authority.
async fn tls_modes(server: &Server, options: &Options) {
    if !server.is_own() {
        // What certificates it has, if any, nobody knows here.
        skipped("TLS of a server that is named by its address");
        return;
    }
    for (mode, tls) in [(SslMode::Disabled, false), (SslMode::Preferred, true), (SslMode::Required, true)] {
        assert_eq!(logs_in(&with(options.clone(), mode)).await.is_tls(), tls, "{mode:?}");
    }
    for mode in [SslMode::VerifyCa, SslMode::VerifyIdentity] {
        let mut options = with(options.clone(), mode);
        let unknown = Connection::open(&options, None).await;
        assert!(
            matches!(unknown, Err(Error::Tls(TlsFault::UnknownIssuer))),
            "nobody knows the test's authority: {unknown:?}"
        );
        options.ssl.ca = Some(server.certs.join("ca.pem"));
        assert!(logs_in(&options).await.is_tls());
        options.ssl.ca = Some(server.certs.join("none.pem"));
        assert!(matches!(Connection::open(&options, None).await, Err(Error::Tls(TlsFault::File(..)))));
    }
}

/// The client's own certificate.
async fn client_certificate(server: &Server, root: &mut Connection, how: &str) {
    if !server.is_own() {
        skipped("certificates of clients, with a server that is named by its address");
        return;
    }
    account(root, &user_of("certified"), &format!("{how} REQUIRE X509")).await;
    let mut options = with(server.options(&user_of("certified"), PASSWORD), SslMode::Required);
    let refused = Connection::open(&options, None).await;
    assert!(matches!(refused, Err(Error::Server { code: 1045, .. })), "{refused:?}");
    options.ssl.cert = Some(server.certs.join("client-cert.pem"));
    options.ssl.key = Some(server.certs.join("client-key.pem"));
    assert!(logs_in(&options).await.is_tls());
}

/// Values of more than a packet, whatever it is compressed with.
async fn compression(options: &Options, kinds: &[Compress]) {
    for kind in kinds {
        let mut options = options.clone();
        options.compress = *kind;
        let mut connection = logs_in(&options).await;
        let most = connection.value("SELECT @@max_allowed_packet").await.expect("a limit").expect("a limit");
        let most: usize = most.parse().expect("a number");
        for length in [10, 5_000, 16_777_210, 16_777_211, 17_000_000].into_iter().filter(|length| length + 4 < most) {
            let value = connection.value(&format!("SELECT REPEAT('tea.', {length} DIV 4 + 1)")).await.expect("a value");
            assert_eq!(value.map(|value| value.len()), Some((length / 4 + 1) * 4), "{kind:?}");
        }
        connection.close().await;
    }
}

async fn wrong_password(server: &Server, user: &str) {
    let mut options = with(server.options(user, "battery staple"), SslMode::Preferred);
    options.get_server_public_key = true;
    let error = Connection::open(&options, None).await.expect_err("refused");
    assert!(matches!(error, Error::Server { code: 1045, .. }), "{error}");
    assert!(error.says(ReasonCode::WrongPassword) && !error.is_passing(), "{error}");
    assert!(!format!("{options:?}").contains("battery"), "options show no password");
}

/// What a bridge would send on has neither the password nor what was made of it.
async fn blanked(options: &Options) {
    // As it was, and as it would be sent on.
    type Kept = Vec<(Vec<u8>, Vec<u8>)>;
    let said: Arc<Mutex<Kept>> = Arc::default();
    let kept = said.clone();
    let observer: Observer = Box::new(move |said| {
        let mut payload = said.payload.to_vec();
        let blanked = said.before.blank(said.from, &mut payload);
        assert!(said.from == Direction::Client || blanked < said.payload.len() || said.payload.len() < 2);
        kept.lock().expect("whole").push((said.payload.to_vec(), payload));
    });
    let mut connection = Connection::open(options, Some(observer)).await.expect("logs in");
    connection.value("SELECT 1").await.expect("answers");
    let said = said.lock().expect("whole");
    assert!(said.len() > 6);
    let password = PASSWORD.as_bytes();
    let has = |payload: &[u8]| payload.windows(password.len()).any(|window| window == password);
    assert!(!said.iter().any(|(_, blanked)| has(blanked)));
    assert!(said.iter().filter(|(payload, blanked)| payload != blanked).count() >= 2);
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(test);
}

#[test]
fn mysql_lets_in_by_every_plugin() {
    let Some(server) = start_or_named("mysql-9.7", "login") else { return };
    run(async {
        let mut root = server.root().await;
        assert_eq!(root.flavor(), Flavor::Mysql, "{}", root.version());
        tls_modes(&server, &server.options("root", "")).await;
        for plugin in ["caching_sha2_password", "sha256_password"] {
            let how = format!("IDENTIFIED WITH {plugin} BY '{PASSWORD}'");
            let user = user_of(plugin);
            account(&mut root, &user, &how).await;
            root.query("FLUSH PRIVILEGES").await.expect("the cache is empty");
            let plain = server.options(&user, PASSWORD);
            let refused = Connection::open(&plain, None).await;
            assert!(matches!(refused, Err(Error::InsecurePassword(_))), "{plugin}: {refused:?}");
            // RSA, then again (caching_sha2_password knows it by now), then through TLS with nothing known.
            let mut rsa = plain.clone();
            rsa.get_server_public_key = true;
            blanked(&rsa).await;
            logs_in(&rsa).await;
            if plugin == "caching_sha2_password" {
                logs_in(&plain).await;
            }
            root.query("FLUSH PRIVILEGES").await.expect("the cache is empty");
            blanked(&with(plain.clone(), SslMode::Required)).await;
            wrong_password(&server, &user).await;
        }
        let how = format!("IDENTIFIED WITH caching_sha2_password BY '{PASSWORD}'");
        client_certificate(&server, &mut root, &how).await;
        compression(&server.options("root", ""), &[Compress::No, Compress::Zlib, Compress::Zstd]).await;
        leave(&mut root, &["caching_sha2_password", "sha256_password", "certified"]).await;
    });
}

fn mariadb(name: &str, parsec: bool) {
    let Some(server) = start_or_named(name, "login") else { return };
    run(async {
        let mut root = server.root().await;
        assert!(root.version().starts_with("1"), "without the 5.5.5- of old: {}", root.version());
        tls_modes(&server, &server.options("root", "")).await;
        let mut plugins = vec!["mysql_native_password"];
        for (plugin, file) in
            [("ed25519", "auth_ed25519"), ("parsec", "auth_parsec")].into_iter().take(1 + usize::from(parsec))
        {
            match root.query(&format!("INSTALL PLUGIN IF NOT EXISTS {plugin} SONAME '{file}'")).await {
                Ok(_) => plugins.push(plugin),
                // The account may create users, no more than that.
                Err(error) if !server.is_own() => skipped(&format!("{plugin}: {error}")),
                Err(error) => panic!("{plugin}: {error}"),
            }
        }
        for plugin in &plugins {
            let user = user_of(plugin);
            account(&mut root, &user, &format!("IDENTIFIED VIA {plugin} USING PASSWORD('{PASSWORD}')")).await;
            let plain = server.options(&user, PASSWORD);
            blanked(&plain).await;
            if server.is_own() {
                logs_in(&with(plain, SslMode::Required)).await;
            }
            wrong_password(&server, &user).await;
        }
        let how = format!("IDENTIFIED VIA mysql_native_password USING PASSWORD('{PASSWORD}')");
        client_certificate(&server, &mut root, &how).await;
        compression(&server.options("root", ""), &[Compress::No, Compress::Zlib]).await;
        let mut zstd = server.options("root", "");
        zstd.compress = Compress::Zstd;
        assert!(matches!(Connection::open(&zstd, None).await, Err(Error::NoCompression)));
        leave(&mut root, &plugins).await;
        leave(&mut root, &["certified"]).await;
    });
}

#[test]
fn mariadb_11_lets_in_by_every_plugin() {
    mariadb("mariadb-11.8", true);
}

#[test]
fn mariadb_10_lets_in_by_every_plugin() {
    mariadb("mariadb-10.11", false);
}

/// go-mysql 861: a server that accepts and then says nothing.
#[test]
fn go_mysql_hung_without_a_greeting() {
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut options = Options::new("127.0.0.1", "root");
        options.port = listener.local_addr().expect("an address").port();
        options.timeout = std::time::Duration::from_millis(200);
        let error = Connection::open(&options, None).await.expect_err("silence");
        assert!(matches!(error, Error::Silent(_)) && error.is_passing(), "{error}");
        drop(listener);
        let error = Connection::open(&options, None).await.expect_err("nobody");
        assert!(error.says(ReasonCode::RefusedAdvice), "{error}");
    });
}
