//! Which callers a route serves, by what their tokens say of them.

use serde_json::{Value, json};

use super::ask;
use crate::support::{
    OWNED, Party, Town, routes_of_end_users, routes_of_owners, routes_with_scopes,
};

/// An id that no dialog has.
const NOBODY: &str = "6f0d6a2e-4f0c-4d3c-9c57-3f4b3a1f7a11";
const END_USER: &str = "digdir:dialogporten";
const OWNER: &str = "digdir:dialogporten.serviceprovider";
const ADMIN: &str = "digdir:dialogporten.serviceprovider.admin";

fn organization(number: &str) -> Value {
    json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}")})
}

#[tokio::test]
async fn each_audience_has_its_scope_and_nothing_else_opens_its_routes() {
    let town = Town::new().await;
    for route in routes_of_end_users(NOBODY, NOBODY) {
        for caller in [
            town.owner(),
            town.admin(),
            town.person().claiming(json!({"scope": "wrong-scope"})),
        ] {
            ask(&caller, &route).await.is_empty(403);
        }
    }
    for route in routes_of_owners(NOBODY, NOBODY) {
        for caller in [
            town.person(),
            town.owner().claiming(json!({"scope": ADMIN})),
            town.owner()
                .claiming(json!({"scope": "digdir:dialogporten.serviceprovider.search"})),
        ] {
            ask(&caller, &route).await.is_empty(403);
        }
    }
}

#[tokio::test]
async fn scopes_are_whole_words_between_blanks() {
    let town = Town::new().await;
    let id = dialogporten::dialog::id::random().to_string();
    for (scope, enters) in [
        (json!("digdir:dialogporten"), true),
        (json!("digdir:dialogporten.noconsent"), true),
        (json!("openid digdir:dialogporten profile"), true),
        (json!(["openid", "digdir:dialogporten"]), true),
        (json!("digdir:dialogporten.other"), false),
        (json!("Digdir:dialogporten"), false),
        (json!("openid,digdir:dialogporten"), false),
        (json!("openid\tdigdir:dialogporten"), false),
        (json!(""), false),
        (Value::Null, false),
        (json!(7), false),
    ] {
        let answer = town
            .person()
            .claiming(json!({"scope": scope}))
            .opens(&id)
            .await;
        if enters {
            answer.is(404);
        } else {
            answer.is_empty(403);
        }
    }
}

#[tokio::test]
async fn lists_of_owners_need_the_search_scope_besides_the_usual_one() {
    let town = Town::new().await;
    let search = format!("{OWNER}.search");
    let party = town.party();
    for path in [
        OWNED.to_owned(),
        format!("{OWNED}/endusercontext?party={party}"),
    ] {
        for (scope, status) in [
            (json!(format!("{OWNER} {search}")), 200),
            (json!(search), 403),
            (json!(OWNER), 403),
            (json!(format!("{OWNER} {ADMIN}")), 403),
            (json!(format!("{OWNER},{search}")), 403),
            (json!(format!("{OWNER}\t{search}")), 403),
        ] {
            let answer = town
                .owner()
                .claiming(json!({"scope": scope}))
                .get(&path)
                .await;
            assert_eq!(answer.status.as_u16(), status, "{scope}");
            if status == 403 {
                answer.is_empty(403);
            }
        }
        let listed = json!({"scope": ["openid", format!("{OWNER} {search}")]});
        town.owner()
            .claiming(listed)
            .get(&path)
            .await
            .refuses(403, &["Type"]);
    }
}

#[tokio::test]
async fn some_routes_of_owners_need_a_scope_of_their_own() {
    let town = Town::new().await;
    for (scope, route) in routes_with_scopes(NOBODY, NOBODY) {
        let entered = ask(&town.owner_with(scope), &route).await;
        assert!(
            ![401, 403].contains(&entered.status.as_u16()),
            "{scope}: {}",
            entered.asked
        );
        for scopes in [
            OWNER.to_owned(),
            format!("{OWNER} {scope}x"),
            END_USER.into(),
        ] {
            let caller = town.owner().claiming(json!({"scope": scopes}));
            ask(&caller, &route).await.is_empty(403);
        }
    }
}

#[tokio::test]
async fn an_organization_that_owns_nothing_finds_nothing() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let nobody = town
        .service_owner("", &crate::support::organization_number(), "")
        .claiming(json!({"urn:altinn:org": null}));
    nobody.get(OWNED).await.is(200).has("/items", json!([]));
    nobody.owns(&id).await.refuses(404, &["DialogEntity"]);
    let lookup = format!("/api/v1/serviceowner/dialoglookup?instanceRef=urn:altinn:dialog-id:{id}");
    nobody.get(&lookup).await.is(403);
}

