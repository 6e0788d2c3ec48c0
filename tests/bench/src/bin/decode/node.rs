//! The kernels in wasm: one Node process that keeps the file in the module's memory.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Node {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    pub fn start(script: &Path, module: &Path, file: &Path) -> Result<Self, String> {
        let mut command = Command::new("node");
        command.arg(script).arg(module).arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("node: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("node: no pipes".into());
        };
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    /// Result and seconds of one run.
    pub fn run(&mut self, kernel: &str) -> Result<(u64, f64), String> {
        writeln!(self.input, "{kernel}").map_err(|error| format!("node: {error}"))?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| format!("node: {error}"))?;
        let parsed = line
            .trim()
            .split_once(' ')
            .and_then(|(result, seconds)| Some((result.parse::<f64>().ok()? as u64, seconds.parse().ok()?)));
        parsed.ok_or_else(|| format!("node answered {line:?}"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
