//! `cargo xtask serve`: from an empty machine to the page in a browser.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::page;
use crate::program::Program;
use crate::step::{self, Failure};
use crate::workshop::Workshop;

pub fn serve(workshop: &Workshop, arguments: &[String]) -> Result<(), Failure> {
    step::take_all(workshop, &page::steps())?;
    // Names of files are those of the folder in which the person stands.
    let here = std::env::current_dir().unwrap_or_else(|_| workshop.root.clone());
    let program = Program::new(workshop.binary()).args(["serve"]).args(arguments).in_folder(here);
    let mut server = program.command(workshop);
    let mut server = server.stdout(Stdio::piped()).spawn().map_err(|error| program.not_started(&error))?;
    let mut lines = server.stdout.take().map(|output| BufReader::new(output).lines());
    if let Some(Ok(address)) = lines.as_mut().and_then(Iterator::next) {
        println!("\nBinlogscope: {address}\nFiles stay on this computer. Ctrl-C stops the server.");
        open(&address);
    }
    for line in lines.into_iter().flatten().map_while(Result::ok) {
        println!("{line}");
    }
    match server.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("binlogscope serve ended with {status}."))),
        Err(error) => Err(Failure::new(format!("binlogscope serve was lost: {error}"))),
    }
}

/// Shows an address where there is a desktop. Without one, the printed line is enough.
fn open(address: &str) {
    let desktop = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut opener = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut explorer = Command::new("rundll32");
        explorer.arg("url.dll,FileProtocolHandler");
        explorer
    } else if desktop("DISPLAY") || desktop("WAYLAND_DISPLAY") {
        Command::new("xdg-open")
    } else {
        return;
    };
    let started = opener.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        println!("No browser could be opened; open the address yourself.");
    }
}