#[tokio::test]
async fn only_the_first_scope_claim_tells_what_a_caller_is() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let listed = town.owner().claiming(json!({"scope": ["openid", OWNER]}));
    listed.owns(&id).await.refuses(403, &["Type"]);
    let first = town.owner().claiming(json!({"scope": [OWNER, "openid"]}));
    first.owns(&id).await.is(200);
    // Admin rights in the second claim do not count either.
    let foreign = town
        .neighbour("")
        .claiming(json!({"scope": [OWNER, ADMIN]}));
    foreign.owns(&id).await.is(404);
}

#[tokio::test]
async fn a_service_owner_is_an_organization_with_a_valid_number() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let number = &town.number;
    let last = (number[8..].parse::<u8>().unwrap() + 1) % 10;
    for (consumer, status) in [
        (organization(number), 200),
        (
            json!({"authority": "ISO6523-ACTORID-UPIS", "ID": format!("0192:{number}")}),
            200,
        ),
        (json!(organization(number).to_string()), 200),
        (organization(&format!("{}{last}", &number[..8])), 403),
        (
            json!({"authority": "iso6523-actorid-upis", "ID": format!("0193:{number}")}),
            403,
        ),
        (
            json!({"authority": "iso6523-actorid-upis", "ID": number}),
            403,
        ),
        (
            json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}:x")}),
            403,
        ),
        (
            json!({"authority": "other", "ID": format!("0192:{number}")}),
            403,
        ),
        (
            json!({"Authority": "iso6523-actorid-upis", "Id": format!("0192:{number}")}),
            403,
        ),
        (json!("nonsense"), 403),
        (json!({}), 403),
        (Value::Null, 403),
    ] {
        let answer = town
            .owner()
            .claiming(json!({"consumer": consumer}))
            .owns(&id)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{consumer}");
        if status == 403 {
            answer.is_empty(403);
        }
    }
}

#[tokio::test]
async fn the_right_scope_with_the_wrong_kind_of_caller_is_explained() {
    let town = Town::new().await;
    let both = json!(format!("{END_USER} {OWNER}"));
    let system = town.system_user(dialogporten::dialog::id::random(), &town.company);
    for route in routes_of_end_users(NOBODY, NOBODY) {
        for caller in [
            town.person().claiming(json!({"scope": both})),
            town.owner().claiming(json!({"scope": both})),
            town.person().claiming(json!({"pid": null})),
            town.person().claiming(json!({"pid": "12345678901"})),
        ] {
            let answer = ask(&caller, &route).await.refuses(403, &["Type"]);
            assert_eq!(
                answer.header("content-type"),
                "application/json; charset=utf-8"
            );
            let text = answer.messages("Type").join(" ");
            for kind in ["Person", "SystemUser", "IdportenEmailIdentifiedUser"] {
                assert!(text.contains(kind), "{text}");
            }
        }
    }
    for route in routes_of_owners(NOBODY, NOBODY) {
        let caller = system.claiming(json!({"scope": both}));
        let answer = ask(&caller, &route).await.refuses(403, &["Type"]);
        assert!(
            answer.messages("Type")[0].contains("ServiceOwner"),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_system_user_with_both_scopes_is_still_an_end_user() {
    let system = dialogporten::dialog::id::random();
    let mut town = Town::new().await;
    let company = town.company.clone();
    town.changes(|directory| {
        directory.represents(
            &format!("urn:altinn:systemuser:uuid:{system}"),
            Party::with_role(&company, "DAGL"),
        );
    });
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"party": town.company_urn()})))
        .await;
    let caller = town.system_user(system, &town.company);
    caller
        .claiming(json!({"scope": format!("{OWNER} {END_USER}")}))
        .opens(&id)
        .await
        .is(200);
    // Upper case in the token is the same system.
    let details = json!([{"type": "urn:altinn:systemuser", "systemuser_id": [system.to_string().to_uppercase()]}]);
    caller
        .claiming(json!({"authorization_details": details}))
        .opens(&id)
        .await
        .is(200);
    let details =
        json!([{"type": "other"}, {"type": "urn:altinn:systemuser", "systemuser_id": [system]}]);
    caller
        .claiming(json!({"authorization_details": details}))
        .opens(&id)
        .await
        .is(200);
}

