//! What can be wrong with a system.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, future, stream};
use serde_json::Value;

use super::answers::Answer;

/// What is wrong with a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Each answer takes so long.
    Slow(Duration),
    /// It never answers.
    Silent,
    /// It always answers with this status.
    Status(u16),
    /// It hangs up before it answers.
    HangsUp,
    /// It hangs up while it answers.
    BreaksOff,
    /// Its JSON is none.
    BrokenJson,
    /// Its JSON is of another kind.
    OtherJson,
    /// Lists have their first half only.
    Partial,
    /// It cannot decide.
    Indeterminate,
}

impl Fault {
    /// What happens before there is an answer; a failure closes the connection.
    pub(super) async fn delays(self) -> io::Result<()> {
        match self {
            Self::Slow(by) => tokio::time::sleep(by).await,
            Self::Silent => future::pending().await,
            Self::HangsUp => return Err(io::Error::other("hangs up")),
            _ => {}
        }
        Ok(())
    }

    /// What becomes of the answer.
    pub(super) fn spoils(self, answer: Answer) -> Response {
        match self {
            Self::Status(code) => StatusCode::from_u16(code).unwrap().into_response(),
            Self::BreaksOff => {
                let begin = stream::iter([Ok(Bytes::from_static(b"{"))]);
                let end = stream::iter([Err(io::Error::other("breaks off"))]);
                Body::from_stream(begin.chain(end)).into_response()
            }
            Self::BrokenJson => "{\"data\":[".into_response(),
            Self::OtherJson => "\"no\"".into_response(),
            Self::Partial => answer.halved().into_response(),
            Self::Slow(_) | Self::Silent | Self::HangsUp | Self::Indeterminate => {
                answer.into_response()
            }
        }
    }
}

/// The first halves of all lists, rounded down.
pub(super) fn halve(value: &mut Value) {
    match value {
        Value::Array(list) => list.truncate(list.len() / 2),
        Value::Object(members) => members.values_mut().for_each(halve),
        _ => {}
    }
}
