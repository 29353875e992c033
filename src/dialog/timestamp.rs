//! Moments, as stored (microseconds) and as written (RFC 3339, UTC, seven decimals, `Z`).

use std::{fmt, ops::Range};

use chrono::{DateTime, Datelike, Duration, SecondsFormat, SubsecRound, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC, cut to microseconds: what PostgreSQL keeps is what every answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts `moment` at microseconds.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(6))
    }

    /// The moment as chrono knows it.
    pub fn to_datetime(self) -> DateTime<Utc> {
        self.0
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Whether this is in the year 1, which clients send for "not given".
    pub fn is_unset(self) -> bool {
        self.0.year() == 1
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// As written, for years of four digits. Formatting each number would take ten times as long, and lists of dialogs
    /// have hundreds of moments.
    fn written(self) -> Option<[u8; 28]> {
        let t = &self.0;
        let year = u32::try_from(t.year()).ok().filter(|year| *year <= 9999)?;
        let micros = Some(t.nanosecond() / 1_000).filter(|micros| *micros < 1_000_000)?;
        let mut text = *b"0000-00-00T00:00:00.0000000Z";
        let mut put = |at: Range<usize>, mut number: u32| {
            for digit in text[at].iter_mut().rev() {
                *digit += (number % 10) as u8;
                number /= 10;
            }
        };
        put(0..4, year);
        put(5..7, t.month());
        put(8..10, t.day());
        put(11..13, t.hour());
        put(14..16, t.minute());
        put(17..19, t.second());
        put(20..26, micros);
        Some(text)
    }

    /// As an HTTP date (RFC 9110, section 5.6.7).
    pub fn http_date(self) -> String {
        self.0.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self(self.0 + by)
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, by: Duration) -> Self {
        Self(self.0 - by)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = self.written();
        match written.as_ref().map(|text| std::str::from_utf8(text)) {
            Some(Ok(text)) => f.write_str(text),
            _ => f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true)),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = self.written();
        match written.as_ref().map(|text| std::str::from_utf8(text)) {
            Some(Ok(text)) => serializer.serialize_str(text),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a moment as RFC 3339 has it")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                DateTime::parse_from_rfc3339(text)
                    .map(|moment| Timestamp::new(moment.to_utc()))
                    .map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_with_seven_decimals_and_read_back() {
        let text = "\"2026-03-01T08:15:30.1234560Z\"";
        let read: Timestamp = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }

    #[test]
    fn every_part_stands_in_its_place() {
        for text in [
            "0001-01-01T00:00:00.0000000Z",
            "1969-12-31T23:59:59.9999990Z",
            "2024-02-29T09:08:07.0605040Z",
            "9999-12-31T23:59:59.0000010Z",
        ] {
            let read: Timestamp = serde_json::from_str(&format!("\"{text}\"")).unwrap();
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn is_cut_not_rounded() {
        let read: Timestamp = serde_json::from_str("\"2026-03-01T08:15:30.1234569Z\"").unwrap();
        assert_eq!(read.to_string(), "2026-03-01T08:15:30.1234560Z");
    }
}
