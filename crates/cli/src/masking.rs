//! What `export` masks.

use std::io::{self, Write};

use binlog_explorer::cut::Cut;
use binlog_explorer::dump::walk;
use binlog_explorer::mask::{Masker, Rules, write_masked};
use binlog_explorer::messages;
use binlog_explorer::view::Message;
use binlog_format::framer::Start;
use clap::Args;

use crate::input::InputError;
use crate::spool::Spool;

/// Options of masking (docs/masking.md).
#[derive(Args, Debug)]
pub struct MaskOptions {
    /// Masks private values by constants of their type and length: a list of values, names, sql, accounts, ids, or all
    /// (docs/masking.md). Statements are masked with values, names and accounts, unless -sql is in the list.
    #[arg(long, value_name = "CLASSES", allow_hyphen_values = true)]
    pub mask: Option<String>,
    /// Masks a table's values: schema.table, with * and ?.
    #[arg(long, value_name = "TABLE")]
    pub mask_table: Vec<String>,
    /// Masks a column's values: schema.table.column, or column; @3 is the third.
    #[arg(long, value_name = "COLUMN")]
    pub mask_column: Vec<String>,
    /// Leaves a table's values readable.
    #[arg(long, value_name = "TABLE")]
    pub keep_table: Vec<String>,
    /// Leaves a column's values readable.
    #[arg(long, value_name = "COLUMN")]
    pub keep_column: Vec<String>,
}

/// A message as a reason to stop.
pub fn refused(message: &Message) -> InputError {
    InputError::Words(messages::english(message))
}

impl MaskOptions {
    /// What is to be masked; nothing if it was not asked for.
    pub fn rules(&self) -> Result<Option<Rules>, InputError> {
        let asked = self.mask.is_some() || !self.mask_table.is_empty() || !self.mask_column.is_empty();
        if !asked {
            if self.keep_table.is_empty() && self.keep_column.is_empty() {
                return Ok(None);
            }
            return Err(InputError::Words("--keep-table and --keep-column need --mask: nothing is masked".into()));
        }
        let classes = Rules::of_classes(self.mask.as_deref().unwrap_or_default()).map_err(|error| refused(&error))?;
        let rules = Rules {
            masked_tables: self.mask_table.clone(),
            masked_columns: self.mask_column.clone(),
            open_tables: self.keep_table.clone(),
            open_columns: self.keep_column.clone(),
            ..classes
        };
        // What is wrong with a pattern is told before anything is read.
        Masker::new(&rules).map_err(|error| refused(&error))?;
        Ok(Some(rules))
    }
}

/// Writes a log masked. What stands inside of it in another form gets longer or shorter: lengths of transactions and
/// positions are those of the log that is written.
pub fn mask_log(rules: &Rules, log: Spool, out: &mut impl Write) -> Result<(), InputError> {
    let masker = Masker::new(rules).map_err(|error| refused(&error))?;
    let mut masked = Spool::default();
    write_masked(&masker, &*log.into_source(), Start::File, &mut masked).map_err(|error| refused(&error))?;
    let source = masked.into_source();
    let mut cut = Cut::new(out);
    let failed = |error: io::Error| InputError::Io("output".into(), error);
    walk(&*source, Start::File, 0, &mut cut.of(&*source, true)).map_err(failed)?;
    if let Some(message) = cut.refused() {
        return Err(refused(&message));
    }
    cut.finish().map(drop).map_err(failed)
}
