//! The command as a user runs it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs it with these arguments and this standard input, whatever the time zone here is.
pub fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_binlogscope"))
        .args(arguments)
        .env_remove("TZ")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It may end before it has read everything; then the pipe is closed.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("it ends")
}
