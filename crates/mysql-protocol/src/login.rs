//! The greeting, and what is said until a client is let in. Sources: MySQL `sql/auth/sql_authentication.cc`, MariaDB
//! `sql/sql_acl.cc`; the clients' `sql-common/client.cc`.

use alloc::vec::Vec;

use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::{ErrorCode, Result};
use binlog_format::trace::Trace;

use crate::capability;
use crate::strings::{lenenc_text, terminated, terminated_or_last};
use crate::writer::Writer;

/// How a client proves who it is; the plugins that these servers have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Plugin {
    /// `mysql_native_password`: SHA-1.
    Native,
    /// `caching_sha2_password`: MySQL's default since 8.0.
    CachingSha2,
    /// `sha256_password`.
    Sha256,
    /// `client_ed25519`: MariaDB.
    Ed25519,
    /// `parsec`: MariaDB since 11.6.
    Parsec,
    /// `mysql_clear_password`, and `dialog` of PAM: the password itself.
    Clear,
    /// None was named, or one that is not known.
    #[default]
    Other,
}

impl Plugin {
    /// By the name that stands in packets.
    pub fn by_name(name: &[u8]) -> Self {
        match name {
            b"mysql_native_password" => Self::Native,
            b"caching_sha2_password" => Self::CachingSha2,
            b"sha256_password" => Self::Sha256,
            b"client_ed25519" => Self::Ed25519,
            b"parsec" => Self::Parsec,
            b"mysql_clear_password" | b"dialog" => Self::Clear,
            _ => Self::Other,
        }
    }
}

/// The server's greeting, protocol version 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake<'a> {
    /// As text; MariaDB 10 puts `5.5.5-` before its own.
    pub server_version: &'a [u8],
    /// Number of this connection, by which it can be ended.
    pub connection_id: u32,
    /// 8 random bytes that the first authentication begins with.
    pub scramble_1: &'a [u8],
    /// See [`capability`]; MariaDB's beyond bit 31 where it sends them.
    pub capabilities: u64,
    /// The server's collation, its low 8 bits.
    pub character_set: u8,
    /// Status flags.
    pub status: u16,
    /// What the server says the length of both scrambles is, the zero byte included; 0 without plugins.
    pub scramble_length: u8,
    /// The other random bytes, usually 12.
    pub scramble_2: &'a [u8],
    /// The plugin that the server would begin with.
    pub plugin_name: &'a [u8],
}

/// The only protocol version.
const PROTOCOL_VERSION: u8 = 10;
/// What follows the capabilities: zeros, of which MariaDB uses the last four.
const RESERVED: u64 = 10;
const MARIADB_RESERVED: u64 = 6;

