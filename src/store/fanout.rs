//! Telling other processes what happened here, at once and without asking them to look.
//!
//! News are told by NOTIFY and heard by LISTEN. A commit that notifies takes a lock that all such commits share, so
//! statements of requests never do: they leave their news here, and one task per process sends what has gathered, a
//! few times a second at most. News name things and say nothing about them. They may be lost, when a connection
//! breaks or there are too many; whoever listens then hears [`News::Missed`] and must suppose that anything happened.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Store, pool::Pool, sessions::require_primary};

const CHANNEL: &str = "dialogporten_news";
/// Between two messages of one process.
const GATHER: Duration = Duration::from_millis(50);
/// Bytes of one message; PostgreSQL takes less than 8,000.
const LONGEST: usize = 7_900;
/// News that may wait to be sent, and that a listener may be behind.
const MOST: usize = 4_096;
/// How often a connection that nothing is heard from is asked whether it lives, and how long it may take.
const QUIET: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(10);
const RECONNECT: Duration = Duration::from_secs(1);

/// Something that happened, here or in another process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum News {
    /// A dialog was written.
    Dialog(Uuid),
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
    waiting: Mutex<HashSet<News>>,
    told: Notify,
}

impl Default for Fanout {
    fn default() -> Self {
        Self {
            process: crate::dialog::id::random(),
            heard: broadcast::Sender::new(MOST),
            waiting: Mutex::default(),
            told: Notify::new(),
        }
    }
}

impl Fanout {
    fn waiting(&self) -> MutexGuard<'_, HashSet<News>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has this sent to others.
    fn add(&self, news: News) {
        let mut waiting = self.waiting();
        let is_full = waiting.len() >= MOST;
        waiting.insert(if is_full { News::Missed } else { news });
        drop(waiting);
        self.told.notify_one();
    }
}

impl Store {
    /// Tells everybody who listens: here at once, in other processes as soon as it can be sent.
    pub fn tell(&self, news: News) {
        let fanout = &self.fanout;
        // Nobody needs to listen.
        let _ = fanout.heard.send(news.clone());
        fanout.add(news);
    }

    /// Tells everybody who listens, at once; for work in the background, in a process that need not send by itself.
    pub async fn tell_now(&self, news: News) -> sqlx::Result<()> {
        let waiting = HashSet::from([news]);
        for message in messages(self.fanout.process, &waiting) {
            notify(self.background(), &message).await?;
        }
        for news in waiting {
            let _ = self.fanout.heard.send(news);
        }
        Ok(())
    }

    /// What happens from now on. Whoever lags behind has missed news, too.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.fanout.heard.subscribe()
    }

    /// Sends and hears news until `stop`, whatever becomes of the connections meanwhile.
    pub async fn fan_out(self, stop: CancellationToken) {
        let both = async { tokio::join!(self.send_news(), self.hear_news()) };
        stop.run_until_cancelled(Box::pin(both)).await;
    }

    async fn send_news(&self) {
        let mut is_told = false;
        loop {
            self.fanout.told.notified().await;
            let waiting = std::mem::take(&mut *self.fanout.waiting());
            for message in messages(self.fanout.process, &waiting) {
                let sent = notify(self.background(), &message).await;
                tokio::time::sleep(GATHER).await;
                if let Err(error) = &sent {
                    if !is_told {
                        tracing::warn!(%error, "other processes were not told what changed");
                    }
                    // As soon as they can be told again, they hear that they have missed something.
                    self.fanout.add(News::Missed);
                    tokio::time::sleep(RECONNECT).await;
                }
                is_told = sent.is_err();
            }
        }
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
        // From here on everything is heard; what was told before, perhaps by somebody who saw us listen, was not.
        let _ = self.fanout.heard.send(News::Missed);
        loop {
            match tokio::time::timeout(QUIET, listener.try_recv()).await {
                Ok(Ok(Some(message))) => {
                    for news in news_of_others(self.fanout.process, message.payload()) {
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

async fn notify(pool: &Pool, message: &str) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(message)
        .execute(pool)
        .await
        .map(drop)
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

/// News as messages: the sender, and then a word for each.
fn messages(process: Uuid, news: &HashSet<News>) -> Vec<String> {
    let mut messages = Vec::new();
    let mut message = process.simple().to_string();
    let start = message.len();
    for news in news {
        let word = match news {
            News::Dialog(id) => format!(" d{}", id.simple()),
            News::Topic(topic) => format!(" t{topic}"),
            News::Missed => " m".to_owned(),
        };
        if message.len() + word.len() > LONGEST {
            messages.push(message.clone());
            message.truncate(start);
        }
        message.push_str(&word);
    }
    if message.len() > start {
        messages.push(message);
    }
    messages
}

/// What a message of another process tells; a word that is not understood counts as something missed.
fn news_of_others(process: Uuid, message: &str) -> Vec<News> {
    let mut words = message.split(' ');
    if words.next().and_then(|sender| Uuid::try_parse(sender).ok()) == Some(process) {
        return Vec::new();
    }
    words
        .map(|word| match word.split_at_checked(1) {
            Some(("d", id)) => Uuid::try_parse(id).map_or(News::Missed, News::Dialog),
            Some(("t", topic)) => News::Topic(topic.into()),
            _ => News::Missed,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, store::testing};

    #[test]
    fn news_survive_the_way_and_messages_are_not_too_long() {
        let (one, other) = (crate::dialog::id::random(), crate::dialog::id::random());
        let mut news: HashSet<_> = (0..1_000)
            .map(|_| News::Dialog(crate::dialog::id::random()))
            .collect();
        news.insert(News::Topic("some-job".into()));
        news.insert(News::Missed);
        let messages = messages(one, &news);
        assert!(messages.len() > 1);
        assert!(messages.iter().all(|message| message.len() < 8_000));
        let heard = |by| -> HashSet<_> {
            let of = |message: &String| news_of_others(by, message);
            messages.iter().flat_map(of).collect()
        };
        assert_eq!(heard(other), news);
        assert_eq!(heard(one), HashSet::new());
        assert_eq!(
            news_of_others(one, &format!("{} x", other.simple())),
            [News::Missed]
        );
        assert!(super::messages(one, &HashSet::new()).is_empty());
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
        let dialog = News::Dialog(crate::dialog::id::random());
        processes[0].tell(dialog.clone());
        let topic = News::Topic("some-job".into());
        processes[1].tell(topic.clone());
        for receiver in &mut receivers {
            let mut wanted = HashSet::from([dialog.clone(), topic.clone()]);
            while !wanted.is_empty() {
                let news = tokio::time::timeout(Duration::from_mins(1), receiver.recv()).await;
                wanted.remove(&news.unwrap().unwrap());
            }
        }

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
        let dialog = News::Dialog(crate::dialog::id::random());
        processes[1].tell(dialog.clone());
        hears(&mut receivers[0], &dialog).await;
        stop.cancel();
        for task in tasks {
            task.await.unwrap();
        }
    }
}
