use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    dialog::{
        draft::{CreateDialog, Created, Rules, Standing, UpdateDialog},
        event::EventKind,
        id::Ids,
        patch::{Operation, patched},
        reading::strict_moment,
        status::DialogStatus,
    },
    json,
};

const CREATED: &str = "2026-03-01T08:00:00Z";
const LATER: &str = "2026-03-02T08:00:00Z";

fn moment(text: &str) -> Timestamp {
    strict_moment(text).unwrap()
}

fn rules(now: &str, silent: bool) -> Rules {
    Rules {
        now: moment(now),
        admin: true,
        silent,
        correspondence_scope: true,
        legacy_html_scope: true,
    }
}

fn read<T: json::Read>(body: &Value) -> T {
    json::read(body.to_string().as_bytes()).unwrap()
}

fn text(value: &str) -> Value {
    json!({ "value": [{ "value": value, "languageCode": "nb" }] })
}

fn attachment(name: &str) -> Value {
    json!({ "name": name, "urls": [
        { "url": format!("https://example.com/{name}/1"), "consumerType": "Gui" },
        { "url": format!("https://example.com/{name}/2"), "consumerType": "Api" },
    ]})
}

fn gui_action(action: &str) -> Value {
    json!({ "action": action, "url": "https://example.com", "priority": "Tertiary",
            "title": [{ "value": action, "languageCode": "nb" }] })
}

fn api_action(action: &str) -> Value {
    json!({ "action": action, "endpoints": [
        { "url": "https://example.com/1", "httpMethod": "GET" },
        { "url": "https://example.com/2", "httpMethod": "POST" },
    ]})
}

fn transmission(kind: &str) -> Value {
    json!({ "type": kind, "sender": { "actorType": "ServiceOwner" }, "content": { "title": text("Sendt") } })
}

fn activity() -> Value {
    json!({ "type": "DialogOpened", "performedBy": { "actorType": "ServiceOwner" } })
}

/// A stored dialog, as changes read it.
fn stored(change: &Value) -> Dialog {
    let mut body = json!({
        "serviceResource": "urn:altinn:resource:a",
        "party": "urn:altinn:organization:identifier-no:974760673",
        "content": { "title": text("Tittel") },
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    let valid = read::<CreateDialog>(&body)
        .validate(&rules(CREATED, false), &mut Ids::at(moment(CREATED)))
        .unwrap();
    let mut dialog = valid.into_dialog(Created {
        org: "ttd".to_owned(),
        resource_type: "genericaccessresource".to_owned(),
        revision: Uuid::from_u128(1),
        end_user_revision: Uuid::from_u128(2),
        service_owner_revision: Uuid::from_u128(3),
    });
    dialog.transmissions.clear();
    dialog.activities.clear();
    dialog
}

fn rich() -> Dialog {
    stored(&json!({
        "progress": 5,
        "dueAt": "2030-01-01T00:00:00Z",
        "searchTags": [{ "value": "one" }, { "value": "two" }, { "value": "three" }],
        "attachments": [attachment("a"), attachment("b"), attachment("c")],
        "guiActions": [gui_action("read"), gui_action("write")],
        "apiActions": [api_action("read"), api_action("write")],
    }))
}

fn operations(operations: &Value) -> Vec<Operation> {
    read(operations)
}

fn valid(body: UpdateDialog, silent: bool) -> ValidUpdate {
    body.validate(
        &rules(LATER, silent),
        &Standing::default(),
        &mut Ids::at(moment(LATER)),
    )
    .unwrap()
}

fn written(before: &Dialog, body: UpdateDialog, silent: bool) -> Change {
    let surroundings = Surroundings::default();
    change(
        before,
        valid(body, silent),
        &surroundings,
        Uuid::from_u128(9),
    )
}

/// What a patch changes.
fn after_patch(before: &Dialog, patch: &Value, silent: bool) -> Change {
    written(before, patched(before, &operations(patch)).unwrap(), silent)
}

fn kinds(change: &Change) -> Vec<EventKind> {
    let events = change.events("https://example.com");
    events.into_iter().map(|event| event.kind).collect()
}

#[test]
fn what_is_content_moves_both_times_and_all_else_only_the_one() {
    let before = rich();
    let add = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]);
    let later = moment(LATER);
    for (patch, is_content) in [
        (add("/status", json!("Draft")), true),
        (add("/extendedStatus", json!("x")), true),
        (add("/content/summary", text("x")), true),
        (add("/attachments/0/name", json!("x")), true),
        (
            add("/attachments/0/urls/1/url", json!("https://example.com/x")),
            true,
        ),
        (add("/attachments/-", attachment("new")), true),
        (
            add("/guiActions/0/prompt", text("x")["value"].clone()),
            true,
        ),
        (add("/apiActions/0/endpoints/0/version", json!("2")), true),
        (add("/transmissions/-", transmission("Alert")), true),
        (add("/progress", json!(6)), false),
        (add("/externalReference", json!("x")), false),
        (add("/process", json!("urn:x")), false),
        (add("/dueAt", json!("2031-01-01T00:00:00Z")), false),
        (add("/expiresAt", json!("2031-01-01T00:00:00Z")), false),
        (add("/isApiOnly", json!(true)), false),
        (add("/searchTags/-", json!({ "value": "four" })), false),
        (add("/activities/-", activity()), false),
    ] {
        let change = after_patch(&before, &patch, false);
        assert_eq!(change.after.updated_at, later, "{patch}");
        assert_eq!(
            change.after.content_updated_at == later,
            is_content,
            "{patch}"
        );
        assert_eq!(change.unsees, is_content, "{patch}");
        assert_eq!(change.after.revision, Uuid::from_u128(9), "{patch}");
        assert_eq!(kinds(&change)[0], EventKind::Updated, "{patch}");

        let silent = after_patch(&before, &patch, true);
        assert_eq!(silent.after.updated_at, before.updated_at, "{patch}");
        assert_eq!(
            silent.after.content_updated_at, before.content_updated_at,
            "{patch}"
        );
        assert_eq!(silent.after.revision, Uuid::from_u128(9), "{patch}");
        assert!(kinds(&silent).is_empty() && !silent.unsees, "{patch}");
    }
}

