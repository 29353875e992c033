"""Dialogs for requests to be about, so that not every answer is 404. They are made through the API itself."""

import json
import os
import urllib.request

BASE = os.environ["DIALOGPORTEN_BASE"]
OWNER = os.environ["DIALOGPORTEN_OWNER_TOKEN"]
PERSON_TOKEN = os.environ["DIALOGPORTEN_PERSON_TOKEN"]

RESOURCE = "urn:altinn:resource:ttd-demo-service"
PERSON = "urn:altinn:person:identifier-no:08844397713"
COMPANY = "urn:altinn:organization:identifier-no:310923044"
SYSTEMS_COMPANY = "urn:altinn:organization:identifier-no:310057223"
PARTIES = [PERSON, COMPANY, SYSTEMS_COMPANY]


def ask(method, path, token, body=None):
    request = urllib.request.Request(
        BASE + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def texts(nb):
    return [{"value": nb, "languageCode": "nb"}, {"value": nb + " (en)", "languageCode": "en"}]


def transmission():
    return {
        "type": "Information",
        "sender": {"actorType": "ServiceOwner"},
        "content": {"title": {"value": texts("Brev")}, "summary": {"value": texts("Kort")}},
        "attachments": [
            {"displayName": texts("Vedlegg"), "urls": [{"url": "https://example.com/t", "consumerType": "Gui"}]}
        ],
    }


def activity():
    return {
        "type": "Information",
        "performedBy": {"actorType": "PartyRepresentative", "actorName": "Somebody"},
        "description": texts("Noe skjedde"),
    }


def dialog(party=PERSON):
    """A body with something of everything."""
    return {
        "serviceResource": RESOURCE,
        "party": party,
        "status": "InProgress",
        "progress": 10,
        "extendedStatus": "started",
        "externalReference": "reference",
        "dueAt": "2099-01-01T00:00:00Z",
        "process": "urn:example:process",
        "content": {
            "title": {"value": texts("Tittel")},
            "summary": {"value": texts("Sammendrag")},
            "senderName": {"value": texts("Avsender")},
            "additionalInfo": {"value": texts("*mer*"), "mediaType": "text/markdown"},
        },
        "searchTags": [{"value": "merkelapp"}],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
        "attachments": [
            {"displayName": texts("Vedlegg"), "urls": [{"url": "https://example.com/a", "consumerType": "Api"}]}
        ],
        "guiActions": [
            {"action": "read", "priority": "Primary", "url": "https://example.com/g", "title": texts("Les")}
        ],
        "apiActions": [
            {"action": "read", "endpoints": [{"url": "https://example.com/e", "httpMethod": "GET", "version": "1"}]}
        ],
        "transmissions": [transmission()],
        "activities": [activity()],
    }


UPDATED = ["status", "progress", "extendedStatus", "externalReference", "dueAt", "process", "content", "searchTags"]


def update():
    return {name: member for name, member in dialog().items() if name in UPDATED}


def fresh():
    """A new dialog, for requests after which nothing is left of it."""
    return ask("POST", "/api/v1/serviceowner/dialogs", OWNER, dialog())


class Known:
    """A dialog and the identifiers of its parts."""

    def __init__(self, party):
        self.id = ask("POST", "/api/v1/serviceowner/dialogs", OWNER, dialog(party))
        if party != SYSTEMS_COMPANY:
            ask("GET", f"/api/v1/enduser/dialogs/{self.id}", PERSON_TOKEN)
        found = ask("GET", f"/api/v1/serviceowner/dialogs/{self.id}", OWNER)
        self.parts = {
            "dialogId": self.id,
            "transmissionId": found["transmissions"][0]["id"],
            "activityId": found["activities"][0]["id"],
            "seenLogId": (found.get("seenSinceLastUpdate") or [{}])[0].get("id", self.id),
            "label": "label",
        }


DIALOGS = [Known(party) for party in PARTIES]
