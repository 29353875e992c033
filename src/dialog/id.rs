//! Identifiers: UUIDs that sort by time, made by us or by clients.

use uuid::{ContextV7, Timestamp as UuidTime, Uuid};

use super::{limits, timestamp::Timestamp};

/// Makes the identifiers of one request: version 7, increasing, so that what is made first sorts first.
pub struct Ids(Source);

enum Source {
    Clock {
        seconds: u64,
        nanos: u32,
        context: ContextV7,
    },
    Last(Uuid),
}

impl Ids {
    /// Identifiers that carry `now`.
    pub fn at(now: Timestamp) -> Self {
        let moment = now.to_datetime();
        Self(Source::Clock {
            seconds: u64::try_from(moment.timestamp()).unwrap_or(0),
            nanos: moment.timestamp_subsec_nanos(),
            context: ContextV7::new(),
        })
    }

    /// Identifiers that count on from `first`, always the same ones: for made-up data that can be made again. Only for
    /// one whose last bits leave room.
    pub fn counting_from(first: Uuid) -> Self {
        Self(Source::Last(first))
    }

    /// The next identifier.
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> Uuid {
        match &mut self.0 {
            Source::Clock {
                seconds,
                nanos,
                context,
            } => Uuid::new_v7(UuidTime::from_unix(&*context, *seconds, *nanos)),
            Source::Last(last) => {
                *last = Uuid::from_u128(last.as_u128().wrapping_add(1));
                *last
            }
        }
    }
}

/// A random identifier (version 4): what nobody may guess or derive, such as revisions.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that asks for chance"
)]
pub fn random() -> Uuid {
    Uuid::new_v4()
}

/// Reads an identifier in the forms that paths and headers take: 36 characters, bare or in `{}` or `()`,
/// or 32 hex digits, in any case, blanks around.
pub fn parse_loose(text: &str) -> Option<Uuid> {
    let text = text.trim();
    let inner = match (text.as_bytes().first()?, text.as_bytes().last()?) {
        (b'{', b'}') | (b'(', b')') => {
            let inner = &text[1..text.len() - 1];
            (inner.len() == 36).then_some(inner)?
        }
        _ => text,
    };
    match inner.len() {
        32 if inner.bytes().all(|b| b.is_ascii_hexdigit()) => Uuid::try_parse(inner).ok(),
        36 => parse_strict(inner),
        _ => None,
    }
}

/// Reads an identifier in the one form that JSON bodies take: 36 characters with hyphens, in any case.
pub fn parse_strict(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// How many of the rules for identifiers from clients `id` breaks: it must be of version 7 (RFC 9562, section 5.7)
/// and its time must not lie ahead. An identifier of another version is usually ahead as well.
pub fn client_id_violations(id: Uuid, now: Timestamp) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let bytes = id.as_bytes();
    if bytes[6] >> 4 != 7 || bytes[8] >> 6 != 0b10 {
        broken.push("must be a UUID of version 7 in its standard (big-endian) form.");
    }
    let millis = bytes[..6]
        .iter()
        .fold(0_i64, |sum, b| sum << 8 | i64::from(*b));
    if millis >= now.micros() / 1_000 + limits::CLOCK_SKEW_SECONDS * 1_000 {
        broken.push(
            "must carry a time that has passed; its first 48 bits are the milliseconds since 1970.",
        );
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_forms_are_read() {
        let bare = "018bb8e5-d9d0-7434-8ec5-569a6c8e01fc";
        let id = Uuid::try_parse(bare).unwrap();
        for text in [
            bare.to_owned(),
            bare.to_uppercase(),
            format!("{{{bare}}}"),
            format!("({bare})"),
            bare.replace('-', ""),
            format!("{bare} "),
        ] {
            assert_eq!(parse_loose(&text), Some(id), "{text}");
        }
        for text in [
            "",
            "x",
            "{018bb8e5d9d074348ec5569a6c8e01fc}",
            "urn:uuid:018bb8e5-d9d0-7434-8ec5-569a6c8e01fc",
            "é",
        ] {
            assert_eq!(parse_loose(text), None, "{text}");
        }
    }

    #[test]
    fn ids_that_count_on_are_the_same_each_time() {
        let first = Uuid::try_parse("018bb8e5-d9d0-7434-8ec5-569a6c8e0000").unwrap();
        let mut ids = Ids::counting_from(first);
        let made = [ids.next(), ids.next()].map(|id| id.to_string());
        assert_eq!(
            made,
            [
                "018bb8e5-d9d0-7434-8ec5-569a6c8e0001",
                "018bb8e5-d9d0-7434-8ec5-569a6c8e0002"
            ]
        );
    }

    #[test]
    fn made_ids_increase() {
        let mut ids = Ids::at(Timestamp::new(
            chrono::DateTime::from_timestamp(1_750_000_000, 0).unwrap(),
        ));
        let made: Vec<_> = (0..10_000).map(|_| ids.next()).collect();
        assert!(made.is_sorted());
        assert!(made.windows(2).all(|w| w[0] != w[1]));
    }
}
