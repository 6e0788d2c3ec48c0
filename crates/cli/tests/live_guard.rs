//! Who may open a WebSocket to the bridge, and what it takes from them; no server is needed for that.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use binlog_replica::{Options, StreamOptions};
use binlogscope::serve::{LiveOptions, ServeOptions, Server, Upstream};
use futures_util::{SinkExt, StreamExt};
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const LIMIT: Duration = Duration::from_secs(20);

/// `serve` with one upstream that is not there.
fn serve(token: Option<&str>) -> (Runtime, SocketAddr) {
    let runtime = Runtime::new().expect("a runtime");
    let mut options = Options::new("127.0.0.1", "repl");
    options.port = 1;
    let stream = StreamOptions::new(options).expect("random numbers");
    let live = LiveOptions { upstreams: vec![Upstream { name: "shop".into(), stream }], ..LiveOptions::default() };
    let options =
        ServeOptions { listen: "127.0.0.1:0".into(), token: token.map(Into::into), live, ..ServeOptions::default() };
    let server = runtime.block_on(Server::bind(options)).expect("it listens");
    let address = server.address();
    runtime.spawn(async move { server.run(std::future::pending()).await });
    (runtime, address)
}

/// A request for a WebSocket, or another one; the answer's head, and the socket.
fn ask(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (u16, String, TcpStream) {
    let mut socket = TcpStream::connect(address).expect("it accepts");
    socket.set_read_timeout(Some(LIMIT)).expect("a limit");
    let mut request = format!("GET {path} HTTP/1.1\r\n");
    let own = address.to_string();
    let usual = [
        ("Host", own.as_str()),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let given = |name: &str| headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    for (name, value) in usual.iter().filter(|(name, _)| !given(name)).chain(headers) {
        request += &format!("{name}: {value}\r\n");
    }
    socket.write_all(format!("{request}\r\n").as_bytes()).expect("it is sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).expect("an answer");
        head.extend(byte);
    }
    let head = String::from_utf8(head).expect("a head in ASCII");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, head, socket)
}

const SOCKET: &str = "/live/socket";

#[test]
fn no_other_page_shows_this_one_inside_of_itself_where_a_live_server_is() {
    let (_runtime, address) = serve(None);
    for path in ["/", "/live/upstreams.json", "/nothing"] {
        let (_, head, _) = ask(address, path, &[]);
        let head = head.to_ascii_lowercase();
        assert!(head.contains("frame-ancestors 'none'"), "{path}: {head}");
        assert!(head.contains("x-frame-options: deny"), "{path}: {head}");
    }
}

#[test]
fn a_page_of_another_site_gets_no_socket() {
    let (_runtime, address) = serve(None);
    let port = address.port();
    let status = |headers: &[(&str, &str)]| ask(address, SOCKET, headers).0;
    assert_eq!(status(&[]), 101);
    assert_eq!(status(&[("Origin", &format!("http://{address}"))]), 101);
    let local = format!("localhost:{port}");
    assert_eq!(status(&[("Host", &local), ("Origin", &format!("http://{local}"))]), 101);
    // A hostile page, one in a sandbox, one on another port of this machine.
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", &format!("http://{address}.evil.example")] {
        assert_eq!(status(&[("Origin", origin)]), 403, "{origin}");
    }
    // DNS rebinding: its own name, pointed here.
    for host in ["evil.example", &format!("evil.example:{port}"), &format!("127.0.0.1.evil.example:{port}")] {
        assert_eq!(status(&[("Host", host), ("Origin", &format!("http://{host}"))]), 403, "{host}");
        let (listed, head, _) = ask(address, "/live/upstreams.json", &[("Host", host)]);
        assert_eq!(listed, 403, "{host}");
        assert!(head.contains("content-security-policy") && head.contains("nosniff"), "{head}");
    }
}

#[test]
fn a_token_is_wanted_where_one_is_set() {
    let (_runtime, address) = serve(Some("a-good-token"));
    let status = |headers: &[(&str, &str)]| ask(address, SOCKET, headers).0;
    for headers in [&[][..], &[("Cookie", "binlogscope=a-bad-token!")], &[("Authorization", "Bearer a-good-toke")]] {
        assert_eq!(status(headers), 401, "{headers:?}");
    }
    assert_eq!(status(&[("Cookie", "binlogscope=a-good-token")]), 101);
    assert_eq!(status(&[("Authorization", "Bearer a-good-token")]), 101);
    // In the address it is for people: it becomes a cookie first.
    assert_eq!(ask(address, "/live/socket?token=a-good-token", &[]).0, 303);
    let other = ("Origin", "http://evil.example");
    assert_eq!(status(&[("Cookie", "binlogscope=a-good-token"), other]), 403, "also with the cookie");
}

