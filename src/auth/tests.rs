//! The whole way in: headers, issuers on loopback, policies.

use axum::http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Authenticator, Identity, Policy, Refusal,
    dialog_token::{DialogTokens, Grant},
    issuer::{Background, Issuer, IssuerSettings, Published},
    keys::KeySet,
    local_issuer::{Holder, LocalIssuer, Terms},
    mint::{self, KEYS, Provider},
    policy::MissingScope,
    scope,
};
use crate::{clock::Clock, config, dialog::seen::UserType, platform::Client};

const PID: &str = "08844397713";
const EU: &str = scope::END_USER;
const SO: &str = scope::SERVICE_PROVIDER;
const INVALID: &str = r#"Bearer error="invalid_token""#;

/// Two providers, with the keys `a` and `b`, and one that accepts their tokens.
struct Setting {
    first: Provider,
    second: Provider,
    door: Authenticator,
    clock: Clock,
}

impl Setting {
    async fn new() -> Self {
        Self::with_audience(None).await
    }

    async fn with_audience(audience: Option<&str>) -> Self {
        let first = Provider::start(&[&KEYS[0]]).await;
        let second = Provider::start(&[&KEYS[1]]).await;
        let clock = Clock::stopped_at(Clock::system().now());
        let background = Background::default();
        let issuer = |provider: &Provider| {
            let settings = IssuerSettings {
                name: "Test".to_owned(),
                well_known: provider.well_known.clone(),
                audience: audience.map(ToOwned::to_owned),
            };
            let client = Client::new().unwrap();
            Issuer::discovered(settings, client, clock.clone(), background.clone())
        };
        let issuers = vec![issuer(&first), issuer(&second)];
        let own = "https://example.com/api/v1".to_owned();
        let door = Authenticator::new(issuers, own, clock.clone(), background);
        Self {
            first,
            second,
            door,
            clock,
        }
    }

