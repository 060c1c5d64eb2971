"""Taking the provider's documents of the earlier case over, as on its page."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from authorizations.actions.documents import carry_over
from authorizations.actions.refusals import NotPermitted
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.documents import Version, again
from authorizations.api.schemas import RECORD, acting, filled, reading
from authorizations.models import Case
from authorizations.presenters.documents import record_of


class ReusableVersionOut(Schema):
    """A version of the earlier case, and the reference that it becomes in this one."""

    id: str
    key: str
    label: str
    number: int = Field(description="Of the version in the earlier case.")
    location: str = Field(description="What the reference will say; the new agency reads it as it stands.")
    verified_on: date | None = Field(description="When somebody last found it there; it comes over.")


class ReusableVersions(Schema):
    """What can be taken over now."""

    revision: int
    items: list[ReusableVersionOut]


class TakenOver(schemas.Idempotent):
    """Which versions are taken over, all of them or none."""

    versions: list[Annotated[str, Field(max_length=40)]] = Field(max_length=200, description="Ids of those offered.")
    revision: int | None = Field(None, ge=0, description="The case's, to be refused if it changed since.")


def add_taking_over(router: Router) -> None:
    @reading(
        router,
        RECORD + "/documents/take_over",
        ReusableVersions,
        "api_take_over_documents",
        "list_documents_to_take_over",
        "List the documents of the earlier case that you may take over",
    )
    def list_offered(request: HttpRequest, public_id: str) -> ReusableVersions:
        """The provider's own documents of the case that this one continues, unless they are here already."""
        user = person(request)
        case, context = record_of(user, Case, public_id)
        if not carry_over.takers(case, user):
            raise NotPermitted(carry_over.NOT_THE_PROVIDERS)
        items = [_offered(offer) for offer in carry_over.offers(case, context)]
        return ReusableVersions(revision=case.revision, items=items)

    @acting(
        router,
        RECORD + "/documents/take_over",
        list[Version],
        "api_take_over_documents",
        "take_over_documents",
        "Take over documents of the earlier case",
        status=201,
    )
    def take_over(request: HttpRequest, public_id: str, body: TakenOver) -> Status[list[Version]]:
        """Adds a reference to each of them, which says nothing but where its content is."""
        user = person(request)
        taken = carry_over.take_over(
            public_id,
            body.versions,
            actor=user,
            now=timezone.now(),
            revision=body.revision,
            idempotency_key=body.key_of(user),
        )
        return Status(201, [again(user, version.public_id) for version in taken])


def _offered(offer: carry_over.ReusableVersion) -> ReusableVersionOut:
    version = offer.version
    return filled(ReusableVersionOut, offer, id=version.public_id, key=version.document.key, number=version.number)
