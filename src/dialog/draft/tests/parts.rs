use super::*;

/// A table of changes to one part in a list of one.
fn check_part(
    list: &str,
    part: fn(&Value) -> Value,
    table: impl IntoIterator<Item = (Value, Vec<&'static str>)>,
) {
    for (change, expected) in table {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|key| match key {
                "" => format!("dto.{list}[0]"),
                key => format!("dto.{list}[0].{key}"),
            })
            .collect();
        let body = body(&json!({ list: [part(&change)] }));
        assert_eq!(told(&body, plain()), expected, "{list} {change}");
    }
}

fn long_url(length: usize) -> String {
    format!("https://e.no/{}", "x".repeat(length - 13))
}

/// An address that is kept with one character more, the `/` that it lacks.
fn long_host(length: usize) -> String {
    let mut url = format!("https://{}no", "a.".repeat((length - 10) / 2));
    url.extend(std::iter::repeat_n('o', length - url.len()));
    url
}

#[test]
fn attachments_have_links() {
    check_part(
        "attachments",
        attachment,
        [
            (json!({}), vec![]),
            (json!({ "displayName": left_out(), "name": "" }), vec![]),
            (json!({ "displayName": [] }), vec![]),
            (
                json!({ "displayName": [loc(&"x".repeat(256))] }),
                vec!["displayName[0].value"],
            ),
            (json!({ "name": "x".repeat(255) }), vec![]),
            (json!({ "name": "x".repeat(256) }), vec!["name"]),
            (json!({ "urls": [] }), vec!["urls"]),
            (json!({ "urls": left_out() }), vec!["urls"]),
            (json!({ "expiresAt": at(0) }), vec![]),
            (json!({ "expiresAt": at(-1) }), vec!["expiresAt"]),
            (
                url(&json!({ "url": "http://example.com/" })),
                vec!["urls[0].url"],
            ),
            (url(&json!({ "url": "/f" })), vec!["urls[0].url"]),
            (url(&json!({ "url": "" })), vec!["urls[0].url"]),
            (url(&json!({ "url": left_out() })), vec!["urls[0].url"]),
            (url(&json!({ "url": long_url(1023) })), vec![]),
            (url(&json!({ "url": long_url(1024) })), vec!["urls[0].url"]),
            (url(&json!({ "url": long_host(1022) })), vec![]),
            (url(&json!({ "url": long_host(1023) })), vec!["urls[0].url"]),
            (
                url(&json!({ "consumerType": left_out() })),
                vec!["urls[0].consumerType"],
            ),
            (
                url(&json!({ "consumerType": 3 })),
                vec!["urls[0].consumerType"],
            ),
            (url(&json!({ "mediaType": "PPT" })), vec![]),
            (url(&json!({ "mediaType": "x".repeat(255) })), vec![]),
            (
                url(&json!({ "mediaType": "x".repeat(256) })),
                vec!["urls[0].mediaType"],
            ),
        ],
    );
    let expired = body(&json!({ "attachments": [attachment(&json!({ "expiresAt": at(-1) }))] }));
    let rules = Rules {
        silent: true,
        ..admin()
    };
    assert_eq!(told(&expired, rules), ["dto.attachments[0].expiresAt"]);
}

#[test]
fn buttons_have_an_action_an_address_a_priority_and_a_title() {
    check_part(
        "guiActions",
        gui_action,
        [
            (json!({ "action": left_out() }), vec!["action"]),
            (json!({ "action": " " }), vec!["action"]),
            (json!({ "action": "x".repeat(255) }), vec![]),
            (json!({ "action": "x".repeat(256) }), vec!["action"]),
            (json!({ "url": "http://example.com/" }), vec!["url"]),
            (json!({ "url": left_out() }), vec!["url"]),
            (json!({ "url": long_url(1024) }), vec!["url"]),
            (json!({ "priority": left_out() }), vec!["priority"]),
            (json!({ "httpMethod": "delete" }), vec![]),
            (json!({ "httpMethod": null }), vec!["httpMethod"]),
            (json!({ "httpMethod": "PUT" }), vec!["httpMethod"]),
            (json!({ "httpMethod": 10 }), vec!["httpMethod"]),
            (json!({ "title": left_out() }), vec!["title"]),
            (json!({ "title": [] }), vec!["title"]),
            (
                json!({ "title": [loc(&"x".repeat(256))] }),
                vec!["title[0].value"],
            ),
            (
                json!({ "title": [loc("a"), { "value": "b", "languageCode": "nb_NO" }] }),
                vec!["title"],
            ),
            (json!({ "prompt": [] }), vec![]),
            (json!({ "prompt": [loc("")] }), vec!["prompt[0].value"]),
            (
                json!({ "prompt": [loc(&"x".repeat(256))] }),
                vec!["prompt[0].value"],
            ),
        ],
    );
    let nothing = body(&json!({ "guiActions": [{}] }));
    let keys = ["action", "priority", "title", "url"].map(|key| format!("dto.guiActions[0].{key}"));
    assert_eq!(told(&nothing, plain()), keys);
}

