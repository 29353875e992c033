//! How the small words of the domain are read from JSON bodies: moments and enumerations.

use chrono::{NaiveDate, TimeDelta};

use super::{named::Named, timestamp::Timestamp};
use crate::json::{Cursor, Kind, Read, Refusal};

/// A value of an enumeration as clients give it: by name, or by a number that may mean nothing.
/// An unknown name is refused while reading, an unknown number is left to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<T> {
    /// A value of the enumeration.
    Known(T),
    /// A number that no value has.
    Unknown(i32),
}

impl<T> Choice<T> {
    /// The value, if it is one.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: Named> Choice<T> {
    /// The value with this number.
    pub fn from_number(number: i32) -> Self {
        T::from_number(number.into()).map_or(Self::Unknown(number), Self::Known)
    }
}

/// Names in any letter case with blanks around, numbers also as text.
impl<T: Named> Read for Choice<T> {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let number = |text: &str| text.parse::<i32>().ok();
        let found = if cursor.kind()? == Kind::Number {
            number(cursor.number()?).map(Self::from_number)
        } else {
            let text = cursor.text()?;
            let text = text.trim();
            match T::from_name(text) {
                Some(value) => Some(Self::Known(value)),
                None => number(text).map(Self::from_number),
            }
        };
        found.ok_or_else(|| Refusal::new(format!("Must be one of {}.", names::<T>())))
    }
}

/// The names of all values of an enumeration.
pub fn names<T: Named>() -> String {
    let names: Vec<_> = T::ALL.iter().map(|(_, name, _)| *name).collect();
    names.join(", ")
}

/// ISO 8601 with an offset, see [`strict_moment`].
impl Read for Timestamp {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        strict_moment(&cursor.text()?).ok_or(Refusal::new(
            "Must be a date and time with offset, for example 2026-01-02T03:04:05Z.",
        ))
    }
}

/// Reads `2026-01-02T03:04:05.678+01:00`: seconds may be missing, at most 16 decimals, an offset of at most 14 hours or
/// an upper-case `Z` must stand at the end. Years 1 to 9999 in UTC.
pub fn strict_moment(text: &str) -> Option<Timestamp> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    literal(&mut rest, "-")?;
    let month = number(&mut rest, 2)?;
    literal(&mut rest, "-")?;
    let day = number(&mut rest, 2)?;
    literal(&mut rest, "T")?;
    let hour = number(&mut rest, 2)?;
    literal(&mut rest, ":")?;
    let minute = number(&mut rest, 2)?;
    let (mut second, mut micro) = (0, 0);
    if literal(&mut rest, ":").is_some() {
        second = number(&mut rest, 2)?;
        if literal(&mut rest, ".").is_some() {
            micro = decimals(&mut rest)?;
        }
    }
    let offset = offset_minutes(rest)?;

    let local = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?
        .and_hms_micro_opt(hour, minute, second, micro)?;
    let utc = local
        .checked_sub_signed(TimeDelta::minutes(offset))?
        .and_utc();
    let years = NaiveDate::from_ymd_opt(1, 1, 1)?..=NaiveDate::from_ymd_opt(9999, 12, 31)?;
    (years.contains(&local.date()) && years.contains(&utc.date_naive()))
        .then(|| Timestamp::new(utc))
}

fn literal(rest: &mut &str, what: &str) -> Option<()> {
    *rest = rest.strip_prefix(what)?;
    Some(())
}

fn number(rest: &mut &str, digits: usize) -> Option<u32> {
    let (number, tail) = rest.split_at_checked(digits)?;
    *rest = tail;
    number
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| number.parse().ok())
        .flatten()
}

/// Microseconds, cut and not rounded.
fn decimals(rest: &mut &str) -> Option<u32> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    (1..=16)
        .contains(&count)
        .then(|| format!("{digits:0<6}").get(..6)?.parse().ok())
        .flatten()
}

fn offset_minutes(mut rest: &str) -> Option<i64> {
    if rest == "Z" {
        return Some(0);
    }
    let sign = match literal(&mut rest, "+") {
        Some(()) => 1,
        None => literal(&mut rest, "-").map(|()| -1)?,
    };
    let hours = number(&mut rest, 2)?;
    literal(&mut rest, ":")?;
    let minutes = number(&mut rest, 2)?;
    let total = hours * 60 + minutes;
    (rest.is_empty() && minutes < 60 && total <= 14 * 60).then(|| sign * i64::from(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dialog::action::HttpVerb, json};

    #[test]
    fn moments_are_converted_to_utc_and_cut_at_microseconds() {
        for (text, utc) in [
            ("2093-06-01T00:00:00Z", "2093-06-01T00:00:00.0000000Z"),
            ("2093-06-01T05:30:00+05:30", "2093-06-01T00:00:00.0000000Z"),
            ("2093-06-01T00:00-14:00", "2093-06-01T14:00:00.0000000Z"),
            ("2093-06-01T00:00Z", "2093-06-01T00:00:00.0000000Z"),
            (
                "2093-06-01T00:00:00.1234567Z",
                "2093-06-01T00:00:00.1234560Z",
            ),
            (
                "2093-06-01T00:00:00.9999999999999999Z",
                "2093-06-01T00:00:00.9999990Z",
            ),
            ("2093-06-01T00:00:00.5Z", "2093-06-01T00:00:00.5000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"),
        ] {
            assert_eq!(
                strict_moment(text).map(|m| m.to_string()).as_deref(),
                Some(utc),
                "{text}"
            );
        }
    }

    #[test]
    fn moments_without_offset_or_out_of_range_are_refused() {
        for text in [
            "",
            "tomorrow",
            "2093-06-01",
            "2099-01-01T00:00:00",
            "2093-06-01T00:00:00z",
            "2093-06-01t00:00:00Z",
            "2093-06-01 00:00:00Z",
            " 2093-06-01T00:00:00Z",
            "2093-06-01T00:00:00Z ",
            "2093-02-30T00:00:00Z",
            "2093-13-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2093-06-01T24:00:00Z",
            "2093-06-01T00:60:00Z",
            "2093-06-01T00:00:60Z",
            "2093-06-01T00:00:00,5Z",
            "2093-06-01T00:00:00.Z",
            "2093-06-01T00:00.5Z",
            "2093-06-01T00:00:00.12345678901234567Z",
            "2093-06-01T00:00:00+01",
            "2093-06-01T00:00:00+0100",
            "2093-06-01T00:00:00+14:01",
            "2093-06-01T00:00:00+01:60",
            "2093-06-01T00:00:00+01:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2093-06-01T00:00:0éZ",
            "+093-06-01T00:00:00Z",
        ] {
            assert_eq!(strict_moment(text), None, "{text}");
        }
    }

    #[test]
    fn enumerations_are_read_by_name_or_number() {
        let read = |body: &str| json::read::<Choice<HttpVerb>>(body.as_bytes()).ok();
        for body in ["\"GET\"", "\"get\"", "\" gET \"", "1", "\"1\"", "\" 1 \""] {
            assert_eq!(read(body), Some(Choice::Known(HttpVerb::Get)), "{body}");
        }
        for body in ["0", "10", "-1", "\"10\""] {
            assert!(matches!(read(body), Some(Choice::Unknown(_))), "{body}");
        }
        for body in [
            "\"\"",
            "\" \"",
            "\"FROB\"",
            "1.0",
            "1e0",
            "\"1.0\"",
            "true",
            "null",
            "[]",
            "3000000000",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
