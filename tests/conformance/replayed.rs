//! Row images applied one after another give the table. Workloads with every column type and character
//! set run on real servers with all three kinds of row image; each before image must be what the
//! images before it left, and in the end the rows what `SELECT` says. Skipped, visibly, where the
//! servers cannot start.

mod servers;
#[path = "replayed/tables.rs"]
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::present::value_text;
use binlog_explorer::source::Memory;
use binlog_explorer::space::holder::Holder;
use binlog_format::event::{Body, decode};
use binlog_format::framer::Start;
use binlog_format::inflate::Inflater;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, Operation, RowVisitor};
use binlog_format::{DecodeError, Value};

use servers::Server;
use tables::{Number, Table};

/// A row as text: `None` is NULL.
type Row = Vec<Option<String>>;

/// Cells of one row as the log has them, by ordinal.
#[derive(Default)]
struct Change {
    before: BTreeMap<usize, Option<String>>,
    after: BTreeMap<usize, Option<String>>,
}

struct Changes<'p> {
    plan: &'p TablePlan,
    rows: Vec<Change>,
}

impl<'a> RowVisitor<'a> for Changes<'_> {
    fn row(&mut self, _: usize) {
        self.rows.push(Change::default());
    }
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {
        let text = match value {
            Value::Null => None,
            value => {
                let kind = self.plan.columns[ordinal].kind;
                Some(
                    value_text(kind.field().at(ordinal), &value, Some(self.plan), Holder::default())
                        .expect("a value has text"),
                )
            }
        };
        let change = self.rows.last_mut().expect("cells lie in rows");
        let cells = if image == Image::Before { &mut change.before } else { &mut change.after };
        cells.insert(ordinal, text);
    }
}

/// The tables as the log leaves them: rows by the value of their first column.
#[derive(Default)]
struct Model {
    tables: BTreeMap<String, BTreeMap<String, Row>>,
    images: usize,
    /// Rows events that were compressed, alone or as a part of their transaction.
    compressed: usize,
}

impl Model {
    fn apply(&mut self, table: &str, operation: Operation, width: usize, change: &Change) {
        self.images += 1;
        let rows = self.tables.entry(table.to_owned()).or_default();
        let key = |cells: &BTreeMap<usize, Option<String>>| cells.get(&0).cloned().flatten();
        if operation == Operation::Write {
            let row = (0..width).map(|at| change.after.get(&at).cloned().expect("inserts have all columns"));
            rows.insert(key(&change.after).expect("a key"), row.collect());
            return;
        }
        let id = key(&change.before).expect("before images have the key");
        let row = rows.get_mut(&id).expect("the row is there");
        for (at, text) in &change.before {
            assert_eq!(&row[*at], text, "{table} {id}: before image, column {at}");
        }
        if operation == Operation::Delete {
            rows.remove(&id);
            return;
        }
        for (at, text) in &change.after {
            row[*at].clone_from(text);
        }
    }
}

impl Sink for Model {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let decoded = decode(event.bytes, &event.context, ()).expect("a header");
        if let Ok(Body::Rows(rows)) = &decoded.body {
            let plan = event.context.tables.and_then(|tables| tables.get(rows.table_id)).expect("a table map");
            self.compressed += usize::from(rows.compressed.is_some() || event.space != "0");
            let mut inflater = Inflater::new();
            let (rows, inflated) = rows.inflated(&mut inflater);
            inflated.expect("images that a server compressed");
            let mut changes = Changes { plan, rows: Vec::new() };
            rows.visit(plan, &mut changes).expect("rows that a server wrote");
            let table = String::from_utf8_lossy(&plan.table).into_owned();
            for change in &changes.rows {
                self.apply(&table, rows.operation, rows.width, change);
            }
        }
        assert_eq!(decoded.error(), None);
        Ok(None)
    }
}

fn unhex(text: &str) -> Option<String> {
    if text == "NULL" {
        return None;
    }
    let bytes = (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..][..2], 16).expect("hex"));
    Some(String::from_utf8(bytes.collect()).expect("asked for UTF-8"))
}

/// FLOAT is printed by the servers with six digits, DOUBLE with fewer zeros inside an expression: both
/// are compared as numbers.
fn same(table: &Table, at: usize, ours: &Option<String>, theirs: &Option<String>) -> bool {
    match (table.columns[at].number, ours, theirs) {
        (Number::Float, Some(ours), Some(theirs)) => theirs.parse() == ours.parse::<f32>().map(f64::from),
        (Number::Double, Some(ours), Some(theirs)) => theirs.parse::<f64>() == ours.parse(),
        _ => ours == theirs,
    }
}