#[test]
fn buttons_are_few() {
    let of = |primary: usize, secondary: usize, tertiary: usize| {
        let priorities = [
            ("Primary", primary),
            ("Secondary", secondary),
            ("Tertiary", tertiary),
        ];
        let actions: Vec<_> = priorities
            .into_iter()
            .flat_map(|(priority, count)| {
                std::iter::repeat_n(json!({ "priority": priority }), count)
            })
            .map(|change| gui_action(&change))
            .collect();
        json!({ "guiActions": actions })
    };
    check(
        plain(),
        [
            (of(1, 1, 5), vec![]),
            (of(2, 0, 0), vec!["dto.guiActions"]),
            (of(0, 2, 0), vec!["dto.guiActions"]),
            (of(0, 0, 6), vec!["dto.guiActions"]),
            (of(2, 2, 6), vec!["dto.guiActions*3"]),
        ],
    );
}

#[test]
fn api_actions_have_endpoints() {
    let with = |change: Value| json!({ "endpoints": [endpoint(&change)] });
    check_part(
        "apiActions",
        api_action,
        [
            (json!({ "endpoints": [] }), vec!["endpoints"]),
            (json!({ "endpoints": left_out() }), vec!["endpoints"]),
            (json!({ "action": left_out() }), vec!["action"]),
            (json!({ "action": "x".repeat(256) }), vec!["action"]),
            (json!({ "name": "x".repeat(256) }), vec!["name"]),
            (
                with(json!({ "id": "e2a5d9b3-1111-4111-8111-111111111111" })),
                vec![],
            ),
            (with(json!({ "id": Uuid::nil() })), vec![]),
            (
                with(json!({ "url": "http://example.com/" })),
                vec!["endpoints[0].url"],
            ),
            (with(json!({ "url": left_out() })), vec!["endpoints[0].url"]),
            (
                with(json!({ "httpMethod": left_out() })),
                vec!["endpoints[0].httpMethod"],
            ),
            (with(json!({ "httpMethod": "trace" })), vec![]),
            (
                with(json!({ "version": "x".repeat(256) })),
                vec!["endpoints[0].version"],
            ),
            (
                with(json!({ "documentationUrl": "ftp://e.no/doc", "requestSchema": "a/b" })),
                vec![],
            ),
            (
                with(json!({ "documentationUrl": "", "responseSchema": "urn:schema" })),
                vec![],
            ),
            (
                with(json!({ "documentationUrl": "a b" })),
                vec!["endpoints[0].documentationUrl"],
            ),
            (
                with(
                    json!({ "requestSchema": format!("urn:{}", "x".repeat(1020)), "responseSchema": "%" }),
                ),
                vec!["endpoints[0].requestSchema", "endpoints[0].responseSchema"],
            ),
            (
                with(json!({ "sunsetAt": at(-100), "deprecated": true })),
                vec![],
            ),
            (
                with(json!({ "sunsetAt": at(100) })),
                vec!["endpoints[0].deprecated"],
            ),
            (
                with(json!({ "sunsetAt": at(100), "deprecated": false })),
                vec!["endpoints[0].deprecated"],
            ),
            (
                json!({ "endpoints": [endpoint(&json!({})), endpoint(&json!({ "url": "x" }))] }),
                vec!["endpoints[1].url"],
            ),
        ],
    );
}

#[test]
fn authorization_attributes_are_names() {
    let long = "x".repeat(256);
    for attribute in [
        "",
        "a.b",
        "a:b",
        "1abc",
        "urn:dialogporten:x",
        "urn:altinn:a:b:c",
        &long,
    ] {
        let change = json!({ "authorizationAttribute": attribute });
        for (list, part) in [
            ("guiActions", gui_action(&change)),
            ("apiActions", api_action(&change)),
            ("transmissions", transmission(&change)),
        ] {
            let body = body(&json!({ list: [part] }));
            let key = format!("dto.{list}[0].authorizationAttribute");
            assert_eq!(told(&body, plain()), [key], "{attribute}");
        }
    }
    check_part(
        "guiActions",
        gui_action,
        [
            (json!({ "authorizationAttribute": "x".repeat(255) }), vec![]),
            (
                json!({ "authorizationAttribute": "URN:ALTINN:x:Y" }),
                vec![],
            ),
            (json!({ "authorizationAttribute": null }), vec![]),
        ],
    );
}

