"""The scenario with the clients that OpenAPI Generator makes for Python."""

import os
from collections.abc import Callable
from uuid import UUID

import dialogporten_enduser as eu
import dialogporten_serviceowner as so
from dialogporten_serviceowner import models as m

import given


def owner_client(token: str | None) -> so.ApiClient:
    return so.ApiClient(so.Configuration(host=given.BASE, access_token=token))


def person_client(token: str) -> eu.ApiClient:
    return eu.ApiClient(eu.Configuration(host=given.BASE, access_token=token))


owner = so.ServiceownerApi(owner_client(os.environ["OWNER"]))
sender = so.ServiceownerApi(owner_client(os.environ["SENDER"]))
nobody = so.ServiceownerApi(owner_client(None))
person_as_owner = so.ServiceownerApi(owner_client(os.environ["PERSON"]))
person = eu.EnduserApi(person_client(os.environ["PERSON"]))
stranger = eu.EnduserApi(person_client(os.environ["STRANGER"]))
metadata = so.MetadataApi(owner_client(None))

STEPS: list[Callable[[], None]] = []


def step(play: Callable[[], None]) -> Callable[[], None]:
    STEPS.append(play)
    return play


def refused(status: int, call: Callable[[], object]) -> so.ApiException | eu.ApiException:
    try:
        call()
    except (so.ApiException, eu.ApiException) as refusal:
        assert refusal.status == status, refusal
        return refusal
    raise AssertionError(f"no {status}")


def problem(status: int, call: Callable[[], object]) -> so.ProblemDetails | eu.ProblemDetails:
    """The problem that a call is refused with."""
    data = refused(status, call).data
    assert isinstance(data, (so.ProblemDetails, eu.ProblemDetails)), data
    assert data.status == status and data.title and data.trace_id, data
    return data


def messages(found: so.ProblemDetails | eu.ProblemDetails) -> str:
    assert found.errors
    return " ".join(message for messages in found.errors.values() for message in messages)


def revision(answer: so.ApiResponse[None] | so.ApiResponse[str]) -> UUID:
    """The revision in an answer's head: a UUID without quotes."""
    assert answer.headers
    return UUID(answer.headers["etag"])


def read() -> m.Dialog:
    return owner.get_dialog(given.DIALOG)


current: UUID
all_ids: list[UUID]
appended: UUID
labelled: UUID


@step
def create() -> None:
    global current
    answer = owner.create_dialog_with_http_info(given.every_part())
    assert answer.status_code == 201
    assert UUID(answer.data) == given.DIALOG
    current = revision(answer)


@step
def get() -> None:
    dialog, sent = read(), given.every_part()
    assert dialog.revision == current
    for member in (
        "id idempotent_key party service_resource external_reference process preceding_process extended_status progress".split()
    ):
        assert getattr(dialog, member) == getattr(sent, member), member
    assert dialog.status == m.DialogStatus.REQUIRESATTENTION
    assert dialog.content and sent.content

    def languages(value: m.ContentValue) -> list[tuple[str, str]]:
        return sorted((text.language_code, text.value) for text in value.value or [])

    for member in m.Content.model_fields:
        assert languages(getattr(dialog.content, member)) == languages(getattr(sent.content, member)), member
    assert dialog.content.main_content_reference
    assert dialog.content.main_content_reference.media_type == given.EMBEDDED_MARKDOWN
    assert [tag.value for tag in dialog.search_tags or []] == ["application", "support"]
    [label] = dialog.service_owner_context.service_owner_labels or []
    assert label.value == given.LABEL
    [attachment] = dialog.attachments or []
    assert [url.consumer_type.value for url in attachment.urls or []] == ["Gui", "Api"]
    assert sorted(action.priority.value for action in dialog.gui_actions or []) == ["Primary", "Secondary", "Tertiary"]
    assert sum(action.is_delete_dialog_action for action in dialog.gui_actions or []) == 1
    [action] = dialog.api_actions or []
    assert sorted(endpoint.deprecated for endpoint in action.endpoints or []) == [False, True]
    [letter] = [one for one in dialog.transmissions or [] if one.id == given.TRANSMISSION]
    assert letter.extended_type == "urn:clients:letter"
    [annex] = letter.attachments or []
    assert annex.id == given.ATTACHMENT
    [link] = letter.navigational_actions or []
    assert link.url == "https://example.com/there"
    [reply] = [one for one in dialog.transmissions or [] if one.type == m.DialogTransmissionType.SUBMISSION]
    assert reply.related_transmission_id == given.TRANSMISSION
    assert reply.sender.actor_type == m.ActorType.PARTYREPRESENTATIVE
    kinds = sorted(activity.type.value for activity in dialog.activities or [])
    assert kinds == ["DialogCreated", "Information", "TransmissionOpened"]


@step
def create_more() -> None:
    for number in range(1, 7):
        assert UUID(owner.create_dialog(given.least(number)))


