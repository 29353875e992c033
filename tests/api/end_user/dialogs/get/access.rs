//! In which order a dialog is refused.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Party, Policy, Town, person_number};

crate::support::in_both_worlds! {
    what_nobody_has_is_not_found_and_what_is_no_id_is_refused,
    who_has_no_access_is_told_so_and_nothing_more,
    a_dialog_of_the_company_is_open_to_its_manager_only,
    a_deleted_dialog_is_gone_whatever_else_it_is,
    too_low_a_level_comes_before_visibility,
    a_dialog_is_not_found_before_its_time_and_after_it,
    the_moment_of_expiry_itself_is_still_readable,
    any_action_on_the_whole_opens_the_dialog,
    being_able_to_find_a_dialog_is_enough_for_a_bare_look,
    rights_count_when_they_are_asked_for,
    a_resource_without_a_level_asks_for_level_3,
}

/// A town where the private person's role lists a resource of which nothing is permitted on the whole.
async fn town() -> Town {
    Town::with(|directory| {
        let annex = [("urn:altinn:subresource", "annex")];
        let priv_ = ["urn:altinn:rolecode:priv"];
        directory.also(
            "listed",
            Policy::at_level(0).permit_on(&priv_, &["read"], &annex),
        );
        directory.also("strict", Policy::at_level(4).permit(&priv_, &["read"]));
        directory.also("writable", Policy::at_level(0).permit(&priv_, &["write"]));
        directory.also("closed", Policy::at_level(0));
    })
    .await
}

async fn what_nobody_has_is_not_found_and_what_is_no_id_is_refused() {
    let town = Town::new().await;
    for id in [
        Uuid::nil().to_string(),
        dialogporten::dialog::id::random().to_string(),
        town.id(),
    ] {
        let answer = town
            .person()
            .opens(&id)
            .await
            .refuses(404, &["DialogEntity"]);
        let text =
            format!("Entity 'DialogEntity' with the following key(s) was not found: ({id}).");
        assert_eq!(answer.messages("DialogEntity"), [text]);
    }
    town.person()
        .opens("not-a-guid")
        .await
        .refuses(400, &["dialogId"]);
    let both = town.person().opens_in("nb;", "not-a-guid").await;
    both.refuses(400, &["Accept-Language", "dialogId"]);
}

async fn who_has_no_access_is_told_so_and_nothing_more() {
    let town = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let closed = town
        .owner()
        .creates(town.a_dialog_with(json!({"serviceResource": town.also("closed")})))
        .await;
    for (caller, id) in [
        (town.stranger(), &id),
        (town.end_user(&person_number(), 4), &id),
        (town.person(), &closed),
    ] {
        let answer = caller.opens(id).await.refuses(403, &["Forbidden"]);
        assert_eq!(answer.messages("Forbidden"), ["Forbidden"]);
        answer.has("/title", "Forbidden.").has(
            "/type",
            "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.3",
        );
    }
    let hidden = town
        .owner()
        .creates(town.a_dialog_with(json!({"visibleFrom": town.after(600)})))
        .await;
    let expired = town
        .owner()
        .creates(town.a_dialog_with(json!({"expiresAt": town.after(1)})))
        .await;
    town.owner().deletes(&id).await;
    town.waits(60);
    for id in [&id, &hidden, &expired] {
        town.stranger().opens(id).await.refuses(403, &["Forbidden"]);
    }
}

async fn a_dialog_of_the_company_is_open_to_its_manager_only() {
    let town = Town::new().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"party": town.company_urn()})))
        .await;
    town.person()
        .opens(&id)
        .await
        .is(200)
        .has("/party", town.company_urn());
    town.stranger().opens(&id).await.is(403);
}

async fn a_deleted_dialog_is_gone_whatever_else_it_is() {
    let town = town().await;
    let strict = json!({"serviceResource": town.also("strict"), "visibleFrom": town.after(600)});
    for dialog in [town.a_dialog(), town.a_dialog_with(strict)] {
        let id = town.owner().creates(dialog).await;
        town.owner().deletes(&id).await;
        let answer = town
            .person()
            .opens(&id)
            .await
            .refuses(410, &["DialogEntity"]);
        assert_eq!(
            answer.messages("DialogEntity"),
            [format!(
                "Entity 'DialogEntity' with the following key(s) is removed: ({id})."
            )]
        );
        answer.has("/title", "Resource no longer available.").has(
            "/type",
            "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.9",
        );
    }
}

