//! Masking, over logs of real servers with something private in every column type and every other place
//! (`tests/fixtures/masking`): nothing of it is left in what is masked, as it is or inflated.

mod corpus;
mod cut;

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use binlog_explorer::bundle::Bundle;
use binlog_explorer::choice::Choice;
use binlog_explorer::document::open_bytes;
use binlog_explorer::dump::{Sink, Totals, Walked, walk};
use binlog_explorer::mask::{Masked, Masker, Rules, mask_source, write_masked};
use binlog_explorer::source::Memory;
use binlog_explorer::space::Space;
use binlog_explorer::space::holder::Holder;
use binlog_format::catalogue::Sensitivity;
use binlog_format::event::decode;
use binlog_format::framer::{Span, Start};
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, FieldId, field};

/// Bytes that are enough to tell where they come from.
const WINDOW: usize = 8;

const LOGS: [&str; 2] = ["mysql", "mariadb"];

fn fixture(name: &str) -> (PathBuf, Vec<u8>) {
    let path = corpus::root().join("tests/fixtures/masking").join(format!("{name}.binlog"));
    let bytes = std::fs::read(&path).expect("the fixture");
    (path, bytes)
}

/// The leaves of every event and of everything inflated: their field and bytes.
#[derive(Default)]
struct Leaves {
    seen: Vec<(FieldId, Vec<u8>)>,
    /// Column kinds by name.
    kinds: BTreeSet<String>,
}

impl Leaves {
    fn of(bytes: Vec<u8>) -> (Self, Totals) {
        let mut leaves = Self::default();
        let totals = walk(&Memory::new(bytes), Start::File, 0, &mut leaves).expect("memory does not fail");
        (leaves, totals)
    }

    fn take(&mut self, tree: &FieldTree<'_>, bytes: &[u8]) {
        for node in tree.nodes().iter().filter(|node| !node.branch) {
            self.seen.push((node.slot.field, bytes[node.start as usize..node.end as usize].to_vec()));
        }
    }

    /// The windows of those that `wanted` says, unless they are of few different bytes, as padding is.
    fn windows(&self, wanted: impl Fn(FieldId, &[u8]) -> bool) -> HashSet<[u8; WINDOW]> {
        let wanted = self.seen.iter().filter(|(of, bytes)| wanted(*of, bytes) && !is_stored(*of));
        let windows = wanted.flat_map(|(_, bytes)| bytes.windows(WINDOW).map(window));
        windows.filter(|window| window.iter().collect::<BTreeSet<_>>().len() > 3).collect()
    }
}

impl Leaves {
    /// The same across leaves that stand behind each other.
    fn windows_across(&self, wanted: impl Fn(FieldId, &[u8]) -> bool) -> HashSet<[u8; WINDOW]> {
        let runs = self.seen.chunk_by(|(one, text), (other, next)| wanted(*one, text) && wanted(*other, next));
        let runs = runs.filter(|run| run.iter().all(|(of, bytes)| wanted(*of, bytes)));
        let runs = runs.map(|run| run.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect::<Vec<_>>());
        runs.flat_map(|run| run.windows(WINDOW).map(window).collect::<Vec<_>>()).collect()
    }
}

fn window(bytes: &[u8]) -> [u8; WINDOW] {
    bytes.try_into().expect("a window")
}

/// Words that a server writes around a transaction: what they name, a savepoint or an id, has a class of its own.
fn is_of_transaction(of: FieldId, text: &[u8]) -> bool {
    let words = ["BEGIN", "COMMIT", "SAVEPOINT ", "ROLLBACK TO ", "XA "];
    of == field::QUERY_STATEMENT && words.iter().any(|word| text.starts_with(word.as_bytes()))
}

fn is_stored(of: FieldId) -> bool {
    matches!(of, field::PAYLOAD_PAYLOAD | field::COMPRESSED_DATA | field::COLUMN_COMPRESSED_DATA)
}

impl Sink for Leaves {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let decoded = decode(event.bytes, &event.context, &mut tree).expect("a header");
        assert!(decoded.body.is_ok(), "{:?} at {}", decoded.body, event.start);
        self.take(&tree, event.bytes);
        if let Ok(binlog_format::Body::Rows(rows)) = decoded.body
            && let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id))
        {
            let kinds = plan.columns.iter().map(|column| format!("{:?}", column.kind));
            self.kinds.extend(kinds.map(|kind| kind.split([' ', '(']).next().unwrap_or_default().to_owned()));
        }
        Ok(None)
    }
    fn text(&mut self, space: &Space, _: &Span) -> io::Result<()> {
        self.seen.push((field::QUERY_STATEMENT, space.bytes.clone()));
        Ok(())
    }
    fn row_images(
        &mut self, _: Holder<'_>, _: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        rows.observe(plan, &mut (), &mut tree).expect("rows that can be read");
        self.take(&tree, rows.rows);
        Ok(None)
    }
}

