//! `serve` as a client meets it: real sockets on loopback, HTTP written by hand, so that nothing
//! between the test and the bytes mends what is wrong. Every wait has a limit.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use binlogscope::serve::{ServeError, ServeOptions, Server};

const LIMIT: Duration = Duration::from_secs(20);

/// A server on a free port, stopped when dropped.
struct Running {
    address: SocketAddr,
    url: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn start(options: ServeOptions) -> Self {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let server = Server::bind(options).await.expect("it listens");
                tell.send((server.address(), server.url())).expect("the test waits");
                let shutdown = async {
                    let _ = stopped.await;
                };
                server.run(shutdown).await.expect("it serves");
            });
        });
        let (address, url) = told.recv_timeout(LIMIT).expect("the server starts");
        Self { address, url, stop: Some(stop), thread: Some(thread) }
    }

    fn with_files(files: &[&PathBuf]) -> Self {
        let files = files.iter().map(|file| (*file).clone()).collect();
        Self::start(ServeOptions { files, listen: "127.0.0.1:0".into(), ..ServeOptions::default() })
    }

    fn with_token() -> Self {
        let token = Some("a-good-token".into());
        Self::start(ServeOptions { listen: "127.0.0.1:0".into(), token, ..ServeOptions::default() })
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        self.raw(format!("{request}\r\n").as_bytes())
    }

    fn raw(&self, request: &[u8]) -> Answer {
        let mut socket = self.connect();
        socket.write_all(request).expect("the request is sent");
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).expect("an answer in time");
        Answer::parse(&bytes)
    }

    fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect_timeout(&self.address, LIMIT).expect("it accepts");
        socket.set_read_timeout(Some(LIMIT)).expect("a limit");
        socket
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(std::thread::JoinHandle::join);
        if !std::thread::panicking() {
            ended.expect("started").expect("the server ends without a panic");
        }
    }
}

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = std::str::from_utf8(&bytes[..end]).expect("a head in ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self { status: status.parse().expect("a number"), headers, body: bytes[end + 4..].to_vec() }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A folder of this test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("binlogscope-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn assert_security_headers(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.split("; ").any(|held| held == part), "{what}: {part} in {policy:?}");
    }
    assert!(!policy.contains("unsafe-inline"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert_ne!(answer.header("cache-control"), "", "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
}

#[test]
fn every_answer_carries_the_security_headers() {
    let folder = Folder::new("headers");
    let file = folder.file("one.binlog", b"0123456789");
    let server = Running::with_files(&[&file]);
    let answers = [
        ("page", server.get("/", &[])),
        ("missing", server.get("/nothing.js", &[])),
        ("file", server.get("/files/0/one.binlog", &[])),
        ("range", server.get("/files/0/one.binlog", &[("Range", "bytes=2-3")])),
        ("no range", server.get("/files/0/one.binlog", &[("Range", "bytes=99-")])),
        ("index", server.get("/files/index.json", &[])),
        ("method", server.ask("POST", "/", &[("Content-Length", "0")])),
        ("host", server.get("/", &[("Host", "evil.example")])),
        ("origin", server.get("/", &[("Origin", "http://evil.example")])),
    ];
    for (what, answer) in &answers {
        assert_security_headers(answer, what);
        // Without a live server other pages may show the page, and nothing that was refused.
        let refused = matches!(*what, "method" | "host" | "origin");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy.contains("frame-ancestors 'none'"), refused, "{what}: {policy}");
        assert_eq!(answer.header("x-frame-options"), if refused { "DENY" } else { "" }, "{what}");
    }
    let statuses: Vec<u16> = answers[1..].iter().map(|(_, answer)| answer.status).collect();
    assert_eq!(statuses, [404, 200, 206, 416, 200, 405, 403, 403]);
}

#[test]
fn the_page_or_a_line_that_says_how_to_build_it() {
    let server = Running::with_files(&[]);
    let answer = server.get("/", &[]);
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/index.html");
    if std::path::Path::new(built).exists() {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(!answer.text().contains("binlogscope-files"), "no hint without files");
        let tag = answer.header("etag");
        let again = server.get("/", &[("If-None-Match", tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0));
    } else {
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains("cargo xtask build"), "{}", answer.text());
    }
}

#[test]
fn the_page_goes_out_in_the_form_that_the_client_accepts() {
    let server = Running::with_files(&[]);
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/page.js.br");
    if !std::path::Path::new(built).exists() {
        return assert_eq!(server.get("/page.js.br", &[]).status, 404);
    }
    let plain = server.get("/page.js", &[]);
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept-Encoding"));
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip")] {
        let packed = server.get("/page.js", &[("Accept-Encoding", accepted)]);
        assert_eq!(packed.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(packed.header("content-type"), plain.header("content-type"));
        assert!(packed.body.len() * 3 < plain.body.len(), "{accepted}: {}", packed.body.len());
        let again = [("Accept-Encoding", accepted), ("If-None-Match", packed.header("etag"))];
        assert_eq!((server.get("/page.js", &again).status, server.get("/page.js", &again).body.len()), (304, 0));
        tags.push(packed.header("etag").to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "a form has a tag of its own");
}

#[test]
fn other_hosts_and_origins_are_refused() {
    let server = Running::with_files(&[]);
    for host in ["evil.example", "127.0.0.1.evil.example:8321", "192.168.0.1"] {
        assert_eq!(server.get("/", &[("Host", host)]).status, 403, "{host}");
    }
    assert_eq!(server.raw(b"GET / HTTP/1.0\r\n\r\n").status, 403, "no host at all");
    assert_eq!(server.get("/", &[("Host", "localhost")]).status, server.get("/", &[]).status);
    let own = format!("http://{}", server.address);
    assert_ne!(server.get("/", &[("Origin", &own)]).status, 403);
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(server.get("/", &[("Origin", origin)]).status, 403, "{origin}");
    }
}

#[test]
fn files_whole_and_in_ranges() {
    let folder = Folder::new("ranges");
    let bytes: Vec<u8> = (0..1_000_003_u32).map(|n| (n % 251) as u8).collect();
    let file = folder.file("binlog.000001", &bytes);
    let server = Running::with_files(&[&file]);
    let url = "/files/0/binlog.000001";

    let whole = server.get(url, &[]);
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    assert_eq!(whole.header("content-type"), "application/octet-stream");
    assert_eq!(whole.header("content-length"), "1000003");
    assert_eq!(whole.header("cache-control"), "no-store");
    assert!(whole.body == bytes);

    let head = server.ask("HEAD", url, &[]);
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "1000003", 0));

    for (range, start, end) in [
        ("0-0", 0, 1),
        ("500000-700000", 500_000, 700_001),
        ("-3", 1_000_000, 1_000_003),
        ("1000000-", 1_000_000, 1_000_003),
    ] {
        let part = server.get(url, &[("Range", &format!("bytes={range}"))]);
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {start}-{}/1000003", end - 1));
        assert_eq!(part.header("content-length"), (end - start).to_string());
        assert!(part.body == bytes[start..end], "{range}");
    }
    let none = server.get(url, &[("Range", "bytes=1000003-")]);
    assert_eq!((none.status, none.header("content-range")), (416, "bytes */1000003"));
    let several = server.get(url, &[("Range", "bytes=0-1,5-6")]);
    assert_eq!((several.status, several.body.len()), (200, 1_000_003));
}

