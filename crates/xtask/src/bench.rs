//! `cargo xtask bench`: ratios, each side by side with a peer or a physical limit in one run.

pub mod browser;
mod decode;
mod live;

use std::path::{Path, PathBuf};

use crate::page;
use crate::program::Program;
use crate::step::Failure;
use crate::workshop::Workshop;

pub use browser::browser;
pub use decode::decode;
pub use live::live;

/// Makes a large binlog with a real server; fails where there is none.
fn from_server(workshop: &Workshop, server: &str, size: &str, path: &Path) -> Result<(), Failure> {
    let bulk = workshop.shared("servers/bulk").filter(|_| cfg!(target_os = "linux"));
    let bulk = bulk.ok_or_else(|| Failure::new("there are no real servers here (../shared/servers)"))?;
    let (out, data) = (folder(workshop, "bench/bulk")?, folder(workshop, "bench/bulk-data")?);
    let _ = std::fs::remove_dir_all(&data);
    let run = Program::new(bulk).args([server, "--port", "33971", "--size", size, "--datadir"]).args([&data]);
    run.args(["--out"]).args([&out]).log("bulk").run(workshop)?;
    let _ = std::fs::remove_dir_all(&data);
    let mut files = Vec::new();
    page::list(&out, &mut files).map_err(|error| Failure::new(format!("cannot list {}: {error}", out.display())))?;
    let largest = files.into_iter().max_by_key(|file| std::fs::metadata(file).map_or(0, |metadata| metadata.len()));
    let largest = largest.ok_or_else(|| Failure::new("bulk left no file"))?;
    std::fs::rename(&largest, path)
        .map_err(|error| Failure::new(format!("cannot move {}: {error}", largest.display())))?;
    let _ = std::fs::remove_dir_all(&out);
    Ok(())
}

fn folder(workshop: &Workshop, name: &str) -> Result<PathBuf, Failure> {
    let file = workshop.own(&format!("{name}/file"))?;
    Ok(file.parent().unwrap_or(&workshop.root).to_owned())
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}