#[test]
fn transmissions_have_a_type_and_a_sender() {
    let key = |length: usize| json!({ "idempotentKey": "k".repeat(length) });
    let attached = |change: Value| json!({ "attachments": [attachment(&change)] });
    let link = |change: Value| {
        let action = json!({ "title": [loc("N")], "url": "https://example.com/" });
        json!({ "navigationalActions": [changed(action, &change)] })
    };
    let content = |slot: &str, value: Value| json!({ "content": changed(json!({ "title": text("T") }), &json!({ slot: value })) });
    check_part(
        "transmissions",
        transmission,
        [
            (json!({ "type": left_out() }), vec!["type"]),
            (json!({ "type": 9 }), vec!["type"]),
            (json!({ "sender": left_out() }), vec!["sender"]),
            (json!({ "createdAt": at(15) }), vec![]),
            (json!({ "createdAt": at(16) }), vec!["createdAt"]),
            (json!({ "extendedType": "xx:y" }), vec![]),
            (json!({ "extendedType": "a b" }), vec!["extendedType"]),
            (
                json!({ "extendedType": format!("urn:{}", "x".repeat(1020)) }),
                vec!["extendedType"],
            ),
            (
                json!({ "externalReference": "x".repeat(256) }),
                vec!["externalReference"],
            ),
            (key(3), vec![]),
            (key(2), vec!["idempotentKey"]),
            (key(37), vec!["idempotentKey"]),
            (
                content("title", text(&"x".repeat(256))),
                vec!["content.value[0].value"],
            ),
            (
                content(
                    "summary",
                    json!({ "value": [loc("S")], "mediaType": "text/markdown" }),
                ),
                vec!["content.mediaType"],
            ),
            (
                content(
                    "contentReference",
                    json!({ "value": [loc("http://x.no")], "mediaType": EMBED_MARKDOWN }),
                ),
                vec!["content.value[0].value"],
            ),
            (attached(json!({ "urls": [] })), vec!["attachments[0].urls"]),
            (
                attached(json!({ "expiresAt": at(-1) })),
                vec!["attachments[0].expiresAt"],
            ),
            (
                attached(url(&json!({ "mediaType": "x".repeat(256) }))),
                vec!["attachments[0].urls[0].mediaType"],
            ),
            // Links of these have no identifier that clients can give.
            (attached(url(&json!({ "id": "nonsense" }))), vec![]),
            (link(json!({})), vec![]),
            (
                link(json!({ "title": left_out() })),
                vec!["navigationalActions[0].title"],
            ),
            (
                link(json!({ "url": "http://example.com/" })),
                vec!["navigationalActions[0].url"],
            ),
            (link(json!({ "expiresAt": at(0) })), vec![]),
            (
                link(json!({ "expiresAt": at(-1) })),
                vec!["navigationalActions[0].expiresAt"],
            ),
        ],
    );
    let nothing = body(&json!({ "transmissions": [{}] }));
    let keys = ["content", "sender", "type"].map(|key| format!("dto.transmissions[0].{key}"));
    assert_eq!(told(&nothing, plain()), keys);
}

#[test]
fn transmissions_answer_others_of_the_request() {
    let (a, b) = (v7(-3, 1), v7(-2, 2));
    let pair = |first: Value, second: Value| json!({ "transmissions": [transmission(&first), transmission(&second)] });
    check(
        plain(),
        [
            (
                pair(
                    json!({ "id": a }),
                    json!({ "id": b, "relatedTransmissionId": a }),
                ),
                vec![],
            ),
            (
                pair(
                    json!({ "id": a, "relatedTransmissionId": b }),
                    json!({ "id": b }),
                ),
                vec![],
            ),
            (
                pair(json!({ "id": a, "relatedTransmissionId": a }), json!({})),
                vec!["dto.transmissions[0].relatedTransmissionId"],
            ),
            (
                pair(json!({}), json!({ "relatedTransmissionId": a })),
                vec!["dto.transmissions[1]"],
            ),
        ],
    );
}

