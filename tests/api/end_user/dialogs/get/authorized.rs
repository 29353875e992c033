//! What of a dialog the caller may use: flags, and the links that follow from them.

use serde_json::{Value, json};

use crate::support::{
    Answer, Party, Policy, Town, api_action, attachment, content, embed, gui_action, texts,
    transmission, with,
};

crate::support::in_both_worlds! {
    actions_that_are_not_permitted_stay_but_lead_nowhere,
    an_action_without_attribute_is_asked_for_the_whole_and_main_is_the_whole,
    transmissions_are_open_by_their_own_attribute_or_with_the_dialog,
    reading_the_whole_does_not_open_what_asks_for_transmissionread,
    the_content_itself_needs_read_on_the_whole,
    who_may_only_find_a_dialog_sees_it_with_everything_shut,
    attachments_of_the_dialog_are_never_hidden,
}

const PRIV: &[&str] = &["urn:altinn:rolecode:priv"];
const SUBRESOURCE: &str = "urn:altinn:subresource";
const UNAUTHORIZED: &str = "urn:dialogporten:unauthorized";

fn named(part: Value, attribute: &str) -> Value {
    with(part, json!({"authorizationAttribute": attribute}))
}

/// A transmission with everything that can be hidden.
fn full_transmission() -> Value {
    let reference = json!({"title": content("Forsendelse"), "contentReference": embed("https://example.com/t")});
    let link = json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/n"});
    let parts =
        json!({"content": reference, "attachments": [attachment()], "navigationalActions": [link]});
    with(transmission("Information"), parts)
}

/// The flags of a list, in order.
fn flags(dialog: &Answer, list: &str) -> Vec<Value> {
    dialog
        .list_at(list)
        .iter()
        .map(|part| part["isAuthorized"].clone())
        .collect()
}

async fn actions_that_are_not_permitted_stay_but_lead_nowhere() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(0).permit(PRIV, &["read"]).permit_on(
            PRIV,
            &["sign"],
            &[(SUBRESOURCE, "part")],
        );
    })
    .await;
    let given = json!({
        "guiActions": [gui_action("read"), named(gui_action("sign"), "part"), named(gui_action("sign"), "other"), gui_action("fly")],
        "apiActions": [api_action("read"), api_action("some_unauthorized_action"), named(api_action("sign"), "part")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(flags(&dialog, "/guiActions"), [true, true, false, false]);
    assert_eq!(flags(&dialog, "/apiActions"), [true, false, true]);
    for (place, flag) in flags(&dialog, "/guiActions").iter().enumerate() {
        let url = if flag == true {
            "https://example.com/go"
        } else {
            UNAUTHORIZED
        };
        assert_eq!(dialog.text_at(&format!("/guiActions/{place}/url")), url);
    }
    dialog
        .has("/apiActions/1/endpoints/0/url", UNAUTHORIZED)
        .has(
            "/apiActions/1/endpoints/0/documentationUrl",
            "https://example.com/docs",
        )
        .has("/apiActions/2/endpoints/0/url", "https://example.com/api");
}

async fn an_action_without_attribute_is_asked_for_the_whole_and_main_is_the_whole() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(0).permit(PRIV, &["read"]).permit_on(
            PRIV,
            &["sign"],
            &[(SUBRESOURCE, "part")],
        );
    })
    .await;
    let given = json!({"guiActions": [
        named(gui_action("sign"), "part"), gui_action("sign"), named(gui_action("read"), "main"), named(gui_action("sign"), "main"),
    ]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(flags(&dialog, "/guiActions"), [true, false, true, false]);
}

async fn transmissions_are_open_by_their_own_attribute_or_with_the_dialog() {
    let town = Town::with(|directory| {
        directory.also("open", Policy::at_level(0).permit(PRIV, &["read"]));
        directory.also(
            "closed",
            Policy::at_level(0).permit(&["urn:altinn:rolecode:dagl"], &["read"]),
        );
        directory.resources[0].policy = Policy::at_level(0).permit(PRIV, &["read"]).permit_on(
            PRIV,
            &["transmissionread"],
            &[(SUBRESOURCE, "mine")],
        );
    })
    .await;
    let (open, closed) = (town.also("open"), town.also("closed"));
    let sent: Vec<_> = [&open, &closed, "mine", "theirs"]
        .map(|attribute| named(full_transmission(), attribute))
        .into_iter()
        .chain([full_transmission()])
        .collect();
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"transmissions": sent})))
        .await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(
        flags(&dialog, "/transmissions"),
        [true, false, true, false, true]
    );
    for (place, flag) in flags(&dialog, "/transmissions").iter().enumerate() {
        let at = |member: &str| dialog.text_at(&format!("/transmissions/{place}/{member}"));
        for (member, link) in [
            (
                "content/contentReference/value/0/value",
                "https://example.com/t",
            ),
            ("attachments/0/urls/0/url", "https://example.com/a.pdf"),
            ("navigationalActions/0/url", "https://example.com/n"),
        ] {
            assert_eq!(
                at(member),
                if flag == true { link } else { UNAUTHORIZED },
                "{member}"
            );
        }
        assert_eq!(at("content/title/value/0/value"), "Forsendelse");
        assert_eq!(at("navigationalActions/0/title/0/value"), "Gå");
        assert_eq!(at("attachments/0/displayName/0/value"), "Vedlegg");
    }
}

