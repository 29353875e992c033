//! Members that mean one thing when left out and another when null.

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// Left out.
    #[default]
    Absent,
    /// Given as `null`.
    Null,
    /// Given.
    Value(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}