@step
def search() -> None:
    global all_ids
    token, pages, ids = None, [], []
    while True:
        page = owner.search_dialogs(
            service_owner_labels=[given.LABEL], created_after=given.in_days(-1), limit=3, continuation_token=token
        )
        pages.append(len(page.items or []))
        ids += [item.id for item in page.items or []]
        assert page.has_next_page == (len(pages) < 3)
        if not page.has_next_page:
            break
        token = page.continuation_token
    assert pages == [3, 3, 1]
    assert len(set(ids)) == 7 and given.DIALOG in ids
    all_ids = sorted(ids)


@step
def patch() -> None:
    global current
    answer = owner.patch_dialog_with_http_info(
        given.DIALOG,
        [
            m.JsonPatchOperation(op="replace", path="/progress", value=60),
            m.JsonPatchOperation(op="add", path="/searchTags/-", value={"value": "patched"}),
        ],
        if_match=current,
    )
    assert answer.status_code == 204
    dialog = read()
    assert dialog.revision == revision(answer)
    assert dialog.progress == 60
    assert "patched" in [tag.value for tag in dialog.search_tags or []]
    current = dialog.revision


@step
def update() -> None:
    answer = owner.update_dialog_with_http_info(given.DIALOG, given.replacement(), if_match=current)
    assert answer.status_code == 204
    dialog = read()
    assert dialog.revision == revision(answer)
    assert dialog.status == m.DialogStatus.COMPLETED
    assert dialog.attachments == []
    [action] = dialog.gui_actions or []
    assert action.action == "read"
    assert len(dialog.transmissions or []) == 2


@step
def stale_update() -> None:
    found = problem(412, lambda: owner.update_dialog(given.DIALOG, given.replacement(), if_match=current))
    assert found.errors is None


@step
def append_transmission() -> None:
    global appended
    appended = UUID(owner.create_dialog_transmission(given.DIALOG, given.decision()))
    assert len(owner.search_dialog_transmissions(given.DIALOG)) == 3
    one = owner.get_dialog_transmission(given.DIALOG, appended)
    assert one.type == m.DialogTransmissionType.DECISION
    [attachment] = one.attachments or []
    assert (attachment.urls or [])[0].url == "https://example.com/decision.pdf"


@step
def change_transmission() -> None:
    answer = owner.update_dialog_transmission_with_http_info(
        given.DIALOG,
        appended,
        m.UpdateTransmissionRequest(
            type=m.DialogTransmissionType.DECISION,
            sender=given.owner(),
            content=m.UpdateTransmissionContent(title=given.plain("The right decision")),
            is_silent_update=True,
        ),
    )
    assert answer.status_code == 204
    one = owner.get_dialog_transmission(given.DIALOG, appended)
    assert one.content and one.content.title.value
    assert one.content.title.value[0].value == "The right decision"


@step
def append_activity() -> None:
    sent = m.CreateDialogActivityRequest(type=m.DialogActivityType.FORMSUBMITTED, performed_by=given.owner())
    activity_id = UUID(owner.create_dialog_activity(given.DIALOG, sent))
    listed = owner.search_dialog_activities(given.DIALOG)
    assert len(listed) == 4 and activity_id in [activity.id for activity in listed]
    assert owner.get_dialog_activity(given.DIALOG, activity_id).performed_by.actor_type == m.ActorType.SERVICEOWNER


@step
def owner_labels() -> None:
    def labels() -> list[str]:
        return [label.value for label in owner.get_service_owner_labels(given.DIALOG)]

    added = owner.create_service_owner_label_with_http_info(
        given.DIALOG, m.CreateServiceOwnerLabel(value="clients-more")
    )
    assert added.status_code == 204 and "clients-more" in labels()
    deleted = owner.delete_service_owner_label_with_http_info(given.DIALOG, "clients-more")
    assert deleted.status_code == 204 and labels() == [given.LABEL]


@step
def notification() -> None:
    condition = sender.check_notification_condition(
        given.DIALOG, m.NotificationConditionType.NOTEXISTS, m.DialogActivityType.FORMSUBMITTED
    )
    assert condition.send_notification is False


@step
def end_user_search() -> None:
    token, ids = None, []
    while True:
        page = person.search_dialogs(
            party=[given.PERSON], external_reference=given.NAME, limit=2, continuation_token=token
        )
        ids += [item.id for item in page.items or []]
        if not page.has_next_page:
            break
        token = page.continuation_token
    assert sorted(ids) == all_ids


@step
def end_user_get() -> None:
    dialog = person.get_dialog(given.DIALOG)
    assert dialog.dialog_token and dialog.dialog_token.count(".") == 2
    [action] = dialog.gui_actions or []
    assert action.is_authorized is True
    [letter] = [one for one in dialog.transmissions or [] if one.id == given.TRANSMISSION]
    assert letter.is_authorized is True
    assert dialog.content and dialog.content.main_content_reference
    assert dialog.content.main_content_reference.is_authorized is True


