//! What a machine needs before anything can be built or tested.

use std::path::Path;

use crate::page::wasm_opt;
use crate::parts::decoder::oldest_rust;
use crate::program::{Program, version_of};
use crate::step::{Failure, State, Step};
use crate::workshop::Workshop;

/// WebAssembly in the browser.
pub const WASM: &str = "wasm32-unknown-unknown";
/// A target without a standard library: a microcontroller's, with 32 bits.
pub const BARE: &str = "thumbv7em-none-eabi";

const TRUNK_VERSION: &str = "0.21.14";

/// For building the page.
pub fn for_page() -> Vec<Step> {
    vec![
        Step {
            name: "wasm target",
            why: "the page is WebAssembly",
            look: |w| look_for_target(w, WASM),
            act: |w| add_target(w, WASM),
        },
        Step { name: "trunk", why: "puts the page together", look: look_for_trunk, act: install_trunk },
        Step {
            name: "wasm-bindgen",
            why: "joins WebAssembly and JavaScript; of exactly the version in Cargo.lock",
            look: look_for_bindgen,
            act: install_bindgen,
        },
        Step {
            name: "wasm-opt",
            why: "makes the page's WebAssembly smaller",
            look: wasm_opt::look,
            act: |w| wasm_opt::install(w, cargo_install),
        },
    ]
}

/// For the checks of `cargo xtask test`.
pub fn for_checks() -> Vec<Step> {
    vec![
        Step {
            name: "bare target",
            why: "proves that the decoder needs no standard library",
            look: |w| look_for_target(w, BARE),
            act: |w| add_target(w, BARE),
        },
        Step { name: "rustfmt and clippy", why: "format and lint", look: look_for_components, act: add_components },
        Step {
            name: "cargo-deny",
            why: "checks licences and sources of what we build on",
            look: look_for_deny,
            act: install_deny,
        },
    ]
}

/// For the checks that `--full` adds.
pub fn for_full() -> Vec<Step> {
    vec![
        Step {
            name: "oldest Rust",
            why: "the decoder promises to build with it",
            look: look_for_oldest_rust,
            act: add_oldest_rust,
        },
        Step {
            name: "cargo-semver-checks",
            why: "compares the decoder's interface with that of its last release",
            look: look_for_semver_checks,
            act: |w| cargo_install(w, "cargo-semver-checks", "*"),
        },
    ]
}

/// For tests in Firefox, with a large file.
pub fn for_firefox() -> Vec<Step> {
    vec![
        Step {
            name: "firefox",
            why: "the page works in more than one browser",
            look: crate::browser::look_for_firefox,
            act: crate::browser::install_firefox,
        },
        crate::bench::browser::large_file(),
    ]
}

/// For fuzzing.
pub fn for_fuzzing() -> Vec<Step> {
    vec![
        Step {
            name: "nightly compiler",
            why: "fuzzing needs sanitizers, which stable compilers lack",
            look: look_for_nightly,
            act: add_nightly,
        },
        Step { name: "cargo-fuzz", why: "builds the fuzz targets", look: look_for_fuzz, act: install_fuzz },
    ]
}

/// For tests and measurements in a browser.
pub fn for_browser() -> Vec<Step> {
    vec![
        Step {
            name: "node modules",
            why: "Playwright drives the browser",
            look: look_for_modules,
            act: install_modules,
        },
        Step {
            name: "chromium",
            why: "the browser that the tests use",
            look: crate::browser::look,
            act: crate::browser::install,
        },
        Step {
            name: "chinese font",
            why: "screenshots in Chinese",
            look: crate::browser::look_for_font,
            act: crate::browser::install_font,
        },
    ]
}

/// Looks where the compiler keeps its targets, which also holds for a Rust without rustup.
fn look_for_target(workshop: &Workshop, target: &str) -> Result<State, Failure> {
    let sysroot = Program::new("rustc").args(["--print", "sysroot"]).log("sysroot").output(workshop)?;
    let installed = Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").exists();
    Ok(if installed { State::Done("there".into()) } else { State::Missing(format!("adding {target}")) })
}

fn add_target(workshop: &Workshop, target: &str) -> Result<String, Failure> {
    Program::new("rustup").args(["target", "add", target]).log("rustup-target").run(workshop).map(|()| "added".into())
}

fn look_for_components(workshop: &Workshop) -> Result<State, Failure> {
    let there = |tool| version_of(workshop, "cargo", &[tool, "--version"]).is_some();
    Ok(if there("fmt") && there("clippy") { State::Done("there".into()) } else { State::Missing("adding".into()) })
}

fn add_components(workshop: &Workshop) -> Result<String, Failure> {
    let rustup = Program::new("rustup").args(["component", "add", "rustfmt", "clippy"]);
    rustup.log("rustup-component").run(workshop).map(|()| "added".into())
}

/// `trunk 0.21.14`, or a later 0.21: other minor versions read Trunk.toml differently.
fn look_for_trunk(workshop: &Workshop) -> Result<State, Failure> {
    let found = version_of(workshop, "trunk", &["--version"]).unwrap_or_default();
    let fits =
        found.strip_prefix("trunk 0.21.").and_then(|patch| patch.parse::<u32>().ok()).is_some_and(|patch| patch >= 14);
    Ok(if fits { State::Done(found) } else { State::Missing(format!("installing {TRUNK_VERSION}, some minutes")) })
}

fn install_trunk(workshop: &Workshop) -> Result<String, Failure> {
    cargo_install(workshop, "trunk", TRUNK_VERSION)
}

