//! Days, times and both, in the forms of XML Schema 1.0 (part 2, sections 3.2.7 to 3.2.9).

use chrono::NaiveDate;

/// Which of the three forms a text must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Form {
    /// `2024-02-29`
    Date,
    /// `08:30:00`
    Time,
    /// `2024-02-29T08:30:00`
    DateTime,
}

/// A point in time: seconds since the start of 1970 (of the day, for times alone) in UTC, and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Moment {
    seconds: i64,
    nanoseconds: u32,
}

const DAY: i64 = 86_400;

impl Moment {
    /// Reads a text. Without a zone it is UTC. Years are 0001 to 9999, fractions have at most nine digits.
    pub(super) fn read(form: Form, text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\n', '\r']);
        let (text, east) = split_zone(text)?;
        let (seconds, nanoseconds) = match form {
            Form::Date => (date(text)? * DAY, 0),
            Form::Time => {
                let (seconds, nanoseconds) = time(text)?;
                (seconds % DAY, nanoseconds)
            }
            Form::DateTime => {
                let (day, clock) = text.split_once('T')?;
                let (seconds, nanoseconds) = time(clock)?;
                (date(day)? * DAY + seconds, nanoseconds)
            }
        };
        Some(Self {
            seconds: seconds - east,
            nanoseconds,
        })
    }
}

/// Cuts off `Z` or `±hh:mm`; the seconds say how far east the zone lies.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(local) = text.strip_suffix('Z') {
        return Some((local, 0));
    }
    let Some((local, zone)) = text
        .len()
        .checked_sub(6)
        .and_then(|at| text.split_at_checked(at))
    else {
        return Some((text, 0));
    };
    let bytes = zone.as_bytes();
    if !matches!(bytes[0], b'+' | b'-') || bytes[3] != b':' {
        return Some((text, 0));
    }
    let (hours, minutes) = (number(&zone[1..3])?, number(&zone[4..])?);
    let seconds = hours * 3_600 + minutes * 60;
    if minutes > 59 || seconds > 14 * 3_600 {
        return None;
    }
    Some((local, if bytes[0] == b'-' { -seconds } else { seconds }))
}

/// Days since the start of 1970.
fn date(text: &str) -> Option<i64> {
    let [year, month, day] = split(text, '-', [4, 2, 2])?;
    if year == 0 {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        u32::try_from(month).ok()?,
        u32::try_from(day).ok()?,
    )?;
    Some(day.signed_duration_since(NaiveDate::default()).num_days())
}

/// Seconds of the day (24:00:00 is allowed and is the end of the day) and nanoseconds.
fn time(text: &str) -> Option<(i64, u32)> {
    let (clock, nanoseconds) = match text.split_once('.') {
        None => (text, 0),
        Some((clock, fraction)) => (clock, nanoseconds(fraction)?),
    };
    let [hours, minutes, seconds] = split(clock, ':', [2, 2, 2])?;
    let of_day = hours * 3_600 + minutes * 60 + seconds;
    let is_end_of_day = of_day == DAY && nanoseconds == 0;
    if minutes > 59 || seconds > 59 || (hours > 23 && !is_end_of_day) {
        return None;
    }
    Some((of_day, nanoseconds))
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.trim_end_matches('0');
    if digits.len() > 9 {
        return None;
    }
    format!("{digits:0<9}").parse().ok()
}

fn split<const N: usize>(text: &str, by: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut fields = text.split(by);
    for (number_of, width) in numbers.iter_mut().zip(widths) {
        let field = fields.next()?;
        if field.len() != width {
            return None;
        }
        *number_of = number(field)?;
    }
    fields.next().is_none().then_some(numbers)
}

fn number(digits: &str) -> Option<i64> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_moments_may_be_written_differently() {
        for (form, a, b, equal) in [
            (Form::Date, "2024-02-29", "2024-02-29Z", true),
            (Form::Date, "2024-02-29", " 2024-02-29\n", true),
            (Form::Date, "2024-02-29", "2024-02-29+01:00", false),
            (Form::Date, "2024-02-29", "2024-03-01", false),
            (Form::Time, "08:30:00", "08:30:00.000", true),
            (Form::Time, "08:30:00Z", "09:30:00+01:00", true),
            (Form::Time, "00:00:00", "24:00:00", true),
            (Form::Time, "08:30:00", "08:30:00.1", false),
            (
                Form::DateTime,
                "2024-05-17T10:00:00",
                "2024-05-17T10:00:00Z",
                true,
            ),
            (
                Form::DateTime,
                "2024-05-17T10:00:00Z",
                "2024-05-17T12:00:00+02:00",
                true,
            ),
            (
                Form::DateTime,
                "2024-05-17T24:00:00",
                "2024-05-18T00:00:00",
                true,
            ),
            (
                Form::DateTime,
                "2024-05-17T10:00:00",
                "2024-05-17T10:00:00-00:30",
                false,
            ),
        ] {
            let read = |text| Moment::read(form, text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read(a) == read(b), equal, "{a} {b}");
        }
    }

    #[test]
    fn loose_forms_are_not_read() {
        for (form, text) in [
            (Form::Date, "2024-2-9"),
            (Form::Date, "2024-02-30"),
            (Form::Date, "0000-01-01"),
            (Form::Date, "-2024-01-01"),
            (Form::Date, "2024-02-28T13:00:00"),
            (Form::Date, "28.02.2024"),
            (Form::Date, "2024-02-28+15:00"),
            (Form::Date, "2024-02-28+1:00"),
            (Form::Date, ""),
            (Form::Time, "8:30"),
            (Form::Time, "08:30"),
            (Form::Time, "08:30:00."),
            (Form::Time, "08:30:60"),
            (Form::Time, "24:00:01"),
            (Form::Time, "08:30:00.1234567891"),
            (Form::Time, "noon"),
            (Form::Time, "٠٨:30:00"),
            (Form::DateTime, "2024-05-17"),
            (Form::DateTime, "2024-05-17 10:00:00"),
            (Form::DateTime, "2024-05-17t10:00:00"),
            (Form::DateTime, "2024-05-17T10:00:00ZZ"),
        ] {
            assert_eq!(Moment::read(form, text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,24}") {
            for form in [Form::Date, Form::Time, Form::DateTime] {
                let _ = Moment::read(form, &text);
            }
        }

        #[test]
        fn a_zone_moves_the_moment(hour in 0..24_u8, east in 0..15_u8) {
            let there = Moment::read(Form::Time, &format!("{hour:02}:00:00+{east:02}:00"));
            let here = Moment::read(Form::Time, &format!("{hour:02}:00:00"));
            let (Some(there), Some(here)) = (there, here) else { panic!("valid times") };
            prop_assert_eq!(here.seconds - there.seconds, i64::from(east) * 3_600);
        }
    }
}
