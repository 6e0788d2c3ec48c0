//! A bundle as text that an address's fragment may have.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Bundle, MOST_FRAGMENT, MOST_IN_FRAGMENT, VERSION};
use crate::view::Message;

/// Whether this may be a bundle, of whatever version.
pub fn is_fragment(text: &str) -> bool {
    text.split_once('.').is_some_and(|(version, _)| version.parse::<u32>().is_ok())
}

impl Bundle {
    /// The value of `s` in an address's fragment: the version, a point, and the bytes in base64url without padding.
    pub fn to_fragment(&self) -> String {
        let mut body = Vec::new();
        self.body(&mut body);
        format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(body))
    }

    /// Reads it again.
    ///
    /// # Errors
    ///
    /// It is of another version, damaged, or larger than is taken.
    pub fn from_fragment(text: &str) -> Result<Self, Message> {
        let text = text.trim();
        if text.len() > MOST_FRAGMENT {
            let (bytes, most) = (text.len() as u64, MOST_FRAGMENT as u64);
            return Err(Message::new("bundle-large").number("bytes", bytes).number("most", most));
        }
        let known = text.split_once('.').and_then(|(version, body)| Some((version.parse::<u32>().ok()?, body)));
        let Some((version, body)) = known else {
            let found: String = text.chars().take(16).collect();
            return Err(Message::new("bundle-link").text("found", format!("s={found}")));
        };
        if version != u32::from(VERSION) {
            return Err(Message::new("bundle-version").number("version", version.into()));
        }
        // What pastes it may break it into lines.
        let body: String = body.chars().filter(|char| !char.is_whitespace()).collect();
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|error| {
            let at = match error {
                base64::DecodeError::InvalidByte(at, _) => at,
                _ => return Message::new("bundle-cut"),
            };
            Message::new("bundle-damaged").text("what", "base64url").number("at", at as u64)
        })?;
        Self::from_body(&body, MOST_IN_FRAGMENT)
    }
}
