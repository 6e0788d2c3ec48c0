//! Commands over http, from a server on loopback with the faults that servers have.
#![cfg(feature = "http")]

mod run;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::thread;

/// What a server does wrong, and what it was asked.
#[derive(Clone, Debug, Default)]
struct Host {
    bytes: Vec<u8>,
    /// A 200 with everything answers a range.
    no_ranges: bool,
    status: Option<u16>,
    /// Answers of which only half comes, before the others come whole.
    drops: u32,
    etag: Option<String>,
    /// After this many answers the file is another one.
    changes_after: Option<usize>,
    asked: Vec<String>,
}

fn host(host: Host) -> (String, Arc<Mutex<Host>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/logs/binlog.000042?signature=secret", listener.local_addr().expect("bound"));
    let host = Arc::new(Mutex::new(host));
    let shared = host.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // The client may leave whenever it likes.
            let _ = answer(&stream, &shared);
        }
    });
    (url, host)
}

fn answer(mut stream: &TcpStream, host: &Mutex<Host>) -> std::io::Result<()> {
    let (mut range, mut if_range) = (None, None);
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next().transpose()?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        match name.to_ascii_lowercase().as_str() {
            "range" => range = Some(value.trim().to_owned()),
            "if-range" => if_range = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut host = host.lock().expect("whole");
    host.asked.push(range.clone().unwrap_or_default());
    if host.changes_after.is_some_and(|after| host.asked.len() > after) {
        host.etag = Some("\"another\"".into());
    }
    let size = host.bytes.len();
    let part = range.as_deref().and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let same = if_range.is_none() || if_range == host.etag;
    let (status, start, end) = match (host.status, part) {
        (Some(status), _) => (status, 0, 0),
        (None, Some((first, last))) if !host.no_ranges && same => {
            let start = first.parse().unwrap_or(0);
            (206, start, last.parse().map_or(size, |last: usize| (last + 1).min(size)))
        }
        _ => (200, 0, size),
    };
    let tag = host.etag.as_ref().map(|tag| format!("ETag: {tag}\r\n")).unwrap_or_default();
    let content_range =
        if status == 206 { format!("Content-Range: bytes {start}-{}/{size}\r\n", end - 1) } else { String::new() };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{tag}{content_range}\r\n",
        end - start
    );
    stream.write_all(head.as_bytes())?;
    let body = host.bytes[start..end].to_vec();
    let cut = host.drops > 0;
    host.drops = host.drops.saturating_sub(1);
    drop(host);
    stream.write_all(if cut { &body[..body.len() / 2] } else { &body })
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples").join(name)).expect("readable")
}

/// More than one range: the sample's events again and again.
fn large() -> Vec<u8> {
    let plain = sample("mysql-9.7-shop.binlog");
    let size = |at: usize| u32::from_le_bytes(plain[at + 9..at + 13].try_into().expect("four bytes")) as usize;
    let first = 4 + size(4);
    let mut out = plain.clone();
    while out.len() < 3_300_000 {
        out.extend(&plain[first..]);
    }
    out
}

fn run(arguments: &[&str]) -> Output {
    run::run(arguments, b"")
}

fn plain_dump(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("http-{name}"));
    std::fs::write(&path, bytes).expect("writable");
    run(&["dump", "--format", "json", path.to_str().expect("UTF-8")]).stdout
}

#[test]
fn a_dump_is_that_of_the_file_whatever_the_server_does() {
    let bytes = large();
    let wanted = plain_dump("whatever", &bytes);
    let tag = Some("\"one\"".to_owned());
    for (what, served) in [
        ("ranges", Host { bytes: bytes.clone(), etag: tag.clone(), ..Host::default() }),
        ("no version", Host { bytes: bytes.clone(), ..Host::default() }),
        ("no ranges", Host { bytes: bytes.clone(), no_ranges: true, ..Host::default() }),
        ("broken connections", Host { bytes: bytes.clone(), etag: tag, drops: 3, ..Host::default() }),
    ] {
        let (url, host) = host(served);
        let output = run(&["dump", "--format", "json", &url]);
        assert!(output.stdout == wanted, "{what}: {}", String::from_utf8_lossy(&output.stderr));
        let asked = host.lock().expect("whole").asked.clone();
        assert!(asked.iter().all(|range| range.starts_with("bytes=")), "{asked:?}");
        assert_eq!(asked.len() > 2, what != "no ranges", "{what}: {asked:?}");
    }
}

#[test]
fn a_file_that_changes_is_not_mixed() {
    let served = Host { bytes: large(), etag: Some("\"one\"".into()), changes_after: Some(2), ..Host::default() };
    let (url, _) = host(served);
    let output = run(&["dump", "--format", "json", &url]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("changed on its server"));
    assert!(output.stdout.len() > 100_000, "what came before is printed");
}

#[test]
fn what_cannot_be_read_is_said_without_the_secrets_of_the_address() {
    for (status, text) in [(404, "There is nothing at"), (403, "without permission"), (500, "with status 500")] {
        let (url, _) = host(Host { status: Some(status), ..Host::default() });
        let output = run(&["verify", &url]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(text) && !said.contains("secret"), "{said}");
    }
    let (url, _) = host(Host { bytes: b"no log at all\n".repeat(100), ..Host::default() });
    let output = run(&["dump", &url]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("This is text") && !said.contains("secret"), "{said}");
}

#[test]
fn a_wrapped_file_is_unpacked_from_its_address() {
    let plain = sample("mariadb-11.8-shop.binlog");
    let wanted = plain_dump("wrapped", &plain);
    let wrapped = zstd::encode_all(&plain[..], 3).expect("memory");
    for no_ranges in [false, true] {
        let (url, _) = host(Host { bytes: wrapped.clone(), no_ranges, ..Host::default() });
        let output = run(&["dump", "--format", "json", &url]);
        assert!(output.stdout == wanted, "{}", String::from_utf8_lossy(&output.stderr));
    }
}