    /// Claims of a person's token of the first provider, with others over them; `null` removes one.
    fn claims(&self, more: &Value) -> Value {
        let now = self.clock.now().seconds();
        let mut claims = json!({
            "iss": self.first.issuer, "exp": now + 600, "scope": EU, "pid": PID, "urn:altinn:authlevel": "3",
        });
        let members = claims.as_object_mut().unwrap();
        for (name, value) in more.as_object().unwrap() {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        claims
    }

    fn token(&self, more: &Value) -> String {
        KEYS[0].sign(&self.claims(more))
    }

    async fn identify(&self, token: &str) -> Result<Identity, Refusal> {
        self.door
            .identify(&header(&format!("Bearer {token}")))
            .await
    }

    /// Whether the providers' challenges are plain or name a fault; `None` for a token that is good.
    async fn faults(&self, token: &str) -> Option<[bool; 2]> {
        faults(self.identify(token).await)
    }

    async fn enter(
        &self,
        token: &str,
        policy: Policy,
        on_behalf_of: Option<&str>,
    ) -> Result<Identity, Refusal> {
        let headers = header(&format!("Bearer {token}"));
        self.door.authenticate(&headers, policy, on_behalf_of).await
    }
}

fn header(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    headers
}

fn faults(outcome: Result<Identity, Refusal>) -> Option<[bool; 2]> {
    match outcome {
        Ok(_) => None,
        Err(Refusal::Unauthenticated { challenges }) => {
            let faults = challenges.iter().map(|challenge| {
                assert!(
                    *challenge == "Bearer" || challenge.starts_with(INVALID),
                    "{challenge}"
                );
                *challenge != "Bearer"
            });
            Some(faults.collect::<Vec<_>>().try_into().unwrap())
        }
        Err(refusal) => unreachable!("refused otherwise: {refusal}"),
    }
}

fn consumer() -> Value {
    json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825827"})
}

#[tokio::test]
async fn the_header_is_the_only_way_and_has_one_form() {
    let s = Setting::new().await;
    let good = s.token(&json!({}));
    let unsigned = good.rsplit_once('.').unwrap().0;
    assert_eq!(
        faults(s.door.identify(&HeaderMap::new()).await),
        Some([false; 2])
    );
    s.identify(&good).await.unwrap();
    for (value, expected) in [
        (String::new(), Some([false; 2])),
        ("Bearer".to_owned(), Some([false; 2])),
        ("Basic dXNlcjpwYXNz".to_owned(), Some([false; 2])),
        (good.clone(), Some([false; 2])),
        (format!("Bearer\t{good}"), Some([false; 2])),
        (format!("bearer {good}"), None),
        (format!("BEARER  {good} "), None),
        ("Bearer thisisnotavalidtoken".to_owned(), Some([true; 2])),
        ("Bearer a.b.c".to_owned(), Some([true; 2])),
        (format!("Bearer \"{good}\""), Some([true; 2])),
        (format!("Bearer {good},"), Some([true; 2])),
        (format!("Bearer {unsigned}"), Some([true; 2])),
        (format!("Bearer {good}.x"), Some([true; 2])),
        (format!("Bearer {}", "x".repeat(40_000)), Some([true; 2])),
        (format!("Bearer Bearer {good}"), Some([true, false])),
        (format!("Bearer x {good}"), Some([true, false])),
        (format!("Bearer {good} x"), Some([true; 2])),
        (format!("Bearer {unsigned}."), Some([true, false])),
    ] {
        let outcome = s.door.identify(&header(&value)).await;
        assert_eq!(faults(outcome), expected, "{value}");
    }
}

#[tokio::test]
async fn a_token_counts_with_the_keys_of_its_issuer_only() {
    let s = Setting::new().await;
    let second = json!({"iss": s.second.issuer});
    let without_slash = s.first.issuer.trim_end_matches('/');
    assert_eq!(s.faults(&s.token(&json!({}))).await, None);
    assert_eq!(s.faults(&KEYS[1].sign(&s.claims(&second))).await, None);
    assert_eq!(s.faults(&s.token(&second)).await, Some([false, true]));
    assert_eq!(
        s.faults(&KEYS[1].sign(&s.claims(&json!({})))).await,
        Some([true, false])
    );
    assert_eq!(
        s.faults(&KEYS[2].sign(&s.claims(&json!({})))).await,
        Some([true, false])
    );
    for issuer in [
        json!("https://example.com/"),
        json!(without_slash),
        json!(null),
        json!(5),
    ] {
        let token = s.token(&json!({"iss": issuer}));
        assert_eq!(s.faults(&token).await, Some([false; 2]), "{issuer}");
    }
}

#[tokio::test]
async fn audiences_types_and_times_of_issue_do_not_matter() {
    let s = Setting::new().await;
    for more in [
        json!({"aud": "https://example.com/other"}),
        json!({"iat": s.clock.now().seconds() + 600}),
        json!({"iat": "nonsense"}),
    ] {
        assert_eq!(s.faults(&s.token(&more)).await, None, "{more}");
    }
    for header in [
        json!({"alg": "RS256"}),
        json!({"alg": "RS256", "typ": "at+jwt", "kid": "x"}),
    ] {
        let token = KEYS[0].sign_with(&header, &s.claims(&json!({})));
        assert_eq!(s.faults(&token).await, None, "{header}");
    }
}

#[tokio::test]
async fn a_configured_audience_must_be_named() {
    let s = Setting::with_audience(Some("us")).await;
    for (aud, expected) in [
        (json!("us"), None),
        (json!(["them", "us"]), None),
        (json!("them"), Some([true, false])),
        (json!([]), Some([true, false])),
        (json!(null), Some([true, false])),
    ] {
        assert_eq!(
            s.faults(&s.token(&json!({"aud": aud}))).await,
            expected,
            "{aud}"
        );
    }
}

#[tokio::test]
async fn unsigned_and_differently_signed_tokens_do_not_count() {
    let s = Setting::new().await;
    let claims = s.claims(&json!({}));
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "nOnE", "kid": "a"}),
        json!({"alg": "HS256", "kid": "a"}),
        json!({"alg": "RS512", "kid": "a"}),
        json!({"kid": "a"}),
    ] {
        let signed = KEYS[0].sign_with(&header, &claims);
        assert_eq!(s.faults(&signed).await, Some([true, false]), "{header}");
        let unsigned = format!("{}.", mint::message(&header, &claims));
        assert_eq!(s.faults(&unsigned).await, Some([true, false]), "{header}");
    }
    assert_eq!(
        s.first.documents(),
        2,
        "only RS512 could be of a key that we do not know yet"
    );
}