async fn too_low_a_level_comes_before_visibility() {
    let town = town().await;
    let strict = town.a_dialog_with(
        json!({"serviceResource": town.also("strict"), "visibleFrom": town.after(600)}),
    );
    let id = town.owner().creates(strict).await;
    let answer = town
        .end_user(&town.pid, 3)
        .opens(&id)
        .await
        .refuses(403, &["Forbidden"]);
    assert_eq!(
        answer.messages("Forbidden"),
        ["Altinn authentication level too low."]
    );
    town.end_user(&town.pid, 4)
        .opens(&id)
        .await
        .refuses(404, &["DialogEntity"]);
    town.waits(601);
    town.end_user(&town.pid, 4).opens(&id).await.is(200);
    town.end_user(&town.pid, 3).opens(&id).await.is(403);
}

async fn a_dialog_is_not_found_before_its_time_and_after_it() {
    let town = Town::new().await;
    let from = town.now() + Duration::days(30);
    let dialog = json!({"visibleFrom": from.to_string(), "expiresAt": (from + Duration::days(1)).to_string()});
    let id = town.owner().creates(town.a_dialog_with(dialog)).await;

    let early = town
        .person()
        .opens(&id)
        .await
        .refuses(404, &["DialogEntity"]);
    let expires = DateTime::parse_from_rfc2822(&early.header("expires")).unwrap();
    let apart = from.to_datetime() - expires.with_timezone(&Utc);
    assert!(apart.abs() <= Duration::seconds(1), "{apart}");
    assert!(early.header("expires").ends_with(" GMT"));

    town.clock.advance(Duration::days(30));
    town.person().opens(&id).await.is(200).lacks("/visibleFrom");
    town.clock.advance(Duration::days(1));
    let late = town
        .person()
        .opens(&id)
        .await
        .refuses(404, &["DialogEntity"]);
    assert!(!late.headers.contains_key("expires"));
}

async fn the_moment_of_expiry_itself_is_still_readable() {
    let town = Town::build().stopped().open().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"expiresAt": town.after(60)})))
        .await;
    town.waits(60);
    town.person().opens(&id).await.is(200);
    town.clock.advance(Duration::microseconds(1));
    town.person().opens(&id).await.is(404);
}

async fn any_action_on_the_whole_opens_the_dialog() {
    let town = town().await;
    let dialog = json!({"serviceResource": town.also("writable"), "guiActions": [crate::support::gui_action("write")]});
    let id = town.owner().creates(town.a_dialog_with(dialog)).await;
    town.person()
        .opens(&id)
        .await
        .is(200)
        .has("/guiActions/0/isAuthorized", true);
    // Nothing asks for `write` here.
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"serviceResource": town.also("closed")})))
        .await;
    town.person().opens(&id).await.is(403);
}

async fn being_able_to_find_a_dialog_is_enough_for_a_bare_look() {
    let town = town().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"serviceResource": town.also("listed")})))
        .await;
    town.person().opens(&id).await.is(200);
    town.stranger().opens(&id).await.is(403);
}

async fn rights_count_when_they_are_asked_for() {
    let mut town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let stranger = format!("urn:altinn:person:identifier-no:{}", town.stranger);
    town.person().opens(&id).await.is(200);
    town.stranger().opens(&id).await.is(403);
    let party = Party::with_role(&town.pid, "DAGL");
    town.changes(|directory| {
        directory.parties.clear();
        directory.represents(&stranger, party);
    });
    town.stranger().opens(&id).await.is(200);
}

async fn a_resource_without_a_level_asks_for_level_3() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::without_level().permit(&["urn:altinn:rolecode:priv"], &["read"]);
    })
    .await;
    let id = town.owner().creates(town.a_dialog()).await;
    for (level, status) in [(0, 403), (2, 403), (3, 200), (4, 200)] {
        town.end_user(&town.pid, level).opens(&id).await.is(status);
    }
}
