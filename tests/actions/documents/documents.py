"""Documents for the tests: a file that is kept, and versions added through the portal's own verb."""

from datetime import date
from hashlib import sha256
from typing import Any

from accounts.models import User
from authorizations.actions.documents.documents import add_version
from authorizations.actions.documents.requirements import StoredFile
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.vocabulary import Scan
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import NOW

THERE = "Connect.gov, folder Nimbus, item 7"


def continued(cast: Cast) -> tuple[Case, Case, dict[str, DocumentVersion]]:
    """A case that lost its partner, the one that continues it, and the provider's documents of the former by key.

    The first agency's own document is there too, under the key of the In Process Request.
    """
    former = make_case(cast, "initial", "partner_lost")
    plan = add(former, cast.csp_contributor, upload=kept_file(), stated=["signed_by_provider"], note="For the harbors.")
    add(former, cast.liaison, "ipr", location="Harbor drive, item 3")
    found = {
        "wbs": plan,
        "ssp": add(former, cast.csp_lead, "ssp", verified_on=date(2026, 11, 20), note="As at the pier."),
    }
    press(former, "succeed", cast.csp_lead, new_agency=cast.organizations["meadows"])
    return former, Case.objects.get(continues=former), found


def kept_file(content: bytes = b"Plan", name: str = "plan.txt", scan: str = Scan.UNSCANNED) -> StoredFile:
    """A file as the checks hand it on; the verb never opens it."""
    return StoredFile(name, len(content), sha256(content).hexdigest(), "text/plain", scan)


def add(record: Case | Ato, actor: User, key: str = "wbs", **said: Any) -> DocumentVersion:
    """A version of a document: a reference, unless something else is said."""
    given = {"now": NOW, "location": "" if said.get("upload") else THERE, **said}
    record_type = Ato if isinstance(record, Ato) else Case
    return add_version(record_type, record.public_id, key, actor=User.objects.get(pk=actor.pk), **given)
