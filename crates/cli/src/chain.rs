//! Several logs as one: the index file of a server, or the folder that it lies in, stands for the logs that
//! it names, in their order.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use binlog_explorer::verify::numbered;
use binlog_explorer::view::Message;
use binlog_format::container::{Container, RECOGNISE_BYTES};

use crate::input::{self, InputError};

/// Most bytes of an index file: a hundred thousand names.
const MOST: u64 = 16 << 20;

/// What a name may have gained when its file was wrapped.
const WRAPPED: [&str; 4] = ["", ".gz", ".zst", ".zstd"];

/// One log of several.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// Its file.
    pub path: PathBuf,
    /// The index names it, and there is no such file.
    pub missing: bool,
}

/// Bytes by which an index is told from other text.
const HEAD: usize = 4096;

/// The logs that the arguments stand for, in order.
///
/// # Errors
/// A folder without an index, or with several; an index that cannot be read.
pub fn members(arguments: &[PathBuf]) -> Result<Vec<Member>, InputError> {
    let mut members = Vec::new();
    for path in arguments {
        let failed = |error| InputError::Io(input::name(path), error);
        if path.is_dir() {
            members.extend(listed(&index_in(path).map_err(failed)?).map_err(failed)?);
        } else if is_index(path) {
            members.extend(listed(path).map_err(failed)?);
        } else {
            members.push(Member { path: path.clone(), missing: false });
        }
    }
    Ok(members)
}

/// By its first bytes: a list of logs, or text in a file that is named as an index.
fn is_index(path: &Path) -> bool {
    let mut head = Vec::new();
    let read =
        path.is_file() && fs::File::open(path).is_ok_and(|file| file.take(HEAD as u64).read_to_end(&mut head).is_ok());
    let named = path.extension().is_some_and(|extension| extension == "index");
    match Container::recognise(head.get(..RECOGNISE_BYTES).unwrap_or(&head)) {
        Container::Foreign("index") => read && (named || lists_logs(&head)),
        Container::Foreign("text") => read && named,
        _ => false,
    }
}

/// Whether every line is a log's name: what MariaDB's client prints begins with a slash too. A line that the first
/// bytes end in counts only if it is the only one.
fn lists_logs(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let whole = if head.len() < HEAD { &*text } else { text.rsplit_once('\n').map_or(&*text, |(whole, _)| whole) };
    let mut lines = whole.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| numbered(line).is_some())
}

/// The only index of a folder; one of a relay log stands back.
fn index_in(folder: &Path) -> io::Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "index") {
            found.push(path);
        }
    }
    found.sort();
    let relay = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains("relay"));
    if found.len() > 1 && found.iter().any(|path| !relay(path)) {
        found.retain(|path| !relay(path));
    }
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(io::Error::new(io::ErrorKind::NotFound, "there is no *.index in this folder; name the logs")),
        several => {
            let names: Vec<String> = several.iter().map(|path| path.display().to_string()).collect();
            Err(io::Error::other(format!("several indexes are in this folder; name one of {}", names.join(", "))))
        }
    }
}

fn listed(index: &Path) -> io::Result<Vec<Member>> {
    let mut text = Vec::new();
    fs::File::open(index)?.take(MOST).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let folder = index.parent().unwrap_or(Path::new(""));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(|line| find(folder, Path::new(line))).collect())
}

/// Where the server said, or beside the index, as logs that were copied lie.
fn find(folder: &Path, named: &Path) -> Member {
    let beside = named.file_name().map(|name| folder.join(name));
    for place in [Some(folder.join(named)), beside].into_iter().flatten() {
        for wrapped in WRAPPED {
            let mut path = place.clone().into_os_string();
            path.push(wrapped);
            if Path::new(&path).is_file() {
                return Member { path: path.into(), missing: false };
            }
        }
    }
    Member { path: folder.join(named), missing: true }
}

/// Whether `after` follows `before` in a chain: both are logs of one name in one folder.
pub fn is_next(before: &Path, after: &Path) -> bool {
    let base = |path: &Path| Some((path.parent()?.to_path_buf(), numbered(path.to_str()?)?.0.to_owned()));
    base(before).is_some_and(|base_before| Some(base_before) == base(after))
}

/// What to say of two logs that should follow each other.
pub fn gap(before: &Path, after: &Path) -> Option<Message> {
    let number = |path: &Path| numbered(path.to_str()?).map(|(_, number)| number);
    let adjoins = number(before).zip(number(after)).is_none_or(|(before, after)| after == before + 1);
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let gap = is_next(before, after) && !adjoins;
    gap.then(|| Message::new("chain-gap").text("before", name(before)).text("after", name(after)))
}
