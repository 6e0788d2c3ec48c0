//! `record`: a live server's logs as files.

use std::path::PathBuf;
use std::process::ExitCode;

use binlog_format::container::MAGIC;
use binlog_replica::{Delivery, Fsync, Recorder, Replica, Start, StreamOptions};
use clap::{Args, ValueEnum};

use crate::live::From;
use crate::reasons::in_words;
use crate::upstream::UpstreamOptions;

/// Options of `record`.
#[derive(Args, Debug)]
pub struct RecordOptions {
    /// The server: mysql://user@host:3306.
    pub url: String,
    /// Folder for the files. One that has files already is continued behind their last complete transaction.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Begin with the file that this lies in: now, a file (binlog.000007), a time (2026-11-22T09:30:00Z), a GTID set or
    /// position, or oldest, which is usual. Files are recorded whole, so that they are the server's own.
    #[arg(long, value_name = "PLACE", value_parser = From::parse)]
    pub from: Option<From>,
    /// When what was written is to be on the disk.
    #[arg(long, value_enum, default_value_t = FsyncOption::File)]
    pub fsync: FsyncOption,
    /// Take part in semi-synchronous replication: acknowledge each transaction once it is on the disk, whatever
    /// --fsync says. The server's commits wait for this disk then.
    #[arg(long)]
    pub semi_sync: bool,
    /// The server.
    #[command(flatten)]
    pub upstream: UpstreamOptions,
}

/// As [`Fsync`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FsyncOption {
    /// With the end of each file.
    File,
    /// With each transaction too.
    Transaction,
    /// When the system sees fit.
    Never,
}

/// Runs `record`, until the end, or until it is interrupted.
///
/// # Errors
///
/// In words.
pub fn run(options: &RecordOptions) -> Result<ExitCode, String> {
    let fsync = match options.fsync {
        FsyncOption::File => Fsync::File,
        FsyncOption::Transaction => Fsync::Transaction,
        FsyncOption::Never => Fsync::Never,
    };
    let mut stream = options.upstream.stream_or_ask(&options.url)?;
    stream.semi_sync = options.semi_sync;
    let (recorder, place) = Recorder::open(&options.output, fsync).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    stream.start = match (place, &options.from) {
        (Some(place), from) => {
            if from.is_some() {
                say("the folder has files already: they are continued, and --from does not matter");
            }
            Start::Position { file: place.file.to_string(), position: place.position }
        }
        (None, None | Some(From(Start::Oldest))) => Start::Oldest,
        (None, Some(From(start))) => {
            let file = match start {
                Start::Position { file, .. } => file.clone(),
                start => runtime.block_on(file_of(StreamOptions { start: start.clone(), ..stream.clone() }))?,
            };
            Start::Position { file, position: MAGIC.len() as u64 }
        }
    };
    runtime.block_on(record(Replica::new(stream, None), recorder))
}

/// The file that a stream begins in: before anything else, its sender names it.
async fn file_of(stream: StreamOptions) -> Result<String, String> {
    let mut replica = Replica::new(StreamOptions { semi_sync: false, ..stream }, None);
    let file = loop {
        let delivery = tokio::select! {
            delivery = replica.next() => delivery.map_err(|error| in_words(&error))?,
            _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
        };
        match delivery {
            Delivery::Event(event) if !event.file.is_empty() => break event.file.to_string(),
            Delivery::End => return Err("the server has nothing from there on".into()),
            Delivery::Retrying { error, after, .. } => {
                say(&format!("{} Again in {:.1} s.", in_words(&error), after.as_secs_f64()));
            }
            _ => {}
        }
    };
    replica.stop().await;
    Ok(file)
}

async fn record(mut replica: Replica, mut recorder: Recorder) -> Result<ExitCode, String> {
    let outcome = loop {
        let delivery = tokio::select! {
            delivery = replica.next() => delivery,
            _ = tokio::signal::ctrl_c() => break Ok(()),
        };
        let taken = match delivery {
            Ok(Delivery::Event(event)) => {
                let written = recorder.event(&event, replica.boundary());
                // Whatever --fsync says, what is acknowledged is on the disk.
                let kept = if event.need_ack { written.and_then(|()| recorder.sync()) } else { written };
                if event.need_ack && kept.is_ok() {
                    // A connection that is lost shows with the next event.
                    let _ = replica.acknowledge(&event).await;
                }
                kept
            }
            Ok(Delivery::Withdrawn(events)) => {
                say(&format!("the server lost its last {events} events in a crash; they are taken back"));
                recorder.withdraw()
            }
            Ok(Delivery::Retrying { error, after, at }) => {
                let (error, seconds) = (in_words(&error), after.as_secs_f64());
                say(&format!("{error} Again in {seconds:.1} s, from {} {}.", at.file, at.position));
                Ok(())
            }
            Ok(Delivery::End) => break Ok(()),
            Err(error) => break Err(in_words(&error)),
        };
        if let Err(error) = taken {
            break Err(error.to_string());
        }
    };
    let closed = recorder.close().map_err(|error| error.to_string());
    let (events, bytes) = recorder.counts();
    replica.stop().await;
    outcome.and(closed)?;
    say(&format!("{events} events, {bytes} bytes"));
    Ok(ExitCode::SUCCESS)
}

/// Beside the output.
#[expect(clippy::print_stderr, reason = "notes go to standard error")]
fn say(text: &str) {
    eprintln!("binlogscope: {text}");
}