impl<'a> Handshake<'a> {
    /// Reads a greeting.
    ///
    /// # Errors
    ///
    /// `invalid_value` for another protocol version than 10; the faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        if let Some(other) = c.peek().first().filter(|version| **version != PROTOCOL_VERSION) {
            let (expected, found) = (PROTOCOL_VERSION.into(), (*other).into());
            return Err(c.fail(ErrorCode::InvalidValue, field::HANDSHAKE_PROTOCOL_VERSION, expected, found));
        }
        c.u8(field::HANDSHAKE_PROTOCOL_VERSION)?;
        let server_version = terminated(c, field::HANDSHAKE_SERVER_VERSION)?;
        let connection_id = c.u32(field::HANDSHAKE_CONNECTION_ID)?;
        let scramble_1 = c.bytes(field::HANDSHAKE_SCRAMBLE_1, 8, c.limit())?;
        c.u8(field::HANDSHAKE_FILLER)?;
        let mut handshake = Self {
            server_version,
            connection_id,
            scramble_1,
            capabilities: c.u16(field::HANDSHAKE_CAPABILITIES_LOWER)?.into(),
            character_set: 0,
            status: 0,
            scramble_length: 0,
            scramble_2: &[],
            plugin_name: &[],
        };
        if c.remaining() == 0 {
            return Ok(handshake);
        }
        handshake.character_set = c.u8(field::HANDSHAKE_CHARACTER_SET)?;
        handshake.status = c.u16(field::HANDSHAKE_STATUS_FLAGS)?;
        handshake.capabilities |= u64::from(c.u16(field::HANDSHAKE_CAPABILITIES_UPPER)?) << 16;
        handshake.scramble_length = c.u8(field::HANDSHAKE_SCRAMBLE_LENGTH)?;
        if handshake.capabilities & capability::LONG_PASSWORD == 0 {
            c.bytes(field::HANDSHAKE_RESERVED, MARIADB_RESERVED, c.limit())?;
            handshake.capabilities |= u64::from(c.u32(field::HANDSHAKE_MARIADB_CAPABILITIES)?) << 32;
        } else {
            c.bytes(field::HANDSHAKE_RESERVED, RESERVED, c.limit())?;
        }
        if handshake.capabilities & capability::SECURE_CONNECTION != 0 {
            let length = u64::from(handshake.scramble_length.max(21) - 8);
            let ends = c.peek().get(length as usize - 1) == Some(&0);
            let random = length - u64::from(ends);
            handshake.scramble_2 = c.bytes(field::HANDSHAKE_SCRAMBLE_2, random, field::HANDSHAKE_SCRAMBLE_LENGTH)?;
            if ends {
                c.terminator(field::STRING_TERMINATOR)?;
            }
        }
        if handshake.capabilities & capability::PLUGIN_AUTH != 0 {
            // 5.5 before 5.5.10 left out the zero byte.
            handshake.plugin_name = terminated_or_last(c, field::HANDSHAKE_PLUGIN_NAME)?;
        }
        Ok(handshake)
    }

    /// Writes it, as a server does.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::HANDSHAKE_PROTOCOL_VERSION, PROTOCOL_VERSION);
        w.terminated(field::HANDSHAKE_SERVER_VERSION, self.server_version);
        w.u32(field::HANDSHAKE_CONNECTION_ID, self.connection_id);
        w.bytes(field::HANDSHAKE_SCRAMBLE_1, self.scramble_1);
        w.u8(field::HANDSHAKE_FILLER, 0);
        w.u16(field::HANDSHAKE_CAPABILITIES_LOWER, self.capabilities as u16);
        w.u8(field::HANDSHAKE_CHARACTER_SET, self.character_set);
        w.u16(field::HANDSHAKE_STATUS_FLAGS, self.status);
        w.u16(field::HANDSHAKE_CAPABILITIES_UPPER, (self.capabilities >> 16) as u16);
        w.u8(field::HANDSHAKE_SCRAMBLE_LENGTH, self.scramble_length);
        if self.capabilities & capability::LONG_PASSWORD == 0 {
            w.bytes(field::HANDSHAKE_RESERVED, &[0; MARIADB_RESERVED as usize]);
            w.u32(field::HANDSHAKE_MARIADB_CAPABILITIES, (self.capabilities >> 32) as u32);
        } else {
            w.bytes(field::HANDSHAKE_RESERVED, &[0; RESERVED as usize]);
        }
        if self.capabilities & capability::SECURE_CONNECTION != 0 {
            w.bytes(field::HANDSHAKE_SCRAMBLE_2, self.scramble_2).u8(field::STRING_TERMINATOR, 0);
        }
        if self.capabilities & capability::PLUGIN_AUTH != 0 {
            w.terminated(field::HANDSHAKE_PLUGIN_NAME, self.plugin_name);
        }
    }

    /// The random bytes that the first authentication works on: usually 20.
    pub fn scramble(&self) -> Vec<u8> {
        [self.scramble_1, self.scramble_2].concat()
    }

    /// The version without the `5.5.5-` that MariaDB 10 puts before it, so that old clients connect.
    pub fn version(&self) -> &'a [u8] {
        let rest = self.server_version.strip_prefix(b"5.5.5-");
        rest.filter(|rest| rest.starts_with(b"1")).unwrap_or(self.server_version)
    }

    /// Whether the server is MariaDB.
    pub fn is_mariadb(&self) -> bool {
        self.capabilities & capability::LONG_PASSWORD == 0
            || self.server_version.windows(7).any(|name| name.eq_ignore_ascii_case(b"mariadb"))
    }
}

/// What a client's answer begins with, and all that it says before TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SslRequest {
    /// See [`capability`]: what the client wants of what the server has.
    pub capabilities: u64,
    /// Greatest packet that the client takes, in bytes.
    pub max_packet_size: u32,
    /// The client's collation, its low 8 bits.
    pub character_set: u8,
}

