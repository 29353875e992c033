"""What a client is given, and what it sends."""

import os
from datetime import datetime, timedelta, timezone
from uuid import UUID

from dialogporten_serviceowner import models as m

BASE = os.environ["BASE"]
NAME = os.environ["NAME"]
DIALOG = UUID(os.environ["DIALOG"])
TRANSMISSION = UUID(os.environ["TRANSMISSION"])
ATTACHMENT = UUID(os.environ["ATTACHMENT"])

RESOURCE = "urn:altinn:resource:ttd-demo-service"
PERSON = "urn:altinn:person:identifier-no:08844397713"
LABEL = f"clients-{NAME}"
EMBEDDED_MARKDOWN = "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown"


def in_days(days: int) -> datetime:
    return datetime.now(timezone.utc) + timedelta(days=days)


def text(value: str) -> list[m.Localization]:
    return [m.Localization(language_code="en", value=value)]


def plain(value: str) -> m.ContentValue:
    return m.ContentValue(value=text(value))


def embedded(url: str) -> m.ContentValue:
    return m.ContentValue(media_type=EMBEDDED_MARKDOWN, value=text(url))


def owner() -> m.Actor:
    return m.Actor(actor_type=m.ActorType.SERVICEOWNER)


def person() -> m.Actor:
    return m.Actor(actor_type=m.ActorType.PARTYREPRESENTATIVE, actor_id=PERSON)


def every_part() -> m.CreateDialog:
    return m.CreateDialog(
        id=DIALOG,
        idempotent_key=f"{NAME}-key",
        service_resource=RESOURCE,
        party=PERSON,
        external_reference=NAME,
        process=f"urn:clients:{NAME}:2",
        preceding_process=f"urn:clients:{NAME}:1",
        extended_status="urn:clients:waiting",
        status=m.DialogStatusInput.REQUIRESATTENTION,
        progress=40,
        due_at=in_days(7),
        expires_at=in_days(365),
        content=m.CreateDialogContent(
            title=m.ContentValue(
                value=[
                    m.Localization(language_code="nb", value="Søknad"),
                    m.Localization(language_code="en", value="Application"),
                ]
            ),
            non_sensitive_title=plain("A letter"),
            summary=m.ContentValue(
                value=[
                    m.Localization(language_code="nb", value="Om støtte"),
                    m.Localization(language_code="en", value="About support"),
                ]
            ),
            non_sensitive_summary=plain("About something"),
            sender_name=plain("The office"),
            additional_info=m.ContentValue(media_type="text/markdown", value=text("**More** to read")),
            extended_status=plain("Waiting for you"),
            main_content_reference=embedded("https://example.com/content"),
        ),
        search_tags=[m.CreateDialogTag(value="application"), m.CreateDialogTag(value="support")],
        service_owner_context=m.CreateDialogServiceOwnerContext(
            service_owner_labels=[m.CreateDialogServiceOwnerLabel(value=LABEL)]
        ),
        attachments=[
            m.CreateDialogAttachment(
                name="letter.pdf",
                display_name=text("The letter"),
                expires_at=in_days(30),
                urls=[
                    m.CreateDialogAttachmentUrl(
                        url="https://example.com/letter.pdf",
                        media_type="application/pdf",
                        consumer_type=m.AttachmentUrlConsumerType.GUI,
                    ),
                    m.CreateDialogAttachmentUrl(
                        url="https://example.com/letter.json",
                        media_type="application/json",
                        consumer_type=m.AttachmentUrlConsumerType.API,
                    ),
                ],
            )
        ],
        gui_actions=[
            m.CreateDialogGuiAction(
                action="write",
                priority=m.DialogGuiActionPriority.PRIMARY,
                url="https://example.com/fill-in",
                title=text("Fill in"),
                prompt=text("Are you sure?"),
            ),
            m.CreateDialogGuiAction(
                action="sign",
                priority=m.DialogGuiActionPriority.SECONDARY,
                url="https://example.com/sign",
                http_method=m.HttpVerb.POST,
                title=text("Sign"),
            ),
            m.CreateDialogGuiAction(
                action="write",
                priority=m.DialogGuiActionPriority.TERTIARY,
                url="https://example.com/delete",
                http_method=m.HttpVerb.DELETE,
                is_delete_dialog_action=True,
                title=text("Delete"),
            ),
        ],
        api_actions=[
            m.CreateDialogApiAction(
                action="write",
                name="submit",
                endpoints=[
                    m.CreateDialogApiActionEndpoint(
                        version="2",
                        url="https://example.com/api/v2",
                        http_method=m.HttpVerb.POST,
                        documentation_url="https://example.com/docs",
                        request_schema="https://example.com/request.json",
                        response_schema="https://example.com/response.json",
                    ),
                    m.CreateDialogApiActionEndpoint(
                        version="1",
                        url="https://example.com/api/v1",
                        http_method=m.HttpVerb.PUT,
                        deprecated=True,
                        sunset_at=in_days(90),
                    ),
                ],
            )
        ],
        transmissions=[
            m.CreateDialogTransmission(
                id=TRANSMISSION,
                type=m.DialogTransmissionType.INFORMATION,
                extended_type="urn:clients:letter",
                external_reference=f"{NAME}-1",
                sender=owner(),
                content=m.CreateDialogTransmissionContent(
                    title=plain("We need more"),
                    summary=plain("Please read"),
                    content_reference=embedded("https://example.com/transmission"),
                ),
                attachments=[
                    m.CreateDialogTransmissionAttachment(
                        id=ATTACHMENT,
                        name="annex.pdf",
                        display_name=text("The annex"),
                        urls=[
                            m.CreateDialogTransmissionAttachmentUrl(
                                url="https://example.com/annex.pdf",
                                media_type="application/pdf",
                                consumer_type=m.AttachmentUrlConsumerType.GUI,
                            )
                        ],
                    )
                ],
                navigational_actions=[
                    m.CreateDialogTransmissionNavigationalAction(
                        title=text("Go there"), url="https://example.com/there", expires_at=in_days(30)
                    )
                ],
            ),
            m.CreateDialogTransmission(
                type=m.DialogTransmissionType.SUBMISSION,
                related_transmission_id=TRANSMISSION,
                sender=person(),
                content=m.CreateDialogTransmissionContent(title=plain("Here it is")),
            ),
        ],
        activities=[
            m.CreateDialogActivity(type=m.DialogActivityType.DIALOGCREATED, performed_by=owner()),
            m.CreateDialogActivity(
                type=m.DialogActivityType.INFORMATION,
                performed_by=m.Actor(actor_type=m.ActorType.PARTYREPRESENTATIVE, actor_name="Somebody"),
                description=text("It was talked about"),
            ),
            m.CreateDialogActivity(
                type=m.DialogActivityType.TRANSMISSIONOPENED, transmission_id=TRANSMISSION, performed_by=person()
            ),
        ],
    )


