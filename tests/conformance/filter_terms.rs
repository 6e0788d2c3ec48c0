//! The term made of a value means the event that the value stands in: on real files, for every kind of field.

mod corpus;
mod random;

use std::collections::BTreeMap;

use binlog_explorer::document::Document;
use binlog_explorer::source::Memory;
use binlog_explorer::view::{Address, FieldNode, RowContent};

use crate::random::Random;

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

/// Paths of the nodes.
fn paths(nodes: &[FieldNode]) -> Vec<String> {
    let mut above: Vec<String> = Vec::new();
    let mut paths = Vec::new();
    for node in nodes {
        above.truncate(node.depth.into());
        let point = if node.name.starts_with('[') || above.is_empty() { "" } else { "." };
        let path = format!("{}{point}{}", above.last().map_or("", String::as_str), node.name);
        above.push(path.clone());
        paths.push(path);
    }
    paths
}

/// Addresses of everything listed, what lies inside of payloads too.
fn addresses(document: &mut Document) -> Vec<(Address, RowContent)> {
    document.set_mode(binlog_explorer::view::ListMode::Plain);
    for row in document.list(0, u32::MAX) {
        if row.expanded == Some(false) {
            // What cannot be opened has nothing inside.
            let _ = document.expand_payload(&row.address, true);
        }
    }
    document.list(0, u32::MAX).into_iter().map(|row| (row.address, row.content)).collect()
}

#[test]
fn a_term_made_of_a_value_means_its_event() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut keys: BTreeMap<String, usize> = BTreeMap::new();
    let mut columns: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let (mut leaves, mut offered) = (0, 0);
    let files: Vec<_> = corpus::files()
        .into_iter()
        .filter(|path| std::fs::metadata(path).is_ok_and(|it| it.len() < 100 << 10))
        .filter(|path| corpus::full() || path.to_string_lossy().contains("samples") || random.below(6) == 0)
        .collect();
    for path in files {
        let Some(mut document) = std::fs::read(&path).ok().and_then(open) else { continue };
        for (address, content) in addresses(&mut document) {
            let often = if path.to_string_lossy().contains("samples") { 1 } else { 6 };
            if random.below(often) > 0 {
                continue;
            }
            let name = format!("{} {address}", path.display());
            for term in document.terms_of_event(&address) {
                assert!(document.matches(&term, &address), "{name}: {term}");
            }
            let Ok(view) = document.event(&address) else { continue };
            let event = matches!(content, RowContent::Event { .. });
            for (node, path) in view.nodes.iter().zip(paths(&view.nodes)) {
                // The checksum is looked at with every event, values most of all.
                let wanted = node.id.starts_with("column.") || random.below(4) == 0;
                if node.branch || !wanted || node.space.is_some() && random.below(3) > 0 {
                    continue;
                }
                leaves += usize::from(event);
                let terms = document.terms_of_field(&address, &path);
                let cell = path.contains(".after[") || path.contains(".before[");
                if cell {
                    columns.entry(node.id.clone()).or_default()[usize::from(!terms.is_empty())] += 1;
                }
                for term in terms {
                    let holds = document.matches(&term, &address);
                    assert!(holds, "{name}: {path} ({}, {:?}): {term}", node.id, node.text);
                    offered += 1;
                    let key: String = term.chars().take_while(|it| !matches!(it, ':' | '.' | '~')).collect();
                    *keys.entry(key).or_default() += 1;
                }
            }
        }
    }
    assert!(offered > 5000, "{offered} of {leaves}");
    for key in ["row", "hex", "table", "type", "time", "server", "size", "end_log_pos", "gtid", "thread", "sql"] {
        assert!(keys.get(key).is_some_and(|count| *count > 5), "{key}: {keys:?}");
    }
    let [without, with] = columns.values().fold([0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
    assert!(without * 20 < with, "{columns:?}");
}

#[test]
fn terms_of_transactions_and_of_bytes() {
    let mut gtids = 0;
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-compressed.binlog"] {
        let bytes = std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample");
        let mut document = open(bytes.clone()).expect("a binary log");
        for (address, _) in addresses(&mut document) {
            for term in document.terms_of_transaction(&address) {
                assert!(document.matches(&term, &address), "{name} {address}: {term}");
                gtids += usize::from(term.starts_with("gtid:"));
            }
        }
        let terms = document.terms_of_bytes(&Address::source(4), 4, 12);
        assert_eq!(
            terms,
            [format!("hex:{}", bytes[4..12].iter().map(|it| format!("{it:02x}")).collect::<Vec<_>>().join(" "))]
        );
        assert!(document.matches(&terms[0], &Address::source(4)));
        assert!(document.terms_of_bytes(&Address::source(4), 4, 5).is_empty(), "one byte is everywhere");
        assert!(document.terms_of_bytes(&Address::source(4), 4, 400).is_empty(), "too long");
    }
    assert!(gtids > 50);
}
