//! `cargo xtask test`: every part runs, whatever the ones before it said; the report is last.

use std::time::Instant;

use crate::page;
use crate::parts;
use crate::report::{self, Line, Tally};
use crate::setup;
use crate::step::{self, Failure, Step};
use crate::workshop::Workshop;

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// What CI runs.
    Usual,
    /// Long runs too.
    Full,
}

/// What a part has to say when it holds or not.
pub struct Outcome {
    /// Named tallies; empty where nothing is counted.
    pub tallies: Vec<(&'static str, Tally)>,
    /// Worth knowing although it holds: what could not be looked at.
    pub note: Option<String>,
    /// Why it does not hold.
    pub failure: Option<Failure>,
}

impl Outcome {
    pub fn held() -> Self {
        Self { tallies: Vec::new(), note: None, failure: None }
    }

    pub fn noted(note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..Self::held() }
    }
}

/// One part of the tests.
pub struct Part {
    pub name: &'static str,
    pub run: fn(&Workshop, Tier) -> Result<Outcome, Failure>,
}

pub fn test(workshop: &Workshop, tier: Tier) -> Result<(), Failure> {
    let started = Instant::now();
    let mut run = Run { workshop, tier, lines: Vec::new() };
    step::take_all(workshop, &setup::for_checks())?;
    step::take_all(workshop, &setup::for_page())?;
    run.parts(&parts::ON_SOURCES);
    if tier == Tier::Full && setup::for_full().iter().all(|step| run.step_unless_done(step)) {
        run.parts(&parts::IN_FULL);
    }
    // Without these two there is nothing that the rest could run on.
    let built = run.step(&page::page()) && run.step(&page::command());
    if built {
        run.parts(&parts::ON_COMMAND);
        if setup::for_browser().iter().all(|step| run.step_unless_done(step)) {
            run.parts(&parts::IN_BROWSER);
            if tier == Tier::Full && setup::for_firefox().iter().all(|step| run.step_unless_done(step)) {
                run.parts(&parts::IN_FIREFOX);
            }
        }
    }
    report::print(&run.lines, started.elapsed());
    let broken: Vec<&str> = run.lines.iter().filter(|line| !line.held).map(|line| line.name.as_str()).collect();
    if broken.is_empty() { Ok(()) } else { Err(Failure::new(format!("Not well: {}.", broken.join(", ")))) }
}

struct Run<'w> {
    workshop: &'w Workshop,
    tier: Tier,
    lines: Vec<Line>,
}

impl Run<'_> {
    fn parts(&mut self, parts: &[Part]) {
        parts.iter().for_each(|part| self.part(part));
    }

    fn part(&mut self, part: &Part) {
        print!("{}: ", part.name);
        step::flush();
        let started = Instant::now();
        let outcome = (part.run)(self.workshop, self.tier)
            .unwrap_or_else(|failure| Outcome { failure: Some(failure), ..Outcome::held() });
        let took = started.elapsed();
        let held = outcome.failure.is_none();
        let said = if held { "ok" } else { "FAILED" };
        let note = outcome.note.map_or_else(String::new, |note| format!("; {note}"));
        println!("{said} ({:.0} s){note}", took.as_secs_f64());
        if let Some(failure) = outcome.failure {
            println!("{failure}\n");
        }
        if outcome.tallies.is_empty() {
            self.lines.push(Line { name: part.name.into(), tally: None, held, took: Some(took) });
        }
        // The time stands beside the first of several, which shared it; so does a failure that none of them counted.
        let counted = outcome.tallies.iter().any(|(_, tally)| tally.failed > 0);
        for (number, (name, tally)) in outcome.tallies.into_iter().enumerate() {
            let held = tally.failed == 0 && (held || counted || number > 0);
            let took = (number == 0).then_some(took);
            self.lines.push(Line { name: name.into(), tally: Some(tally), held, took });
        }
    }

    fn step(&mut self, step: &Step) -> bool {
        let started = Instant::now();
        let held = match step::take_all(self.workshop, std::slice::from_ref(step)) {
            Ok(()) => true,
            Err(failure) => {
                println!("{failure}\n");
                false
            }
        };
        self.lines.push(Line { name: step.name.into(), tally: None, held, took: Some(started.elapsed()) });
        held
    }

    /// Set-up is no test: it has a line in the report only when it failed.
    fn step_unless_done(&mut self, step: &Step) -> bool {
        let held = self.step(step);
        if held {
            self.lines.pop();
        }
        held
    }
}
