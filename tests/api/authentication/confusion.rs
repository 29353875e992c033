//! Tokens that want to be taken for something else than they are.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    enters,
    provider::{Provider, Rsa, Trap, of},
};
use crate::support::{Caller, Key, Token, Town};

fn bearing<'a>(town: &'a Town, token: &str) -> Caller<'a> {
    town.bearing(&format!("Bearer {token}"))
}

/// A town that believes an issuer besides its own.
async fn town(issuer: &Provider) -> Town {
    let issuers = vec![issuer.settings()];
    Town::build()
        .config(|config| config.auth.issuers = issuers)
        .open()
        .await
}

/// An issuer with an RSA key under a name.
async fn with_rsa(rsa: &Rsa, kid: &str) -> Provider {
    let keys = json!([rsa.jwk(kid)]);
    Provider::publishing(
        Key::new(),
        keys,
        |address| json!({"issuer": format!("{address}/"), "jwks_uri": format!("{address}/keys")}),
    )
    .await
}

#[tokio::test]
async fn a_public_key_is_nobodys_secret() {
    let rsa = Rsa::new();
    let issuer = with_rsa(&rsa, "a").await;
    let town = town(&issuer).await;
    let token = of(&town, &issuer);
    let signed = rsa.sign(&token.clone().headed(json!({"alg": "RS256", "kid": "a"})));
    assert!(enters(&bearing(&town, &signed)).await);

    let own = town.key().jwk("x");
    let raw = URL_SAFE_NO_PAD.decode(own["x"].as_str().unwrap()).unwrap();
    let text = own["x"].as_str().unwrap().as_bytes().to_vec();
    let own = vec![raw, text, own.to_string().into_bytes()];
    let mut secrets: Vec<_> = rsa
        .spellings()
        .into_iter()
        .map(|secret| (secret, token.clone()))
        .collect();
    secrets.extend(
        own.into_iter()
            .map(|secret| (secret, town.person().token())),
    );
    for (secret, token) in secrets {
        for (alg, algorithm) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
            ("RS256", hmac::HMAC_SHA256),
            ("EdDSA", hmac::HMAC_SHA256),
        ] {
            for kid in [json!("a"), Value::Null] {
                let header = json!({"alg": alg, "kid": kid});
                let message = token.clone().headed(header).message();
                let key = hmac::Key::new(algorithm, &secret);
                let code = hmac::sign(&key, message.as_bytes());
                let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(code));
                assert!(!enters(&bearing(&town, &token)).await, "{alg}: {token}");
            }
        }
    }
}

#[tokio::test]
async fn one_way_of_signing_does_not_stand_for_another() {
    let rsa = Rsa::new();
    let issuer = with_rsa(&rsa, "a").await;
    let town = town(&issuer).await;
    let token = of(&town, &issuer);
    for alg in [
        "none",
        "nOnE",
        "RS384",
        "RS512",
        "PS256",
        "ES256",
        "EdDSA",
        "HS256",
        "RSA",
        "rs256",
        " RS256",
        "RS256 ",
        "RS256\u{0}",
        "",
    ] {
        let header = json!({"alg": alg, "kid": "a"});
        let signed = rsa.sign(&token.clone().headed(header));
        assert!(!enters(&bearing(&town, &signed)).await, "{alg}");
    }
    for header in [
        json!({"alg": null}),
        json!({"alg": ["RS256"]}),
        json!({"alg": {"RS256": true}}),
        json!({"alg": 256}),
        json!({"alg": "RS256", "crit": []}),
        json!({"alg": "RS256", "crit": ["exp"]}),
        json!({"alg": "RS256", "crit": ["b64"], "b64": false}),
        json!({"alg": "RS256", "crit": "b64"}),
        json!({"alg": "RS256", "crit": ["http://example.com/unknown"], "http://example.com/unknown": 1}),
    ] {
        let signed = rsa.sign(&token.clone().headed(header.clone()));
        assert!(!enters(&bearing(&town, &signed)).await, "{header}");
    }
    // What nobody here knows and nobody says must be known does no harm.
    for header in [
        json!({"alg": "RS256", "typ": "dpop+jwt"}),
        json!({"alg": "RS256", "typ": 7}),
        json!({"alg": "RS256", "cty": "JWT"}),
        json!({"alg": "RS256", "b64": false}),
        json!({"alg": "RS256", "zip": "DEF"}),
    ] {
        let signed = rsa.sign(&token.clone().headed(header.clone()));
        assert!(enters(&bearing(&town, &signed)).await, "{header}");
    }
}

