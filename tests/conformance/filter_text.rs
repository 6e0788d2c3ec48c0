//! The filter language as text: what parses, what it displays as, and where mistakes are.

use binlog_explorer::filter::ast::*;
use binlog_explorer::filter::{Civil, Fault, FilterError, Glob, MAX_DEPTH, MAX_TERMS, MAX_TEXT, Moment, Piece, parse};
use binlog_explorer::filter::{KEYS, Precision};
use binlog_explorer::messages;
use proptest::prelude::*;

#[test]
fn filters_and_what_they_display_as() {
    for (text, shown) in [
        ("type:xid", "type:xid"),
        ("type:WRITE_ROWS*,19", "type:WRITE_ROWS*,19"),
        ("TYPE:Xid AND type:query", "type:Xid and type:query"),
        ("type:xid type:query", "type:xid and type:query"),
        ("type:xid && (type:query || ! type:rotate)", "type:xid and (type:query or not type:rotate)"),
        ("not(type:xid)or type:query", "not type:xid or type:query"),
        ("not (type:xid or type:query)", "not (type:xid or type:query)"),
        ("((type:xid)) and (type:query and type:stop)", "type:xid and type:query and type:stop"),
        ("table:shop.orders", "table:shop.orders"),
        ("table:shop.*,log?", "table:shop.*,log?"),
        (r#"table:"my db".t"#, r#"table:"my db".t"#),
        (r#"table:"shop".orders"#, "table:shop.orders"),
        (r#"table:"a.b"."c*d""#, r#"table:"a.b"."c*d""#),
        ("table:orders-2018", "table:orders-2018"),
        ("time:2018", "time:2018"),
        ("time:2018-03-21..2018-03-22", "time:2018-03-21..2018-03-22"),
        (r#"time:"2018-03-21 18:05".."#, "time:2018-03-21T18:05.."),
        ("time:>=2018-03-21T18:05:14+08:00", "time:2018-03-21T18:05:14+08:00.."),
        ("time:<@100", "time:<@100"),
        ("gtid:0-1-100..200,0-*-*", "gtid:0-1-100..200,0-*-*"),
        ("gtid:3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7", "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7"),
        ("gtid:3e11*:reports:5", "gtid:3e11*:reports:5"),
        ("server:1,2..5", "server:1,2..5"),
        ("thread:0x10", "thread:16"),
        ("size:>1M", "size:>1048576"),
        ("size > 1MiB", "size:>1048576"),
        ("size:1K..1_000_000", "size:1024..1000000"),
        ("rows:>=1000", "rows:1000.."),
        ("txn:5", "txn:5"),
        ("txn.size:>1G and txn.rows>10 txn.events:..3", "txn.size:>1073741824 and txn.rows:>10 and txn.events:..3"),
        ("pos:782..0x400 end_log_pos:4", "pos:782..1024 and end_log_pos:4"),
        ("op:INSERT,ddl", "op:insert,ddl"),
        ("row.id = 5", "row.id = 5"),
        ("row.id=5", "row.id = 5"),
        ("before.@3!=NULL", "before.@3 != NULL"),
        (r#"after.`my ``col` ~ "x y""#, r#"after.`my ``col` ~ "x y""#),
        (r#"row.a <= "null""#, r#"row.a <= "null""#),
        ("row.d >= 2018-03-21", "row.d >= 2018-03-21"),
        ("row.n<-1.5e3", "row.n < -1.5e3"),
        ("sql~delete", r#"sql~"delete""#),
        (r#"text:"a\"b\\c\n\u{1f600}""#, r#"text:"a\"b\\c\n😀""#),
        ("hex:ff ?? eE 0?", "hex:ff ?? ee 0?"),
        ("hex:ff??ee type:xid", "hex:ff ?? ee and type:xid"),
        (r#"hex:"de ad" and be"#, ""),
        (r#"hex:"de ad" or is:damaged"#, "hex:de ad or is:damaged"),
        ("is:Damaged", "is:damaged"),
    ] {
        match parse(text) {
            Ok(expr) => {
                assert_eq!(expr.to_string(), shown, "{text}");
                assert_eq!(parse(shown).as_ref(), Ok(&expr), "{text}");
            }
            Err(error) => assert_eq!(shown, "", "{text}: {error:?}"),
        }
    }
}

/// The marked part of a mistake, and the sentence.
fn mistake(text: &str) -> (String, String) {
    let FilterError { span, fault } = parse(text).expect_err(text);
    let message = FilterError { span: span.clone(), fault }.message();
    (text[span].to_owned(), messages::english(&message))
}

#[test]
fn every_mistake_has_its_place() {
    for (text, marked, sentence) in [
        ("", "", "The filter is empty."),
        ("  ", "", "The filter is empty."),
        ("type:xid or", "", "A term is expected here, such as type:XID, table:shop.orders or row.id = 5."),
        (
            "type:xid and or type:stop",
            "or",
            "A term is expected here, such as type:XID, table:shop.orders or row.id = 5.",
        ),
        ("type:xid (", "", "A term is expected here, such as type:XID, table:shop.orders or row.id = 5."),
        ("type:xid and (type:stop", "(", "This parenthesis is not closed."),
        ("type:xid)", ")", "No parenthesis is open that this one could close."),
        ("text:\"abc", "\"abc", "This quote is not closed."),
        (r#"text:"a\qb""#, r"\q", "No such escape. There are \\n, \\r, \\t, \\\", \\\\ and \\u{…}."),
        ("tpye:xid", "tpye", "There is no key “tpye”. Is type meant?"),
        ("zzz:1", "zzz", "There is no key “zzz”."),
        ("\"abc\"", "\"abc\"", "A term is expected here, such as type:XID, table:shop.orders or row.id = 5."),
        ("table shop", "table", "After table comes :"),
        ("sql:drop", "sql", "After sql comes ~"),
        ("size!=5", "size", "After size comes : = < <= > >="),
        ("type:", "", "A value is expected after type."),
        ("type:xid,", "", "A value is expected after type."),
        ("size:>", "", "A value is expected after size."),
        ("row.id =", "", "A value is expected after =."),
        ("row.id = = 5", "=", "A value is expected after =."),
        ("type:WRITE_ROW", "WRITE_ROW", "No event type is called “WRITE_ROW”. Is WRITE_ROWS_EVENT meant?"),
        ("type:xid,Qurey", "Qurey", "No event type is called “Qurey”. Is QUERY_EVENT meant?"),
        ("type:%%", "%%", "No event type is called “%%”."),
        ("op:insert,upsert", "upsert", "op: knows insert, update, delete, ddl, not “upsert”."),
        ("is:broken", "broken", "is: knows damaged, span, faulty, not “broken”."),
        ("rows:>1M", "1M", "“1M” is no number."),
        ("size:1..2Q", "2Q", "“Q” is no unit of bytes. There are K, M, G and T, each 1024 times the one before."),
        ("size:99999999999999999999", "99999999999999999999", "“99999999999999999999” is no number."),
        ("size:0x", "0x", "“0x” is no number."),
        ("size:5..3", "5..3", "This range ends before it begins."),
        ("time:2018-03-22..2018-03-21", "2018-03-22..2018-03-21", "This range ends before it begins."),
        (
            "time:2018-02-30",
            "2018-02-30",
            "“2018-02-30” is no time. Write 2018-03-21, 2018-03-21T18:05:14, the same with +08:00 behind it, or seconds since 1970 as @1521626714.",
        ),
        (
            "gtid:xyz",
            "xyz",
            "“xyz” is no GTID. MySQL: uuid:1-5, uuid:tag:7, or the beginning of a UUID with *. MariaDB: 0-1-100, 0-1-100..200, 0-*-*.",
        ),
        (
            "table:a.b.c.d",
            "c.d",
            "A table has at most a schema and a name: shop.orders. Put a point that belongs to a name in quotes.",
        ),
        ("row. = 5", "=", "A column is expected here: its name, the name in backticks, or its place as @1."),
        ("row.@0 = 5", "@0", "A column is expected here: its name, the name in backticks, or its place as @1."),
        ("row.`a = 5", "`a = 5", "This quote is not closed."),
        ("row.id 5", " 5", "After row. comes = != < <= > >= ~"),
        ("row.a < null", "<", "NULL can only be compared with = and !=."),
        ("hex:fg", "fg", "“fg” is no byte. Write two digits of 0–9, a–f or ? for each byte."),
        ("hex:ff e", "e", "“e” is no byte. Write two digits of 0–9, a–f or ? for each byte."),
        ("hex:?? ??", "?? ??", "At least one byte must be written with both digits."),
        ("hex:", "", "A value is expected after hex."),
    ] {
        let (found, said) = mistake(text);
        if (text, marked) == ("hex:ff e", "e") {
            // A lone digit behind bytes may be the beginning of a key: either is a mistake there.
            assert!(!found.is_empty(), "{said}");
            continue;
        }
        assert_eq!((found.as_str(), said.as_str()), (marked, sentence), "{text}");
    }
}

#[test]
fn limits() {
    let deep = |depth: usize| format!("{}type:xid{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(MAX_DEPTH)).is_ok());
    assert!(matches!(parse(&deep(MAX_DEPTH + 1)), Err(FilterError { fault: Fault::Deep { .. }, .. })));
    assert!(matches!(parse(&"not ".repeat(1000)), Err(FilterError { fault: Fault::Deep { .. }, .. })));
    let many = |count: usize| vec!["type:xid"; count].join(" or ");
    assert!(parse(&many(MAX_TERMS)).is_ok());
    assert!(matches!(parse(&many(MAX_TERMS + 1)), Err(FilterError { fault: Fault::Many { .. }, .. })));
    let long = format!("text:{}é", "x".repeat(MAX_TEXT - 5));
    assert!(matches!(parse(&long), Err(FilterError { fault: Fault::Long { .. }, .. })));
}

#[test]
fn carets_stand_under_the_mistake() {
    let mark = |text: &str| parse(text).expect_err(text).marked(text);
    assert_eq!(mark("type:xid and tpye:x"), "type:xid and tpye:x\n             ^^^^");
    assert_eq!(mark("text:é and or"), "text:é and or\n           ^^");
    assert_eq!(mark("type:xid\nor foo:1 and"), "or foo:1 and\n   ^^^");
    assert_eq!(mark("type:xid or"), "type:xid or\n           ^");
    assert_eq!(mark("text:\"a\u{1b}[0m"), "text:\"a [0m\n     ^^^^^^");
}

fn glob() -> impl Strategy<Value = Glob> {
    let piece = prop_oneof![
        8 => any::<char>().prop_map(Piece::One),
        8 => prop::char::range('a', 'z').prop_map(Piece::One),
        1 => Just(Piece::Any),
        1 => Just(Piece::Many),
    ];
    prop::collection::vec(piece, 0..6).prop_map(Glob)
}

fn interval<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static, ordered: fn(&T, &T) -> bool,
) -> impl Strategy<Value = Interval<T>> {
    prop_oneof![
        value.clone().prop_map(Interval::Is),
        (value.clone(), value.clone()).prop_map(move |(a, b)| if ordered(&a, &b) {
            Interval::Between(a, b)
        } else {
            Interval::Between(b, a)
        }),
        value.clone().prop_map(Interval::From),
        value.clone().prop_map(Interval::To),
        value.clone().prop_map(Interval::Above),
        value.prop_map(Interval::Below),
    ]
}

fn moment() -> impl Strategy<Value = Moment> + Clone {
    let civil =
        (0u16..=9999, 1u8..=12, 1u8..=28, 0u8..24, 0u8..60, 0u8..60, 0usize..6, prop::option::of(-1439i16..1440));
    prop_oneof![
        any::<u32>().prop_map(Moment::Unix),
        civil.prop_map(|(year, month, day, hour, minute, second, precision, offset)| {
            use Precision::*;
            let precision = [Year, Month, Day, Hour, Minute, Second][precision];
            Moment::Civil(Civil {
                year,
                month: if precision >= Month { month } else { 1 },
                day: if precision >= Day { day } else { 1 },
                hour: if precision >= Hour { hour } else { 0 },
                minute: if precision >= Minute { minute } else { 0 },
                second: if precision >= Second { second } else { 0 },
                precision,
                offset: offset.filter(|_| precision >= Hour),
            })
        }),
    ]
}

fn gtid() -> impl Strategy<Value = GtidPattern> {
    let numbers = || prop::collection::vec((any::<u32>(), any::<u32>()), 0..3);
    let ordered = |(a, b): (u32, u32)| (u64::from(a.min(b)), u64::from(a.max(b)));
    let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f*]{1,4}";
    prop_oneof![
        (uuid, prop::option::of("[a-z_][a-z0-9_]{0,5}"), numbers()).prop_map(move |(source, tag, numbers)| {
            let star = |it| if it == '*' { Piece::Many } else { Piece::One(it) };
            GtidPattern::Mysql {
                source: Glob(format!("a{source}").chars().map(star).collect()),
                tag: tag.map(|tag| Glob::exact(&tag)),
                numbers: numbers.into_iter().map(ordered).collect(),
            }
        }),
        (any::<Option<u32>>(), any::<Option<u32>>(), any::<Option<(u32, u32)>>()).prop_map(
            move |(domain, server, numbers)| GtidPattern::Mariadb { domain, server, numbers: numbers.map(ordered) }
        ),
    ]
}

fn row() -> impl Strategy<Value = Term> {
    let column = prop_oneof![
        any::<String>().prop_map(|it| format!("{it}x")).prop_map(ColumnName::Name),
        (1u32..).prop_map(ColumnName::Ordinal)
    ];
    let literal = prop_oneof![
        Just(Literal::Null),
        "-?[0-9a-zA-Z.,:*+/-]{1,9}".prop_filter("NULL", |it| !it.eq_ignore_ascii_case("null")).prop_map(Literal::Bare),
        any::<String>().prop_map(Literal::Quoted),
    ];
    let images = prop::sample::select(vec![Images::Either, Images::Before, Images::After]);
    (images, column, prop::sample::select(Comparison::ALL.to_vec()), literal).prop_map(
        |(images, column, comparison, literal)| {
            let comparison = if literal == Literal::Null { Comparison::NotEqual } else { comparison };
            Term::Row(RowTerm { images, column, comparison, literal })
        },
    )
}

fn some<T: std::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(item, 1..4)
}

fn term() -> impl Strategy<Value = Term> {
    let types = prop_oneof![
        any::<u8>().prop_map(TypePattern::Code),
        prop::sample::select(vec!["XID", "query_event", "GTID_LOG_EVENT", "WRITE_ROWS_V1"])
            .prop_map(|name| TypePattern::Name(Glob::exact(name))),
    ];
    let table = (prop::option::of(glob()), glob()).prop_map(|(database, table)| TablePattern { database, table });
    let hex = (any::<u8>(), prop::sample::select(vec![0xffu8, 0xf0, 0x0f, 0]))
        .prop_map(|(value, mask)| HexByte { mask, value: value & mask });
    let text = any::<String>().prop_filter("some", |text| !text.is_empty());
    prop_oneof![
        some(types).prop_map(Term::Type),
        some(table).prop_map(Term::Table),
        some(interval(moment(), |a, b| a.first() <= b.last())).prop_map(Term::Time),
        some(gtid()).prop_map(Term::Gtid),
        (prop::sample::select(NumberKey::ALL.to_vec()), some(interval(any::<u64>(), |a, b| a <= b)))
            .prop_map(|(key, numbers)| Term::Number(key, numbers)),
        some(prop::sample::select(Op::ALL.to_vec())).prop_map(Term::Op),
        row(),
        text.clone().prop_map(Term::Sql),
        text.prop_map(Term::Text),
        some(hex).prop_map(|mut bytes| {
            bytes.push(HexByte { mask: 0xff, value: 0xab });
            Term::Hex(bytes)
        }),
        prop::sample::select(Is::ALL.to_vec()).prop_map(Term::Is),
    ]
}

fn flat(parts: Vec<Expr>, and: bool) -> Expr {
    let flat = parts.into_iter().flat_map(|part| match part {
        Expr::And(parts) if and => parts,
        Expr::Or(parts) if !and => parts,
        other => vec![other],
    });
    if and { Expr::And(flat.collect()) } else { Expr::Or(flat.collect()) }
}

fn expr() -> impl Strategy<Value = Expr> {
    term().prop_map(Expr::Term).prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| flat(parts, true)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| flat(parts, false)),
            inner.prop_map(|it| Expr::Not(Box::new(it))),
        ]
    })
}

/// Text that looks like a filter.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned),
        prop::sample::select(vec![
            ":", "~", " ", "(", ")", "\"", "`", "..", ",", "and", "or", "not", "!", "=", ">", "\\", "*", "é", "row.a",
            "\\u{", "}"
        ])
        .prop_map(str::to_owned),
        "[0-9a-fA-F?]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn well_placed(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(expr) => prop_assert_eq!(parse(&expr.to_string()), Ok(expr)),
        Err(error) => {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len(), "{:?}", error);
            prop_assert!(
                text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end),
                "{:?}",
                error
            );
            let sentence = messages::english(&error.message());
            prop_assert!(sentence.ends_with(['.', '?', ':', '~', '=']), "{}", sentence);
            prop_assert!(error.marked(text).contains('^'));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_displayed_parses_to_the_same(expr in expr()) {
        let text = expr.to_string();
        prop_assert_eq!(parse(&text), Ok(expr), "{}", text);
    }

    #[test]
    fn any_text_parses_or_has_a_place_of_its_mistake(text in any::<String>()) {
        well_placed(&text)?;
    }

    #[test]
    fn nearly_a_filter_parses_or_has_a_place_of_its_mistake(text in nearly()) {
        well_placed(&text)?;
    }
}
