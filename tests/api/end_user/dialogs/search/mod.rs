//! GET enduser/dialogs: what a caller may find, filtered, in order, page by page.

mod filters;
mod free_text;
mod items;
mod levels;
mod limits;
mod lists;
mod many;
mod order;
mod pages;
mod parameters;
mod scope;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::support::{Answer, Caller, Town, content};

/// A query string.
fn query(parameters: &[(&str, &str)]) -> String {
    Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

/// The person's search among her own dialogs.
async fn finds(town: &Town, parameters: &[(&str, &str)]) -> Answer {
    finds_as(&town.person(), &town.party(), parameters).await
}

/// A search among the dialogs of a party.
async fn finds_as(caller: &Caller<'_>, party: &str, parameters: &[(&str, &str)]) -> Answer {
    let mut all = vec![("party", party)];
    all.extend(parameters);
    caller.finds(&query(&all)).await
}

/// A later dialog than all before.
async fn later(town: &Town, changes: Value) -> String {
    town.waits(1);
    town.owner().creates(town.a_dialog_with(changes)).await
}

/// A later dialog with a title.
async fn titled(town: &Town, title: &str) -> String {
    later(town, json!({"content": {"title": content(title)}})).await
}

/// The places of the found dialogs among those that were created.
fn places(created: &[String], found: &Answer) -> Vec<usize> {
    let place = |id: String| {
        created
            .iter()
            .position(|known| *known == id)
            .expect("one of ours")
    };
    found.ids().into_iter().map(place).collect()
}

/// All pages of a search by the person, as the continuation tokens lead through them.
async fn pages(town: &Town, parameters: &[(&str, &str)]) -> Vec<Answer> {
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut asked = parameters.to_vec();
        asked.extend(token.as_deref().map(|token| ("continuationToken", token)));
        let page = finds(town, &asked).await.is(200);
        let has_next = page.at("/hasNextPage") == true;
        token = page.body["continuationToken"]
            .as_str()
            .map(ToOwned::to_owned);
        assert!(!has_next || token.is_some(), "{}", page.text);
        all.push(page);
        assert!(all.len() < 1_000, "paging does not end");
        if !has_next {
            return all;
        }
    }
}

/// The ids on all pages.
fn all_ids(pages: &[Answer]) -> Vec<String> {
    pages.iter().flat_map(Answer::ids).collect()
}
