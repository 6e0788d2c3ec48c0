//! Commands over logs wrapped in gzip and zstd.

mod run;

use std::path::{Path, PathBuf};

use miniz_oxide::deflate::compress_to_vec;

use crate::run::run;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples").join(name)).expect("readable")
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(compress_to_vec(plain, 6));
    out.extend(crc32fast::hash(plain).to_le_bytes());
    out.extend((plain.len() as u32).to_le_bytes());
    out
}

/// A file of this test's, whose name tells nothing.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("wrapped-{name}"));
    std::fs::write(&path, bytes).expect("writable");
    path
}

#[test]
fn dumps_are_those_of_the_plain_file() {
    let plain = sample("mysql-9.7-shop.binlog");
    for format in ["json", "text", "tree"] {
        let wanted = run(&["dump", "--format", format, "-"], &plain);
        for (name, wrapped) in [("gzip", gzip(&plain)), ("zstd", zstd::encode_all(&plain[..], 3).expect("memory"))] {
            let path = file(&format!("{name}-{format}"), &wrapped);
            for got in [
                run(&["dump", "--format", format, path.to_str().expect("UTF-8")], b""),
                run(&["dump", "--format", format, "-"], &wrapped),
            ] {
                assert_eq!(got.status.code(), Some(0));
                assert!(got.stdout == wanted.stdout, "{name} as {format}");
                let said = String::from_utf8_lossy(&got.stderr).into_owned();
                assert!(said.contains(&format!("Unpacked from {name}")), "{said}");
            }
        }
    }
}

#[test]
fn a_damaged_wrapper_is_damage_and_what_came_before_is_printed() {
    let plain = sample("mariadb-11.8-shop.binlog");
    for wrapped in [gzip(&plain), gzip(&plain[..2000])] {
        let whole = wrapped.len() > 2000;
        let cut = &wrapped[..wrapped.len() - if whole { wrapped.len() / 2 } else { 4 }];
        let output = run(&["dump", "--format", "json", "-"], cut);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("breaks off after {} bytes", cut.len())));
        assert!(output.stdout.split(|byte| *byte == b'\n').count() > 5);
    }
    // Everything came out; only the wrapper's own checksum is wrong.
    let mut wrapped = gzip(&plain);
    let at = wrapped.len() - 6;
    wrapped[at] ^= 1;
    let output = run(&["dump", "--format", "json", "-"], &wrapped);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout == run(&["dump", "--format", "json", "-"], &plain).stdout);
    let output = run(&["verify", "--json", "-"], &wrapped);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("\"code\":\"wrapper-checksum\"") && said.contains("\"verdict\":\"damaged\""), "{said}");
}

#[test]
fn a_wrapper_without_a_log_is_refused_by_its_own_fault() {
    let refused = |bytes: &[u8]| {
        let output = run(&["dump", "-"], bytes);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&gzip(b"hello, this is no log\n")).contains("This is text"));
    assert!(refused(&gzip(&gzip(&sample("mysql-9.7-shop.binlog")))).contains("gzip file"));
    assert!(refused(&[0x1f, 0x8b, 8, 0xe0, 0, 0, 0, 0, 0, 0, 0]).contains("damaged"));
    assert!(refused(&[0x28, 0xb5, 0x2f, 0xfd]).contains("breaks off after 4 bytes"));
}

#[test]
fn filters_and_keys_work_through_wrappers() {
    let plain = sample("mysql-9.7-shop.binlog");
    let filter = ["dump", "--format", "json", "--filter", "rows:>0", "-"];
    let (wanted, got) = (run(&filter, &plain), run(&filter, &gzip(&plain)));
    assert!(wanted.status.success() && !wanted.stdout.is_empty());
    assert!(got.stdout == wanted.stdout);
}
