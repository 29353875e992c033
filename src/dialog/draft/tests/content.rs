use super::*;

fn titled(content: &Value) -> Value {
    json!({ "content": changed(json!({ "title": text("Tittel") }), content) })
}

fn languages(codes: &[&str]) -> Value {
    let texts: Vec<_> = codes
        .iter()
        .map(|code| json!({ "value": "T", "languageCode": code }))
        .collect();
    json!({ "content": { "title": { "value": texts } } })
}

fn typed(text: &str, media_type: &str) -> Value {
    json!({ "value": [loc(text)], "mediaType": media_type })
}

#[test]
fn dialogs_for_people_have_a_title() {
    check(
        plain(),
        [
            (json!({ "content": {} }), vec!["dto.content"]),
            (
                json!({ "content": { "summary": text("S") } }),
                vec!["dto.content"],
            ),
            (
                json!({ "content": { "title": {} } }),
                vec!["dto.content.value"],
            ),
            (json!({ "isApiOnly": true, "content": null }), vec![]),
            (
                json!({ "isApiOnly": true, "content": {} }),
                vec!["dto.content"],
            ),
            (
                json!({ "isApiOnly": true, "content": { "summary": text("S") } }),
                vec!["dto.content"],
            ),
        ],
    );
    assert_eq!(told(&without("content"), plain()), ["dto.content"]);
    let api_only = changed(without("content"), &json!({ "isApiOnly": true }));
    assert_eq!(told(&api_only, plain()), Vec::<String>::new());
}

#[test]
fn transmissions_for_people_have_a_title() {
    let with = |content: Value| json!([transmission(&json!({ "content": content }))]);
    let key = "dto.transmissions[0].content";
    check(
        plain(),
        [
            (json!({ "transmissions": with(json!(null)) }), vec![key]),
            (json!({ "transmissions": with(left_out()) }), vec![key]),
            (json!({ "transmissions": with(json!({})) }), vec![key]),
            (
                json!({ "transmissions": with(json!(null)), "isApiOnly": true }),
                vec![],
            ),
            (
                json!({ "transmissions": with(json!({})), "isApiOnly": true }),
                vec![key],
            ),
        ],
    );
}

#[test]
fn slots_have_their_own_lengths() {
    let slots = [
        ("title", 255, 512),
        ("nonSensitiveTitle", 255, 512),
        ("summary", 255, 512),
        ("nonSensitiveSummary", 255, 512),
        ("senderName", 255, 512),
        ("extendedStatus", 25, 25),
        ("additionalInfo", 1023, 1023),
    ];
    for (slot, longest, longest_with_scope) in slots {
        for (rules, longest) in [(plain(), longest), (correspondence(), longest_with_scope)] {
            let of = |length: usize| titled(&json!({ slot: text(&"x".repeat(length)) }));
            check(
                rules,
                [
                    (of(longest), vec![]),
                    (of(longest + 1), vec!["dto.content.value[0].value"]),
                ],
            );
        }
    }
    let link = |length: usize| {
        typed(
            &format!("https://e.no/{}", "x".repeat(length - 13)),
            EMBED_MARKDOWN,
        )
    };
    check(
        plain(),
        [
            (
                titled(&json!({ "mainContentReference": link(1023) })),
                vec![],
            ),
            (
                titled(&json!({ "mainContentReference": link(1024) })),
                vec!["dto.content.value[0].value"],
            ),
            // Lengths count UTF-16 code units.
            (titled(&json!({ "title": text(&"😀".repeat(127)) })), vec![]),
            (
                titled(&json!({ "title": text(&"😀".repeat(128)) })),
                vec!["dto.content.value[0].value"],
            ),
        ],
    );
}

#[test]
fn texts_are_neither_empty_nor_blank() {
    check(
        plain(),
        [
            (
                titled(&json!({ "title": text("   ") })),
                vec!["dto.content.value[0].value"],
            ),
            (
                titled(&json!({ "summary": text("") })),
                vec!["dto.content.value[0].value"],
            ),
            (
                titled(&json!({ "summary": { "value": [] } })),
                vec!["dto.content.value"],
            ),
            (titled(&json!({ "summary": {} })), vec!["dto.content.value"]),
        ],
    );
    let told = validate(&body(&json!({ "content": {} })), plain())
        .err()
        .unwrap();
    assert_eq!(
        told,
        Violations::one("dto.content", "Title must not be empty.")
    );
}

