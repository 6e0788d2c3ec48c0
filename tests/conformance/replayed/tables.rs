//! The tables: every column type, with its edges and some chance values.

use std::path::Path;

/// How texts of a column are compared.
#[derive(Clone, Copy)]
pub enum Number {
    /// As they stand.
    Not,
    Float,
    Double,
}

/// A column.
pub struct Column {
    pub name: String,
    /// Its type in CREATE TABLE.
    pub kind: String,
    /// An expression for its text as a person reads it.
    pub as_text: String,
    /// What it is compared as.
    pub number: Number,
}

/// A table; its first column is `id`.
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// Rows of SQL expressions, without `id`.
    pub rows: Vec<Vec<String>>,
}

/// A table while it is described: a column, and what to put into it.
struct Builder {
    name: &'static str,
    columns: Vec<Column>,
    values: Vec<Vec<String>>,
}

/// How a value becomes the text that we print.
#[derive(Clone, Copy)]
enum As {
    /// As the server prints it.
    Itself,
    Float,
    Double,
    /// Characters, whatever the character set.
    Text,
    /// `0x…`.
    Bytes,
    /// `b'…'` of this many bits.
    Bits(u8),
    /// A member's name; two quotes for the empty error value.
    Enum,
    Wkt,
    /// A VECTOR; the numbers are short enough to print exactly.
    Vector,
    /// `0x…` of what this function of the column returns, and how many digits.
    Inet(&'static str, u8),
    Uuid,
}

impl Builder {
    fn new(name: &'static str) -> Self {
        let id =
            Column { name: "id".into(), kind: "INT PRIMARY KEY".into(), as_text: "id".into(), number: Number::Not };
        Self { name, columns: vec![id], values: Vec::new() }
    }

    fn column<S: Into<String>>(&mut self, kind: &str, read: As, values: impl IntoIterator<Item = S>) {
        let name = format!("c{}", self.columns.len());
        let as_text = match read {
            As::Itself | As::Double => format!("CAST({name} AS CHAR)"),
            As::Float => format!("CAST({name} AS DOUBLE)"),
            As::Text => name.clone(),
            As::Bytes => format!("CONCAT('0x', LOWER(HEX({name})))"),
            As::Bits(bits) => format!("CONCAT('b''', LPAD(BIN({name}), {bits}, '0'), '''')"),
            As::Enum => format!("IF({name} + 0 = 0, '''''', {name})"),
            As::Wkt => format!("ST_AsText({name})"),
            As::Vector => format!("REPLACE(CAST(CAST(VECTOR_TO_STRING({name}) AS JSON) AS CHAR), '.0', '')"),
            As::Inet(function, digits) => {
                format!("CONCAT('0x', LPAD(LOWER(HEX({function}({name}))), {digits}, '0'))")
            }
            As::Uuid => format!("CONCAT('0x', REPLACE({name}, '-', ''))"),
        };
        let number = match read {
            As::Float => Number::Float,
            As::Double => Number::Double,
            _ => Number::Not,
        };
        self.columns.push(Column { name, kind: kind.into(), as_text, number });
        self.values.push(values.into_iter().map(Into::into).collect());
    }

