"""Takes a file in that came with a form, or finds the one that an earlier try of the form brought."""

from typing import Any

from django.conf import settings

from accounts.models import User
from authorizations.actions.documents.requirements import STAYS, StoredFile
from authorizations.actions.refusals import NotReady
from authorizations.exchange.documents.storage_outage import StorageOutage
from authorizations.exchange.documents.upload import take_in
from authorizations.lifecycle.problems import Problem
from authorizations.rules.documents import DocumentRule
from authorizations.web.documents.forms import selected_by


def largest_request() -> int:
    """How many bytes all that is sent at once may have."""
    return 2 * max(settings.DOCUMENT_MAX_BYTES, settings.IMPORT_MAX_BYTES)


def taken_in(
    user: User, sent: Any, ticket: str, rule: DocumentRule | None
) -> tuple[StoredFile | None, NotReady | None]:
    """The file that came, or the one of a ticket; and why it was refused."""
    if sent is None or sent.file is None:
        return selected_by(ticket, user), None
    if rule is not None and rule.confidential:
        return None, NotReady([Problem("upload", STAYS, "location")])
    try:
        return take_in(sent.file, sent.name or ""), None
    except NotReady as refusal:
        return None, refusal
    except StorageOutage as away:
        return None, NotReady([Problem("upload", away.sentence, "upload")])
