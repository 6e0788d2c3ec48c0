//! INTVAR, RAND and USER_VAR: what a statement needs beside its text.

use binlog_format::event::{Context, decode};
use binlog_format::events::{Intvar, Rand, UserVar};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, Value, charset, field};

use super::Tool;
use super::collation;
use super::number::general;
use super::quoted::{hexadecimal, identifier};
use super::session::end;
use crate::dump::digits::integer;

/// What of a user variable's value the value itself does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserVarExtra {
    /// Collation id, stored for every type.
    pub collation: u32,
}

impl UserVarExtra {
    /// Reads it.
    pub fn read(bytes: &[u8], context: &Context<'_>) -> Self {
        let mut extra = Self::default();
        // Faults were reported by whoever decoded the event before.
        let _ = decode(bytes, context, &mut extra);
        extra
    }
}

impl<'a> Trace<'a> for UserVarExtra {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, _: u32, _: u32, value: Value<'a>) {
        if let (field::USER_VAR_CHARSET, Value::Unsigned(collation)) = (slot.field, value) {
            self.collation = collation as u32;
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// INTVAR, behind its head.
pub fn intvar(out: &mut Vec<u8>, intvar: &Intvar) {
    out.extend_from_slice(b"\tIntvar\nSET ");
    out.extend_from_slice(match intvar.intvar_type {
        1 => b"LAST_INSERT_ID",
        2 => b"INSERT_ID",
        _ => b"INVALID_INT",
    });
    out.push(b'=');
    integer(out, intvar.value as i64);
    end(out);
}

/// RAND, behind its head.
pub fn rand(out: &mut Vec<u8>, rand: &Rand) {
    out.extend_from_slice(b"\tRand\nSET @@RAND_SEED1=");
    integer(out, rand.seed1 as i64);
    out.extend_from_slice(b", @@RAND_SEED2=");
    integer(out, rand.seed2 as i64);
    end(out);
}

/// The collation of a number, if the tool knows it.
pub fn numeric_collation(user_var: &UserVar<'_>, extra: UserVarExtra) -> Option<u16> {
    let number = !matches!(user_var.value, Value::Null | Value::Text(..) | Value::Bytes(_));
    collation::name(Tool::Mysqlbinlog, extra.collation).filter(|_| number)?;
    u16::try_from(extra.collation).ok()
}

/// `SET @name:=value`.
pub fn user_var(out: &mut Vec<u8>, tool: Tool, user_var: &UserVar<'_>, extra: UserVarExtra) {
    out.extend_from_slice(b"SET @");
    identifier(out, user_var.name);
    out.extend_from_slice(b":=");
    // MySQL's tool asks for the collation of numbers too.
    let known = tool == Tool::MariadbBinlog || collation::name(tool, extra.collation).is_some();
    match user_var.value {
        Value::Null => out.extend_from_slice(b"NULL"),
        Value::Text(bytes, collation) => string(out, tool, bytes, collation),
        Value::Bytes(bytes) => string(out, tool, bytes, extra.collation),
        _ if !known => out.extend_from_slice(b"???"),
        Value::Double(number) => general(out, number, 14),
        Value::Signed(number) => integer(out, number),
        Value::Unsigned(number) => integer(out, number),
        value => out.extend_from_slice(value.to_string().as_bytes()),
    }
    end(out);
}

fn string(out: &mut Vec<u8>, tool: Tool, bytes: &[u8], collation: u32) {
    let (Some(charset), Some(collation)) = (charset::name(collation), collation::name(tool, collation)) else {
        return out.extend_from_slice(b"???");
    };
    out.push(b'_');
    out.extend_from_slice(charset.as_bytes());
    match tool {
        Tool::Mysqlbinlog => {
            out.extend_from_slice(b" 0x");
            hexadecimal(out, bytes);
        }
        Tool::MariadbBinlog => {
            out.extend_from_slice(b" X'");
            hexadecimal(out, bytes);
            out.push(b'\'');
        }
    }
    out.extend_from_slice(b" COLLATE `");
    out.extend_from_slice(collation.to_string().as_bytes());
    out.push(b'`');
}
