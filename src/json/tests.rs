use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Field, Read, read};

#[derive(Debug, Default, PartialEq)]
struct Button {
    id: Option<Uuid>,
    label: Option<String>,
    priority: Option<i32>,
    is_shown: bool,
    verb: Field<String>,
    children: Vec<Button>,
}

crate::json_object!(Button {
    id,
    label: never_null,
    priority,
    is_shown,
    verb,
    children
});

fn key_of<T: Read + std::fmt::Debug>(body: impl AsRef<[u8]>) -> String {
    read::<T>(body.as_ref()).unwrap_err().key()
}

#[test]
fn members_match_in_any_case_and_the_last_of_two_counts() {
    let button: Button =
        read(br#"{"LABEL":"a","IsShown":true,"Priority":"7","label":"b","is_shown":false}"#)
            .unwrap();
    assert_eq!(button.label.as_deref(), Some("b"));
    assert!(button.is_shown);
    assert_eq!(button.priority, Some(7));
}

#[test]
fn absent_null_and_given_are_three_things() {
    for (body, verb) in [
        ("{}", Field::Absent),
        (r#"{"verb":null}"#, Field::Null),
        (r#"{"verb":"GET"}"#, Field::Value("GET".to_owned())),
    ] {
        assert_eq!(read::<Button>(body.as_bytes()).unwrap().verb, verb);
    }
    assert!(read::<Button>(br#"{"id":null,"priority":null}"#).is_ok());
    assert_eq!(read::<Option<Button>>(b"null").unwrap(), None);
}

#[test]
fn the_first_thing_that_is_wrong_is_told_with_its_path() {
    for (body, key) in [
        // The document as a whole.
        ("", "SerializerErrors"),
        (" ", "SerializerErrors"),
        ("frog", "SerializerErrors"),
        ("null", "SerializerErrors"),
        ("[]", "SerializerErrors"),
        ("\"x\"", "SerializerErrors"),
        ("5", "SerializerErrors"),
        ("{", "SerializerErrors"),
        ("{\"lab", "SerializerErrors"),
        ("{\"label\"", "SerializerErrors"),
        ("{'label':1}", "SerializerErrors"),
        ("{/* c */\"label\":\"x\"}", "SerializerErrors"),
        ("{\"label\":\"x\",}", "SerializerErrors"),
        ("{\"label\":\"x\" \"id\":null}", "SerializerErrors"),
        ("{\"label\":\"x\"} {}", "SerializerErrors"),
        ("{\"label\":\"x\"", "SerializerErrors"),
        // Inside a member.
        ("{\"label\":", "label"),
        ("{\"label\": ", "label"),
        ("{\"label\":\"x", "label"),
        ("{\"label\":nul}", "label"),
        ("{\"label\":null}", "label"),
        ("{\"LABEL\":null}", "LABEL"),
        ("{\"isShown\":null}", "isShown"),
        ("{\"isShown\":\"true\"}", "isShown"),
        ("{\"isShown\":1}", "isShown"),
        ("{\"label\":\"\\ud800\"}", "label"),
        ("{\"label\":\"\\udc00\\ud800\"}", "label"),
        ("{\"label\":\"a\\u0000\"}", "label"),
        ("{\"label\":\"a\nb\"}", "label"),
        ("{\"label\":\"\\q\"}", "label"),
        ("{\"priority\":NaN}", "priority"),
        ("{\"priority\":05}", "priority"),
        // Inside lists.
        ("{\"children\":null}", "children"),
        ("{\"children\":{}}", "children"),
        ("{\"children\":[", "children[0]"),
        ("{\"children\":[{}", "children[1]"),
        ("{\"children\":[{},]}", "children[1]"),
        ("{\"children\":[{}{}]}", "children[1]"),
        ("{\"children\":[null]}", "children[0]"),
        ("{\"children\":[{},\"x\"]}", "children[1]"),
        (
            "{\"children\":[{},{\"children\":[{\"label\":5}]}]}",
            "children[1].children[0].label",
        ),
        // Of a member that nobody knows only its name is told.
        ("{\"other\":[1,{\"x\":tru}]}", "other"),
        ("{\"other\":{\"x\":}}", "other"),
        // An earlier failure of kind comes before a later one of syntax, and of two the first counts.
        ("{\"label\":5,\"priority\":", "label"),
        ("{\"priority\":\"x\",\"isShown\":\"y\"}", "priority"),
        ("{\"label\":5,\"label\":\"x\"}", "label"),
    ] {
        assert_eq!(key_of::<Button>(body), key, "{body}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_told_where_they_stand() {
    assert_eq!(key_of::<Button>(b"{\"label\":\"\xff\"}"), "label");
    assert_eq!(
        key_of::<Button>(b"{\"label\":\"x\"}\xff"),
        "SerializerErrors"
    );
    assert_eq!(key_of::<Button>(b"\xff"), "SerializerErrors");
}

#[test]
fn a_byte_order_mark_and_blanks_are_skipped() {
    assert!(read::<Button>(b"\xef\xbb\xbf \r\n\t{ } \n").is_ok());
    assert_eq!(key_of::<Button>(b"\xef\xbb\xbf"), "SerializerErrors");
}

#[test]
fn whole_numbers_are_read_from_numbers_and_texts() {
    for (text, number) in [
        ("50", 50),
        ("\"50\"", 50),
        ("-0", 0),
        ("\"-7\"", -7),
        ("2147483647", i32::MAX),
    ] {
        assert_eq!(read::<i32>(text.as_bytes()), Ok(number), "{text}");
    }
    for text in [
        "1e1",
        "50.0",
        "\"5.5\"",
        "\" 5\"",
        "\"5 \"",
        "\"\"",
        "true",
        "null",
        "2147483648",
        "[5]",
        "+5",
        "-",
        "1.",
        ".5",
        "1e",
    ] {
        assert!(read::<i32>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn identifiers_have_hyphens() {
    let id = "018bb8e5-d9d0-7434-8ec5-569a6c8e01fc";
    let parsed = Uuid::try_parse(id).unwrap();
    assert_eq!(
        read::<Uuid>(format!("\"{}\"", id.to_uppercase()).as_bytes()),
        Ok(parsed)
    );
    for text in [
        id.replace('-', ""),
        format!("{{{id}}}"),
        format!("{id} "),
        String::new(),
    ] {
        assert!(
            read::<Uuid>(format!("\"{text}\"").as_bytes()).is_err(),
            "{text}"
        );
    }
}

#[test]
fn nesting_ends_at_64_also_where_nobody_looks() {
    let nested =
        |levels: usize| format!("{{\"other\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(read::<Button>(nested(63).as_bytes()).is_ok());
    assert_eq!(key_of::<Button>(nested(64)), "other");
    assert_eq!(
        key_of::<Value>("[".repeat(1_000_000)).len(),
        "[0]".len() * 64
    );
}

#[test]
fn elements_are_bounded_and_names_in_paths_are_cut() {
    let many = |count: usize| format!("{{\"children\":[{}{{}}]}}", "{},".repeat(count - 1));
    assert!(read::<Button>(many(250_000).as_bytes()).is_ok());
    assert_eq!(key_of::<Button>(many(250_001)), "children[250000]");
    let name = "n".repeat(10_000);
    assert_eq!(key_of::<Button>(format!("{{\"{name}\":")), "n".repeat(100));
}

#[test]
fn escapes_are_decoded() {
    assert_eq!(
        read::<String>(br#""\"\\\/\b\f\n\r\t\u00e5\ud83d\ude00 \u20ac""#).unwrap(),
        "\"\\/\u{8}\u{c}\n\r\tå😀 €"
    );
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[^\0]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::hash_map("\\PC*", inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read::<Button>(&body);
        let _ = read::<Value>(&body);
    }

    #[test]
    fn anything_like_json_is_read_as_serde_json_reads_it_or_refused(
        body in "[\\[\\]{},:\"\\\\ua0-9eE.+ \u{1}tfn-]{0,40}"
    ) {
        let ours = read::<Value>(body.as_bytes()).ok();
        let theirs = serde_json::from_str::<Value>(&body).ok();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn what_serde_json_writes_is_read_back(document in documents()) {
        for body in [document.to_string(), serde_json::to_string_pretty(&document).unwrap()] {
            prop_assert_eq!(&read::<Value>(body.as_bytes()).unwrap(), &serde_json::from_str::<Value>(&body).unwrap());
            // Reading typed or skipping must walk the same syntax.
            let wrapped = json!({ "other": document }).to_string();
            prop_assert!(read::<Button>(wrapped.as_bytes()).is_ok());
        }
    }

    #[test]
    fn a_document_that_is_cut_off_is_refused(document in documents(), at in any::<prop::sample::Index>()) {
        let body = json!([document]).to_string();
        let cut = &body.as_bytes()[..at.index(body.len())];
        prop_assert!(read::<Value>(cut).is_err());
    }
}
