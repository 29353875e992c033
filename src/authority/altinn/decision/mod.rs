//! Decisions of the platform's decision point.

mod answer;
mod request;

use aws_lc_rs::digest;
use futures_util::future::try_join_all;
use reqwest::Method;

use super::{cached::Answered, unavailable};
use crate::{
    authority::{Permitted, Question, Subject, Unavailable, question::Pair},
    platform::{Call, Platform, System},
};

/// The most pairs in one request. More are asked in several, at the same time.
const MOST_PAIRS: usize = 200;

/// Longest answer that is read, in bytes: two hundred decisions with everything that may come with them.
const LONGEST: usize = 16 * 1024 * 1024;

/// Asks for all pairs of a question. What the decision point leaves open is not permitted, and the answer not whole.
pub async fn ask(
    platform: &Platform,
    subject: &Subject,
    question: &Question,
) -> Result<Answered<Permitted>, Unavailable> {
    let parts = question
        .pairs()
        .chunks(MOST_PAIRS)
        .map(|pairs| part(platform, subject, question, pairs));
    let parts = try_join_all(parts).await?;
    let is_whole = parts.iter().all(|part| part.is_whole);
    let permitted = parts.into_iter().flat_map(|part| part.value).collect();
    Ok(Answered {
        value: Permitted::new(permitted),
        is_whole,
    })
}

async fn part(
    platform: &Platform,
    subject: &Subject,
    question: &Question,
    pairs: &[Pair],
) -> Result<Answered<Vec<Pair>>, Unavailable> {
    let system = System::DecisionPoint;
    let asked = request::of(subject, question, pairs)?;
    let body = serde_json::to_vec(&asked.body).map_err(|error| unavailable(system, &error))?;
    let call = Call {
        operation: "authorize",
        method: Method::POST,
        path: "authorization/api/v1/authorize",
        body: Some(("application/json; charset=utf-8", body)),
        accept_language: None,
        limit: LONGEST,
    };
    let body = platform
        .call(system, call)
        .await
        .map_err(|error| unavailable(system, &error))?;
    let decisions =
        answer::read(&body, &asked.marks).map_err(|error| unavailable(system, &error))?;
    for pair in decisions.undecided {
        // Neither caller nor party nor instance: all of them may hold the number of a person.
        tracing::error!(
            resource = question.resource,
            action = pairs[pair].action,
            attribute = pairs[pair].attribute.as_str(),
            "the decision point could not decide"
        );
    }
    let permitted = pairs.iter().zip(decisions.permitted);
    Ok(Answered {
        value: permitted
            .filter(|(_, is_permitted)| *is_permitted)
            .map(|(pair, _)| pair.clone())
            .collect(),
        is_whole: decisions.is_whole,
    })
}

/// Equal where the answer must be: SHA-256 of all that identifies the caller and of all that is asked.
pub fn key(subject: &Subject, question: &Question) -> [u8; 32] {
    let instance = question.instance.to_string();
    let about = [
        subject.urn().as_str(),
        &question.party,
        &question.resource,
        &instance,
    ];
    let asked = question
        .pairs()
        .iter()
        .flat_map(|pair| [pair.action.as_str(), pair.attribute.as_str()]);
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(subject.claims());
    for text in about.into_iter().chain(asked) {
        hash.update(&text.len().to_be_bytes());
        hash.update(text.as_bytes());
    }
    let mut key = [0; 32];
    key.copy_from_slice(hash.finish().as_ref());
    key
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{authority::Target, dialog::party::PartyUrn};
    use uuid::Uuid;

    #[test]
    fn a_key_tells_all_that_matters_apart_and_no_more() {
        let subject = |pid: &str| Subject::new(PartyUrn::person(pid));
        let target = |party, resource, labels| Target {
            dialog: Uuid::nil(),
            party,
            resource,
            labels,
        };
        let question = |target, pairs: &[(&str, Option<&str>)]| {
            let pairs = pairs
                .iter()
                .map(|(action, attribute)| Pair::new(action, *attribute));
            Question::new(target, pairs)
        };
        let labels =
            ["urn:altinn:correspondence-id:00000000-0000-0000-0000-000000000000".to_owned()];
        let plain = target("urn:p", "urn:r", &[]);
        let keys = [
            key(&subject("1"), &question(plain, &[])),
            key(&subject("2"), &question(plain, &[])),
            key(&subject("1"), &question(target("urn:q", "urn:r", &[]), &[])),
            key(&subject("1"), &question(target("urn:p", "urn:s", &[]), &[])),
            key(
                &subject("1"),
                &question(target("urn:p", "urn:r", &labels), &[]),
            ),
            key(&subject("1"), &question(plain, &[("read", Some("a"))])),
            key(&subject("1"), &question(plain, &[("reada", None)])),
            key(&subject("1").with_user_id("1"), &question(plain, &[])),
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        let (one, other) = (("sign", None), ("read", Some("a")));
        assert_eq!(
            key(&subject("1"), &question(plain, &[one, other])),
            key(&subject("1"), &question(plain, &[other, one, other]))
        );
    }
}