fn look_for_bindgen(workshop: &Workshop) -> Result<State, Failure> {
    let wanted = bindgen_version(workshop)?;
    let found = version_of(workshop, "wasm-bindgen", &["--version"]).unwrap_or_default();
    Ok(if found == format!("wasm-bindgen {wanted}") {
        State::Done(found)
    } else {
        State::Missing(format!("installing {wanted}, some minutes"))
    })
}

fn install_bindgen(workshop: &Workshop) -> Result<String, Failure> {
    cargo_install(workshop, "wasm-bindgen-cli", &bindgen_version(workshop)?)
}

fn bindgen_version(workshop: &Workshop) -> Result<String, Failure> {
    workshop.locked_version("wasm-bindgen").ok_or_else(|| Failure::new("Cargo.lock does not name wasm-bindgen."))
}

fn look_for_deny(workshop: &Workshop) -> Result<State, Failure> {
    let found = version_of(workshop, "cargo-deny", &["--version"]);
    Ok(found.map_or_else(|| State::Missing("installing, some minutes".into()), State::Done))
}

fn look_for_nightly(workshop: &Workshop) -> Result<State, Failure> {
    let found = version_of(workshop, "rustup", &["run", "nightly", "rustc", "--version"]);
    Ok(found.map_or_else(|| State::Missing("adding".into()), State::Done))
}

fn add_nightly(workshop: &Workshop) -> Result<String, Failure> {
    let rustup = Program::new("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]);
    rustup.log("rustup-nightly").run(workshop).map(|()| "added".into())
}

fn look_for_fuzz(workshop: &Workshop) -> Result<State, Failure> {
    let found = version_of(workshop, "cargo-fuzz", &["--version"]);
    Ok(found.map_or_else(|| State::Missing("installing, a minute".into()), State::Done))
}

fn install_fuzz(workshop: &Workshop) -> Result<String, Failure> {
    cargo_install(workshop, "cargo-fuzz", "*")
}

/// The newest that this Rust can build: nothing here depends on its version.
fn install_deny(workshop: &Workshop) -> Result<String, Failure> {
    cargo_install(workshop, "cargo-deny", "*")
}

fn look_for_oldest_rust(workshop: &Workshop) -> Result<State, Failure> {
    let version = oldest_rust(workshop)?;
    let there = version_of(workshop, "rustup", &["run", &version, "rustc", "--version"]);
    Ok(there.map_or_else(|| State::Missing(format!("adding {version}")), State::Done))
}

fn add_oldest_rust(workshop: &Workshop) -> Result<String, Failure> {
    let version = oldest_rust(workshop)?;
    let rustup = Program::new("rustup").args(["toolchain", "install", &version, "--profile", "minimal"]);
    rustup.args(["--no-self-update"]).log("oldest-rust").run(workshop).map(|()| "added".into())
}

/// The tag of the decoder's last release.
pub fn last_release(workshop: &Workshop) -> Result<Option<String>, Failure> {
    let tags = Program::new("git").args(["tag", "--list", "binlog-format-v*", "--sort=-version:refname"]);
    Ok(tags.log("releases").output(workshop)?.lines().map(str::trim).find(|tag| !tag.is_empty()).map(Into::into))
}

/// It takes many minutes to build: not before there is something to compare with.
fn look_for_semver_checks(workshop: &Workshop) -> Result<State, Failure> {
    if last_release(workshop)?.is_none() {
        return Ok(State::Done("not needed before the first release".into()));
    }
    let found = version_of(workshop, "cargo", &["semver-checks", "--version"]);
    Ok(found.map_or_else(|| State::Missing("installing, many minutes".into()), State::Done))
}

/// Into a folder of its own, beside other versions and without touching what the user has.
/// The tool's own lock file first; when it names something that no longer builds, without it.
fn cargo_install(workshop: &Workshop, tool: &str, version: &str) -> Result<String, Failure> {
    let label = if version == "*" { "any" } else { version };
    let root = workshop.tool_root(tool, label);
    let install = |locked: &[&str], log: &str| {
        let version: &[&str] = if version == "*" { &[] } else { &["--version", version] };
        let cargo = Program::cargo().args(["install", tool, "--force", "--root"]).args([&root]);
        let cargo = cargo.args(version).args(locked);
        // Tools are shared between checkouts, and an unusual target folder is not for them.
        cargo.without_env("CARGO_TARGET_DIR").log(log).run(workshop)
    };
    let log = format!("install-{tool}");
    install(&["--locked"], &log).or_else(|_| install(&[], &format!("{log}-unlocked")))?;
    Ok(format!("installed in {}", root.display()))
}

const MODULES_STAMP: &str = "tests/e2e/node_modules/.installed-from";

fn look_for_modules(workshop: &Workshop) -> Result<State, Failure> {
    let lock = read_module_lock(workshop)?;
    let same = std::fs::read_to_string(workshop.root.join(MODULES_STAMP)).is_ok_and(|stamp| stamp == lock);
    Ok(if same { State::Done("there".into()) } else { State::Missing("npm ci".into()) })
}

fn install_modules(workshop: &Workshop) -> Result<String, Failure> {
    let lock = read_module_lock(workshop)?;
    let npm = Program::npm().args(["ci", "--no-audit", "--no-fund"]).in_folder(workshop.root.join("tests/e2e"));
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").log("npm-ci").run(workshop)?;
    std::fs::write(workshop.root.join(MODULES_STAMP), lock)
        .map_err(|error| Failure::new(format!("cannot write {MODULES_STAMP}: {error}")))?;
    Ok("installed".into())
}

fn read_module_lock(workshop: &Workshop) -> Result<String, Failure> {
    let path = workshop.root.join("tests/e2e/package-lock.json");
    std::fs::read_to_string(&path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}
