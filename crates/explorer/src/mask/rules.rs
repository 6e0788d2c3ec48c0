//! What is masked: classes of the catalogue, and exceptions by table and by column.

use binlog_format::catalogue::Sensitivity;
use binlog_format::plan::TablePlan;
use serde::{Deserialize, Serialize};

use crate::filter::{Glob, names_of};
use crate::view::Message;

/// What is masked. Secrets always are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Column values, JSON, user variables, LOAD blocks, labels, seeds, and what nobody can explain.
    pub values: bool,
    /// Names of schemas, tables, columns, variables, files.
    pub names: bool,
    /// Statements. They quote values, names and accounts, so they are masked with any of these, too, unless
    /// `open_sql` says otherwise.
    pub sql: bool,
    /// Users and hosts.
    pub accounts: bool,
    /// Ids of servers, threads and transactions.
    pub ids: bool,
    /// Statements stay readable although something else is masked: for who knows that they quote nothing of it.
    pub open_sql: bool,
    /// Tables whose values stay readable: `table` or `schema.table`, with `*` and `?`.
    pub open_tables: Vec<String>,
    /// Tables whose values are masked although values are not.
    pub masked_tables: Vec<String>,
    /// Columns that stay readable: `column`, `table.column` or `schema.table.column`; `@3` is the third.
    pub open_columns: Vec<String>,
    /// Columns that are masked although values, or those of their table, are not.
    pub masked_columns: Vec<String>,
}

impl Default for Rules {
    /// Values, and the statements that quote them.
    fn default() -> Self {
        Self { values: true, ..Self::nothing() }
    }
}

/// The classes by the words of the command line.
const CLASSES: [&str; 5] = ["values", "names", "sql", "accounts", "ids"];

impl Rules {
    /// Secrets alone.
    pub const fn nothing() -> Self {
        Self {
            values: false,
            names: false,
            sql: false,
            accounts: false,
            ids: false,
            open_sql: false,
            open_tables: Vec::new(),
            masked_tables: Vec::new(),
            open_columns: Vec::new(),
            masked_columns: Vec::new(),
        }
    }

    /// Every class.
    pub fn everything() -> Self {
        Self { values: true, names: true, sql: true, accounts: true, ids: true, ..Self::nothing() }
    }

    /// The classes of a list such as `values,names`; `all` is all of them, `-sql` leaves statements open.
    ///
    /// # Errors
    ///
    /// A word that is no class.
    pub fn of_classes(text: &str) -> Result<Self, Message> {
        let mut rules = Self::nothing();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "values" => rules.values = true,
                "names" => rules.names = true,
                "sql" => rules.sql = true,
                "accounts" => rules.accounts = true,
                "ids" => rules.ids = true,
                "all" => rules = Self { open_sql: rules.open_sql, ..Self::everything() },
                "-sql" => rules.open_sql = true,
                _ => {
                    let known = format!("{}, all, -sql", CLASSES.join(", "));
                    return Err(Message::new("mask-unknown-class").text("found", word).text("known", known));
                }
            }
        }
        Ok(rules)
    }

    /// Whether anything but secrets is masked.
    pub fn mask_anything(&self) -> bool {
        self.hide_values() || self.names || self.sql || self.accounts || self.ids
    }

    /// Values, or some of them.
    fn hide_values(&self) -> bool {
        self.values || !self.masked_tables.is_empty() || !self.masked_columns.is_empty()
    }
}

/// A column by its table.
#[derive(Debug)]
struct ColumnPattern {
    database: Option<Glob>,
    table: Option<Glob>,
    column: ColumnName,
}

#[derive(Debug)]
enum ColumnName {
    Name(Glob),
    /// From 0.
    Place(usize),
}

/// A table.
#[derive(Debug)]
struct TablePattern {
    database: Option<Glob>,
    table: Glob,
}

impl TablePattern {
    fn read(text: &String) -> Result<Self, Message> {
        let mut names = names_of(text).unwrap_or_default();
        match (names.pop(), names.pop(), names.is_empty()) {
            (Some(table), database, true) => Ok(Self { database, table }),
            _ => Err(Message::new("mask-pattern").text("found", text).text("expected", "schema.table")),
        }
    }

