//! Building the page, and the command with the page inside.

pub mod compressed;
pub mod later;
pub mod portable;
pub mod wasm_opt;

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use crate::program::Program;
use crate::setup;
use crate::step::{Failure, State, Step};
use crate::workshop::Workshop;

/// What the page is made of. `dist/` is built again when anything in these changes.
const SOURCES: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "index.html",
    ".cargo",
    "web",
    "crates/binlog-format",
    "crates/bridge",
    "crates/explorer",
    "crates/mysql-protocol",
    "crates/xtask/src/page.rs",
    "crates/xtask/src/page",
];

const STAMP: &str = "xtask/page-stamp";

/// From nothing to `target/release/binlogscope`.
pub fn steps() -> Vec<Step> {
    let mut steps = setup::for_page();
    steps.push(page());
    steps.push(command());
    steps
}

pub fn page() -> Step {
    Step { name: "page", why: "dist/, a static site that any host can serve", look: look_for_page, act: build_page }
}

pub fn command() -> Step {
    Step {
        name: "command",
        why: "target/release/binlogscope, with the page inside",
        // Cargo knows best whether there is anything to do.
        look: |_| Ok(State::Missing("cargo build --release".into())),
        act: build_command,
    }
}

fn look_for_page(workshop: &Workshop) -> Result<State, Failure> {
    let dist = workshop.root.join("dist");
    let stamp = fs::read_to_string(workshop.own(STAMP)?).unwrap_or_default();
    let built = dist.join("index.html").exists() && stamp == fingerprint(&workshop.root)?;
    Ok(if built { State::Done(compressed::sizes(&dist)) } else { State::Missing("trunk build --release".into()) })
}

fn build_page(workshop: &Workshop) -> Result<String, Failure> {
    let before = fingerprint(&workshop.root)?;
    let trunk = Program::new("trunk").args(["build", "--release", "--offline=true", "--skip-version-check"]);
    // Trunk reads NO_COLOR as a boolean and refuses the usual `1`.
    trunk.without_env("NO_COLOR").env("TRUNK_COLOR", "never").log("trunk").run(workshop)?;
    let dist = workshop.root.join("dist");
    later::split(&dist)?;
    wasm_opt::shrink(workshop, &dist)?;
    portable::write(&workshop.root, &dist)?;
    compressed::compress(&dist)?;
    let stamp = workshop.own(STAMP)?;
    fs::write(&stamp, before).map_err(|error| Failure::new(format!("cannot write {}: {error}", stamp.display())))?;
    Ok(compressed::sizes(&dist))
}

fn build_command(workshop: &Workshop) -> Result<String, Failure> {
    Program::cargo().args(["build", "--release", "--package", "binlogscope"]).log("command").run(workshop)?;
    let size = fs::metadata(workshop.binary()).map_or(0, |metadata| metadata.len());
    Ok(format!("{:.1} MB", size as f64 / 1e6))
}

/// Of names and contents, in a fixed order. Times would differ in every clone.
fn fingerprint(root: &Path) -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        let mut files = Vec::new();
        list(&root.join(source), &mut files).map_err(|error| Failure::new(format!("cannot list {source}: {error}")))?;
        files.sort();
        for file in files {
            let bytes =
                fs::read(&file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
            hasher.write(file.strip_prefix(root).unwrap_or(&file).to_string_lossy().as_bytes());
            hasher.write_usize(bytes.len());
            hasher.write(&bytes);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// All files under a folder, or the file itself. What is not there is nothing.
pub fn list(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            list(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.into());
    }
    Ok(())
}
