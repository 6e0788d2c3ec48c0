//! Names of collations.

use binlog_format::Flavor;
use binlog_format::charset::{self, CollationName};

use super::Tool;

/// MariaDB's NO PAD collations begin here.
const MARIADB_FROM: u32 = 1024;

/// Collations below [`MARIADB_FROM`] that the newest MySQL does not have.
const MARIADB_ONLY: [u32; 17] = [576, 577, 578, 579, 608, 609, 610, 611, 640, 641, 642, 672, 673, 674, 736, 737, 738];

/// Whether the newest MariaDB does not have a collation that MySQL has.
const fn is_mysql_only(id: u32) -> bool {
    matches!(id, 76 | 248..=250 | 303 | 304 | 306..=308 | 310..=323)
}

/// The name of a collation id, as the tool's server calls it.
pub fn name(tool: Tool, id: u32) -> Option<CollationName> {
    let (flavor, exists) = match tool {
        Tool::Mysqlbinlog => (Flavor::Mysql, id < MARIADB_FROM && !MARIADB_ONLY.contains(&id)),
        Tool::MariadbBinlog => (Flavor::Mariadb, !is_mysql_only(id)),
    };
    charset::collation(id, flavor).filter(|_| exists)
}
