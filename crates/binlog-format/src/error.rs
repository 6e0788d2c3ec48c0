//! Errors are values: where, what was expected, what was found, which length lied.

use crate::catalogue::FieldId;

/// What went wrong, without words; the words come from the locale files by [`ErrorCode::id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What kind of fault.
    pub code: ErrorCode,
    /// Offset of the fault, from the start of the event.
    pub at: u32,
    /// The field that could not be read.
    pub field: FieldId,
    /// What was expected: bytes needed, a limit, a value. Its meaning belongs to the code.
    pub expected: u64,
    /// What was found instead.
    pub found: u64,
    /// The length or count field whose value cannot be true.
    pub liar: Option<FieldId>,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// Kinds of faults. Arguments: `expected` and `found` of [`DecodeError`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable name: the `code` of the JSON contract and the key of the locale files.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }
    };
}

error_codes! {
    /// The field needs `expected` bytes, `found` are left.
    UnexpectedEnd = "unexpected_end";
    /// A length or count claims `expected` bytes, `found` are left.
    LengthTooLong = "length_too_long";
    /// 0xfb or 0xff where a length-encoded integer starts; `found` is the byte.
    InvalidLenenc = "invalid_lenenc";
    /// `found` bytes are left over where the event should end.
    TrailingBytes = "trailing_bytes";
    /// The rows name table id `found`, but no table map with it precedes them.
    UnknownTable = "unknown_table";
    /// The field does not decode, and the format description that would say how is missing, or
    /// its checksum is wrong.
    NoFormat = "no_format";
    /// The rows do not decode, and the checksum of the table map that says how is wrong.
    DamagedTable = "damaged_table";
    /// The rows have `found` columns, their table map `expected`.
    ColumnCount = "column_count";
    /// More than `expected` where the format allows no more; `found`.
    TooMany = "too_many";
    /// A column type that row images do not have: `found`.
    ColumnType = "column_type";
    /// The precision or size of the column's metadata cannot be: `found`, at most `expected`.
    ColumnMetadata = "column_metadata";
    /// The value is none that the type has: `found`.
    InvalidValue = "invalid_value";
    /// A terminator byte is `found`, not 0.
    Terminator = "terminator";
    /// A status variable of unknown code `found`: what follows it has no known length.
    StatusVariable = "status_variable";
    /// A row takes no bytes although bytes are left: it would repeat for ever.
    EmptyRow = "empty_row";
    /// JSON nested deeper than `expected`.
    JsonDepth = "json_depth";
    /// A JSON offset points to `found`, outside of its container of `expected` bytes.
    JsonOffset = "json_offset";
    /// A JSON type byte that does not exist: `found`.
    JsonType = "json_type";
    /// A geometry whose WKB number is `found`: none that the servers have, or not `expected`, the only
    /// one that may stand here (0: any).
    GeometryType = "geometry_type";
    /// Geometries nest deeper than `expected`.
    GeometryDepth = "geometry_depth";
    /// The log does not tell how many bytes a value of column type `found` takes, and no guess fits
    /// the rows.
    ColumnWidth = "column_width";
    /// JSON elements claim more work than their bytes allow.
    JsonWork = "json_work";
    /// The compressed bytes do not decompress; at least `found` bytes came out.
    Decompress = "decompress";
    /// Decompressing gives more than `expected` bytes.
    DecompressLimit = "decompress_limit";
    /// The compression method `found` is none that is known.
    CompressionMethod = "compression_method";
    /// Decompressing should give `expected` bytes and gives `found`, or more than `expected` when
    /// `found` is greater.
    DecompressedLength = "decompressed_length";
    /// A fragment has number `found` where number `expected` has to stand.
    FragmentOrder = "fragment_order";
    /// Of `expected` fragments the last that is there has number `found`.
    FragmentMissing = "fragment_missing";
    /// Fragments should be `expected` bytes together and are `found`.
    GatheredLength = "gathered_length";
    /// What is to be read is compressed still.
    Compressed = "compressed";
    /// `event_size` is `found`, less than the header's `expected` bytes.
    EventSizeTooSmall = "event_size_too_small";
    /// `event_size` reaches `expected` bytes, only `found` are left in the file.
    EventSizeBeyondEnd = "event_size_beyond_end";
    /// The event ends where no event can begin, and its checksum is wrong.
    Implausible = "implausible";
    /// The file ends inside an event of `expected` bytes after `found`; it was closed so.
    TruncatedEvent = "truncated_event";
    /// The same, but the in-use flag stands: the server is writing, or crashed while it did.
    IncompleteEvent = "incomplete_event";
    /// `event_size` is greater than what is decoded as one piece (`expected`); it is `found`.
    EventTooLarge = "event_too_large";
    /// The stored checksum is `found`, the bytes have `expected`.
    ChecksumMismatch = "checksum_mismatch";
    /// The source does not hold these bytes.
    Hole = "hole";
}

/// Result of a read.
pub type Result<T> = core::result::Result<T, DecodeError>;

#[cold]
pub(crate) fn error(code: ErrorCode, at: usize, field: FieldId, expected: u64, found: u64) -> DecodeError {
    DecodeError { code, at: at as u32, field, expected, found, liar: None }
}

impl DecodeError {
    /// The same fault, with the length or count that cannot be true.
    #[cold]
    pub fn blame(mut self, liar: FieldId) -> Self {
        self.liar = Some(liar);
        self
    }

    /// The same fault of bytes that begin `offset` bytes further on.
    #[cold]
    pub fn behind(mut self, offset: u32) -> Self {
        self.at = self.at.saturating_add(offset);
        self
    }
}

impl DecodeError {
    /// The same fault where the context that it rests on is not to be relied on. What names
    /// missing context already stays.
    pub(crate) fn for_lack_of(mut self, context: ErrorCode) -> Self {
        if !matches!(self.code, ErrorCode::UnknownTable | ErrorCode::DamagedTable | ErrorCode::NoFormat) {
            self.code = context;
        }
        self
    }
}

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let id = self.field.entry().id;
        write!(f, "{} at +{} in {id}: expected {}, found {}", self.code.id(), self.at, self.expected, self.found)?;
        match self.liar {
            Some(liar) => write!(f, " ({} cannot be true)", liar.entry().id),
            None => Ok(()),
        }
    }
}

impl core::error::Error for DecodeError {}
