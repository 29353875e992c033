//! What the service owner does.

use std::collections::BTreeSet;

use dialogporten_serviceowner::{
    apis::{self as so_apis, serviceowner_api as so},
    models::{self as som, DialogActivityType, DialogStatus},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    client::Client,
    expect::{ok, only, sorted},
    given,
};

pub async fn write(client: &Client) {
    let created = so::create_dialog(&client.owner, given::every_part()).await;
    assert_eq!(created.unwrap(), client.dialog);
    ok("create");

    let (read, sent) = (client.read().await, given::every_part());
    assert_eq!(Some(Some(read.id)), sent.id);
    assert_eq!(read.idempotent_key, sent.idempotent_key);
    assert_eq!(Some(read.party), sent.party);
    assert_eq!(Some(read.service_resource), sent.service_resource);
    assert_eq!(read.external_reference, sent.external_reference);
    assert_eq!(read.process, sent.process);
    assert_eq!(read.preceding_process, sent.preceding_process);
    assert_eq!(read.extended_status, sent.extended_status);
    assert_eq!(read.progress, sent.progress);
    assert_eq!(read.status, DialogStatus::RequiresAttention);
    let (content, texts) = (
        read.content.unwrap().unwrap(),
        sent.content.unwrap().unwrap(),
    );
    assert_eq!(languages(&content.title), languages(&texts.title.unwrap()));
    same(&texts.non_sensitive_title, &content.non_sensitive_title);
    same(&texts.summary, &content.summary);
    same(&texts.non_sensitive_summary, &content.non_sensitive_summary);
    same(&texts.sender_name, &content.sender_name);
    same(&texts.additional_info, &content.additional_info);
    same(&texts.extended_status, &content.extended_status);
    same(
        &texts.main_content_reference,
        &content.main_content_reference,
    );
    let reference = content.main_content_reference.unwrap().unwrap();
    assert_eq!(
        reference.media_type.as_deref(),
        Some(given::EMBEDDED_MARKDOWN)
    );
    let tags = read.search_tags.unwrap().into_iter().map(|tag| tag.value);
    assert_eq!(sorted(tags), ["application", "support"]);
    let labels = read.service_owner_context.service_owner_labels.unwrap();
    assert_eq!(only(labels).value, given::label());
    let urls = only(read.attachments.unwrap()).urls.unwrap();
    assert_eq!(
        urls.iter().map(|url| url.consumer_type).collect::<Vec<_>>(),
        [
            som::AttachmentUrlConsumerType::Gui,
            som::AttachmentUrlConsumerType::Api
        ]
    );
    let buttons = read.gui_actions.unwrap();
    let priorities: BTreeSet<_> = buttons.iter().map(|button| button.priority).collect();
    assert_eq!((buttons.len(), priorities.len()), (3, 3));
    assert_eq!(
        buttons
            .iter()
            .filter(|button| button.is_delete_dialog_action)
            .count(),
        1
    );
    let endpoints = only(read.api_actions.unwrap()).endpoints.unwrap();
    assert_eq!(
        sorted(endpoints.iter().map(|endpoint| endpoint.deprecated)),
        [false, true]
    );
    let sent = read.transmissions.unwrap();
    let letter = sent
        .iter()
        .find(|one| one.id == client.transmission)
        .unwrap();
    assert_eq!(
        letter.extended_type,
        Some(Some("urn:clients:letter".into()))
    );
    assert_eq!(
        only(letter.attachments.iter().flatten()).id,
        given::id("ATTACHMENT")
    );
    let link = only(letter.navigational_actions.iter().flatten());
    assert_eq!(link.url, "https://example.com/there");
    let is_reply =
        |one: &&som::DialogTransmission| one.r#type == som::DialogTransmissionType::Submission;
    let reply = sent.iter().find(is_reply).unwrap();
    assert_eq!(
        reply.related_transmission_id,
        Some(Some(client.transmission))
    );
    assert_eq!(reply.sender.actor_type, som::ActorType::PartyRepresentative);
    assert_eq!(
        sorted(
            read.activities
                .unwrap()
                .into_iter()
                .map(|activity| activity.r#type.to_string())
        ),
        ["DialogCreated", "Information", "TransmissionOpened"]
    );
    ok("get");

    for number in 1..=6 {
        let created = so::create_dialog(&client.owner, given::least(number)).await;
        created.unwrap().parse::<Uuid>().unwrap();
    }
    ok("create-more");
}

fn languages(value: &som::ContentValue) -> Vec<(String, String)> {
    let texts = value.value.iter().flatten();
    sorted(texts.map(|text| (text.language_code.clone(), text.value.clone())))
}

/// Whether all texts of one kind are the same in what was sent and what is read.
fn same(sent: &Option<Option<som::ContentValue>>, read: &Option<Option<som::ContentValue>>) {
    let [sent, read] = [sent, read].map(|value| value.as_ref().unwrap().as_ref().unwrap());
    assert_eq!(languages(sent), languages(read));
}

/// All dialogs of this run.
pub async fn list(client: &Client) -> Vec<Uuid> {
    let (mut pages, mut ids, mut token) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let page = client.page(token.as_deref()).await;
        let items = page.items.unwrap();
        pages.push(items.len());
        ids.extend(items.into_iter().map(|item| item.id));
        assert_eq!(page.has_next_page, pages.len() < 3);
        if !page.has_next_page {
            break;
        }
        token = page.continuation_token.unwrap();
    }
    assert_eq!(pages, [3, 3, 1]);
    let all: BTreeSet<_> = ids.into_iter().collect();
    assert_eq!(all.len(), 7);
    assert!(all.contains(&given::id("DIALOG")));
    ok("search");
    all.into_iter().collect()
}