#[test]
fn other_spellings_of_the_same_are_no_change() {
    let before = stored(&json!({
        "status": "Awaiting",
        "searchTags": [{ "value": "one" }, { "value": "two" }],
        "dueAt": "2030-01-01T00:00:00Z",
        "content": { "title": text("Tittel"), "mainContentReference": {
            "value": [{ "value": "https://example.com", "languageCode": "nb" }],
            "mediaType": "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
        } },
        "guiActions": [gui_action("read")],
    }));
    let add = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]);
    for patch in [
        add("/status", json!("sent")),
        add("/status", json!(8)),
        add(
            "/searchTags",
            json!([{ "value": " TWO" }, { "value": "One" }]),
        ),
        add("/dueAt", json!("2030-01-01T02:00:00.0000009+02:00")),
        add("/content/title/value/0/languageCode", json!("NB_no")),
        add(
            "/content/mainContentReference/mediaType",
            json!("application/vnd.dialogporten.frontchannelembed+json;type=markdown"),
        ),
        add("/guiActions/0/url", json!("https://example.com/")),
        add("/guiActions/0/prompt", json!([])),
        json!([{ "op": "move", "from": "/searchTags/1", "path": "/searchTags/0" }]),
    ] {
        let change = after_patch(&before, &patch, false);
        assert!(change.is_empty(&before), "{patch}");
        assert_eq!(change.after, before, "{patch}");
        assert!(kinds(&change).is_empty(), "{patch}");
    }
}

#[test]
fn until_a_dialog_is_visible_its_times_are_that_moment() {
    let visible_from = "2026-03-09T08:00:00Z";
    let before = stored(&json!({ "visibleFrom": visible_from }));
    let patch = json!([{ "op": "add", "path": "/transmissions/-", "value": transmission("Alert") },
                       { "op": "add", "path": "/progress", "value": 1 }]);
    for silent in [false, true] {
        let change = after_patch(&before, &patch, silent);
        assert_eq!(change.after.updated_at, moment(visible_from));
        assert_eq!(change.after.content_updated_at, moment(visible_from));
        assert_eq!(change.transmissions[0].created_at, moment(visible_from));
    }
}

#[test]
fn labels_go_back_to_the_inbox_unless_silent_and_sent_comes_with_the_party() {
    for (place, silent, kind, effective, changes) in [
        ("Bin", false, None, false, true),
        ("Archive", false, None, false, true),
        ("Default", false, None, false, false),
        ("Bin", true, None, false, false),
        ("Default", true, Some("Submission"), true, true),
        ("Default", false, Some("Correction"), true, true),
        ("Default", false, Some("Alert"), true, false),
    ] {
        let before = stored(&json!({ "systemLabel": place }));
        let patch = kind.map_or_else(
            || json!([]),
            |kind| json!([{ "op": "add", "path": "/transmissions/-", "value": transmission(kind) }]),
        );
        let change = after_patch(&before, &patch, silent);
        assert_eq!(change.is_effective(), effective, "{place} {kind:?}");
        assert_eq!(
            change.labels.changes(before.labels),
            changes,
            "{place} {kind:?}"
        );
        assert_eq!(change.is_empty(&before), !effective && !changes);
    }
    let (keep, set) = LabelChange {
        to_inbox: true,
        adds_sent: true,
    }
    .masks();
    let marked = LabelMask::from_bits(0b01010);
    assert_eq!(marked.bits() & keep | set, 0b11001);
}

