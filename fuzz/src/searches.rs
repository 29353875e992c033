//! What searches are asked with: whole query strings, orders and places in them, words.

use dialogporten::{
    dialog::{
        Violations,
        search::{Cursor, Dictionary, Order, TextQuery, order::Key, request::MostValues},
    },
    http::query::{self, Query},
};

use super::made::must_be_told;

const MOST: MostValues = MostValues {
    parties: 20,
    resources: 20,
    orgs: 20,
    extended_statuses: 20,
};

/// A line with an order, then a token: what is read means the same when it is written and read again.
pub fn cursor(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (order, token) = text.split_once('\n').unwrap_or((text, ""));
    let order = Order::parse(order).unwrap_or_default();
    ends_with_the_identifier(&order);
    let Ok(cursor) = Cursor::parse(token) else {
        return;
    };
    assert_eq!(cursor.as_str(), token);
    let missing = cursor.missing(&order);
    assert!(missing.iter().all(|key| cursor.value(*key).is_none()));
    if !missing.is_empty() {
        return;
    }
    // A key that stands twice in an order stands twice in a token, which nobody reads; documented so.
    let names = || order.keys().iter().map(|(key, _)| *key);
    if names()
        .enumerate()
        .any(|(at, key)| names().skip(at + 1).any(|k| k == key))
    {
        return;
    }
    let written = Cursor::behind(&order, |key| cursor.value(key).expect("it is not missing"));
    let read = Cursor::parse(written.as_str()).expect("we read what we wrote");
    assert_eq!(read, written);
    for key in names() {
        assert_eq!(read.value(key), cursor.value(key), "{key:?}");
    }
}

fn ends_with_the_identifier(order: &Order) {
    let effective = order.effective();
    let shown = order.to_string();
    assert!(!shown.is_empty());
    let id = effective.iter().position(|(key, _)| *key == Key::Id);
    assert_eq!(id, Some(effective.len() - 1));
    assert!(effective.len() <= 5);
    // Shown in lower case, twice the same key is refused.
    if let Ok(again) = Order::parse(&shown) {
        assert_eq!(again.effective(), effective);
        assert_eq!(again.to_string(), shown);
    }
}

/// The query of a search, whoever asks: refused with words, or within all limits.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let query = Query::parse(Some(text));
    let mut unread = Violations::default();
    let request = query::search(&query, &mut unread);
    is_refused_with_words(&unread);
    match request.validate(&MOST) {
        Ok(search) => {
            assert!((1..=1_000).contains(&search.limit));
            assert!(search.parties.len() <= MOST.parties);
            assert!(search.resources.len() <= MOST.resources);
            assert!(!(search.parties.is_empty() && search.resources.is_empty()));
            if let Some(words) = &search.text {
                is_websearch(&words.websearch);
            }
            if let Some(cursor) = &search.cursor {
                assert!(cursor.missing(&search.order).is_empty());
            }
        }
        Err(violations) => must_be_told(&violations),
    }

    for for_person in [false, true] {
        let mut violations = Violations::default();
        let request = query::search_by_owner(&query, &mut violations);
        let search = request.validate(&MOST, for_person, &mut violations);
        if violations.is_empty() {
            assert!((1..=1_000).contains(&search.common.limit));
            assert!(for_person || search.common.text.is_none());
        } else {
            is_refused_with_words(&violations);
        }
    }
}

fn is_refused_with_words(violations: &Violations) {
    for (_, messages) in violations.iter() {
        assert!(messages.iter().all(|message| !message.is_empty()));
    }
}

/// Words to look for, in a form that PostgreSQL takes.
pub fn text(data: &[u8]) {
    let Ok(typed) = std::str::from_utf8(data) else {
        return;
    };
    let query = TextQuery::new(typed, Dictionary::SIMPLE);
    is_websearch(&query.websearch);
    // Between two words there is at most one operator and at most two signs.
    assert!(query.websearch.len() <= 3 * typed.len() + 2);
    assert_eq!(
        query,
        TextQuery::new(&format!(" {typed}\t"), Dictionary::SIMPLE)
    );
    if typed.trim().is_empty() {
        assert!(query.websearch.is_empty());
    }
}

/// No row of signs that PostgreSQL cannot take, whatever punctuation stands between them.
fn is_websearch(websearch: &str) {
    assert_eq!(websearch.trim_start(), websearch);
    for between in websearch.split(char::is_alphanumeric) {
        assert!(between.matches('-').count() <= 8, "{websearch}");
    }
}
