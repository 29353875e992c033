//! The inbox.

use serde_json::{Value, json};

use super::{
    tab::Tab,
    world::{ALONE, COMPANY, HELPER, creates, dialog, localized, text},
};
use crate::support::{Folder, Server};

const DEMONSTRATION: &str = "Your application lacks an attachment";

#[test]
fn an_inbox_lists_dialogs_shows_their_parts_and_moves_them() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    tab.goes_to("/inbox");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 3");
    tab.reads("#told", "3 dialogs.");
    tab.reads("#dialogs", DEMONSTRATION);
    tab.reads("#dialogs", "Søknaden din mangler et vedlegg");
    tab.chooses("#language", "Bokmål");
    tab.sees(&format!(
        "!document.querySelector('#dialogs').innerText.includes('{DEMONSTRATION}')"
    ));
    tab.chooses("#language", "English");
    tab.reads("#dialogs", DEMONSTRATION);

    // By keyboard: the link, its dialog, and then the focus is in it.
    tab.finds(&format!(
        "[...document.querySelectorAll('#dialogs a')].find((one) => one.innerText.includes('{DEMONSTRATION}')).focus()"
    ));
    tab.presses("Enter");
    for part in [
        DEMONSTRATION,
        "Requires attention",
        "Send us the documents within two weeks.",
        "We need more",
        "Request from Service owner",
        "Seen by",
        "(you)",
    ] {
        tab.reads("#dialog", part);
    }
    tab.reads("[data-action=write]", "Send attachment");
    tab.reads("[data-action=write] .allowed", "Allowed");
    tab.sees("document.activeElement.id === 'dialog'");
    let href = tab.finds("document.querySelector('[data-action=write] a').href");
    assert_eq!(href, "https://example.com/write");

    tab.clicks_on("Move to archive");
    tab.reads("#told", "Moved to archive.");
    tab.reads("#labels", "Archive");
    tab.reads("#dialog", "systemlabel:Archive set");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 2");
    tab.chooses("#label", "Archive");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 1");
    tab.clicks("#dialogs a");
    tab.clicks_on("Move to inbox");
    tab.reads("#told", "Moved to inbox.");
    tab.chooses("#label", "Inbox");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 3");

    tab.chooses("#party", "DEMOBEDRIFT AS");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 1");
    tab.reads("#dialogs", "The annual report has arrived");
    tab.chooses("#party", "All");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 3");
    tab.finds("document.querySelector('#search').value = 'decision'");
    tab.clicks_on("Search");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 1");
    tab.clicks("#dialogs a");
    for part in ["Completed", "The decision", "Dialog closed", "100 %"] {
        tab.reads("#dialog", part);
    }
    tab.clicks_on("Mark as unopened");
    tab.reads("#told", "Marked as unopened.");
    tab.sees("document.querySelector('#dialog').hidden");
    tab.is_content();
}

#[test]
fn pages_follow_each_other_and_answers_stand_below_what_they_answer() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    for number in 1..=23 {
        creates(&server, &dialog(ALONE, &format!("Number {number}")));
    }
    let [first, second] = [
        "01940000-0000-7000-8000-000000000001",
        "01940000-0000-7000-8000-000000000002",
    ];
    let mut tree = dialog(ALONE, "A conversation");
    let sent = |id: &str, related: Value, title: &str| {
        json!({
            "id": id, "relatedTransmissionId": related, "type": "Information",
            "sender": {"actorType": "ServiceOwner"}, "content": {"title": text(title)},
        })
    };
    tree["transmissions"] = json!([
        sent(second, json!(first), "The answer"),
        sent(first, Value::Null, "The question"),
    ]);
    let conversation = creates(&server, &tree);

    tab.goes_to(&format!("/inbox#as={ALONE}"));
    tab.sees("document.querySelectorAll('#dialogs > li').length === 20");
    tab.reads("#told", "20 dialogs, and more.");
    tab.clicks("#more");
    tab.sees("document.querySelectorAll('#dialogs > li').length === 24");
    tab.sees("document.querySelector('#more').hidden");
    let titles = tab.finds(
        "new Set([...document.querySelectorAll('#dialogs a')].map((one) => one.innerText)).size",
    );
    assert_eq!(titles, 24);

    tab.clicks(&format!("[data-dialog='{conversation}'] a"));
    tab.reads(".transmissions", "The question");
    let below = format!("[data-transmission='{first}'] + ul [data-transmission='{second}']");
    tab.reads(&below, "The answer");
    tab.is_content();
}

