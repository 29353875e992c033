use super::*;

/// Members of a dialog in which a part has the given identifier.
type Change = fn(&Value) -> Value;

#[test]
fn identifiers_from_clients_are_of_version_7_and_of_the_past() {
    check(
        plain(),
        [
            (json!({ "id": v7(0, 1) }), vec![]),
            (json!({ "id": v7(14, 1) }), vec![]),
            (json!({ "id": v7(16, 1) }), vec!["dto.id"]),
            (json!({ "id": v7(-35 * 365 * 86_400, 1) }), vec![]),
            (json!({ "id": v7(0, 1).to_string().to_uppercase() }), vec![]),
            (
                json!({ "id": "e2a5d9b3-1111-4111-8111-111111111111" }),
                vec!["dto.id*2"],
            ),
            (
                json!({ "id": "00a5d9b3-1111-4111-8111-111111111111" }),
                vec!["dto.id"],
            ),
            (json!({ "id": Uuid::nil() }), vec!["dto.id"]),
            (
                json!({ "id": "0195509f-0000-7000-c000-000000000000" }),
                vec!["dto.id"],
            ),
        ],
    );
}

#[test]
fn identifiers_of_parts_keep_the_same_rules_as_that_of_the_dialog() {
    let bad = json!({ "id": "e2a5d9b3-1111-4111-8111-111111111111" });
    let ahead = json!({ "id": v7(30, 1) });
    let good = json!({ "id": v7(-5, 1) });
    let parts: [(&str, Change); 6] = [
        (
            "attachments[0].id",
            |id| json!({ "attachments": [attachment(id)] }),
        ),
        (
            "attachments[0].urls[0].id",
            |id| json!({ "attachments": [attachment(&url(id))] }),
        ),
        (
            "guiActions[0].id",
            |id| json!({ "guiActions": [gui_action(id)] }),
        ),
        (
            "apiActions[0].id",
            |id| json!({ "apiActions": [api_action(id)] }),
        ),
        (
            "transmissions[0].attachments[0].id",
            |id| json!({ "transmissions": [transmission(&json!({ "attachments": [attachment(id)] }))] }),
        ),
        (
            "activities[0].id",
            |id| json!({ "activities": [activity(id)] }),
        ),
    ];
    for (key, part) in parts {
        assert_eq!(told(&body(&part(&bad)), plain()), [format!("dto.{key}*2")]);
        assert_eq!(told(&body(&part(&ahead)), plain()), [format!("dto.{key}")]);
        assert_eq!(told(&body(&part(&good)), plain()), Vec::<String>::new());
    }
}

#[test]
fn identifiers_differ_within_a_list_and_within_a_kind() {
    let id = json!({ "id": v7(-1, 1) });
    let two = |part: fn(&Value) -> Value| json!([part(&id), part(&id)]);
    let urls = json!({ "urls": [url(&id)["urls"][0], url(&id)["urls"][0]] });
    check(
        plain(),
        [
            (
                json!({ "attachments": two(attachment) }),
                vec!["dto.attachments"],
            ),
            (
                json!({ "attachments": [attachment(&urls)] }),
                vec!["dto.attachments[0].urls"],
            ),
            (
                json!({ "guiActions": two(gui_action) }),
                vec!["dto.guiActions"],
            ),
            (
                json!({ "apiActions": two(api_action) }),
                vec!["dto.apiActions"],
            ),
            (
                json!({ "apiActions": [api_action(&json!({ "endpoints": two(endpoint) }))] }),
                vec!["dto.apiActions[0].endpoints"],
            ),
            (
                json!({ "transmissions": two(transmission) }),
                vec!["dto.transmissions"],
            ),
            (
                json!({ "transmissions": [transmission(&json!({ "attachments": two(attachment) }))] }),
                vec!["dto.transmissions[0].attachments"],
            ),
            (
                json!({ "activities": two(activity) }),
                vec!["dto.activities"],
            ),
        ],
    );

    let attached = transmission(&json!({ "attachments": [attachment(&id)] }));
    for (change, expected) in [
        (
            json!({ "attachments": [attachment(&id)], "transmissions": [attached] }),
            vec!["Attachment"],
        ),
        (
            json!({ "transmissions": [attached, attached] }),
            vec!["Attachment"],
        ),
        (
            json!({ "attachments": [attachment(&url(&id)), attachment(&url(&id))] }),
            vec!["AttachmentUrl"],
        ),
        (
            json!({ "apiActions": [
                api_action(&json!({ "endpoints": [endpoint(&id)] })),
                api_action(&json!({ "endpoints": [endpoint(&id)] })),
            ] }),
            vec!["DialogApiActionEndpoint"],
        ),
        // Kinds do not get in each other's way.
        (
            json!({
                "id": id["id"], "attachments": [attachment(&changed(url(&id), &id))], "guiActions": [gui_action(&id)],
                "apiActions": [api_action(&id)], "transmissions": [transmission(&id)], "activities": [activity(&id)],
            }),
            vec![],
        ),
    ] {
        let taken = valid(&body(&change), plain()).taken_twice();
        assert_eq!(keys(&taken), expected, "{change}");
        assert!(taken.iter().all(|(_, m)| m[0].contains("already exists")));
    }
}
