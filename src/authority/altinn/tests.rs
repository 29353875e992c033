//! Questions asked over HTTP of a small platform, and what becomes of its answers and failures.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::fixture::{
    DECIDE, NAMES, OWNERS, PARTIES, RESOURCES, ROLES, UPDATED, World, policy, policy_of, resource,
};
use crate::{
    authority::{
        Authority, Question, Subject, Unavailable, Wanted,
        local::fixture::{COMPANY, MAIL, PERSON, STRANGER, SYSTEM, org, subject, target},
        question::Pair,
    },
    dialog::party::PartyUrn,
};

const A: &str = "urn:altinn:resource:a";
const B: &str = "urn:altinn:resource:b";

/// A refusal, so that nobody asks again.
const REFUSED: u16 = 403;

fn question(resource: &str) -> Question {
    let pairs = [Pair::new("sign", None), Pair::new("read", Some("x"))];
    Question::new(target(COMPANY, resource), pairs)
}

async fn decide(world: &World, subject: &Subject, resource: &str) -> Option<String> {
    let permitted = world.altinn.decide(subject, &question(resource)).await;
    permitted.ok().map(|permitted| permitted.token_actions())
}

fn body(seen: &crate::platform::testing::Seen) -> Value {
    serde_json::from_slice(&seen.body).unwrap()
}

fn authority(world: &World) -> Authority {
    Authority::Altinn(world.altinn.clone())
}

async fn found(world: &World, who: &str, parties: &[&str]) -> Result<String, Unavailable> {
    let parties: Vec<String> = parties.iter().map(ToString::to_string).collect();
    let wanted = Wanted {
        parties: &parties,
        resources: &[],
    };
    let scope = authority(world).scope(&subject(who), wanted).await?;
    let groups = scope.groups.iter().map(|group| {
        let parties: Vec<&str> = group.parties.iter().map(|party| party.id()).collect();
        format!("{} {}", parties.join(","), group.resources.join(","))
    });
    Ok(groups.collect::<Vec<_>>().join("; "))
}

#[tokio::test]
async fn decisions_are_asked_once_for_each_caller_and_question() {
    let world = World::new().await;
    let person = subject(PERSON);
    for _ in 0..2 {
        // The answer stands in another order than the question, and says so.
        let found = decide(&world, &person, A).await;
        assert_eq!(found.as_deref(), Some("read;read,x"));
    }
    assert_eq!(world.asked(DECIDE).len(), 1);
    decide(&world, &subject(SYSTEM), A).await;
    decide(&world, &person, B).await;
    assert_eq!(world.asked(DECIDE).len(), 3);
}

#[tokio::test]
async fn many_pairs_are_asked_in_parts() {
    let world = World::new().await;
    world.says(DECIDE, json!({"permit": "transmissionread"}));
    let attributes: Vec<String> = (0..450).map(|number| format!("part-{number}")).collect();
    let asked = attributes.iter().map(String::as_str);
    let question = Question::of_transmissions(target(COMPANY, A), asked);
    let permitted = world
        .altinn
        .decide(&subject(PERSON), &question)
        .await
        .unwrap();
    for attribute in &attributes {
        assert!(
            permitted.permits_transmission(Some(attribute)),
            "{attribute}"
        );
    }
    assert!(!permitted.has_main());
    let asked = world.asked(DECIDE);
    let sizes = asked.iter().map(|seen| {
        let request = &body(seen)["Request"];
        request["MultiRequests"]["RequestReference"]
            .as_array()
            .unwrap()
            .len()
    });
    let mut sizes: Vec<usize> = sizes.collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [51, 200, 200]);
}

