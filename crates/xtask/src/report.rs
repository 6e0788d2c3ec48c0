//! How many tests ran, where, and how long it took.

use std::time::Duration;

/// What one part counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    pub fn ran(self) -> u64 {
        self.passed + self.failed
    }
}

/// One line of the closing table.
pub struct Line {
    pub name: String,
    /// `None` where nothing is counted: the part holds or it does not.
    pub tally: Option<Tally>,
    pub held: bool,
    pub took: Option<Duration>,
}

/// Prints the table and, last, the line that machines read. Parts that count no tests of their
/// own are one check each there.
pub fn print(lines: &[Line], took: Duration) {
    println!();
    println!("{:<24} {:>8} {:>8} {:>8} {:>8}", "part", "passed", "failed", "skipped", "seconds");
    let mut all = Tally::default();
    for line in lines {
        let seconds = line.took.map_or_else(String::new, |took| format!("{:.0}", took.as_secs_f64()));
        let tally = line.counted();
        all.add(tally);
        println!("{:<24} {:>8} {:>8} {:>8} {seconds:>8}", line.name, tally.passed, tally.failed, tally.skipped);
    }
    println!("{:<24} {:>8} {:>8} {:>8} {:>8.0}", "in all", all.passed, all.failed, all.skipped, took.as_secs_f64());
    println!();
    println!("{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);
}

impl Line {
    /// A part that failed shows at least one failure, even when the tests that it counted passed.
    fn counted(&self) -> Tally {
        match (self.tally, self.held) {
            (None, true) => Tally { passed: 1, ..Tally::default() },
            (Some(tally), false) if tally.failed > 0 => tally,
            (tally, false) => Tally { failed: 1, ..tally.unwrap_or_default() },
            (Some(tally), true) => tally,
        }
    }
}

/// Kinds of tests that one `cargo test` runs.
pub const KINDS: [&str; 3] = ["unit tests", "integration tests", "doc tests"];

/// Counts what `cargo test` printed, by kind in the order of [`KINDS`].
pub fn count_cargo_tests(text: &str) -> [Tally; 3] {
    let mut tallies = [Tally::default(); 3];
    let mut kind = 0;
    for line in text.lines().map(str::trim) {
        if line.starts_with("Running unittests ") {
            kind = 0;
        } else if line.starts_with("Running ") {
            kind = 1;
        } else if line.starts_with("Doc-tests ") {
            kind = 2;
        } else if let Some(result) = line.strip_prefix("test result: ") {
            let of = |what: &str| {
                let part = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(what));
                part.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
            };
            tallies[kind].add(Tally { passed: of("passed"), failed: of("failed"), skipped: of("ignored") });
        }
    }
    tallies
}

/// What the tests that failed said, as their harness prints it, of a log in which the others take most of the room.
pub fn said_by_failed_tests(text: &str) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    let mut of_this = 0;
    for line in text.lines() {
        if line.starts_with("---- ") {
            of_this = SAID_LINES;
        } else if line == "failures:" || line == "stack backtrace:" {
            of_this = 0;
        }
        if of_this > 0 && !line.is_empty() {
            said.push(line);
            of_this -= 1;
        }
    }
    (!said.is_empty()).then(|| said.join("\n"))
}

/// Of each.
const SAID_LINES: usize = 12;

/// What tests say beside whether they hold: what they counted, and what was not there to be tested.
pub fn said_by_tests(text: &str) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if ["skipped: ", "faults: "].iter().any(|begin| line.starts_with(begin)) && !said.contains(&line) {
            said.push(line);
        }
    }
    (!said.is_empty()).then(|| said.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_tests_are_kept_once() {
        let text = "running 2 tests\nskipped: no server a\ntest b ... ok\nskipped: no server a\nfaults: a: 3 of 3\n";
        assert_eq!(said_by_tests(text).as_deref(), Some("skipped: no server a\n  faults: a: 3 of 3"));
        assert_eq!(said_by_tests("test a ... ok"), None);
    }

    #[test]
    fn failed_tests_are_heard() {
        let text = "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\n\nthread 'a' panicked at a.rs:1:2:\n3 of 4\nstack \
                    backtrace:\n   0: b\n\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed\n";
        let said = "---- a stdout ----\nthread 'a' panicked at a.rs:1:2:\n3 of 4";
        assert_eq!(said_by_failed_tests(text).as_deref(), Some(said));
        assert_eq!(said_by_failed_tests("test a ... ok"), None);
    }

    #[test]
    fn counts_by_kind() {
        let text = "\
     Running unittests src/lib.rs (target/debug/deps/a-1)
test result: ok. 7 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running unittests src/main.rs (target/debug/deps/b-1)
test result: FAILED. 1 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/serve.rs (target/debug/deps/serve-1)
test result: ok. 10 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 2.06s
   Doc-tests binlog_format
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.2s
";
        let tally = |passed, failed, skipped| Tally { passed, failed, skipped };
        assert_eq!(count_cargo_tests(text), [tally(8, 3, 2), tally(10, 0, 0), tally(4, 0, 0)]);
    }

    #[test]
    fn a_failed_part_always_shows() {
        let line = |tally, held| Line { name: String::new(), tally, held, took: None }.counted();
        let two = Some(Tally { passed: 2, ..Tally::default() });
        assert_eq!((line(None, true).passed, line(None, false).failed), (1, 1));
        assert_eq!((line(two, true).failed, line(two, false).failed), (0, 1));
    }
}
