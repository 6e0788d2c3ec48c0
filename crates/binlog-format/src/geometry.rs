//! GEOMETRY values: an SRID and a shape in well-known binary (WKB).
//! Sources: OGC 06-103r4 (WKB, WKT), MySQL `sql/spatial.{h,cc}`, MariaDB `sql/spatial.cc`.
//!
//! Both servers store shapes little-endian, but WKB lets every shape choose, and a value that a
//! client put in as bytes may have chosen otherwise.

use core::fmt::{self, Write};

use crate::catalogue::{FieldId, Unit, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::limits::MAX_GEOMETRY_DEPTH;
use crate::trace::{Slot, Trace};
use crate::value::{Value, write_gcvt};

/// The shapes, by their WKB number: a byte for the byte order, 4 for the number, then what is told
/// here. Coordinates are doubles, counts take 4 bytes. Source: OGC 06-103r4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// x and y, 16 bytes.
    Point = 1,
    /// Count, then points without a header of their own.
    LineString = 2,
    /// Count, then rings: each a count and points, the outer one first.
    Polygon = 3,
    /// Count, then points, each with its own header.
    MultiPoint = 4,
    /// Count, then line strings, each with its own header.
    MultiLineString = 5,
    /// Count, then polygons, each with its own header.
    MultiPolygon = 6,
    /// Count, then shapes of any kind, each with its own header.
    GeometryCollection = 7,
}

impl Shape {
    /// The shape of a WKB number. The servers know no more: neither Z and M coordinates
    /// (numbers above 1000) nor surfaces.
    pub const fn of(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            _ => return None,
        })
    }

    /// Its name in WKT.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "POINT",
            Self::LineString => "LINESTRING",
            Self::Polygon => "POLYGON",
            Self::MultiPoint => "MULTIPOINT",
            Self::MultiLineString => "MULTILINESTRING",
            Self::MultiPolygon => "MULTIPOLYGON",
            Self::GeometryCollection => "GEOMETRYCOLLECTION",
        }
    }

    /// What its members must be; `None` if they may be anything or it has none.
    const fn member(self) -> Option<Self> {
        match self {
            Self::MultiPoint => Some(Self::Point),
            Self::MultiLineString => Some(Self::LineString),
            Self::MultiPolygon => Some(Self::Polygon),
            _ => None,
        }
    }
}

/// Receives a value, in order.
#[allow(unused_variables)]
pub trait GeometryVisitor {
    /// The spatial reference system; 0 is the plane without one.
    fn srid(&mut self, srid: u32) {}
    /// A shape begins. `implied`: what it lies in allows no other.
    fn shape(&mut self, shape: Shape, implied: bool) {}
    /// It (or a ring of it) has no members at all.
    fn empty(&mut self) {}
    /// Its members, or a ring's points, begin.
    fn open(&mut self) {}
    /// They end.
    fn close(&mut self) {}
    /// A point.
    fn point(&mut self, x: f64, y: f64) {}
}

impl GeometryVisitor for () {}

/// Hands a value to `visitor`: SRID and one shape, and nothing after it. The bytes are those of a
/// [`Value::Geometry`].
///
/// # Errors
///
/// `geometry_type`, `geometry_depth` (beyond [`MAX_GEOMETRY_DEPTH`]), `too_many`, `trailing_bytes` and
/// `unexpected_end`. Offsets count from the SRID's first byte. What came before was visited.
pub fn visit(value: &[u8], visitor: &mut impl GeometryVisitor) -> Result<()> {
    read(&mut Cursor::new(value, field::COLUMN_LENGTH, ()), visitor)
}

/// Reports the inside of the next `length` bytes. A fault leaves the rest `undecoded`.
pub(crate) fn report<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: u64) -> Result<&'a [u8]> {
    let start = c.position();
    c.within(length, field::COLUMN_LENGTH, field::UNDECODED, |c| {
        if let Err(error) = read(c, &mut ()) {
            c.trace().fault(error);
        }
        Ok(())
    })?;
    Ok(c.since(start))
}

fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, visitor: &mut impl GeometryVisitor) -> Result<()> {
    visitor.srid(c.u32(field::GEOMETRY_SRID)?);
    shape(c, field::GEOMETRY_SHAPE.into(), None, 0, visitor)?;
    match c.remaining() {
        0 => Ok(()),
        left => Err(c.fail(ErrorCode::TrailingBytes, field::GEOMETRY_SHAPE, 0, left as u64)),
    }
}

