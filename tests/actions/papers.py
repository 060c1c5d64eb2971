"""Documents for the tests: a file that is kept, and versions added through the portal's own verb."""

from hashlib import sha256
from typing import Any

from accounts.models import User
from authorizations.actions.artifacts import add_version
from authorizations.actions.papers import KeptFile
from authorizations.models import ArtifactVersion, Ato, Case
from authorizations.vocabulary import Scan
from tests.lifecycle.world import NOW

THERE = "Connect.gov, folder Nimbus, item 7"


def kept_file(content: bytes = b"Plan", name: str = "plan.txt", scan: str = Scan.UNSCANNED) -> KeptFile:
    """A file as the checks hand it on; the verb never opens it."""
    return KeptFile(name, len(content), sha256(content).hexdigest(), "text/plain", scan)


def add(record: Case | Ato, actor: User, key: str = "wbs", **said: Any) -> ArtifactVersion:
    """A version of a document: a reference, unless something else is said."""
    given = {"now": NOW, "location": "" if said.get("upload") else THERE, **said}
    noun = Ato if isinstance(record, Ato) else Case
    return add_version(noun, record.public_id, key, actor=User.objects.get(pk=actor.pk), **given)
