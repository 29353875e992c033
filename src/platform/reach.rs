//! Whether addresses that the server needs can be reached, for whoever watches it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use moka::future::Cache;

use super::Client;

/// An answer that takes longer than this is slow.
const SLOW: Duration = Duration::from_secs(5);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long what was found is told again: anybody may ask, and the others are not to suffer from it.
const KEPT: Duration = Duration::from_secs(5);

/// An address that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What reports call it.
    pub name: String,
    /// The address.
    pub url: String,
    /// Without it the server is of no use.
    pub is_hard: bool,
}

/// How an address was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A status of success in time.
    Healthy,
    /// A status of success, late.
    Slow,
    /// Another status, or none.
    Failed,
}

impl Outcome {
    fn of(succeeded: bool, took: Duration) -> Self {
        match succeeded {
            false => Self::Failed,
            true if took > SLOW => Self::Slow,
            true => Self::Healthy,
        }
    }
}

/// What was found at one address.
#[derive(Debug, Clone)]
pub struct Look {
    /// Where.
    pub endpoint: Endpoint,
    /// How it was.
    pub outcome: Outcome,
    /// How long that took.
    pub took: Duration,
}

/// Looks at addresses, all at once, and not more often than every few seconds.
#[derive(Debug)]
pub struct Reach {
    endpoints: Vec<Endpoint>,
    client: Client,
    lately: Cache<(), Arc<Vec<Look>>>,
}

impl Reach {
    /// Will look at these addresses.
    pub fn new(endpoints: Vec<Endpoint>, client: Client) -> Self {
        Self {
            endpoints,
            client,
            lately: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
        }
    }

    /// The client that looks.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What was found, now or a moment ago, in the order of the addresses.
    pub async fn look(&self) -> Arc<Vec<Look>> {
        let looks = async { Arc::new(join_all(self.endpoints.iter().map(|e| self.at(e))).await) };
        self.lately.get_with((), looks).await
    }

    async fn at(&self, endpoint: &Endpoint) -> Look {
        let start = Instant::now();
        let succeeded = match endpoint.url.parse() {
            Ok(url) => self.client.succeeds(url, PATIENCE).await,
            Err(_) => false,
        };
        let took = start.elapsed();
        Look {
            endpoint: endpoint.clone(),
            outcome: Outcome::of(succeeded, took),
            took,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_success_is_slow_and_a_late_failure_a_failure() {
        let (soon, late) = (Duration::from_secs(5), Duration::from_secs(6));
        for (succeeded, took, outcome) in [
            (true, soon, Outcome::Healthy),
            (true, late, Outcome::Slow),
            (false, soon, Outcome::Failed),
            (false, late, Outcome::Failed),
        ] {
            assert_eq!(Outcome::of(succeeded, took), outcome);
        }
    }
}
