"""Documents that an act attaches by itself: its form says where one can be found, and the act leaves the reference.

What already happened in the world is recorded in one act, without a second errand to the page of documents.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from authorizations.actions.documents.requirements import added_for, side_of
from authorizations.actions.door import Action
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.models import Ato, Case, Document, DocumentVersion

# By this name the entry of an act holds the versions that it attached.
ATTACHED = "attached"


def attach_documents(
    act: Action, record: Case | Ato, row: str, facts: Mapping[str, Any], context: ActingContext
) -> None:
    """Adds a version of each document that these facts say where to find; the record is held, and saved by its act."""
    for rule, how, location in document_gates.attached(record, row, facts, act.day):
        of = {"case" if isinstance(record, Case) else "ato": record}
        document, _ = Document.objects.get_or_create(**of, key=rule.key, title="", defaults={"inside": rule.inside})
        highest = document.versions.aggregate(highest=Max("number"))["highest"] or 0
        version = DocumentVersion.objects.create(
            document=document,
            number=highest + 1,
            location=location.strip()[:500],
            # The act itself says so: it records what was signed.
            stated=list(how.stated),
            **added_for(record, side_of(context.acting & rule.by or context.acting, context.parties)),
            added_by=context.user,
            added_at=act.recorded_at,
            shared_at=act.recorded_at,
        )
        columns = {"document": rule.key, "number": version.number, "stated": version.stated, "side": version.side}
        columns |= {"version": version.public_id, "organization": version.organization_id}
        act.beside.setdefault(ATTACHED, [None, []])[1].append(columns)
        record.document_summary = {**record.document_summary, rule.key: version.summary}