#[tokio::test]
async fn times_are_looked_at_every_time() {
    let s = Setting::new().await;
    let now = s.clock.now().seconds();
    for (times, expected) in [
        (json!({"exp": null}), Some([true, false])),
        (json!({"exp": 0}), Some([true, false])),
        (json!({"exp": now - 5}), Some([true, false])),
        (json!({"exp": now - 1}), None),
        (json!({"exp": (now + 600).to_string()}), None),
        (json!({"exp": "soon"}), Some([true; 2])),
        (json!({"nbf": now + 1}), None),
        (json!({"nbf": now + 60}), Some([true, false])),
        (
            json!({"nbf": now + 60, "exp": now + 50}),
            Some([true, false]),
        ),
    ] {
        assert_eq!(s.faults(&s.token(&times)).await, expected, "{times}");
    }
    let token = s.token(&json!({"exp": now + 60}));
    assert_eq!(s.faults(&token).await, None);
    s.clock.advance(Duration::seconds(61));
    assert_eq!(s.faults(&token).await, None);
    s.clock.advance(Duration::seconds(3));
    assert_eq!(s.faults(&token).await, Some([true, false]));
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    let s = Setting::new().await;
    let old = s.token(&json!({}));
    let new = KEYS[2].sign(&s.claims(&json!({})));
    assert_eq!(s.faults(&old).await, None);
    s.first.publish(vec![KEYS[2].jwk()]);
    assert_eq!(s.faults(&old).await, None, "nobody knows yet");
    assert_eq!(s.faults(&new).await, None);
    assert_eq!(s.faults(&old).await, Some([true, false]));
    assert_eq!(s.first.documents(), 2);
    for number in 0..20 {
        let token = KEYS[1].sign(&s.claims(&json!({"jti": number})));
        assert_eq!(s.faults(&token).await, Some([true, false]));
    }
    assert_eq!(
        s.first.documents(),
        2,
        "bad tokens do not make us ask again and again"
    );
}

#[tokio::test]
async fn an_issuer_that_is_away_breaks_no_others_tokens() {
    let s = Setting::new().await;
    s.second.is_up(false);
    let theirs = KEYS[1].sign(&s.claims(&json!({"iss": s.second.issuer})));
    let unknown = s.token(&json!({"iss": "https://example.com/"}));
    assert_eq!(s.faults(&s.token(&json!({}))).await, None);
    assert_eq!(s.identify(&theirs).await, Err(Refusal::Unavailable));
    assert_eq!(s.identify(&unknown).await, Err(Refusal::Unavailable));
    assert_eq!(
        faults(s.door.identify(&HeaderMap::new()).await),
        Some([false; 2])
    );
    assert_eq!(s.faults("nonsense").await, Some([true; 2]));
    s.second.is_up(true);
    s.clock.advance(Duration::seconds(2));
    assert_eq!(s.faults(&theirs).await, None);
    assert_eq!(s.faults(&unknown).await, Some([false; 2]));
    s.first.is_up(false);
    s.second.is_up(false);
    s.clock.advance(Duration::hours(13));
    assert_eq!(
        s.faults(&s.token(&json!({}))).await,
        None,
        "the last good keys stay"
    );
    s.door.close().await;
}

