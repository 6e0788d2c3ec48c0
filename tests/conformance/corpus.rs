//! The files that conformance tests run over: the committed samples always, the corpora beside
//! the project where they are.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::{Path, PathBuf};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether there is time for long runs (`cargo xtask test --full`).
pub fn full() -> bool {
    std::env::var_os("BINLOGSCOPE_FULL").is_some()
}

/// Every file that may be a binary log.
pub fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["web/samples", "../shared/corpus", "../shared/corpus-generated"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    let samples = files.iter().filter(|file| file.to_string_lossy().contains("web/samples")).count();
    assert!(samples >= 5, "the committed samples are there");
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if !matches!(
            path.extension().and_then(|extension| extension.to_str()),
            Some("tsv" | "txt" | "md" | "key" | "json" | "sql")
        ) && std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"\xfebin"))
        {
            files.push(path);
        }
    }
}