/// Bytes of an [`SslRequest`].
pub(crate) const SSL_REQUEST_BYTES: usize = 32;
const FILLER: u64 = 23;
const MARIADB_FILLER: u64 = 19;

impl SslRequest {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// `invalid_value` for capabilities without PROTOCOL_41; the faults of lengths.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        let at = c.peek();
        if at.get(1).is_some_and(|byte| byte & (capability::PROTOCOL_41 >> 8) as u8 == 0) {
            let found = at.iter().take(2).rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
            return Err(c.fail(ErrorCode::InvalidValue, field::RESPONSE_CLIENT_FLAG, capability::PROTOCOL_41, found));
        }
        let mut request = Self {
            capabilities: c.u32(field::RESPONSE_CLIENT_FLAG)?.into(),
            max_packet_size: c.u32(field::RESPONSE_MAX_PACKET_SIZE)?,
            character_set: c.u8(field::RESPONSE_CHARACTER_SET)?,
        };
        if request.capabilities & capability::LONG_PASSWORD == 0 {
            c.bytes(field::RESPONSE_FILLER, MARIADB_FILLER, c.limit())?;
            request.capabilities |= u64::from(c.u32(field::RESPONSE_MARIADB_CAPABILITIES)?) << 32;
        } else {
            c.bytes(field::RESPONSE_FILLER, FILLER, c.limit())?;
        }
        Ok(request)
    }

    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u32(field::RESPONSE_CLIENT_FLAG, self.capabilities as u32);
        w.u32(field::RESPONSE_MAX_PACKET_SIZE, self.max_packet_size);
        w.u8(field::RESPONSE_CHARACTER_SET, self.character_set);
        if self.capabilities & capability::LONG_PASSWORD == 0 {
            w.bytes(field::RESPONSE_FILLER, &[0; MARIADB_FILLER as usize]);
            w.u32(field::RESPONSE_MARIADB_CAPABILITIES, (self.capabilities >> 32) as u32);
        } else {
            w.bytes(field::RESPONSE_FILLER, &[0; FILLER as usize]);
        }
    }
}

/// A client's answer to the greeting (HandshakeResponse41).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakeResponse<'a> {
    /// What it begins with. Which of the rest is there, its capabilities tell.
    pub request: SslRequest,
    /// The account.
    pub username: &'a [u8],
    /// The first answer of the plugin.
    pub auth_response: &'a [u8],
    /// The schema to begin in.
    pub database: &'a [u8],
    /// The plugin whose answer that is.
    pub plugin_name: &'a [u8],
    /// Names and values, as they stand there; see [`attributes`](Self::attributes).
    pub attributes: &'a [u8],
    /// Level of zstd compression.
    pub zstd_level: u8,
}

