//! The command line.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::zone::Zone;

/// See inside MySQL and MariaDB binary logs: every event, every field, every byte.
///
/// Exit status: 0 fine, 1 the input is damaged (everything readable was printed), 2 wrong usage
/// or unreadable input.
#[derive(Debug, Parser)]
#[command(name = "binlogscope", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page, and these files to it, on this machine.
    Serve {
        /// Binary logs to offer on the page.
        files: Vec<PathBuf>,
        /// Address to listen on; others than loopback need --token.
        #[arg(long, default_value = crate::serve::DEFAULT_LISTEN)]
        listen: String,
        /// Secret that a browser must show; printed as part of the link.
        #[arg(long)]
        token: Option<String>,
    },
    /// Print every event with its fields.
    Dump(DumpOptions),
    /// Check framing, checksums, every field, and what events say of each other.
    Verify(VerifyOptions),
}

/// Keys of encrypted binary logs. They are read for this run and kept nowhere. Without them a file
/// named as the log with the extension `key`, beside it, is tried.
#[derive(Args, Debug, Default)]
pub struct KeyOptions {
    /// Keyring of the MySQL server that encrypted the log: the data file of component_keyring_file
    /// or of keyring_file.
    #[arg(long, value_name = "FILE")]
    pub keyring: Option<PathBuf>,
    /// Key file of the MariaDB server that encrypted the log (file_key_management_filename).
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Where the password of an encrypted key file is, as file_key_management_filekey names it: FILE:path, or
    /// ENV:name for an environment variable. Not the password itself, which every process could read here.
    #[arg(long, value_name = "FILE:PATH|ENV:NAME", value_parser = PasswordPlace::parse)]
    pub key_file_password: Option<PasswordPlace>,
}

/// Where a password is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordPlace {
    /// The first bytes of a file, without the line's end.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// Neither; it may be the password itself, and is not kept.
    Unnamed,
}

impl PasswordPlace {
    /// Refuses nothing: what is refused here would be quoted.
    fn parse(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("FILE", path)) if !path.is_empty() => Self::File(path.into()),
            Some(("ENV", name)) if !name.is_empty() => Self::Variable(name.into()),
            _ => Self::Unnamed,
        })
    }
}

/// Options of `dump`.
#[derive(Args, Debug)]
pub struct DumpOptions {
    /// A binary log, or - for standard input.
    #[arg(required_unless_present = "paste")]
    pub input: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DumpFormat::Tree)]
    pub format: DumpFormat,
    /// Time zone of --format text: UTC, local, Area/City or +hh:mm. Without it that of the
    /// environment variable TZ, else UTC.
    #[arg(long, value_parser = Zone::parse)]
    pub time_zone: Option<Zone>,
    /// Print only what matches, with what it lies in: type:, table:, time:A..B, gtid:, row.COLUMN = value,
    /// sql~text, and, or, not, parentheses (docs/filter.md).
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Read BINLOG statements, a hexdump, base64 or a list of bytes from standard input.
    #[arg(long, conflicts_with = "input")]
    pub paste: bool,
    /// An incomplete last event is damage even if the server may be writing it.
    #[arg(long)]
    pub strict: bool,
    /// Keys.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// How `dump` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DumpFormat {
    /// Indented, with offsets, for reading.
    Tree,
    /// One JSON object a line (docs/json.md).
    Json,
    /// What mysqlbinlog or mariadb-binlog prints with -vv --base64-output=decode-rows.
    Text,
}

/// Options of `verify`.
#[derive(Args, Debug)]
pub struct VerifyOptions {
    /// Binary logs; - is standard input.
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// One JSON object a line (docs/verify.md).
    #[arg(long)]
    pub json: bool,
    /// An incomplete last event is damage even if the server may be writing it.
    #[arg(long)]
    pub strict: bool,
    /// Keys.
    #[command(flatten)]
    pub keys: KeyOptions,
}