/// Masks a whole log in place.
fn masked(bytes: &[u8], rules: &Rules) -> (Vec<u8>, Masked) {
    let masker = Masker::new(rules).expect("patterns");
    let mut out = bytes.to_vec();
    let mut written: Vec<Range<usize>> = Vec::new();
    let done = mask_source(&masker, &Memory::new(bytes.to_vec()), false, &mut |at, bytes| {
        let range = at as usize..at as usize + bytes.len();
        out[range.clone()].copy_from_slice(bytes);
        written.push(range);
    });
    assert_eq!(written.iter().map(Range::len).sum::<usize>(), bytes.len() - 4, "everything but the magic, once");
    (out, done.expect("memory does not fail"))
}

/// The canary in every form that a character set or a statement gives it.
fn forms() -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for word in ["CANARY", "canary"] {
        forms.push(word.into());
        forms.push(word.bytes().flat_map(|byte| [0, byte]).collect());
        forms.push(word.bytes().flat_map(|byte| [byte, 0]).collect());
        forms.push(word.bytes().flat_map(|byte| [0, 0, 0, byte]).collect());
        forms.push(word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into());
        forms.push(word.bytes().map(|byte| format!("{byte:02X}")).collect::<String>().into());
    }
    // Numbers are little-endian.
    forms.push(b"YRANAC".to_vec());
    forms
}

fn find(bytes: &[u8], form: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, form)
}

#[test]
fn the_logs_have_something_private_everywhere() {
    let (mysql, totals) = Leaves::of(fixture("mysql").1);
    assert_eq!(totals.problems, 0, "{totals:?}");
    let (mariadb, totals) = Leaves::of(fixture("mariadb").1);
    assert_eq!(totals.problems, 0, "{totals:?}");
    let kinds: BTreeSet<_> = mysql.kinds.union(&mariadb.kinds).map(String::as_str).collect();
    for kind in [
        "Integer",
        "Float",
        "Double",
        "Year",
        "Date",
        "Time2",
        "Datetime2",
        "Timestamp2",
        "Decimal",
        "Bit",
        "Enum",
        "Set",
        "Varchar",
        "String",
        "Blob",
        "Json",
        "Geometry",
        "Vector",
        "BlobCompressed",
        "VarcharCompressed",
    ] {
        assert!(kinds.contains(kind), "{kind} in {kinds:?}");
    }
    let both = || mysql.seen.iter().chain(&mariadb.seen);
    for (of, needs_canary) in [
        (field::QUERY_STATEMENT, true),
        (field::QUERY_DATABASE, true),
        (field::QUERY_INVOKER_USER, false),
        (field::QUERY_UPDATED_DB_NAME, true),
        (field::ROWS_QUERY_STATEMENT, true),
        (field::ANNOTATE_ROWS_STATEMENT, true),
        (field::USER_VAR_NAME, true),
        (field::USER_VAR_VALUE, true),
        (field::COLUMN_DECIMAL_DIGITS, false),
        (field::INTVAR_VALUE, false),
        (field::RAND_SEED1, false),
        (field::LOAD_BLOCK_DATA, true),
        (field::TABLE_MAP_DATABASE, true),
        (field::TABLE_MAP_TABLE, true),
        (field::TABLE_MAP_COLUMN_NAME, true),
        (field::TABLE_MAP_LABEL, true),
        (field::JSON_KEY, true),
        (field::JSON_STRING_TEXT, true),
        (field::JSON_OPAQUE_DATA, true),
        (field::JSON_INTEGER, false),
        (field::JSON_DOUBLE, false),
        (field::JSON_LITERAL, false),
        (field::JSON_DIFF_PATH, true),
        (field::GEOMETRY_X, false),
        (field::XA_PREPARE_GTRID, true),
        (field::XA_PREPARE_BQUAL, true),
        (field::MARIADB_GTID_GTRID, true),
        (field::GTID_TAGGED_TAG, true),
        (field::GTID_SOURCE_UUID, false),
        (field::PAYLOAD_PAYLOAD, false),
        (field::COMPRESSED_DATA, false),
        (field::COLUMN_COMPRESSED_DATA, false),
    ] {
        let mut found = both().filter(|(field, _)| *field == of).map(|(_, bytes)| bytes).peekable();
        assert!(found.peek().is_some(), "{of:?} is there");
        let canary = |bytes: &Vec<u8>| forms().iter().any(|form| find(bytes, form).is_some());
        assert!(!needs_canary || found.any(canary), "{of:?} has a canary");
    }
}

