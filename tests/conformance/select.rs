//! The proof on values: what a server's `SELECT` says of a table and what its binary log says of
//! the same rows, for every column type of both flavors. Nothing is recorded; the servers run.

mod servers;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::present;
use binlog_explorer::source::Memory;
use binlog_explorer::space::holder::Holder;
use binlog_format::compression::ColumnPart;
use binlog_format::event::{Body, decode};
use binlog_format::framer::Start;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, RowVisitor};
use binlog_format::{DecodeError, Value};
use servers::Server;

/// How a value is asked for and compared.
#[derive(Clone, Copy, Debug)]
enum As {
    /// The text that the server prints.
    Text,
    /// The bytes, as `HEX()` prints them.
    Hex,
    /// FLOAT: the server prints too few digits; as DOUBLE it prints all.
    Float,
    Double,
    /// BIT: the number.
    Number,
    /// GEOMETRY: as WKT.
    Wkt,
}

impl As {
    fn expression(self, column: &str) -> String {
        match self {
            Self::Text => column.to_owned(),
            Self::Hex => format!("HEX({column})"),
            Self::Float => format!("CAST({column} AS DOUBLE)"),
            Self::Double => column.to_owned(),
            Self::Number => format!("{column} + 0"),
            Self::Wkt => format!("ST_AsText({column})"),
        }
    }

    /// Our value in the same words.
    fn ours(self, value: &Value<'_>, ordinal: usize, plan: &TablePlan) -> String {
        let slot = plan.columns[ordinal].kind.field().at(ordinal);
        let text = || present::value_text(slot, value, Some(plan), Holder::default()).expect("a value has a text");
        match (self, value) {
            (_, Value::Null) => "NULL".into(),
            // What stands behind a BINARY's last byte is in its text alone.
            (Self::Hex, Value::Text(_, binlog_format::charset::BINARY)) => {
                text().trim_start_matches("0x").to_uppercase()
            }
            (Self::Hex, Value::Compressed(column)) => match column.part() {
                Ok(ColumnPart::Compressed(part)) => {
                    let mut inflater = binlog_format::inflate::Inflater::new();
                    let (bytes, result) = inflater.inflate(&part);
                    result.map_or_else(|error| error.to_string(), |()| hex(bytes))
                }
                Ok(ColumnPart::Plain(bytes)) => hex(bytes),
                Err(error) => format!("{error}"),
            },
            (Self::Hex, Value::Text(bytes, _) | Value::Bytes(bytes) | Value::Vector(bytes)) => hex(bytes),
            (Self::Number, Value::Bit(bits, _)) => bits.to_string(),
            (Self::Float, Value::Float(number)) => number_text(f64::from(*number)),
            (Self::Double, Value::Double(number)) => number_text(*number),
            _ => text(),
        }
    }

