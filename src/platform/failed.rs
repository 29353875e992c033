//! Why there is no answer to use.

use reqwest::StatusCode;

/// Why there is no answer to use. Shows neither addresses nor headers nor bodies.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// No connection, no answer in time, or an answer that broke off.
    #[error("no answer: {0}")]
    Transport(String),
    /// An answer other than success; a redirect counts as one.
    #[error("the answer was {0}")]
    Status(StatusCode),
    /// A body longer than the caller reads.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// A body that is not the JSON the caller expects.
    #[error("the answer is not the expected JSON: {0}")]
    Malformed(#[from] serde_json::Error),
    /// As many calls are on their way as the system gets at a time, and others wait already.
    #[error("too many calls to this system are waiting")]
    Busy,
    /// The system has failed so often that it is left alone for a while.
    #[error("not asked: the system has failed too often and is left alone for a while")]
    Open,
    /// The server has no token of its own for the platform, and the call needs one.
    #[error("not asked: the server cannot get a token for the platform")]
    Token,
    /// The settings name no usable address for the system.
    #[error("not asked: no address is configured for the system")]
    Address,
}

impl Failed {
    /// The deadline has come first.
    pub(super) fn late() -> Self {
        Self::Transport("not in time".to_owned())
    }

    /// Whether the same call may well succeed when it is made again: 408, 5xx, and everything that happens to
    /// connections.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(_) => true,
            Self::Status(status) => {
                status.is_server_error() || *status == StatusCode::REQUEST_TIMEOUT
            }
            Self::TooLong(_)
            | Self::Malformed(_)
            | Self::Busy
            | Self::Open
            | Self::Token
            | Self::Address => false,
        }
    }

    /// One word for logs and metrics.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Transport(_) => "transport",
            Self::Status(_) => "status",
            Self::TooLong(_) => "too_long",
            Self::Malformed(_) => "malformed",
            Self::Busy => "busy",
            Self::Open => "open",
            Self::Token => "token",
            Self::Address => "address",
        }
    }
}