#[tokio::test]
async fn old_decisions_stand_in_for_a_failing_decision_point_for_half_an_hour() {
    let world = World::new().await;
    let person = subject(PERSON);
    assert!(decide(&world, &person, A).await.is_some());
    world.says(DECIDE, json!(REFUSED));
    world.clock.advance(TimeDelta::minutes(20));
    assert!(decide(&world, &person, A).await.is_some());
    assert_eq!(decide(&world, &person, B).await, None);
    world.clock.advance(TimeDelta::minutes(11));
    assert_eq!(decide(&world, &person, A).await, None);
    let error = world
        .altinn
        .decide(&person, &question(A))
        .await
        .unwrap_err();
    assert!(matches!(error, Unavailable::NoAnswer { .. }), "{error}");
}

#[tokio::test]
async fn what_the_decision_point_leaves_open_is_asked_again_and_takes_nothing_away() {
    let world = World::new().await;
    let person = subject(PERSON);
    let (good, bad) = (json!({"permit": "read"}), json!({"response": []}));
    world.says(DECIDE, bad.clone());
    assert_eq!(decide(&world, &person, A).await.as_deref(), Some(""));
    world.says(DECIDE, good.clone());
    assert_eq!(
        decide(&world, &person, A).await.as_deref(),
        Some("read;read,x")
    );
    world.says(DECIDE, bad);
    world.clock.advance(TimeDelta::minutes(20));
    assert_eq!(decide(&world, &person, A).await.as_deref(), Some(""));
    assert_eq!(
        decide(&world, &person, A).await.as_deref(),
        Some("read;read,x")
    );
    assert_eq!(world.asked(DECIDE).len(), 3);
    world.says(DECIDE, good);
    world.clock.advance(TimeDelta::seconds(31));
    for _ in 0..2 {
        assert_eq!(
            decide(&world, &person, A).await.as_deref(),
            Some("read;read,x")
        );
    }
    assert_eq!(world.asked(DECIDE).len(), 4);
}

#[tokio::test]
async fn a_list_of_parties_with_an_unreadable_one_is_not_kept() {
    let world = World::new().await;
    let company = org(COMPANY, &["DAGL"]);
    let whole = Ok(format!("310923044 {A},{B}"));
    world.says(PARTIES, json!([company, {"type": "Robot"}]));
    for asked in 1..=2 {
        assert_eq!(found(&world, PERSON, &[COMPANY]).await, whole);
        assert_eq!(world.asked(PARTIES).len(), asked);
    }
    world.says(PARTIES, json!([company]));
    assert_eq!(found(&world, PERSON, &[COMPANY]).await, whole);
    world.says(PARTIES, json!([{"type": "Robot"}]));
    assert_eq!(found(&world, PERSON, &[COMPANY]).await, whole);
    assert_eq!(world.asked(PARTIES).len(), 3);
    world.clock.advance(TimeDelta::minutes(20));
    assert_eq!(found(&world, PERSON, &[COMPANY]).await.as_deref(), Ok(""));
    assert_eq!(found(&world, PERSON, &[COMPANY]).await, whole);
}

#[tokio::test]
async fn a_decision_point_that_talks_nonsense_permits_nothing() {
    let world = World::new().await;
    let more = vec![json!({"decision": "Permit"}); 4];
    for answer in [
        json!({}),
        json!([]),
        json!("Permit"),
        json!({"response": more}),
    ] {
        world.says(DECIDE, answer.clone());
        assert_eq!(decide(&world, &subject(PERSON), A).await, None, "{answer}");
    }
    world.says(DECIDE, json!({"response": []}));
    assert_eq!(
        decide(&world, &subject(PERSON), A).await.as_deref(),
        Some("")
    );
}

#[tokio::test]
async fn somebody_known_by_an_address_alone_is_told_why_nothing_is_decided() {
    let world = World::new().await;
    let refused = world.altinn.decide(&subject(MAIL), &question(A)).await;
    assert_eq!(refused, Err(Unavailable::UnknownUser));
    assert!(world.asked(DECIDE).is_empty());
    assert!(
        decide(&world, &subject(MAIL).with_user_id("1"), A)
            .await
            .is_some()
    );
}