#[test]
fn who_comes_back_for_the_rest_learns_that_the_file_is_another() {
    let folder = Folder::new("versions");
    let mut log = b"\xfebin".to_vec();
    log.extend((0..300_u32).map(|n| n as u8));
    log[21] |= 1;
    let file = folder.file("binlog.000001", &log);
    let server = Running::with_files(&[&file]);
    let url = "/files/0/binlog.000001";
    let tag = server.get(url, &[]).header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "a strong one: {tag}");
    let resumed = |tag: &str| server.get(url, &[("Range", "bytes=100-109"), ("If-Range", tag)]);
    assert_eq!((resumed(&tag).status, resumed(&tag).body), (206, log[100..110].to_vec()));
    assert_eq!(resumed("\"another\"").status, 200, "the whole of what is there");
    // The server writes on, and closes the log.
    log.extend([7; 1000]);
    log[21] &= !1;
    std::fs::OpenOptions::new().write(true).open(&file).expect("the file").write_all(&log).expect("written");
    assert_eq!((resumed(&tag).status, resumed(&tag).header("etag")), (206, tag.as_str()));
    assert_eq!(server.get(url, &[("If-Match", &tag)]).body, log);
    // Another log of that name, longer than the one before.
    std::fs::remove_file(&file).expect("removed");
    log[30] ^= 1;
    folder.file("binlog.000001", &log);
    assert_eq!((resumed(&tag).status, resumed(&tag).body), (200, log.clone()));
    let refused = server.get(url, &[("Range", "bytes=100-109"), ("If-Match", &tag)]);
    assert_eq!(refused.status, 412);
    assert_ne!(refused.header("etag"), tag);
    assert_eq!(server.get(url, &[("If-Match", &format!("\"x\", {}", refused.header("etag")))]).status, 200);
    assert_eq!(server.get(url, &[("If-Match", "*")]).status, 200);
}

