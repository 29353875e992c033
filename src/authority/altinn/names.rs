//! What the register calls people, organizations and systems.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{loose, unavailable};
use crate::{
    authority::Unavailable,
    dialog::party::{Kind, PartyUrn},
    platform::{Call, Platform, System},
};

/// Longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// A system that has just been made is not in the register at once: it is asked again after each of these.
pub const PATIENCE: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    data: [&'a str; 1],
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Vec<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    #[serde(default)]
    display_name: Option<String>,
}

/// Asks for the name of `urn`, as it is registered; `None` where there is none.
pub async fn ask(
    platform: &Platform,
    urn: &PartyUrn,
    patience: &[Duration],
) -> Result<Option<Arc<str>>, Unavailable> {
    let mut name = once(platform, urn).await?;
    if urn.kind() == Kind::SystemUser {
        for pause in patience {
            if name.is_some() {
                break;
            }
            tokio::time::sleep(*pause).await;
            name = once(platform, urn).await?;
        }
    } else if name.is_none() {
        tracing::error!(kind = ?urn, "the register knows no name");
    }
    Ok(name)
}

async fn once(platform: &Platform, urn: &PartyUrn) -> Result<Option<Arc<str>>, Unavailable> {
    let system = System::Register;
    let body = Body {
        data: [urn.as_str()],
    };
    let body = serde_json::to_vec(&body).map_err(|error| unavailable(system, &error))?;
    let call = Call {
        operation: "parties",
        method: Method::POST,
        path: "register/api/v1/dialogporten/parties/query",
        body: Some(("application/json; charset=utf-8", body)),
        accept_language: None,
        limit: LONGEST,
    };
    let body = platform
        .call(system, call)
        .await
        .map_err(|error| unavailable(system, &error))?;
    read(&body).ok_or_else(|| unavailable(system, &"the answer is not the expected JSON"))
}

/// `None`: no answer of this kind. What it holds is never told.
#[expect(
    clippy::option_option,
    reason = "no name and no answer are different things"
)]
fn read(body: &Bytes) -> Option<Option<Arc<str>>> {
    let body = loose::named(body, &["data", "displayName"]);
    let answer: Answer = serde_json::from_slice(&body).ok()?;
    let first = answer.data.unwrap_or_default().into_iter().next();
    let name = first.and_then(|named| named.display_name);
    Some(
        name.filter(|name| !name.trim().is_empty())
            .map(Arc::<str>::from),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_missing_but_an_answer_may_not() {
        for (text, expected) in [
            (r#"{"data":[{"displayName":"A B"}]}"#, Some(Some("A B"))),
            (
                r#"{"Data":[{"DisplayName":"A B","urn":1},{"displayName":"C"}]}"#,
                Some(Some("A B")),
            ),
            (r#"{"data":[{"displayName":null}]}"#, Some(None)),
            (r#"{"data":[{"displayName":" "}]}"#, Some(None)),
            (r#"{"data":[{}]}"#, Some(None)),
            (r#"{"data":[]}"#, Some(None)),
            (r#"{"data":null}"#, Some(None)),
            ("[]", None),
            ("", None),
        ] {
            let found = read(&Bytes::from(text));
            assert_eq!(found.as_ref().map(Option::as_deref), expected, "{text}");
        }
    }

    #[test]
    fn the_question_is_a_list_of_one() {
        let body = Body { data: ["urn:x"] };
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"Data":["urn:x"]}"#
        );
    }
}
