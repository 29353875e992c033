//! What a client is given, and what it sends.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use dialogporten_serviceowner::models::*;
use uuid::Uuid;

pub const RESOURCE: &str = "urn:altinn:resource:ttd-demo-service";
pub const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";
pub const EMBEDDED_MARKDOWN: &str =
    "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown";

pub fn given(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not in the environment"))
}

pub fn name() -> String {
    given("NAME")
}

pub fn label() -> String {
    format!("clients-{}", name())
}

pub fn id(name: &str) -> Uuid {
    given(name).parse().unwrap()
}

pub fn in_days(days: i64) -> DateTime<FixedOffset> {
    (Utc::now() + TimeDelta::days(days)).into()
}

/// What may be left out and may be null, given.
fn some<T>(value: impl Into<T>) -> Option<Option<T>> {
    Some(Some(value.into()))
}

fn localized(language: &str, value: &str) -> Localization {
    Localization::new(language.into(), value.into())
}

fn text(value: &str) -> Vec<Localization> {
    vec![localized("en", value)]
}

pub fn plain(value: &str) -> ContentValue {
    ContentValue::new(Some(text(value)))
}

fn read_as(media_type: &str, value: &str) -> ContentValue {
    ContentValue {
        media_type: Some(media_type.into()),
        ..plain(value)
    }
}

pub fn owner() -> Actor {
    Actor::new(ActorType::ServiceOwner)
}

fn person() -> Actor {
    Actor {
        actor_id: some(PERSON),
        ..Actor::new(ActorType::PartyRepresentative)
    }
}

fn owner_context() -> Option<Option<CreateDialogServiceOwnerContext>> {
    some(CreateDialogServiceOwnerContext {
        service_owner_labels: some(vec![CreateDialogServiceOwnerLabel {
            value: Some(label()),
        }]),
    })
}

pub fn every_part() -> CreateDialog {
    let name = name();
    CreateDialog {
        id: some(id("DIALOG")),
        idempotent_key: some(format!("{name}-key")),
        service_resource: Some(RESOURCE.into()),
        party: Some(PERSON.into()),
        external_reference: some(name.clone()),
        process: some(format!("urn:clients:{name}:2")),
        preceding_process: some(format!("urn:clients:{name}:1")),
        extended_status: some("urn:clients:waiting"),
        status: some(DialogStatusInput::RequiresAttention),
        progress: some(40),
        due_at: some(in_days(7)),
        expires_at: some(in_days(365)),
        content: some(CreateDialogContent {
            title: Some(ContentValue::new(Some(vec![
                localized("nb", "Søknad"),
                localized("en", "Application"),
            ]))),
            non_sensitive_title: some(plain("A letter")),
            summary: some(ContentValue::new(Some(vec![
                localized("nb", "Om støtte"),
                localized("en", "About support"),
            ]))),
            non_sensitive_summary: some(plain("About something")),
            sender_name: some(plain("The office")),
            additional_info: some(read_as("text/markdown", "**More** to read")),
            extended_status: some(plain("Waiting for you")),
            main_content_reference: some(read_as(EMBEDDED_MARKDOWN, "https://example.com/content")),
        }),
        search_tags: some(["application", "support"].map(|tag| CreateDialogTag {
            value: Some(tag.into()),
        })),
        service_owner_context: owner_context(),
        attachments: some(vec![CreateDialogAttachment {
            name: some("letter.pdf"),
            display_name: some(text("The letter")),
            expires_at: some(in_days(30)),
            urls: some(vec![
                CreateDialogAttachmentUrl {
                    url: Some("https://example.com/letter.pdf".into()),
                    media_type: some("application/pdf"),
                    consumer_type: Some(AttachmentUrlConsumerType::Gui),
                    ..CreateDialogAttachmentUrl::new()
                },
                CreateDialogAttachmentUrl {
                    url: Some("https://example.com/letter.json".into()),
                    media_type: some("application/json"),
                    consumer_type: Some(AttachmentUrlConsumerType::Api),
                    ..CreateDialogAttachmentUrl::new()
                },
            ]),
            ..CreateDialogAttachment::new()
        }]),
        gui_actions: some(vec![
            CreateDialogGuiAction {
                action: Some("write".into()),
                priority: Some(DialogGuiActionPriority::Primary),
                url: Some("https://example.com/fill-in".into()),
                title: some(text("Fill in")),
                prompt: some(text("Are you sure?")),
                ..CreateDialogGuiAction::new()
            },
            CreateDialogGuiAction {
                action: Some("sign".into()),
                priority: Some(DialogGuiActionPriority::Secondary),
                url: Some("https://example.com/sign".into()),
                http_method: some(HttpVerb::Post),
                title: some(text("Sign")),
                ..CreateDialogGuiAction::new()
            },
            CreateDialogGuiAction {
                action: Some("write".into()),
                priority: Some(DialogGuiActionPriority::Tertiary),
                url: Some("https://example.com/delete".into()),
                http_method: some(HttpVerb::Delete),
                is_delete_dialog_action: Some(true),
                title: some(text("Delete")),
                ..CreateDialogGuiAction::new()
            },
        ]),
        api_actions: some(vec![CreateDialogApiAction {
            action: Some("write".into()),
            name: some("submit"),
            endpoints: some(vec![
                CreateDialogApiActionEndpoint {
                    version: some("2"),
                    url: Some("https://example.com/api/v2".into()),
                    http_method: Some(HttpVerb::Post),
                    documentation_url: some("https://example.com/docs"),
                    request_schema: some("https://example.com/request.json"),
                    response_schema: some("https://example.com/response.json"),
                    ..CreateDialogApiActionEndpoint::new()
                },
                CreateDialogApiActionEndpoint {
                    version: some("1"),
                    url: Some("https://example.com/api/v1".into()),
                    http_method: Some(HttpVerb::Put),
                    deprecated: Some(true),
                    sunset_at: some(in_days(90)),
                    ..CreateDialogApiActionEndpoint::new()
                },
            ]),
            ..CreateDialogApiAction::new()
        }]),
        transmissions: some(vec![letter(), reply()]),
        activities: some(vec![
            CreateDialogActivity {
                r#type: Some(DialogActivityType::DialogCreated),
                performed_by: Some(owner()),
                ..CreateDialogActivity::new()
            },
            CreateDialogActivity {
                r#type: Some(DialogActivityType::Information),
                performed_by: Some(Actor {
                    actor_name: some("Somebody"),
                    ..Actor::new(ActorType::PartyRepresentative)
                }),
                description: some(text("It was talked about")),
                ..CreateDialogActivity::new()
            },
            CreateDialogActivity {
                r#type: Some(DialogActivityType::TransmissionOpened),
                transmission_id: some(id("TRANSMISSION")),
                performed_by: Some(person()),
                ..CreateDialogActivity::new()
            },
        ]),
        ..CreateDialog::new()
    }
}

