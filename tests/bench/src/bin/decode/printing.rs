//! Text through a pipe: ours, and the real tools'; and what counts it.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

pub fn ours(binary: &Path, file: &Path) -> Result<(u64, f64), String> {
    let mut command = Command::new(binary);
    command.args(["dump", "--format", "text"]).arg(file);
    piped(command)
}

/// `tool` is a command with its first arguments, separated by blanks.
pub fn theirs(tool: &str, file: &Path) -> Result<(u64, f64), String> {
    let mut words = tool.split_whitespace();
    let mut command = Command::new(words.next().ok_or("an empty tool")?);
    command.args(words).args(["-vv", "--base64-output=decode-rows"]).arg(file);
    piped(command)
}

/// Our statistics, exact rows included.
pub fn stats(binary: &Path, file: &Path) -> Result<(u64, f64), String> {
    let mut command = Command::new(binary);
    command.arg("stats").arg(file);
    piped(command)
}

/// What people do without: the lines that `tool -v` prints, counted.
pub fn counted_lines(tool: &str, file: &Path) -> Result<(u64, f64), String> {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{tool} -v \"$1\" | wc -l"), "sh"]).arg(file);
    piped(command)
}

/// Bytes that came through the pipe, and the seconds until its end.
fn piped(mut command: Command) -> Result<(u64, f64), String> {
    let before = Instant::now();
    let name = format!("{:?}", command.get_program());
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{name}: {error}"))?;
    let mut output = child.stdout.take().ok_or("no pipe")?;
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match output.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => bytes += read as u64,
            Err(error) => return Err(format!("{name}: {error}")),
        }
    }
    let ended = child.wait().map_err(|error| format!("{name}: {error}"))?;
    if !ended.success() {
        return Err(format!("{name} ended with {ended}"));
    }
    Ok((bytes, before.elapsed().as_secs_f64()))
}
