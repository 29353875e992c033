//! Dialogs by their references.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, Party, Policy, Town, content, with};

/// A dialog with these labels of its owner.
fn labelled(town: &Town, labels: &[String]) -> Value {
    let labels: Vec<_> = labels.iter().map(|label| json!({"value": label})).collect();
    town.a_dialog_with(json!({"serviceOwnerContext": {"serviceOwnerLabels": labels}}))
}

async fn look(caller: Caller<'_>, reference: &str) -> Answer {
    let query = reference.replace('+', "%2B").replace(' ', "+");
    let path = format!("/api/v1/enduser/dialoglookup?instanceRef={query}");
    caller.get(&path).await
}

#[tokio::test]
async fn a_dialog_is_found_by_each_of_its_references() {
    let town = Town::new().await;
    let (app, letter) = (
        dialogporten::dialog::id::random(),
        dialogporten::dialog::id::random(),
    );
    let labels = [
        format!("urn:altinn:integration:storage:1337/{app}"),
        format!("urn:altinn:correspondence-id:{letter}"),
    ];
    let id = town.owner().creates(labelled(&town, &labels)).await;
    let by_app = format!("urn:altinn:instance-id:1337/{app}");
    for (asked, shown) in [
        (by_app.clone(), by_app.clone()),
        (format!(" {} ", by_app.to_uppercase()), by_app.clone()),
        (labels[1].clone(), labels[1].clone()),
        (format!("urn:altinn:dialog-id:{id}"), by_app.clone()),
    ] {
        let answer = look(town.person(), &asked).await.is(200);
        answer
            .has("/dialogId", id.as_str())
            .has("/instanceRef", shown)
            .has("/party", town.party())
            .has("/serviceResource/id", town.resource.as_str())
            .has("/serviceOwner/code", town.org.as_str())
            .has("/title/0/value", "Tittel")
            .has("/authorizationEvidence/viaRole", true)
            .has("/authorizationEvidence/viaInstanceDelegation", false)
            .has("/authorizationEvidence/currentAuthenticationLevel", 3);
    }
    let other = format!("urn:altinn:instance-id:1338/{app}");
    look(town.person(), &other)
        .await
        .refuses(404, &["InstanceRef"]);
}

#[tokio::test]
async fn a_reference_is_found_however_its_numbers_are_written_and_shown_as_it_was_written() {
    let town = Town::new().await;
    let app = dialogporten::dialog::id::random();
    let labels = [format!("urn:altinn:integration:storage:1337/{app}")];
    let id = town.owner().creates(labelled(&town, &labels)).await;
    for (party, instance) in [
        ("01337", app.to_string()),
        ("+1337", app.to_string()),
        (" 1337", app.to_string()),
        ("1337", app.simple().to_string()),
        ("1337", format!("{{{app}}}")),
    ] {
        let asked = format!("urn:altinn:instance-id:{party}/{instance}");
        let upper = look(town.person(), &asked.to_uppercase()).await.is(200);
        upper
            .has("/dialogId", id.as_str())
            .has("/instanceRef", asked);
    }
}

#[tokio::test]
async fn a_delegated_instance_is_found_however_its_numbers_are_written() {
    let mut town = Town::with(|directory| {
        directory.also("single", Policy::at_level(2));
    })
    .await;
    let app = dialogporten::dialog::id::random();
    let labels = [format!("urn:altinn:integration:storage:1337/{app}")];
    let resource = json!({"serviceResource": town.also("single")});
    let id = town
        .owner()
        .creates(with(labelled(&town, &labels), resource))
        .await;
    let handed = (
        format!("{}-single", town.resource),
        format!("urn:altinn:instance-id:01337/{}", app.simple()),
    );
    town.changes(|directory| directory.parties[0].1[0].instances = vec![handed]);
    let found = town
        .person()
        .finds(&format!("serviceResource={}", town.also("single")))
        .await;
    assert_eq!(found.is(200).ids(), std::slice::from_ref(&id));
    town.person().labels(&id, &["Bin"], &[]).await.is(204);
}