#[tokio::test]
async fn names_of_keys_lead_nowhere() {
    let rsa = Rsa::new();
    let issuer = with_rsa(&rsa, "a").await;
    let town = town(&issuer).await;
    let token = of(&town, &issuer);
    let attacker = Rsa::new();
    let trap = Trap::set(json!([attacker.jwk("a")])).await;
    let to = |path: &str| json!(format!("{}/{path}", trap.address));
    let long = "k".repeat(16_000);
    let names = [
        json!("/dev/null"),
        json!("../../../../../../dev/null"),
        json!("file:///dev/null"),
        to("keys"),
        json!("x' UNION SELECT 'c2VjcmV0' --"),
        json!("$(curl example.com)"),
        json!("a\u{0}"),
        json!("a\r\nx: y"),
        json!(""),
        json!(long),
        json!(["a"]),
        json!({"a": "a"}),
        json!(0),
        Value::Null,
        json!("a"),
        json!("A"),
    ];
    for name in &names {
        let token = token.clone().headed(json!({"alg": "RS256", "kid": name}));
        let shown = name.to_string();
        let shown = shown.get(..40).unwrap_or(&shown);
        assert!(
            !enters(&bearing(&town, &attacker.sign(&token))).await,
            "{shown}"
        );
        // It is a hint at most: the issuer's own key is found under any name.
        assert!(enters(&bearing(&town, &rsa.sign(&token))).await, "{shown}");
    }
    let certificate = URL_SAFE_NO_PAD.encode(attacker.spellings().remove(1));
    for header in [
        json!({"jku": to("keys")}),
        json!({"x5u": to("certificate")}),
        json!({"jwk": attacker.jwk("a")}),
        json!({"x5c": [certificate]}),
        json!({"jku": to("keys"), "x5u": to("x"), "jwk": attacker.jwk("a"), "x5t": certificate}),
    ] {
        let token = token
            .clone()
            .headed(json!({"alg": "RS256"}))
            .headed(header.clone());
        assert!(
            !enters(&bearing(&town, &attacker.sign(&token))).await,
            "{header}"
        );
        assert!(enters(&bearing(&town, &rsa.sign(&token))).await, "{header}");
    }
    assert_eq!(trap.visits(), 0);
}

#[tokio::test]
async fn two_keys_of_one_name_both_sign_and_nobody_else() {
    let keys = [Rsa::new(), Rsa::new(), Rsa::new()];
    let published = json!([keys[0].jwk("a"), keys[1].jwk("a")]);
    let issuer = Provider::publishing(
        Key::new(),
        published,
        |address| json!({"issuer": format!("{address}/"), "jwks_uri": format!("{address}/keys")}),
    );
    let issuer = issuer.await;
    let town = town(&issuer).await;
    for (key, is_theirs) in keys.iter().zip([true, true, false]) {
        for kid in ["a", "b"] {
            let token = of(&town, &issuer).headed(json!({"alg": "RS256", "kid": kid}));
            let caller = bearing(&town, &key.sign(&token));
            assert_eq!(enters(&caller).await, is_theirs, "{kid}");
        }
    }
}

#[tokio::test]
async fn the_issuer_is_one_text_letter_by_letter() {
    let issuer = Provider::start().await;
    let town = town(&issuer).await;
    let name = format!("{}/", issuer.address);
    let good = of(&town, &issuer);
    assert!(enters(&bearing(&town, &good.signed(&issuer.key))).await);
    for iss in [
        json!(issuer.address),
        json!(format!("{name}/")),
        json!(format!(" {name}")),
        json!(format!("{name}\u{0}")),
        json!(name.to_uppercase()),
        json!([name]),
        json!({ &name: name }),
        json!(null),
        json!(""),
    ] {
        let token = good.clone().claiming(json!({"iss": iss}));
        for key in [&issuer.key, &town.key(), &Key::new()] {
            assert!(!enters(&bearing(&town, &token.signed(key))).await, "{iss}");
        }
    }
    // Each issuer's word is good for itself only, whatever its name stands beside.
    let ours = town.person().token();
    for token in [ours.signed(&issuer.key), good.signed(&town.key())] {
        assert!(!enters(&bearing(&town, &token)).await);
    }
}

/// Signs texts that no JSON library would write.
fn signed(header: &str, claims: &str, key: &Key) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    key.signed(&format!("{}.{}", part(header), part(claims)))
}

