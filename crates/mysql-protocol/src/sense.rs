//! Packets that are legal bytes and yet do not mean what their sender meant: each of these has been sent by a client
//! that somebody wrote by hand, and the server's answer, if there was one, did not say what was wrong.

use binlog_format::catalogue::{FieldId, packet_field as field};
use binlog_format::cursor::Cursor;
use binlog_format::error::Result;
use binlog_format::event::{Body, Context, decode};
use binlog_format::framer::{FrameChecksum, checksum};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::value::Value;
use binlog_format::{Checksum, DecodeError, field as event_field};

use crate::command::{BinlogDump, RegisterSlave, dump_flag};
use crate::conversation::Packet;
use crate::stream::EventPacket;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// What was probably meant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable name: the key of the locale files.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }
    };
}

codes! {
    /// A dump request whose fields stand elsewhere than their sender put them; `meant` is the position that it put.
    DumpShifted = "dump_shifted";
    /// The name of a file with a zero byte at its end, which belongs to the name as the server reads it.
    DumpNameTerminated = "dump_name_terminated";
    /// Flags in big-endian order: 0x0100 in place of `meant`.
    DumpFlagsSwapped = "dump_flags_swapped";
    /// A position before the first event of any file; it is `meant`, 4, that begins with the first.
    DumpPositionTooSmall = "dump_position_too_small";
    /// A replica without a number of its own: the server ends the stream where its last log ends.
    ServerIdZero = "server_id_zero";
    /// Strings that end with a zero byte, where a length has to stand before each: the server takes the first letter
    /// for a length.
    RegisterNulTerminated = "register_nul_terminated";
    /// The last four bytes were read as a checksum, and are none.
    ChecksumNotThere = "checksum_not_there";
    /// The last four bytes were read as part of the event, and are its checksum.
    ChecksumUnread = "checksum_unread";
}

/// A doubt about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// What was probably meant.
    pub code: Code,
    /// The field that says something else.
    pub field: FieldId,
    /// What it says, as a number.
    pub said: u64,
    /// What was meant, as a number.
    pub meant: u64,
}

/// The file name of a log, as servers make them.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.contains(&b'.') && name.iter().all(u8::is_ascii_graphic)
}

/// A request that could be meant: of a name, or of the oldest log.
fn is_plausible(position: u64, flags: u64, name: &[u8]) -> bool {
    const KNOWN: u64 = (dump_flag::NON_BLOCK | dump_flag::USE_HEARTBEAT_EVENT_V2 | dump_flag::SKIP_TAGGED_GTIDS) as u64;
    (4..=u64::from(u32::MAX)).contains(&position) && flags & !KNOWN == 0 && is_name(name)
}

/// Looks for what was probably meant by a packet: `payload` is all of it, `packet` what it was read as, `context` what
/// an event in it was decoded by.
pub fn suspicions(
    payload: &[u8], packet: &Result<Packet<'_>>, context: Option<&Context<'_>>, each: &mut dyn FnMut(Suspicion),
) {
    match packet {
        Ok(Packet::BinlogDump(dump)) => of_dump(payload, dump, each),
        Ok(Packet::BinlogDumpGtid(dump)) => {
            of_flags(field::DUMP_GTID_FLAGS, dump.flags, each);
            of_server_id(field::DUMP_GTID_SERVER_ID, dump.server_id, each);
        }
        Ok(Packet::RegisterSlave(register)) => of_register(payload, Some(register), each),
        Err(_) if payload.first() == Some(&crate::command::code::REGISTER_SLAVE) => of_register(payload, None, each),
        Ok(Packet::Event(event)) => {
            if let Some(context) = context {
                of_checksum(event, context, each);
            }
        }
        _ => {}
    }
}

fn of_flags(field: FieldId, flags: u16, each: &mut dyn FnMut(Suspicion)) {
    if flags.swap_bytes() <= 7 && flags > 7 {
        let (said, meant) = (flags.into(), flags.swap_bytes().into());
        each(Suspicion { code: Code::DumpFlagsSwapped, field, said, meant });
    }
}

fn of_server_id(field: FieldId, server_id: u32, each: &mut dyn FnMut(Suspicion)) {
    if server_id == 0 {
        each(Suspicion { code: Code::ServerIdZero, field, said: 0, meant: 0 });
    }
}

fn of_dump(payload: &[u8], dump: &BinlogDump<'_>, each: &mut dyn FnMut(Suspicion)) {
    let said = u64::from(dump.position);
    let name = dump.file_name.strip_suffix(b"\0").unwrap_or(dump.file_name);
    if !name.is_empty()
        && !is_name(name)
        && let Some(meant) = shifted(payload)
    {
        each(Suspicion { code: Code::DumpShifted, field: field::DUMP_POSITION, said, meant });
        return;
    }
    if name.len() != dump.file_name.len() {
        let (said, meant) = (dump.file_name.len() as u64, name.len() as u64);
        each(Suspicion { code: Code::DumpNameTerminated, field: field::DUMP_FILENAME, said, meant });
    }
    of_flags(field::DUMP_FLAGS, dump.flags, each);
    if said < 4 {
        each(Suspicion { code: Code::DumpPositionTooSmall, field: field::DUMP_POSITION, said, meant: 4 });
    }
    of_server_id(field::DUMP_SERVER_ID, dump.server_id, each);
}

