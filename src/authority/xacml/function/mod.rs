//! The functions a policy may compare values with: one name, one value of the policy, compiled once.
//!
//! A function that is not known here is kept, not refused: it does no harm until a value is compared with it.

mod moment;
mod pattern;
mod text;

use regex::Regex;

pub(super) use moment::Form;
use moment::Moment;
pub(super) use pattern::compile as compile_pattern;
pub(super) use text::integer;

use super::names::DataType;

const V1: &str = "urn:oasis:names:tc:xacml:1.0:function:";
const IGNORING_CASE: &str = "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case";

/// A function by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Function {
    StringEqual,
    StringEqualIgnoringCase,
    StringIsIn,
    StringRegexpMatch,
    AnyUriEqual,
    IntegerEqual,
    IntegerOneAndOnly,
    MomentEqual(Form),
    /// The size of a bag of dates or times, which is no comparison and never holds as one.
    BagSize,
    Unknown,
}

impl Function {
    pub(super) fn from_uri(uri: &str) -> Self {
        if uri == IGNORING_CASE {
            return Self::StringEqualIgnoringCase;
        }
        match uri.strip_prefix(V1) {
            Some("string-equal") => Self::StringEqual,
            Some("string-is-in") => Self::StringIsIn,
            Some("string-regexp-match") => Self::StringRegexpMatch,
            Some("anyURI-equal") => Self::AnyUriEqual,
            Some("integer-equal") => Self::IntegerEqual,
            Some("integer-one-and-only") => Self::IntegerOneAndOnly,
            Some("date-equal") => Self::MomentEqual(Form::Date),
            Some("time-equal") => Self::MomentEqual(Form::Time),
            Some("dateTime-equal") => Self::MomentEqual(Form::DateTime),
            Some("time-bag-size" | "date-bag-size" | "dateTime-bag-size") => Self::BagSize,
            _ => Self::Unknown,
        }
    }

    /// The type of the single values that the standard lets this function compare; none where it compares no two
    /// single values.
    pub(super) fn compares(self) -> Option<DataType<'static>> {
        match self {
            Self::StringEqual | Self::StringEqualIgnoringCase | Self::StringRegexpMatch => {
                Some(DataType::String)
            }
            Self::AnyUriEqual => Some(DataType::AnyUri),
            Self::IntegerEqual => Some(DataType::Integer),
            Self::MomentEqual(Form::Date) => Some(DataType::Date),
            Self::MomentEqual(Form::Time) => Some(DataType::Time),
            Self::MomentEqual(Form::DateTime) => Some(DataType::DateTime),
            Self::StringIsIn | Self::IntegerOneAndOnly | Self::BagSize | Self::Unknown => None,
        }
    }

    /// Whether a match with this function names the very value that a request must have.
    pub(super) fn names_a_value(self) -> bool {
        matches!(
            self,
            Self::StringEqual | Self::StringEqualIgnoringCase | Self::StringIsIn
        )
    }
}

/// What a function on a bag makes of an attribute's values, by the function's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BagFunction {
    /// The single value of a bag of this type.
    OneAndOnly(DataType<'static>),
    /// The number of values in a bag of this type.
    Size(DataType<'static>),
    /// Anything else.
    Other,
}

impl BagFunction {
    pub(super) fn from_uri(uri: &str) -> Self {
        let Some(name) = uri.strip_prefix(V1) else {
            return Self::Other;
        };
        if let Some(of) = name.strip_suffix("-one-and-only") {
            Self::OneAndOnly(DataType::from_schema_name(of))
        } else if let Some(of) = name.strip_suffix("-bag-size") {
            Self::Size(DataType::from_schema_name(of))
        } else {
            Self::Other
        }
    }
}

/// What came of comparing a value of the policy with one or more values of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    /// Equal.
    Holds,
    /// Not equal.
    Fails,
    /// Not equal, and one side should be a whole number but is none.
    Unreadable,
    /// Not comparable here: unknown function, pattern that is not supported, no date, no URI.
    Unsupported,
}

impl Compared {
    /// The result for several values: any value that holds is enough, unless some comparison is not supported.
    /// The order of the values makes no difference.
    pub(super) fn or(self, other: Self) -> Self {
        use Compared::{Fails, Holds, Unreadable, Unsupported};
        match (self, other) {
            (Unsupported, _) | (_, Unsupported) => Unsupported,
            (Holds, _) | (_, Holds) => Holds,
            (Unreadable, _) | (_, Unreadable) => Unreadable,
            (Fails, Fails) => Fails,
        }
    }
}

/// A function together with the policy's value, ready to be asked about values of requests.
#[derive(Debug)]
pub(super) enum Test {
    Equal(Box<str>),
    EqualIgnoringCase(Box<str>),
    /// The same for a text in ASCII, where bytes can be compared: nothing outside ASCII equals it.
    EqualIgnoringAsciiCase(Box<str>),
    Integer(Option<i32>),
    Uri {
        text: Box<str>,
        is_absolute: bool,
    },
    Moment(Form, Option<Moment>),
    Pattern(Regex),
    Never,
    Unsupported,
}