#[test]
fn languages_are_known_and_come_once() {
    let first = "dto.content.value[0].languageCode";
    let first_twice = "dto.content.value[0].languageCode*2";
    check(
        plain(),
        [
            (languages(&["nb_NO"]), vec![]),
            (languages(&[" EN-us ", "nb_anything_else", "xh"]), vec![]),
            (languages(&["no"]), vec![first]),
            (languages(&["no-NO"]), vec![first]),
            (languages(&["nob"]), vec![first]),
            (languages(&["xx"]), vec![first]),
            (languages(&[""]), vec![first_twice]),
            (languages(&["  "]), vec![first_twice]),
            (languages(&["-nb"]), vec![first_twice]),
            (languages(&["nb", "nb-NO"]), vec!["dto.content.value"]),
            (languages(&["EN", "en_GB", "en"]), vec!["dto.content.value"]),
            (
                languages(&["nb", "zz"]),
                vec!["dto.content.value[1].languageCode"],
            ),
        ],
    );
    let told = validate(&body(&languages(&["no"])), plain()).err().unwrap();
    assert!(
        told.iter()
            .all(|(_, m)| m[0].contains("language code") && m[0].contains("'nb'"))
    );
}

#[test]
fn slots_have_their_own_media_types() {
    let key = "dto.content.mediaType";
    for slot in [
        "title",
        "nonSensitiveTitle",
        "summary",
        "nonSensitiveSummary",
        "senderName",
        "extendedStatus",
    ] {
        check(
            legacy_html(),
            [
                (titled(&json!({ slot: typed("T", "text/plain") })), vec![]),
                (
                    titled(&json!({ slot: typed("T", "text/markdown") })),
                    vec![key],
                ),
                (
                    titled(&json!({ slot: typed("<p>x</p>", "text/html") })),
                    vec![key],
                ),
            ],
        );
    }
    let info = |text: &str, media_type: &str| {
        titled(&json!({ "additionalInfo": typed(text, media_type) }))
    };
    let link = |media_type: &str| {
        titled(&json!({ "mainContentReference": typed("https://e.no/a", media_type) }))
    };
    let old =
        |kind: &str| format!("application/vnd.dialogporten.frontchannelembed+json;type={kind}");
    check(
        plain(),
        [
            (info("# a <script>b</script>", "text/markdown"), vec![]),
            (info("x", "TEXT/PLAIN"), vec![key]),
            (info("x", ""), vec!["dto.content.mediaType*2"]),
            (info("<p>x</p>", "text/html"), vec![key]),
            (info("https://e.no", EMBED_MARKDOWN), vec![key]),
            (link(EMBED_MARKDOWN), vec![]),
            (link(&old("markdown")), vec![]),
            (link(EMBED_HTML), vec![key]),
            (link(&old("html")), vec![key]),
            (link("text/plain"), vec![key]),
            (link(&EMBED_MARKDOWN.replace(';', "; ")), vec![key]),
            (
                titled(&json!({ "mainContentReference": text("https://e.no/a") })),
                vec![key],
            ),
        ],
    );
    check(
        legacy_html(),
        [
            (info("<p>x</p>", "text/html"), vec![]),
            (
                info("<div>x</div>", "text/html"),
                vec!["dto.content.value[0]"],
            ),
            (link(EMBED_HTML), vec![]),
            (link(&old("html")), vec![]),
        ],
    );
    let told = validate(&body(&info("x", "a/b")), plain()).err().unwrap();
    assert!(
        told.iter()
            .all(|(_, messages)| messages[0].contains("Allowed media types"))
    );
}

#[test]
fn embedded_content_has_an_https_address_in_every_language() {
    let link = |text: &str| titled(&json!({ "mainContentReference": typed(text, EMBED_MARKDOWN) }));
    let key = "dto.content.value[0].value";
    check(
        plain(),
        [
            (link("https://example.com/a%20b?c=d"), vec![]),
            (link("http://example.com/"), vec![key]),
            (link("/a"), vec![key]),
            (link("https://"), vec![key]),
            (link(""), vec!["dto.content.value[0].value*2"]),
            (
                titled(&json!({ "mainContentReference": {
                    "value": [
                        { "value": "https://e.no", "languageCode": "nb" },
                        { "value": "http://e.no", "languageCode": "en" },
                    ],
                    "mediaType": EMBED_MARKDOWN,
                } })),
                vec!["dto.content.value[1].value"],
            ),
        ],
    );
}