impl<'a> HandshakeResponse<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// As [`SslRequest::read`].
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        let request = SslRequest::read(c)?;
        let has = |bit: u64| request.capabilities & bit != 0;
        let username = terminated(c, field::RESPONSE_USERNAME)?;
        let auth_response = if has(capability::PLUGIN_AUTH_LENENC) {
            let length = c.lenenc(field::RESPONSE_AUTH_RESPONSE_LENENC)?;
            c.bytes(field::RESPONSE_AUTH_RESPONSE, length, field::RESPONSE_AUTH_RESPONSE_LENENC)?
        } else if has(capability::SECURE_CONNECTION) {
            let length = c.u8(field::RESPONSE_AUTH_RESPONSE_LENGTH)?;
            c.bytes(field::RESPONSE_AUTH_RESPONSE, length.into(), field::RESPONSE_AUTH_RESPONSE_LENGTH)?
        } else {
            terminated(c, field::RESPONSE_AUTH_RESPONSE)?
        };
        let mut response =
            Self { request, username, auth_response, database: &[], plugin_name: &[], attributes: &[], zstd_level: 0 };
        // Old clients set a bit and leave out what it promises.
        if has(capability::CONNECT_WITH_DB) && c.remaining() > 0 {
            response.database = terminated_or_last(c, field::RESPONSE_DATABASE)?;
        }
        if has(capability::PLUGIN_AUTH) && c.remaining() > 0 {
            response.plugin_name = terminated_or_last(c, field::RESPONSE_PLUGIN_NAME)?;
        }
        if has(capability::CONNECT_ATTRS) && c.remaining() > 0 {
            let length = c.lenenc(field::RESPONSE_ATTRIBUTES_LENGTH)?;
            c.within(length, field::RESPONSE_ATTRIBUTES_LENGTH, binlog_format::field::UNKNOWN, |c| {
                let start = c.position();
                c.group(field::RESPONSE_ATTRIBUTES, |c| {
                    for number in 0.. {
                        if c.remaining() == 0 {
                            break;
                        }
                        c.group(field::RESPONSE_ATTRIBUTE.at(number), |c| attribute(c).map(|_| ()))?;
                    }
                    Ok(())
                })?;
                response.attributes = c.since(start);
                Ok(())
            })?;
        }
        if has(capability::ZSTD) && c.remaining() > 0 {
            response.zstd_level = c.u8(field::RESPONSE_ZSTD_LEVEL)?;
        }
        Ok(response)
    }

    /// Writes it; what its capabilities do not promise is left out.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.request.write(out);
        let has = |bit: u64| self.request.capabilities & bit != 0;
        let mut w = Writer::new(out);
        w.terminated(field::RESPONSE_USERNAME, self.username);
        if has(capability::PLUGIN_AUTH_LENENC) {
            let length = field::RESPONSE_AUTH_RESPONSE_LENENC;
            w.lenenc_bytes(length, field::RESPONSE_AUTH_RESPONSE, self.auth_response);
        } else if has(capability::SECURE_CONNECTION) {
            let length = field::RESPONSE_AUTH_RESPONSE_LENGTH;
            w.short_bytes(length, field::RESPONSE_AUTH_RESPONSE, self.auth_response);
        } else {
            w.terminated(field::RESPONSE_AUTH_RESPONSE, self.auth_response);
        }
        if has(capability::CONNECT_WITH_DB) {
            w.terminated(field::RESPONSE_DATABASE, self.database);
        }
        if has(capability::PLUGIN_AUTH) {
            w.terminated(field::RESPONSE_PLUGIN_NAME, self.plugin_name);
        }
        if has(capability::CONNECT_ATTRS) {
            w.lenenc_bytes(field::RESPONSE_ATTRIBUTES_LENGTH, field::RESPONSE_ATTRIBUTES, self.attributes);
        }
        if has(capability::ZSTD) {
            w.u8(field::RESPONSE_ZSTD_LEVEL, self.zstd_level);
        }
    }

    /// Name and value of each attribute, up to the first fault.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut c = Cursor::new(self.attributes, field::RESPONSE_ATTRIBUTES_LENGTH, ());
        core::iter::from_fn(move || attribute(&mut c).ok())
    }
}

fn attribute<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<(&'a [u8], &'a [u8])> {
    Ok((
        lenenc_text(c, field::RESPONSE_ATTRIBUTE_KEY_LENGTH, field::RESPONSE_ATTRIBUTE_KEY)?,
        lenenc_text(c, field::RESPONSE_ATTRIBUTE_VALUE_LENGTH, field::RESPONSE_ATTRIBUTE_VALUE)?,
    ))
}

/// Writes one attribute, for [`HandshakeResponse::attributes`](HandshakeResponse#structfield.attributes).
pub fn write_attribute(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    let mut w = Writer::new(out);
    w.lenenc_bytes(field::RESPONSE_ATTRIBUTE_KEY_LENGTH, field::RESPONSE_ATTRIBUTE_KEY, name);
    w.lenenc_bytes(field::RESPONSE_ATTRIBUTE_VALUE_LENGTH, field::RESPONSE_ATTRIBUTE_VALUE, value);
}

/// The server wants another plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthSwitch<'a> {
    /// Which; empty for the password hash of before 4.1, which nobody should answer.
    pub plugin_name: &'a [u8],
    /// What that plugin works on; the zero byte behind 20 random bytes is left out.
    pub data: &'a [u8],
}

/// Random bytes of the plugins that have a zero byte behind them.
const NONCE: usize = 20;

