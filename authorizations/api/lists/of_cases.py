"""Documents and findings of all cases and ATOs that you may know of, as rows; below a record they say more."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from authorizations.api.authentication import person
from authorizations.api.documents import Version, again
from authorizations.api.findings import FindingRow, FindingState, one_finding, state_of
from authorizations.api.lists.paging import ListQuery, page_of, words_in
from authorizations.api.schemas import RECORD, PageOut, filled, reading
from authorizations.models import DocumentVersion, Finding
from authorizations.vocabulary import Scan, Severity, Turn

documents, findings = Router(tags=["Documents"]), Router(tags=["Findings"])


class VersionRow(Schema):
    """One version of a document; by its id you read it, take a copy and act on it."""

    id: str
    case: str | None = Field(description="Id of its case.")
    ato: str | None = Field(description="Id of its ATO.")
    key: str = Field(description="Of the document, in the rules of the record; “other” has a title.")
    title: str
    number: int
    name: str
    size: int | None = Field(description="In bytes.")
    sha256: str
    content_type: str
    scan: Scan | None
    location: str = Field(description="Of a reference: where the content is.")
    side: Turn
    added_at: datetime
    is_draft: bool
    withdrawn_at: datetime | None


class VersionFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    case: str | None = Field(None, description="Id of a case.")
    ato: str | None = Field(None, description="Id of an ATO.")
    key: str | None = Field(None, max_length=40, description="Of a document.")
    side: Turn | None = None
    sha256: str | None = Field(None, max_length=64, description="Of a file.")


class FindingRef(Schema):
    """One finding; by its id you read it, answer it and settle it."""

    id: str
    case: str = Field(description="Id of its case.")
    state: FindingState
    severity: Severity
    fact: str
    version: str | None
    text: str
    side: Turn
    owed_by: Turn | None
    sent_at: datetime | None
    answered_at: datetime | None
    settled_at: datetime | None


class FindingFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    case: str | None = Field(None, description="Id of a case.")
    severity: Severity | None = None
    side: Turn | None = None
    owed_by: Turn | None = None
    is_open: bool | None = Field(None, description="Sent and not settled.")


def _open(value: bool) -> Q:  # noqa: FBT001  # the value of a filter
    is_open = Q(sent_at__isnull=False, resolved_at__isnull=True)
    return is_open if value else ~is_open


DOCUMENTS_BY: dict[str, Any] = {
    **{name: name for name in ("side", "sha256")},
    "key": "document__key",
    "case": "document__case__public_id",
    "ato": "document__ato__public_id",
}
FINDINGS_BY: dict[str, Any] = {
    **{name: name for name in ("severity", "side", "owed_by")},
    "case": "case__public_id",
    "is_open": _open,
}


@reading(documents, "", PageOut[VersionRow], "api_documents", "list_documents", "List versions of documents")
def list_documents(request: HttpRequest, filters: Query[VersionFilters]) -> PageOut[VersionRow]:
    """The versions that you may know of, newest first."""
    rows = DocumentVersion.objects.visible_to(person(request)).filter(*filters.conditions(DOCUMENTS_BY))
    newest = rows.select_related("document__case", "document__ato").order_by("-added_at", "-pk")
    named = ("name", "note", "location", "document__title", "document__key")
    return page_of(request, newest, filters, _version, words_in(*named))


@reading(documents, RECORD, Version, "api_document", "read_document", "Read a version of a document")
def read_document(request: HttpRequest, public_id: str) -> Version:
    """One version."""
    user = person(request)
    get_object_or_404(DocumentVersion.objects.visible_to(user), public_id=public_id)
    return again(user, public_id)


@reading(findings, "", PageOut[FindingRef], "api_findings", "list_all_findings", "List findings")
def list_findings(request: HttpRequest, filters: Query[FindingFilters]) -> PageOut[FindingRef]:
    """The findings of all cases that you may know of, newest first."""
    rows = Finding.objects.visible_to(person(request)).filter(dropped_at__isnull=True)
    newest = rows.filter(*filters.conditions(FINDINGS_BY)).select_related("case", "version").order_by("-pk")
    return page_of(request, newest, filters, _finding, words_in("text", "answer", "fact"))


@reading(findings, RECORD, FindingRow, "api_finding", "read_finding", "Read a finding")
def read_finding(request: HttpRequest, public_id: str) -> FindingRow:
    """One finding, with its rounds and what was shared since."""
    user = person(request)
    rows = Finding.objects.visible_to(user).filter(dropped_at__isnull=True)
    return one_finding(user, get_object_or_404(rows, public_id=public_id))


def _version(version: Any) -> VersionRow:
    document = version.document
    case, ato = (each.public_id if each else None for each in (document.case, document.ato))
    more = {"case": case, "ato": ato, "key": document.key, "title": document.title, "scan": version.scan or None}
    return filled(VersionRow, version, **more)


def _finding(finding: Any) -> FindingRef:
    return filled(
        FindingRef,
        finding,
        case=finding.case.public_id,
        state=state_of(finding),
        version=finding.version.public_id if finding.version else None,
        owed_by=finding.owed_by or None,
        settled_at=finding.resolved_at,
    )
