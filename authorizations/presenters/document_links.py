"""Where the documents of a case or an ATO are, and what they are called."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from authorizations.actions.acting_capacity import Subject
from authorizations.actions.documents.requirements import adders, known_documents, may_be_added
from authorizations.lifecycle.context import ActingContext
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.document import OTHER

# How a gate names a document as the place where it is met.
WHERE = "document:"


@dataclass(frozen=True, slots=True)
class Above:
    documents: str
    add: str
    add_files: str


ABOVE: dict[Any, Above] = {
    Case: Above("case_documents", "add_case_document", "add_case_files"),
    Ato: Above("ato_documents", "add_ato_document", "add_ato_files"),
}


def documents_address(record: Subject) -> str:
    return reverse(ABOVE[Ato if isinstance(record, Ato) else Case].documents, args=[record.public_id])


def document_place(context: ActingContext, record: Subject, where: str) -> str:
    """Where a document that a gate asks for is added; blank where this reader adds none."""
    key = where.removeprefix(WHERE)
    known = key == OTHER or key in known_documents(record)
    if not known or not adders(record, key, context) or not may_be_added(record, key):
        return ""
    return document_row(record, key)


def document_row(record: Subject, key: str) -> str:
    return f"{documents_address(record)}?at={key}#document-{key}"


def document_name(record: Subject, version: DocumentVersion) -> str:
    document = version.document
    rule = known_documents(record).get(document.key)
    return str(document.title or (rule.label if rule else document.key))
