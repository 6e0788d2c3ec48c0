//! What is shared, and what comes along with what somebody shared.

use binlog_explorer::bundle::SavedView;
use binlog_explorer::choice::Choice;
use binlog_explorer::mask::Rules;
use binlog_explorer::view::Address;
use serde::{Deserialize, Serialize};

/// What is to be shared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShareRequest {
    /// What of the file.
    pub choice: Choice,
    /// What of it is masked.
    pub rules: Rules,
    /// Where the reader looks.
    pub view: SavedView,
    /// The event that is seen.
    pub at: Option<Address>,
    /// Places and what is noted at them.
    pub notes: Vec<(String, String)>,
}

/// What was made to be shared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// What stands behind `#s=`; none where that would be longer than any link may be.
    pub fragment: Option<String>,
    /// How long that is, or would be.
    pub length: u64,
    /// Events chosen.
    pub items: u64,
    /// Bytes of the file in it, those that the chosen ones need included.
    pub bytes: u64,
    /// Leaves that were masked.
    pub masked: u64,
    /// More was chosen than there is room for.
    pub cut: bool,
    /// The file is encrypted, and this is not.
    pub decrypted: bool,
    /// Fields of the selected event that masking changed.
    pub preview: Vec<Preview>,
}

/// What came along with a bundle that is opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Came {
    /// Where the sender looked.
    pub view: SavedView,
    /// Places and what is noted at them.
    pub notes: Vec<(String, String)>,
    /// Something in it is masked.
    pub masked: bool,
    /// It is not the whole log.
    pub part: bool,
    /// Spaces are carried inflated.
    pub restored: bool,
}

/// A field before and after masking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Its path.
    pub path: String,
    /// As it is.
    pub before: String,
    /// As who opens the link sees it.
    pub after: String,
}
