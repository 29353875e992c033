use super::*;

#[test]
fn the_smallest_dialog_is_valid() {
    assert_eq!(told(&body(&json!({})), plain()), Vec::<String>::new());
}

#[test]
fn nothing_of_what_is_required_is_told_at_once() {
    let told_of_nothing = told(&json!({ "junk": 1 }), plain());
    assert_eq!(
        told_of_nothing,
        ["dto.content", "dto.party", "dto.serviceResource"]
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let change = json!({
        "serviceResource": "Invalid",
        "party": "X",
        "progress": 101,
        "content": {},
        "attachments": [{
            "displayName": [{ "value": "", "languageCode": "xx" }],
            "urls": [{ "url": "ftp://x" }],
        }],
    });
    assert_eq!(
        told(&body(&change), plain()),
        [
            "dto.attachments[0].displayName[0].languageCode",
            "dto.attachments[0].displayName[0].value",
            "dto.attachments[0].urls[0].consumerType",
            "dto.attachments[0].urls[0].url",
            "dto.content",
            "dto.party",
            "dto.progress",
            "dto.serviceResource",
        ]
    );
}

#[test]
fn idempotent_keys_have_3_to_36_characters() {
    check_member(
        "idempotentKey",
        "dto.idempotentKey",
        [json!("abc"), json!("x".repeat(36)), json!("   ")],
        [
            json!(""),
            json!("ab"),
            json!("x".repeat(37)),
            json!("å".repeat(37)),
        ],
    );
}

#[test]
fn resources_have_a_prefix_and_are_uris() {
    check_member(
        "serviceResource",
        "dto.serviceResource",
        [
            json!("urn:altinn:resource:a"),
            json!("urn:altinn:resource:"),
            json!(format!("urn:altinn:resource:{}", "x".repeat(1003))),
        ],
        [
            json!(""),
            json!("urn:altinn:app:ttd"),
            json!("URN:altinn:resource:a"),
            json!("urn:altinn:resource:a b"),
            json!(format!("urn:altinn:resource:{}", "x".repeat(1004))),
        ],
    );
    assert_eq!(
        told(&without("serviceResource"), plain()),
        ["dto.serviceResource"]
    );
    let two = told(&body(&json!({ "serviceResource": "a b" })), plain());
    assert_eq!(two, ["dto.serviceResource*2"]);
}

#[test]
fn parties_are_people_and_organizations() {
    let name = "urn:altinn:person:legacy-selfidentified:";
    check_member(
        "party",
        "dto.party",
        [
            json!(PERSON),
            json!(ORGANIZATION),
            json!(format!("{name}Kari.Nordmann")),
            json!(format!("{name}{}", "x".repeat(215))),
            json!("urn:altinn:person:idporten-email:foo@BAR.com"),
        ],
        [
            json!("X"),
            json!("urn:altinn:organization:identifier-no:974760674"),
            json!("urn:altinn:person:identifier-no:08844397714"),
            json!("urn:altinn:person:identifier-no:0884439771a"),
            json!("urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364"),
            json!("08844397713"),
            json!(format!(" {PERSON} ")),
            json!(format!("{name}a b")),
            json!(format!("{name}{}", "x".repeat(216))),
        ],
    );
    check(
        plain(),
        [
            (json!({ "party": "" }), vec!["dto.party*2"]),
            (json!({ "party": " " }), vec!["dto.party*2"]),
        ],
    );
    assert_eq!(told(&without("party"), plain()), ["dto.party"]);
}

#[test]
fn progress_is_between_0_and_100() {
    check_member(
        "progress",
        "dto.progress",
        [json!(0), json!(100), json!("50"), json!(null)],
        [json!(-1), json!(101), json!(i32::MAX)],
    );
    let told = validate(&body(&json!({ "progress": 101 })), plain())
        .err()
        .unwrap();
    let messages: Vec<_> = told.iter().flat_map(|(_, messages)| messages).collect();
    assert_eq!(
        messages,
        ["'Progress' must be between 0 and 100. You entered 101."]
    );
}

#[test]
fn short_texts_have_at_most_255_characters() {
    for member in ["extendedStatus", "externalReference"] {
        let key = format!("dto.{member}");
        let emoji = "😀".repeat(128);
        check_member(
            member,
            &key,
            [json!(""), json!("x".repeat(255))],
            [json!("x".repeat(256)), json!(emoji)],
        );
    }
}

#[test]
fn processes_are_uris_and_follow_one_another() {
    let long = "x".repeat(1024);
    check_member(
        "process",
        "dto.process",
        [
            json!("some:process"),
            json!("abc"),
            json!(""),
            json!("x".repeat(1023)),
        ],
        [json!("inval|d"), json!("c:x"), json!("a b"), json!(long)],
    );
    check(
        plain(),
        [
            (
                json!({ "process": "abc", "precedingProcess": "some:process" }),
                vec![],
            ),
            (json!({ "process": "abc", "precedingProcess": "" }), vec![]),
            (json!({ "precedingProcess": "urn:a" }), vec!["dto.process"]),
            (json!({ "precedingProcess": "" }), vec!["dto.process"]),
            (
                json!({ "process": "", "precedingProcess": "urn:a" }),
                vec!["dto.process"],
            ),
            (
                json!({ "process": "a", "precedingProcess": "a b" }),
                vec!["dto.precedingProcess"],
            ),
            (
                json!({ "process": "a", "precedingProcess": long }),
                vec!["dto.precedingProcess"],
            ),
        ],
    );
}

#[test]
fn creation_and_change_lie_in_the_past_and_in_order() {
    let unset = "0001-01-01T00:00:00Z";
    let (one, two) = ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z");
    check(
        plain(),
        [
            (json!({ "createdAt": one }), vec![]),
            (json!({ "createdAt": one, "updatedAt": two }), vec![]),
            (
                json!({ "createdAt": one, "updatedAt": "2024-01-01T02:00:00+02:00" }),
                vec![],
            ),
            (json!({ "createdAt": at(15) }), vec![]),
            (json!({ "createdAt": at(16) }), vec!["dto.createdAt"]),
            (json!({ "updatedAt": one }), vec!["dto.createdAt"]),
            (
                json!({ "createdAt": two, "updatedAt": one }),
                vec!["dto.updatedAt"],
            ),
            (
                json!({ "createdAt": at(20), "updatedAt": at(30) }),
                vec!["dto.createdAt", "dto.updatedAt"],
            ),
            (
                json!({ "createdAt": one, "updatedAt": at(16) }),
                vec!["dto.updatedAt"],
            ),
            (json!({ "createdAt": unset, "updatedAt": unset }), vec![]),
            (json!({ "createdAt": unset, "updatedAt": one }), vec![]),
            (json!({ "createdAt": one, "updatedAt": unset }), vec![]),
            (json!({ "updatedAt": unset }), vec![]),
        ],
    );
}

#[test]
fn due_expired_and_visible_are_in_order() {
    let day = |n: u8| format!("2093-01-{n:02}T00:00:00Z");
    let table = || {
        [
            (
                json!({ "visibleFrom": day(10), "dueAt": day(10), "expiresAt": day(10) }),
                vec![],
            ),
            (
                json!({ "dueAt": day(10), "expiresAt": day(9) }),
                vec!["dto.expiresAt"],
            ),
            (
                json!({ "visibleFrom": day(10), "expiresAt": day(9) }),
                vec!["dto.expiresAt"],
            ),
            (
                json!({ "visibleFrom": day(10), "dueAt": day(11), "expiresAt": day(9) }),
                vec!["dto.expiresAt*2"],
            ),
        ]
    };
    for rules in [plain(), silent(), admin()] {
        check(rules, table());
    }
    let early = json!({ "visibleFrom": day(10), "dueAt": day(9) });
    check(plain(), [(early.clone(), vec!["dto.dueAt"])]);
    check(silent(), [(early.clone(), vec!["dto.dueAt"])]);
    check(admin(), [(early, vec![])]);
}

#[test]
fn dates_of_a_new_dialog_lie_ahead_except_for_admins_and_silent_requests() {
    let past = "2024-05-05T00:00:00Z";
    let all = body(&json!({ "dueAt": past, "expiresAt": past, "visibleFrom": past }));
    let told = |body: &Value, rules| keys(&valid(body, rules).passed_dates());
    assert_eq!(told(&all, plain()), ["DueAt", "ExpiresAt", "VisibleFrom"]);
    assert_eq!(told(&body(&json!({ "dueAt": at(0) })), plain()), ["DueAt"]);
    assert_eq!(
        told(&body(&json!({ "dueAt": at(1) })), plain()),
        Vec::<String>::new()
    );
    for rules in [admin(), silent()] {
        assert_eq!(told(&all, rules), Vec::<String>::new());
    }
    let message = valid(&all, plain()).passed_dates();
    assert!(
        message
            .iter()
            .all(|(_, messages)| messages[0].contains("Must be in the future"))
    );
}

#[test]
fn dialogs_start_in_the_inbox_the_bin_or_the_archive() {
    check_member(
        "systemLabel",
        "dto.systemLabel",
        [
            json!("Default"),
            json!("Bin"),
            json!("Archive"),
            json!(null),
        ],
        [json!("MarkedAsUnopened"), json!("Sent"), json!(6), json!(0)],
    );
}

#[test]
fn labels_are_few_short_and_distinct() {
    let list = "dto.serviceOwnerContext.serviceOwnerLabels";
    let first = "dto.serviceOwnerContext.serviceOwnerLabels[0].value";
    let twice = "dto.serviceOwnerContext.serviceOwnerLabels[0].value*2";
    let labels = |values: &[String]| {
        let labels: Vec<_> = values
            .iter()
            .map(|value| json!({ "value": value }))
            .collect();
        json!({ "serviceOwnerContext": { "serviceOwnerLabels": labels } })
    };
    let of = |values: &[&str]| labels(&values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>());
    let many = |count: usize| labels(&(0..count).map(|n| format!("label{n}")).collect::<Vec<_>>());
    let one_of = |length: usize| labels(&["x".repeat(length)]);
    check(
        plain(),
        [
            (many(20), vec![]),
            (many(21), vec![list]),
            (one_of(255), vec![]),
            (one_of(256), vec![first]),
            (of(&["ABC", "abc"]), vec![list]),
            (of(&["abc", " abc\t"]), vec![list]),
            (of(&["ab"]), vec![first]),
            (of(&[" ab "]), vec![first]),
            (of(&["   "]), vec![first]),
            (of(&[""]), vec![twice]),
            (
                json!({ "serviceOwnerContext": { "serviceOwnerLabels": [{}] } }),
                vec![first],
            ),
            (json!({ "serviceOwnerContext": {} }), vec![]),
        ],
    );
}

#[test]
fn search_tags_are_short_and_distinct() {
    let tags = |values: &[&str]| {
        let tags: Vec<_> = values
            .iter()
            .map(|value| json!({ "value": value }))
            .collect();
        json!({ "searchTags": tags })
    };
    check(
        plain(),
        [
            (tags(&["abc", &"x".repeat(63)]), vec![]),
            (tags(&["ab"]), vec!["dto.searchTags[0].value"]),
            (tags(&[&"x".repeat(64)]), vec!["dto.searchTags[0].value"]),
            (tags(&["Tag", "tAG "]), vec!["dto.searchTags"]),
            (tags(&[""]), vec!["dto.searchTags[0].value"]),
            (tags(&["    "]), vec!["dto.searchTags[0].value"]),
            (tags(&["good", "no"]), vec!["dto.searchTags[1].value"]),
            (
                json!({ "searchTags": [{}] }),
                vec!["dto.searchTags[0].value"],
            ),
        ],
    );
}

#[test]
fn no_more_is_told_than_anybody_reads() {
    let many = vec![json!({}); 5_000];
    let told = validate(&body(&json!({ "guiActions": many })), plain())
        .err()
        .unwrap();
    assert_eq!(
        told.iter()
            .map(|(_, messages)| messages.len())
            .sum::<usize>(),
        10_000
    );
}
