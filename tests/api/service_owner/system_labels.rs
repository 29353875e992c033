//! System labels in the hands of service owners.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, FOUND, OWNED, Town};

const BULK: &str = "/api/v1/serviceowner/dialogs/endusercontext/systemlabels/actions/bulkset";

fn person(pid: &str) -> String {
    format!("?endUserId=urn:altinn:person:identifier-no:{pid}")
}

async fn sets(caller: &Caller<'_>, dialog: &str, query: &str, body: Value) -> Answer {
    let path = format!("{OWNED}/{dialog}/endusercontext/systemlabels{query}");
    caller.sends(Method::PUT, &path, &[], &body).await
}

#[tokio::test]
async fn somebody_must_do_it_and_only_admins_may_say_who() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let (owner, admin) = (town.owner(), town.admin());
    let (mine, theirs) = (person(&town.pid), person(&town.stranger));
    let bin = || json!({"addLabels": ["Bin"]});
    let by = |actor: Value| json!({"addLabels": ["Archive"], "performedBy": actor});
    let by_owner = || by(json!({"actorType": "ServiceOwner"}));

    sets(&owner, &id, "", bin())
        .await
        .refuses(400, &["endUserId"]);
    sets(&admin, &id, &mine, by_owner())
        .await
        .refuses(400, &["endUserId"]);
    sets(
        &owner,
        &id,
        "",
        by(json!({"actorType": "ServiceOwner", "actorName": "x"})),
    )
    .await
    .refuses(400, &["performedBy"]);
    sets(&owner, &id, "", by_owner())
        .await
        .refuses(403, &["Forbidden"]);
    sets(&owner, &id, "?endUserId=x", bin())
        .await
        .refuses(400, &["EndUserId"]);
    sets(&owner, &id, &theirs, bin())
        .await
        .refuses(403, &["Forbidden"]);

    sets(&owner, &id, &mine, bin()).await.is(204);
    town.waits(1);
    sets(&admin, &id, "", by_owner()).await.is(204);
    town.waits(1);
    sets(&admin, &id, &theirs, bin()).await.is(204);
    town.waits(1);
    let named = json!({"actorType": "PartyRepresentative", "actorId": town.company_urn()});
    sets(&admin, &id, "", by(named)).await.is(204);
    town.waits(1);
    sets(
        &owner,
        &id,
        &format!("?ENDUSERID={}", town.pid),
        json!({"removeLabels": ["Archive"]}),
    )
    .await
    .is(204);
    let log = town
        .person()
        .get(&format!("{FOUND}/{id}/context/labellog"))
        .await
        .is(200);
    let logged: Vec<_> = log
        .list_at("")
        .iter()
        .map(|entry| entry["performedBy"]["actorName"].as_str())
        .collect();
    let (me, them, company) = (
        Some("LAST FIRST MIDDLE"),
        Some("PERSON OTHER"),
        Some("A COMPANY"),
    );
    assert_eq!(logged, [me, None, None, them, them, company, company, me]);
}

#[tokio::test]
async fn labels_are_for_the_owner_of_the_dialog_and_for_admins() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let mine = person(&town.pid);
    let bin = || json!({"addLabels": ["Bin"]});
    sets(&town.neighbour(""), &id, &mine, bin())
        .await
        .refuses(404, &["DialogEntity"]);
    let admin = town.neighbour("digdir:dialogporten.serviceprovider.admin");
    sets(&admin, &id, &mine, bin()).await.is(204);
    // Without a short name in the token, the registry knows it.
    let nameless = town.owner().claiming(json!({"urn:altinn:org": null}));
    sets(&nameless, &id, &mine, bin()).await.is(204);
    let nameless = town.neighbour("").claiming(json!({"urn:altinn:org": null}));
    sets(&nameless, &id, &mine, bin())
        .await
        .refuses(404, &["DialogEntity"]);
    town.owner().deletes(&id).await;
    sets(&town.owner(), &id, &mine, bin())
        .await
        .refuses(404, &["DialogEntity"]);
}

#[tokio::test]
async fn a_bulk_sets_up_to_200_dialogs_or_none() {
    let town = Town::new().await;
    let (owner, mine) = (town.owner(), format!("{BULK}{}", person(&town.pid)));
    let id = owner.creates(town.a_dialog()).await;
    let company = owner
        .creates(town.a_dialog_with(json!({"party": town.company_urn()})))
        .await;
    let of = |ids: &[String]| -> Value { ids.iter().map(|id| json!({"dialogId": id})).collect() };
    let both = of(&[id.clone(), company.clone()]);
    let bin = |dialogs: &Value| json!({"dialogs": dialogs, "addLabels": ["Bin"]});

    let theirs = format!("{BULK}{}", person(&town.stranger));
    let refused = owner
        .post(&theirs, &bin(&both))
        .await
        .refuses(404, &["DialogEntity"]);
    assert!(refused.messages("DialogEntity")[0].contains(&format!("({id}, {company})")));
    town.neighbour("")
        .post(&mine, &bin(&both))
        .await
        .refuses(404, &["DialogEntity"]);
    owner
        .post(BULK, &bin(&both))
        .await
        .refuses(400, &["endUserId"]);
    let by = json!({"dialogs": both, "performedBy": {"actorType": "ServiceOwner"}, "addLabels": ["Bin"]});
    owner.post(BULK, &by).await.refuses(403, &["Forbidden"]);
    owner
        .post(&mine, &bin(&of(&town.ids(201))))
        .await
        .refuses(400, &["dto.dialogs"]);
    owner
        .post(&mine, &bin(&of(&town.ids(200))))
        .await
        .refuses(404, &["DialogEntity"]);
    owner.owns(&id).await.has("/systemLabel", "Default");

    owner.post(&mine, &bin(&both)).await.is_empty(204);
    owner.owns(&company).await.has("/systemLabel", "Bin");
    town.admin()
        .post(&theirs, &json!({"dialogs": both, "removeLabels": ["Bin"]}))
        .await
        .is_empty(204);
    owner.owns(&id).await.has("/systemLabel", "Default");
}