fn letter() -> CreateDialogTransmission {
    CreateDialogTransmission {
        id: some(id("TRANSMISSION")),
        r#type: Some(DialogTransmissionType::Information),
        extended_type: some("urn:clients:letter"),
        external_reference: some(format!("{}-1", name())),
        sender: Some(owner()),
        content: some(CreateDialogTransmissionContent {
            title: Some(plain("We need more")),
            summary: some(plain("Please read")),
            content_reference: some(read_as(
                EMBEDDED_MARKDOWN,
                "https://example.com/transmission",
            )),
        }),
        attachments: some(vec![CreateDialogTransmissionAttachment {
            id: some(id("ATTACHMENT")),
            name: some("annex.pdf"),
            display_name: some(text("The annex")),
            urls: some(vec![CreateDialogTransmissionAttachmentUrl {
                url: Some("https://example.com/annex.pdf".into()),
                media_type: some("application/pdf"),
                consumer_type: Some(AttachmentUrlConsumerType::Gui),
            }]),
            ..CreateDialogTransmissionAttachment::new()
        }]),
        navigational_actions: some(vec![CreateDialogTransmissionNavigationalAction {
            title: some(text("Go there")),
            url: Some("https://example.com/there".into()),
            expires_at: some(in_days(30)),
        }]),
        ..CreateDialogTransmission::new()
    }
}

fn reply() -> CreateDialogTransmission {
    CreateDialogTransmission {
        r#type: Some(DialogTransmissionType::Submission),
        related_transmission_id: some(id("TRANSMISSION")),
        sender: Some(person()),
        content: some(CreateDialogTransmissionContent {
            title: Some(plain("Here it is")),
            ..CreateDialogTransmissionContent::new()
        }),
        ..CreateDialogTransmission::new()
    }
}

pub fn least(number: u32) -> CreateDialog {
    CreateDialog {
        service_resource: Some(RESOURCE.into()),
        party: Some(PERSON.into()),
        external_reference: some(name()),
        service_owner_context: owner_context(),
        content: some(CreateDialogContent {
            title: Some(plain(&format!("Number {number}"))),
            summary: some(plain("One of several")),
            ..CreateDialogContent::new()
        }),
        ..CreateDialog::new()
    }
}

pub fn replacement() -> UpdateDialog {
    UpdateDialog {
        status: Some(DialogStatusInput::Completed),
        progress: some(100),
        external_reference: some(name()),
        content: some(UpdateDialogContent {
            title: Some(plain("Decision")),
            summary: some(plain("Granted")),
            main_content_reference: some(read_as(
                EMBEDDED_MARKDOWN,
                "https://example.com/decision",
            )),
            ..UpdateDialogContent::new()
        }),
        search_tags: some(vec![UpdateDialogTag {
            value: Some("decision".into()),
        }]),
        gui_actions: some(vec![UpdateDialogGuiAction {
            action: Some("read".into()),
            priority: Some(DialogGuiActionPriority::Primary),
            url: Some("https://example.com/decision".into()),
            title: some(text("Read it")),
            ..UpdateDialogGuiAction::new()
        }]),
        ..UpdateDialog::new()
    }
}

pub fn decision() -> CreateTransmissionRequest {
    CreateTransmissionRequest {
        r#type: Some(DialogTransmissionType::Decision),
        sender: Some(owner()),
        content: some(CreateTransmissionContent {
            title: Some(plain("The decision")),
            ..CreateTransmissionContent::new()
        }),
        attachments: some(vec![CreateTransmissionAttachment {
            display_name: some(text("The decision")),
            urls: some(vec![CreateTransmissionAttachmentUrl {
                url: Some("https://example.com/decision.pdf".into()),
                consumer_type: Some(AttachmentUrlConsumerType::Gui),
                ..CreateTransmissionAttachmentUrl::new()
            }]),
            ..CreateTransmissionAttachment::new()
        }]),
        ..CreateTransmissionRequest::new()
    }
}

pub fn correction() -> UpdateTransmissionRequest {
    UpdateTransmissionRequest {
        r#type: Some(DialogTransmissionType::Decision),
        sender: Some(owner()),
        content: some(UpdateTransmissionContent {
            title: Some(plain("The right decision")),
            ..UpdateTransmissionContent::new()
        }),
        is_silent_update: some(true),
        ..UpdateTransmissionRequest::new()
    }
}

pub fn operation(op: &str, path: &str, value: serde_json::Value) -> JsonPatchOperation {
    JsonPatchOperation {
        op: some(op),
        path: some(path),
        value: some(value),
        ..JsonPatchOperation::new()
    }
}
