//! Times as clients write them into addresses: looser than what bodies take, as they come from many kinds of
//! formatters.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Largest distance from UTC, minutes.
const LARGEST_OFFSET: i32 = 14 * 60;

/// Reads a time: ISO 8601 (`T`, `t` or a blank between date and time; seconds, time and offset may be missing) or
/// `MM/dd/yyyy HH:mm:ss +00:00`. Without an offset it is UTC. Up to nine decimals count, years 1 to 9999.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let mut rest = Rest(text.trim().as_bytes());
    let date = rest.date()?;
    let time = if rest.0.is_empty() {
        NaiveTime::MIN
    } else {
        if !rest.takes(b'T') && !rest.takes(b't') && !rest.blanks() {
            return None;
        }
        rest.time()?
    };
    let offset = rest.offset()?;
    if !rest.0.is_empty() {
        return None;
    }
    let moment = NaiveDateTime::new(date, time)
        .and_local_timezone(offset)
        .single()?
        .to_utc();
    (years().contains(&moment)).then_some(moment)
}

fn years() -> std::ops::RangeInclusive<DateTime<Utc>> {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    let end = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap_or_default();
    NaiveDateTime::new(first, NaiveTime::MIN).and_utc()..=NaiveDateTime::new(last, end).and_utc()
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn takes(&mut self, expected: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == expected => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Skips blanks; whether there were any.
    fn blanks(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_ascii_start();
        self.0.len() < before
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u32::from(digit - b'0'))
        })
    }

    fn date(&mut self) -> Option<NaiveDate> {
        let (year, month, day);
        if self.0.get(2) == Some(&b'/') {
            month = self.number(2)?;
            day = self.takes(b'/').then(|| self.number(2))??;
            year = self.takes(b'/').then(|| self.number(4))??;
        } else {
            year = self.number(4)?;
            month = self.takes(b'-').then(|| self.number(2))??;
            day = self.takes(b'-').then(|| self.number(2))??;
        }
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.number(2)?;
        let minute = self.takes(b':').then(|| self.number(2))??;
        let mut second = 0;
        let mut nanos = 0;
        if self.takes(b':') {
            second = self.number(2)?;
            if self.takes(b'.') {
                nanos = self.fraction()?;
            }
        }
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
    }

    /// Decimals of a second in nanoseconds, cut.
    fn fraction(&mut self) -> Option<u32> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (fraction, rest) = self.0.split_at(digits);
        self.0 = rest;
        let nanos = (0..9).fold(0, |sum, at| {
            sum * 10 + u32::from(fraction.get(at).map_or(0, |digit| digit - b'0'))
        });
        (digits > 0).then_some(nanos)
    }

    fn offset(&mut self) -> Option<FixedOffset> {
        self.blanks();
        if self.0.is_empty() || self.takes(b'Z') || self.takes(b'z') {
            return FixedOffset::east_opt(0);
        }
        let sign = if self.takes(b'-') {
            -1
        } else if self.takes(b'+') {
            1
        } else {
            return None;
        };
        let hours = self.number(2)?;
        let minutes = if self.0.is_empty() {
            0
        } else {
            self.takes(b':');
            self.number(2)?
        };
        let minutes = i32::try_from(hours * 60 + (minutes < 60).then_some(minutes)?).ok()?;
        (minutes <= LARGEST_OFFSET)
            .then(|| FixedOffset::east_opt(sign * minutes * 60))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_spellings_are_the_same_moment() {
        let moment: DateTime<Utc> = "2024-06-01T10:00:00Z".parse().unwrap();
        for text in [
            "2024-06-01T10:00:00Z",
            "2024-06-01t10:00:00z",
            "2024-06-01 10:00:00Z",
            " 2024-06-01T10:00:00 ",
            "2024-06-01T10:00Z",
            "2024-06-01T10:00",
            "2024-06-01T10:00:00.0000000+00:00",
            "2024-06-01T10:00:00.0Z",
            "2024-06-01T12:00:00+02:00",
            "2024-06-01T12:00:00+0200",
            "2024-06-01T05:00:00-05",
            "06/01/2024 10:00:00 +00:00",
            "06/01/2024 12:00:00 +02:00",
            "06/01/2024 10:00",
        ] {
            assert_eq!(parse(text), Some(moment), "{text}");
        }
    }

    #[test]
    fn a_date_is_its_first_moment_and_fractions_are_kept() {
        let of = |text: &str| parse(text).map(|moment| moment.to_rfc3339());
        assert_eq!(of("2024-06-01").unwrap(), "2024-06-01T00:00:00+00:00");
        assert_eq!(
            of("2024-06-01T10:00:00.1234567Z").unwrap(),
            "2024-06-01T10:00:00.123456700+00:00"
        );
        assert!(parse("0001-01-01T00:00:00Z").is_some());
        assert!(parse("9999-12-31T23:59:59.9999999Z").is_some());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "20240601",
            "1717236000",
            "2024-13-01T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2024-06-01T24:00:00Z",
            "2024-06-01T10:00:60Z",
            "2024-06-01T10:00:00+25:00",
            "2024-06-01T10:00:00+02:60",
            "2024-06-01T10:00:00.Z",
            "2024-06-01T10",
            "2024-06-01X10:00:00Z",
            "2024-06-01T10:00:00Zx",
            "2024-06-01T10:00:00Z,2024-06-01T10:00:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "2024-06-01Té",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
