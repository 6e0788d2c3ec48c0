//! The worker's WebAssembly in two modules: one that the first visit fetches, and one with what is wanted later.
//!
//! The compiler makes one module, which knows the whole worker. Here the functions of the parts that a reader meets
//! later (statistics, filters, encrypted files, sources that are no plain file) move into a second module, with all
//! that only they call. Where the first module calls one of them, a stub stands that has the script beside it fetch
//! and start the second module once (`worker_boot.js`), and then calls through a table that the second one fills. Both
//! share memory, globals and tables, so that no source needs to know on which side a function stands.
//!
//! The page's own module is split alike: its dialogs come later (`page_boot.js`).

mod parts;
mod reading;
mod writing;

use std::fs;
use std::path::Path;

use crate::step::Failure;
use reading::Module;

/// A module that is split.
struct Split {
    module: &'static str,
    /// The second one beside it.
    later: &'static str,
    /// Whether a function of this name moves there.
    moves: fn(&str) -> bool,
}

/// The worker's second module, and the page's.
pub const LATER: &str = "worker_later.wasm";
pub const PAGE_LATER: &str = "page_later.wasm";

const SPLITS: [Split; 2] = [
    Split { module: "worker_bg.wasm", later: LATER, moves: parts::is_wanted_later },
    Split { module: "page_bg.wasm", later: PAGE_LATER, moves: parts::is_wanted_later_of_the_page },
];

/// Splits the modules of a built page, in place.
pub fn split(dist: &Path) -> Result<(), Failure> {
    for Split { module, later, moves } in SPLITS {
        let path = dist.join(module);
        let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot split {}: {error}", path.display()));
        let bytes = fs::read(&path).map_err(|error| failed(&error))?;
        let (first, second) = split_module(&bytes, &moves).map_err(|error| failed(&error))?;
        fs::write(&path, first).map_err(|error| failed(&error))?;
        fs::write(dist.join(later), second).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Two modules of one: the functions whose names `moves` holds for, with what only they call, are in the second.
fn split_module(bytes: &[u8], moves: &dyn Fn(&str) -> bool) -> Result<(Vec<u8>, Vec<u8>), String> {
    let module = Module::read(bytes).map_err(|error| error.to_string())?;
    let loader = module.loader().ok_or("it imports no function that fetches the second module")?;
    let moved = module.moved(moves);
    if !moved.iter().any(|moves| *moves) {
        return Err("no function's name tells that it is wanted later".into());
    }
    writing::write(bytes, &module, &moved, loader).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
