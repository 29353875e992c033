//! Telling other processes what happened here, at once and without asking them to look.
//!
//! News are told by NOTIFY and heard by LISTEN. A commit that notifies takes a lock that all such commits share, so only
//! work in the background tells any. News name things and say nothing about them. They may be lost, when a connection
//! breaks or there are too many; whoever listens then hears [`News::Missed`] and must suppose that anything happened.

use std::{sync::Arc, time::Duration};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Store, sessions::require_primary};

const CHANNEL: &str = "dialogporten_news";
/// News that a listener may be behind.
const MOST: usize = 256;
/// How often a connection that nothing is heard from is asked whether it lives, and how long it may take.
const QUIET: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(10);
const RECONNECT: Duration = Duration::from_secs(1);

/// Something that happened, here or in another process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum News {
    /// Something that processes keep in memory was renewed, such as by the background job of this name.
    Topic(Arc<str>),
    /// News were lost.
    Missed,
}

/// What a process has to tell, and what it heard.
#[derive(Debug)]
pub(super) struct Fanout {
    /// Tells our own messages from those of others.
    process: Uuid,
    heard: broadcast::Sender<News>,
}

impl Default for Fanout {
    fn default() -> Self {
        Self {
            process: crate::dialog::id::random(),
            heard: broadcast::Sender::new(MOST),
        }
    }
}

impl Store {
    /// Tells everybody who listens, here and in other processes.
    pub async fn tell(&self, news: News) -> sqlx::Result<()> {
        let message = message(self.fanout.process, &news);
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(message)
            .execute(self.background())
            .await?;
        // Nobody needs to listen.
        let _ = self.fanout.heard.send(news);
        Ok(())
    }

    /// What happens from now on. Whoever lags behind has missed news, too.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.fanout.heard.subscribe()
    }

    /// Hears news until `stop`, whatever becomes of the connection meanwhile.
    pub async fn fan_out(self, stop: CancellationToken) {
        stop.run_until_cancelled(Box::pin(self.hear_news())).await;
    }

    async fn hear_news(&self) {
        let pool = listening(self.direct());
        let mut is_told = false;
        loop {
            let Err(error) = self.listen(&pool).await;
            if !is_told {
                tracing::warn!(%error, "changes by other processes are not heard of; trying again");
            }
            is_told = true;
            tokio::time::sleep(RECONNECT).await;
        }
    }

    /// Listens until the connection breaks.
    async fn listen(&self, pool: &PgPool) -> sqlx::Result<std::convert::Infallible> {
        let mut listener = in_time(PgListener::connect_with(pool)).await?;
        listener.eager_reconnect(false);
        in_time(listener.listen(CHANNEL)).await?;
        // It may be another server than before, and one that did not get the last transactions.
        self.keys.forget_all();
        // From here on everything is heard; what was told before, perhaps by somebody who saw us listen, was not.
        let _ = self.fanout.heard.send(News::Missed);
        loop {
            match tokio::time::timeout(QUIET, listener.try_recv()).await {
                Ok(Ok(Some(message))) => {
                    if let Some(news) = news_of_others(self.fanout.process, message.payload()) {
                        let _ = self.fanout.heard.send(news);
                    }
                }
                Ok(Ok(None)) => return Err(sqlx::Error::WorkerCrashed),
                Ok(Err(error)) => return Err(error),
                Err(_quiet) => {
                    in_time(sqlx::query("SELECT").execute(&mut listener)).await?;
                }
            }
        }
    }
}

fn listening(direct: &PgConnectOptions) -> PgPool {
    let options = direct.clone().application_name("dialogporten news");
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(require_primary(connection)))
        .connect_lazy_with(options)
}

async fn in_time<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
}

/// News as a message: the sender, and a word.
fn message(process: Uuid, news: &News) -> String {
    let word = match news {
        News::Topic(topic) => format!("t{topic}"),
        News::Missed => "m".to_owned(),
    };
    format!("{} {word}", process.simple())
}

/// What a message of another process tells; one that is not understood counts as something missed.
fn news_of_others(process: Uuid, message: &str) -> Option<News> {
    let (sender, word) = message.split_once(' ').unwrap_or(("", message));
    if Uuid::try_parse(sender).ok() == Some(process) {
        return None;
    }
    Some(match word.split_at_checked(1) {
        Some(("t", topic)) => News::Topic(topic.into()),
        _ => News::Missed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, store::testing};

    #[test]
    fn news_survive_the_way_and_what_is_not_understood_is_missed() {
        let (one, other) = (crate::dialog::id::random(), crate::dialog::id::random());
        for news in [News::Topic("some-job".into()), News::Missed] {
            let message = message(one, &news);
            assert_eq!(news_of_others(other, &message), Some(news));
            assert_eq!(news_of_others(one, &message), None);
        }
        for strange in ["", "x", " ", &format!("{} x", other.simple())] {
            assert_eq!(news_of_others(one, strange), Some(News::Missed));
        }
    }

    /// Waits until a process has heard something.
    async fn hears(receiver: &mut broadcast::Receiver<News>, expected: &News) {
        let heard = async { while receiver.recv().await.unwrap() != *expected {} };
        tokio::time::timeout(Duration::from_mins(1), heard)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn what_one_process_tells_all_hear_also_after_their_connections_broke() {
        let database = testing::database().await.unwrap();
        let stop = CancellationToken::new();
        let processes: Vec<_> = (0..2)
            .map(|_| Store::open(&Config::default(), &database).unwrap())
            .collect();
        let mut receivers: Vec<_> = processes.iter().map(Store::news).collect();
        let tasks: Vec<_> = processes
            .iter()
            .map(|store| tokio::spawn(store.clone().fan_out(stop.clone())))
            .collect();
        for receiver in &mut receivers {
            hears(receiver, &News::Missed).await;
        }
        let topics = ["one-job", "another-job"].map(|name| News::Topic(name.into()));
        for (process, topic) in processes.iter().zip(&topics) {
            process.tell(topic.clone()).await.unwrap();
        }
        for receiver in &mut receivers {
            for topic in &topics {
                hears(receiver, topic).await;
            }
        }
        processes[0].keys.learn_party("urn:party:lost", 7);

        sqlx::query(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name = 'dialogporten news'",
        )
        .execute(processes[0].background())
        .await
        .unwrap();
        for receiver in &mut receivers {
            hears(receiver, &News::Missed).await;
        }
        processes[1].tell(topics[0].clone()).await.unwrap();
        hears(&mut receivers[0], &topics[0]).await;
        assert_eq!(processes[0].keys.party("urn:party:lost"), None);
        stop.cancel();
        for task in tasks {
            task.await.unwrap();
        }
    }
}
