//! Real servers for tests, where the machine has them (`../shared/servers`).

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running server; stopped and its files removed when dropped.
#[derive(Debug)]
pub struct Server {
    script: PathBuf,
    port: String,
    /// Its files; the binary logs are in here.
    pub datadir: PathBuf,
}

impl Server {
    /// Starts `mysql-9.7`, `mariadb-11.8` or `mariadb-10.11` on a fresh directory. `None`, and a line that
    /// says so, if this machine cannot.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    pub fn start(name: &str, options: &[&str]) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/servers").join(name);
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port().to_string();
        let datadir = std::env::temp_dir().join(format!("binlogscope-{name}-{}-{port}", std::process::id()));
        let mut command = Command::new(&script);
        command.args(["start", "--port", &port, "--datadir"]).arg(&datadir).arg("--").args(options);
        let started = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).status();
        if !started.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: {name} does not start here");
            let _ = std::fs::remove_dir_all(&datadir);
            return None;
        }
        Some(Self { script, port, datadir })
    }

    /// Runs statements; what they print, columns separated by tabs, without headings.
    pub fn sql(&self, statements: &str) -> String {
        let mut client = Command::new(&self.script)
            .args(["client", "--port", &self.port, "--default-character-set=utf8mb4", "-N", "--raw"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let mut input = client.stdin.take().expect("piped");
        let statements = statements.to_owned();
        let writer = std::thread::spawn(move || input.write_all(statements.as_bytes()));
        let output = client.wait_with_output().expect("the client ends");
        let _ = writer.join();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("asked for UTF-8")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stop = Command::new(&self.script).args(["stop", "--datadir"]).arg(&self.datadir).output();
        if stop.is_ok() {
            let _ = std::fs::remove_dir_all(&self.datadir);
        }
    }
}