#[test]
fn nothing_of_a_canary_is_left() {
    for name in LOGS {
        let (_, bytes) = fixture(name);
        let (leaves, _) = Leaves::of(bytes.clone());
        let private =
            leaves.windows(|of, text| of.entry().sensitivity != Sensitivity::Open && !is_of_transaction(of, text));
        assert!(private.len() > 1000, "{} windows", private.len());
        let (out, done) = masked(&bytes, &Rules::everything());
        assert!(!done.restored.is_empty(), "compressed parts were opened");
        let everything = std::iter::once(("file", &out)).chain(done.restored.iter().map(|it| (&*it.space, &it.bytes)));
        for (space, bytes) in everything {
            for form in forms() {
                assert_eq!(find(bytes, &form), None, "{name} {space}: {:?}", String::from_utf8_lossy(&form));
            }
            for (at, bytes) in bytes.windows(WINDOW).enumerate() {
                assert!(!private.contains(&window(bytes)), "{name} {space} at {at}: {bytes:02x?}");
            }
        }
    }
}

/// Values alone: what quotes them is masked too, and names stay.
#[test]
fn values_are_gone_where_names_stay() {
    for name in LOGS {
        let (_, bytes) = fixture(name);
        let (leaves, _) = Leaves::of(bytes.clone());
        let is_masked = |of: FieldId, text: &[u8]| {
            matches!(of.entry().sensitivity, Sensitivity::Data | Sensitivity::Sql) && !is_of_transaction(of, text)
        };
        let open = leaves.windows_across(|of, text| !is_masked(of, text));
        let private: HashSet<_> = leaves.windows(is_masked).difference(&open).copied().collect();
        let (out, done) = masked(&bytes, &Rules::default());
        assert!(find(&out, b"CANARYtable").is_some(), "names stay");
        for bytes in std::iter::once(&out).chain(done.restored.iter().map(|it| &it.bytes)) {
            for (at, bytes) in bytes.windows(WINDOW).enumerate() {
                assert!(!private.contains(&window(bytes)), "{name} at {at}: {:?}", String::from_utf8_lossy(bytes));
            }
        }
    }
}

/// Exceptions by table and by column, both ways.
#[test]
fn exceptions_go_both_ways() {
    let (_, bytes) = fixture("mysql");
    let holds = |rules: &Rules, text: &str| {
        let (out, done) = masked(&bytes, rules);
        std::iter::once(&out)
            .chain(done.restored.iter().map(|it| &it.bytes))
            .any(|bytes| find(bytes, text.as_bytes()).is_some())
    };
    let column = |open: &str| Rules { open_columns: vec![open.into()], ..Rules::default() };
    for open in ["vc", "VC", "CANARYtable.vc", "CANARYschema.CANARYtable.vc", "*.*.v?", "@21"] {
        assert!(holds(&column(open), "CANARYvarchar"), "{open}");
        assert!(!holds(&column(open), "CANARYmediumtext") && !holds(&column(open), "CANARYliteral"), "{open}");
    }
    assert!(!holds(&column("other.vc"), "CANARYvarchar"));
    let labels = column("e");
    assert!(holds(&labels, "CANARYlabel-one") && !holds(&labels, "CANARYmember-one"));
    let table = Rules { open_tables: vec!["CANARYsch*.CANARYt*".into()], ..Rules::default() };
    assert!(holds(&table, "CANARYvarchar") && holds(&table, "CANARYmember-one"));
    assert!(!holds(&table, "CANARYone"), "another table's");
    // Values open, one column masked: statements and variables may quote it.
    let one = Rules { masked_columns: vec!["CANARYtable.vc".into()], ..Rules::nothing() };
    assert!(!holds(&one, "CANARYvarchar") && !holds(&one, "CANARYuservalue") && !holds(&one, "CANARYliteral"));
    assert!(holds(&one, "CANARYmediumtext"));
    let both = Rules { masked_columns: vec!["vc".into()], ..table };
    assert!(!holds(&both, "CANARYvarchar") && holds(&both, "CANARYmediumtext"));
    for wrong in ["", "a.b.c.d", "a..b", "two words"] {
        assert!(Masker::new(&column(wrong)).is_err(), "{wrong}");
    }
}

/// A log with its compressed parts stored again: what is written to a file.
fn stored(bytes: &[u8], rules: &Rules) -> Vec<u8> {
    let (masker, mut out) = (Masker::new(rules).expect("patterns"), Vec::new());
    write_masked(&masker, &Memory::new(bytes.to_vec()), Start::File, &mut out).expect("memory does not fail");
    out
}

