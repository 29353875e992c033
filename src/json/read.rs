//! Typed reading: how each kind of value comes out of a document.

use uuid::Uuid;

use super::{
    cursor::{Cursor, Kind},
    field::Field,
    refusal::Refusal,
};

/// A type that reads itself from the next value of a document.
pub trait Read: Sized {
    /// Reads exactly one value.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal>;
}

impl Read for bool {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        cursor.bool()
    }
}

/// Whole numbers only, also as text: `50` and `"50"`, not `50.0` or `5e1`.
impl Read for i32 {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let text = match cursor.kind()? {
            Kind::Text => cursor.text()?,
            _ => cursor.number()?.into(),
        };
        text.parse()
            .map_err(|_| Refusal::new("Must be a whole number between -2147483648 and 2147483647."))
    }
}

impl Read for String {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        cursor.text().map(Into::into)
    }
}

/// 36 characters with hyphens, in any letter case.
impl Read for Uuid {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let text = cursor.text()?;
        (text.len() == 36)
            .then(|| Self::try_parse(&text).ok())
            .flatten()
            .ok_or(Refusal::new("Must be a UUID of 36 characters."))
    }
}

/// Null counts as left out.
impl<T: Read> Read for Option<T> {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        if cursor.kind()? == Kind::Null {
            cursor.null()?;
            return Ok(None);
        }
        T::read(cursor).map(Some)
    }
}

impl<T: Read> Read for Field<T> {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        Ok(Option::read(cursor)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let mut all = Self::new();
        cursor.list(|cursor| {
            all.push(T::read(cursor)?);
            Ok(())
        })?;
        Ok(all)
    }
}

/// Anything, for documents whose members mean nothing until later.
impl Read for serde_json::Value {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        Ok(match cursor.kind()? {
            Kind::Null => cursor.null().map(|()| Self::Null)?,
            Kind::Bool => cursor.bool().map(Self::Bool)?,
            Kind::Number => cursor
                .number()?
                .parse()
                .map(Self::Number)
                .map_err(|_| Refusal::new("Must be a number within the range of a double."))?,
            Kind::Text => cursor.text().map(|text| Self::String(text.into()))?,
            Kind::List => Vec::read(cursor).map(Self::Array)?,
            Kind::Object => {
                let mut members = serde_json::Map::new();
                cursor.object(|cursor, name| {
                    members.insert(name.to_owned(), Self::read(cursor)?);
                    Ok(true)
                })?;
                Self::Object(members)
            }
        })
    }
}

/// Whether a client's `name` means the member that the field `field` holds: letter case and the field's underscores do
/// not count.
pub fn is_member(name: &str, field: &str) -> bool {
    let field = field.bytes().filter(|b| *b != b'_');
    name.bytes()
        .map(|b| b.to_ascii_lowercase())
        .eq(field.map(|b| b.to_ascii_lowercase()))
}

/// Implements [`Read`] for a struct with `Default`: members are named as the fields, in camel case.
///
/// Types say what null means: `Option` takes it as left out, [`Field`] tells it apart, all others refuse it.
/// `field: never_null` marks an `Option` that is empty when left out but refuses null.
/// `field as "name"` gives a member another name.
///
/// ```
/// #[derive(Default)]
/// struct Link {
///     url: Option<String>,
///     kind: Option<String>,
///     is_new: bool,
/// }
/// dialogporten::json_object!(Link { url: never_null, kind as "type", is_new });
///
/// let link: Link = dialogporten::json::read(br#"{"URL": "x", "type": null, "isNew": true, "other": []}"#).unwrap();
/// assert!(link.url.is_some() && link.kind.is_none() && link.is_new);
/// let refusal = dialogporten::json::read::<Link>(br#"{"url": null}"#).err().unwrap();
/// assert_eq!(refusal.key(), "url");
/// ```
#[macro_export]
macro_rules! json_object {
    ($name:ident { $($field:ident $(as $text:literal)? $(: $mode:ident)?),+ $(,)? }) => {
        impl $crate::json::Read for $name {
            fn read(cursor: &mut $crate::json::Cursor<'_>) -> Result<Self, $crate::json::Refusal> {
                let mut read = Self::default();
                cursor.object(|cursor, name| {
                    $(if $crate::json::is_member(name, $crate::json_object!(@name $field $($text)?)) {
                        read.$field = $crate::json_object!(@value cursor $($mode)?)?;
                        return Ok(true);
                    })+
                    Ok(false)
                })?;
                Ok(read)
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $text:literal) => { $text };
    (@value $cursor:ident) => { $crate::json::Read::read($cursor) };
    (@value $cursor:ident never_null) => { $crate::json::Read::read($cursor).map(Some) };
}