#[tokio::test]
async fn what_stands_twice_counts_once() {
    let town = Town::new().await;
    let claims = town.person().token().claims.to_string();
    let claims = claims.strip_suffix('}').unwrap();
    let header = r#"{"alg":"EdDSA","typ":"JWT"}"#;
    let key = town.key();
    let with = |more: &str| signed(header, &format!("{claims},{more}}}"), &key);
    for (more, status) in [
        (r#""scope":"openid""#, 403),
        (r#""scope":"openid","scope":"digdir:dialogporten""#, 404),
        (r#""exp":1"#, 401),
        (r#""nbf":99999999999"#, 401),
        (r#""iss":"urn:somebody:else""#, 401),
        (r#""ISS":"urn:somebody:else""#, 404),
    ] {
        let id = town.id();
        bearing(&town, &with(more)).opens(&id).await.is(status);
    }
    // The last person is the person; the first one is nobody any more.
    let other = format!(r#""pid":"{}""#, town.stranger);
    let id = town.owner().creates(town.a_dialog()).await;
    bearing(&town, &with(&other)).opens(&id).await.is(403);
    let whole = format!("{claims}}}");
    for (header, enters_by) in [
        (r#"{"alg":"none","alg":"EdDSA"}"#, true),
        (r#"{"alg":"EdDSA","alg":"none"}"#, false),
        (r#"{"alg":"EdDSA","alg":"HS256"}"#, false),
    ] {
        let token = signed(header, &whole, &key);
        assert_eq!(enters(&bearing(&town, &token)).await, enters_by, "{header}");
    }
}

#[tokio::test]
async fn other_kinds_of_tokens_are_none() {
    let town = Town::new().await;
    let inner = town.person().authorization().replace("Bearer ", "");
    let key = town.key();
    let header = r#"{"alg":"EdDSA"}"#;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let [first, second, third] = inner.split('.').collect::<Vec<_>>()[..] else {
        panic!("{inner}")
    };
    let general = json!({
        "payload": second, "signatures": [{"protected": first, "signature": third}],
    });
    for token in [
        signed(r#"{"alg":"EdDSA","cty":"JWT"}"#, &inner, &key),
        signed(header, &json!(inner).to_string(), &key),
        signed(header, "{}", &key),
        signed(header, "null", &key),
        signed(header, "", &key),
        signed("", &town.person().token().claims.to_string(), &key),
        signed(header, &deep, &key),
        signed(header, "{\"iss\":\"\u{feff}", &key),
        format!("{inner}.x.y"),
        format!("{first}.{second}..{third}"),
        format!("{first}..{third}"),
        format!("..{third}"),
        "....".into(),
        URL_SAFE_NO_PAD.encode(general.to_string()),
        general.to_string(),
    ] {
        assert!(!enters(&bearing(&town, &token)).await, "{token}");
    }
}

#[tokio::test]
async fn a_token_has_at_most_32_kib() {
    let town = Town::new().await;
    let padded = |size: usize| {
        let padding = json!({"padding": "x".repeat(size)});
        town.person().claiming(padding)
    };
    assert!(enters(&padded(20_000)).await);
    for size in [25_000, 1_000_000] {
        assert!(!enters(&padded(size)).await, "{size}");
    }
    let many: Value = (0..1_000).map(|n| (format!("c{n}"), json!(n))).collect();
    assert!(enters(&town.person().claiming(many)).await);
}

/// The issuer's name and keys are published by the server itself: somebody may well take it for an issuer of access tokens.
#[tokio::test]
async fn a_dialog_token_opens_nothing_even_where_its_issuer_is_configured() {
    let first = Town::new().await;
    let base = first.app.public_base().to_owned();
    let keys = first.nobody().get("/api/v1/.well-known/jwks.json").await;
    let itself = Provider::publishing(Key::new(), keys.is(200).body["keys"].clone(), |address| {
        json!({"issuer": format!("{base}/api/v1"), "jwks_uri": format!("{address}/keys")})
    })
    .await;
    let issuers = vec![itself.settings()];
    let directory = first.app.config().data_dir.clone();
    let town = Town::build()
        .config(|config| {
            config.auth.issuers = issuers;
            config.data_dir = directory;
        })
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let token = town
        .person()
        .opens(&id)
        .await
        .is(200)
        .text_at("/dialogToken");
    let read = Token::read(&token);
    assert_eq!(read.claims["iss"], format!("{base}/api/v1"));
    assert!(crate::support::verifies(
        &town
            .nobody()
            .get("/api/v1/.well-known/jwks.json")
            .await
            .body["keys"][0],
        &token
    ));
    assert!(!enters(&bearing(&town, &token)).await);
}