/// What is shared carries what its compressed parts stand for, and is read like the log that it came from.
#[test]
fn a_masked_bundle_has_the_structure_of_its_log() {
    let fragments = cut::cut_log(&fixture("mariadb").1, cut::CUT);
    let logs = LOGS.into_iter().map(|name| (name, fixture(name).1)).chain([("rows in fragments", fragments)]);
    for (name, bytes) in logs {
        let (before, _) = Leaves::of(bytes.clone());
        for rules in [Rules::default(), Rules::everything()] {
            let mut opened = open_bytes("CANARYname.binlog", bytes.clone(), Vec::new()).expect("a log");
            opened.scan_all().expect("memory does not fail");
            let chosen = opened.choose(&Choice::Whole).expect("there is something");
            let mut bundle = Bundle::of(&opened, &chosen).expect("its bytes are there");
            assert!(bundle.mask(&rules).expect("patterns") > 100);
            let once = bundle.clone();
            bundle.mask(&rules).expect("patterns");
            assert!(bundle == once, "{name}: masked twice is masked once");
            let mut after = Leaves::default();
            let totals = walk(&once.clone().into_source(), Start::File, 0, &mut after).expect("memory does not fail");
            assert_eq!(totals.problems, 0, "{name}: {totals:?}");
            let fields = |leaves: &Leaves| leaves.seen.iter().map(|(of, bytes)| (*of, bytes.len())).collect::<Vec<_>>();
            assert!(fields(&before) == fields(&after), "{name}");
            let file = once.to_bytes();
            let again = Bundle::from_bytes(&file).expect("a bundle");
            assert!(again == once);
            if rules == Rules::everything() {
                let spaces =
                    once.pieces.iter().map(|piece| &piece.bytes).chain(once.restored.iter().map(|(_, bytes)| bytes));
                for (bytes, form) in spaces.flat_map(|bytes| forms().into_iter().map(move |form| (bytes, form))) {
                    assert_eq!(find(bytes, &form), None, "{name}");
                }
                assert!(find(once.name.as_bytes(), b"CANARY").is_none());
            }
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn masked_logs_are_logs_to_the_servers_tools() {
    for (name, server, tool) in [("mysql", "mysql-9.7", "mysqlbinlog"), ("mariadb", "mariadb-11.8", "mariadb-binlog")] {
        let (_, bytes) = fixture(name);
        let (before, _) = Leaves::of(bytes.clone());
        for rules in [Rules::default(), Rules::everything()] {
            let out = stored(&bytes, &rules);
            let (after, totals) = Leaves::of(out.clone());
            assert_eq!((totals.problems, &totals.damaged), (0, &Vec::new()), "{name}: {totals:?}");
            // The same leaves, inflated ones too.
            let fields = |leaves: &Leaves| {
                leaves
                    .seen
                    .iter()
                    .map(|(of, bytes)| (*of, if is_length(*of) { 0 } else { bytes.len() }))
                    .collect::<Vec<_>>()
            };
            let differ = fields(&before).into_iter().zip(fields(&after)).find(|(one, other)| one != other);
            assert_eq!(differ, None, "{name}");
            assert_eq!(before.seen.len(), after.seen.len());
            if rules == Rules::everything() {
                for form in forms() {
                    assert!(after.seen.iter().all(|(_, bytes)| find(bytes, &form).is_none()), "{name}");
                }
            }
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/servers").join(server);
            if !script.exists() {
                eprintln!("SKIPPED: no {server} here");
                continue;
            }
            let file = std::env::temp_dir().join(format!("binlogscope-masked-{name}-{}.binlog", std::process::id()));
            std::fs::write(&file, &out).expect("a temporary file");
            let output = Command::new(&script)
                .args([tool, "-vv", "--base64-output=decode-rows", "--verify-binlog-checksum"])
                .arg(&file)
                .output()
                .expect("the tool starts");
            let _ = std::fs::remove_file(&file);
            let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{name} by {rules:?}: {errors}");
            assert!(!errors.contains("ERROR"), "{name} by {rules:?}: {errors}");
            assert!(text.contains("### INSERT INTO") && text.contains("### UPDATE"), "{name}: {text}");
            assert!(text.matches("\nCOMMIT").count() > 5, "{name}: transactions end");
            if rules == Rules::everything() {
                assert!(!text.to_ascii_uppercase().contains("CANARY"), "{name}");
            }
        }
    }
}

/// Whether a leaf's length, or where it stands, may change when a part is stored again.
fn is_length(of: FieldId) -> bool {
    is_stored(of)
        || matches!(
            of,
            field::PAYLOAD_SIZE
                | field::PAYLOAD_COMPRESSION
                | field::PAYLOAD_UNCOMPRESSED_SIZE
                | field::COMPRESSED_LENGTH
                | field::PAYLOAD_FIELD_LENGTH
        )
}