def least(number: int) -> m.CreateDialog:
    return m.CreateDialog(
        service_resource=RESOURCE,
        party=PERSON,
        external_reference=NAME,
        service_owner_context=m.CreateDialogServiceOwnerContext(
            service_owner_labels=[m.CreateDialogServiceOwnerLabel(value=LABEL)]
        ),
        content=m.CreateDialogContent(title=plain(f"Number {number}"), summary=plain("One of several")),
    )


def replacement() -> m.UpdateDialog:
    return m.UpdateDialog(
        status=m.DialogStatusInput.COMPLETED,
        progress=100,
        external_reference=NAME,
        content=m.UpdateDialogContent(
            title=plain("Decision"),
            summary=plain("Granted"),
            main_content_reference=embedded("https://example.com/decision"),
        ),
        search_tags=[m.UpdateDialogTag(value="decision")],
        gui_actions=[
            m.UpdateDialogGuiAction(
                action="read",
                priority=m.DialogGuiActionPriority.PRIMARY,
                url="https://example.com/decision",
                title=text("Read it"),
            )
        ],
    )


def decision() -> m.CreateTransmissionRequest:
    return m.CreateTransmissionRequest(
        type=m.DialogTransmissionType.DECISION,
        sender=owner(),
        content=m.CreateTransmissionContent(title=plain("The decision")),
        attachments=[
            m.CreateTransmissionAttachment(
                display_name=text("The decision"),
                urls=[
                    m.CreateTransmissionAttachmentUrl(
                        url="https://example.com/decision.pdf", consumer_type=m.AttachmentUrlConsumerType.GUI
                    )
                ],
            )
        ],
    )