#[tokio::test]
async fn a_person_finds_by_role_what_policies_open_and_is_asked_about_once() {
    let world = World::new().await;
    for _ in 0..2 {
        let found = found(&world, PERSON, &[COMPANY]).await;
        assert_eq!(found, Ok(format!("310923044 {A},{B}")));
    }
    let asked = world.asked(PARTIES);
    assert_eq!(asked.len(), 1);
    let filter = json!([{"Type": "urn:altinn:organization:identifier-no", "Value": "310923044"}]);
    assert_eq!(body(&asked[0])["partyFilter"], filter);
    assert!(
        asked[0]
            .uri
            .query()
            .unwrap()
            .contains("includeResources=true")
    );

    // Who has been asked about as a whole is not asked about in part.
    found(&world, PERSON, &[]).await.unwrap();
    found(&world, PERSON, &[STRANGER]).await.unwrap();
    assert_eq!(world.asked(PARTIES).len(), 2);
}

#[tokio::test]
async fn users_of_an_address_are_asked_about_every_time() {
    let world = World::new().await;
    for _ in 0..2 {
        found(&world, MAIL, &[COMPANY]).await.unwrap();
    }
    let asked = world.asked(PARTIES);
    assert_eq!(asked.len(), 2);
    assert_eq!(body(&asked[0])["partyFilter"], json!([]));
}

#[tokio::test]
async fn nobody_is_an_answer_for_systems_and_for_some_parties_only() {
    let world = World::new().await;
    world.says(PARTIES, json!([]));
    assert_eq!(found(&world, PERSON, &[COMPANY]).await.as_deref(), Ok(""));
    assert_eq!(found(&world, SYSTEM, &[]).await.as_deref(), Ok(""));
    assert_eq!(
        found(&world, PERSON, &[]).await,
        Err(Unavailable::NoParties)
    );
    let represented = authority(&world).represented(&subject(PERSON)).await;
    assert_eq!(represented.err(), Some(Unavailable::NoParties));
}

#[tokio::test]
async fn the_parties_of_a_caller_are_listed_with_roles_only() {
    let world = World::new().await;
    let represented = authority(&world)
        .represented(&subject(PERSON))
        .await
        .unwrap();
    assert!(represented.tree()[0].has_key_role);
    let asked = world.asked(PARTIES);
    let query = asked[0].uri.query().unwrap();
    assert!(
        query.contains("includeRoles=true&includeResources=false"),
        "{query}"
    );
}

#[tokio::test]
async fn rights_stand_in_while_access_management_is_down_and_nothing_else_suffers() {
    let world = World::new().await;
    found(&world, PERSON, &[COMPANY]).await.unwrap();
    world.says(PARTIES, json!(REFUSED));
    world.clock.advance(TimeDelta::minutes(20));
    assert!(found(&world, PERSON, &[COMPANY]).await.is_ok());
    assert!(found(&world, SYSTEM, &[]).await.is_err());
    assert!(decide(&world, &subject(PERSON), A).await.is_some());
    world.clock.advance(TimeDelta::minutes(11));
    assert!(found(&world, PERSON, &[COMPANY]).await.is_err());
}

#[tokio::test]
async fn what_opens_resources_follows_the_changes_in_all_processes() {
    let world = World::new().await;
    found(&world, PERSON, &[]).await.unwrap();
    let other = world.replica();
    assert!(
        other
            .subject_map()
            .await
            .unwrap()
            .opens("urn:altinn:rolecode:dagl", A)
    );

    world.updates(&[
        ("dagl", "a", "2026-02-01T00:00:00Z", true),
        ("Regna ", "b", "2026-02-02T00:00:00Z", false),
    ]);
    let report = world.altinn.sync_subjects(None, None).await.unwrap();
    assert_eq!((report.read, report.changed), (2, 2));
    let asked = world.asked(UPDATED);
    let query = asked.last().unwrap().uri.query().unwrap().to_owned();
    assert_eq!(
        query,
        "since=2026-01-02T00%3A00%3A00.0000010%2B00%3A00&limit=1000"
    );

    let map = world.altinn.subject_map().await.unwrap();
    assert!(!map.opens("urn:altinn:rolecode:dagl", A));
    assert!(map.opens("urn:altinn:rolecode:regna", B));
    // The other process notices by itself.
    assert!(
        other
            .subject_map()
            .await
            .unwrap()
            .opens("urn:altinn:rolecode:dagl", A)
    );
    other.look().await;
    assert!(
        !other
            .subject_map()
            .await
            .unwrap()
            .opens("urn:altinn:rolecode:dagl", A)
    );
}