    /// The server's words, where they are not unique.
    fn theirs(self, text: &str) -> String {
        match self {
            Self::Float | Self::Double if text != "NULL" => number_text(text.parse().expect("a number")),
            // One server puts a blank after the comma, the other does not.
            Self::Wkt => text.replace(", ", ","),
            _ => text.to_owned(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

fn number_text(number: f64) -> String {
    format!("{number:e}")
}

/// A column type and values for it, as SQL.
struct Column {
    sql: String,
    how: As,
    values: Vec<String>,
}

fn column(sql: &str, how: As, values: &[&str]) -> Column {
    Column { sql: sql.into(), how, values: values.iter().map(|value| (*value).to_owned()).collect() }
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 16
    }
}

fn integers(columns: &mut Vec<Column>, numbers: &mut Numbers) {
    for (name, bits) in [("TINYINT", 8u32), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)] {
        let top = 1i128 << (bits - 1);
        let mut signed: Vec<i128> = vec![0, 1, -1, top - 1, -top];
        signed.extend((0..6).map(|_| i128::from(numbers.next()) * 0x1_0001 % (2 * top) - top));
        let unsigned: Vec<i128> = signed.iter().map(|number| number + top).collect();
        let text = |numbers: &[i128]| numbers.iter().map(i128::to_string).collect();
        columns.push(Column { sql: name.into(), how: As::Text, values: text(&signed) });
        columns.push(Column { sql: format!("{name} UNSIGNED"), how: As::Text, values: text(&unsigned) });
    }
}

fn decimals(columns: &mut Vec<Column>, numbers: &mut Numbers) {
    for (precision, scale) in [(1, 0), (5, 5), (9, 0), (10, 2), (18, 9), (19, 10), (38, 17), (65, 0), (65, 30)] {
        let mut values = vec!["0".to_owned()];
        for sign in ["", "-"] {
            let nines = "9".repeat(precision - scale) + "." + &"9".repeat(scale);
            values.push(format!("{sign}0{nines}").trim_end_matches('.').to_owned());
            for _ in 0..4 {
                let digits: String = (0..precision).map(|_| char::from(b'0' + (numbers.next() % 10) as u8)).collect();
                let (whole, fraction) = digits.split_at(precision - scale);
                values.push(format!("{sign}0{whole}.{fraction}").trim_end_matches('.').to_owned());
            }
        }
        columns.push(Column { sql: format!("DECIMAL({precision},{scale})"), how: As::Text, values });
    }
}

fn times(columns: &mut Vec<Column>) {
    for precision in 0..=6 {
        let times = [
            "'838:59:59'",
            "'-838:59:59'",
            "'-00:00:00.01'",
            "'-00:00:01.5'",
            "'00:00:00'",
            "'12:34:56.789012'",
            "'-12:34:56.999999'",
            "'-01:00:00.000001'",
        ];
        columns.push(column(&format!("TIME({precision})"), As::Text, &times));
        let dates = [
            "'0000-00-00'",
            "'1000-01-01 00:00:00'",
            "'9999-12-31 23:59:59'",
            "'2024-00-15 01:02:03.456789'",
            "'2024-05-00'",
            "'0000-00-00 00:00:00'",
            "'1969-12-31 23:59:59.123456'",
            "'2026-02-28 18:05:14.000001'",
        ];
        columns.push(column(&format!("DATETIME({precision})"), As::Text, &dates));
        let moments =
            ["'0000-00-00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'2026-11-21 15:45:28.654321'"];
        columns.push(column(&format!("TIMESTAMP({precision}) NULL"), As::Text, &moments));
    }
    columns.push(column(
        "DATE",
        As::Text,
        &["'0000-00-00'", "'2024-00-15'", "'9999-12-31'", "'0001-01-01'", "'2024-02-29'"],
    ));
    columns.push(column("YEAR", As::Text, &["0000", "1901", "1970", "2026", "2155"]));
}

fn strings(columns: &mut Vec<Column>) {
    let long = |length: usize| format!("REPEAT('ä', {length})");
    for (sql, lengths) in [
        ("CHAR(0)", vec![0]),
        ("CHAR(60) CHARACTER SET utf8mb4", vec![0, 1, 60]),
        ("CHAR(255) CHARACTER SET utf8mb4", vec![0, 200, 255]),
        ("VARCHAR(10) CHARACTER SET latin1", vec![0, 10]),
        ("VARCHAR(300) CHARACTER SET latin1", vec![0, 255, 256, 300]),
        ("VARCHAR(2000) CHARACTER SET utf16", vec![0, 1, 2000]),
        ("TINYTEXT CHARACTER SET latin1", vec![0, 255]),
        ("TEXT", vec![0, 300]),
        ("MEDIUMTEXT", vec![0, 70_000]),
        ("LONGTEXT", vec![0, 70_000]),
    ] {
        let mut values: Vec<String> = lengths.into_iter().map(long).collect();
        values.push("''".into());
        columns.push(Column { sql: sql.into(), how: As::Hex, values });
    }
    let bytes = ["''", "x'00'", "x'0000'", "x'00ff00'", "x'ff00'", "x'61000000'", "x'20'"];
    for sql in
        ["BINARY(4)", "BINARY(255)", "VARBINARY(4)", "VARBINARY(300)", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"]
    {
        columns.push(column(sql, As::Hex, &bytes));
    }
    let many: Vec<String> = (0..300).map(|member| format!("'member {member}'")).collect();
    columns.push(column("ENUM('a','b''c','ä')", As::Text, &["'a'", "'b''c'", "'ä'", "3"]));
    columns.push(column(&format!("ENUM({})", many.join(",")), As::Text, &["1", "255", "256", "300"]));
    columns.push(column("SET('x','y','z')", As::Text, &["'x'", "'x,z'", "'x,y,z'", "2"]));
    let members: Vec<String> = (0..64).map(|member| format!("'m{member}'")).collect();
    columns.push(column(
        &format!("SET({})", members.join(",")),
        As::Text,
        &["1", "128", "256", "'m0,m63'", "'m7,m8,m9,m31,m32'"],
    ));
    for bits in [1, 7, 8, 9, 33, 64] {
        let top = u64::MAX >> (64 - bits);
        let values = [0, 1, top, top / 3].map(|bits| bits.to_string());
        columns.push(Column { sql: format!("BIT({bits})"), how: As::Number, values: values.to_vec() });
    }
}

fn geometries(columns: &mut Vec<Column>) {
    let shapes = [
        "POINT(1 -2.5)",
        "LINESTRING(0 0,1 1,1e-7 1e20)",
        "POLYGON((0 0,10 0,10 10,0 0),(1 1,2 1,2 2,1 1))",
        "MULTIPOINT((1 1),(2 2))",
        "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
        "MULTIPOLYGON(((0 0,10 0,10 10,0 0)))",
        "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))",
    ];
    let values = shapes.iter().map(|shape| format!("ST_GeomFromText('{shape}')")).collect();
    columns.push(Column { sql: "GEOMETRY".into(), how: As::Wkt, values });
    columns.push(column("POINT", As::Wkt, &["ST_GeomFromText('POINT(0.1 123456789.125)', 0)"]));
}

fn common() -> Vec<Column> {
    let mut columns = Vec::new();
    let mut numbers = Numbers(20_261_121);
    integers(&mut columns, &mut numbers);
    decimals(&mut columns, &mut numbers);
    columns.push(column("FLOAT", As::Float, &["0", "-0.1", "3.4028234e38", "1.17549435e-38", "1e10", "16777217"]));
    columns.push(column(
        "DOUBLE",
        As::Double,
        &["0", "-0.1", "1.7976931348623157e308", "2.2250738585072014e-308", "1e15"],
    ));
    times(&mut columns);
    strings(&mut columns);
    geometries(&mut columns);
    columns
}

fn of_mysql() -> Vec<Column> {
    let mut columns = common();
    let documents = [
        r#"'{}'"#,
        r#"'[]'"#,
        r#"'null'"#,
        r#"'"text \\" \\\\ ä \\u0001"'"#,
        r#"'[1, -1, 65536, 18446744073709551615, 1.5, 1e100, 1e-7]'"#,
        r#"'{"b": [true, false, null], "aa": {"deep": [[[]]]}}'"#,
        "JSON_ARRAY(CAST('2024-05-06 07:08:09.123456' AS DATETIME(6)), CAST('-12:34:56.7' AS TIME(1)), CAST('2024-02-29' AS DATE), CAST(123.450 AS DECIMAL(10,3)), x'00ff', b'101')",
        "(SELECT JSON_ARRAYAGG(REPEAT('x', 700)) FROM (SELECT 1 UNION SELECT 2 UNION SELECT 3) t)",
    ];
    columns.push(column("JSON", As::Text, &documents));
    columns.push(column("VECTOR(3)", As::Hex, &["STRING_TO_VECTOR('[1,-2.5,3e10]')", "STRING_TO_VECTOR('[0,0,0]')"]));
    columns
}

fn of_mariadb() -> Vec<Column> {
    let mut columns = common();
    columns.push(column("JSON", As::Hex, &[r#"'{"a": 1}'"#, "'[]'"]));
    columns.push(column("INET4", As::Hex, &["'10.0.0.1'", "'255.255.255.255'"]));
    columns.push(column("INET6", As::Hex, &["'::1'", "'2001:db8::ff00:42:8329'"]));
    columns.push(column("UUID", As::Hex, &["'123e4567-e89b-12d3-a456-426655440000'"]));
    columns.push(column("VECTOR(2)", As::Hex, &["VEC_FromText('[1,-2.5]')"]));
    columns.push(column("BLOB COMPRESSED", As::Hex, &["''", "'short'", "REPEAT('abc', 5000)"]));
    columns.push(column("TEXT COMPRESSED", As::Hex, &["''", "REPEAT('ä', 5000)"]));
    columns.push(column("VARCHAR(500) COMPRESSED", As::Hex, &["''", "'x'", "REPEAT('ä', 200)"]));
    columns
}

/// Creates a table for each column, with a row for each value and one for NULL, and another row
/// that is updated from the first value to the last.
fn workload(columns: &[Column]) -> String {
    let mut sql = String::from(
        "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00', binlog_format = ROW;\nCREATE DATABASE proof DEFAULT CHARACTER SET utf8mb4;\nUSE proof;\n",
    );
    for (number, column) in columns.iter().enumerate() {
        let _ = writeln!(sql, "CREATE TABLE t{number} (id INT UNSIGNED PRIMARY KEY, c {});", column.sql);
        for (row, value) in column.values.iter().enumerate() {
            let _ = writeln!(sql, "INSERT INTO t{number} VALUES ({row}, {value});");
        }
        let _ = writeln!(sql, "INSERT INTO t{number} VALUES (1000, NULL), (1001, {});", column.values[0]);
        let last = column.values.last().expect("there are values");
        let _ = writeln!(sql, "UPDATE t{number} SET c = {last} WHERE id = 1001;");
    }
    sql
}

fn questions(columns: &[Column]) -> String {
    let mut sql = String::from("SET SESSION time_zone = '+00:00';\nUSE proof;\n");
    for (number, column) in columns.iter().enumerate() {
        let expression = column.how.expression("c");
        let _ = writeln!(sql, "SELECT '{number}', id, {expression} FROM t{number} ORDER BY id;");
    }
    sql
}

/// The rows as the log leaves them: table and id to text.
struct Logged<'c> {
    columns: &'c [Column],
    rows: BTreeMap<(usize, u64), String>,
    faults: Vec<String>,
}

struct Cells<'v, 'c> {
    logged: &'v mut Logged<'c>,
    plan: &'v TablePlan,
    table: usize,
    id: u64,
}

impl<'a> RowVisitor<'a> for Cells<'_, '_> {
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {
        match (image, ordinal, value) {
            (Image::After, 0, Value::Unsigned(id)) => self.id = id,
            (Image::After, 1, value) => {
                let text = self.logged.columns[self.table].how.ours(&value, ordinal, self.plan);
                self.logged.rows.insert((self.table, self.id), text);
            }
            _ => {}
        }
    }
}

impl Sink for Logged<'_> {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let decoded = decode(event.bytes, &event.context, ()).expect("a frame has a header");
        if let Some(error) = decoded.error() {
            self.faults.push(format!("at {}: {error}", event.start));
        }
        if let Ok(Body::Rows(rows)) = decoded.body
            && let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id))
        {
            let table = std::str::from_utf8(&plan.table).ok().and_then(|name| name.strip_prefix('t')?.parse().ok());
            let Some(table) = table.filter(|_| *plan.database == *b"proof") else { return Ok(None) };
            let mut cells = Cells { logged: self, plan, table, id: 0 };
            if let Err(error) = rows.visit(plan, &mut cells) {
                self.faults.push(format!("at {}: {error}", event.start));
            }
        }
        Ok(None)
    }
}

fn prove(server: &Server, columns: &[Column]) {
    server.sql(&workload(columns));
    let answers = server.sql(&questions(columns));
    let mut logged = Logged { columns, rows: BTreeMap::new(), faults: Vec::new() };
    for entry in std::fs::read_dir(&server.datadir).expect("the server's files") {
        let path = entry.expect("a file").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.strip_prefix("binlog.").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            let source = Memory::new(std::fs::read(&path).expect("readable"));
            walk(&source, Start::File, 0, &mut logged).expect("memory does not fail");
        }
    }
    assert_eq!(logged.faults, Vec::<String>::new());
    let mut differences = Vec::new();
    let mut compared = 0;
    for line in answers.split('\n').filter(|line| !line.is_empty()) {
        let mut parts = line.splitn(3, '\t');
        let (Some(table), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            panic!("{line:?}: no row");
        };
        let (table, id): (usize, u64) = (table.parse().expect("a number"), id.parse().expect("a number"));
        let theirs = columns[table].how.theirs(text);
        let ours = logged.rows.get(&(table, id));
        compared += 1;
        if ours.map(|ours| columns[table].how.theirs(ours)).as_ref() != Some(&theirs) {
            differences.push(format!("{} row {id}: SELECT {theirs:.200}, log {ours:.200?}", columns[table].sql));
        }
    }
    let rows: usize = columns.iter().map(|column| column.values.len() + 2).sum();
    assert_eq!((compared, logged.rows.len()), (rows, rows));
    assert!(differences.is_empty(), "{} of {rows} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn mysql_selects_what_its_log_says() {
    let Some(server) = Server::start("mysql-9.7", &["--binlog-row-metadata=FULL"]) else { return };
    prove(&server, &of_mysql());
}

#[test]
fn mariadb_selects_what_its_log_says() {
    for name in ["mariadb-11.8", "mariadb-10.11"] {
        let Some(server) = Server::start(name, &["--binlog-row-metadata=FULL"]) else { continue };
        let mut columns = of_mariadb();
        // 10.11 has no vectors.
        columns.retain(|column| name != "mariadb-10.11" || !column.sql.starts_with("VECTOR"));
        prove(&server, &columns);
    }
}