    fn means(&self, plan: &TablePlan) -> bool {
        self.table.matches(&plan.table, false) && is(self.database.as_ref(), &plan.database)
    }
}

fn is(pattern: Option<&Glob>, name: &[u8]) -> bool {
    pattern.is_none_or(|pattern| pattern.matches(name, false))
}

impl ColumnPattern {
    fn read(text: &String) -> Result<Self, Message> {
        let mut names = names_of(text).unwrap_or_default();
        let (column, table, database) = (names.pop(), names.pop(), names.pop());
        let Some(column) = column.filter(|_| names.is_empty()) else {
            return Err(Message::new("mask-pattern").text("found", text).text("expected", "schema.table.column"));
        };
        let place = column.literal().and_then(|name| name.strip_prefix('@')?.parse::<usize>().ok()?.checked_sub(1));
        let column = place.map_or(ColumnName::Name(column), ColumnName::Place);
        Ok(Self { database, table, column })
    }

    /// Names of columns are told apart as the servers do: whatever the case.
    fn means(&self, plan: &TablePlan, ordinal: usize) -> bool {
        let column = match &self.column {
            ColumnName::Name(pattern) => plan.name(ordinal).is_some_and(|name| pattern.matches(name, true)),
            ColumnName::Place(place) => *place == ordinal,
        };
        column && is(self.table.as_ref(), &plan.table) && is(self.database.as_ref(), &plan.database)
    }
}

/// Rules made ready.
#[derive(Debug)]
pub struct Masker {
    rules: Rules,
    open_tables: Vec<TablePattern>,
    masked_tables: Vec<TablePattern>,
    open_columns: Vec<ColumnPattern>,
    masked_columns: Vec<ColumnPattern>,
}

impl Masker {
    /// For these rules.
    ///
    /// # Errors
    ///
    /// A pattern that is none.
    pub fn new(rules: &Rules) -> Result<Self, Message> {
        Ok(Self {
            open_tables: rules.open_tables.iter().map(TablePattern::read).collect::<Result<_, _>>()?,
            masked_tables: rules.masked_tables.iter().map(TablePattern::read).collect::<Result<_, _>>()?,
            open_columns: rules.open_columns.iter().map(ColumnPattern::read).collect::<Result<_, _>>()?,
            masked_columns: rules.masked_columns.iter().map(ColumnPattern::read).collect::<Result<_, _>>()?,
            rules: rules.clone(),
        })
    }

    /// The rules.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether values are, or some of them.
    pub fn masks_values(&self) -> bool {
        self.masks(Sensitivity::Data)
    }

    /// Whether statements are.
    pub fn masks_statements(&self) -> bool {
        self.masks(Sensitivity::Sql)
    }

    /// Whether a class is masked, of what belongs to no table. With some values masked, whatever may hold them is.
    pub fn masks(&self, class: Sensitivity) -> bool {
        let rules = &self.rules;
        match class {
            Sensitivity::Open => false,
            Sensitivity::Data => rules.hide_values(),
            Sensitivity::Name => rules.names,
            Sensitivity::Sql => rules.sql || !rules.open_sql && (rules.hide_values() || rules.names || rules.accounts),
            Sensitivity::Account => rules.accounts,
            Sensitivity::Id => rules.ids,
            Sensitivity::Secret => true,
        }
    }

    /// By ordinal, whether the values of a table's columns are masked. What was told of a column precedes what
    /// was told of its table, and masking precedes leaving open.
    pub fn columns(&self, plan: &TablePlan) -> Vec<bool> {
        let any = |patterns: &[TablePattern]| patterns.iter().any(|pattern| pattern.means(plan));
        let table = any(&self.masked_tables) || self.rules.values && !any(&self.open_tables);
        let column = |ordinal| {
            let any = |patterns: &[ColumnPattern]| patterns.iter().any(|pattern| pattern.means(plan, ordinal));
            any(&self.masked_columns) || table && !any(&self.open_columns)
        };
        (0..plan.columns.len()).map(column).collect()
    }

    /// Whether columns differ from what holds for all values.
    pub fn has_exceptions(&self) -> bool {
        !(self.open_tables.is_empty()
            && self.masked_tables.is_empty()
            && self.open_columns.is_empty()
            && self.masked_columns.is_empty())
    }
}
