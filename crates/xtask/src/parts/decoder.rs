//! What `binlog-format` promises to those who depend on it: it builds without a standard library, with
//! any features, is packaged whole, and keeps its interface.

use crate::program::Program;
use crate::setup::{self, BARE, WASM};
use crate::step::Failure;
use crate::test::{Outcome, Tier};
use crate::workshop::Workshop;

const PACKAGE: [&str; 2] = ["--package", "binlog-format"];

/// Features that bring or need the standard library.
const WITH_STD: [&str; 2] = ["default", "std"];

/// What Cargo says of it.
fn metadata(workshop: &Workshop) -> Result<serde_json::Value, Failure> {
    let metadata = Program::cargo().args(["metadata", "--no-deps", "--format-version", "1", "--quiet"]);
    let metadata = metadata.log("metadata").output(workshop)?;
    let json = metadata.find('{').map_or("", |at| &metadata[at..]);
    let metadata: Option<serde_json::Value> =
        serde_json::Deserializer::from_str(json).into_iter().next().and_then(Result::ok);
    let mut packages = metadata.iter().filter_map(|metadata| metadata["packages"].as_array()).flatten();
    let package = packages.find(|package| package["name"] == "binlog-format").cloned();
    package.ok_or_else(|| Failure::new("cargo metadata does not name binlog-format: see target/xtask/metadata.log"))
}

/// The names of its features.
fn feature_names(workshop: &Workshop) -> Result<Vec<String>, Failure> {
    let package = metadata(workshop)?;
    let names: Vec<String> =
        package["features"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        return Err(Failure::new("cargo metadata does not name the features of binlog-format"));
    }
    Ok(names)
}

/// The Rust that its manifest promises to build with.
pub fn oldest_rust(workshop: &Workshop) -> Result<String, Failure> {
    let version = metadata(workshop)?["rust_version"].as_str().map(Into::into);
    version.ok_or_else(|| Failure::new("the manifest of binlog-format has no rust-version"))
}

/// With the oldest Rust it still builds.
pub fn on_oldest_rust(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let version = oldest_rust(workshop)?;
    let check = Program::new("rustup").args(["run", &version, "cargo", "check", "--all-features"]).args(PACKAGE);
    check.env("CARGO_TARGET_DIR", workshop.target.join("oldest-rust")).log("oldest-rust").run(workshop)?;
    Ok(Outcome::noted(version))
}

/// No feature, each alone, and `all`.
fn combinations(names: &[String], all: &str) -> Vec<String> {
    let alone = names.iter().cloned();
    [String::new()].into_iter().chain(alone).chain([all.to_owned()]).collect()
}

/// A microcontroller has no standard library at all: elsewhere a forgotten `use std` would pass. WebAssembly
/// has one, but 32 bits and no files.
pub fn without_std(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let names = feature_names(workshop)?;
    let bare: Vec<String> = names.iter().filter(|name| !WITH_STD.contains(&name.as_str())).cloned().collect();
    let mut count = 0;
    for (target, features) in [(BARE, &bare), (WASM, &names)] {
        for features in combinations(features, &features.join(",")) {
            let build = Program::cargo().args(["build", "--target", target, "--no-default-features"]).args(PACKAGE);
            build.args(["--features", &features]).log("without-std").run(workshop)?;
            count += 1;
        }
    }
    Ok(Outcome::noted(format!("{count} builds for {BARE} and {WASM}")))
}

/// None, each alone, and all.
pub fn features(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let names = feature_names(workshop)?;
    let combinations = combinations(&names, &names.join(","));
    for features in &combinations {
        let check = Program::cargo().args(["check", "--no-default-features"]).args(PACKAGE);
        check.args(["--features", features]).log("features").run(workshop)?;
    }
    Ok(Outcome::noted(format!("{} combinations", combinations.len())))
}

/// What a registry would get holds all that it needs: README, licences, examples.
pub fn package(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let list = Program::cargo().args(["package", "--list", "--allow-dirty", "--quiet"]).args(PACKAGE);
    let list = list.log("package").output(workshop)?;
    let files: Vec<&str> = list.lines().map(str::trim).collect();
    let wanted = ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "src/lib.rs", "examples/print_events.rs"];
    if let Some(missing) = wanted.iter().find(|wanted| !files.contains(*wanted)) {
        return Err(Failure::new(format!("the package lacks {missing}: see `include` in its Cargo.toml")));
    }
    Ok(Outcome::noted(format!("{} files", files.len())))
}

/// The measured kernels are no part of the workspace, and would otherwise rot between two measurements.
pub fn kernels(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let check = ["check", "--manifest-path", "tests/bench/Cargo.toml", "--features", "peer", "--all-targets"];
    let check = Program::cargo().args(check).env("CARGO_TARGET_DIR", workshop.target.join("bench-kernels"));
    check.log("kernels").run(workshop).map(|()| Outcome::held())
}

/// Whether the interface still is what the last release promised, for the version in Cargo.toml.
pub fn compatibility(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let Some(release) = setup::last_release(workshop)? else {
        return Ok(Outcome::noted("no release to compare with yet"));
    };
    let check = ["semver-checks", "check-release", "--package", "binlog-format", "--all-features", "--baseline-rev"];
    Program::cargo().args(check).args([&release]).log("semver").run(workshop)?;
    Ok(Outcome::noted(format!("compared with {release}")))
}

/// As registries build it, where everything is documented.
pub fn documentation(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let doc = |arguments: &[&str], log| {
        let doc = Program::cargo().args(["doc", "--no-deps"]).args(arguments).env("RUSTDOCFLAGS", "-D warnings");
        doc.log(log).run(workshop)
    };
    doc(&["--workspace"], "documentation")?;
    doc(&["--package", "binlog-format", "--all-features"], "documentation-all-features")?;
    Ok(Outcome::held())
}
