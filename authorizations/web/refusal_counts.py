"""What is refused to people who are signed in is counted, for the audit log: who asked for what, in which minute."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.fields import is_public_id
from accounts.models import User
from authorizations.actions.audit_log.security_events import tally

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
REFUSED = (403, 404)
# Which record type an address speaks of, by its first part.
RECORD_TYPES = {
    "accesses": "packageaccess",
    "agencies": "organization",
    "assessors": "organization",
    "atos": "ato",
    "cases": "case",
    "imports": "importrun",
    "invitations": "invitation",
    "join-requests": "joinrequest",
    "offerings": "offering",
    "people": "organization",
    "providers": "organization",
    "queue": "case",
    "tokens": "accesstoken",
}


def noted_refusals(get_response: Handler) -> Handler:
    """Counts each refusal, whether what was asked for exists or not: both take the same time."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in REFUSED and request.resolver_match is not None:
            _count(request)
        return response

    return respond


def _count(request: HttpRequest) -> None:
    # Programs show a token: the API has put its person here.
    who = getattr(request, "auth", None) or request.user
    if isinstance(who, User):
        try:
            tally("access.refused", actor=who, now=timezone.now(), subject=_asked_for(request))
        except DatabaseError:
            logger.exception("a refusal to user %s was not counted", who.pk)


def _asked_for(request: HttpRequest) -> tuple[str, str]:
    """The record type and the id of the record; of a page without one, its name."""
    match = request.resolver_match
    assert match is not None  # noqa: S101  # asked before
    key = next((str(value) for value in match.kwargs.values() if is_public_id(str(value))), "")
    if not key:
        return "page", match.url_name or ""
    parts = request.path.strip("/").split("/")
    if parts[0] == "admin":
        return parts[2], key
    return RECORD_TYPES.get(parts[1] if parts[0] == "api" else parts[0], ""), key
