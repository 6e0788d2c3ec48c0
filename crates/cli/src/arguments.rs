//! The command line.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::live::From;
use crate::masking::MaskOptions;
use crate::record::RecordOptions;
use crate::serve::{LiveOptions, ServeOptions};
use crate::upstream::UpstreamOptions;
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
    /// Serve the page, and these files and live servers to it, on this machine.
    Serve(ServeArguments),
    /// Print every event with its fields.
    Dump(DumpOptions),
    /// Write what is chosen of logs to a file of its own.
    Export(ExportOptions),
    /// Write a live server's logs to files, byte for byte as the server has them, and go on while it writes.
    Record(RecordOptions),
    /// Count what is in logs, rows by operation exactly, and say what a DBA should know of them.
    Stats(StatsOptions),
    /// Check framing, checksums, every field, and what events say of each other.
    Verify(VerifyOptions),
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub struct ServeArguments {
    /// Binary logs to offer on the page.
    pub files: Vec<PathBuf>,
    /// Address to listen on; others than loopback need --token.
    #[arg(long, default_value = crate::serve::DEFAULT_LISTEN)]
    pub listen: String,
    /// Secret that a browser must show; printed as part of the link.
    #[arg(long)]
    pub token: Option<String>,
    /// A live server that the page may look at: [NAME=]mysql://user@host:3306[?ssl-mode=required&…]; several may be
    /// given. Else those in the environment variable BINLOGSCOPE_UPSTREAM. Its password may be in MYSQL_PWD_NAME; one
    /// that nothing names is asked for at a terminal.
    #[arg(long = "upstream", value_name = "URL")]
    pub upstreams: Vec<String>,
    /// Folder for what comes from live servers until pages have taken it; else that for temporary files.
    #[arg(long, value_name = "DIR")]
    pub spool: Option<PathBuf>,
    /// MiB of it for each server.
    #[arg(
        long,
        value_name = "MIB",
        default_value_t = crate::serve::SPOOL_LIMIT,
        value_parser = clap::value_parser!(u32).range(1..),
    )]
    pub spool_limit: u32,
    /// For all live servers.
    #[command(flatten)]
    pub upstream: UpstreamOptions,
}

impl ServeArguments {
    /// What these say.
    ///
    /// # Errors
    ///
    /// In words.
    pub fn options(self) -> Result<ServeOptions, String> {
        let live = LiveOptions {
            upstreams: crate::serve::upstreams(&self.upstreams, &self.upstream, crate::upstream::ask)?,
            spool: self.spool,
            spool_limit: u64::from(self.spool_limit) << 20,
        };
        Ok(ServeOptions { files: self.files, listen: self.listen, token: self.token, live })
    }
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
    /// A binary log, an http or https address, a live server mysql://user@host:3306 (its events as they arrive), - for
    /// standard input, or several logs in order: an index file
    /// (binlog.index), or the folder that it lies in. What is wrapped in gzip or zstd is unpacked, into a temporary
    /// file where it is large (TMPDIR says where).
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
    /// Of a live server, where to begin: oldest, now, FILE, FILE:POSITION, the GTID set that is there already (MySQL,
    /// uuid:1-5) or the GTID position behind which to begin (MariaDB, 0-1-100), or a time (2026-11-22T09:30:00Z, UTC if
    /// no offset is told): the first transaction of that second or later. Time and GTIDs that could be something else
    /// are written time:2026-11-22 and gtid:2026-11-22.
    #[arg(long, value_name = "PLACE", value_parser = From::parse)]
    pub from: Option<From>,
    /// Keys.
    #[command(flatten)]
    pub keys: KeyOptions,
    /// The server.
    #[command(flatten, next_help_heading = "Live servers")]
    pub upstream: UpstreamOptions,
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
    /// Binary logs, addresses, index files, folders; - is standard input. Logs that follow each other are compared
    /// with each other. What is wrapped in gzip or zstd is unpacked.
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

/// Options of `export`.
#[derive(Args, Debug)]
pub struct ExportOptions {
    /// Binary logs, addresses, index files, folders; - is standard input. What is wrapped in gzip or zstd is unpacked.
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// As what.
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// Only what matches, with what makes it whole (docs/filter.md, docs/cut.md).
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// The file to write; standard output without it, unless that is a terminal. It takes its place when it is whole,
    /// and is never one that is read.
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Of a bundle: print the link that carries it, to the page at this address. A file is written only with -o then.
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
    /// An incomplete last event is damage even if the server may be writing it.
    #[arg(long)]
    pub strict: bool,
    /// What is masked.
    #[command(flatten)]
    pub masking: MaskOptions,
    /// Keys.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// What `export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A binary log that servers' tools read: positions and checksums are right in it.
    Binlog,
    /// A .binlogscope file to be shared: the bytes at their own offsets (docs/share-bundle.md). Of one log.
    Bundle,
}

/// Options of `stats`.
#[derive(Args, Debug)]
pub struct StatsOptions {
    /// Binary logs, or directories of them; - is standard input.
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = StatsFormat::Text)]
    pub format: StatsFormat,
    /// Lines of each list: tables, transactions, connections and so on.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub top: usize,
    /// Time zone of --format text: UTC, local, Area/City or +hh:mm. Without it that of the
    /// environment variable TZ, else UTC.
    #[arg(long, value_parser = Zone::parse)]
    pub time_zone: Option<Zone>,
    /// An incomplete last event is damage even if the server may be writing it.
    #[arg(long)]
    pub strict: bool,
    /// Keys.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// How `stats` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Tables for reading.
    Text,
    /// One JSON object a log (docs/stats.md).
    Json,
}
