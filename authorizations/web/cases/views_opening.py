"""Beginning a case: the offering and the agency first, then what the machine's entry asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.cases.cases import ADOPT, ADOPTED_AT, FROM_ATO, MAY_ADOPT, MAY_OPEN, OPEN
from authorizations.actions.cases.cases import adopt_case as adopt
from authorizations.actions.cases.cases import open_case as begin
from authorizations.actions.cases.eligibility import (
    CaseProspect,
    agencies_to_begin,
    agencies_to_offer,
    offerings_to_begin,
    prospect,
)
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Case, Offering
from authorizations.policy import Capability, may
from authorizations.presenters.cases import guidance
from authorizations.presenters.search import named, offering_named
from authorizations.rules import newest
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, LIVE_ATO_STAGES, CaseKind
from authorizations.web.answers import carried_out, list_trail
from authorizations.web.cases.forms_opening import AdoptForm, BeginningForm, OpenForm
from authorizations.web.cases.record_chooser import Choosable, RecordChoice, RecordOption, address, chosen, question
from authorizations.web.page_access import person

NOT_YOURS = (
    "Your role does not allow this for this agency and this offering. Where each side has people here, they begin it "
    "themselves."
)


@dataclass(frozen=True, slots=True)
class CaseEntryPoint:
    kind: str
    step: Step
    capability: Capability
    route: str

    @property
    def url(self) -> str:
        return reverse(self.route)


OPENING = {kind.value: CaseEntryPoint(kind, OPEN[kind], MAY_OPEN[kind], f"open_{kind}_case") for kind in CaseKind}
ADOPTING = {kind.value: CaseEntryPoint(kind, ADOPT[kind], MAY_ADOPT[kind], f"adopt_{kind}_case") for kind in CaseKind}


@dataclass(frozen=True, slots=True)
class CaseChoices:
    """The records for which a case is to begin; ``question`` is what is still to be chosen."""

    offering: Offering | None = None
    agency: Organization | None = None
    question: RecordChoice | None = None

    @property
    def kept(self) -> dict[str, str]:
        records = {"offering": self.offering, "agency": self.agency}
        return {name: record.public_id for name, record in records.items() if record is not None}


def open_case(request: HttpRequest, kind: str) -> HttpResponse:
    entry, user = OPENING[kind], person(request)
    picked = _choose(request, entry, user)
    if picked.offering is None or picked.agency is None:
        return _ask(request, entry, picked)
    before = _before(user, entry, picked.agency, picked.offering)
    is_certified = kind == CaseKind.INITIAL and picked.offering.designation in CERTIFIED_DESIGNATIONS
    form = OpenForm(request.POST or None, step=entry.step, before=before)
    given = {"agency": picked.agency, "offering": picked.offering}
    if form.is_valid() and (answer := _carry_out(request, form, begin, kind, **given)):
        return answer
    reuse: dict[str, Any] = {
        "is_certified": is_certified,
        "reuse_url": _reuse_url(user, picked) if is_certified else "",
    }
    return _page(request, entry, picked, before, form, more=reuse)


def _reuse_url(user: User, picked: CaseChoices) -> str:
    entry = OPENING[CaseKind.REUSE]
    return f"{entry.url}{address(picked.kept)}" if may(user.roles, entry.capability) else ""


def adopt_case(request: HttpRequest, kind: str) -> HttpResponse:
    entry, user = ADOPTING[kind], person(request)
    picked = _choose(request, entry, user)
    if picked.offering is None or picked.agency is None:
        return _ask(request, entry, picked)
    before, stage = _before(user, entry, picked.agency, picked.offering), request.GET.get("stage", "")
    if stage not in ADOPTED_AT[kind]:
        return _ask(request, entry, CaseChoices(picked.offering, picked.agency, _stages(before.case, picked)))
    form = AdoptForm(request.POST or None, step=entry.step, before=before, stage=stage, atos=_atos(user, before, stage))
    given = {"agency": picked.agency, "offering": picked.offering, "stage": stage}
    if form.is_valid() and (answer := _carry_out(request, form, adopt, kind, **given)):
        return answer
    return _page(request, entry, picked, before, form, stage)


def entries_for(user: User, offering: Offering) -> list[tuple[str, str]]:
    own = any(one.organization_id == offering.provider_id for one in user.current_memberships)
    is_certified = offering.designation in CERTIFIED_DESIGNATIONS
    # Who leads the PMO stands in for others, and begins nothing of its own; unless it belongs to an agency too.
    only_leads_pmo = Role.PMO_LEAD in user.roles and not may(user.roles - {Role.PMO_LEAD}, Capability.OPEN_REUSE_CASE)
    offered = {
        ("Start an initial case", OPENING[CaseKind.INITIAL]): not is_certified
        and not only_leads_pmo
        and (own or Role.AGENCY_LIAISON in user.roles),
        ("Use this offering", OPENING[CaseKind.REUSE]): not only_leads_pmo,
        ("Adopt an initial case", ADOPTING[CaseKind.INITIAL]): not is_certified,
        ("Adopt a reuse case", ADOPTING[CaseKind.REUSE]): True,
    }
    return [
        (words, f"{entry.url}{address({'offering': offering.public_id})}")
        for (words, entry), fits in offered.items()
        if fits and may(user.roles, entry.capability)
    ]


# --- choosing ---


def _offerings(user: User) -> Choosable:
    rows = offerings_to_begin(user).select_related("provider")
    return Choosable("offering", rows, offering_named, _note_on_offering)


def _note_on_offering(offering: Offering) -> str:
    facts = (offering.provider.name, offering.fedramp_id, offering.get_designation_display())
    return " · ".join(str(fact) for fact in facts if fact)


def _agencies(rows: Any) -> Choosable:
    rows = rows.select_related("parent")
    return Choosable("agency", rows, named, lambda agency: f"part of {agency.parent.name}" if agency.parent else "")


def _choose(request: HttpRequest, entry: CaseEntryPoint, user: User) -> CaseChoices:
    offering = chosen(request, _offerings(user))
    if offering is None:
        return CaseChoices(question=question(request, _offerings(user), {}))
    agency = chosen(request, _agencies(agencies_to_begin(entry.step, user)))
    if agency is None:
        offered = _agencies(agencies_to_offer(entry.step, user, offering, timezone.localdate()))
        return CaseChoices(offering, question=question(request, offered, {"offering": offering.public_id}))
    return CaseChoices(offering, agency)


def _stages(case: Case, picked: CaseChoices) -> RecordChoice:
    options = [
        RecordOption(case.rules.label(case.kind, stage), "", address({**picked.kept, "stage": stage}))
        for stage in ADOPTED_AT[case.kind]
    ]
    return RecordChoice("stage", options, picked.kept)


def _atos(user: User, before: CaseProspect, stage: str) -> Any:
    if stage not in FROM_ATO:
        return None
    return Ato.objects.visible_to(user).filter(
        agency=before.case.agency, offering=before.case.offering, stage__in=LIVE_ATO_STAGES, source="portal"
    )


def _ask(request: HttpRequest, entry: CaseEntryPoint, picked: CaseChoices) -> HttpResponse:
    context = {
        "entry": entry,
        "picked": picked,
        "question": picked.question,
        "trail": list_trail(Case),
        **_advice(request, entry),
    }
    return render(request, "cases/choose.html", context)


# --- the form ---


def _before(user: User, entry: CaseEntryPoint, agency: Organization, offering: Offering) -> CaseProspect:
    return prospect(entry.kind, entry.step, actor=user, agency=agency, offering=offering, now=timezone.now())


def _carry_out(request: HttpRequest, form: BeginningForm, verb: Any, kind: str, **given: Any) -> HttpResponse | None:
    if not form.carry_out(person(request), verb, kind, **given, **form.arguments):
        return None
    return carried_out(request, form, _became(form.made))


def _became(case: Case) -> str:
    if case.adopted_at_stage:
        return f"The case was adopted at the stage “{case.stage_label}”. What came before was not checked here."
    if case.kind == CaseKind.REUSE:
        return "The case was opened. Nobody outside your agency, but the auditor, sees it until you ask for access."
    return f"The case was opened. It is an invitation: {_invited(case)}"


def _invited(case: Case) -> str:
    sides = ((case.agency, "agency"), (case.offering.provider, "provider"))
    owing = [organization.name for organization, side in sides if not case.fact_value(f"{side}_agreed_on")]
    return f"{' and '.join(owing)} must agree before planning starts." if owing else "both sides have agreed."


def _page(
    request: HttpRequest,
    entry: CaseEntryPoint,
    picked: CaseChoices,
    before: CaseProspect,
    form: BeginningForm,
    stage: str = "",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    case = before.case
    context = {
        "entry": entry,
        "picked": picked,
        "form": form,
        "case": case,
        "stage": case.rules.label(case.kind, stage) if stage else case.stage_label,
        "stages_url": f"{entry.url}{address(picked.kept)}" if stage else "",
        "offering_url": entry.url,
        "agency_url": f"{entry.url}{address({'offering': case.offering.public_id})}",
        "standing": before.context,
        "not_yours": NOT_YOURS,
        "problems": before.problems,
        "without_active_members": _without_active_members(case),
        "others": Case.objects.visible_to(person(request)).filter(agency=case.agency, offering=case.offering),
        "trail": list_trail(Case),
        **_advice(request, entry),
        **(more or {}),
    }
    # A form that comes back was refused, and nothing was written.
    status = 403 if before.context is None else 409 if form.is_bound else 200
    return render(request, "cases/open.html", context, status=status)


def _without_active_members(case: Case) -> list[Organization]:
    sides = ((OrganizationKind.AGENCY, case.agency), (OrganizationKind.PROVIDER, case.offering.provider))
    return [organization for kind, organization in sides if kind in case.without_active_members]


def _advice(request: HttpRequest, entry: CaseEntryPoint) -> dict[str, Any]:
    is_sponsored = entry.kind == CaseKind.INITIAL
    return {
        "rules": newest() if is_sponsored else None,
        "today": timezone.localdate(),
        "guidance": guidance.at_start(person(request), entry.kind),
    }
