//! Why there is no answer.

/// Why there is no answer. Whoever asks for access must take this as a no. Names no caller and no party.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// Everybody represents at least themselves, so whoever delivers the parties has not told everything.
    #[error("nothing is known about whom the caller represents")]
    NoParties,
    /// A system outside did not answer, or not in a way that can be used, and nothing older can stand in.
    #[error("{system}: {reason}")]
    NoAnswer {
        /// Which.
        system: &'static str,
        /// What happened, for the log.
        reason: String,
    },
    /// The platform decides for numbers only, and the caller's token has none.
    #[error(
        "Access cannot be decided for somebody known by an e-mail address alone. Use a token issued by Altinn, which \
         has the claim urn:altinn:userid."
    )]
    UnknownUser,
    /// Our own database, where parts of what the platform tells are kept.
    #[error("database: {reason}")]
    Database {
        /// Whether it may work again in a moment.
        is_overloaded: bool,
        /// What happened, for the log.
        reason: String,
    },
}

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        Self::Database {
            is_overloaded: matches!(error, sqlx::Error::PoolTimedOut),
            reason: error.to_string(),
        }
    }
}