#[tokio::test]
async fn what_is_added_last_wins_and_only_the_difference_is_logged() {
    let town = Town::new().await;
    let (owner, mine) = (town.owner(), person(&town.pid));
    let id = owner.creates(town.a_dialog()).await;
    for (body, label, logged) in [
        (
            json!({"addLabels": ["Default", "Bin", "Archive"]}),
            "Archive",
            1,
        ),
        (
            json!({"removeLabels": ["Archive"], "addLabels": ["Archive"]}),
            "Archive",
            0,
        ),
        (json!({"removeLabels": ["Bin"]}), "Archive", 0),
        (json!({"addLabels": [], "removeLabels": []}), "Archive", 0),
        (json!({"removeLabels": ["Archive"]}), "Default", 1),
        (json!({"systemLabels": ["Bin"]}), "Bin", 1),
        (json!({"addLabels": ["Archive"]}), "Archive", 2),
    ] {
        let path = format!("{FOUND}/{id}/context/labellog");
        let before = town.person().get(&path).await.is(200).list_at("").len();
        town.waits(1);
        sets(&owner, &id, &mine, body.clone()).await.is_empty(204);
        owner.owns(&id).await.has("/systemLabel", label);
        let after = town.person().get(&path).await.is(200).list_at("").len();
        assert_eq!(after - before, logged, "{body}");
    }
    for body in [
        json!({"addLabels": ["Sent"]}),
        json!({"removeLabels": ["Sent"]}),
        json!({"addLabels": ["None"]}),
    ] {
        sets(&owner, &id, &mine, body).await.is_problem(400);
    }
}

#[tokio::test]
async fn labels_build_on_a_revision_of_their_own() {
    let town = Town::new().await;
    let (owner, mine) = (town.owner(), person(&town.pid));
    let id = owner.creates(town.a_dialog()).await;
    let other = owner.creates(town.a_dialog()).await;
    let read = async |id: &str| {
        let dialog = owner.owns(id).await;
        (
            dialog.text_at("/endUserContext/revision"),
            dialog.text_at("/revision"),
        )
    };
    let (labels, revision) = read(&id).await;
    let path = format!("{OWNED}/{id}/endusercontext/systemlabels{mine}");
    let bin = json!({"addLabels": ["Bin"]});
    for (expected, status) in [
        (revision.as_str(), 412),
        ("x", 400),
        (&labels, 204),
        (&labels, 412),
    ] {
        let answer = owner
            .sends(Method::PUT, &path, &[("if-match", expected)], &bin)
            .await
            .is(status);
        if status == 204 {
            assert_eq!(answer.header("etag"), read(&id).await.0);
        }
    }
    assert_eq!(read(&id).await.1, revision, "the dialog itself is the same");

    let bulk = format!("{BULK}{mine}");
    let (current, _) = read(&id).await;
    let of = |first: &str| json!({"addLabels": ["Archive"], "dialogs": [{"dialogId": id, "endUserContextRevision": first}, {"dialogId": other}]});
    owner.post(&bulk, &of(&labels)).await.is_problem(412);
    for id in [&id, &other] {
        assert_ne!(owner.owns(id).await.at("/systemLabel"), "Archive");
    }
    owner.post(&bulk, &of(&current)).await.is_empty(204);
    for id in [&id, &other] {
        owner.owns(id).await.has("/systemLabel", "Archive");
    }
    for dialogs in [json!([]), json!([{"dialogId": id}, {"dialogId": id}])] {
        owner
            .post(&bulk, &json!({"addLabels": ["Bin"], "dialogs": dialogs}))
            .await
            .is_problem(400);
    }
}

#[tokio::test]
async fn an_admin_may_send_numbers_and_members_that_nobody_knows() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let by = json!({"actorType": "serviceOwner"});
    let body = json!({"addLabels": [3], "dialogId": id, "performedBy": by});
    sets(&town.admin(), &id, "", body.clone())
        .await
        .is_empty(204);
    town.owner().owns(&id).await.has("/systemLabel", "Archive");
    town.owner().deletes(&id).await;
    sets(&town.admin(), &id, "", body)
        .await
        .refuses(404, &["DialogEntity"]);
}
