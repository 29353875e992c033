//! Making search vectors anew.

use std::time::Duration;

use dialogporten::jobs::{self, Failure, Mode, Options};
use serde_json::json;
use uuid::Uuid;

use super::runs;
use crate::support::{Town, activity, content, texts, transmission, with};

fn mode(mode: Mode) -> Options {
    Options {
        mode: Some(mode),
        batch: Some(2),
        ..Options::default()
    }
}

async fn vectors(town: &Town) -> Vec<(Uuid, String)> {
    sqlx::query_as("SELECT dialog_id, vec::text FROM dialog_search ORDER BY dialog_id")
        .fetch_all(town.database())
        .await
        .unwrap()
}

async fn execute(town: &Town, statement: &'static str) {
    sqlx::query(statement)
        .execute(town.database())
        .await
        .unwrap();
}

/// Five dialogs with words in many places, oldest first.
async fn dialogs(town: &Town) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..5 {
        let spoken = with(
            activity("Information"),
            json!({"description": texts(&[("nb", "elgen beiter")])}),
        );
        let dialog = town.a_dialog_with(json!({
            "content": {"title": content(&format!("Sak nummer {n}")), "summary": content("Gran og furu")},
            "searchTags": [{"value": "merkelapp"}],
            "transmissions": [transmission("Information")], "activities": [spoken],
        }));
        ids.push(town.owner().creates(dialog).await);
        town.waits(60);
    }
    ids
}

#[tokio::test]
async fn all_vectors_become_what_writing_the_dialogs_made_them() {
    let town = Town::build().alone().stopped().open().await;
    dialogs(&town).await;
    let before = vectors(&town).await;
    execute(&town, "UPDATE dialog_search SET vec = 'wrong'").await;
    let report = runs(&town, "search-reindex", mode(Mode::Full))
        .await
        .unwrap();
    assert_eq!(report.count("vectors renewed"), 5);
    assert_eq!(vectors(&town).await, before);
}

#[tokio::test]
async fn only_missing_ones_or_those_of_changed_dialogs_when_asked_for() {
    let town = Town::build().alone().stopped().open().await;
    let ids = dialogs(&town).await;
    let before = vectors(&town).await;
    execute(
        &town,
        "DELETE FROM dialog_search WHERE dialog_id IN (SELECT id FROM dialog ORDER BY id LIMIT 2)",
    )
    .await;
    let report = runs(&town, "search-reindex", mode(Mode::StaleOnly))
        .await
        .unwrap();
    assert_eq!(report.count("vectors made"), 2);
    assert_eq!(report.count("vectors renewed"), 0);
    assert_eq!(vectors(&town).await, before);

    town.owner()
        .replaces(&ids[0], "/content/title", content("Ny tittel"))
        .await
        .is(204);
    let since = town.now();
    let wanted = vectors(&town).await;
    execute(&town, "UPDATE dialog_search SET vec = 'wrong'").await;
    let report = runs(&town, "search-reindex", mode(Mode::Since(since)))
        .await
        .unwrap();
    assert_eq!(report.count("vectors renewed"), 1);
    let found = vectors(&town).await;
    assert_eq!(found.iter().filter(|row| wanted.contains(row)).count(), 1);
}

#[tokio::test]
async fn what_was_stopped_half_way_is_resumed() {
    let town = Town::build().alone().stopped().open().await;
    dialogs(&town).await;
    let before = vectors(&town).await;
    execute(&town, "UPDATE dialog_search SET vec = 'wrong'").await;

    let mut work = town.app.work();
    work.options = Options {
        pause: Some(Duration::from_hours(1)),
        ..mode(Mode::Full)
    };
    let (progress, stop) = (work.progress.clone(), work.stop.clone());
    let job = jobs::find("search-reindex").unwrap();
    let running = tokio::spawn(jobs::run_alone(job, work));
    while progress.now().0 < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.cancel();
    let stopped = running.await.unwrap().unwrap_err();
    assert!(matches!(stopped, Failure::Stopped), "{stopped}");

    let report = runs(&town, "search-reindex", mode(Mode::Resume))
        .await
        .unwrap();
    assert_eq!(report.count("vectors renewed"), 3);
    assert_eq!(vectors(&town).await, before);
    let nothing = runs(&town, "search-reindex", mode(Mode::Resume)).await;
    assert!(matches!(nothing, Err(Failure::Usage(_))), "{nothing:?}");
}

#[tokio::test]
async fn words_that_are_written_meanwhile_are_found() {
    let town = Town::build().alone().open().await;
    let ids = dialogs(&town).await;
    execute(&town, "DELETE FROM dialog_search").await;
    let write = async {
        for (n, id) in ids.iter().cycle().take(40).enumerate() {
            let spoken = with(
                activity("Information"),
                json!({"description": texts(&[("nb", &format!("ord{n}"))])}),
            );
            town.owner()
                .post(
                    &format!("/api/v1/serviceowner/dialogs/{id}/activities"),
                    &spoken,
                )
                .await
                .is(201);
        }
    };
    let reindex = async {
        for _ in 0..5 {
            runs(&town, "search-reindex", mode(Mode::Full))
                .await
                .unwrap();
        }
    };
    tokio::join!(write, reindex);
    let found = vectors(&town).await;
    assert_eq!(found.len(), 5);
    for n in 0..40 {
        let word = format!("'ord{n}':");
        assert!(found.iter().any(|(_, vec)| vec.contains(&word)), "{word}");
    }
}

#[tokio::test]
async fn words_that_waited_beside_a_long_vector_are_put_into_it() {
    let town = Town::build().alone().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("/api/v1/serviceowner/dialogs/{id}/activities");
    let tails = || async {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM dialog_search_tail")
            .fetch_one(town.database())
            .await
            .unwrap()
    };
    let mut said = 0;
    while tails().await == 0 {
        assert!(said < 100, "there is never a tail");
        let words: Vec<_> = (0..30).map(|n| format!("o{said}x{n}")).collect();
        let description = texts(&[("nb", &words.join(" "))]);
        let spoken = with(activity("Information"), json!({"description": description}));
        town.owner().post(&path, &spoken).await.is(201);
        said += 1;
    }
    runs(&town, "search-reindex", mode(Mode::Full))
        .await
        .unwrap();
    assert_eq!(tails().await, 0);
    let (_, vector) = vectors(&town).await.remove(0);
    for n in 0..said {
        assert!(vector.contains(&format!("'o{n}x29':")), "{n}");
    }
}
