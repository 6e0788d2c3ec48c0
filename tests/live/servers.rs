//! Real servers for tests: those of ../shared/servers beside the repository; else, where a test can do with a server
//! that is not its own, those that BINLOGSCOPE_TEST_URLS names; else `mysqld` or `mariadbd` on PATH; else none, which
//! is said.

mod programs;

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use binlog_format::Flavor;
use binlog_replica::{Connection, Options, Password, Ssl, SslMode};
use percent_encoding::percent_decode_str;

use self::programs::{Program, certificates, stands_in};

/// `mysql://user:password@host:port,…`: accounts that may create users and databases, and replicate.
const URLS: &str = "BINLOGSCOPE_TEST_URLS";

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    pub port: u16,
    control: Control,
    options: Vec<String>,
    pub data: PathBuf,
    /// CA and client certificates.
    pub certs: PathBuf,
}

/// Who starts it and ends it.
#[derive(Debug)]
enum Control {
    Script(PathBuf),
    Program(Program),
    /// Somebody else: it is there, and may be connected to so.
    Others(Options),
}

impl Drop for Server {
    fn drop(&mut self) {
        match &self.control {
            Control::Script(script) => {
                let _ = Command::new(script).args(["stop", "--datadir"]).arg(&self.data).output();
            }
            Control::Program(program) => program.end("-TERM"),
            Control::Others(_) => return,
        }
        let _ = std::fs::remove_dir_all(&self.data);
        let _ = std::fs::remove_dir_all(&self.certs);
    }
}

/// Past what the tests' harness captures: what was not tested is to be seen.
pub fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

/// Starts a server with these options, which is the test's own: it is empty, its files are here, it may be killed. Says
/// so, visibly, and gives none where it is not to be had.
pub fn start(name: &str, test: &str, options: &[&str]) -> Option<Server> {
    let own = own(name, test, options);
    if own.is_none() && std::env::var_os(URLS).is_some() {
        skipped(&format!(
            "no server {name} of its own for {test}; those of {URLS} are not to be emptied, killed or read from the \
             disk"
        ));
    } else if own.is_none() {
        skipped(&format!("no server {name}"));
    }
    own
}

/// The same for a test that leaves nothing behind, which may be done with a server of somebody else.
pub fn start_or_named(name: &str, test: &str) -> Option<Server> {
    if !script(name).exists()
        && let Some(urls) = std::env::var_os(URLS)
    {
        let urls = urls.into_string().expect("addresses");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        for url in urls.split(',').map(str::trim).filter(|url| !url.is_empty()) {
            let options = parse(url).unwrap_or_else(|| panic!("{URLS} wants mysql://user:password@host:port,…"));
            let connection = runtime.block_on(Connection::open(&options, None));
            let connection = connection.unwrap_or_else(|error| panic!("{}:{}: {error}", options.host, options.port));
            if stands_in(name, connection.flavor() == Flavor::Mariadb, connection.version()) {
                let (data, certs) = <(PathBuf, PathBuf)>::default();
                let port = options.port;
                return Some(Server { port, control: Control::Others(options), options: Vec::new(), data, certs });
            }
        }
    }
    let own = own(name, test, &[]);
    if own.is_none() {
        skipped(&format!("no server {name}"));
    }
    own
}

/// How to connect to a server that is named by its address.
fn parse(url: &str) -> Option<Options> {
    let rest = url.strip_prefix("mysql://").or_else(|| url.strip_prefix("mariadb://"))?;
    let (account, place) = rest.rsplit_once('@')?;
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    let (host, port) = place.trim_end_matches('/').rsplit_once(':').unwrap_or((place.trim_end_matches('/'), "3306"));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let mut options = Options::new(host.trim_matches(['[', ']']), decoded(user)?);
    options.port = port.parse().ok()?;
    options.password = Password::new(decoded(password)?);
    options.get_server_public_key = true;
    options.ssl = Ssl { mode: SslMode::Disabled, ..Ssl::default() };
    options.timeout = PATIENCE;
    Some(options)
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/servers").join(name)
}

fn own(name: &str, test: &str, options: &[&str]) -> Option<Server> {
    let script = script(name);
    let control = if script.exists() { Control::Script(script) } else { Control::Program(Program::find(name)?) };
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let data = std::env::temp_dir().join(format!("binlogscope-live-{}-{name}-{test}", std::process::id()));
    let certs = PathBuf::from(format!("{}.certs", data.display()));
    let tls: Vec<String> = match &control {
        Control::Script(script) => {
            let made = Command::new(script).arg("certs").arg(&certs).output().expect("it runs");
            String::from_utf8(made.stdout).expect("options").split_whitespace().map(Into::into).collect()
        }
        _ => certificates(&certs),
    };
    let options = tls.into_iter().chain(options.iter().copied().map(Into::into)).collect();
    if let Control::Program(program) = &control {
        program.initialize(&data);
    }
    let mut server = Server { port, control, options, data, certs };
    server.run();
    server.data = server.data.canonicalize().expect("it is there");
    Some(server)
}

/// In seconds, for what a server does in its own time.
pub const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    fn run(&self) {
        match &self.control {
            Control::Script(script) => {
                let mut command = Command::new(script);
                command.args(["start", "--port", &self.port.to_string(), "--datadir"]).arg(&self.data).arg("--");
                let started = command.args(&self.options).output().expect("it runs");
                assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
            }
            Control::Program(program) => program.start(&self.data, self.port, &self.options),
            Control::Others(_) => {}
        }
    }

    /// Ends it as a crash does, and starts it again.
    pub fn crash(&self) {
        match &self.control {
            Control::Script(script) => {
                let killed = Command::new(script).args(["kill", "--datadir"]).arg(&self.data).output();
                let killed = killed.expect("it runs");
                assert!(killed.status.success(), "{}", String::from_utf8_lossy(&killed.stderr));
            }
            Control::Program(program) => program.end("-KILL"),
            Control::Others(_) => panic!("somebody else's server is not killed"),
        }
        self.run();
    }

    /// The test's own: empty when it began, with options and certificates that the test knows.
    pub const fn is_own(&self) -> bool {
        !matches!(self.control, Control::Others(_))
    }

    /// Its logs, by name.
    pub fn logs(&self) -> Vec<(String, Vec<u8>)> {
        let index = std::fs::read_to_string(self.data.join("binlog.index")).expect("an index");
        let names = index.lines().map(|line| line.trim_start_matches("./").to_owned());
        names.map(|name| (name.clone(), std::fs::read(self.data.join(&name)).expect("a log"))).collect()
    }

    /// The account of this name and password, without TLS. What root is, has the name that the server's address says.
    pub fn options(&self, user: &str, password: &str) -> Options {
        if let Control::Others(known) = &self.control {
            let mut options = known.clone();
            if user != "root" {
                options.user = user.into();
                options.password = Password::new(password);
                options.get_server_public_key = false;
            }
            return options;
        }
        let mut options = Options::new("127.0.0.1", user);
        options.port = self.port;
        options.password = Password::new(password);
        options.ssl = Ssl { mode: SslMode::Disabled, ..Ssl::default() };
        options.timeout = Duration::from_secs(20);
        options
    }

    pub async fn root(&self) -> Connection {
        Connection::open(&self.options("root", ""), None).await.expect("root logs in")
    }
}
