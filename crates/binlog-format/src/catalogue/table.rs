//! How a part of the catalogue is written down: constants and entries out of one list.

macro_rules! catalogue {
    // Numbers begin at `$first`, for the tables are one behind the other in the catalogue.
    ($first:expr; $($name:ident = $id:literal, $physical:ident, $unit:ident, $role:ident, $sensitivity:ident $(, $relation:ident($target:ident))?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Number { $($name),* }

        const FIRST: u16 = $first;

        /// A constant for each field; [`FieldId::entry`] has what is said here.
        pub mod field {
            use super::{FIRST, FieldId, Number};
            $(
                #[doc = concat!(
                    "`", $id, "`: bytes [`", stringify!($physical), "`](crate::catalogue::Physical::", stringify!($physical),
                    "), unit [`", stringify!($unit), "`](crate::catalogue::Unit::", stringify!($unit),
                    "), role [`", stringify!($role), "`](crate::catalogue::Role::", stringify!($role),
                    "), sensitivity [`", stringify!($sensitivity), "`](crate::catalogue::Sensitivity::",
                    stringify!($sensitivity), ")", $("; ", catalogue!(@says $relation), " [`", stringify!($target), "`]",)? "."
                )]
                pub const $name: FieldId = FieldId(FIRST + Number::$name as u16);
            )*
        }

        /// The fields, in the order of their numbers.
        pub(super) const FIELDS: &[Field] = &[$(Field {
            id: $id,
            name: last_step($id),
            physical: Physical::$physical,
            unit: Unit::$unit,
            role: Role::$role,
            sensitivity: Sensitivity::$sensitivity,
            relation: catalogue!(@relation $($relation $target)?),
        }),*];
    };
    (@says LengthOf) => { "the length of" };
    (@says CountOf) => { "how many there are of" };
    (@says ChecksumOf) => { "the checksum of" };
    (@relation) => { None };
    (@relation LengthOf $target:ident) => { Some(Relation::LengthOf(field::$target)) };
    (@relation ChecksumOf $target:ident) => { Some(Relation::ChecksumOf(field::$target)) };
    (@relation CountOf $target:ident) => { Some(Relation::CountOf(field::$target)) };
}
