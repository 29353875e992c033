//! The server between Altinn's services and its clients: what becomes of requests when services fail, how often they
//! are asked, and what is told about it.
//!
//! That decisions are the same as with a platform directory is tested where decisions are.

mod breaker;
mod crowd;
mod faults;
mod secrecy;

use std::time::{Duration, Instant};

use crate::support::Answer;

/// Asks until the answer has this status; what is on its way when a service recovers may still fail.
async fn eventually(status: u16, ask: impl AsyncFn() -> Answer) -> Answer {
    let begin = Instant::now();
    loop {
        let answer = ask().await;
        if answer.status.as_u16() == status || begin.elapsed() > Duration::from_secs(30) {
            return answer.is(status);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