impl<'a> AuthSwitch<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        c.u8(field::AUTH_SWITCH_HEADER)?;
        if c.remaining() == 0 {
            return Ok(Self { plugin_name: &[], data: &[] });
        }
        let plugin_name = terminated_or_last(c, field::AUTH_SWITCH_PLUGIN_NAME)?;
        let ends = c.remaining() == NONCE + 1 && c.peek().last() == Some(&0);
        let length = c.remaining() - usize::from(ends);
        let data = if length == 0 { &[][..] } else { c.bytes(field::AUTH_SWITCH_DATA, length as u64, c.limit())? };
        if ends {
            c.terminator(field::STRING_TERMINATOR)?;
        }
        Ok(Self { plugin_name, data })
    }

    /// Writes it, as a server does.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::AUTH_SWITCH_HEADER, 0xfe).terminated(field::AUTH_SWITCH_PLUGIN_NAME, self.plugin_name);
        w.bytes(field::AUTH_SWITCH_DATA, self.data);
        if self.data.len() == NONCE {
            w.u8(field::STRING_TERMINATOR, 0);
        }
    }
}

/// A plugin's next step, from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthMore<'a> {
    /// `caching_sha2_password`: the scramble fits what the server has in its cache; OK follows.
    FastAuthSuccess,
    /// `caching_sha2_password`: the cache has nothing; the password itself is wanted, encrypted one way or the other.
    PerformFullAuthentication,
    /// An RSA key to encrypt the password with, as PEM.
    PublicKey(&'a [u8]),
    /// `parsec`: what to derive the key with.
    Parsec {
        /// `P`, for PBKDF2.
        algorithm: u8,
        /// The number of iterations is 1024 shifted left by this.
        factor: u8,
        /// Salt of the password.
        salt: &'a [u8],
    },
    /// What another plugin says.
    Data(&'a [u8]),
}

/// First byte of a plugin's data. MySQL always has it, MariaDB only where the data's own first byte would be taken
/// for the header of something else.
pub(crate) const AUTH_MORE: u8 = 1;

impl<'a> AuthMore<'a> {
    /// Reads what `plugin` says.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, plugin: Plugin) -> Result<Self> {
        if c.peek().first() == Some(&AUTH_MORE) {
            c.u8(field::AUTH_MORE_HEADER)?;
        }
        Ok(match (plugin, c.peek()) {
            (Plugin::CachingSha2, [3 | 4]) => match c.u8(field::AUTH_MORE_RESULT)? {
                3 => Self::FastAuthSuccess,
                _ => Self::PerformFullAuthentication,
            },
            (_, pem) if pem.starts_with(b"-----BEGIN") => Self::PublicKey(c.rest_text(field::AUTH_MORE_PUBLIC_KEY)),
            (Plugin::Parsec, [b'P', _, _, ..]) => Self::Parsec {
                algorithm: c.u8(field::AUTH_MORE_ALGORITHM)?,
                factor: c.u8(field::AUTH_MORE_ITERATIONS)?,
                salt: c.rest(field::AUTH_MORE_SALT),
            },
            _ => Self::Data(c.rest(field::AUTH_MORE_DATA)),
        })
    }
}

/// A plugin's next step, from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthData<'a> {
    /// The server's RSA key is wanted: 2 for `caching_sha2_password`, 1 for `sha256_password`.
    PublicKeyRequest(u8),
    /// A scramble, a signature, an encrypted password, or the password itself and a zero byte.
    Data(&'a [u8]),
}

impl<'a> AuthData<'a> {
    /// Reads what `plugin` says.
    ///
    /// # Errors
    ///
    /// None today; as the others.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, plugin: Plugin) -> Result<Self> {
        Ok(match (plugin, c.peek()) {
            (Plugin::CachingSha2, [2]) | (Plugin::Sha256, [1]) => {
                Self::PublicKeyRequest(c.u8(field::AUTH_DATA_KEY_REQUEST)?)
            }
            _ => Self::Data(c.rest(field::AUTH_DATA)),
        })
    }

    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        match self {
            Self::PublicKeyRequest(code) => w.u8(field::AUTH_DATA_KEY_REQUEST, *code),
            Self::Data(data) => w.bytes(field::AUTH_DATA, data),
        };
    }
}