fn compare(server: &Server, model: &Model, table: &Table) -> usize {
    let expressions: Vec<String> =
        table.columns.iter().map(|column| format!("HEX(CONVERT({} USING utf8mb4))", column.as_text)).collect();
    let answer = server.sql(&format!(
        "SET time_zone = '+00:00'; SELECT {} FROM t.{} ORDER BY id;",
        expressions.join(", "),
        table.name
    ));
    let ours = &model.tables[table.name];
    assert_eq!(answer.lines().count(), ours.len(), "{}", table.name);
    let mut faults = Vec::new();
    for line in answer.lines() {
        let theirs: Row = line.split('\t').map(unhex).collect();
        let row = &ours[theirs[0].as_deref().expect("a key")];
        for (at, (ours, theirs)) in row.iter().zip(&theirs).enumerate() {
            if !same(table, at, ours, theirs) {
                let (column, id) = (&table.columns[at], &row[0]);
                faults.push(format!("{} {}, row {id:?}: we {ours:?}, SELECT {theirs:?}", column.name, column.kind));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults in {}:\n{}", faults.len(), table.name, faults.join("\n"));
    ours.len() * table.columns.len()
}

/// Creates the tables, fills them, changes and deletes some rows under each kind of row image.
fn workload(tables: &[Table]) -> String {
    let mut sql = String::from("SET time_zone = '+00:00', sql_mode = ''; CREATE DATABASE t; USE t;\n");
    for table in tables {
        let columns: Vec<String> =
            table.columns.iter().map(|column| format!("`{}` {}", column.name, column.kind)).collect();
        let _ = writeln!(sql, "CREATE TABLE {} ({}) DEFAULT CHARSET utf8mb4;", table.name, columns.join(", "));
        let insert = |sql: &mut String, id: usize, row: &[String]| {
            let _ = writeln!(sql, "INSERT INTO {} VALUES ({id}, {});", table.name, row.join(", "));
        };
        for (nth, row) in table.rows.iter().enumerate() {
            insert(&mut sql, nth + 1, row);
        }
        for (nth, image) in ["FULL", "MINIMAL", "NOBLOB"].into_iter().enumerate() {
            let _ = writeln!(sql, "SET SESSION binlog_row_image = {image};");
            // Every fourth row takes another row's values in every second column.
            let from = &table.rows[(nth + 1) % table.rows.len()];
            let changes: Vec<String> = (1..table.columns.len())
                .filter(|at| at % 2 == nth % 2)
                .map(|at| format!("`{}` = {}", table.columns[at].name, from[at - 1]))
                .collect();
            let _ = writeln!(sql, "UPDATE {} SET {} WHERE id % 4 = {nth};", table.name, changes.join(", "));
            let _ = writeln!(sql, "DELETE FROM {} WHERE id = {};", table.name, 5 + nth);
        }
        sql.push_str("SET SESSION binlog_row_image = FULL;\n");
    }
    sql + "FLUSH BINARY LOGS;\n"
}

/// Creates a table and fills it by one statement: all rows stand in one event.
fn at_once(table: &Table) -> String {
    let columns: Vec<String> =
        table.columns.iter().map(|column| format!("`{}` {}", column.name, column.kind)).collect();
    let row = |(nth, row): (usize, &Vec<String>)| format!("({}, {})", nth + 1, row.join(", "));
    let rows: Vec<String> = table.rows.iter().enumerate().map(row).collect();
    format!(
        "SET time_zone = '+00:00', sql_mode = ''; CREATE DATABASE IF NOT EXISTS t; USE t;\n\
         CREATE TABLE {} ({});\nINSERT INTO {} VALUES {};\n",
        table.name,
        columns.join(", "),
        table.name,
        rows.join(", ")
    )
}

/// What the server's logs leave.
fn replay(server: &Server) -> Model {
    let mut model = Model::default();
    let mut files: Vec<_> = std::fs::read_dir(&server.datadir)
        .expect("its files")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.to_string_lossy().rsplit_once("binlog.").is_some_and(|(_, end)| end.parse::<u32>().is_ok()))
        .collect();
    files.sort();
    for file in &files {
        let source = Memory::new(std::fs::read(file).expect("readable"));
        walk(&source, Start::File, 0, &mut model).expect("memory does not fail");
    }
    model
}

#[expect(clippy::print_stdout, reason = "how much was compared is to be seen")]
fn images_give_the_table(name: &str, options: &[&str], tables: &[Table]) {
    let options = [&["--binlog-row-metadata=FULL"], options].concat();
    let Some(server) = Server::start(name, &options) else { return };
    server.sql(&workload(tables));
    let model = replay(&server);
    let cells: usize = tables.iter().map(|table| compare(&server, &model, table)).sum();
    println!("{name} {options:?}: {} row images, {cells} cells as SELECT says", model.images);
    assert!(cells > 5000);
    assert_eq!(model.compressed > 0, options.len() > 1, "{} compressed", model.compressed);
}

#[test]
fn images_of_mysql_give_the_table() {
    images_give_the_table("mysql-9.7", &[], &tables::mysql());
}

#[test]
fn osheroff_118_images_in_compressed_transactions_give_the_table() {
    images_give_the_table("mysql-9.7", &["--binlog-transaction-compression=ON"], &tables::mysql());
}

#[test]
fn images_of_mariadb_give_the_table() {
    images_give_the_table("mariadb-11.8", &[], &tables::mariadb());
}

#[test]
fn go_mysql_204_compressed_images_of_mariadb_give_the_table() {
    let options = ["--log-bin-compress=ON", "--log-bin-compress-min-len=10"];
    images_give_the_table("mariadb-11.8", &options, &tables::mariadb());
}

/// The fractions of MariaDB before 10.1, whose precision no log has and no other reader finds.
#[test]
fn osheroff_57_go_mysql_697_and_764_precisions_that_the_log_does_not_tell() {
    let Some(server) = Server::start("mariadb-11.8", &["--mysql56-temporal-format=OFF"]) else { return };
    let tables = tables::times();
    server.sql(&(tables.iter().map(at_once).collect::<String>() + "FLUSH BINARY LOGS;\n"));
    let model = replay(&server);
    let cells: usize = tables.iter().map(|table| compare(&server, &model, table)).sum();
    assert!(cells > 500, "{cells}");
}