@step
def seen_log() -> None:
    [entry] = person.search_dialog_seen_logs(given.DIALOG)
    assert entry.is_current_end_user is True
    assert person.get_dialog_seen_log(given.DIALOG, entry.id).id == entry.id
    [seen] = owner.search_dialog_seen_logs(given.DIALOG)
    assert seen.id == entry.id


@step
def label() -> None:
    global labelled
    labelled = person.get_dialog(given.DIALOG).end_user_context.revision
    answer = person.set_dialog_system_labels_with_http_info(
        given.DIALOG, eu.SetDialogSystemLabelRequest(add_labels=[eu.SystemLabel.ARCHIVE]), if_match=labelled
    )
    assert answer.status_code == 204
    assert eu.SystemLabel.ARCHIVE in (person.get_dialog(given.DIALOG).end_user_context.system_labels or [])
    log = person.search_dialog_label_assignment_logs(given.DIALOG)
    assert [entry for entry in log if entry.action == "set" and entry.name.endswith("Archive")]


@step
def stale_label() -> None:
    sent = eu.SetDialogSystemLabelRequest(add_labels=[eu.SystemLabel.BIN])
    found = problem(412, lambda: person.set_dialog_system_labels(given.DIALOG, sent, if_match=labelled))
    assert found.errors is None


@step
def bulk_label() -> None:
    two = [one for one in all_ids if one != given.DIALOG][:2]
    answer = person.bulk_set_dialog_system_labels_with_http_info(
        eu.BulkSetSystemLabel(
            dialogs=[eu.DialogRevision(dialog_id=one) for one in two], add_labels=[eu.SystemLabel.BIN]
        )
    )
    assert answer.status_code == 204
    listed = owner.search_dialog_end_user_contexts(party=[given.PERSON], label=[m.SystemLabel.BIN], limit=1000)
    assert sorted(item.dialog_id for item in listed.items or [] if item.dialog_id in all_ids) == two


@step
def lookup() -> None:
    found = person.get_dialog_lookup(f"urn:altinn:dialog-id:{given.DIALOG}")
    assert found.dialog_id == given.DIALOG
    [title] = found.title or []
    assert title.value == "Decision"
    assert found.service_owner.code == "ttd"


@step
def parties() -> None:
    found = person.get_parties().authorized_parties or []
    assert [party.party for party in found if party.is_current_end_user] == [given.PERSON]
    assert [party for party in found if party.party_type == "Organization" and party.sub_parties]


@step
def service_resources() -> None:
    found = person.search_authorized_service_resources(party=[given.PERSON])
    assert "ttd-demo-service" in [item.service_resource.id for item in found.items or []]


@step
def limits() -> None:
    assert metadata.get_limits().end_user_search.max_party_filter_values > 0


@step
def invalid() -> None:
    sent = given.least(0)
    sent.party = "nobody"
    sent.progress = 101
    keys = " ".join(problem(400, lambda: owner.create_dialog(sent)).errors or {})
    assert "party" in keys and "progress" in keys, keys


@step
def key_used() -> None:
    sent = given.least(0)
    sent.idempotent_key = f"{given.NAME}-key"
    assert str(given.DIALOG) in messages(problem(409, lambda: owner.create_dialog(sent)))


@step
def id_used() -> None:
    sent = given.least(0)
    sent.id = given.DIALOG
    assert "already exists" in messages(problem(422, lambda: owner.create_dialog(sent)))


@step
def not_found() -> None:
    problem(404, lambda: owner.get_dialog(given.TRANSMISSION))


@step
def no_token() -> None:
    refused(401, lambda: nobody.get_dialog(given.DIALOG))


@step
def wrong_token() -> None:
    refused(403, lambda: person_as_owner.get_dialog(given.DIALOG))


@step
def stranger_() -> None:
    refused(403, lambda: stranger.get_dialog(given.DIALOG))


@step
def delete() -> None:
    assert owner.delete_dialog_with_http_info(given.DIALOG).status_code == 204
    problem(410, lambda: owner.delete_dialog(given.DIALOG))
    problem(410, lambda: person.get_dialog(given.DIALOG))
    assert read().deleted_at


@step
def search_deleted() -> None:
    page = owner.search_dialogs(service_owner_labels=[given.LABEL], deleted=m.DeletedFilter.ONLY)
    [item] = page.items or []
    assert item.id == given.DIALOG


@step
def restore() -> None:
    assert owner.restore_dialog_with_http_info(given.DIALOG).status_code == 204
    assert person.get_dialog(given.DIALOG).id == given.DIALOG


@step
def purge() -> None:
    assert owner.purge_dialog_with_http_info(given.DIALOG).status_code == 204
    problem(404, read)


for play in STEPS:
    name = play.__name__.strip("_").replace("_", "-")
    try:
        play()
    except BaseException:
        print(f"in step {name}:", flush=True)
        raise
    print(f"ok {name}", flush=True)