#[tokio::test]
async fn pages_of_changes_are_followed_on_the_configured_host() {
    let world = World::new().await;
    let change = |resource: &str, day: u8| {
        json!([{"subjectUrn": "urn:altinn:rolecode:dagl", "resourceUrn": format!("urn:altinn:resource:{resource}"),
            "updatedAt": format!("2026-01-0{day}T00:00:00Z"), "deleted": false}])
    };
    let next = format!("https://inside.local{UPDATED}?since=x&skip=1");
    world.says(
        UPDATED,
        json!({"links": {"next": next}, "data": change("a", 1)}),
    );
    world.says(
        &format!("{UPDATED}?since=x&skip=1"),
        json!({"links": {}, "data": change("b", 2)}),
    );
    let report = world.altinn.sync_subjects(None, None).await.unwrap();
    assert_eq!((report.read, report.changed), (2, 2));
    assert_eq!(world.asked(UPDATED).len(), 2);
}

#[tokio::test]
async fn a_change_that_cannot_be_read_is_fetched_again_and_told() {
    let world = World::new().await;
    let change = |resource: &str, day: u8, deleted: Value| {
        json!({"subjectUrn": "urn:altinn:rolecode:dagl", "resourceUrn": resource,
            "updatedAt": format!("2026-01-0{day}T00:00:00Z"), "deleted": deleted})
    };
    let since = async || {
        let before = world.asked(UPDATED).len();
        let told = world.altinn.sync_subjects(None, None).await;
        let first = world.asked(UPDATED)[before].uri.query().unwrap().to_owned();
        (told, first)
    };
    let second = format!("{UPDATED}?x=2");
    let third = format!("{UPDATED}?x=3");
    let of = |next: &str, data: Value| json!({"links": {"next": next}, "data": data});
    let good = json!([change(A, 1, json!(null)), change(B, 2, json!(false))]);
    world.says(UPDATED, of(&second, good));
    world.says(&second, of(&third, json!([change(A, 3, json!("yes"))])));
    world.says(&third, json!({"data": [change(B, 4, json!(true))]}));
    let (told, _) = since().await;
    assert!(told.unwrap_err().to_string().contains("1 changes"));
    let map = world.altinn.subject_map().await.unwrap();
    let opens = |of: &str| map.opens("urn:altinn:rolecode:dagl", of);
    assert_eq!((opens(A), opens(B)), (true, false));

    world.says(&second, of(&third, json!([change(A, 3, json!(true))])));
    let (told, from) = since().await;
    assert!(
        from.starts_with("since=2026-01-02T00%3A00%3A00.0000000"),
        "{from}"
    );
    assert_eq!(told.unwrap().skipped, 0);
    let map = world.altinn.subject_map().await.unwrap();
    assert!(!map.opens("urn:altinn:rolecode:dagl", A));
    let (_, from) = since().await;
    assert!(
        from.starts_with("since=2026-01-04T00%3A00%3A00.0000010"),
        "{from}"
    );
}