#[test]
fn what_is_not_allowed_is_told_and_leads_nowhere() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    let mut shared = dialog(COMPANY, "For the company");
    let action = |name: &str, priority: &str| {
        json!({
            "action": name, "priority": priority, "url": format!("https://example.com/{name}"),
            "title": localized(name),
        })
    };
    shared["guiActions"] = json!([action("write", "Primary"), action("sign", "Secondary")]);
    shared["apiActions"] = json!([{
        "action": "sign",
        "endpoints": [{"url": "https://example.com/api", "httpMethod": "POST"}],
    }]);
    let id = creates(&server, &shared);

    tab.goes_to(&format!("/inbox#as={HELPER}&dialog={id}"));
    tab.reads("#gui-actions [data-action=write] .badge", "Allowed");
    tab.reads("#gui-actions [data-action=sign] .badge", "Not allowed");
    tab.reads("#api-actions [data-action=sign] .badge", "Not allowed");
    let links = tab.finds("document.querySelectorAll('[data-action=sign] a').length");
    assert_eq!(links, 0);
    let whole = tab.finds("document.documentElement.outerHTML");
    assert!(!whole.as_str().unwrap().contains("https://example.com/sign"));
    tab.is_content();
}

#[test]
fn what_dialogs_say_is_text_whatever_it_looks_like() {
    let attack = "<img src=x onerror=\"window.broken=1\"><script>window.broken=2</script>";
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    let sender = json!({"actorType": "ServiceOwner"});
    let markdown = json!({
        "value": localized(&format!("[click](javascript:window.broken=3) {attack}")),
        "mediaType": "text/markdown",
    });
    let hostile = json!({
        "serviceResource": "urn:altinn:resource:ttd-demo-service",
        "party": ALONE,
        "externalReference": attack,
        "extendedStatus": attack,
        "content": {
            "title": text(attack), "summary": text(attack), "senderName": text(attack),
            "additionalInfo": markdown, "extendedStatus": text("<b>x</b>"),
        },
        "guiActions": [{
            "action": "write", "priority": "Primary", "url": "https://example.com/'onmouseover='window.broken=4",
            "title": localized(attack),
        }],
        "attachments": [{
            "displayName": localized(attack),
            "urls": [{"url": "https://example.com/a?b=');alert(1)//", "consumerType": "Gui"}],
        }],
        "transmissions": [{
            "type": "Information", "sender": sender,
            "content": {"title": text(attack), "summary": text(attack)},
        }],
        "activities": [{
            "type": "Information", "performedBy": sender, "description": localized(attack),
        }],
    });
    let id = creates(&server, &hostile);
    tab.goes_to(&format!("/inbox#as={ALONE}&dialog={id}"));
    tab.reads("#dialogs", attack);
    tab.reads("#dialog h2", attack);
    tab.reads("#dialog", "[click](javascript:window.broken=3)");
    tab.reads("#activities", attack);
    tab.clicks("[data-action=write] a");
    for (found, expected) in [
        ("typeof window.broken", json!("undefined")),
        (
            "document.querySelectorAll('img, b, main script, main style').length",
            json!(0),
        ),
        (
            "[...document.querySelectorAll('#dialog a')].every((one) => one.protocol === 'https:' && one.rel === 'noopener noreferrer')",
            json!(true),
        ),
        (
            "[...document.querySelectorAll('*')].some((one) => [...one.attributes].some((each) => each.name.startsWith('on')))",
            json!(false),
        ),
    ] {
        assert_eq!(tab.finds(found), expected, "{found}");
    }
    tab.is_content();
}