#[test]
fn what_waits_to_be_opened_is_counted_without_reading_it() {
    let before = rich();
    let (first, second) = (Uuid::from_u128(5), Uuid::from_u128(6));
    let opens = |id: Uuid| {
        let mut opening = activity();
        opening["type"] = json!("TransmissionOpened");
        opening["transmissionId"] = json!(id);
        json!([{ "op": "add", "path": "/activities/-", "value": opening }])
    };
    for (unopened, known, patch, waits) in [
        (1, vec![(first, true)], opens(first), false),
        (2, vec![(first, true)], opens(first), true),
        (1, vec![(first, false)], opens(first), true),
        (0, vec![(second, false)], opens(second), false),
        (
            0,
            vec![],
            json!([{ "op": "add", "path": "/transmissions/-", "value": transmission("Alert") }]),
            true,
        ),
        (
            0,
            vec![],
            json!([{ "op": "add", "path": "/transmissions/-", "value": transmission("Submission") }]),
            false,
        ),
    ] {
        let surroundings = Surroundings {
            transmissions: known,
            unopened,
            ..Surroundings::default()
        };
        let body = patched(&before, &operations(&patch)).unwrap();
        let change = change(&before, valid(body, false), &surroundings, Uuid::nil());
        assert_eq!(
            change.after.has_unopened_content, waits,
            "{unopened} {patch}"
        );
    }
}

#[test]
fn events_tell_of_the_dialog_and_of_each_new_part() {
    let patch = json!([
        { "op": "add", "path": "/activities/-", "value": activity() },
        { "op": "add", "path": "/transmissions/-", "value": transmission("Alert") },
    ]);
    assert_eq!(
        kinds(&after_patch(&rich(), &patch, false)),
        [
            EventKind::Updated,
            EventKind::TransmissionCreated,
            EventKind::ActivityCreated
        ]
    );
}

#[test]
fn parts_that_are_gone_free_their_identifiers_and_may_not_move() {
    let before = rich();
    let url = before.attachments[0].urls[0].id;
    let gone = after_patch(
        &before,
        &json!([{ "op": "remove", "path": "/attachments/0" }]),
        false,
    );
    assert!(gone.freed.contains(&(2, url)) && gone.freed.len() == 3);
    assert!(gone.claimed.is_empty() && gone.taken.is_none());

    let moved = json!([{ "op": "remove", "path": "/attachments/0/id" }]);
    let moved = after_patch(&before, &moved, false);
    assert_eq!(
        moved.taken.map(|(kind, _)| kind),
        Some(PartKind::AttachmentUrl)
    );
}

/// Members of the update document with some of their values.
fn member() -> impl Strategy<Value = (&'static str, Value)> {
    let id = |n: u32| format!("018bb8e5-d9d0-7434-8ec5-5690000000{n:0>2}");
    let with_id = move |mut part: Value, n: u32| {
        part["id"] = json!(id(n));
        for list in ["urls", "endpoints"] {
            for (index, item) in part[list].as_array_mut().into_iter().flatten().enumerate() {
                item["id"] = json!(id(n * 2 + 10 + u32::try_from(index).unwrap()));
            }
        }
        part
    };
    prop_oneof![
        prop::option::of(0..=100_i32).prop_map(|n| ("progress", json!(n))),
        prop::option::of("[a-z]{0,9}").prop_map(|t| ("extendedStatus", json!(t))),
        prop::option::of("[a-z]{0,9}").prop_map(|t| ("externalReference", json!(t))),
        any::<bool>().prop_map(|b| ("isApiOnly", json!(b))),
        (2..=8_i32).prop_map(|n| ("status", json!(if n == 4 { 8 } else { n }))),
        "[a-z]{1,9}".prop_map(|t| ("content", json!({ "title": text(&t) }))),
        prop::collection::btree_set("[a-z]{3,9}", 0..4).prop_map(|tags| {
            let tags: Vec<_> = tags.into_iter().map(|t| json!({ "value": t })).collect();
            ("searchTags", json!(tags))
        }),
        prop::collection::btree_set(0..9_u32, 0..4).prop_map(move |ids| {
            let all: Vec<_> = ids
                .into_iter()
                .map(|n| with_id(attachment("x"), n))
                .collect();
            ("attachments", json!(all))
        }),
        prop::collection::btree_set(0..9_u32, 0..4).prop_map(move |ids| {
            let all: Vec<_> = ids
                .into_iter()
                .map(|n| with_id(gui_action("x"), n))
                .collect();
            ("guiActions", json!(all))
        }),
        prop::collection::btree_set(0..9_u32, 0..4).prop_map(move |ids| {
            let all: Vec<_> = ids
                .into_iter()
                .map(|n| with_id(api_action("x"), n))
                .collect();
            ("apiActions", json!(all))
        }),
    ]
}

