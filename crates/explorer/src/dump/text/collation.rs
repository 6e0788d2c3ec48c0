//! Names of collations.

use binlog_format::Flavor;
use binlog_format::charset::{self, CollationName};

use super::Tool;

/// The name of a collation id, as the tool's server calls it.
pub fn name(tool: Tool, id: u32) -> Option<CollationName> {
    let flavor = match tool {
        Tool::Mysqlbinlog => Flavor::Mysql,
        Tool::MariadbBinlog => Flavor::Mariadb,
    };
    charset::collation(id, flavor)
}
