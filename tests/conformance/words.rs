//! Every diagnostic has words, in every language, and no words are left over.

use std::collections::BTreeSet;

use binlog_explorer::messages;
use binlog_explorer::view::Message;
use binlog_format::ErrorCode;
use fluent_bundle::FluentResource;
use mysql_protocol::sense::Code;

fn ids(language: &str) -> BTreeSet<String> {
    let texts = [messages::resource(language), messages::replica(language)].join("\n");
    let resource = FluentResource::try_new(texts).expect("well-formed");
    let lines = resource.source().lines();
    let ids = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
    ids.filter_map(|line| line.split_once(" =").map(|(id, _)| id.to_owned())).collect()
}

#[test]
fn errors_have_words() {
    let english = ids("en");
    for code in ErrorCode::ALL {
        assert!(english.contains(&messages::error_id(*code)), "{code:?}");
    }
    let known = ErrorCode::ALL.iter().map(|code| messages::error_id(*code)).collect::<BTreeSet<_>>();
    let extra: Vec<_> = english.iter().filter(|id| id.starts_with("error-") && !known.contains(*id)).collect();
    assert!(extra.is_empty(), "{extra:?}");
}

#[test]
fn doubts_about_packets_have_words() {
    let english = ids("en");
    let known: BTreeSet<_> = Code::ALL.iter().map(|code| format!("sense-{}", code.id().replace('_', "-"))).collect();
    let there: BTreeSet<_> = english.into_iter().filter(|id| id.starts_with("sense-")).collect();
    assert_eq!(known, there);
}

#[test]
fn languages_have_the_same_messages() {
    assert_eq!(ids("en"), ids("zh-CN"));
}

#[test]
fn a_message_is_a_sentence_with_its_arguments() {
    let message = Message::new("note-packet").number("bytes", 3).text("kind", "semi-sync");
    assert_eq!(messages::english(&message), "3 bytes before the first event are a replication packet's (semi-sync).");
    assert_eq!(messages::english(&Message::new("no-such-words")), "no-such-words");
}