    /// As many rows as the longest column has values; others begin again, after a NULL.
    fn build(self) -> Table {
        let count = self.values.iter().map(Vec::len).max().unwrap_or(0) + 1;
        let cell = |values: &Vec<String>, row: usize| match row % (values.len() + 1) {
            last if last == values.len() => "NULL".to_owned(),
            nth => values[nth].clone(),
        };
        let rows = (0..count).map(|row| self.values.iter().map(|values| cell(values, row)).collect());
        Table { name: self.name, rows: rows.collect(), columns: self.columns }
    }
}

/// Numbers by chance, the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn integers(table: &mut Builder, chance: &mut Chance) {
    for (kind, bits) in [("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)] {
        let most = (1i128 << (bits - 1)) - 1;
        let signed = [0, 1, -1, most, -most - 1, most / 3, -most / 5, i128::from(chance.below(100))];
        table.column(kind, As::Itself, signed.map(|number| number.to_string()));
        let unsigned = [0, 1, most, most + 1, 2 * most + 1, most + 77];
        table.column(&format!("{kind} UNSIGNED"), As::Itself, unsigned.map(|number| number.to_string()));
    }
    table.column("BOOL", As::Itself, ["0", "1", "-128"]);
    for bits in [1, 7, 8, 9, 10, 63, 64] {
        let most = u64::MAX >> (64 - bits);
        let numbers = [0, 1, most, most / 3, chance.next() & most];
        table.column(&format!("BIT({bits})"), As::Bits(bits), numbers.map(|number| number.to_string()));
    }
}

fn decimals(table: &mut Builder, chance: &mut Chance, scale: u8) {
    let most =
        [(1, 0), (2, 1), (5, 0), (9, 9), (10, 0), (10, 10), (14, 4), (18, 9), (19, 1), (38, 20), (65, 0), (65, scale)];
    for (precision, scale) in most {
        let mut digits = |count: u8| (0..count).map(|_| char::from(b'0' + chance.below(10) as u8)).collect::<String>();
        let number = |integer: String, fraction: String| match (integer.is_empty(), fraction.is_empty()) {
            (true, _) => format!("0.{fraction}"),
            (_, true) => integer,
            _ => format!("{integer}.{fraction}"),
        };
        let nines = number("9".repeat((precision - scale).into()), "9".repeat(scale.into()));
        let mut values = vec!["0".to_owned(), nines.clone(), format!("-{nines}"), "-0".into(), "0.05".into()];
        for _ in 0..4 {
            let any = number(digits(precision - scale), digits(scale));
            values.extend([format!("-{any}"), any]);
        }
        table.column(&format!("DECIMAL({precision},{scale})"), As::Itself, values);
    }
}

fn floats(table: &mut Builder, chance: &mut Chance) {
    let edges =
        ["0e0", "1e0", "-1e0", "0.1e0", "1e14", "1e15", "1e-15", "1e-16", "123456789012345680e0", "1.5e300", "5e-324"];
    let mut doubles: Vec<String> = edges.iter().map(|&edge| edge.into()).collect();
    for _ in 0..60 {
        let number = f64::from_bits(chance.next() & !(1 << 62) | 1 << 60);
        doubles.push(format!("{number:e}"));
        doubles.push(format!("{:e}", (chance.next() >> 10) as f64 / 8.0));
    }
    table.column("DOUBLE", As::Double, doubles);
    let floats = ["0", "0.1", "-1.5", "3.4028234e38", "1.17549435e-38", "16777217", "1e-45", "123456.789"];
    table.column("FLOAT", As::Float, floats);
    table.column("DOUBLE(10,2)", As::Itself, ["1.25", "-99999999.99"]);
}

fn temporals(table: &mut Builder, chance: &mut Chance) {
    table.column("YEAR", As::Itself, ["0", "1901", "2024", "2155"]);
    let dates = [
        "'0000-00-00'",
        "'1000-01-01'",
        "'9999-12-31'",
        "'2024-02-29'",
        "'1969-12-31'",
        "'2024-00-00'",
        "'2024-05-00'",
    ];
    table.column("DATE", As::Itself, dates);
    for precision in 0..=6 {
        fractional(table, chance, precision);
    }
}

/// TIME, DATETIME and TIMESTAMP of one precision.
fn fractional(table: &mut Builder, chance: &mut Chance, precision: usize) {
    let fraction = |chance: &mut Chance| match precision {
        0 => String::new(),
        _ => format!(".{:0precision$}", chance.below(10u64.pow(precision as u32))),
    };
    let smallest = match precision {
        0 => "'-00:00:01'".into(),
        _ => format!("'-00:00:00.{:0>precision$}'", 1),
    };
    let mut times = vec!["'838:59:59'".to_owned(), "'-838:59:59'".into(), "'00:00:00'".into(), smallest];
    let mut date_times = vec![
        "'0000-00-00 00:00:00'".to_owned(),
        "'1000-01-01 00:00:00'".into(),
        "'1969-12-31 23:59:59'".into(),
        "'2024-00-15 01:02:03'".into(),
    ];
    let mut moments = vec!["'1970-01-01 00:00:01'".to_owned(), "'2038-01-19 03:14:07'".into(), "0".into()];
    for _ in 0..6 {
        let clock = format!("{:02}:{:02}:{:02}", chance.below(24), chance.below(60), chance.below(60));
        let day = format!("{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28));
        let sign = if chance.below(2) == 0 { "-" } else { "" };
        times.push(format!("'{sign}{}:{}{}'", chance.below(838), &clock[3..], fraction(chance)));
        date_times.push(format!("'{:04}-{day} {clock}{}'", chance.below(10_000), fraction(chance)));
        moments.push(format!("'{}-{day} {clock}{}'", 1971 + chance.below(66), fraction(chance)));
    }
    table.column(&format!("TIME({precision})"), As::Itself, times);
    table.column(&format!("DATETIME({precision})"), As::Itself, date_times);
    table.column(&format!("TIMESTAMP({precision}) NULL"), As::Itself, moments);
}

fn strings(table: &mut Builder) {
    let text = ["''", "'a'", "'trail  '", "'早安 😀'", "'tab\\tquote\\'back\\\\slash\\nline'", "REPEAT('é', 9)"];
    for kind in
        ["CHAR(10)", "CHAR(63)", "CHAR(64)", "CHAR(255)", "VARCHAR(40)", "VARCHAR(63)", "VARCHAR(64)", "VARCHAR(4000)"]
    {
        table.column(kind, As::Text, text);
    }
    let long = |count: u32| format!("REPEAT('é', {count})");
    table.column("TINYTEXT", As::Text, text.map(String::from).into_iter().chain([long(120)]));
    for (kind, count) in [("TEXT", 30_000), ("MEDIUMTEXT", 40_000), ("LONGTEXT", 40_000)] {
        table.column(kind, As::Text, text.map(String::from).into_iter().chain([long(count)]));
    }
    table.column("CHAR(255) CHARACTER SET latin1", As::Text, ["'é'", "REPEAT('x', 255)", "''"]);
    table.column("CHAR(0)", As::Text, ["''"]);
    let bytes = ["''", "x'00'", "x'6100'", "x'00ff00'", "x'ff'", "x'0102030405'"];
    for kind in
        ["BINARY(5)", "BINARY(255)", "VARBINARY(5)", "VARBINARY(300)", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"]
    {
        table.column(kind, As::Bytes, bytes);
    }
    let members = |count: usize| (1..=count).map(|nth| format!("'m{nth}'")).collect::<Vec<_>>().join(",");
    table.column(&format!("ENUM({})", members(3)), As::Enum, ["'m1'", "3", "'none of them'"]);
    table.column(&format!("ENUM({})", members(300)), As::Enum, ["'m1'", "255", "256", "300", "'none'"]);
    table.column("ENUM('żółw','é') CHARACTER SET latin2", As::Enum, ["1", "2"]);
    let sets: [&[&str]; 3] =
        [&["''", "'m1'", "'m3,m1'"], &["1", "511", "257"], &["1", "18446744073709551615", "9223372036854775808"]];
    for (count, values) in [3, 9, 64].into_iter().zip(sets) {
        table.column(&format!("SET({})", members(count)), As::Text, values.iter().copied());
    }
    table.column("SET('ą','é') CHARACTER SET latin2", As::Text, ["1", "3"]);
}

fn shapes(table: &mut Builder, mysql: bool) {
    let wkt = |text: &str| format!("ST_GeomFromText('{text}')");
    let simple = [
        "POINT(1 2)",
        "POINT(-1e300 0.1)",
        "LINESTRING(0 0,1 1,2 4)",
        "POLYGON((0 0,10 0,10 10,0 0),(2 2,4 2,4 4,2 2))",
    ];
    table.column("GEOMETRY", As::Wkt, simple.map(wkt));
    table.column("POINT", As::Wkt, ["POINT(3, 4)", "POINT(0.1, -0)"]);
    let several = ["MULTILINESTRING((0 0,1 1),(2 2,3 3))", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))"];
    table.column("GEOMETRY", As::Wkt, several.map(wkt));
    table.column(
        "GEOMETRYCOLLECTION",
        As::Wkt,
        [wkt("GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))"), wkt("GEOMETRYCOLLECTION EMPTY")],
    );
    if mysql {
        // MariaDB prints the points of these without parentheses.
        table.column("MULTIPOINT", As::Wkt, [wkt("MULTIPOINT((0 0),(1 1))")]);
    }
}

/// A column of each character set, with all the characters of the one-byte sets.
fn charsets(name: &'static str, mysql: bool) -> Table {
    let mut table = Builder::new(name);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/charsets/one-byte.tsv");
    let text = std::fs::read_to_string(path).expect("a fixture");
    for line in text.lines().skip(1) {
        let (set, points) = line.split_once('\t').expect("two columns");
        let known = points.split(' ').enumerate().filter(|(byte, point)| *point != "-" && *byte > 0x20);
        let bytes: Vec<usize> = known.map(|(byte, _)| byte).collect();
        let hex = |bytes: &[usize]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let values = bytes.chunks(24).map(|bytes| format!("_{set} x'{}'", hex(bytes)));
        table.column(&format!("VARCHAR(30) CHARACTER SET {set}"), As::Text, values);
    }
    let chinese = ["big5", "gb2312", "gbk", "gb18030"].map(|set| (set, "'中文 abc'"));
    let japanese = ["sjis", "cp932", "ujis", "eucjpms"].map(|set| (set, "'日本語 ｱ abc'"));
    let other = [
        ("euckr", "'한국어 abc'"),
        ("ucs2", "'一é'"),
        ("utf16", "'😀é'"),
        ("utf16le", "'😀é'"),
        ("utf32", "'😀é'"),
        ("utf8mb3", "'一é'"),
    ];
    for (set, value) in chinese.into_iter().chain(japanese).chain(other) {
        if mysql || set != "gb18030" {
            table.column(&format!("VARCHAR(30) CHARACTER SET {set}"), As::Text, [value, "''"]);
            table.column(&format!("TEXT CHARACTER SET {set}"), As::Text, [value]);
        }
    }
    table.build()
}

fn plain(name: &'static str, mysql: bool) -> Vec<Table> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut numbers = Builder::new("numbers");
    integers(&mut numbers, &mut chance);
    decimals(&mut numbers, &mut chance, if mysql { 30 } else { 38 });
    floats(&mut numbers, &mut chance);
    let mut times = Builder::new("times");
    temporals(&mut times, &mut chance);
    let mut texts = Builder::new("texts");
    strings(&mut texts);
    let mut geometries = Builder::new("geometries");
    shapes(&mut geometries, mysql);
    // 300 columns: their count takes three bytes in the log.
    let mut wide = Builder::new("wide");
    for nth in 0..299 {
        wide.column(if nth % 3 == 0 { "INT" } else { "VARCHAR(9)" }, As::Itself, [nth.to_string(), "7".into()]);
    }
    let tables = [numbers, times, texts, geometries, wide].map(Builder::build);
    tables.into_iter().chain([charsets(name, mysql)]).collect()
}

/// Times alone: for each precision one that has it, and one that also has another.
pub fn times() -> Vec<Table> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let names = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "u0", "u1", "u2", "u3", "u4", "u5", "u6"];
    let tables = names.into_iter().enumerate().map(|(nth, name)| {
        let mut times = Builder::new(name);
        fractional(&mut times, &mut chance, nth % 7);
        if nth >= 7 {
            fractional(&mut times, &mut chance, (nth * 3) % 7);
        }
        times.build()
    });
    tables.collect()
}

