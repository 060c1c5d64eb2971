"""Joint authorization, as on its pages: who signs beside the lead agency of a case, and each one's signature."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.actions.cases.co_signers import SIGNATURE, name_co_signer, sign_as_co_signer
from authorizations.actions.refusals import NotReady
from authorizations.api.authentication import person
from authorizations.api.facts import read
from authorizations.api.schemas import RECORD, RecordRef, RequestBody, acting, filled, reading
from authorizations.lifecycle.problems import Problem
from authorizations.models import Case, CoSigner

of_cases = Router(tags=["Cases"])
router = Router(tags=["Cases"])


class CoSignerRow(Schema):
    """One agency that signs beside the lead agency of a case, and the ATO that it has then."""

    id: str
    url: str = Field(description="Its page.")
    agency: RecordRef
    authorizing_official: RecordRef | None
    signed_on: date | None
    expires_on: date | None
    letter: str = Field(description="Where the signed letter can be found.")
    ato: str | None = Field(description="Id of its ATO, once the lead agency's is issued too.")


class CoSignerNamed(RequestBody):
    """Naming an agency."""

    agency: str = Field(max_length=40, description="Id of the agency.")


class CoSignerSignature(RequestBody):
    """What the official of a co-signing agency signed."""

    facts: dict[str, Any] = Field(description="system, authorizing_official, signed_on, expires_on and letter.")


@reading(of_cases, RECORD + "/co_signers", list[CoSignerRow], "api_co_signers", "list_co_signers", "List co-signers")
def list_co_signers(request: HttpRequest, public_id: str) -> list[CoSignerRow]:
    """The agencies that sign beside the lead agency of a case."""
    user = person(request)
    case = get_object_or_404(Case.objects.visible_to(user), public_id=public_id)
    rows = CoSigner.objects.visible_to(user).filter(case=case, removed_at__isnull=True)
    return [_row(each) for each in rows.select_related("agency", "authorizing_official", "ato")]


@acting(
    of_cases, RECORD + "/co_signers", CoSignerRow, "api_co_signers", "name_co_signer", "Name a co-signer", status=201
)
def name(request: HttpRequest, public_id: str, body: CoSignerNamed) -> Status[CoSignerRow]:
    """Names an agency that signs beside the lead agency; a liaison of the lead agency does."""
    user = person(request)
    agencies = Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    agency = agencies.filter(public_id=body.agency).first()
    if agency is None:
        raise NotReady([Problem("agency", "Name the agency by its id.", "agency")])
    return Status(201, _row(name_co_signer(public_id, actor=user, now=timezone.now(), agency=agency)))


@acting(router, RECORD, CoSignerRow, "api_co_signer", "sign_as_co_signer", "Sign as a co-signer")
def sign(request: HttpRequest, public_id: str, body: CoSignerSignature) -> CoSignerRow:
    """Records what the official of a co-signing agency signed; its own people do."""
    user = person(request)
    found = get_object_or_404(CoSigner.objects.visible_to(user).select_related("agency"), public_id=public_id)
    facts = read(SIGNATURE, body.facts, found.options)
    return _row(sign_as_co_signer(public_id, actor=user, now=timezone.now(), **facts))


def _row(co_signer: CoSigner) -> CoSignerRow:
    ato = co_signer.ato.public_id if co_signer.ato else None
    return filled(CoSignerRow, co_signer, url=co_signer.get_absolute_url(), ato=ato)