#[tokio::test]
async fn who_has_no_known_level_has_none() {
    let town = Town::new().await;
    let texts = json!({"content": {"title": content("Hemmelig"), "nonSensitiveTitle": content("For alle")}});
    let id = town.owner().creates(town.a_dialog_with(texts)).await;
    for claims in [
        json!({"urn:altinn:authlevel": null, "acr": "Level4"}),
        json!({"urn:altinn:authlevel": null, "acr": null}),
        json!({"urn:altinn:authlevel": "four"}),
    ] {
        let person = town.person().claiming(claims);
        let refused = person.opens(&id).await.refuses(403, &["Forbidden"]);
        assert_eq!(
            refused.messages("Forbidden"),
            ["Altinn authentication level too low."]
        );
        look(person, &format!("urn:altinn:dialog-id:{id}"))
            .await
            .is(200)
            .has("/authorizationEvidence/currentAuthenticationLevel", 0)
            .has("/title/0/value", "For alle");
    }
}

#[tokio::test]
async fn what_is_no_single_reference_is_refused() {
    let town = Town::new().await;
    let id = dialogporten::dialog::id::random();
    for query in [
        String::new(),
        "?instanceRef=".into(),
        "?instanceRef=garbage".into(),
        format!("?instanceRef=urn:altinn:integration:storage:1/{id}"),
        format!("?instanceRef=urn:altinn:instance-id:0/{id}"),
        format!("?instanceRef=urn:altinn:instance-id:2147483648/{id}"),
        format!("?instanceRef=urn:altinn:dialog-id:{id}&instanceRef=urn:altinn:dialog-id:{id}"),
        "?instanceRef=urn:altinn:dialog-id:%00".into(),
    ] {
        let path = format!("/api/v1/enduser/dialoglookup{query}");
        let answer = town.person().get(&path).await;
        answer.refuses(400, &["InstanceRef"]);
    }
}

#[tokio::test]
async fn of_several_dialogs_with_a_label_the_newest_that_is_not_deleted_counts() {
    let town = Town::build().stopped().open().await;
    let label = format!(
        "urn:altinn:correspondence-id:{}",
        dialogporten::dialog::id::random()
    );
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(
            town.owner()
                .creates(labelled(&town, std::slice::from_ref(&label)))
                .await,
        );
        town.waits(1);
    }
    town.owner().deletes(&ids[2]).await;
    let answer = look(town.person(), &label).await.is(200);
    answer.has("/dialogId", ids[1].as_str());
    town.owner().deletes(&ids[1]).await;
    town.owner().deletes(&ids[0]).await;
    look(town.person(), &label).await.is(404);
}

#[tokio::test]
async fn every_right_is_told_and_none_is_a_refusal() {
    let mut town = Town::with(|directory| {
        directory.also("delegated", Policy::at_level(2));
        directory.also("single", Policy::at_level(2));
    })
    .await;
    let person = town.party();
    let of = |name| town.a_dialog_with(json!({"serviceResource": town.also(name)}));
    let own = town.owner().creates(town.a_dialog()).await;
    let delegated = town.owner().creates(of("delegated")).await;
    let single = town.owner().creates(of("single")).await;
    let reference = format!("urn:altinn:dialog-id:{single}");
    let (resource, pid) = (town.resource.clone(), town.pid.clone());
    let instance = (format!("{resource}-single"), reference.clone());
    town.changes(|directory| {
        directory.parties[0].1[0] = Party {
            resources: vec![format!("{resource}-delegated")],
            instances: vec![instance],
            ..Party::with_role(&pid, "PRIV")
        };
    });
    for (id, kind, subject) in [
        (&own, "Role", "urn:altinn:rolecode:priv"),
        (&delegated, "ResourceDelegation", &town.also("delegated")),
        (&single, "InstanceDelegation", &reference),
    ] {
        let answer = look(town.person(), &format!("urn:altinn:dialog-id:{id}")).await;
        let answer = answer.is(200).has(
            "/authorizationEvidence/evidence",
            json!([{"grantType": kind, "subject": subject, "name": []}]),
        );
        answer.has(&format!("/authorizationEvidence/via{kind}"), true);
        let answer = look(town.stranger(), &format!("urn:altinn:dialog-id:{id}")).await;
        answer.refuses(403, &["Forbidden"]);
    }
    // Being looked up is not being seen.
    let seen = town.owner().owns(&own).await;
    seen.has("/seenSinceLastUpdate", json!([]))
        .has("/party", person);
}