#[test]
fn a_growing_file_shows_what_it_has_at_each_request() {
    let folder = Folder::new("growing");
    let file = folder.file("live.binlog", b"");
    let server = Running::with_files(&[&file]);
    let url = "/files/0/live.binlog";
    assert_eq!(server.get(url, &[]).body, b"");
    assert_eq!(server.get(url, &[("Range", "bytes=0-")]).header("content-range"), "bytes */0");

    let mut growing = std::fs::OpenOptions::new().append(true).open(&file).expect("the file");
    growing.write_all(b"first").expect("written");
    assert_eq!(server.get(url, &[]).body, b"first");
    growing.write_all(b" second").expect("written");
    let tail = server.get(url, &[("Range", "bytes=5-")]);
    assert_eq!(
        (tail.status, tail.header("content-range"), tail.body.as_slice()),
        (206, "bytes 5-11/12", &b" second"[..])
    );
    assert!(server.get("/files/index.json", &[]).text().contains("\"size\":12"));
}

#[test]
fn the_index_lists_names_sizes_and_urls_that_work() {
    let folder = Folder::new("index");
    let plain = folder.file("a.000001", b"aa");
    let odd = folder.file("50% of ü?#.binlog", b"bbb");
    let server = Running::with_files(&[&plain, &odd]);
    let index = server.get("/files/index.json", &[]);
    assert_eq!(index.header("content-type"), "application/json");
    let list: serde_json::Value = serde_json::from_slice(&index.body).expect("JSON");
    assert_eq!(list[0], serde_json::json!({ "name": "a.000001", "size": 2, "url": "files/0/a.000001" }));
    assert_eq!((&list[1]["name"], &list[1]["size"]), (&"50% of ü?#.binlog".into(), &3.into()));
    let url = format!("/{}", list[1]["url"].as_str().expect("a url"));
    assert_eq!(server.get(&url, &[]).body, b"bbb");
}

#[test]
fn nothing_beside_the_named_files_is_reachable() {
    let folder = Folder::new("beside");
    let named = folder.file("named.binlog", b"named");
    folder.file("secret.txt", b"secret");
    let server = Running::with_files(&[&named]);
    for path in [
        "/files/0/secret.txt",
        "/files/0/../secret.txt",
        "/files/0/%2e%2e/secret.txt",
        "/files/0/named.binlog/../secret.txt",
        "/files/0/named.binlog/",
        "/files/0/",
        "/files/0",
        "/files/",
        "/files",
        "/files/1/named.binlog",
        "/files/-1/named.binlog",
        "/files/0/%ff",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/%00",
    ] {
        assert_eq!(server.get(path, &[]).status, 404, "{path}");
    }
    assert_eq!(server.get("/files/0/named.binlog", &[]).body, b"named");
    std::fs::remove_file(&named).expect("removed");
    let gone = server.get("/files/0/named.binlog", &[]);
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("gone"), "{}", gone.text());
}

