//! What `binlog-format` and `mysql-protocol` promise to those who depend on them: they build without a standard
//! library, with any features, are packaged whole, and the first keeps its interface.

use crate::program::Program;
use crate::setup::{self, BARE, WASM};
use crate::step::Failure;
use crate::test::{Outcome, Tier};
use crate::workshop::Workshop;

const PACKAGE: [&str; 2] = ["--package", "binlog-format"];

/// What runs where there is no standard library, and what a registry gets of it beside `src/lib.rs` and licences.
const PACKAGES: [(&str, &[&str]); 2] =
    [("binlog-format", &["README.md", "examples/print_events.rs"]), ("mysql-protocol", &[])];

/// Features that bring or need the standard library.
const WITH_STD: [&str; 2] = ["default", "std"];

/// What Cargo says of a package.
fn metadata(workshop: &Workshop, name: &str) -> Result<serde_json::Value, Failure> {
    let metadata = Program::cargo().args(["metadata", "--no-deps", "--format-version", "1", "--quiet"]);
    let metadata = metadata.log("metadata").output(workshop)?;
    let json = metadata.find('{').map_or("", |at| &metadata[at..]);
    let metadata: Option<serde_json::Value> =
        serde_json::Deserializer::from_str(json).into_iter().next().and_then(Result::ok);
    let mut packages = metadata.iter().filter_map(|metadata| metadata["packages"].as_array()).flatten();
    let package = packages.find(|package| package["name"] == name).cloned();
    package.ok_or_else(|| Failure::new(format!("cargo metadata does not name {name}: see target/xtask/metadata.log")))
}

/// The names of a package's features.
fn feature_names(workshop: &Workshop, name: &str) -> Result<Vec<String>, Failure> {
    let package = metadata(workshop, name)?;
    let names: Vec<String> =
        package["features"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        return Err(Failure::new(format!("cargo metadata does not name the features of {name}")));
    }
    Ok(names)
}

/// The Rust that its manifest promises to build with.
pub fn oldest_rust(workshop: &Workshop) -> Result<String, Failure> {
    let version = metadata(workshop, PACKAGE[1])?["rust_version"].as_str().map(Into::into);
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
    let mut count = 0;
    for (package, _) in PACKAGES {
        let names = feature_names(workshop, package)?;
        let bare: Vec<String> = names.iter().filter(|name| !WITH_STD.contains(&name.as_str())).cloned().collect();
        for (target, features) in [(BARE, &bare), (WASM, &names)] {
            for features in combinations(features, &features.join(",")) {
                let build = Program::cargo().args(["build", "--target", target, "--no-default-features"]);
                let build = build.args(["--package", package, "--features", &features]);
                build.log("without-std").run(workshop)?;
                count += 1;
            }
        }
    }
    Ok(Outcome::noted(format!("{count} builds for {BARE} and {WASM}")))
}

/// None, each alone, and all.
pub fn features(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let mut count = 0;
    for (package, _) in PACKAGES {
        let names = feature_names(workshop, package)?;
        for features in combinations(&names, &names.join(",")) {
            let check = Program::cargo().args(["check", "--no-default-features", "--package", package]);
            check.args(["--features", &features]).log("features").run(workshop)?;
            count += 1;
        }
    }
    Ok(Outcome::noted(format!("{count} combinations")))
}

/// What a registry would get holds all that it needs: README, licences, examples.
pub fn package(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let mut count = 0;
    for (package, own) in PACKAGES {
        let list = Program::cargo().args(["package", "--list", "--allow-dirty", "--quiet", "--package", package]);
        let list = list.log("package").output(workshop)?;
        let files: Vec<&str> = list.lines().map(str::trim).collect();
        let mut wanted = ["LICENSE-MIT", "LICENSE-APACHE", "src/lib.rs"].iter().chain(own);
        if let Some(missing) = wanted.find(|wanted| !files.contains(*wanted)) {
            return Err(Failure::new(format!("{package} lacks {missing}: see `include` in its Cargo.toml")));
        }
        count += files.len();
    }
    Ok(Outcome::noted(format!("{count} files")))
}

/// The measured kernels are no part of the workspace, and would otherwise rot between two measurements.
pub fn kernels(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let check = ["check", "--manifest-path", "tests/bench/Cargo.toml", "--features", "peer,live", "--all-targets"];
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
    let packages = ["--package", "binlog-format", "--package", "mysql-protocol", "--all-features"];
    doc(&packages, "documentation-all-features")?;
    Ok(Outcome::held())
}
