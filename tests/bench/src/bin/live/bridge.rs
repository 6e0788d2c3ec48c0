//! `binlogscope serve`, as users run it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// It ends when this is dropped.
pub struct Bridge {
    child: Child,
    port: u16,
}

impl Bridge {
    pub fn start(binary: &Path, port: u16, tls: bool, spool: &Path) -> Result<Self, String> {
        let mode = if tls { "required" } else { "disabled" };
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--heartbeat", "1", "--spool"]).arg(spool);
        command.arg("--upstream").arg(format!("bench=mysql://root@127.0.0.1:{port}?ssl-mode={mode}"));
        // An empty password: nothing is asked for.
        command.env("MYSQL_PWD", "").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", binary.display()))?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let port = loop {
            let line = lines.next().ok_or("serve ended")?.map_err(|error| error.to_string())?;
            let port = line.split_once("http://127.0.0.1:").map(|(_, rest)| rest);
            if let Some(port) = port.and_then(|rest| rest.split(['/', ' ']).next()?.parse().ok()) {
                break port;
            }
        };
        Ok(Self { child, port })
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The most memory that it ever had, in KiB.
    pub fn peak_memory(&self) -> Result<u64, String> {
        let status = self.process("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        line.trim().trim_end_matches(" kB").parse().map_err(|error| format!("{line}: {error}"))
    }

    /// What all its threads have spent, in seconds.
    pub fn processor_seconds(&self) -> Result<f64, String> {
        let stat = self.process("stat")?;
        // proc(5): fields 14 and 15, in hundredths; the name in field 2 ends with the last parenthesis.
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace()).ok_or("no fields")?;
        let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(ticks as f64 / 100.0)
    }

    fn process(&self, name: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{name}", self.child.id());
        std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // As a user ends it: so that its thread at the server ends, and its spool goes.
        let _ = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
