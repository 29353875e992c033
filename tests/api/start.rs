//! The pages of local mode: where they are, where they are not, and whom they make tokens for.

use axum::http::Method;
use serde_json::json;

use crate::support::{FOUND, OWNED, Town};

const PAGES: [&str; 3] = ["/", "/inbox", "/start/identities"];
const TOKENS: &str = "/start/tokens";
const HERE: (&str, &str) = ("host", "127.0.0.1:7214");

async fn local() -> Town {
    let town = Town::build().config(|config| config.local_mode = true);
    town.open().await
}

#[tokio::test]
async fn outside_local_mode_there_is_no_such_page() {
    let configured = Town::new().await;
    let on_network = Town::build().config(|config| {
        config.local_mode = true;
        config.auth.allow_local_issuer_on_network = true;
        config.http.listen = "0.0.0.0:7214".parse().unwrap();
    });
    let without_issuer = Town::build().config(|config| {
        config.local_mode = true;
        config.auth.local_issuer = false;
    });
    for town in [
        configured,
        on_network.open().await,
        without_issuer.open().await,
    ] {
        let nobody = town.nobody();
        for page in PAGES {
            let answer = nobody.ask(Method::GET, page, &[HERE]).await;
            answer.is_empty(404);
        }
        let wanted = json!({"id": format!("urn:altinn:person:identifier-no:{}", town.pid)});
        let asked = nobody.sends(Method::POST, TOKENS, &[HERE], &wanted);
        asked.await.is_empty(404);
        let page = town.nobody().get("/scalar").await.is(200);
        assert!(page.text.contains("data-identities=\"\""));
    }
}

#[tokio::test]
async fn pages_run_nothing_but_files_of_their_own_server() {
    let town = local().await;
    for page in ["/", "/inbox", "/scalar", "/scalar/v1.enduser"] {
        let answer = town.nobody().ask(Method::GET, page, &[HERE]).await.is(200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        let loaded: Vec<&str> = answer
            .text
            .split(['"', '\''])
            .filter(|text| text.contains("/files/"))
            .filter(|text| !text.ends_with('/'))
            .collect();
        assert!(loaded.len() >= 2, "{page}");
        for file in loaded {
            // As a browser resolves it.
            let path = format!("/{}", file.trim_start_matches(['.', '/']));
            let file = town.nobody().ask(Method::GET, &path, &[HERE]).await.is(200);
            assert_eq!(
                file.header("cache-control"),
                "public, max-age=31536000, immutable"
            );
        }
    }
}

#[tokio::test]
async fn a_token_is_made_for_everybody_whom_the_directory_knows_and_nobody_else() {
    let town = local().await;
    let known = town
        .nobody()
        .ask(Method::GET, "/start/identities", &[HERE])
        .await
        .is(200);
    let owner = format!("urn:altinn:organization:identifier-no:{}", town.number);
    let person = format!("urn:altinn:person:identifier-no:{}", town.pid);
    let company = format!("urn:altinn:organization:identifier-no:{}", town.company);
    let ids = known.texts_at("/identities", "/id");
    assert!(ids.contains(&owner) && ids.contains(&person), "{ids:?}");
    // A company acts through somebody.
    assert!(!ids.contains(&company));
    let one = known
        .list_at("/identities")
        .iter()
        .find(|one| one["id"] == *person)
        .unwrap();
    assert_eq!(one["kind"], "Person");
    assert_eq!(one["name"], one["parties"][0]["name"]);
    assert_eq!(one["parties"][1]["party"], company);
    // The usual ones are not in this town.
    let steps = known.at("/firstSteps");
    assert_eq!(steps["serviceOwner"], owner);
    assert!(ids.iter().any(|id| steps["endUser"] == **id));

    for (id, path) in [
        (&person, format!("{FOUND}?party={person}")),
        (
            &owner,
            format!(
                "{OWNED}?serviceResource=urn:altinn:resource:{}",
                town.resource
            ),
        ),
    ] {
        let issued = town
            .nobody()
            .sends(Method::POST, TOKENS, &[HERE], &json!({"id": id}))
            .await
            .is(200);
        assert_eq!(issued.header("cache-control"), "no-store");
        let bearer = format!("Bearer {}", issued.text_at("/token"));
        town.bearing(&bearer).get(&path).await.is(200);
    }
    let nobody = town.nobody();
    for body in [
        json!({"id": "urn:altinn:person:identifier-no:13838599936"}),
        json!({"id": company}),
        json!({"id": null}),
        json!({}),
        json!(null),
    ] {
        let asked = nobody.sends(Method::POST, TOKENS, &[HERE], &body);
        asked.await.refuses(400, &["id"]);
    }
}

#[tokio::test]
async fn no_other_site_sees_the_pages_or_gets_a_token() {
    let town = local().await;
    let nobody = town.nobody();
    let wanted = json!({"id": format!("urn:altinn:person:identifier-no:{}", town.pid)});
    for headers in [
        vec![],
        vec![("host", "evil.example:7214")],
        vec![HERE, ("x-forwarded-for", "203.0.113.7")],
        vec![
            HERE,
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "cors"),
        ],
        vec![
            HERE,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "no-cors"),
        ],
        vec![HERE, ("origin", "http://127.0.0.1:3000")],
    ] {
        for page in PAGES {
            let answer = town.nobody().ask(Method::GET, page, &headers).await;
            answer.is_empty(404);
        }
        let asked = nobody.sends(Method::POST, TOKENS, &headers, &wanted);
        asked.await.is_empty(404);
    }
    // What a form of another site can send without being asked first.
    let simple = [HERE, ("content-type", "text/plain")];
    let sent = nobody.send_with(TOKENS, &simple, wanted.to_string());
    sent.await.is_empty(415);
    for method in [Method::GET, Method::OPTIONS] {
        let answer = town.nobody().ask(method, TOKENS, &[HERE]).await;
        let answer = answer.is_empty(405);
        assert_eq!(answer.headers.get("access-control-allow-origin"), None);
    }
}