/// One shape: byte order, type, then its coordinates or members. `inside` is what it lies in.
fn shape<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, slot: Slot, inside: Option<Shape>, depth: u32, visitor: &mut impl GeometryVisitor,
) -> Result<()> {
    if depth >= MAX_GEOMETRY_DEPTH {
        let most = MAX_GEOMETRY_DEPTH.into();
        return Err(c.fail(ErrorCode::GeometryDepth, field::GEOMETRY_SHAPE, most, depth.into()));
    }
    let mut number = 0;
    c.group(slot, |c| {
        let order = ByteOrder::read(c)?;
        let at = c.fail(ErrorCode::GeometryType, field::GEOMETRY_TYPE, 0, 0);
        number = order.u32(c, field::GEOMETRY_TYPE)?;
        let implied = inside.and_then(Shape::member);
        let kind = match Shape::of(number) {
            Some(kind) if implied.is_none_or(|implied| implied == kind) => kind,
            _ => {
                let expected = implied.map_or(0, |kind| kind as u64);
                return Err(crate::error::DecodeError { expected, found: number.into(), ..at });
            }
        };
        visitor.shape(kind, implied.is_some());
        match kind {
            Shape::Point => {
                visitor.open();
                let (x, y) = (order.f64(c, field::GEOMETRY_X)?, order.f64(c, field::GEOMETRY_Y)?);
                visitor.point(x, y);
                visitor.close();
                Ok(())
            }
            Shape::LineString => points(c, order, visitor),
            Shape::Polygon => {
                const RING: u64 = 4;
                let rings = order.count(c, RING)?;
                members(c, field::GEOMETRY_RINGS, rings, visitor, |c, i, visitor| {
                    c.group(field::GEOMETRY_RING.at(i), |c| points(c, order, visitor))
                })
            }
            _ => {
                // Byte order, type, and at least a count.
                const SMALLEST: u64 = 9;
                let shapes = order.count(c, SMALLEST)?;
                members(c, field::GEOMETRY_MEMBERS, shapes, visitor, |c, i, visitor| {
                    shape(c, field::GEOMETRY_SHAPE.at(i), Some(kind), depth + 1, visitor)
                })
            }
        }
    })?;
    c.name(Unit::GeometryType, number.into());
    Ok(())
}

fn points<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, order: ByteOrder, visitor: &mut impl GeometryVisitor) -> Result<()> {
    const POINT: u64 = 16;
    let count = order.count(c, POINT)?;
    members(c, field::GEOMETRY_POINTS, count, visitor, |c, i, visitor| {
        c.group(field::GEOMETRY_POINT.at(i), |c| {
            let (x, y) = (order.f64(c, field::GEOMETRY_X)?, order.f64(c, field::GEOMETRY_Y)?);
            visitor.point(x, y);
            Ok(())
        })
    })
}

fn members<'a, T: Trace<'a>, V: GeometryVisitor>(
    c: &mut Cursor<'a, T>, list: FieldId, count: u32, visitor: &mut V,
    mut member: impl FnMut(&mut Cursor<'a, T>, usize, &mut V) -> Result<()>,
) -> Result<()> {
    if count == 0 {
        visitor.empty();
        return Ok(());
    }
    visitor.open();
    c.group(list, |c| (0..count as usize).try_for_each(|i| member(c, i, visitor)))?;
    visitor.close();
    Ok(())
}

/// How the numbers of a shape are written; its first byte says so.
#[derive(Clone, Copy)]
enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        match c.peek().first() {
            Some(byte @ 2..) => Err(c.fail(ErrorCode::InvalidValue, field::GEOMETRY_BYTE_ORDER, 1, u64::from(*byte))),
            _ if c.u8(field::GEOMETRY_BYTE_ORDER)? == 0 => Ok(Self::Big),
            _ => Ok(Self::Little),
        }
    }

    fn number<'a, T: Trace<'a>>(
        self, c: &mut Cursor<'a, T>, name: FieldId, bytes: usize, of: impl FnOnce(u64) -> Value<'a>,
    ) -> Result<u64> {
        let mut number = 0;
        let of = |stored| {
            number = stored;
            of(stored)
        };
        match self {
            Self::Big => c.be(name.into(), bytes, of)?,
            Self::Little => c.le(name.into(), bytes, of)?,
        };
        Ok(number)
    }

    fn u32<'a, T: Trace<'a>>(self, c: &mut Cursor<'a, T>, name: FieldId) -> Result<u32> {
        Ok(self.number(c, name, 4, Value::Unsigned)? as u32)
    }

    fn f64<'a, T: Trace<'a>>(self, c: &mut Cursor<'a, T>, name: FieldId) -> Result<f64> {
        Ok(f64::from_bits(self.number(c, name, 8, |bits| Value::Double(f64::from_bits(bits)))?))
    }

    /// A count of things that take at least `smallest` bytes each.
    fn count<'a, T: Trace<'a>>(self, c: &mut Cursor<'a, T>, smallest: u64) -> Result<u32> {
        let count = self.u32(c, field::GEOMETRY_COUNT)?;
        let most = c.remaining() as u64 / smallest;
        if u64::from(count) > most {
            let error = c.fail(ErrorCode::TooMany, field::GEOMETRY_COUNT, most, count.into());
            return Err(error.blame(field::GEOMETRY_COUNT));
        }
        Ok(count)
    }
}