/// The position that was meant, if the request makes sense in one of the layouts that it is mistaken for.
fn shifted(payload: &[u8]) -> Option<u64> {
    type Layout = fn(&mut Cursor<'_, ()>) -> Result<(u64, u64)>;
    // Up to the name: position and flags.
    const LAYOUTS: [Layout; 5] = [
        // The position of COM_BINLOG_DUMP_GTID, of 8 bytes.
        |c| Ok((c.u64(field::DUMP_GTID_POSITION)?, u16_then_id(c)?)),
        // Flags of 4 bytes.
        |c| Ok((c.u32(field::DUMP_POSITION)?.into(), u32_then_id(c)?)),
        // A length before the name, of 4 bytes or of one.
        |c| {
            let read = (c.u32(field::DUMP_POSITION)?.into(), u16_then_id(c)?);
            c.u32(field::DUMP_GTID_FILENAME_LENGTH)?;
            Ok(read)
        },
        |c| {
            let read = (c.u32(field::DUMP_POSITION)?.into(), u16_then_id(c)?);
            c.u8(field::REGISTER_HOSTNAME_LENGTH)?;
            Ok(read)
        },
        // The code twice.
        |c| {
            c.u8(field::COMMAND)?;
            Ok((c.u32(field::DUMP_POSITION)?.into(), u16_then_id(c)?))
        },
    ];
    LAYOUTS.iter().find_map(|layout| {
        let mut c = Cursor::new(payload, field::PAYLOAD_LENGTH, ());
        c.u8(field::COMMAND).ok()?;
        let (position, flags) = layout(&mut c).ok()?;
        let name = c.peek();
        is_plausible(position, flags, name.strip_suffix(b"\0").unwrap_or(name)).then_some(position)
    })
}

fn u16_then_id(c: &mut Cursor<'_, ()>) -> Result<u64> {
    let flags = c.u16(field::DUMP_FLAGS)?;
    c.u32(field::DUMP_SERVER_ID)?;
    Ok(flags.into())
}

fn u32_then_id(c: &mut Cursor<'_, ()>) -> Result<u64> {
    let flags = c.u32(field::DUMP_POSITION)?;
    c.u32(field::DUMP_SERVER_ID)?;
    Ok(flags.into())
}

fn of_register(payload: &[u8], register: Option<&RegisterSlave<'_>>, each: &mut dyn FnMut(Suspicion)) {
    let printable = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte >= 0x80);
    let sound = register.is_some_and(|register| printable(register.hostname) && printable(register.user));
    if sound {
        if let Some(register) = register {
            of_server_id(field::REGISTER_SERVER_ID, register.server_id, each);
        }
        return;
    }
    // The code and the id, three texts with a zero byte behind each, then port, rank and the source's id.
    const BEFORE: usize = 5;
    const BEHIND: usize = 10;
    let middle = payload.get(BEFORE..payload.len().saturating_sub(BEHIND)).unwrap_or_default();
    let texts = middle.split(|byte| *byte == 0);
    let (count, all_printable) = texts.fold((0, true), |(count, all), text| (count + 1, all && printable(text)));
    if count == 4 && middle.ends_with(&[0]) && all_printable {
        let said = middle.first().copied().unwrap_or(0).into();
        let meant = middle.iter().position(|byte| *byte == 0).unwrap_or(0) as u64;
        let field = field::REGISTER_HOSTNAME_LENGTH;
        each(Suspicion { code: Code::RegisterNulTerminated, field, said, meant });
    }
}

/// Whether an event reads whole: no fault, nothing left over, names of files in characters.
#[derive(Default)]
struct Doubts(bool);

impl<'a> Trace<'a> for Doubts {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        let left_over = slot.field == event_field::UNKNOWN || slot.field == event_field::UNDECODED;
        let is_file = slot.field == event_field::ROTATE_NEXT_FILE || slot.field == event_field::HEARTBEAT_FILE_NAME;
        let unreadable = is_file && matches!(value, Value::Text(name, _) if !is_name(name));
        self.0 |= start < end && (left_over || unreadable);
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {
        self.0 = true;
    }
}

fn of_checksum(packet: &EventPacket<'_>, context: &Context<'_>, each: &mut dyn FnMut(Suspicion)) {
    let Some(Ok(event)) = packet.event else { return };
    // A format description carries a rule of its own.
    if matches!(event.body, Ok(Body::FormatDescription(_))) {
        return;
    }
    let mut checked = *context.format;
    checked.checksum = Checksum::Crc32;
    let suspicion = |code, said: u32, meant: u32| Suspicion {
        code,
        field: event_field::CHECKSUM,
        said: said.into(),
        meant: meant.into(),
    };
    match (checksum(&checked, packet.bytes, &event.header), event.checksum) {
        (FrameChecksum::Good, None) => {
            let last = packet.bytes.last_chunk::<4>().copied().map_or(0, u32::from_le_bytes);
            each(suspicion(Code::ChecksumUnread, last, last));
        }
        (FrameChecksum::Bad { stored, computed }, Some(_)) => {
            let mut doubts = Doubts::default();
            let without = Context { checksum: false, ..*context };
            let read = decode(packet.bytes, &without, &mut doubts);
            if read.is_ok_and(|event| event.body.is_ok()) && !doubts.0 {
                each(suspicion(Code::ChecksumNotThere, stored, computed));
            }
        }
        _ => {}
    }
}
