//! Servers from the programs on PATH: `mysqld`, `mariadbd`.

use std::ffi::OsStr;
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// A server's program, and the process that runs it.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    mariadb: bool,
    running: Mutex<Option<Child>>,
}

/// The file of this name in a folder of PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Whether a server of this version stands in for the one that a test names: any MySQL for MySQL; of MariaDB, 10 and
/// what came after it are told apart.
pub fn stands_in(name: &str, mariadb: bool, version: &str) -> bool {
    match name.strip_prefix("mariadb-") {
        Some(wanted) => mariadb && wanted.starts_with("10.") == version.starts_with("10."),
        None => !mariadb,
    }
}

fn runs(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Makes an authority, and certificates of the server and of a client; gives the server's options for them.
pub fn certificates(folder: &Path) -> Vec<String> {
    const SCRIPT: &str = r#"set -e; cd "$1"
        ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        openssl req -x509 $ec -days 30 -subj "/CN=test CA" -keyout ca-key.pem -out ca.pem
        echo "subjectAltName=DNS:localhost,IP:127.0.0.1" > names
        for who in server client; do
            openssl req $ec -subj "/CN=$who" -keyout $who-key.pem -out $who.csr
            openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile names \
                -out $who-cert.pem
        done"#;
    std::fs::create_dir_all(folder).expect("a folder");
    runs(Command::new("sh").args(["-c", SCRIPT, "sh"]).arg(folder));
    [("ca", "ca.pem"), ("cert", "server-cert.pem"), ("key", "server-key.pem")]
        .map(|(option, file)| format!("--ssl-{option}={}", folder.join(file).display()))
        .into()
}

impl Program {
    /// The one that stands in for a server of this name.
    pub fn find(name: &str) -> Option<Self> {
        ["mariadbd", "mysqld"].into_iter().filter_map(on_path).find_map(|path| {
            // mysqld  Ver 8.4.7 for Linux …, mariadbd  Ver 11.8.3-MariaDB …
            let said = runs(Command::new(&path).args(["--no-defaults", "--version"]));
            let version = said.split_once("Ver ").map_or("", |(_, version)| version);
            let mariadb = said.contains("MariaDB");
            stands_in(name, mariadb, version).then(|| Self { path, mariadb, running: Mutex::default() })
        })
    }

    fn command(&self, program: &OsStr, data: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        // As root it runs only if it is told to.
        if runs(Command::new("id").arg("-u")).trim() == "0" {
            command.arg("--user=root");
        }
        command
    }

    /// An empty data directory, whose root has no password.
    pub fn initialize(&self, data: &Path) {
        std::fs::create_dir_all(data).expect("a folder");
        if self.mariadb {
            let install = ["mariadb-install-db", "mysql_install_db"].into_iter().find_map(on_path);
            let install = install.expect("mariadb-install-db, which makes a data directory, on PATH");
            let mut command = self.command(install.as_os_str(), data);
            runs(command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]));
        } else {
            runs(self.command(self.path.as_os_str(), data).arg("--initialize-insecure"));
        }
    }

    /// Runs it, and returns when it greets.
    pub fn start(&self, data: &Path, port: u16, options: &[String]) {
        let mut command = self.command(self.path.as_os_str(), data);
        command.args([&format!("--port={port}"), &format!("--server-id={port}")]).args([
            // Relative to the data directory, whose path may be too long.
            "--socket=server.sock",
            "--pid-file=server.pid",
            "--bind-address=127.0.0.1",
            "--secure-file-priv=",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--max-allowed-packet=256M",
            "--sync-binlog=0",
            "--innodb-flush-log-at-trx-commit=2",
        ]);
        if self.mariadb {
            command.arg("--gtid-strict-mode=ON");
        } else {
            command.args(["--mysqlx=OFF", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"]);
        }
        let log = std::fs::File::create(data.join("error.log")).expect("a log");
        let child = command.args(options).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let mut running = self.running.lock().expect("whole");
        let child = running.insert(child.expect("it runs"));
        let begun = Instant::now();
        while !greets(port) {
            let ended = child.try_wait().expect("a state");
            let slow = begun.elapsed() > PATIENCE * 3;
            if ended.is_some() || slow {
                panic!(
                    "{command:?}: {ended:?}: {}",
                    std::fs::read_to_string(data.join("error.log")).unwrap_or_default()
                );
            }
            pause();
        }
    }

    /// Ends the process: it is asked to, or killed.
    pub fn end(&self, signal: &str) {
        let Some(mut child) = self.running.lock().ok().and_then(|mut running| running.take()) else { return };
        let _ = Command::new("kill").args([signal, &child.id().to_string()]).status();
        let begun = Instant::now();
        while matches!(child.try_wait(), Ok(None)) {
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
            }
            pause();
        }
    }
}

/// Until what nobody tells of is looked at again.
#[allow(clippy::disallowed_methods, reason = "another process; what it is waited for is looked at each time")]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

/// A greeting of protocol 10 comes, not a refusal.
fn greets(port: u16) -> bool {
    let mut start = [0; 5];
    let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = socket.set_read_timeout(Some(PATIENCE));
    socket.read_exact(&mut start).is_ok() && start[4] == 10
}
