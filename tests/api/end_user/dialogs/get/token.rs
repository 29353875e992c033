//! The token with which an end user proves to other systems what it may do.

use serde_json::{Value, json};

use crate::support::{Answer, Party, Policy, Token, Town, api_action, gui_action, verifies, with};

crate::support::in_both_worlds! {
    it_tells_who_may_do_what_for_ten_minutes_and_verifies_with_the_published_key,
    every_answer_has_a_token_of_its_own,
    pairs_stand_in_the_order_of_words,
    who_may_do_nothing_gets_an_empty_list,
    a_system_acts_for_an_organization_and_names_itself_and_its_owner,
    the_supplier_of_a_caller_is_named,
    it_opens_nothing_here,
}

fn token(dialog: &Answer) -> Token {
    Token::read(&dialog.text_at("/dialogToken"))
}

async fn it_tells_who_may_do_what_for_ten_minutes_and_verifies_with_the_published_key() {
    let town = Town::build().stopped().open().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"guiActions": [gui_action("sign"), gui_action("fly")]})))
        .await;
    let dialog = town.person().opens(&id).await.is(200);
    let published = town
        .nobody()
        .get("/api/v1/.well-known/jwks.json")
        .await
        .is(200);
    let server = town
        .nobody()
        .get("/api/v1/.well-known/oauth-authorization-server")
        .await
        .is(200);
    assert!(verifies(
        &published.body["keys"][0],
        &dialog.text_at("/dialogToken")
    ));
    assert!(!verifies(
        &published.body["keys"][1],
        &dialog.text_at("/dialogToken")
    ));

    let Token { header, claims } = token(&dialog);
    assert_eq!(
        header,
        json!({"alg": "EdDSA", "typ": "JWT", "kid": published.body["keys"][0]["kid"]})
    );
    let now = town.now().seconds();
    let expected = json!({
        "jti": claims["jti"], "c": town.party(), "l": 3, "p": town.party(), "s": town.resource_urn(), "i": id,
        "a": "read;sign", "iss": server.body["issuer"], "iat": now, "nbf": now, "exp": now + 600,
    });
    assert_eq!(claims, expected);
    assert_eq!(
        server.text_at("/jwks_uri"),
        format!("{}/.well-known/jwks.json", claims["iss"].as_str().unwrap())
    );
}

async fn every_answer_has_a_token_of_its_own() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let (one, other) = (
        town.person().opens(&id).await,
        town.person().opens(&id).await,
    );
    assert_ne!(token(&one).claims["jti"], token(&other).claims["jti"]);
}

async fn pairs_stand_in_the_order_of_words() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(0).permit(&["urn:altinn:rolecode:priv"], &["read", "confirm"]);
    })
    .await;
    let named = |attribute: &str| {
        with(
            api_action("read"),
            json!({"authorizationAttribute": attribute}),
        )
    };
    let given = json!({
        "guiActions": [gui_action("read"), gui_action("confirm"), gui_action("sign")],
        "apiActions": [named("main"), named("zz"), named("aa"), named("Bb")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(
        token(&dialog).claims["a"],
        "confirm;read,aa;read,Bb;read;read,zz"
    );
}

async fn who_may_do_nothing_gets_an_empty_list() {
    let town = Town::with(|directory| {
        let annex = [("urn:altinn:subresource", "annex")];
        directory.resources[0].policy =
            Policy::at_level(0).permit_on(&["urn:altinn:rolecode:priv"], &["read"], &annex);
    })
    .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(token(&dialog).claims["a"], "");
}

async fn a_system_acts_for_an_organization_and_names_itself_and_its_owner() {
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
    let organization =
        |number: &str| Value::from(format!("urn:altinn:organization:identifier-no:{number}"));
    let claims = token(&caller.opens(&id).await.is(200)).claims;
    assert_eq!(claims["c"], organization(&town.company));
    assert_eq!(claims["y"], format!("urn:altinn:systemuser:uuid:{system}"));
    assert_eq!(claims["o"], organization(&town.number));
    assert_eq!(claims["l"], 3);

    let alone = caller.claiming(json!({"consumer": null}));
    let claims = token(&alone.opens(&id).await.is(200)).claims;
    assert_eq!(
        (&claims["c"], &claims["y"], &claims["o"]),
        (
            &format!("urn:altinn:systemuser:uuid:{system}").into(),
            &Value::Null,
            &Value::Null
        )
    );
}

async fn the_supplier_of_a_caller_is_named() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let supplier = json!({"supplier": {"authority": "iso6523-actorid-upis", "ID": format!("0192:{}", town.company)}});
    let dialog = town.person().claiming(supplier).opens(&id).await.is(200);
    assert_eq!(token(&dialog).claims["u"], town.company_urn());
}

async fn it_opens_nothing_here() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let token = town.person().opens(&id).await.text_at("/dialogToken");
    town.bearing(&format!("Bearer {token}"))
        .opens(&id)
        .await
        .is_empty(401);
}
