"""The documents of a case or an ATO, as far as you may know of them: reading, adding, acting on a version, a copy."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from accounts.models import User
from authorizations.actions.documents import documents as document_actions
from authorizations.actions.documents import versions
from authorizations.actions.documents.requirements import STAYS, StoredFile, adders, known_documents
from authorizations.actions.refusals import NotPermitted, NotReady, refuse_unknown
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.lists.times import Day
from authorizations.api.schemas import NO, RECORD, Text, acting, filled, reading
from authorizations.exchange.documents.downloads import copy_of
from authorizations.exchange.documents.upload import take_in
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.document import OTHER
from authorizations.presenters.documents import DocumentPresenter, VersionPresenter, parts_of, record_of, version_of
from authorizations.vocabulary import Scan, Turn

router = Router(tags=["Documents"])
RecordType = type[Ato] | type[Case]
# Asked for by the operation itself, once it is known that there is such a record for the person.
NO_FILE: Any = File(None)  # type: ignore[type-arg]  # to mypy the library shows only the type, not what is called


class VersionAct(StrEnum):
    """What can be done with a version."""

    SHARE = "share"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    STATE = "state"


class Version(Schema):
    """One version: a file by its SHA-256, or a reference to where the content is."""

    id: str
    number: int
    file: str = Field(description="Where to GET a copy; blank for a reference, and where it is not given out.")
    name: str
    size: int | None = Field(description="In bytes.")
    sha256: str
    content_type: str
    scan: Scan | None = Field(description="Of a file: only clean and unscanned ones are given out.")
    location: str = Field(description="Of a reference: where the content is.")
    verified_on: date | None = Field(description="Of a reference: when somebody last found it there.")
    stated: list[str] = Field(description="Keys of its stated facts, such as signatures.")
    note: str
    side: Turn
    added_by: str
    added_at: datetime
    is_draft: bool
    counts: bool = Field(description="Whether gates may count on it.")
    withdrawn_at: datetime | None
    withdrawn_reason: str
    acts: list[VersionAct] = Field(description="What you may do with it now.")


class DocumentRow(Schema):
    """One document of the record's rules, or another, with its versions, the newest first."""

    key: str
    label: str
    confidential: bool = Field(description="Its content stays where it is: add a reference.")
    asked_for_by: str = Field(description="The steps that ask for it, in words.")
    statements: dict[str, str] = Field(description="What may be stated of a version, by key.")
    adds: bool = Field(description="Whether you may add a version now.")
    versions: list[Version]


class Documents(Schema):
    """Every document of a record that you may know of."""

    revision: int
    items: list[DocumentRow]


class VersionIn(schemas.Idempotent):
    """What is said with a version, file or reference."""

    key: Annotated[str, Field(max_length=40, description="Of the document, or “other” with a title.")] = ""
    title: Text = ""
    stated: list[str] = Field([], max_length=20, description="Keys of its statements.")
    note: Text = ""
    draft: bool = Field(default=False, description="Inside your side until you share it; cases alone.")
    revision: int | None = Field(None, ge=0, description="The record's, to be refused if it changed since.")


class Referred(VersionIn):
    """Adding a reference."""

    location: Text = Field(description="Where the content can be read.")
    verified_on: Day | None = None


class Uploaded(VersionIn):
    """Adding a file; sent as multipart/form-data, with the file as “upload”."""


class ActTaken(schemas.RequestBody):
    """Doing something with a version."""

    reason: Text = Field("", description="With withdraw: why.")
    verified_on: Day | None = Field(None, description="With verify: the day on which it was found there.")
    stated: list[str] = Field([], max_length=20, description="With state: keys of the document's statements.")
    stated_on: Day | None = Field(None, description="With state: the day on which it was signed, or became true.")
    revision: int | None = Field(None, ge=0, description="The record's, to be refused if it changed since.")


MULTIPART = {"requestBody": {"content": {"multipart/form-data": {"schema": {"additionalProperties": False}}}}}


