//! Each service with each fault: an answer that is kept stands in for a while, then the request fails with 502. When the
//! service is back, so is the server.

use dialogporten::platform::System;
use serde_json::json;

use super::eventually;
use crate::support::{Answer, Fault, Town, activity, gui_action, person_number, with};

const FAULTS: [Fault; 7] = [
    Fault::Status(500),
    Fault::Status(401),
    Fault::HangsUp,
    Fault::BreaksOff,
    Fault::BrokenJson,
    Fault::OtherJson,
    Fault::Silent,
];
const HOUR: i64 = 3_600;

/// A service, and how a request depends on it.
struct Case {
    system: Option<System>,
    /// What the request is answered when all is well, and without the service.
    good: u16,
    without: u16,
    /// Seconds until what is kept needs to be renewed, and until it is not used any more.
    stale: i64,
    dead: i64,
}

/// A town with a dialog and somebody with a name.
struct Setting {
    town: Town,
    dialog: String,
    named: String,
}

async fn setting() -> Setting {
    let named = format!("urn:altinn:person:identifier-no:{}", person_number());
    let town = Town::build()
        .on_the_platform()
        .stopped()
        .config(|config| config.platform.longest_call_seconds = 1)
        .directory(|directory| directory.names.push((named.clone(), "A NAME".into())))
        .open()
        .await;
    let button = json!({"guiActions": [gui_action("read")]});
    let created = eventually(201, async || {
        town.owner()
            .posts(&town.a_dialog_with(button.clone()))
            .await
    });
    let dialog = created.await.body.as_str().unwrap().to_owned();
    Setting {
        town,
        dialog,
        named,
    }
}

impl Setting {
    /// A request that needs the service, and no other that could fail with it.
    async fn asks(&self, system: Option<System>) -> Answer {
        let town = &self.town;
        match system {
            None | Some(System::DecisionPoint) => town.person().opens(&self.dialog).await,
            Some(System::AccessManagement) => {
                town.person()
                    .finds(&format!("party={}", town.party()))
                    .await
            }
            Some(System::ResourceRegistry) => town.owner().posts(&town.a_dialog()).await,
            Some(System::Register) => {
                let actor = json!({"actorType": "PartyRepresentative", "actorId": self.named});
                let happened = with(activity("FormSaved"), json!({"performedBy": actor}));
                let dialog = town.a_dialog_with(json!({"activities": [happened]}));
                town.owner().posts(&dialog).await
            }
            Some(System::Metadata | System::Organizations) => {
                town.person().get("/api/v1/enduser/serviceresources").await
            }
            Some(System::Events) => unreachable!("no request waits for it"),
        }
    }
}

impl Case {
    async fn holds(&self) {
        let setting = setting().await;
        let (town, altinn) = (&setting.town, setting.town.altinn());
        let ask = async || setting.asks(self.system).await;
        // What is on its way when a service recovers may fail after that, and is not tried again at once.
        let retry = async || {
            town.waits(2);
            ask().await
        };
        for fault in FAULTS {
            // Nothing is kept yet, or not any more.
            town.waits(self.dead + 60);
            altinn.fails(self.system, fault);
            ask().await.is(self.without);
            altinn.recovers();
            town.waits(60);
            eventually(self.good, retry).await;

            altinn.fails(self.system, fault);
            ask().await.is(self.good);
            town.waits(self.stale + 60);
            ask().await.is(self.good);
            town.waits(self.dead - self.stale);
            ask().await.is(self.without);
            altinn.recovers();
            town.waits(60);
            eventually(self.good, retry).await;
        }
    }
}

#[tokio::test]
async fn without_decisions_nobody_reads() {
    let case = Case {
        system: Some(System::DecisionPoint),
        good: 200,
        without: 502,
        stale: HOUR / 4,
        dead: HOUR / 2,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_tokens_there_are_no_decisions() {
    let case = Case {
        system: None,
        good: 200,
        without: 502,
        stale: HOUR / 4,
        dead: HOUR / 2,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_parties_nobody_searches() {
    let case = Case {
        system: Some(System::AccessManagement),
        good: 200,
        without: 502,
        stale: HOUR / 4,
        dead: HOUR / 2,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_resources_nobody_writes() {
    let case = Case {
        system: Some(System::ResourceRegistry),
        good: 201,
        without: 502,
        stale: HOUR / 3,
        dead: 26 * HOUR,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_names_nobody_is_written_down() {
    let case = Case {
        system: Some(System::Register),
        good: 201,
        without: 502,
        stale: 24 * HOUR,
        dead: 26 * HOUR,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_names_of_roles_resources_are_not_described() {
    let case = Case {
        system: Some(System::Metadata),
        good: 200,
        without: 502,
        stale: HOUR,
        dead: 2 * HOUR,
    };
    case.holds().await;
}

#[tokio::test]
async fn without_names_of_service_owners_nothing_is_missing_but_these() {
    let case = Case {
        system: Some(System::Organizations),
        good: 200,
        without: 200,
        stale: 24 * HOUR,
        dead: 26 * HOUR,
    };
    case.holds().await;
}

#[tokio::test]
async fn a_server_that_starts_without_the_registry_is_whole_when_that_is_back() {
    for fault in FAULTS {
        let town = Town::build()
            .on_the_platform()
            .failing(System::ResourceRegistry, fault)
            .stopped()
            .config(|config| config.platform.longest_call_seconds = 1)
            .open()
            .await;
        let search = async || {
            town.person()
                .finds(&format!("party={}", town.party()))
                .await
        };
        town.owner().posts(&town.a_dialog()).await.is(502);
        search().await.is(502);
        town.altinn().recovers();
        town.waits(70);
        eventually(200, search).await;
        let create = async || town.owner().posts(&town.a_dialog()).await;
        eventually(201, create).await;
    }
}

#[tokio::test]
async fn what_is_not_decided_is_not_permitted() {
    for fault in [Fault::Indeterminate, Fault::Partial] {
        let setting = setting().await;
        setting.town.altinn().fails(System::DecisionPoint, fault);
        let dialog = setting.asks(Some(System::DecisionPoint)).await.is(200);
        // Enough for a bare look: the person's role stands in the policy.
        dialog.has("/guiActions/0/isAuthorized", false);
    }
}

#[tokio::test]
async fn a_view_without_a_name_is_a_view() {
    let setting = setting().await;
    setting
        .town
        .altinn()
        .fails(System::Register, Fault::Status(500));
    setting.asks(Some(System::DecisionPoint)).await.is(200);
}
