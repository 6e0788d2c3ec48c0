//! Steps: named pieces of work that know whether they are done.

use std::fmt;
use std::io::Write;
use std::time::Instant;

use crate::workshop::Workshop;

/// A sentence for the person at the terminal: what failed and what helps.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a step can say when it looks at the machine.
pub enum State {
    /// Nothing to do, and how that shows.
    Done(String),
    /// What will be done.
    Missing(String),
}

/// One piece of work.
pub struct Step {
    /// What it is about, in one or two words.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
    /// Looks, changes nothing.
    pub look: fn(&Workshop) -> Result<State, Failure>,
    /// Does it; the text is what is worth knowing afterwards.
    pub act: fn(&Workshop) -> Result<String, Failure>,
}

/// Takes the steps in order; each prints one line.
pub fn take_all(workshop: &Workshop, steps: &[Step]) -> Result<(), Failure> {
    steps.iter().try_for_each(|step| take(workshop, step))
}

fn take(workshop: &Workshop, step: &Step) -> Result<(), Failure> {
    let failed = |failure: Failure| {
        println!("failed");
        Failure::new(format!("{} ({}): {failure}", step.name, step.why))
    };
    print!("{} ({}): ", step.name, step.why);
    flush();
    match (step.look)(workshop).map_err(failed)? {
        State::Done(how) => println!("{how}"),
        State::Missing(what) => {
            print!("{what} … ");
            flush();
            let started = Instant::now();
            let outcome = (step.act)(workshop).map_err(failed)?;
            println!("{outcome} ({:.0} s)", started.elapsed().as_secs_f64());
        }
    }
    Ok(())
}

/// What is printed without a line's end would otherwise wait for it.
pub fn flush() {
    // Nobody reads it then; the exit status still tells.
    let _ = std::io::stdout().flush();
}