def add_documents(router: Router, record_type: RecordType, word: str) -> None:
    @reading(
        router,
        RECORD + "/documents",
        Documents,
        f"api_{word}_documents",
        f"list_{word}_documents",
        f"List the documents of {'an ATO' if record_type is Ato else 'a case'}",
    )
    def list_documents(request: HttpRequest, public_id: str) -> Documents:
        """Every document with its versions; what stays inside another side is not there."""
        record, context = record_of(person(request), record_type, public_id)
        rows = [_row(each) for part in parts_of(record, context) for each in part.documents]
        return Documents(revision=record.revision, items=rows)

    @acting(
        router,
        RECORD + "/documents",
        Version,
        f"api_{word}_documents",
        f"refer_{word}_document",
        "Add a reference",
        status=201,
    )
    def refer(request: HttpRequest, public_id: str, body: Referred) -> Status[Version]:
        """Adds a version whose content stays where it is."""
        user = person(request)
        given = {"location": body.location, "verified_on": body.verified_on}
        return Status(201, _added(user, record_type, public_id, body, **given))

    @acting(
        router,
        RECORD + "/documents/file",
        Version,
        f"api_{word}_document_file",
        f"upload_{word}_document",
        "Add a file",
        status=201,
        openapi_extra=MULTIPART,
    )
    def upload(
        request: HttpRequest, public_id: str, body: Form[Uploaded], upload: UploadedFile | None = NO_FILE
    ) -> Status[Version]:
        """Adds a version with a file, sent as multipart/form-data. It is looked at by its content."""
        user = person(request)
        # The library drops parts of a form that it does not know; a mistyped one would be lost.
        refuse_unknown({*request.POST, *request.FILES}, {*Uploaded.model_fields, "upload"})
        kept = _taken_in(user, record_type, public_id, body.key, upload)
        return Status(201, _added(user, record_type, public_id, body, upload=kept))


def _taken_in(user: User, record_type: RecordType, public_id: str, key: str, upload: UploadedFile | None) -> StoredFile:
    """The file, for anyone who may add it: of others none is kept.

    Raises:
        NotPermitted, NotReady: as the verb; or the file is not fit.
    """
    record, context = record_of(user, record_type, public_id)
    rule = known_documents(record).get(key)
    if not (adders(record, key, context) if rule is not None or key == OTHER else context.acting):
        raise NotPermitted(versions.NOT_YOURS)
    if rule is None and key != OTHER:
        raise NotReady([versions.NO_SUCH])
    if rule is not None and rule.confidential:
        raise NotReady([Problem("upload", STAYS, "location")])
    if upload is None or upload.file is None:
        raise NotReady([Problem("upload", "Send the file as “upload”.", "upload")])
    return take_in(upload.file, upload.name or "")


def _added(user: User, record_type: RecordType, public_id: str, body: VersionIn, **content: Any) -> Version:
    version = document_actions.add_version(
        record_type,
        public_id,
        body.key,
        actor=user,
        now=timezone.now(),
        idempotency_key=body.key_of(user),
        **body.model_dump(include={"revision", "title", "stated", "note", "draft"}),
        **content,
    )
    return again(user, version.public_id)


# --- one version ---


@router.get("/{public_id:public_id}/file", url_name="api_document_file", summary="Take a copy of a file", response=NO)
def copy(request: HttpRequest, public_id: str) -> FileResponse:
    """The file as it was added; that you took a copy is counted."""
    return copy_of(person(request), public_id, timezone.now())


@acting(
    router,
    RECORD + "/{act}",
    Version,
    "api_document_act",
    "act_on_document",
    "Share, withdraw or verify a version, or state something of it",
)
def act_on(request: HttpRequest, public_id: str, act: VersionAct, body: ActTaken) -> Version:
    """Shares a draft, withdraws a version with a reason, notes a look-up, or records a signature or statement."""
    user = person(request)
    actions: dict[VersionAct, tuple[Callable[..., DocumentVersion], dict[str, Any]]] = {
        VersionAct.SHARE: (document_actions.share_draft, {}),
        VersionAct.WITHDRAW: (document_actions.withdraw_version, {"reason": body.reason}),
        VersionAct.VERIFY: (document_actions.verify_reference, {"verified_on": body.verified_on}),
        VersionAct.STATE: (document_actions.state_version, {"stated": body.stated, "stated_on": body.stated_on}),
    }
    verb, given = actions[act]
    if act is VersionAct.VERIFY and body.verified_on is None:
        raise NotReady([Problem("verified_on", "Say on which day it was looked up.", "verified_on")])
    if act is VersionAct.STATE and body.stated_on is None:
        raise NotReady([Problem("stated_on", "Say on which day it was signed, or became true.", "stated_on")])
    verb(public_id, actor=user, now=timezone.now(), revision=body.revision, **given)
    return again(user, public_id)


# --- shapes ---


def again(user: User, public_id: str) -> Version:
    version, record, context = version_of(user, public_id)
    return _version(VersionPresenter.of(record, context, None, version))


def _row(document: DocumentPresenter) -> DocumentRow:
    rule = document.rule
    return filled(
        DocumentRow,
        document,
        confidential=rule is not None and rule.confidential,
        asked_for_by=document.asks,
        statements=dict(rule.statements) if rule else {},
        versions=[_version(shown) for shown in document.versions],
    )


def _version(shown: VersionPresenter) -> Version:
    version = shown.version
    return filled(
        Version,
        version,
        file=reverse("api_document_file", args=[version.public_id]) if version.is_file and shown.may_open else "",
        scan=version.scan or None,
        added_by=version.added_by.display_name,
        acts=shown.acts,
    )