impl Test {
    /// Compiles the comparison.
    pub(super) fn new(function: Function, value: &str) -> Self {
        match function {
            Function::StringEqual | Function::StringIsIn => Self::Equal(value.into()),
            Function::StringEqualIgnoringCase if value.is_ascii() => {
                Self::EqualIgnoringAsciiCase(value.into())
            }
            Function::StringEqualIgnoringCase => Self::EqualIgnoringCase(value.into()),
            Function::IntegerEqual | Function::IntegerOneAndOnly => Self::Integer(integer(value)),
            Function::AnyUriEqual => Self::Uri {
                text: value.into(),
                is_absolute: text::is_absolute_uri(value),
            },
            Function::MomentEqual(form) => Self::Moment(form, Moment::read(form, value)),
            Function::StringRegexpMatch => {
                compile_pattern(value).map_or(Self::Unsupported, Self::Pattern)
            }
            Function::BagSize => Self::Never,
            Function::Unknown => Self::Unsupported,
        }
    }

    /// Whether asking can end in nothing but a plain yes or no for every value.
    pub(super) fn is_steady(&self) -> bool {
        match self {
            Self::Equal(_)
            | Self::EqualIgnoringCase(_)
            | Self::EqualIgnoringAsciiCase(_)
            | Self::Pattern(_)
            | Self::Never => true,
            Self::Integer(_) | Self::Uri { .. } | Self::Moment(..) | Self::Unsupported => false,
        }
    }

    /// Compares with one value of a request.
    pub(super) fn compare(&self, with: &str) -> Compared {
        match self {
            Self::Equal(text) => holds(**text == *with),
            Self::EqualIgnoringCase(text) => holds(text::equal_ignoring_case(text, with)),
            Self::EqualIgnoringAsciiCase(text) => holds(text.eq_ignore_ascii_case(with)),
            Self::Pattern(regex) => holds(regex.is_match(with)),
            Self::Never => Compared::Fails,
            Self::Unsupported => Compared::Unsupported,
            Self::Integer(number) => match (number, integer(with)) {
                (Some(number), Some(with)) => holds(*number == with),
                _ => Compared::Unreadable,
            },
            Self::Uri { text, is_absolute } => {
                if *is_absolute && text::is_absolute_uri(with) {
                    holds(**text == *with)
                } else {
                    Compared::Unsupported
                }
            }
            Self::Moment(form, moment) => match (moment, Moment::read(*form, with)) {
                (Some(moment), Some(with)) => holds(*moment == with),
                _ => Compared::Unsupported,
            },
        }
    }
}

fn holds(equal: bool) -> Compared {
    if equal {
        Compared::Holds
    } else {
        Compared::Fails
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compare(function: &str, value: &str, with: &str) -> Compared {
        Test::new(Function::from_uri(function), value).compare(with)
    }

    #[test]
    fn each_function_compares_in_its_own_way() {
        use Compared::{Fails, Holds, Unreadable, Unsupported};
        for (function, value, with, expected) in [
            ("1.0:function:string-equal", "Moss", "Moss", Holds),
            ("1.0:function:string-equal", "Moss", "moss", Fails),
            (
                "3.0:function:string-equal-ignore-case",
                "Moss",
                "mOSS",
                Holds,
            ),
            (
                "3.0:function:string-equal-ignore-case",
                "Bodø",
                "BODØ",
                Holds,
            ),
            (
                "3.0:function:string-equal-ignore-case",
                "k",
                "\u{212a}",
                Fails,
            ),
            (
                "3.0:function:string-equal-ignore-case",
                "\u{212a}",
                "k",
                Fails,
            ),
            ("1.0:function:string-is-in", "Moss", "Mosse", Fails),
            ("1.0:function:string-regexp-match", "^M", "Moss", Holds),
            (
                "1.0:function:string-regexp-match",
                "(?=M)",
                "Moss",
                Unsupported,
            ),
            ("1.0:function:integer-equal", "7", " +07", Holds),
            ("1.0:function:integer-equal", "seven", "7", Unreadable),
            ("1.0:function:integer-one-and-only", "7", "8", Fails),
            ("1.0:function:anyURI-equal", "urn:a", "urn:a", Holds),
            ("1.0:function:anyURI-equal", "urn:a", "urn:A", Fails),
            ("1.0:function:anyURI-equal", "urn:a", "a", Unsupported),
            ("1.0:function:anyURI-equal", "a", "a", Unsupported),
            (
                "1.0:function:date-equal",
                "2024-02-29",
                "2024-02-29Z",
                Holds,
            ),
            ("1.0:function:time-equal", "08:30:00", "8:30", Unsupported),
            (
                "1.0:function:dateTime-equal",
                "now",
                "2024-02-29T00:00:00",
                Unsupported,
            ),
            ("1.0:function:date-bag-size", "1", "2024-02-29", Fails),
            ("3.0:function:string-equal", "Moss", "Moss", Unsupported),
            (
                "1.0:function:string-equal-ignore-case",
                "Moss",
                "Moss",
                Unsupported,
            ),
            ("1.0:function:boolean-equal", "true", "true", Unsupported),
        ] {
            let uri = format!("urn:oasis:names:tc:xacml:{function}");
            assert_eq!(
                compare(&uri, value, with),
                expected,
                "{function} {value} {with}"
            );
        }
    }

    fn any_result() -> impl Strategy<Value = Compared> {
        prop_oneof![
            Just(Compared::Holds),
            Just(Compared::Fails),
            Just(Compared::Unreadable),
            Just(Compared::Unsupported),
        ]
    }

    proptest! {
        #[test]
        fn the_order_of_values_makes_no_difference(a in any_result(), b in any_result(), c in any_result()) {
            prop_assert_eq!(a.or(b), b.or(a));
            prop_assert_eq!(a.or(b).or(c), a.or(b.or(c)));
        }
    }
}
