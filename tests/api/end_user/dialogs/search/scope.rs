//! Which dialogs a caller may find at all.

use serde_json::json;

use super::{finds, finds_as, later, places, query};
use crate::support::{Party, Policy, Town, organization_number, person_number};

crate::support::in_both_worlds! {
    nothing_authorized_is_an_empty_page_and_never_a_refusal,
    roles_and_packages_open_the_resources_whose_policies_name_them,
    every_party_is_searched_by_the_rights_held_for_it,
    units_of_an_organization_are_parties_of_their_own_but_their_units_are_not,
    hidden_expired_and_deleted_dialogs_are_not_found,
    a_dialog_handed_on_is_found_once_among_ones_own,
    a_dialog_of_a_new_party_and_a_new_resource_is_found_at_once_however_many_resources_one_has,
    systems_find_what_they_were_trusted_with,
}

const DAGL: &[&str] = &["urn:altinn:rolecode:dagl"];

fn organization(number: &str) -> String {
    format!("urn:altinn:organization:identifier-no:{number}")
}

async fn nothing_authorized_is_an_empty_page_and_never_a_refusal() {
    let town = Town::new().await;
    later(&town, json!({})).await;
    let party = town.party();
    for (caller, parameters) in [
        (town.stranger(), vec![("party", party.as_str())]),
        (town.end_user(&person_number(), 4), vec![("party", &party)]),
        (
            town.person(),
            vec![("serviceResource", "urn:altinn:resource:nobody-knows-this")],
        ),
        (town.email_user("a@example.com"), vec![("party", &party)]),
        (
            town.system_user(dialogporten::dialog::id::random(), &town.company),
            vec![("party", &party)],
        ),
    ] {
        let page = caller.finds(&query(&parameters)).await.is(200);
        page.has("/items", json!([]))
            .has("/hasNextPage", false)
            .has("/orderBy", "contentupdatedat_desc,id_desc")
            .lacks("/continuationToken");
    }
}

async fn roles_and_packages_open_the_resources_whose_policies_name_them() {
    let mut town = Town::with(|directory| {
        directory.also(
            "tax",
            Policy::at_level(0).permit(&["urn:altinn:accesspackage:skatt"], &["read"]),
        );
        directory.also(
            "writes",
            Policy::at_level(0).permit(&["urn:altinn:rolecode:priv"], &["write"]),
        );
        directory.also("managers", Policy::at_level(0).permit(DAGL, &["read"]));
        directory.also(
            "denied",
            Policy::at_level(0)
                .deny(&["urn:altinn:rolecode:priv"], &["read"])
                .permit(DAGL, &["read"]),
        );
        directory.also("direct", Policy::at_level(0).permit(DAGL, &["read"]));
        directory.also("silent", Policy::at_level(0));
    })
    .await;
    let direct = format!("{}-direct", town.resource);
    town.changes(|directory| {
        let own = &mut directory.parties[0].1[0];
        own.packages = vec!["skatt".into()];
        own.resources = vec![direct];
    });
    let mut created = Vec::new();
    for name in ["tax", "writes", "managers", "denied", "direct", "silent"] {
        created.push(later(&town, json!({"serviceResource": town.also(name)})).await);
    }
    created.push(later(&town, json!({})).await);
    let page = finds(&town, &[]).await.is(200);
    assert_eq!(places(&created, &page), [6, 4, 1, 0]);
    let page = finds(
        &town,
        &[
            ("serviceResource", &town.also("tax")),
            ("serviceResource", &town.also("managers")),
        ],
    )
    .await;
    assert_eq!(places(&created, &page), [0]);
}

