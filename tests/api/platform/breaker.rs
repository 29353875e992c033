//! A service that mostly fails is left alone for a while.

use dialogporten::platform::System;

use super::eventually;
use crate::support::{Fault, Town};

#[tokio::test]
async fn a_service_that_is_down_is_hardly_asked_and_found_again() {
    let town = Town::build().on_the_platform().stopped().open().await;
    let mut dialogs = Vec::new();
    for _ in 0..20 {
        dialogs.push(town.owner().creates(town.a_dialog()).await);
    }
    let altinn = town.altinn();
    altinn.fails(System::DecisionPoint, Fault::Status(503));
    for dialog in &dialogs {
        town.person().opens(dialog).await.is(502);
    }
    let asked = altinn.calls(System::DecisionPoint).len();
    assert!(
        (20..=50).contains(&asked),
        "few of the calls are made again: {asked}"
    );

    altinn.recovers();
    town.person().opens(&dialogs[0]).await.is(502);
    assert_eq!(altinn.calls(System::DecisionPoint).len(), asked);
    town.waits(5);
    for dialog in &dialogs {
        eventually(200, async || town.person().opens(dialog).await).await;
    }
    let called = altinn.calls(System::DecisionPoint);
    assert!(
        called
            .iter()
            .all(|call| { call.authorization.as_deref() == Some("Bearer OWN-TOKEN") })
    );
    assert_eq!(altinn.calls(None).len(), 2, "one token, exchanged once");
}