#[test]
fn only_what_is_a_socket_becomes_one_and_paths_lead_nowhere_else() {
    let (_runtime, address) = serve(None);
    let (status, _, _) = ask(address, SOCKET, &[("Upgrade", "h2c")]);
    assert_eq!(status, 400);
    for path in [
        "/live/",
        "/live/socket/",
        "/live/../live/socket",
        "/live/%2e%2e/%2e%2e/etc/passwd",
        "/live/..%2f..%2fetc%2fpasswd",
        "/live/upstreams.json/../../Cargo.toml",
        "//live/socket/..",
    ] {
        assert_eq!(ask(address, path, &[]).0, 404, "{path}");
    }
    let (status, _, mut listed) = ask(address, "/live/upstreams.json", &[]);
    let mut body = vec![0; 100];
    let read = listed.read(&mut body).expect("a list");
    let body = String::from_utf8_lossy(&body[..read]).into_owned();
    assert_eq!(
        (status, body.as_str()),
        (200, r#"{"upstreams":[{"address":"repl@127.0.0.1:1","name":"shop"}],"version":1}"#)
    );
}

#[test]
fn what_is_no_message_closes_the_socket() {
    let (runtime, address) = serve(None);
    runtime.block_on(async {
        let large = format!("{{\"ack\":{}1}}", " ".repeat(1 << 20));
        for (message, answered) in [
            (Message::Text("{\"attach\":{\"upstream\":".into()), true),
            (Message::Text("\"pause\"".into()), true),
            (Message::Binary(vec![1; 100].into()), true),
            (Message::Text(large.into()), false),
            (Message::Binary(vec![1; 1 << 20].into()), false),
        ] {
            let (mut socket, _) = connect_async(format!("ws://{address}/live/socket")).await.expect("a socket");
            let hello = socket.next().await.expect("a message").expect("whole");
            assert!(hello.to_text().expect("a text").starts_with("{\"hello\":{\"version\":1,"));
            let _ = socket.send(message.clone()).await;
            let mut refused = false;
            let closed = async {
                while let Some(Ok(said)) = socket.next().await {
                    refused |= said.to_text().is_ok_and(|text| text.contains("protocol"));
                }
            };
            timeout(LIMIT, closed).await.expect("it is closed");
            assert!(refused || !answered, "{:.30}", message.to_string());
        }
    });
}

#[test]
fn a_thousand_connections_leave_room_for_the_page() {
    let (runtime, address) = serve(None);
    let mut sockets = Vec::new();
    let mut statuses = [0; 2];
    for _ in 0..1000 {
        let (status, head, socket) = ask(address, SOCKET, &[]);
        match status {
            101 => statuses[0] += 1,
            503 => statuses[1] += 1,
            other => panic!("{other}"),
        }
        assert!(status == 101 || head.contains("content-security-policy"), "{head}");
        sockets.push(socket);
    }
    assert_eq!(statuses, [64, 936]);
    assert_eq!(ask(address, "/live/upstreams.json", &[]).0, 200);
    // Who leaves makes room.
    sockets.truncate(10);
    let mut tries = 0;
    while ask(address, SOCKET, &[]).0 != 101 {
        tries += 1;
        assert!(tries < 200, "there is room again");
        runtime.block_on(tokio::time::sleep(Duration::from_millis(50)));
    }
}

/// A folder that no spool can be made in: no stream begins, and that is said.
#[test]
fn without_room_for_a_spool_no_stream_begins() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let runtime = Runtime::new().expect("a runtime");
    let mut options = Options::new("127.0.0.1", "repl");
    options.port = 1;
    let stream = StreamOptions::new(options).expect("random numbers");
    let upstreams = vec![Upstream { name: "shop".into(), stream }];
    // A folder inside of a file.
    let live = LiveOptions { upstreams, spool: Some(file.path().join("spool")), ..LiveOptions::default() };
    let options = ServeOptions { listen: "127.0.0.1:0".into(), live, ..ServeOptions::default() };
    let server = runtime.block_on(Server::bind(options)).expect("it listens");
    let address = server.address();
    runtime.spawn(async move { server.run(std::future::pending()).await });
    let said = runtime.block_on(async {
        let (mut socket, _) = connect_async(format!("ws://{address}{SOCKET}")).await.expect("a socket");
        let wanted = r#"{"attach":{"upstream":"shop","start":"oldest","resume":null}}"#;
        socket.send(Message::Text(wanted.into())).await.expect("it is sent");
        let mut said = String::new();
        while let Some(Ok(message)) = timeout(LIMIT, socket.next()).await.expect("in time") {
            said += message.to_text().unwrap_or_default();
        }
        said
    });
    assert!(said.contains("full") && !said.contains("attached"), "{said}");
}