#[tokio::test]
async fn a_low_level_costs_the_title_only() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(4).permit(&["urn:altinn:rolecode:priv"], &["read"]);
    })
    .await;
    let plain = town.owner().creates(town.a_dialog()).await;
    let texts = json!({"content": {"title": content("Hemmelig"), "nonSensitiveTitle": content("For alle")}});
    let guarded = town.owner().creates(town.a_dialog_with(texts)).await;
    for (id, level, title) in [
        (&plain, 3, "Tittel"),
        (&guarded, 3, "For alle"),
        (&guarded, 4, "Hemmelig"),
    ] {
        let caller = town.end_user(&town.pid, level);
        let answer = look(caller, &format!("urn:altinn:dialog-id:{id}"))
            .await
            .is(200);
        answer
            .has("/title/0/value", title)
            .has("/serviceResource/minimumAuthenticationLevel", 4)
            .has("/authorizationEvidence/currentAuthenticationLevel", level)
            .lacks("/nonSensitiveTitle");
    }
}

#[tokio::test]
async fn roles_and_packages_are_named_in_the_wanted_language_where_they_are_described() {
    let mut town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let pid = town.pid.clone();
    town.changes(|directory| {
        let policy = Policy::usual().permit(
            &[
                "urn:altinn:rolecode:utinn",
                "urn:altinn:accesspackage:skatt",
            ],
            &["read"],
        );
        directory.resources[0].policy = policy;
        directory.parties[0].1[0] = Party {
            roles: vec!["PRIV".into(), "UTINN".into()],
            packages: vec!["skatt".into()],
            ..Party::of(&pid)
        };
    });
    let folder = town.app.config().platform_directory();
    let roles = json!([{
        "id": "1c6eeec1-fe70-4fc5-8b45-df4a2255dea6", "name": {"nb": "Privatperson", "en": "Private person"},
        "urn": "urn:altinn:role:priv", "legacyRoleCode": "PRIV", "legacyUrn": "urn:altinn:rolecode:priv",
    }]);
    let packages =
        json!([{"urn": "urn:altinn:accesspackage:skatt", "name": {"nb": "Skatt", "en": "Tax"}}]);
    std::fs::write(folder.join("roles.json"), roles.to_string()).unwrap();
    std::fs::write(folder.join("accesspackages.json"), packages.to_string()).unwrap();
    town.looks_again();

    let path = format!("/api/v1/enduser/dialoglookup?instanceRef=urn:altinn:dialog-id:{id}");
    let headers = [("accept-language", "en")];
    let answer = town
        .person()
        .ask(Method::GET, &path, &headers)
        .await
        .is(200);
    let told = |n: usize| {
        answer
            .at(&format!("/authorizationEvidence/evidence/{n}"))
            .clone()
    };
    let base = town.app.config().platform.base_uri.clone();
    let meta = format!("{base}accessmanagement/api/v1/meta/info");
    let name = |text: &str| json!([{"value": text, "languageCode": "en"}]);
    assert_eq!(
        told(0),
        json!({
            "grantType": "Role", "subject": "urn:altinn:rolecode:priv", "name": name("Private person"),
            "links": {"metadata": format!("{meta}/roles/1c6eeec1-fe70-4fc5-8b45-df4a2255dea6")},
        })
    );
    assert_eq!(
        told(1),
        json!({"grantType": "Role", "subject": "urn:altinn:rolecode:utinn", "name": []})
    );
    assert_eq!(
        told(2),
        json!({
            "grantType": "AccessPackage", "subject": "urn:altinn:accesspackage:skatt", "name": name("Tax"),
            "links": {"metadata": format!("{meta}/accesspackages/package/urn/urn%3Aaltinn%3Aaccesspackage%3Askatt")},
        })
    );
    for malformed in ["nb;", "invalid;;;"] {
        let headers = [("accept-language", malformed)];
        let answer = town.person().ask(Method::GET, &path, &headers).await;
        answer.refuses(400, &["Accept-Language"]);
    }
}