/// The transmission that was appended.
pub async fn change(client: &Client) -> String {
    let (owner, dialog) = (&client.owner, client.dialog.as_str());
    let before = client.read().await.revision.to_string();
    let operations = vec![
        given::operation("replace", "/progress", json!(60)),
        given::operation("add", "/searchTags/-", json!({"value": "patched"})),
    ];
    so::patch_dialog(owner, dialog, operations, Some(&before))
        .await
        .unwrap();
    let patched = client.read().await;
    assert_ne!(patched.revision.to_string(), before);
    assert_eq!(patched.progress, Some(Some(60)));
    assert!(
        patched
            .search_tags
            .unwrap()
            .iter()
            .any(|tag| tag.value == "patched")
    );
    ok("patch");

    let revision = patched.revision.to_string();
    let put = || so::update_dialog(owner, dialog, given::replacement(), Some(&revision));
    put().await.unwrap();
    let updated = client.read().await;
    assert_ne!(updated.revision.to_string(), revision);
    assert_eq!(updated.status, DialogStatus::Completed);
    assert_eq!(updated.attachments.unwrap(), []);
    assert_eq!(only(updated.gui_actions.unwrap()).action, "read");
    assert_eq!(updated.transmissions.unwrap().len(), 2);
    ok("update");

    assert_eq!(
        problem!(412, so_apis, so::UpdateDialogError, put()).errors,
        None
    );
    ok("stale-update");

    let appended = so::create_dialog_transmission(owner, dialog, given::decision(), None)
        .await
        .unwrap();
    assert_eq!(
        so::search_dialog_transmissions(owner, dialog)
            .await
            .unwrap()
            .len(),
        3
    );
    let one = so::get_dialog_transmission(owner, dialog, &appended)
        .await
        .unwrap();
    assert_eq!(one.r#type, som::DialogTransmissionType::Decision);
    let url = only(only(one.attachments.unwrap()).urls.unwrap()).url;
    assert_eq!(url, "https://example.com/decision.pdf");
    ok("append-transmission");
    appended
}

pub async fn parts(client: &Client, appended: &str) {
    let (owner, dialog) = (&client.owner, client.dialog.as_str());
    so::update_dialog_transmission(owner, dialog, appended, given::correction(), None)
        .await
        .unwrap();
    let one = so::get_dialog_transmission(owner, dialog, appended)
        .await
        .unwrap();
    let title = one.content.unwrap().unwrap().title;
    assert_eq!(only(title.value.unwrap()).value, "The right decision");
    ok("change-transmission");

    let activity = som::CreateDialogActivityRequest {
        r#type: Some(DialogActivityType::FormSubmitted),
        performed_by: Some(given::owner()),
        ..som::CreateDialogActivityRequest::new()
    };
    let id = so::create_dialog_activity(owner, dialog, activity, None)
        .await
        .unwrap();
    let listed = so::search_dialog_activities(owner, dialog).await.unwrap();
    assert_eq!(listed.len(), 4);
    assert!(listed.iter().any(|activity| activity.id.to_string() == id));
    let one = so::get_dialog_activity(owner, dialog, &id).await.unwrap();
    assert_eq!(one.performed_by.actor_type, som::ActorType::ServiceOwner);
    ok("append-activity");

    let more = som::CreateServiceOwnerLabel {
        value: Some("clients-more".into()),
    };
    so::create_service_owner_label(owner, dialog, more, None)
        .await
        .unwrap();
    let labels = so::get_service_owner_labels(owner, dialog).await.unwrap();
    assert!(labels.iter().any(|label| label.value == "clients-more"));
    so::delete_service_owner_label(owner, dialog, "clients-more", None)
        .await
        .unwrap();
    let labels = so::get_service_owner_labels(owner, dialog).await.unwrap();
    assert_eq!(only(labels).value, given::label());
    ok("owner-labels");

    let condition = so::check_notification_condition(
        &client.sender,
        dialog,
        som::NotificationConditionType::NotExists,
        DialogActivityType::FormSubmitted,
        None,
    );
    assert!(!condition.await.unwrap().send_notification);
    ok("notification");
}
