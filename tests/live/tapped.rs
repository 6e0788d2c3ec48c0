//! A wire that is listened to, and the secrets of the login on it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use mysql_protocol::framer::Framer;
use mysql_protocol::{Conversation, Direction};

/// Bytes by who said them: the server, or not.
pub type Tapped = Arc<Mutex<BTreeMap<bool, Vec<u8>>>>;

/// What both sides of a login say, taken down on the wire.
pub fn tap(server: u16) -> (u16, Tapped) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let said = Tapped::default();
    let kept = said.clone();
    thread::spawn(move || {
        // The first connection is the replica's; the second one ends it.
        for (number, client) in listener.incoming().flatten().enumerate() {
            let server = TcpStream::connect(("127.0.0.1", server)).expect("a server");
            for by_server in [true, false] {
                let (mut from, mut to) = match by_server {
                    true => (server.try_clone().expect("a socket"), client.try_clone().expect("a socket")),
                    false => (client.try_clone().expect("a socket"), server.try_clone().expect("a socket")),
                };
                let kept = kept.clone();
                thread::spawn(move || {
                    let mut buffer = vec![0; 1 << 16];
                    while let Ok(read @ 1..) = from.read(&mut buffer) {
                        if number == 0 {
                            kept.lock().expect("whole").entry(by_server).or_default().extend(&buffer[..read]);
                        }
                        if to.write_all(&buffer[..read]).is_err() {
                            break;
                        }
                    }
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        }
    });
    (port, said)
}

/// The secrets of a login, from its bytes: both sides take turns, one packet each but for what the server adds.
pub fn secrets(said: &BTreeMap<bool, Vec<u8>>) -> Vec<Vec<u8>> {
    let mut conversation = Conversation::new();
    let mut framers = [Framer::new(), Framer::new()];
    let mut at = [0, 0];
    let mut found = Vec::new();
    // By the numbers of their frames: each packet's is one more than that of the one before.
    for sequence in 0.. {
        let mut taken = None;
        for (side, by_server) in [(0, true), (1, false)] {
            let rest = &said[&by_server][at[side]..];
            if rest.get(3) == Some(&sequence) {
                let (length, joined) = framers[side].step(rest).expect("frames");
                let Some(joined) = joined else { continue };
                at[side] += length;
                taken = Some((by_server, joined.payload.to_vec()));
                break;
            }
        }
        let Some((by_server, payload)) = taken else { break };
        let from = if by_server { Direction::Server } else { Direction::Client };
        conversation.secrets(from, &payload, &mut |range| found.push(payload[range].to_vec()));
        let packet = conversation.read(from, &payload, None, ()).expect("a packet");
        conversation.advance(from, &packet);
        if conversation.phase() == mysql_protocol::Phase::Idle {
            break;
        }
    }
    assert_eq!(conversation.phase(), mysql_protocol::Phase::Idle, "the login was followed to its end");
    found
}