#[tokio::test]
async fn our_own_dialog_tokens_open_nothing() {
    let settings = config::DialogToken {
        primary: config::SigningKey {
            kid: "ours".to_owned(),
            private_key: URL_SAFE_NO_PAD.encode([1; 32]).into(),
        },
        ..config::DialogToken::default()
    };
    let nowhere = std::path::Path::new("/nowhere");
    let tokens = DialogTokens::open(&settings, nowhere, "https://example.com").unwrap();
    let clock = Clock::system();
    // Somebody has configured this server as an issuer of its own.
    let keys = KeySet::read(tokens.jwks()["keys"].as_array().unwrap());
    let published = Published::fixed(tokens.issuer().to_owned(), keys, clock.now());
    let door = Authenticator::new(
        vec![Issuer::fixed(published)],
        tokens.issuer().to_owned(),
        clock.clone(),
        Background::default(),
    );
    let s = Setting::new().await;
    let grant = Grant {
        caller: &s.identify(&s.token(&json!({}))).await.unwrap(),
        party: "urn:altinn:person:identifier-no:08844397713",
        service_resource: "urn:altinn:resource:some",
        dialog_id: Uuid::nil(),
        actions: "read",
    };
    let token = tokens.sign(&grant, Uuid::nil(), clock.now());
    let refused = door.identify(&header(&format!("Bearer {token}"))).await;
    let challenges = vec!["Bearer"];
    assert_eq!(refused, Err(Refusal::Unauthenticated { challenges }));
    assert_eq!(s.faults(&token).await, Some([false; 2]));
}

#[tokio::test]
async fn scopes_are_asked_before_the_kind_of_caller() {
    let s = Setting::new().await;
    let both = json!({"scope": format!("{EU} {SO}"), "consumer": consumer()});
    let wrong_type = |outcome: Result<Identity, Refusal>| match outcome {
        Err(Refusal::WrongUserType(wrong)) => wrong.found,
        other => unreachable!("not refused by kind: {other:?}"),
    };
    let missing = Err(Refusal::MissingScope(MissingScope));
    let enter = async |claims: &Value, policy| s.enter(&s.token(claims), policy, None).await;
    assert!(enter(&json!({}), Policy::EndUser).await.is_ok());
    assert_eq!(enter(&json!({}), Policy::ServiceProvider).await, missing);
    assert_eq!(
        enter(&json!({"scope": "wrong", "pid": "1"}), Policy::EndUser).await,
        missing
    );
    let found = wrong_type(enter(&both, Policy::EndUser).await);
    assert_eq!(found, UserType::ServiceOwnerOnBehalfOfPerson);
    assert_eq!(
        wrong_type(enter(&json!({"pid": "1"}), Policy::EndUser).await),
        UserType::Unknown
    );
    let list = json!({
        "scope": ["openid", format!("{SO} {}", scope::SERVICE_PROVIDER_SEARCH)],
        "consumer": consumer(), "pid": null,
    });
    let found = wrong_type(enter(&list, Policy::ServiceProviderSearch).await);
    assert_eq!(found, UserType::Unknown);
    assert!(matches!(
        s.enter("nonsense", Policy::EndUser, Some("foo")).await,
        Err(Refusal::Unauthenticated { .. })
    ));
}

#[tokio::test]
async fn a_service_owner_acts_for_a_person_between_scopes_and_kind() {
    let s = Setting::new().await;
    let owner = s.token(&json!({"scope": SO, "consumer": consumer(), "pid": null}));
    let admin =
        json!({"scope": format!("{SO} {}", scope::ADMIN), "consumer": consumer(), "pid": null});
    let admin = s.token(&admin);
    let full = format!("urn:altinn:person:identifier-no:{PID}");
    for value in [full.as_str(), PID, "urn:x:08844397713"] {
        let caller = s
            .enter(&owner, Policy::ServiceProvider, Some(value))
            .await
            .unwrap();
        assert_eq!(caller.user_type, UserType::ServiceOwnerOnBehalfOfPerson);
        assert_eq!(caller.pid.as_deref(), Some(PID));
        assert_eq!(caller.consumer.as_deref(), Some("991825827"));
    }
    for value in [
        "",
        "foo",
        "urn:altinn:person:identifier-no:08844397714",
        " 08844397713 ",
    ] {
        let refused = s.enter(&owner, Policy::ServiceProvider, Some(value)).await;
        assert_eq!(refused, Err(Refusal::InvalidEndUserId), "{value:?}");
    }
    let without_scope = s
        .enter(&owner, Policy::ServiceProviderSearch, Some("foo"))
        .await;
    assert_eq!(without_scope, Err(Refusal::MissingScope(MissingScope)));
    let refused = s
        .enter(&admin, Policy::ServiceProviderAdmin, Some(&full))
        .await;
    assert!(matches!(refused, Err(Refusal::WrongUserType(_))));
    let person = s
        .enter(&s.token(&json!({})), Policy::EndUser, Some("foo"))
        .await
        .unwrap();
    assert_eq!(
        person.pid.as_deref(),
        Some(PID),
        "an end user cannot act for anybody"
    );
}

