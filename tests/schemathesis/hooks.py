"""Brings what is made up closer to what could be meant, and lets known exceptions pass.

Which requests are brought closer depends on nothing but the request, so that a run can be repeated.
"""

import json
import os
import zlib

import schemathesis

import world
from known import exception

USED = os.environ["DIALOGPORTEN_USED_EXCEPTIONS"]


def chance(case, salt):
    """A number that is always the same for the same request."""
    parts = [salt, case.operation.label, case.path_parameters, case.query, repr(case.body)]
    return zlib.crc32(json.dumps(parts, default=repr, sort_keys=True).encode())


@schemathesis.hook
def before_call(context, case, kwargs):
    luck = chance(case, "what")
    known = world.DIALOGS[chance(case, "which") % len(world.DIALOGS)]
    if case.path_parameters and luck % 4:
        name_a_known_one(case, known)
    if "/dialogs" in case.operation.path and case.operation.label.startswith("GET ") and luck % 8:
        search_where_something_is(case, luck, known)
    if "dialoglookup" in case.operation.path and luck % 2:
        case.query = {**(case.query or {}), "instanceRef": f"urn:altinn:dialog-id:{known.id}"}
    if luck % 3:
        mean_something(case, luck, known)


def name_a_known_one(case, known):
    ends = case.operation.label.startswith("DELETE ") and "labels" not in case.operation.path
    ends = ends or case.operation.path.endswith(("/purge", "/freeze"))
    for name in case.path_parameters:
        case.path_parameters[name] = known.parts.get(name, case.path_parameters[name])
    if ends:
        case.path_parameters["dialogId"] = world.fresh()


def search_where_something_is(case, luck, known):
    """Most searches name a party, and only some of what else was made up."""
    if "{" in case.operation.path:
        return
    query = dict(case.query or {})
    kept = {name: value for at, (name, value) in enumerate(sorted(query.items())) if (luck >> (at % 24)) & 3 == 0}
    case.query = {**kept, "party": world.PARTIES}


TEMPLATES = {
    "POST /api/v1/serviceowner/dialogs": lambda known: world.dialog(),
    "PUT /api/v1/serviceowner/dialogs/{dialogId}": lambda known: world.update(),
    "POST /api/v1/serviceowner/dialogs/{dialogId}/transmissions": lambda known: world.transmission(),
    "PUT /api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}": lambda known: world.transmission(),
    "POST /api/v1/serviceowner/dialogs/{dialogId}/activities": lambda known: world.activity(),
    "POST /api/v1/serviceowner/dialogs/{dialogId}/context/labels": lambda known: {"value": "another"},
    "PUT /api/v1/serviceowner/dialogs/{dialogId}/endusercontext/systemlabels": lambda known: {
        "addLabels": ["Archive"],
        "performedBy": {"actorType": "PartyRepresentative", "actorId": world.PERSON},
    },
    "PUT /api/v1/enduser/dialogs/{dialogId}/context/systemlabels": lambda known: {"addLabels": ["Bin"]},
}
for audience in ["serviceowner/dialogs/endusercontext", "enduser/dialogs/context"]:
    TEMPLATES[f"POST /api/v1/{audience}/systemlabels/actions/bulkset"] = lambda known: {
        "dialogs": [{"dialogId": known.id}],
        "addLabels": ["Archive"],
    }


def mean_something(case, luck, known):
    """A body that is as it should be but for one member that was made up; or for one operation of a patch."""
    if case.operation.label.startswith("PATCH ") and isinstance(case.body, list):
        good = [{"op": "replace", "path": "/progress", "value": luck % 101}]
        case.body = good + case.body[: luck % 2]
        return
    template = TEMPLATES.get(case.operation.label)
    if template is None or not isinstance(case.body, dict):
        return
    body = template(known)
    members = sorted(case.body)
    if members and luck % 5:
        name = members[luck % len(members)]
        body[name] = case.body[name]
    case.body = body


@schemathesis.hook
def filter_failure(context, failure, case, response):
    name, body = type(failure).__name__, response.content.decode(errors="replace")
    number = exception(case.operation.label, response.status_code, name, body)
    if number is None:
        return True
    with open(USED, "a", encoding="ascii") as used:
        used.write(f"{number}\n")
    return False
