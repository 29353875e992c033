//! Single values.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Query, list};
use crate::dialog::{
    Violations, id, moment,
    named::Named,
    reading::Choice,
    search::{Cursor, Order, filter::Span},
};

impl Query {
    /// A text, as it is; the empty text is one.
    pub fn text(&self, name: &str, v: &mut Violations) -> Option<String> {
        let given = self.values(name)?;
        let text = given.joined();
        if text.contains('\0') {
            v.add(given.name, "must not contain U+0000.");
            return None;
        }
        Some(text.into_owned())
    }

    /// A whole number of 32 bits. The empty text is 0.
    pub fn integer(&self, name: &str, v: &mut Violations) -> Option<i32> {
        self.read(name, v, "a whole number", |text| match text {
            "" => Some(0),
            text => list::number(text),
        })
    }

    /// `true` or `false` in any letter case. The empty text is not given.
    pub fn boolean(&self, name: &str, v: &mut Violations) -> Option<bool> {
        self.read_unless_empty(name, v, "true or false", |text| {
            let is = |word: &str| text.trim().eq_ignore_ascii_case(word);
            match (is("true"), is("false")) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            }
        })
    }

    /// A time, in one of [many forms](moment::parse). The empty text is not given.
    pub fn date(&self, name: &str, v: &mut Violations) -> Option<DateTime<Utc>> {
        self.read_unless_empty(
            name,
            v,
            "a time such as 2026-03-01T08:15:30Z",
            moment::parse,
        )
    }

    /// A span of time from two names.
    pub fn span(&self, after: &str, before: &str, v: &mut Violations) -> Span<DateTime<Utc>> {
        Span {
            after: self.date(after, v),
            before: self.date(before, v),
        }
    }

    /// An identifier, in one of the [usual forms](id::parse_loose). The empty text is not given.
    pub fn id(&self, name: &str, v: &mut Violations) -> Option<Uuid> {
        self.read_unless_empty(name, v, "a UUID", id::parse_loose)
    }

    /// A value of an enumeration, by name or number. Several names are put together bit by bit, so that the same
    /// name twice is that name. The empty text is not given.
    pub fn choice<T: Named>(&self, name: &str, v: &mut Violations) -> Option<Choice<T>> {
        let what = list::names::<T>();
        self.read_unless_empty(name, v, &what, |text| {
            if text.contains(',') {
                let bits = text.split(',').try_fold(0, |bits, name| {
                    T::from_name(name.trim()).map(|value| bits | i32::from(value.number()))
                })?;
                Some(Choice::from_number(bits))
            } else {
                list::choice(text)
            }
        })
    }

    /// An [`Order`].
    pub fn order(&self, name: &str, v: &mut Violations) -> Option<Order> {
        let given = self.values(name)?;
        Order::parse(&given.joined())
            .map_err(|error| v.add(given.name, error.to_string()))
            .ok()
    }

    /// A continuation token.
    pub fn cursor(&self, name: &str, v: &mut Violations) -> Option<Cursor> {
        let given = self.values(name)?;
        Cursor::parse(&given.joined())
            .map_err(|error| v.add(given.name, error.to_string()))
            .ok()
    }

    fn read<T>(
        &self,
        name: &str,
        v: &mut Violations,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.values(name)?;
        let value = read(&given.joined());
        if value.is_none() {
            v.add(given.name, format!("must be {what}."));
        }
        value
    }

    fn read_unless_empty<T>(
        &self,
        name: &str,
        v: &mut Violations,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if self.values(name)?.joined().is_empty() {
            return None;
        }
        self.read(name, v, what, read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named_enum;

    named_enum! {
        /// For this test.
        pub enum Deleted {
            /// Without deleted ones.
            Exclude = 1,
            /// With them.
            Include = 2,
            /// Only them.
            Only = 3,
        }
    }

    /// What `read` makes of each query string: a value, nothing, or the key of a violation.
    fn table<T: std::fmt::Debug>(
        read: impl Fn(&Query, &mut Violations) -> Option<T>,
        rows: &[(&str, &str)],
    ) {
        for (query, expected) in rows {
            let mut v = Violations::default();
            let value = read(&Query::parse(Some(query)), &mut v);
            let answer = match v.iter().next() {
                Some((key, _)) => format!("refused {key}"),
                None => format!("{value:?}"),
            };
            assert_eq!(&answer, expected, "{query:?}");
        }
    }

    #[test]
    fn whole_numbers() {
        table(
            |query, v| query.integer("limit", v),
            &[
                ("", "None"),
                ("limit=3", "Some(3)"),
                ("limit=+3+", "Some(3)"),
                ("limit=%2B2", "Some(2)"),
                ("limit=0002", "Some(2)"),
                ("limit=-1", "Some(-1)"),
                ("limit=", "Some(0)"),
                ("LIMIT=x", "refused LIMIT"),
                ("limit=1.5", "refused limit"),
                ("limit=1e2", "refused limit"),
                ("limit=0x10", "refused limit"),
                ("limit=1,000", "refused limit"),
                ("limit=2147483648", "refused limit"),
                ("limit=2&limit=3", "refused limit"),
                ("limit=+", "refused limit"),
            ],
        );
    }

    #[test]
    fn truth() {
        table(
            |query, v| query.boolean("isContentSeen", v),
            &[
                ("isContentSeen=TRUE", "Some(true)"),
                ("iscontentseen=+False", "Some(false)"),
                ("isContentSeen=", "None"),
                ("ISCONTENTSEEN=1", "refused ISCONTENTSEEN"),
                ("isContentSeen=yes", "refused isContentSeen"),
                (
                    "isContentSeen=true&isContentSeen=true",
                    "refused isContentSeen",
                ),
            ],
        );
    }

    #[test]
    fn times_ids_and_texts() {
        table(
            |query, v| query.date("createdAfter", v),
            &[
                (
                    "createdAfter=01%2F15%2F2024%2010%3A00%3A00%20%2B00%3A00",
                    "Some(2024-01-15T10:00:00Z)",
                ),
                ("createdAfter=", "None"),
                ("createdAfter=never", "refused createdAfter"),
                (
                    "createdAfter=2024-06-01T10:00:00+02:00",
                    "refused createdAfter",
                ),
                (
                    "createdAfter=2024-01-01&createdAfter=2024-01-02",
                    "refused createdAfter",
                ),
            ],
        );
        table(
            |query, v| query.id("id", v),
            &[
                (
                    "id={01890000-0000-7000-8000-00000000000A}",
                    "Some(01890000-0000-7000-8000-00000000000a)",
                ),
                ("id=", "None"),
                ("id=x", "refused id"),
            ],
        );
        table(
            |query, v| query.text("process", v),
            &[
                ("process=", "Some(\"\")"),
                ("process=a&PROCESS=b", "Some(\"a,b\")"),
                ("Process=a%00", "refused Process"),
            ],
        );
    }

    #[test]
    fn single_choices() {
        table(
            |query, v| query.choice::<Deleted>("deleted", v),
            &[
                ("deleted=only", "Some(Known(Only))"),
                ("deleted=3", "Some(Known(Only))"),
                ("deleted=9", "Some(Unknown(9))"),
                ("deleted=", "None"),
                ("deleted=Only&deleted=only", "Some(Known(Only))"),
                ("deleted=Exclude&deleted=Include", "Some(Known(Only))"),
                ("deleted=some", "refused deleted"),
                ("deleted=Only&deleted=some", "refused deleted"),
            ],
        );
    }

    #[test]
    fn orders_and_tokens_given_twice_are_joined() {
        let query = Query::parse(Some("orderBy=createdAt_asc&orderBy=dueAt_asc"));
        let order = query.order("orderBy", &mut Violations::default()).unwrap();
        assert_eq!(order.to_string(), "createdat_asc,dueat_asc,id_desc");
        table(
            |query, v| query.order("orderBy", v),
            &[
                ("orderBy=", "refused orderBy"),
                ("ORDERBY=foo", "refused ORDERBY"),
            ],
        );
        table(
            |query, v| {
                query
                    .cursor("continuationToken", v)
                    .map(|c| c.as_str().to_owned())
            },
            &[
                ("continuationToken=", "refused continuationToken"),
                (
                    "continuationToken=dueat_&continuationToken=createdat_2024-01-01",
                    "Some(\"dueat_,createdat_2024-01-01\")",
                ),
            ],
        );
    }
}