async fn every_party_is_searched_by_the_rights_held_for_it() {
    let town = Town::with(|directory| {
        directory.also("managers", Policy::at_level(0).permit(DAGL, &["read"]));
    })
    .await;
    let managers = town.also("managers");
    let mut created = Vec::new();
    for (party, resource) in [
        (town.party(), town.resource_urn()),
        (town.party(), managers.clone()),
        (town.company_urn(), managers.clone()),
        (town.company_urn(), town.resource_urn()),
        (organization(&organization_number()), managers.clone()),
    ] {
        created.push(later(&town, json!({"party": party, "serviceResource": resource})).await);
    }
    let own = places(&created, &finds(&town, &[]).await);
    let company = places(
        &created,
        &finds_as(&town.person(), &town.company_urn(), &[]).await,
    );
    assert_eq!((own, company), (vec![0], vec![3, 2]));
    let of_managers = town
        .person()
        .finds(&query(&[("serviceResource", &managers)]))
        .await
        .is(200);
    assert_eq!(places(&created, &of_managers), [2]);
    let everywhere = town
        .person()
        .finds(&query(&[
            ("serviceResource", &managers),
            ("serviceResource", &town.resource_urn()),
        ]))
        .await;
    assert_eq!(places(&created, &everywhere), [3, 2, 0]);
}

async fn units_of_an_organization_are_parties_of_their_own_but_their_units_are_not() {
    let (unit, part) = (organization_number(), organization_number());
    let mut town = Town::new().await;
    let subunits = vec![Party {
        subunits: vec![Party::with_role(&part, "DAGL")],
        ..Party::with_role(&unit, "DAGL")
    }];
    town.changes(|directory| directory.parties[0].1[1].subunits = subunits);
    let mut created = Vec::new();
    for party in [town.company_urn(), organization(&unit), organization(&part)] {
        created.push(later(&town, json!({"party": party})).await);
    }
    let page = town
        .person()
        .finds(&query(&[("serviceResource", &town.resource_urn())]))
        .await
        .is(200);
    assert_eq!(places(&created, &page), [1, 0]);
}

async fn hidden_expired_and_deleted_dialogs_are_not_found() {
    let town = Town::build().stopped().open().await;
    let created = [
        later(&town, json!({})).await,
        later(&town, json!({"visibleFrom": town.after(60)})).await,
        later(&town, json!({"expiresAt": town.after(60)})).await,
        later(&town, json!({})).await,
    ];
    town.owner().deletes(&created[3]).await;
    let mut found = Vec::new();
    // The last dialog was made three seconds after the first.
    for wait in [0, 56, 1, 1, 600] {
        town.waits(wait);
        let mut places = places(&created, &finds(&town, &[]).await.is(200));
        places.sort_unstable();
        found.push(places);
    }
    assert_eq!(
        found,
        [
            vec![0, 2],
            vec![0, 2],
            vec![0, 1, 2],
            vec![0, 1],
            vec![0, 1]
        ]
    );
}

async fn a_dialog_handed_on_is_found_once_among_ones_own() {
    let mut town = Town::with(|directory| {
        directory.also("managers", Policy::at_level(0).permit(DAGL, &["read"]));
    })
    .await;
    let other = organization_number();
    let (app, letter) = (
        dialogporten::dialog::id::random(),
        dialogporten::dialog::id::random(),
    );
    let labelled = |label: String| json!({"party": organization(&other), "serviceOwnerContext": {"serviceOwnerLabels": [{"value": label}]}});
    let created = [
        later(&town, json!({"party": organization(&other)})).await,
        later(&town, json!({})).await,
        later(
            &town,
            labelled(format!("urn:altinn:integration:storage:1337/{app}")),
        )
        .await,
        later(
            &town,
            labelled(format!("urn:altinn:correspondence-id:{letter}")),
        )
        .await,
        later(&town, json!({"party": organization(&other)})).await,
    ];
    let resource = town.resource.clone();
    let own = created[1].clone();
    let instances = [
        format!("urn:altinn:dialog-id:{}", created[0]),
        format!("urn:altinn:instance-id:1337/{app}"),
        format!("urn:altinn:correspondence-id:{letter}"),
        "urn:altinn:nonsense".into(),
        String::new(),
    ];
    let person = town.party();
    town.changes(|directory| {
        let handed = |reference: &String| (resource.clone(), reference.clone());
        directory.represents(
            &person,
            Party {
                instances: instances.iter().map(handed).collect(),
                ..Party::of(&other)
            },
        );
        directory.parties[0].1[0].instances =
            vec![(resource.clone(), format!("urn:altinn:dialog-id:{own}"))];
    });
    let everywhere = town
        .person()
        .finds(&query(&[("serviceResource", &town.resource_urn())]))
        .await
        .is(200);
    assert_eq!(places(&created, &everywhere), [3, 2, 1, 0]);
    let there = finds_as(&town.person(), &organization(&other), &[])
        .await
        .is(200);
    assert_eq!(
        places(&created, &there),
        [3, 2, 0],
        "the party counts for handed on dialogs too"
    );
    let elsewhere = finds_as(
        &town.person(),
        &organization(&other),
        &[("serviceResource", &town.also("managers"))],
    )
    .await;
    assert_eq!(elsewhere.is(200).ids(), Vec::<String>::new());
    // What can be found can be looked at.
    for place in [0, 2, 3] {
        town.person().opens(&created[place]).await.is(200);
    }
    town.person().opens(&created[4]).await.is(403);
}