#[tokio::test]
async fn changes_that_break_off_leave_everything_as_it_was() {
    let world = World::new().await;
    let data = json!([{"subjectUrn": "urn:altinn:rolecode:dagl", "resourceUrn": A,
        "updatedAt": "2026-01-01T00:00:00Z", "deleted": false}]);
    let next = format!("{UPDATED}?since=x&skip=1");
    world.says(UPDATED, json!({"links": {"next": next}, "data": data}));
    world.says(&next, json!(REFUSED));
    assert!(world.altinn.sync_subjects(None, None).await.is_err());
    assert!(world.store.subjects_by_resource().await.unwrap().is_empty());
    assert!(world.altinn.subject_map().await.is_err());
    world.updates(&[("dagl", "a", "2026-01-01T00:00:00Z", false)]);
    assert!(world.altinn.subject_map().await.is_ok());
}

#[tokio::test]
async fn levels_come_from_policies_and_stay_where_a_policy_cannot_be_read() {
    let world = World::new().await;
    let level = async |of: &str| world.altinn.levels().await.unwrap().minimum(of);
    assert_eq!((level(A).await, level(B).await), (4, 2));

    world.says(&policy_of("a"), json!("<Policy/>"));
    world.says(&policy_of("b"), json!(policy("b", None)));
    let report = world.altinn.sync_levels(None).await.unwrap();
    assert_eq!((report.read, report.skipped, report.changed), (2, 1, 1));
    assert_eq!((level(A).await, level(B).await), (4, 3));

    world.says(&policy_of("b"), json!(policy("b", Some(1))));
    world.says(RESOURCES, json!([resource("b")]));
    world.altinn.sync_levels(None).await.unwrap();
    assert_eq!((level(A).await, level(B).await), (3, 1));
}

#[tokio::test]
async fn levels_outlive_elements_that_cannot_be_read_or_used() {
    let world = World::new().await;
    let level = async |of: &str| world.altinn.levels().await.unwrap().minimum(of);
    assert_eq!(level(A).await, 4);
    let (mut ownerless, mut other, mut unreadable) = (resource("a"), resource("A"), resource("a"));
    ownerless["hasCompetentAuthority"]["orgcode"] = json!(" ");
    other["resourceType"] = json!("Consent");
    unreadable["delegable"] = json!("perhaps");
    for element in [ownerless, other, unreadable, json!(null)] {
        world.says(RESOURCES, json!([element, resource("b")]));
        world.altinn.sync_levels(None).await.unwrap();
        assert_eq!((level(A).await, level(B).await), (4, 2), "{element}");
    }
    world.says(RESOURCES, json!([resource("b")]));
    world.altinn.sync_levels(None).await.unwrap();
    assert_eq!((level(A).await, level(B).await), (3, 2));
}

#[tokio::test]
async fn a_registry_without_resources_takes_no_levels_away() {
    let world = World::new().await;
    assert_eq!(world.altinn.levels().await.unwrap().minimum(A), 4);
    world.says(RESOURCES, json!([]));
    assert!(world.altinn.sync_levels(None).await.is_err());
    world.says(RESOURCES, json!([resource("a"), resource("b")]));
    world.says(&policy_of("a"), json!(REFUSED));
    world.says(&policy_of("b"), json!(REFUSED));
    assert!(world.altinn.sync_levels(None).await.is_err());
    assert_eq!(world.replica().levels().await.unwrap().minimum(A), 4);
}

#[tokio::test]
async fn levels_that_nobody_has_read_yet_are_unknown_and_not_low() {
    let world = World::new().await;
    world.says(RESOURCES, json!(REFUSED));
    assert!(world.altinn.levels().await.is_err());
}

#[tokio::test]
async fn resources_outlive_their_registry_for_a_day() {
    let world = World::new().await;
    let owns = async || {
        let registry = world.altinn.registry().await.ok()?;
        Some(registry.owns("991825827", A))
    };
    assert_eq!(owns().await, Some(true));
    world.says(RESOURCES, json!(REFUSED));
    world.clock.advance(TimeDelta::hours(25));
    assert_eq!(owns().await, Some(true));
    world.clock.advance(TimeDelta::hours(2));
    assert_eq!(owns().await, None);
}

