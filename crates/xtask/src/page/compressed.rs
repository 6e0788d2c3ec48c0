//! What the page costs a visitor: its files compressed beside themselves, counted, and held to a limit.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::later::{LATER, PAGE_LATER};
use super::list;
use crate::step::Failure;
use crate::test::{Outcome, Tier};
use crate::workshop::Workshop;

/// Bytes that a first visit may transfer until the page answers: page, styles, scripts and the page's and worker's
/// WebAssembly, by brotli, which is what `serve` and the usual static hosts send.
const LIMIT: u64 = 700_000;

/// Files that shrink. The sample logs hardly do, and are small.
const COMPRESSED: [&str; 9] = ["wasm", "js", "css", "html", "svg", "json", "ftl", "sql", "md"];

/// A part of the first visit, and whether a file at the top of `dist/` belongs to it. What lies in folders is fetched
/// when it is wanted.
type Part = (&'static str, fn(&str) -> bool);

const PARTS: [Part; 4] = [
    ("page.wasm", |name| name == "page_bg.wasm"),
    ("worker.wasm", |name| name == "worker_bg.wasm"),
    ("scripts", |name| name.ends_with(".js")),
    ("page and styles", |name| [".html", ".css", ".svg"].iter().any(|ending| name.ends_with(ending))),
];

/// Writes `NAME.br` and `NAME.gz` beside the files of the page, where they are smaller: `serve` sends them as they
/// are, and so can other hosts.
pub fn compress(dist: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    list(dist, &mut files).map_err(|error| Failure::new(format!("cannot list {}: {error}", dist.display())))?;
    // What is compressed inside of itself and rarely fetched is not worth the time.
    files.retain(|path| !path.ends_with(super::portable::FILE));
    files.retain(|path| extension(path).is_some_and(|extension| COMPRESSED.contains(&extension)));
    // The two modules take nearly all of the time: each has a thread.
    let (large, rest): (Vec<_>, Vec<_>) = files.iter().partition(|path| path.ends_with("worker_bg.wasm"));
    std::thread::scope(|scope| {
        let large = scope.spawn(|| large.into_iter().try_for_each(|path| compress_file(path)));
        rest.into_iter().try_for_each(|path| compress_file(path))?;
        large.join().unwrap_or_else(|_| Err(Failure::new("compressing the page failed")))
    })
}

fn compress_file(path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("cannot compress {}: {error}", path.display()));
    let bytes = fs::read(path).map_err(failed)?;
    for (ending, packed) in [("br", brotli(&bytes).map_err(failed)?), ("gz", gzip(&bytes).map_err(failed)?)] {
        if packed.len() < bytes.len() {
            fs::write(beside(path, ending), packed).map_err(failed)?;
        }
    }
    Ok(())
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    // Quality 11 and a window of 16 MiB, the most that every browser takes.
    let mut writer = ::brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}

pub fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

/// `a/b.wasm` and `br`: `a/b.wasm.br`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(ending);
    name.into()
}

/// What one part of the first visit transfers.
struct Cost {
    name: &'static str,
    brotli: u64,
    gzip: u64,
}

fn costs(dist: &Path) -> Vec<Cost> {
    let names: Vec<String> = fs::read_dir(dist)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let part = |(name, takes): Part| {
        let files: Vec<&String> = names.iter().filter(|name| takes(name)).collect();
        let sum = |ending: &str| files.iter().map(|name| of(dist, name, ending)).sum();
        Cost { name, brotli: sum("br"), gzip: sum("gz") }
    };
    PARTS.into_iter().map(part).collect()
}

/// Bytes that are sent of a file that is asked for.
fn of(dist: &Path, name: &str, ending: &str) -> u64 {
    let size = |name: &str| fs::metadata(dist.join(name)).ok().map(|metadata| metadata.len());
    size(&format!("{name}.{ending}")).or_else(|| size(name)).unwrap_or(0)
}

/// The cost part by part, so that growth is seen when it happens.
pub fn sizes(dist: &Path) -> String {
    let costs = costs(dist);
    let kilobytes = |bytes: u64| format!("{:.0}", bytes as f64 / 1e3);
    let line = |name: &str, brotli: u64, gzip: u64| format!("{name} {}/{}", kilobytes(brotli), kilobytes(gzip));
    let parts = costs.iter().map(|cost| line(cost.name, cost.brotli, cost.gzip));
    let parts: Vec<String> = parts.collect();
    let all = line("in all", costs.iter().map(|cost| cost.brotli).sum(), costs.iter().map(|cost| cost.gzip).sum());
    let later = |what: &str, name: &str| line(what, of(dist, name, "br"), of(dist, name, "gz"));
    let later = [later("statistics and filters", LATER), later("dialogs", PAGE_LATER)].join(", ");
    format!("first visit in kB, brotli/gzip: {}; {all}; fetched later: {later}", parts.join(", "))
}

/// Fails when the first visit transfers more than it may, or nothing, which would be no page.
pub fn check(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let dist = workshop.root.join("dist");
    let costs = costs(&dist);
    if let Some(missing) = costs.iter().find(|cost| cost.brotli == 0 || cost.gzip == 0) {
        return Err(Failure::new(format!("dist/ has no {}", missing.name)));
    }
    let sum: u64 = costs.iter().map(|cost| cost.brotli).sum();
    if sum > LIMIT {
        return Err(Failure::new(format!(
            "A first visit may transfer {LIMIT} bytes, compressed by brotli, and transfers {sum}: {}",
            sizes(&dist)
        )));
    }
    Ok(Outcome::noted(sizes(&dist)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_are_what_they_were() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(|number| (number / 7).to_le_bytes()).collect();
        let mut back = Vec::new();
        let packed = brotli(&bytes).expect("it packs");
        ::brotli::Decompressor::new(packed.as_slice(), 4096).read_to_end(&mut back).expect("it unpacks");
        assert!(back == bytes && packed.len() < bytes.len() / 2);
        let packed = gzip(&bytes).expect("it packs");
        back.clear();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut back).expect("it unpacks");
        assert!(back == bytes && packed.len() < bytes.len() / 2);
    }

    #[test]
    fn a_first_visit_is_counted_by_part() {
        let dist = std::env::temp_dir().join(format!("xtask-compressed-{}", std::process::id()));
        fs::create_dir_all(dist.join("samples")).expect("a folder");
        for (name, size) in [
            ("page_bg.wasm", 9000),
            ("worker_bg.wasm", 8000),
            ("worker_bg.wasm.br", 100),
            ("worker_bg.wasm.gz", 200),
            ("page.js", 30),
            ("index.html", 4),
            ("1.css", 5),
            ("samples/a.html", 700),
        ] {
            fs::write(dist.join(name), vec![0; size]).expect("a file");
        }
        let costs = costs(&dist);
        let found: Vec<_> = costs.iter().map(|cost| (cost.name, cost.brotli, cost.gzip)).collect();
        let expected =
            [("page.wasm", 9000, 9000), ("worker.wasm", 100, 200), ("scripts", 30, 30), ("page and styles", 9, 9)];
        assert_eq!(found, expected);
        fs::remove_dir_all(&dist).expect("it was there");
    }
}
