//! Every kind of caller.

use dialogporten::auth::local_issuer::ISSUER;
use serde_json::json;

use super::{SYSTEM, sample::Sample, table::Serves};
use crate::support::{Caller, Key, Town};

const ADMIN: &str = "digdir:dialogporten.serviceprovider.admin";

/// Those whose tokens are not believed.
pub fn outsiders<'a>(town: &'a Town, sample: &Sample) -> Vec<(&'static str, Caller<'a>)> {
    let (owner, person) = (town.owner(), town.person());
    let now = town.now().seconds();
    let forged = |token: crate::support::Token| {
        let token = token.signed(&Key::new());
        town.bearing(&format!("Bearer {token}"))
    };
    let garbage = "Bearer eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln";
    let elsewhere = json!({"iss": "https://elsewhere.example/"});
    let ours = json!({"iss": ISSUER});
    let past = json!({"exp": now - 60, "nbf": now - 120});
    let to_come = json!({"exp": now + 120, "nbf": now + 60});
    vec![
        ("without a token", town.nobody()),
        ("with garbage", town.bearing("Bearer garbage")),
        ("with well-formed garbage", town.bearing(garbage)),
        (
            "with a dialog token",
            town.bearing(&format!("Bearer {}", sample.token)),
        ),
        (
            "an owner of an unknown issuer",
            forged(owner.token().claiming(elsewhere.clone())),
        ),
        (
            "a person of an unknown issuer",
            forged(person.token().claiming(elsewhere)),
        ),
        (
            "an owner with a forged token",
            forged(owner.token().claiming(ours.clone())),
        ),
        (
            "a person with a forged token",
            forged(person.token().claiming(ours)),
        ),
        ("an owner of yesterday", owner.claiming(past.clone())),
        ("a person of yesterday", person.claiming(past)),
        ("an owner of tomorrow", owner.claiming(to_come.clone())),
        ("a person of tomorrow", person.claiming(to_come)),
    ]
}

/// Those who are known, and do not have what the route asks for.
pub fn without_scope(town: &Town, serves: Serves) -> Vec<(&'static str, Caller<'_>)> {
    let unscoped = json!({"scope": "openid"});
    match serves {
        Serves::Anybody(_) => Vec::new(),
        Serves::Owners(scope, _) => {
            let mut all = end_users(town).to_vec();
            all.push(("an owner without scopes", town.owner().claiming(unscoped)));
            let alone = town.owner().claiming(json!({"scope": ADMIN}));
            all.push(("an admin and nothing else", alone));
            if !scope.is_empty() {
                let base = json!({"scope": "digdir:dialogporten.serviceprovider"});
                all.push((
                    "an owner without the route's scope",
                    town.owner().claiming(base),
                ));
            }
            all
        }
        Serves::EndUsers(_) => {
            let mut all = owners(town, "").to_vec();
            all.push(("a person without scopes", town.person().claiming(unscoped)));
            all
        }
    }
}

/// Those who may use routes of owners: the owner, another one, an admin elsewhere.
pub fn owners<'a>(town: &'a Town, scope: &str) -> [(&'static str, Caller<'a>); 3] {
    [
        ("the owner", town.owner_with(scope)),
        ("another owner", town.neighbour(scope)),
        ("an admin", town.neighbour(&format!("{ADMIN} {scope}"))),
    ]
}

/// Those who may use routes of end users: one with rights, one without, one for whom rights are held, one without any.
pub fn end_users(town: &Town) -> [(&'static str, Caller<'_>); 4] {
    [
        ("the person", town.person()),
        ("a stranger", town.stranger()),
        (
            "the company's system",
            town.system_user(SYSTEM, &town.company),
        ),
        ("somebody by e-mail", town.email_user("a@example.com")),
    ]
}