#[tokio::test]
async fn resources_do_without_names_of_service_owners() {
    let world = World::new().await;
    world.says(OWNERS, json!(REFUSED));
    let registry = world.altinn.registry().await.unwrap();
    assert!(registry.resource(A).is_some());
    assert!(registry.service_owner("991825827").is_none());
    world.altinn.registry().await.unwrap();
    assert_eq!(world.asked(OWNERS).len(), 1);
    world.clock.advance(TimeDelta::seconds(31));
    world.says(OWNERS, json!({"orgs": {"ttd": {"orgnr": "991825827"}}}));
    let registry = world.altinn.registry().await.unwrap();
    assert!(registry.service_owner("991825827").is_some());
}

#[tokio::test]
async fn names_are_those_of_the_register_and_kept() {
    let world = World::new().await;
    let name = async |urn: &str| {
        let urn = PartyUrn::parse_user(urn).unwrap();
        world.altinn.name(&urn).await.ok()
    };
    world.says(NAMES, json!({"data": [{"displayName": "A B C"}]}));
    for _ in 0..2 {
        assert_eq!(name(PERSON).await, Some(Some("C A B".to_owned())));
        assert_eq!(name(COMPANY).await, Some(Some("A B C".to_owned())));
        assert_eq!(name(SYSTEM).await, Some(Some("A B C".to_owned())));
        assert_eq!(name(MAIL).await, Some(Some("a@b.no".to_owned())));
    }
    let asked = world.asked(NAMES);
    assert_eq!(asked.len(), 3);
    assert_eq!(body(&asked[0]), json!({"Data": [PERSON]}));

    world.says(NAMES, json!(REFUSED));
    assert_eq!(name(STRANGER).await, None);
}

#[tokio::test]
async fn a_missing_name_is_asked_for_again_and_a_system_has_one_anyway() {
    let world = World::new().await;
    world.says(NAMES, json!({"data": []}));
    let name = async |urn: &str| {
        let urn = PartyUrn::parse_user(urn).unwrap();
        world.altinn.name(&urn).await.unwrap()
    };
    assert_eq!(name(PERSON).await, None);
    assert_eq!(world.asked(NAMES).len(), 1);
    assert_eq!(name(SYSTEM).await.as_deref(), Some("Systembruker"));
    assert_eq!(world.asked(NAMES).len(), 5);
    world.says(NAMES, json!({"data": [{"displayName": "A"}]}));
    assert_eq!(name(PERSON).await.as_deref(), Some("A"));
    assert_eq!(name(SYSTEM).await.as_deref(), Some("A"));
}

#[tokio::test]
async fn roles_are_described_in_three_languages() {
    let world = World::new().await;
    let role = json!([{"id": "42cae370-2dc1-4fdc-9c67-c2f4b0f0f829", "name": "Daglig leder", "legacyRoleCode": "DAGL",
        "legacyUrn": "urn:altinn:rolecode:dagl"}]);
    world.says(ROLES, role);
    // Access packages are missing.
    assert!(world.altinn.metadata().await.is_err());
    world.says(
        "/accessmanagement/api/v1/meta/info/accesspackages/export",
        json!([]),
    );
    let metadata = world.altinn.metadata().await.unwrap();
    assert!(metadata.role("urn:altinn:rolecode:dagl").is_some());
    let asked = world.asked(ROLES);
    let mut languages: Vec<_> = asked[asked.len() - 3..]
        .iter()
        .map(|seen| seen.header("accept-language").unwrap())
        .collect();
    languages.sort_unstable();
    assert_eq!(languages, ["en", "nb", "nn"]);
}

#[tokio::test]
async fn watching_reads_what_every_request_needs_and_ends_when_asked() {
    let world = World::new().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let watch = tokio::spawn(world.altinn.clone().watch(stop.clone()));
    let read = async {
        while world.asked(&policy_of("b")).is_empty() || world.asked(UPDATED).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_mins(1);
    tokio::time::timeout(patience, read).await.unwrap();
    stop.cancel();
    tokio::time::timeout(patience, watch)
        .await
        .unwrap()
        .unwrap();
}
