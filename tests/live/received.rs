//! What came of a stream, against what stands in the server's files.

use std::collections::BTreeMap;

use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_replica::Delivery;

use crate::servers::Server;

/// What came, as files: each begins with its magic, and every event has to follow the one before.
#[derive(Default)]
pub struct Files {
    pub files: BTreeMap<String, Vec<u8>>,
    pub events: u64,
    pub retries: Vec<String>,
    /// Events that were taken back.
    pub withdrawn: usize,
    /// Lengths of the events, for taking them back.
    lengths: Vec<(String, usize)>,
}

impl Files {
    pub fn take(&mut self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Event(event) => {
                let Some(start) = event.start else { return true };
                let file = self.files.entry(event.file.to_string()).or_insert_with(|| b"\xfebin".to_vec());
                assert_eq!(file.len() as u64, start, "{} type {} {:?}", event.file, event.kind, self.retries);
                file.extend(&event.bytes);
                self.lengths.push((event.file.to_string(), event.bytes.len()));
                self.events += 1;
                true
            }
            Delivery::Retrying { error, .. } => {
                self.retries.push(error.to_string());
                true
            }
            Delivery::Withdrawn(events) => {
                for _ in 0..events {
                    let (name, length) = self.lengths.pop().expect("an event to take back");
                    let file = self.files.get_mut(&name).expect("its file");
                    file.truncate(file.len() - length);
                }
                self.events -= events as u64;
                self.withdrawn += events;
                true
            }
            Delivery::End => false,
        }
    }

    pub fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// The server's files have these bytes, but for the flag that says that one is still written or was when the server
    /// ended, and as many events. Returns how many.
    pub fn assert_same(&self, server: &Server) -> u64 {
        const FLAGS: usize = 4 + 17;
        let logs = server.logs();
        assert_eq!(self.files.keys().collect::<Vec<_>>(), logs.iter().map(|(name, _)| name).collect::<Vec<_>>());
        let mut events = 0;
        for (name, bytes) in logs {
            let ours = &self.files[&name];
            assert_eq!(ours.len(), bytes.len(), "{name}");
            if ours != &bytes {
                let differ = ours.iter().zip(&bytes).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at);
                assert_eq!(differ.collect::<Vec<_>>(), [FLAGS], "{name}");
            }
            events += count(&name, &bytes);
        }
        assert_eq!(events, self.events);
        events
    }
}

/// Events in a file, all of it.
fn count(name: &str, bytes: &[u8]) -> u64 {
    let mut framer = Framer::new(Start::File);
    framer.set_length(bytes.len() as u64, false);
    let mut events = 0;
    loop {
        match framer.step(&bytes[framer.offset() as usize..]) {
            Step::Consumed(_, Some(Item::Event(frame))) => {
                assert_ne!(frame.checksum.ok(), Some(false), "{name} at {}", frame.start);
                events += 1;
            }
            Step::Consumed(_, Some(Item::Span(span))) => assert_eq!(span.error, None, "{name} at {}", span.start),
            Step::Consumed(_, None) => {}
            Step::End => return events,
            step => panic!("{name} at {}: {step:?}", framer.offset()),
        }
    }
}
