//! What the person does.

use dialogporten_enduser::{
    apis::{self as eu_apis, enduser_api as eu},
    models as eum,
};
use dialogporten_serviceowner::{
    apis::{metadata_api as metadata, serviceowner_api as so},
    models as som,
};
use uuid::Uuid;

use crate::{
    client::Client,
    expect::{ok, only, sorted},
    given,
};

pub async fn play(client: &Client, all: &[Uuid]) {
    let (person, dialog) = (&client.person, client.dialog.as_str());
    let (mut ids, mut token) = (Vec::new(), None::<String>);
    loop {
        let page = client.found(token.as_deref()).await;
        ids.extend(page.items.unwrap().into_iter().map(|item| item.id));
        if !page.has_next_page {
            break;
        }
        token = page.continuation_token.unwrap();
    }
    assert_eq!(sorted(ids), all);
    ok("end-user-search");

    let opened = client.opens().await;
    assert_eq!(opened.dialog_token.unwrap().split('.').count(), 3);
    assert_eq!(
        only(opened.gui_actions.unwrap()).is_authorized,
        Some(Some(true))
    );
    let sent = opened.transmissions.unwrap();
    let letter = sent
        .iter()
        .find(|one| one.id == client.transmission)
        .unwrap();
    assert_eq!(letter.is_authorized, Some(Some(true)));
    let reference = opened
        .content
        .unwrap()
        .main_content_reference
        .unwrap()
        .unwrap();
    assert_eq!(reference.is_authorized, Some(Some(true)));
    ok("end-user-get");

    let entry = only(eu::search_dialog_seen_logs(person, dialog).await.unwrap());
    assert!(entry.is_current_end_user);
    let one = eu::get_dialog_seen_log(person, dialog, &entry.id.to_string())
        .await
        .unwrap();
    assert_eq!(one.id, entry.id);
    assert_eq!(
        only(
            so::search_dialog_seen_logs(&client.owner, dialog)
                .await
                .unwrap()
        )
        .id,
        entry.id
    );
    ok("seen-log");

    let before = opened.end_user_context.revision.to_string();
    let add = |label| eum::SetDialogSystemLabelRequest {
        add_labels: Some(Some(vec![label])),
        ..eum::SetDialogSystemLabelRequest::new()
    };
    let archive = add(eum::SystemLabel::Archive);
    eu::set_dialog_system_labels(person, dialog, archive, Some(&before))
        .await
        .unwrap();
    let labels = client.opens().await.end_user_context.system_labels.unwrap();
    assert!(labels.contains(&eum::SystemLabel::Archive));
    let log = eu::search_dialog_label_assignment_logs(person, dialog)
        .await
        .unwrap();
    assert!(
        log.iter()
            .any(|entry| entry.action == "set" && entry.name.ends_with("Archive"))
    );
    ok("label");

    let bin = add(eum::SystemLabel::Bin);
    let stale = eu::set_dialog_system_labels(person, dialog, bin, Some(&before));
    assert_eq!(
        problem!(412, eu_apis, eu::SetDialogSystemLabelsError, stale).errors,
        None
    );
    ok("stale-label");

    let two: Vec<Uuid> = all
        .iter()
        .copied()
        .filter(|id| id.to_string() != dialog)
        .take(2)
        .collect();
    let revision = |id: &Uuid| eum::DialogRevision {
        dialog_id: Some(*id),
        ..eum::DialogRevision::new()
    };
    let bin = eum::BulkSetSystemLabel {
        dialogs: Some(Some(two.iter().map(revision).collect())),
        add_labels: Some(Some(vec![eum::SystemLabel::Bin])),
        ..eum::BulkSetSystemLabel::new()
    };
    eu::bulk_set_dialog_system_labels(person, bin)
        .await
        .unwrap();
    let listed = so::search_dialog_end_user_contexts(
        &client.owner,
        vec![given::PERSON.into()],
        None,
        Some(vec![som::SystemLabel::Bin]),
        None,
        Some(1000),
    );
    let listed = listed
        .await
        .unwrap()
        .items
        .unwrap()
        .into_iter()
        .map(|item| item.dialog_id);
    assert_eq!(sorted(listed.filter(|id| all.contains(id))), two);
    ok("bulk-label");

    let found = eu::get_dialog_lookup(person, &format!("urn:altinn:dialog-id:{dialog}"), None)
        .await
        .unwrap();
    assert_eq!(found.dialog_id.to_string(), dialog);
    assert_eq!(only(found.title.unwrap()).value, "Decision");
    assert_eq!(found.service_owner.code, "ttd");
    ok("lookup");

    let parties = eu::get_parties(person)
        .await
        .unwrap()
        .authorized_parties
        .unwrap();
    let current = only(parties.iter().filter(|party| party.is_current_end_user));
    assert_eq!(current.party, given::PERSON);
    let has_units =
        |party: &eum::AuthorizedParty| party.sub_parties.iter().flatten().flatten().count() > 0;
    assert!(
        parties
            .iter()
            .any(|party| party.party_type == "Organization" && has_units(party))
    );
    ok("parties");

    let resources =
        eu::search_authorized_service_resources(person, Some(vec![given::PERSON.into()]), None);
    let resources = resources.await.unwrap().items.unwrap();
    assert!(
        resources
            .iter()
            .any(|item| item.service_resource.id == "ttd-demo-service")
    );
    ok("service-resources");

    let limits = metadata::get_limits(&client.nobody).await.unwrap();
    assert!(limits.end_user_search.max_party_filter_values > 0);
    ok("limits");
}
