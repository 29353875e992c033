//! What is nobody's business stands in no log, however much is logged and whatever goes wrong.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::http::Method;
use dialogporten::platform::System;
use serde_json::json;
use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::prelude::*;

use crate::support::{Fault, OWNED, SECRETS, Town, activity, person_number, with};

/// What was logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Everything that is logged on this thread, as long as the second value lives.
fn log_of_this_thread() -> (Log, (DefaultGuard, Dispatch)) {
    let log = Log::default();
    // With one subscriber only, what another thread logs first is decided by that thread's, which is none.
    let second = Dispatch::new(tracing_subscriber::registry());
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        });
    let subscriber = tracing_subscriber::registry().with(layer);
    (log, (tracing::subscriber::set_default(subscriber), second))
}

#[tokio::test]
async fn numbers_of_people_tokens_and_keys_are_not_logged() {
    let (log, _guard) = log_of_this_thread();
    let actor = person_number();
    let town = Town::build()
        .on_the_platform()
        .config(|config| config.platform.longest_call_seconds = 1)
        .stopped()
        .open()
        .await;
    let altinn = town.altinn();
    let mut secrets: Vec<String> = SECRETS.map(Into::into).to_vec();
    secrets.extend([actor.clone(), town.pid.clone(), town.stranger.clone()]);
    for caller in [town.person(), town.stranger(), town.owner()] {
        secrets.push(
            caller
                .authorization()
                .trim_start_matches("Bearer ")
                .to_owned(),
        );
    }
    let faults = [
        None,
        Some(Fault::Status(500)),
        Some(Fault::Status(401)),
        Some(Fault::HangsUp),
        Some(Fault::BreaksOff),
        Some(Fault::BrokenJson),
        Some(Fault::OtherJson),
        Some(Fault::Partial),
        Some(Fault::Indeterminate),
    ];
    for fault in faults {
        let created = town.owner().posts(&town.a_dialog()).await;
        let id = created.body.as_str().unwrap_or_default().to_owned();
        if let Some(fault) = fault {
            for system in System::ALL.map(Some).into_iter().chain([None]) {
                altinn.fails(system, fault);
            }
        }
        for caller in [town.person(), town.stranger(), town.email_user("a@b.no")] {
            caller.opens(&id).await;
            caller.finds(&format!("party={}", town.party())).await;
            caller.get("/api/v1/enduser/parties").await;
            caller.get("/api/v1/enduser/serviceresources").await;
            let reference = format!("instanceRef=urn:altinn:dialog-id:{id}");
            caller
                .get(&format!("/api/v1/enduser/dialoglookup?{reference}"))
                .await;
        }
        let actor = format!("urn:altinn:person:identifier-no:{actor}");
        let performed = json!({"actorType": "PartyRepresentative", "actorId": actor});
        let happened = with(activity("FormSaved"), json!({"performedBy": performed}));
        let dialog = town.a_dialog_with(json!({"activities": [happened]}));
        town.owner().posts(&dialog).await;
        altinn.recovers();
        town.waits(7_200);
    }
    let log = log.text();
    for expected in ["called a system", "cannot get a token for the platform"] {
        assert!(log.contains(expected), "{expected}");
    }
    for secret in secrets {
        let leak = log.lines().find(|line| line.contains(&secret));
        assert_eq!(leak, None, "{secret}");
    }
}

#[tokio::test]
async fn what_fails_is_logged_by_its_template_since_a_path_may_hold_anything() {
    let (log, _guard) = log_of_this_thread();
    let town = Town::build().counting().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.proxy.as_ref().unwrap().cuts_off();
    let number = person_number();
    let labels = format!("{OWNED}/{id}/context/labels");
    let failed = town
        .owner()
        .ask(Method::DELETE, &format!("{labels}/{number}"), &[])
        .await;
    assert!(failed.status.is_server_error(), "{}", failed.status);
    // The caller, who sent it, is told it.
    assert!(failed.text_at("/instance").ends_with(&number));
    let log = log.text();
    let told = |line: &&str| {
        (line.contains("request failed") || line.contains("no database connection was free"))
            && line.contains("/dialogs/{dialogId}/context/labels/{label}")
    };
    assert!(log.lines().any(|line| told(&line)), "{log}");
    let leak = log.lines().find(|line| line.contains(&number));
    assert_eq!(leak, None);
}