#[test]
fn a_token_opens_by_url_then_cookie_or_by_header() {
    let server = Running::with_token();
    let without = server.get("/", &[]);
    assert_eq!(without.status, 401);
    assert!(without.text().contains("token"));
    assert_security_headers(&without, "401");
    assert_eq!(server.get("/?token=a-bad-token!", &[]).status, 401);

    let (_, query) = server.url.split_once('?').expect("the printed address has the token");
    let moved = server.get(&format!("/?{query}"), &[]);
    assert_eq!((moved.status, moved.header("location")), (303, "/"));
    let cookie = moved.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair");
    assert_ne!(server.get("/", &[("Cookie", cookie)]).status, 401);
    assert_ne!(server.get("/", &[("Authorization", "Bearer a-good-token")]).status, 401);
    assert_eq!(server.get("/files/index.json", &[]).status, 401);
}

#[test]
fn refuses_to_start_when_others_could_connect_or_a_file_is_none() {
    let folder = Folder::new("refuses");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let bind = |files: Vec<PathBuf>, listen: &str, token: Option<&str>| {
        let options =
            ServeOptions { files, listen: listen.into(), token: token.map(Into::into), ..ServeOptions::default() };
        runtime.block_on(Server::bind(options))
    };
    let open = bind(Vec::new(), "0.0.0.0:0", None).expect_err("no token");
    assert!(matches!(open, ServeError::TokenNeeded { .. }) && open.to_string().contains("--token"), "{open}");
    let weak = bind(Vec::new(), "0.0.0.0:0", Some("short")).expect_err("a weak token");
    assert!(matches!(weak, ServeError::BadToken), "{weak}");
    let guarded = bind(Vec::new(), "0.0.0.0:0", Some("a-good-token")).expect("a token is enough");
    assert!(guarded.url().starts_with("http://127.0.0.1:"), "{}", guarded.url());

    let none = bind(Vec::new(), "nonsense", None).expect_err("no address");
    assert!(matches!(none, ServeError::BadAddress { .. }), "{none}");
    let taken = bind(Vec::new(), &guarded.address().to_string(), Some("a-good-token")).expect_err("taken");
    assert!(taken.to_string().contains("already taken"), "{taken}");

    for path in [folder.0.join("missing"), folder.0.clone()] {
        let refused = bind(vec![path.clone()], "127.0.0.1:0", None).expect_err("no file");
        assert!(matches!(refused, ServeError::File { .. }), "{refused}");
        assert!(refused.to_string().contains(&path.display().to_string()), "{refused}");
    }
}

#[test]
fn stopping_ends_idle_connections_and_unfinished_transfers() {
    let folder = Folder::new("stopping");
    let path = folder.file("large.binlog", b"");
    // Sparse: large enough that it cannot fit into the buffers of a socket nobody reads.
    let mut large = std::fs::OpenOptions::new().write(true).open(&path).expect("the file");
    large.seek(SeekFrom::Start(256 << 20)).and_then(|_| large.write_all(b"!")).expect("a large file");
    let server = Running::with_files(&[&path]);
    let idle = server.connect();
    let mut busy = server.connect();
    let request = format!("GET /files/0/large.binlog HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    busy.write_all(request.as_bytes()).expect("sent");
    let mut first = [0; 12];
    busy.read_exact(&mut first).expect("the transfer began");
    assert_eq!(&first, b"HTTP/1.1 200");
    let before = Instant::now();
    drop(server);
    assert!(before.elapsed() < LIMIT, "it took {:?}", before.elapsed());
    drop(idle);
}
