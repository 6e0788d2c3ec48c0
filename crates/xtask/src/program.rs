//! Running other programs: their output goes to a log, and a failure says where that is.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::Failure;
use crate::workshop::Workshop;

/// How much of a log is shown when its program failed.
const TAIL_LINES: usize = 60;
/// Longer lines are cut there; the log has them whole.
const LINE_LENGTH: usize = 240;

/// A program with its arguments, not yet started.
pub struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    removed: Vec<&'static str>,
    folder: Option<PathBuf>,
    log: Option<String>,
    shown: bool,
}

impl Program {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            removed: Vec::new(),
            folder: None,
            log: None,
            shown: false,
        }
    }

    /// The Cargo that runs this very program.
    pub fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// npm is a script, which Windows only finds by its whole name.
    pub fn npm() -> Self {
        Self::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
    }

    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, arguments: I) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().into()));
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().into(), value.as_ref().into()));
        self
    }

    pub fn without_env(mut self, name: &'static str) -> Self {
        self.removed.push(name);
        self
    }

    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Output goes to target/xtask/NAME.log.
    pub fn log(mut self, name: &str) -> Self {
        self.log = Some(name.into());
        self
    }

    /// Output goes to the terminal.
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    /// Runs it to a successful end.
    pub fn run(self, workshop: &Workshop) -> Result<(), Failure> {
        self.output(workshop).map(drop)
    }

    /// Runs it to a successful end; gives what it wrote, errors included, in order.
    pub fn output(self, workshop: &Workshop) -> Result<String, Failure> {
        let (ended, text) = self.attempt(workshop)?;
        match ended {
            Ok(()) => Ok(text),
            Err(failure) => Err(failure),
        }
    }

    /// Runs it to any end. The outer failure is that it did not start.
    pub fn attempt(self, workshop: &Workshop) -> Result<(Result<(), Failure>, String), Failure> {
        let line = self.line();
        if self.shown {
            let status = self.command(workshop).status().map_err(|error| self.not_started(&error))?;
            let failed = || Failure::new(format!("`{line}` ended with {status}."));
            return Ok((if status.success() { Ok(()) } else { Err(failed()) }, String::new()));
        }
        let path = workshop.log(self.log.as_deref().unwrap_or("last"))?;
        let unwritable = |error| Failure::new(format!("cannot write {}: {error}", path.display()));
        let log = File::create(&path).map_err(unwritable)?;
        let errors = log.try_clone().map_err(unwritable)?;
        let mut command = self.command(workshop);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let status = command.status().map_err(|error| self.not_started(&error))?;
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
        if status.success() {
            return Ok((Ok(()), text));
        }
        let shown = path.strip_prefix(&workshop.root).unwrap_or(&path).display();
        let failed = Failure::new(format!("`{line}` ended with {status}.\n{}\nThe whole log: {shown}", tail(&text)));
        Ok((Err(failed), text))
    }

    /// As a standard command, for callers that want its pipes.
    pub fn command(&self, workshop: &Workshop) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(self.folder.as_deref().unwrap_or(&workshop.root));
        for (name, _) in std::env::vars_os() {
            // `cargo run` sets these for this program; handed on, they would make build scripts
            // that watch them run again after every change between xtask and plain Cargo.
            let text = name.to_string_lossy();
            let leaked = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
            if leaked.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command.env("PATH", workshop.path()).env("CARGO_TERM_COLOR", "never");
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn not_started(&self, error: &std::io::Error) -> Failure {
        let program = Path::new(&self.program).display();
        let help = match Path::new(&self.program).file_stem().and_then(OsStr::to_str) {
            Some("npm" | "node" | "npx") => " Install Node.js 20 or newer (https://nodejs.org).",
            Some("cargo" | "rustup" | "rustc") => " Install Rust with rustup (https://rustup.rs).",
            _ => "",
        };
        Failure::new(format!("{program} does not start: {error}.{help}"))
    }

    /// As one would type it.
    fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.arguments);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    // A compiler's whole command line says less than the room that it takes.
    let cut = |line: &&str| line.chars().take(LINE_LENGTH).collect::<String>();
    last.iter().map(cut).collect::<Vec<_>>().join("\n")
}

/// What a program says about itself, or nothing when it is not there.
pub fn version_of(workshop: &Workshop, program: &str, arguments: &[&str]) -> Option<String> {
    let output = Program::new(program).args(arguments).command(workshop).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
