//! Where a page begins: the continuation token, `{key}_{value}` for each key of the order, joined by commas.
//!
//! Readable and unsigned: a changed token moves its sender only among dialogs that the same search shows anyway.

use std::fmt::Write as _;

use uuid::Uuid;

use super::order::{Key, Order};
use crate::dialog::{id, moment, timestamp::Timestamp};

/// The value of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A time; missing only of [`Key::DueAt`].
    Time(Option<Timestamp>),
    /// An identifier.
    Id(Uuid),
}

/// The place behind one dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    values: Vec<(Key, Value)>,
    text: String,
}

/// Why a text is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing there.
    #[error("must not be blank.")]
    Blank,
    /// Not one key with one value.
    #[error("\"{0}\" is not a key and a value with one underscore between them.")]
    Part(String),
    /// No key is called that.
    #[error("\"{0}\" is no key of a continuation token.")]
    Key(String),
    /// The value is no time, or no identifier.
    #[error("the value of {0} cannot be read.")]
    Value(String),
    /// Twice in the same spelling.
    #[error("\"{0}\" is there more than once.")]
    Twice(String),
}

impl Cursor {
    /// Reads a token. Parts may come in any order, keys in any letter case, with blanks round the parts.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.trim().is_empty() {
            return Err(Malformed::Blank);
        }
        let mut spellings = Vec::new();
        let mut values = Vec::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, value) = part
                .split_once('_')
                .filter(|(_, value)| !value.contains('_'))
                .ok_or_else(|| Malformed::Part(part.to_owned()))?;
            let key = Key::from_name(name).ok_or_else(|| Malformed::Key(name.to_owned()))?;
            if spellings.contains(&name) {
                return Err(Malformed::Twice(name.to_owned()));
            }
            spellings.push(name);
            let value = read(key, value).ok_or_else(|| Malformed::Value(name.to_owned()))?;
            values.push((key, value));
        }
        Ok(Self {
            values,
            text: text.to_owned(),
        })
    }

    /// The place behind a dialog whose values `of` tells.
    pub fn behind(order: &Order, of: impl Fn(Key) -> Value) -> Self {
        let mut text = String::new();
        let mut values = Vec::with_capacity(order.keys().len());
        for (key, _) in order.keys() {
            let value = of(*key);
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&key.name().to_ascii_lowercase());
            text.push('_');
            // Writing into a string cannot fail.
            let _ = match value {
                Value::Time(None) => Ok(()),
                Value::Time(Some(time)) => write!(text, "{time}"),
                Value::Id(id) => write!(text, "{id}"),
            };
            values.push((*key, value));
        }
        Self { values, text }
    }

    /// The value of a key, if the token has it.
    pub fn value(&self, key: Key) -> Option<Value> {
        self.values
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    /// Keys that `order` needs and the token lacks.
    pub fn missing(&self, order: &Order) -> Vec<Key> {
        let mut keys: Vec<_> = order.effective().into_iter().map(|(key, _)| key).collect();
        keys.retain(|key| self.value(*key).is_none());
        keys
    }

    /// The token: as it was received, or in its usual form.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn read(key: Key, value: &str) -> Option<Value> {
    match key {
        Key::Id => id::parse_loose(value).map(Value::Id),
        Key::DueAt if value.trim().is_empty() => Some(Value::Time(None)),
        _ => moment::parse(value).map(|time| Value::Time(Some(Timestamp::new(time)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";
    const AT: &str = "2024-01-01T00:00:00.0000000Z";

    #[test]
    fn a_token_is_what_is_written_behind_a_dialog() {
        let order = Order::parse("createdAt_asc,dueAt").unwrap();
        let cursor = Cursor::behind(&order, |key| match key {
            Key::Id => Value::Id(ID.parse().unwrap()),
            Key::DueAt => Value::Time(None),
            _ => Value::Time(Some(Timestamp::new(AT.parse().unwrap()))),
        });
        assert_eq!(cursor.as_str(), format!("createdat_{AT},dueat_,id_{ID}"));
        assert_eq!(Cursor::parse(cursor.as_str()).unwrap(), cursor);
    }

    #[test]
    fn tokens_are_read_in_several_spellings() {
        let usual = Cursor::parse(&format!("contentupdatedat_{AT},id_{ID}")).unwrap();
        let dense = ID.replace('-', "");
        for text in [
            format!("id_{ID},contentupdatedat_{AT}"),
            format!(" ,contentUpdatedAt_{AT} , ,ID_{},", ID.to_uppercase()),
            format!("contentupdatedat_2024-01-01,id_{dense}"),
            format!("contentupdatedat_2024-01-01T00:00:00,id_{{{ID}}}"),
            format!("contentupdatedat_2024-01-01T02:00:00+02:00,id_{ID},dueat_"),
            format!("contentupdatedat_{AT},id_{ID},ID_{ID}"),
        ] {
            let read = Cursor::parse(&text).unwrap();
            for key in [Key::ContentUpdatedAt, Key::Id] {
                assert_eq!(read.value(key), usual.value(key), "{text}");
            }
            assert!(read.missing(&Order::default()).is_empty());
            assert_eq!(read.as_str(), text);
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            String::new(),
            " ".to_owned(),
            "abc".to_owned(),
            format!("foo_1,contentupdatedat_{AT},id_{ID}"),
            format!("contentupdatedat_{AT},id_{ID},id_{ID}"),
            format!("contentupdatedat_yesterday,id_{ID}"),
            format!("contentupdatedat_,id_{ID}"),
            format!("contentupdatedat_{AT},id_x"),
            format!("contentupdatedat_{AT},id_"),
            format!("contentupdatedat_{AT}_x,id_{ID}"),
            format!("contentupdatedat{AT},id_{ID}"),
        ] {
            assert!(Cursor::parse(&text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn keys_of_the_order_may_be_missing() {
        let cursor = Cursor::parse(&format!("createdat_{AT}")).unwrap();
        let missing = |order: &str| cursor.missing(&Order::parse(order).unwrap());
        assert_eq!(missing(","), [Key::ContentUpdatedAt, Key::Id]);
        assert_eq!(missing("createdAt,dueAt"), [Key::DueAt, Key::Id]);
        assert_eq!(
            Cursor::parse(",").unwrap().missing(&Order::default()).len(),
            2
        );
    }
}
