//! A packet in one line: what it says, not what it is.

use std::fmt::Write;

use binlog_format::event::Context;
use mysql_protocol::{Conversation, Direction, Packet};

use crate::space::holder::Holder;
use crate::{present, summary};

/// Characters of a line.
const LINE: usize = 160;

/// The line of a packet; empty where its name says all.
pub(super) fn line(state: &Conversation, from: Direction, payload: &[u8], context: &Context<'_>) -> String {
    let Ok(packet) = state.read(from, payload, Some(context), ()) else { return String::new() };
    let mut out = said(&packet);
    out = out.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    present::shorten(&mut out, LINE);
    out
}

fn text(bytes: &[u8]) -> String {
    let head = bytes.get(..4 * LINE).unwrap_or(bytes);
    String::from_utf8_lossy(head).into_owned()
}

fn said(packet: &Packet<'_>) -> String {
    let mut out = String::new();
    // Writing to memory does not fail.
    let _ = match packet {
        Packet::Handshake(greeting) => write!(
            out,
            "{} · connection_id {} · {}",
            text(greeting.server_version),
            greeting.connection_id,
            text(greeting.plugin_name)
        ),
        Packet::HandshakeResponse(response) => {
            write!(out, "{} · {}", text(response.username), text(response.plugin_name))
        }
        Packet::AuthSwitch(switch) => out.write_str(&text(switch.plugin_name)),
        Packet::Ok(ok) if !ok.info.is_empty() => out.write_str(&text(ok.info)),
        Packet::Ok(ok) if ok.affected_rows > 0 => write!(out, "affected_rows {}", ok.affected_rows),
        Packet::Err(error) => write!(out, "{} {}", error.code, text(error.message)),
        Packet::Progress(progress) => write!(out, "{}/{}", progress.stage, progress.max_stage),
        Packet::LocalInfile(name) | Packet::InitDb(name) => out.write_str(&text(name)),
        Packet::ResultSetHeader(header) => write!(out, "column_count {}", header.columns),
        Packet::ColumnDefinition(column) => out.write_str(&text(column.name)),
        Packet::Row(row) => {
            let values = row.values().take(8).map(|value| value.map_or_else(|| "NULL".into(), text));
            out.write_str(&values.collect::<Vec<_>>().join(" · "))
        }
        Packet::Query(query) => out.write_str(&text(query.statement)),
        Packet::ProcessKill(id) => write!(out, "connection_id {id}"),
        Packet::SetOption(option) => write!(out, "{option}"),
        Packet::RegisterSlave(register) => {
            write!(out, "server_id {} · {}:{}", register.server_id, text(register.hostname), register.port)
        }
        Packet::BinlogDump(dump) => {
            let (name, position, flags) = (text(dump.file_name), dump.position, dump.flags);
            write!(out, "{name}:{position} · flags {flags:#06x} · server_id {}", dump.server_id)
        }
        Packet::BinlogDumpGtid(dump) => {
            let set = gtid_set(dump.gtid_set);
            write!(out, "{set} · flags {:#06x} · server_id {}", dump.flags, dump.server_id)
        }
        Packet::Command(code, _) => write!(out, "{code:#04x}"),
        Packet::Event(packet) => match &packet.event {
            Some(Ok(event)) => out.write_str(&summary::line(event, None, Holder::default())),
            _ => Ok(()),
        },
        Packet::SemiSyncAck(ack) => write!(out, "{}:{}", text(ack.file_name), ack.position),
        _ => Ok(()),
    };
    out
}

fn gtid_set(bytes: &[u8]) -> String {
    mysql_protocol::gtid_set::OwnedGtidSet::decode(bytes).map_or_else(|_| String::new(), |set| set.to_string())
}