/// The tables for MySQL.
pub fn mysql() -> Vec<Table> {
    let mut own = Builder::new("own");
    let documents = [
        "'null'",
        "'{\"b\": [1, -70000, 5000000000, 1.5, \"x\\\\ty\", true, null], \"a\": {\"\": []}}'",
        "'\"早安\"'",
        "JSON_ARRAY(CAST('2024-02-29' AS DATE), TIME'-12:34:56.5', TIMESTAMP'2024-02-29 01:02:03', 1.50, x'00ff', b'1', PI(), 1e15)",
        "JSON_OBJECT('k', REPEAT('v', 70000), 'n', 18446744073709551615)",
        "JSON_ARRAY(1e-7, 1e100, 0.1e0, 1e0, -0e0)",
    ];
    own.column("JSON", As::Itself, documents);
    own.column("VECTOR(3)", As::Vector, ["TO_VECTOR('[1,2,3]')", "TO_VECTOR('[-0.5,1000000,0.25]')"]);
    let mut tables = plain("charsets", true);
    tables.push(own.build());
    tables
}

/// The tables for MariaDB.
pub fn mariadb() -> Vec<Table> {
    let mut own = Builder::new("own");
    own.column("JSON", As::Text, ["'{\"a\": 1}'", "'[]'"]);
    own.column("INET4", As::Inet("INET_ATON", 8), ["'1.2.3.4'", "'10.20.30.0'", "'255.255.255.255'"]);
    own.column("INET6", As::Inet("INET6_ATON", 32), ["'2001:db8::1'", "'::'", "'fe80::'", "'::ffff:1.2.3.0'"]);
    own.column("UUID", As::Uuid, ["'123e4567-e89b-12d3-a456-426655440000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"]);
    own.column("VECTOR(3)", As::Bytes, ["VEC_FromText('[1,2,3]')", "VEC_FromText('[0,0,0]')"]);
    let mut tables = plain("charsets", false);
    tables.push(own.build());
    tables
}
