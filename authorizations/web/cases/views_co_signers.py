"""Joint authorization: naming who signs beside the lead agency, and the page on which each of them signs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.actions.cases.co_signers import (
    NOT_THE_LEADS,
    NOT_YOURS_TO_SIGN,
    SIGNATURE,
    may_name,
    may_sign,
    name_co_signer,
    remove_co_signer,
    sign_as_co_signer,
)
from authorizations.models import Case, CoSigner
from authorizations.presenters.absent_parties import has_liaison
from authorizations.presenters.links import ato_address
from authorizations.step_pages.inputs import PageForm, field_of, record
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.page_access import person


class CoSignerForm(PageForm):
    agency = record("Agency", missing="Choose the agency that signs too.")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Organization.objects.filter(kind=OrganizationKind.AGENCY, is_pseudo=False).exclude(pk=case.agency_id)
        self.set_rows("agency", agencies.exclude(pk__in=case.co_signers.filter(removed_at=None).values("agency")))


class CoSignatureForm(PageForm):
    def __init__(self, *args: Any, co_signer: CoSigner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in SIGNATURE:
            rows = co_signer.options(fact.name) if fact.kind == "record" else None
            self.fields[fact.name] = field_of(fact, rows)


def name(request: HttpRequest, public_id: str) -> HttpResponse:
    case = case_of(request, public_id)
    if not may_name(case, case.parties_of(person(request))):
        raise PermissionDenied(NOT_THE_LEADS)
    form = CoSignerForm(request.POST or None, case=case)
    if form.is_valid() and form.carry_out(person(request), name_co_signer, case.public_id, **form.cleaned_data):
        agency = form.made.agency
        told = "Its liaisons are told." if has_liaison(agency) else "It has no liaison here to be told."
        return done(request, f"{agency.name} was named. {told}", case)
    return render(request, "cases/co_signer_name.html", {"trail": trail_of(case), "case": case, "form": form})


def _seen(request: HttpRequest, public_id: str) -> CoSigner:
    beside = ("agency__parent__parent", "case__agency__parent__parent", "case__offering__provider", "ato")
    rows = CoSigner.objects.visible_to(person(request)).select_related(*beside, "authorizing_official", "system")
    found: CoSigner = get_object_or_404(rows, public_id=public_id)
    return found


def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an agency is asked to sign: it sees no more of the case than its offering and who leads it."""
    co_signer, user = _seen(request, public_id), person(request)
    is_asked = co_signer.signed_on is None and co_signer.removed_at is None
    context = {
        "trail": [],
        "co_signer": co_signer,
        "signs": is_asked and may_sign(co_signer, user),
        "removes": is_asked and may_name(co_signer.case, co_signer.case.parties_of(user)),
        "ato_url": ato_address(user, co_signer),
    }
    return render(request, "cases/co_signer.html", context)


def sign(request: HttpRequest, public_id: str) -> HttpResponse:
    co_signer = _seen(request, public_id)
    if not may_sign(co_signer, person(request)):
        raise PermissionDenied(NOT_YOURS_TO_SIGN)
    form = CoSignatureForm(request.POST or None, co_signer=co_signer)
    if form.is_valid() and form.carry_out(person(request), sign_as_co_signer, co_signer.public_id, **form.cleaned_data):
        return done(request, "The signature is recorded.", form.made)
    return render(request, "cases/co_signer_sign.html", {"trail": [], "co_signer": co_signer, "form": form})


def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    co_signer = remove_co_signer(public_id, actor=person(request), now=timezone.now())
    return done(request, "The agency is no longer named.", co_signer.case)
