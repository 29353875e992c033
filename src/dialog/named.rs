//! Enumerations of the public API: a canonical name and a number for each value.
//!
//! Bodies and queries may give either, names in any letter case; answers carry the canonical name.
//! The database keeps the number, documents inside it the name.

/// A value of a closed list with a canonical name and a number, both part of the public API.
pub trait Named: Sized + Copy + 'static {
    /// Every value with its canonical name, in the order of the numbers.
    const ALL: &'static [(Self, &'static str, i16)];

    /// The canonical spelling.
    fn name(self) -> &'static str;

    /// The number that the public API and the database use.
    fn number(self) -> i16;

    /// The value with this name, in any letter case.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, n, _)| n.eq_ignore_ascii_case(name))
            .map(|(v, _, _)| *v)
    }

    /// The value with this number.
    fn from_number(number: i64) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, _, n)| i64::from(*n) == number)
            .map(|(v, _, _)| *v)
    }
}

/// Declares an enumeration with [`Named`], JSON by canonical name and an OpenAPI schema.
#[macro_export]
macro_rules! named_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal $(as $text:tt)?),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $vis enum $name { $($(#[$vmeta])* $(#[serde(rename = $text)])? $variant = $number),+ }

        impl $crate::dialog::named::Named for $name {
            const ALL: &'static [(Self, &'static str, i16)] =
                &[$((Self::$variant, $crate::named_enum!(@text $variant $($text)?), $number)),+];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $crate::named_enum!(@text $variant $($text)?)),+ }
            }

            fn number(self) -> i16 {
                self as i16
            }
        }
    };
    (@text $variant:ident) => { stringify!($variant) };
    (@text $variant:ident $text:tt) => { $text };
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use super::*;

    named_enum! {
        /// Two values.
        enum Example {
            /// Called as it is written.
            Plain = 1,
            /// Called otherwise.
            Other = 2 as "else/where",
        }
    }

    #[test]
    fn json_and_schema_use_the_canonical_names() {
        let names: Vec<_> = Example::ALL.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names, ["Plain", "else/where"]);
        for (value, name, _) in Example::ALL {
            assert_eq!(serde_json::json!(value), *name);
        }
        assert_eq!(
            serde_json::json!(Example::schema())["enum"],
            serde_json::json!(names)
        );
    }
}