#[tokio::test]
async fn a_system_user_without_a_readable_identifier_is_nobody() {
    let town = Town::new().await;
    let system = dialogporten::dialog::id::random();
    for details in [
        json!([{"type": "urn:altinn:systemuser", "systemuser_id": system}]),
        json!([{"type": "urn:altinn:systemuser", "systemuser_id": ["no uuid"]}]),
        json!([{"type": "urn:altinn:systemuser", "systemuser_id": []}]),
        json!([{"type": "urn:altinn:systemuser", "systemuser_id": [7]}]),
        json!([{"type": "URN:altinn:systemuser", "systemuser_id": [system]}]),
        json!([{"type": "urn:altinn:systemuser"}]),
        json!([7, null, "x"]),
        json!("{\"type\":"),
        json!({}),
        Value::Null,
    ] {
        let caller = town
            .system_user(system, &town.company)
            .claiming(json!({"authorization_details": details}));
        caller
            .opens(&system.to_string())
            .await
            .refuses(403, &["Type"]);
    }
}

#[tokio::test]
async fn an_email_user_has_signed_in_by_address_and_nothing_else() {
    let town = Town::new().await;
    let party = "urn:altinn:person:idporten-email:a@example.com";
    let caller = town.email_user("a@example.com");
    caller.finds(&format!("party={party}")).await.is(200);
    caller
        .claiming(json!({"amr": "Selfregistered-email"}))
        .finds(&format!("party={party}"))
        .await
        .is(200);
    caller
        .claiming(json!({"amr": ["Selfregistered-email", "Selfregistered-email"]}))
        .finds(&format!("party={party}"))
        .await
        .is(200);
    for claims in [
        json!({"amr": ["Selfregistered-email", "BankID"]}),
        json!({"amr": ["selfregistered-email"]}),
        json!({"amr": []}),
        json!({"amr": null}),
        json!({"email": null}),
    ] {
        caller
            .claiming(claims)
            .finds(&format!("party={party}"))
            .await
            .refuses(403, &["Type"]);
    }
}

#[tokio::test]
async fn the_level_comes_from_the_first_claim_that_tells_it() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    // The resource asks for level 2.
    for (claims, status) in [
        (json!({"urn:altinn:authlevel": "2"}), 200),
        (json!({"urn:altinn:authlevel": " 2 "}), 200),
        (
            json!({"urn:altinn:authlevel": 4, "acr": "idporten-loa-low"}),
            200,
        ),
        (
            json!({"urn:altinn:authlevel": "1", "acr": "idporten-loa-high"}),
            403,
        ),
        (
            json!({"urn:altinn:authlevel": "-1", "acr": "idporten-loa-high"}),
            200,
        ),
        (
            json!({"urn:altinn:authlevel": "high", "acr": "idporten-loa-substantial"}),
            200,
        ),
        (
            json!({"urn:altinn:authlevel": null, "acr": "idporten-loa-high"}),
            200,
        ),
        (
            json!({"urn:altinn:authlevel": null, "acr": "idporten-loa-low"}),
            403,
        ),
        (json!({"urn:altinn:authlevel": null, "acr": "Level4"}), 403),
        (
            json!({"urn:altinn:authlevel": null, "acr": "selfregistered-email"}),
            403,
        ),
        (json!({"urn:altinn:authlevel": null}), 403),
        (json!({"urn:altinn:authlevel": "x"}), 403),
    ] {
        let answer = town.person().claiming(claims.clone()).opens(&id).await;
        assert_eq!(answer.status.as_u16(), status, "{claims}: {}", answer.text);
        if status == 403 {
            assert_eq!(
                answer.messages("Forbidden"),
                ["Altinn authentication level too low."]
            );
        }
    }
}

#[tokio::test]
async fn a_system_user_without_any_level_has_level_3() {
    let system = dialogporten::dialog::id::random();
    let mut town = Town::new().await;
    let company = town.company.clone();
    town.changes(|directory| {
        directory.represents(
            &format!("urn:altinn:systemuser:uuid:{system}"),
            Party::with_role(&company, "DAGL"),
        );
    });
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"party": town.company_urn()})))
        .await;
    let caller = town
        .system_user(system, &town.company)
        .claiming(json!({"urn:altinn:authlevel": null}));
    let dialog = caller.opens(&id).await.is(200);
    assert_eq!(
        crate::support::Token::read(&dialog.text_at("/dialogToken")).claims["l"],
        3
    );
}
