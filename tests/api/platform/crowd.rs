//! Many requests at once.

use std::time::Duration;

use dialogporten::platform::System;
use futures_util::future::join_all;

use crate::support::{Fault, Town};

#[tokio::test]
async fn a_question_is_not_asked_again_while_it_has_no_answer() {
    let town = Town::build().on_the_platform().open().await;
    let mut dialogs = Vec::new();
    for _ in 0..20 {
        dialogs.push(town.owner().creates(town.a_dialog()).await);
    }
    let altinn = town.altinn();
    for system in System::ALL {
        altinn.fails(system, Fault::Slow(Duration::from_millis(300)));
    }
    let reader = town.person();
    let reads = dialogs.iter().cycle().take(200);
    for answer in join_all(reads.map(|dialog| reader.opens(dialog))).await {
        // A machine that is slow enough has no connection to its database for everybody in time.
        assert!(
            matches!(answer.status.as_u16(), 200 | 503),
            "{}",
            answer.text
        );
    }
    for dialog in &dialogs {
        reader.opens(dialog).await.is(200);
    }
    let query = format!("party={}", town.party());
    for answer in join_all((0..20).map(|_| reader.finds(&query))).await {
        answer.is(200);
    }
    assert_eq!(altinn.asked_twice(), Vec::<String>::new());
    for (system, calls) in [
        (System::DecisionPoint, 20),
        (System::AccessManagement, 1),
        (System::Register, 1),
    ] {
        assert_eq!(altinn.calls(system).len(), calls, "{system:?}");
    }
}
