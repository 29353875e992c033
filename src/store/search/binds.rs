//! Values of a statement that is put together: each bound once, referred to as often as needed.

use std::fmt;

use sqlx::{Arguments, Encode, Postgres, Type, postgres::PgArguments};

/// The values so far.
#[derive(Default)]
pub(super) struct Binds(PgArguments);

/// Stands for a value: `$n`. With literals it is all that statements are made of.
#[derive(Clone, Copy)]
pub(super) struct Placeholder(usize);

impl Binds {
    /// Adds a value.
    pub(super) fn add<'t, T>(&mut self, value: T) -> sqlx::Result<Placeholder>
    where
        T: Encode<'t, Postgres> + Type<Postgres>,
    {
        self.0.add(value).map_err(sqlx::Error::Encode)?;
        Ok(Placeholder(self.0.len()))
    }

    /// All of them.
    pub(super) fn into_arguments(self) -> PgArguments {
        self.0
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.0)
    }
}