#[test]
fn activities_have_a_type_and_a_performer() {
    let information =
        |description: Value| json!({ "type": "Information", "description": description });
    check_part(
        "activities",
        activity,
        [
            (json!({ "type": left_out() }), vec!["type"]),
            (json!({ "performedBy": left_out() }), vec!["performedBy"]),
            (json!({ "createdAt": at(16) }), vec!["createdAt"]),
            (json!({ "extendedType": "in val|d" }), vec!["extendedType"]),
            (information(left_out()), vec!["description"]),
            (information(json!([])), vec!["description"]),
            (information(json!([loc(&"x".repeat(255))])), vec![]),
            (
                information(json!([loc(&"x".repeat(256))])),
                vec!["description[0].value"],
            ),
            (
                information(json!([{ "value": "d", "languageCode": "" }])),
                vec!["description[0].languageCode*2"],
            ),
            (
                json!({ "type": "DialogOpened", "description": [loc("d")] }),
                vec!["description"],
            ),
            (
                json!({ "type": "TransmissionOpened" }),
                vec!["transmissionId"],
            ),
            (
                json!({ "type": "TransmissionOpened", "transmissionId": v7(-1, 9) }),
                vec![""],
            ),
            (
                json!({ "type": "DialogOpened", "transmissionId": v7(-1, 9) }),
                vec!["", "transmissionId"],
            ),
        ],
    );
    let long = |length: usize| json!({ "activities": [activity(&information(json!([loc(&"x".repeat(length))])))] });
    check(
        correspondence(),
        [
            (long(4095), vec![]),
            (long(4096), vec!["dto.activities[0].description[0].value"]),
        ],
    );
}

#[test]
fn activities_name_transmissions_of_the_request() {
    let id = v7(-1, 1);
    let with = |kind: &str| {
        json!({
            "activities": [activity(&json!({ "type": kind, "transmissionId": id }))],
            "transmissions": [transmission(&json!({ "id": id }))],
        })
    };
    check(
        plain(),
        [
            (with("TransmissionOpened"), vec![]),
            (
                with("DialogOpened"),
                vec!["dto.activities[0].transmissionId"],
            ),
        ],
    );
}

#[test]
fn correspondence_activities_need_the_scope() {
    for kind in ["CorrespondenceOpened", "CorrespondenceConfirmed"] {
        let body = body(&json!({ "activities": [activity(&json!({ "type": kind }))] }));
        assert!(valid(&body, plain()).lacks_correspondence_scope());
        assert!(valid(&body, admin()).lacks_correspondence_scope());
        assert!(!valid(&body, correspondence()).lacks_correspondence_scope());
    }
    assert!(!valid(&body(&json!({})), plain()).lacks_correspondence_scope());
}

#[test]
fn actors_are_the_service_owner_or_somebody_known_by_name_or_identifier() {
    let system_user = "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
    let table = [
        (
            json!({ "actorType": "ServiceOwner", "actorName": null, "actorId": null }),
            vec![],
        ),
        (
            json!({ "actorType": "ServiceOwner", "actorName": "N" }),
            vec![""],
        ),
        (
            json!({ "actorType": "ServiceOwner", "actorId": PERSON }),
            vec![""],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorName": "N" }),
            vec![],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorName": "" }),
            vec![],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorName": "x".repeat(256) }),
            vec![".actorName"],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorId": ORGANIZATION }),
            vec![],
        ),
        (json!({ "actorType": "PartyRepresentative" }), vec![""]),
        (
            json!({ "actorType": "PartyRepresentative", "actorName": "N", "actorId": PERSON }),
            vec![""],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorId": "" }),
            vec![".actorId"],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorId": system_user }),
            vec![".actorId"],
        ),
        (
            json!({ "actorType": "PartyRepresentative", "actorName": "N", "actorId": "x" }),
            vec!["", ".actorId"],
        ),
        (json!({ "actorName": "N" }), vec![".actorType"]),
        (json!({}), vec!["", ".actorType"]),
        (json!({ "actorType": 0 }), vec!["", ".actorType"]),
    ];
    for (actor, expected) in table {
        let sent = body(&json!({ "transmissions": [transmission(&json!({ "sender": actor }))] }));
        let done = body(&json!({ "activities": [activity(&json!({ "performedBy": actor }))] }));
        for (body, path) in [
            (sent, "dto.transmissions[0].sender"),
            (done, "dto.activities[0].performedBy"),
        ] {
            let expected: Vec<_> = expected.iter().map(|key| format!("{path}{key}")).collect();
            assert_eq!(told(&body, plain()), expected, "{actor}");
        }
    }
}