/// Writes a value as WKT, with `SRID=n;` in front if it has a reference system (coordinates
/// stay in stored order, longitude first). Bytes that are no geometry are written as hex.
pub fn write_wkt(value: &[u8], out: &mut dyn Write) -> fmt::Result {
    if visit(value, &mut ()).is_err() {
        return write!(out, "{}", crate::value::Hex(value));
    }
    let mut writer = Wkt { out, named: false, first: true, result: Ok(()) };
    let _ = visit(value, &mut writer);
    writer.result
}

struct Wkt<'o> {
    out: &'o mut dyn Write,
    /// A name was written; what opens belongs to it.
    named: bool,
    /// Nothing precedes at this level.
    first: bool,
    result: fmt::Result,
}

impl Wkt<'_> {
    fn put(&mut self, write: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        if self.result.is_ok() {
            self.result = write(self.out);
        }
    }

    fn separate(&mut self) {
        if !core::mem::take(&mut self.first) && !core::mem::take(&mut self.named) {
            self.put(|out| out.write_char(','));
        }
        self.named = false;
    }
}

impl GeometryVisitor for Wkt<'_> {
    fn srid(&mut self, srid: u32) {
        if srid != 0 {
            self.put(|out| write!(out, "SRID={srid};"));
        }
    }
    fn shape(&mut self, shape: Shape, implied: bool) {
        if !implied {
            self.separate();
            self.put(|out| out.write_str(shape.name()));
            self.named = true;
        }
    }
    fn empty(&mut self) {
        let named = self.named;
        self.separate();
        self.put(|out| out.write_str(if named { " EMPTY" } else { "EMPTY" }));
    }
    fn open(&mut self) {
        self.separate();
        self.put(|out| out.write_char('('));
        self.first = true;
    }
    fn close(&mut self) {
        self.put(|out| out.write_char(')'));
        self.first = false;
    }
    fn point(&mut self, x: f64, y: f64) {
        self.separate();
        self.put(|out| {
            write_gcvt(out, x)?;
            out.write_char(' ')?;
            write_gcvt(out, y)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::FieldTree;
    use std::string::String;
    use std::vec::Vec;

    fn wkt(bytes: &[u8]) -> String {
        let mut out = String::new();
        write_wkt(bytes, &mut out).unwrap();
        out
    }

    fn number(big: bool, number: u32) -> [u8; 4] {
        if big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn head(big: bool, kind: u32) -> Vec<u8> {
        [&[u8::from(!big)][..], &number(big, kind)].concat()
    }

    fn coordinates(big: bool, numbers: &[f64]) -> Vec<u8> {
        numbers.iter().flat_map(|n| if big { n.to_be_bytes() } else { n.to_le_bytes() }).collect()
    }

    fn point(big: bool, x: f64, y: f64) -> Vec<u8> {
        [head(big, 1), coordinates(big, &[x, y])].concat()
    }

    fn line(big: bool, numbers: &[f64]) -> Vec<u8> {
        [head(big, 2), number(big, numbers.len() as u32 / 2).to_vec(), coordinates(big, numbers)].concat()
    }

    fn collection(big: bool, kind: u32, members: &[Vec<u8>]) -> Vec<u8> {
        [head(big, kind), number(big, members.len() as u32).to_vec(), members.concat()].concat()
    }

    fn value(srid: u32, shape: &[u8]) -> Vec<u8> {
        [&srid.to_le_bytes(), shape].concat()
    }

    #[test]
    fn shapes_in_both_byte_orders() {
        for big in [false, true] {
            let ring = [number(big, 4).to_vec(), coordinates(big, &[0., 0., 1., 0., 1., 1., 0., 0.])].concat();
            let polygon = [head(big, 3), number(big, 2).to_vec(), ring.clone(), ring].concat();
            let lines = collection(big, 5, &[line(big, &[0., 1., 2., 3.]), line(big, &[4., 5., 6., 7.])]);
            let nested = collection(big, 7, &[point(!big, 9., 8.), collection(big, 7, &[]), lines.clone()]);
            for (shape, text) in [
                (point(big, 1., -2.5), "POINT(1 -2.5)"),
                (line(big, &[0., 0., 1e20, 1e-7]), "LINESTRING(0 0,1e20 0.0000001)"),
                (polygon.clone(), "POLYGON((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0))"),
                (collection(big, 4, &[point(big, 1., 2.), point(big, 3., 4.)]), "MULTIPOINT((1 2),(3 4))"),
                (lines, "MULTILINESTRING((0 1,2 3),(4 5,6 7))"),
                (
                    collection(big, 6, &[polygon.clone(), polygon]),
                    "MULTIPOLYGON(((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)))",
                ),
                (
                    nested,
                    "GEOMETRYCOLLECTION(POINT(9 8),GEOMETRYCOLLECTION EMPTY,MULTILINESTRING((0 1,2 3),(4 5,6 7)))",
                ),
                (collection(big, 7, &[]), "GEOMETRYCOLLECTION EMPTY"),
            ] {
                assert_eq!(wkt(&value(0, &shape)), text);
            }
        }
        assert_eq!(wkt(&value(4326, &point(false, 13.4, 52.5))), "SRID=4326;POINT(13.4 52.5)");
    }

    /// Reports the value; the fault, and how many bytes stayed undecoded.
    fn fault(bytes: &[u8]) -> (Option<ErrorCode>, u32) {
        let mut tree = FieldTree::new();
        let mut c = Cursor::new(bytes, field::COLUMN_LENGTH, &mut tree);
        assert_eq!(report(&mut c, bytes.len() as u64).unwrap(), bytes);
        assert_eq!(tree.open_groups(), 0);
        let leaves = tree.nodes().iter().filter(|node| !node.branch);
        assert_eq!(leaves.clone().map(|node| node.end - node.start).sum::<u32>() as usize, bytes.len());
        let undecoded = leaves.filter(|node| node.slot.field == field::UNDECODED).map(|node| node.end - node.start);
        (tree.faults().map(|(_, error)| error.code).next(), undecoded.sum())
    }

    #[test]
    fn what_is_no_geometry_is_a_fault_and_stays_hex() {
        let good = value(0, &point(false, 1., 2.));
        assert_eq!(fault(&good), (None, 0));
        for (bytes, code, undecoded) in [
            (value(0, &[2, 1, 0, 0, 0]), ErrorCode::InvalidValue, 5),
            (value(0, &head(false, 1001)), ErrorCode::GeometryType, 0),
            (value(0, &[head(false, 17), std::vec![0; 3]].concat()), ErrorCode::GeometryType, 3),
            (value(0, &[head(false, 2), number(false, 1_000_000).to_vec()].concat()), ErrorCode::TooMany, 0),
            (value(0, &collection(false, 4, &[line(false, &[1., 1.])])), ErrorCode::GeometryType, 20),
            ([&good[..], b"junk"].concat(), ErrorCode::TrailingBytes, 4),
            (good[..20].to_vec(), ErrorCode::UnexpectedEnd, 3),
            (std::vec![1, 2], ErrorCode::UnexpectedEnd, 2),
        ] {
            assert_eq!(fault(&bytes), (Some(code), undecoded), "{bytes:?}");
            assert!(wkt(&bytes).starts_with("0x"));
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let mut deep = collection(false, 7, &[]);
        for _ in 0..100_000 / 9 {
            deep = [head(false, 7), number(false, 1).to_vec(), deep].concat();
        }
        assert_eq!(fault(&value(0, &deep)).0, Some(ErrorCode::GeometryDepth));
    }
}
