//! Makes Cargo look at `dist/`, so that a page built after the binary still gets into it.
//! Nothing is built here: `cargo xtask build` runs Trunk first.

fn main() {
    // The macro that embeds the page names each file it found, which Cargo then watches; files
    // that are new, or a folder that was missing, it cannot name.
    println!("cargo::rerun-if-changed=../../dist");
}