async fn reading_the_whole_does_not_open_what_asks_for_transmissionread() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(0)
            .permit(&["urn:altinn:rolecode:utinn"], &["read"])
            .permit_on(
                &["urn:altinn:rolecode:dagl"],
                &["transmissionread"],
                &[(SUBRESOURCE, "annex")],
            );
        let (person, pid) = (
            directory.parties[0].0.clone(),
            directory.parties[0].1[0].number.clone(),
        );
        directory.parties = vec![(person, vec![Party::with_role(&pid, "UTINN")])];
    })
    .await;
    let sent = json!({"transmissions": [named(full_transmission(), "annex")]});
    let id = town.owner().creates(town.a_dialog_with(sent)).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(flags(&dialog, "/transmissions"), [false]);
}

async fn the_content_itself_needs_read_on_the_whole() {
    let writes = Policy::at_level(0).permit(PRIV, &["write"]);
    let town = Town::with(|directory| {
        directory.also("writable", writes);
    })
    .await;
    let embedded =
        json!({"title": content("T"), "mainContentReference": embed("https://example.com/e")});
    let given = json!({"content": embedded, "guiActions": [gui_action("write")], "transmissions": [full_transmission()]});
    let readable = town
        .owner()
        .creates(town.a_dialog_with(given.clone()))
        .await;
    let dialog = town.person().opens(&readable).await.is(200);
    dialog
        .has("/content/mainContentReference/isAuthorized", true)
        .has(
            "/content/mainContentReference/value/0/value",
            "https://example.com/e",
        );

    let writable = town.a_dialog_with(with(
        given,
        json!({"serviceResource": town.also("writable")}),
    ));
    let id = town.owner().creates(writable).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(flags(&dialog, "/transmissions"), [true]);
    dialog
        .has("/content/mainContentReference/isAuthorized", false)
        .has("/content/mainContentReference/value/0/value", UNAUTHORIZED);
}

async fn who_may_only_find_a_dialog_sees_it_with_everything_shut() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(0).permit_on(PRIV, &["transmissionread"], &[(SUBRESOURCE, "annex")]);
    })
    .await;
    let embedded =
        json!({"title": content("T"), "mainContentReference": embed("https://example.com/e")});
    let given = json!({
        "content": embedded, "guiActions": [gui_action("read")], "apiActions": [api_action("read")],
        "transmissions": [full_transmission(), named(full_transmission(), "annex")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(flags(&dialog, "/guiActions"), [false]);
    assert_eq!(flags(&dialog, "/apiActions"), [false]);
    assert_eq!(flags(&dialog, "/transmissions"), [false, true]);
    dialog
        .has("/content/mainContentReference/value/0/value", UNAUTHORIZED)
        .has("/guiActions/0/url", UNAUTHORIZED)
        .has("/content/title/value/0/value", "T");
}

async fn attachments_of_the_dialog_are_never_hidden() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(0).permit_on(PRIV, &["x"], &[(SUBRESOURCE, "annex")]);
    })
    .await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"attachments": [attachment()]})))
        .await;
    let dialog = town.person().opens(&id).await.is(200);
    dialog
        .has("/attachments/0/urls/0/url", "https://example.com/a.pdf")
        .lacks("/attachments/0/isAuthorized");
}
