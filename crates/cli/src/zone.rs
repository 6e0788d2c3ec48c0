//! The time zone that text shows moments in.

use std::borrow::Cow;

use binlog_explorer::dump::{self, Utc};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// A time zone of this machine's database.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// As the command line names it: `UTC`, `local`, `Area/City`, or an offset such as `+05:30`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("local") {
            return TimeZone::try_system().map(Self).map_err(|error| error.to_string());
        }
        if let Some(offset) = offset(text) {
            return offset.map(|offset| Self(TimeZone::fixed(offset)));
        }
        TimeZone::get(text).map(Self).map_err(|error| error.to_string())
    }

    /// The zone of the environment variable `TZ` where it is set, else UTC: without it the same
    /// file gives the same text everywhere.
    pub fn of_environment() -> Self {
        let set = std::env::var_os("TZ").is_some_and(|zone| !zone.is_empty());
        Self(if set { TimeZone::system() } else { TimeZone::UTC })
    }
}

/// `+hh` or `+hh:mm`, or minus.
fn offset(text: &str) -> Option<Result<Offset, String>> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let seconds = hours.parse::<i32>().ok().zip(minutes.parse::<i32>().ok().filter(|minutes| *minutes < 60));
    let offset = seconds.and_then(|(hours, minutes)| {
        Offset::from_seconds(sign * (hours.checked_mul(3600)?.checked_add(minutes * 60)?)).ok()
    });
    Some(offset.ok_or_else(|| format!("{text} is no offset such as +05:30")))
}

impl dump::Zone for Zone {
    fn ahead(&self, moment: i64) -> i32 {
        Timestamp::from_second(moment).map_or(0, |moment| self.0.to_offset(moment).seconds())
    }

    fn name(&self, moment: i64) -> Cow<'_, str> {
        match Timestamp::from_second(moment) {
            Ok(moment) => self.0.to_offset_info(moment).abbreviation().to_owned().into(),
            Err(_) => Utc.name(moment).into_owned().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dump::Zone as _;

    #[test]
    fn zones_by_every_kind_of_name() {
        let at =
            |name: &str, moment| Zone::parse(name).map(|zone| (zone.ahead(moment), zone.name(moment).into_owned()));
        assert_eq!(at("UTC", 0), Ok((0, "UTC".into())));
        assert_eq!(at("+05:30", 0).map(|(ahead, _)| ahead), Ok(19_800));
        assert_eq!(at("-3", 0).map(|(ahead, _)| ahead), Ok(-10_800));
        assert!(Zone::parse("+5:99").is_err() && Zone::parse("Nowhere/Land").is_err() && Zone::parse("").is_err());
    }
}