async fn a_dialog_of_a_new_party_and_a_new_resource_is_found_at_once_however_many_resources_one_has()
 {
    let mut town = Town::with(|directory| {
        for n in 0..8 {
            directory.also(
                &format!("many-{n}"),
                Policy::at_level(0).permit(DAGL, &["read"]),
            );
        }
    })
    .await;
    let fresh = organization_number();
    let person = town.party();
    let company = town.company_urn();
    town.changes(|directory| directory.represents(&person, Party::with_role(&fresh, "DAGL")));
    assert_eq!(
        finds_as(&town.person(), &organization(&fresh), &[])
            .await
            .is(200)
            .ids(),
        Vec::<String>::new()
    );
    for (party, name) in [
        (organization(&fresh), "many-3"),
        (company, "many-7"),
        (organization(&fresh), "many-0"),
    ] {
        let id = later(
            &town,
            json!({"party": party, "serviceResource": town.also(name)}),
        )
        .await;
        let newest = finds_as(&town.person(), &party, &[("limit", "1")])
            .await
            .is(200);
        assert_eq!(newest.ids(), [id]);
    }
}

async fn systems_find_what_they_were_trusted_with() {
    let system = dialogporten::dialog::id::random();
    let mut town = Town::new().await;
    let company = town.company.clone();
    town.changes(|directory| {
        directory.represents(
            &format!("urn:altinn:systemuser:uuid:{system}"),
            Party::with_role(&company, "DAGL"),
        );
    });
    let id = later(&town, json!({"party": town.company_urn()})).await;
    later(&town, json!({})).await;
    let caller = town.system_user(system, &town.company);
    assert_eq!(
        finds_as(&caller, &town.company_urn(), &[])
            .await
            .is(200)
            .ids(),
        [id.as_str()]
    );
    assert_eq!(
        finds_as(&caller, &town.party(), &[]).await.is(200).ids(),
        Vec::<String>::new()
    );
    let everywhere = caller
        .finds(&query(&[("serviceResource", &town.resource_urn())]))
        .await
        .is(200);
    assert_eq!(everywhere.ids(), [id]);
}

#[tokio::test]
async fn somebody_known_by_an_address_finds_her_own() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(0).permit(&["urn:altinn:rolecode:seln"], &["read"]);
    })
    .await;
    let email = format!(
        "{}@Example.com",
        dialogporten::dialog::id::random().simple()
    );
    let party = format!("urn:altinn:person:idporten-email:{}", email.to_lowercase());
    let id = later(&town, json!({"party": party})).await;
    assert_eq!(
        finds_as(&town.email_user(&email), &party, &[])
            .await
            .is(200)
            .ids(),
        [id.as_str()]
    );
    town.email_user(&email).opens(&id).await.is(200);
    town.email_user("other@example.com")
        .opens(&id)
        .await
        .is(403);
}