fn members() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    prop::collection::vec(member(), 0..6)
}

fn replacing(members: &[(&'static str, Value)]) -> Value {
    let operations: Vec<_> = members
        .iter()
        .map(|(name, value)| json!({ "op": "replace", "path": format!("/{name}"), "value": value }))
        .collect();
    json!(operations)
}

/// The body of an update that leaves the dialog as it is, but for some members.
fn body(dialog: &Dialog, members: &[(&'static str, Value)]) -> Value {
    let tags: Vec<_> = dialog
        .search_tags
        .iter()
        .map(|t| json!({ "value": t }))
        .collect();
    let mut body = json!({
        "progress": dialog.progress, "extendedStatus": dialog.extended_status,
        "externalReference": dialog.external_reference, "dueAt": dialog.due_at, "process": dialog.process,
        "precedingProcess": dialog.preceding_process, "expiresAt": dialog.expires_at,
        "isApiOnly": dialog.is_api_only, "status": dialog.status, "content": dialog.content, "searchTags": tags,
        "guiActions": dialog.gui_actions, "apiActions": dialog.api_actions, "attachments": dialog.attachments,
    });
    for (name, value) in members {
        body[*name] = value.clone();
    }
    body
}

/// A dialog in any state.
fn dialogs() -> impl Strategy<Value = Dialog> {
    members().prop_map(|members| after_patch(&rich(), &replacing(&members), false).after)
}

proptest! {
    #[test]
    fn the_same_again_is_no_change(before in dialogs()) {
        let change = written(&before, read(&body(&before, &[])), false);
        prop_assert!(change.is_empty(&before));
        prop_assert_eq!(&change.after, &before);
        prop_assert!(change.claimed.is_empty() && change.freed.is_empty() && change.taken.is_none());
    }

    #[test]
    fn the_order_of_lists_in_a_request_changes_nothing(before in dialogs(), turn in 0..4_usize) {
        let mut body = body(&before, &[]);
        for list in ["searchTags", "attachments", "guiActions", "apiActions"] {
            let items = body[list].as_array_mut().unwrap();
            let middle = turn.min(items.len());
            items.rotate_left(middle);
            for item in items {
                for inner in ["urls", "endpoints"] {
                    item[inner].as_array_mut().into_iter().for_each(|inner| inner.reverse());
                }
            }
        }
        let change = written(&before, read(&body), false);
        prop_assert!(change.is_empty(&before));
        prop_assert_eq!(&change.after, &before);
    }

    #[test]
    fn a_patch_is_the_update_with_its_result(before in dialogs(), members in members(), silent: bool) {
        let patched = after_patch(&before, &replacing(&members), silent);
        let updated = written(&before, read(&body(&before, &members)), silent);
        prop_assert_eq!(patched, updated);
    }

    #[test]
    fn silent_and_activity_only_changes_leave_the_time_of_the_content(before in dialogs(), members in members()) {
        let silent = after_patch(&before, &replacing(&members), true);
        prop_assert_eq!(silent.after.content_updated_at, before.content_updated_at);
        prop_assert_eq!(silent.after.updated_at, before.updated_at);
        let patch = json!([{ "op": "add", "path": "/activities/-", "value": activity() }]);
        let told = after_patch(&before, &patch, false);
        prop_assert!(told.is_effective() && !told.unsees);
        prop_assert_eq!(told.after.content_updated_at, before.content_updated_at);
    }

    #[test]
    fn a_change_leads_to_what_was_asked_for(before in dialogs(), members in members()) {
        let first = after_patch(&before, &replacing(&members), false);
        let again = after_patch(&first.after, &replacing(&members), false);
        prop_assert!(again.is_empty(&first.after));
        let differs = first.after.status != DialogStatus::Draft;
        let drafted = json!([{ "op": "replace", "path": "/status", "value": "Draft" }]);
        prop_assert_eq!(after_patch(&first.after, &drafted, false).is_effective(), differs);
    }
}
