//! Whatever keeps a replica from its server is said, in every language, with everything that is named in it.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::time::Duration;

use binlog_explorer::messages;
use binlog_explorer::view::Argument;
use binlog_format::{DecodeError, ErrorCode, field};
use binlog_replica::{Error, Exposed, Misplaced, ReasonCode, TlsFault};
use binlogscope::reasons;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

fn server(code: u16, message: &str) -> Error {
    Error::Server { code, state: "HY000".into(), message: message.into() }
}

fn of_network() -> Vec<Error> {
    let text = |text: &str| text.to_owned();
    let kinds = [
        ErrorKind::ConnectionRefused,
        ErrorKind::NetworkUnreachable,
        ErrorKind::ConnectionReset,
        ErrorKind::UnexpectedEof,
        ErrorKind::Other,
    ];
    let mut errors: Vec<_> = kinds.map(|kind| Error::Network(io::Error::new(kind, "as the system says"))).into();
    errors.extend([
        Error::Lookup(text("db.example"), io::Error::other("Name or service not known")),
        Error::Silent(Duration::from_millis(1500)),
        Error::Tls(TlsFault::File("ca.pem".into(), text("No such file"))),
        Error::Tls(TlsFault::Half),
        Error::Tls(TlsFault::NoAuthorities("ca.pem".into())),
        Error::Tls(TlsFault::UnknownIssuer),
        Error::Tls(TlsFault::OtherName),
        Error::Tls(TlsFault::Expired),
        Error::Tls(TlsFault::Other(text("HandshakeFailure"))),
        Error::NoTls,
        Error::NoCompression,
        Error::Plugin(text("dialog")),
        Error::InsecurePassword(Exposed::Plugin("mysql_clear_password")),
        Error::InsecurePassword(Exposed::ServerKey),
        Error::Authentication(text("parsec"), text("invalid key")),
    ]);
    errors
}

fn of_stream() -> Vec<Error> {
    let misplaced = [
        Misplaced::BeforeGreeting,
        Misplaced::BeforeTls,
        Misplaced::InLogin,
        Misplaced::EndlessLogin,
        Misplaced::FileWish,
        Misplaced::Position,
        Misplaced::InStream,
        Misplaced::NoBeginning,
        Misplaced::Ours,
    ];
    let mut errors: Vec<_> = misplaced.map(Error::Unexpected).into();
    let decode = DecodeError {
        code: ErrorCode::Implausible,
        field: field::ROTATE_POSITION,
        at: 3,
        expected: 8,
        found: 2,
        liar: None,
    };
    errors.extend([
        Error::Packet(decode),
        Error::Sequence(3, 5),
        Error::Checksum,
        Error::Damaged(ErrorCode::Implausible),
        Error::Privilege("Access denied for user 'repl'".into()),
        Error::LogBinOff,
        Error::OtherServer,
        Error::DuplicateServerId(7),
        Error::Beyond4GiB(1 << 33),
        Error::NoGtids("x-1".into()),
        server(1227, "Access denied; you need REPLICATION SLAVE"),
        server(1236, "Could not find first log file name in binary log index file"),
        server(1236, "Client requested source to start replication from impossible position"),
        server(1236, "A replica with the same server_uuid/server_id as this replica has connected to the source"),
        server(1236, "Replica can not handle replication events with the checksum that source is configured to log"),
        server(1236, "log event entry exceeded max_allowed_packet"),
        server(1236, "something new"),
        server(1045, "Access denied for user 'repl'@'db' (using password: YES)"),
        server(1130, "Host '10.0.0.1' is not allowed to connect to this MySQL server"),
        server(1129, "Host '10.0.0.1' is blocked because of many connection errors"),
        server(1040, "Too many connections"),
        server(3159, "Connections using insecure transport are prohibited while --require_secure_transport=ON."),
        server(1862, "Your password has expired."),
    ]);
    errors
}

fn bundle(locale: &str) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(messages::replica(locale).to_owned()).expect("well-formed");
    let mut bundle = FluentBundle::new(vec![locale.parse().expect("a language")]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("no message twice");
    bundle
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let bundles = ["en", "zh-CN"].map(bundle);
    let mut said = BTreeSet::new();
    for error in of_network().into_iter().chain(of_stream()) {
        said.extend(error.reasons().iter().map(|reason| reason.code));
        for message in reasons::messages(&error) {
            let mut arguments = FluentArgs::new();
            for (name, value) in &message.args {
                let Argument::Text(text) = value else { panic!("{message:?}") };
                arguments.set(name.clone(), text.clone());
            }
            for bundle in &bundles {
                let pattern = bundle.get_message(&message.id).and_then(|message| message.value());
                let pattern = pattern.unwrap_or_else(|| panic!("{} has no words", message.id));
                let mut faults = Vec::new();
                let words = bundle.format_pattern(pattern, Some(&arguments), &mut faults);
                assert!(faults.is_empty(), "{faults:?}: {words}");
                for (name, value) in &message.args {
                    let Argument::Text(text) = value else { panic!("{message:?}") };
                    assert!(words.contains(text.as_str()), "{name} is not named: {words}");
                }
            }
        }
    }
    assert_eq!(said, ReasonCode::ALL.iter().copied().collect(), "reasons that this test gives, and all there are");
    let ids: BTreeSet<_> = ReasonCode::ALL.iter().map(|code| code.id()).collect();
    let words: BTreeSet<_> =
        messages::replica("en").lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    // What the bridge says itself stands there too.
    assert_eq!(words, ids.into_iter().chain(["bridge-spool"]).collect());
}

#[test]
fn the_command_line_says_it_in_english() {
    let said = |error| reasons::in_words(&error);
    assert_eq!(said(Error::NoCompression), "The server does not have this compression.");
    let denied = said(server(1045, "Access denied for user 'repl'@'db' (using password: YES)"));
    assert!(
        denied.starts_with("The server says: Access denied for user 'repl'@'db' (using password: YES) (1045, HY000). ")
    );
    assert!(denied.ends_with("the part behind the @ counts."), "{denied}");
    assert!(said(Error::Privilege("Access denied".into())).contains("GRANT REPLICATION SLAVE"));
    assert!(said(server(1236, "The source purged required binary logs")).contains("deleted the logs"));
    let refused = said(Error::Network(ErrorKind::ConnectionRefused.into()));
    assert!(refused.contains("refused") && refused.contains("check host and port"), "{refused}");
}

#[test]
fn pages_are_told_sentence_by_sentence() {
    let error = server(1045, "Access denied");
    let reasons = reasons::to_pages(reasons::messages(&error));
    let ids: Vec<_> = reasons.iter().map(|reason| reason.id.as_str()).collect();
    assert_eq!(ids, ["replica-server", "replica-wrong-password"]);
    let args = reasons.first().map(|reason| reason.args.clone()).unwrap_or_default();
    let args: Vec<_> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(args, [("message", "Access denied"), ("number", "1045, HY000")]);
}
