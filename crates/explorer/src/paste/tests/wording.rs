//! Every message of the parser has its words in both languages, with arguments that are given.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;

const SOURCES: [&str; 8] = [
    include_str!("../../paste.rs"),
    include_str!("../comments.rs"),
    include_str!("../dump.rs"),
    include_str!("../numbers.rs"),
    include_str!("../output.rs"),
    include_str!("../plain.rs"),
    include_str!("../statements.rs"),
    include_str!("../text.rs"),
];

fn used() -> BTreeSet<String> {
    let ids = SOURCES.iter().flat_map(|source| source.split("\"paste-").skip(1));
    ids.map(|rest| format!("paste-{}", rest.split('"').next().unwrap_or(""))).collect()
}

fn defined(locale: &str) -> BTreeSet<String> {
    let path = format!("{}/locales/{locale}/paste.ftl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let ids = text.lines().filter(|line| line.starts_with("paste-"));
    let ids = ids.filter_map(|line| line.split(" =").next().map(str::to_owned)).collect();
    assert!(FluentResource::try_new(text).is_ok(), "{path} is not Fluent");
    ids
}

#[test]
fn messages_have_words_in_both_languages() {
    let used = used();
    assert!(used.len() > 40);
    assert_eq!(defined("en"), used);
    assert_eq!(defined("zh-CN"), used);
}