#[tokio::test]
async fn the_local_issuer_makes_every_kind_of_caller() {
    let directory = std::env::temp_dir().join(format!(
        "dialogporten-issuer-{}",
        crate::dialog::id::random()
    ));
    let local = LocalIssuer::open(&directory).unwrap();
    let other = std::env::temp_dir().join(format!(
        "dialogporten-issuer-{}",
        crate::dialog::id::random()
    ));
    let stranger = LocalIssuer::open(&other).unwrap();
    let clock = Clock::system();
    let settings = |local_issuer| config::Auth {
        local_issuer,
        ..config::Auth::default()
    };
    let door = |local_issuer| {
        let client = Client::new().unwrap();
        let settings = settings(local_issuer);
        Authenticator::open(&settings, &directory, String::new(), &client, clock.clone()).unwrap()
    };
    let (on, off) = (door(true), door(false));
    let number = || "991825827".to_owned();
    let org = "ttd".to_owned();
    let pid = PID.to_owned();
    let owner = "310057223".to_owned();
    let email = "a@example.com".to_owned();
    for (holder, policy, user_type) in [
        (
            Holder::ServiceOwner {
                org,
                number: number(),
            },
            Policy::ServiceProviderSearch,
            UserType::ServiceOwner,
        ),
        (Holder::EndUser { pid }, Policy::EndUser, UserType::Person),
        (
            Holder::SystemUser {
                id: Uuid::nil(),
                owner,
                number: number(),
            },
            Policy::EndUser,
            UserType::SystemUser,
        ),
        (
            Holder::EmailUser { email },
            Policy::EndUser,
            UserType::IdportenEmailIdentifiedUser,
        ),
    ] {
        for level in [holder.usual_level(), 4] {
            let scopes = holder.usual_scopes();
            let terms = Terms {
                scopes,
                level,
                ttl_seconds: 60,
            };
            let headers = |issuer: &LocalIssuer| {
                header(&format!(
                    "Bearer {}",
                    issuer.issue(&holder, &terms, clock.now())
                ))
            };
            let caller = on
                .authenticate(&headers(&local), policy, None)
                .await
                .unwrap();
            assert_eq!(
                (caller.user_type, caller.level),
                (user_type, u32::from(level))
            );
            for (door, issuer) in [(&on, &stranger), (&off, &local)] {
                let refused = door.authenticate(&headers(issuer), policy, None).await;
                assert!(matches!(refused, Err(Refusal::Unauthenticated { .. })));
            }
        }
    }
    for directory in [directory, other] {
        std::fs::remove_dir_all(directory).unwrap();
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    /// Arbitrary texts, and good tokens with one byte changed.
    #[test]
    fn nothing_but_a_whole_good_token_gets_in(
        bytes in proptest::collection::vec(33_u8..=255, 0..300),
        at: proptest::sample::Index,
        replacement in 33_u8..=255,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let clock = Clock::system();
            let keys = KeySet::read(&[KEYS[0].jwk()]);
            let issuer = Issuer::fixed(Published::fixed("i".to_owned(), keys, clock.now()));
            let door = Authenticator::new(vec![issuer], String::new(), clock.clone(), Background::default());
            let refused = async |bytes: &[u8]| {
                let mut headers = HeaderMap::new();
                let value = [b"Bearer ".as_slice(), bytes].concat();
                let Ok(value) = HeaderValue::from_bytes(&value) else { return true };
                headers.insert(AUTHORIZATION, value);
                matches!(door.identify(&headers).await, Err(Refusal::Unauthenticated { .. }))
            };
            assert!(refused(&bytes).await);
            let good = KEYS[0].sign(&json!({"iss": "i", "exp": clock.now().seconds() + 60, "pid": PID}));
            let mut changed = good.clone().into_bytes();
            let at = at.index(changed.len());
            assert!(!refused(&changed).await);
            if changed[at] != replacement {
                changed[at] = replacement;
                assert!(refused(&changed).await);
            }
        });
    }
}
