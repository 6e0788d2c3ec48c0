//! wasm-opt: what the compiler leaves in WebAssembly, Binaryen takes out.

use std::fs;
use std::path::{Path, PathBuf};

use super::later::{LATER, PAGE_LATER};
use crate::program::{Program, version_of};
use crate::step::{Failure, State};
use crate::workshop::Workshop;

/// The release of Binaryen, by which the npm package goes too.
const VERSION: &str = "132.0.0";
/// The crate that builds an older one from C++; for machines without Node.js.
const CRATE_VERSION: &str = "0.116.1";
/// Older ones do not know all that the compiler uses.
const OLDEST: u32 = 116;

/// What the compiler uses by itself for this target. The module no longer says so after wasm-bindgen.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-producers",
];

/// The page is to be small, the worker fast.
const MODULES: [(&str, &str); 4] =
    [("page_bg.wasm", "-Oz"), (PAGE_LATER, "-Oz"), ("worker_bg.wasm", "-O3"), (LATER, "-O3")];

fn package_root(workshop: &Workshop) -> PathBuf {
    workshop.tool_root("binaryen", VERSION)
}

/// The exact one that was installed here; else one that the machine has.
fn find(workshop: &Workshop) -> Option<(Program, String)> {
    let script = package_root(workshop).join("node_modules/binaryen/bin/wasm-opt");
    if script.exists() {
        return Some((Program::new("node").args([script]), format!("binaryen {VERSION}")));
    }
    let version = version_of(workshop, "wasm-opt", &["--version"])?;
    let number: u32 = version.split(' ').find_map(|word| word.parse().ok())?;
    (number >= OLDEST).then(|| (Program::new("wasm-opt"), version))
}

pub fn look(workshop: &Workshop) -> Result<State, Failure> {
    Ok(match find(workshop) {
        Some((_, version)) => State::Done(version),
        None => State::Missing(format!("installing binaryen {VERSION}")),
    })
}

/// From npm in seconds; where there is no npm, built from source in many minutes.
pub fn install(
    workshop: &Workshop, build: fn(&Workshop, &str, &str) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let root = package_root(workshop);
    fs::create_dir_all(&root).map_err(|error| Failure::new(format!("cannot make {}: {error}", root.display())))?;
    let npm = Program::npm().args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).args([&root]);
    let package = format!("binaryen@{VERSION}");
    match npm.args([&package]).log("install-binaryen").run(workshop) {
        Ok(()) => Ok(format!("installed in {}", root.display())),
        Err(_) => build(workshop, "wasm-opt", CRATE_VERSION),
    }
}

/// Makes the modules of a built page smaller, in place.
pub fn shrink(workshop: &Workshop, dist: &Path) -> Result<(), Failure> {
    let one = |name: &'static str, level: &'static str| {
        let (program, _) = find(workshop).ok_or_else(|| Failure::new("wasm-opt is gone"))?;
        let (module, smaller) = (dist.join(name), dist.join(format!("{name}.smaller")));
        let run = program.args(FEATURES).args([level]).args([&module]).args(["--output"]).args([&smaller]);
        run.log(&format!("wasm-opt-{name}")).run(workshop)?;
        fs::rename(&smaller, &module)
            .map_err(|error| Failure::new(format!("cannot replace {}: {error}", module.display())))
    };
    std::thread::scope(|scope| {
        let threads = MODULES.map(|(name, level)| scope.spawn(move || one(name, level)));
        let failed = |_| Err(Failure::new("running wasm-opt failed"));
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(failed))
    })
}
