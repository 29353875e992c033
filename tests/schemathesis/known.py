"""What the served documents do not say and the API does all the same, as clients have known it for long.

The documents are a published contract and stay as they are. An exception is one kind of failure, of one status, on some
routes, with a certain answer; one that no longer happens has to go, and the run says so.
"""

import re
from typing import NamedTuple


class Known(NamedTuple):
    """What is let pass."""

    # Method and path as the document writes them, whole.
    where: str
    status: int
    # The kind of failure, by its class in schemathesis.
    failure: str
    # What stands in the body of the answer.
    body: str
    # Why it is so.
    why: str
    # Whether only a long run comes across it.
    rare: bool = False


KNOWN = [
    Known(
        r"(GET|POST|PUT) /api/v1/serviceowner/.*",
        400,
        "UndefinedContentType",
        '{"errors":{"EndUserId":["the value must end in a national identity number."]}',
        "Whoever acts for somebody who is no person is refused at the door, which has always answered plain JSON.",
    ),
    Known(
        r"(POST|PUT|PATCH) /api/v1/(serviceowner|enduser)/dialogs.*",
        415,
        "UndefinedStatusCode",
        "",
        "A request without a body has no content type either, and is refused for that before anybody looks at the rest.",
        rare=True,
    ),
]


def exception(label, status, failure, body):
    """The number of the exception that a failure falls under; None for a real one."""
    for number, known in enumerate(KNOWN):
        if (known.status, known.failure) == (status, failure) and known.body in body:
            if re.fullmatch(known.where, label):
                return number
    return None
