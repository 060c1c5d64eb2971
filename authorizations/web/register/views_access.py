"""Who may open which package: the page of one access, what can be done with it, and granting one more."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.audit_log.acting_roles import add_past_roles
from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.actions.register.package_access import (
    ACTS,
    BESIDE,
    EXTEND,
    GRANT,
    GRANTED_BY_CASE,
    VERBS,
    AccessAct,
    ThroughCase,
    access_acts,
    case_in_charge,
    fedramp_due,
    grant_access,
    opens,
    state_words,
)
from authorizations.actions.steps import NOT_YOURS
from authorizations.display import day_text, number_text
from authorizations.models import Contact, Event, Package, PackageAccess
from authorizations.models.querysets import reads_everything
from authorizations.notifications.catalog.catalog import NOTIFIED_OF_AN_ACCESS
from authorizations.policy import Capability, may
from authorizations.presenters.absent_parties import absent_parties
from authorizations.presenters.audit_log.history import SHOWN, TimelineEntry
from authorizations.rules import newest
from authorizations.step_pages.inputs import PageForm, field_of, hidden, mail_input, reason_field, record
from authorizations.vocabulary import Turn
from authorizations.web.answers import done
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.register.views_register_ato import OfferingNameField

ACT_WORDS = {
    "packageaccess.granted": "Granted",
    "packageaccess.extended": "Extended",
    "packageaccess.ended": "Ended",
    "packageaccess.denied": "Denied",
    "packageaccess.made_permanent": "Made permanent",
    "packageaccess.fedramp_told": "FedRAMP was told of the denial",
    "packageaccess.added": "Added in Admin",
    "packageaccess.corrected": "Corrected in Admin",
}


@dataclass(frozen=True, slots=True)
class AccessButton:
    """One thing that this person may do with the access; a case may decide instead, at ``url``."""

    label: str
    description: str
    url: str
    problem_link: str = ""


def access(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    found = _find(user, public_id)
    due = fedramp_due(found)
    context = {
        "trail": _trail(),
        "access": found,
        "words": state_words(found),
        "state": _state(found, today),
        "buttons": [_button(user, found, act) for act in access_acts(found, user)],
        "further_url": _further(user, found),
        "due": due,
        **_denial(),
        "is_overdue": due is not None and found.fedramp_notified_on is None and due < today,
        "entries": _history(found),
        "others_url": list_address("accesses", {"within": found.agency.public_id, "state": "open"}),
    }
    return render(request, "register/access.html", context)


def _denial() -> dict[str, str]:
    """How long FedRAMP may wait to be told of a denial, in words, and by which rule."""
    rules = newest()
    days = rules.lengths["denial_days"]
    words = f"{number_text(days)} business days{rules.marked('denial_days')}" if days else ""
    return {"due_words": words, "due_source": rules.sources["denial_days"]}


def access_act(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    user = person(request)
    found = _find(user, public_id)
    wanted = ACTS.get(act)
    if wanted is None:
        raise Http404
    if not wanted.may(user, found):
        raise PermissionDenied(NOT_YOURS)
    form = ActForm(request.POST or None, act=wanted, initial={"seen": found.until, "ended_on": timezone.localdate()})
    if form.is_valid() and form.carry_out(user, VERBS[act], public_id, **form.cleaned_data):
        return done(request, f"{wanted.done}. It is in the history below.", found)
    refusal = form.refusal or _refused(user, found, wanted)
    page = {
        "heading": wanted.label,
        "about": f"{found.person.name} · {found.package} · {found.agency.name}",
        "absent": absent_parties(found),
        "description": wanted.description,
        "button": wanted.label,
    }
    return _act_page(request, form, refusal, back=found.get_absolute_url(), trail=_trail(found), **page)


def grant(request: HttpRequest) -> HttpResponse:
    """Granting access to one more person: first whose package and which agency, then the person."""
    user = person(request)
    choice = WhoseForm(request.GET or None)
    if not choice.is_bound or not choice.is_valid():
        return render(request, "register/access_choose.html", {"form": choice, "trail": _trail()})
    package, agency = choice.cleaned_data["offering"], choice.cleaned_data["agency"]
    if not opens(user, package):
        raise PermissionDenied(NOT_YOURS)
    form = GrantForm(
        request.POST or None, user=user, agency=agency, package=package, initial={"granted_on": timezone.localdate()}
    )
    refusal: Refused | None = case_in_charge(user, agency, package.offering, GRANTED_BY_CASE)
    if refusal is None and form.is_valid():
        if form.carry_out(user, grant_access, agency=agency, package=package, **form.cleaned_data):
            return done(request, f"Access was granted to {form.made.person}.", form.made)
        refusal = form.refusal
    page = {
        "heading": "Grant access",
        "about": f"{package.offering} for {agency}",
        "description": f"One more person may open the package ({package.get_location_display()}).",
        "button": "Grant access",
    }
    return _act_page(request, form, refusal, back=reverse("accesses"), trail=_trail(), **page)


def _find(user: User, public_id: str) -> PackageAccess:
    found: PackageAccess = get_object_or_404(
        PackageAccess.objects.visible_to(user).select_related(*BESIDE), public_id=public_id
    )
    return found


def _history(found: PackageAccess) -> list[TimelineEntry]:
    events = list(Event.objects.about(found).select_related("actor__merged_into", "acted_for__merged_into")[:SHOWN])
    add_past_roles(events)
    return [
        TimelineEntry(
            at=event.at,
            recorded_at=event.recorded_at if _day(event.at) != _day(event.recorded_at) else None,
            who=event.who_as,
            decided_by="",
            what=ACT_WORDS.get(event.verb, event.verb),
            before="",
            after=_until(event.changes),
            reason=event.reason,
            facts=[],
        )
        for event in events
    ]


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _until(changes: dict[str, Any]) -> str:
    until = (changes.get("until") or [None, None])[1]
    return f"until {day_text(date.fromisoformat(until))}" if until else ""


def _trail(found: PackageAccess | None = None) -> list[tuple[str, str]]:
    above = [("Package access", reverse("accesses"))]
    return [*above, (found.person.name, found.get_absolute_url())] if found else above


def _state(found: PackageAccess, today: date) -> tuple[str, str]:
    if found.denied_on:
        return "Denied", "bad"
    if found.ended_on:
        return "Ended", "past"
    if found.granted_on is None:
        return "Asked for", "wait"
    if found.until and found.until < today:
        return "Past its end", "warn"
    return "May open it", "good"


def _button(user: User, found: PackageAccess, act: AccessAct) -> AccessButton:
    decides = case_in_charge(user, found.agency, found.package.offering, act.by_case) if act.by_case else None
    if decides is not None:
        return AccessButton(act.label, act.description, step_url(decides), decides.sentence)
    return AccessButton(act.label, act.description, reverse("access_act", args=[found.public_id, act.name]))


def step_url(decides: ThroughCase) -> str:
    """Where the case that decides is moved; its page where no step of this person does."""
    case = decides.case
    return reverse("case_step", args=[case.public_id, decides.step]) if decides.step else case.get_absolute_url()


def _further(user: User, found: PackageAccess) -> str:
    if not (may(user.roles, Capability.GRANT_ACCESS) and opens(user, found.package)):
        return ""
    query = {"offering": found.package.offering.public_id, "agency": found.agency.public_id}
    return list_address("grant_access", query)


def _refused(user: User, found: PackageAccess, wanted: AccessAct) -> NoLongerPossible | ThroughCase | None:
    if not wanted.is_open(found):
        return NoLongerPossible(
            f"This has already moved on: {state_words(found)}, and “{wanted.label}” is not open now."
        )
    return case_in_charge(user, found.agency, found.package.offering, wanted.by_case) if wanted.by_case else None


def _act_page(request: HttpRequest, form: forms.Form, refusal: Refused | None, **page: Any) -> HttpResponse:
    through = refusal if isinstance(refusal, ThroughCase) else None
    context = {
        "form": form,
        "refusal": refusal,
        "through_url": step_url(through) if through else "",
        "notified_people": NOTIFIED_OF_AN_ACCESS,
        **page,
    }
    return render(request, "register/access_act.html", context, status=409 if refusal else 200)


# --- forms ---


class ActForm(PageForm):
    """What one act asks for; ``seen`` is the last day that the page showed."""

    holds = (NoLongerPossible, ThroughCase)

    def __init__(self, *args: Any, act: AccessAct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in act.facts:
            self.fields[fact.name] = field_of(fact)
        self.fields["reason"] = reason_field("package access", required=act.reason)
        if act is EXTEND:
            self.fields["seen"] = hidden(forms.DateField)


class PackageField(OfferingNameField):
    """A package by its offering's FedRAMP id or exact name; links from other pages name its id here."""

    def clean(self, value: Any) -> Any:
        cleaned = str(forms.CharField.clean(self, value)).strip()
        called = (
            Q(offering__fedramp_id__iexact=cleaned) | Q(offering__public_id=cleaned) | Q(offering__name__iexact=cleaned)
        )
        found = list(Package.objects.filter(called).select_related("offering__provider")[:2])
        if len(found) != 1:
            raise ValidationError(
                "Enter the FedRAMP id or exact name of an offering. Its package must have a recorded place."
            )
        return found[0]


class WhoseForm(PageForm):
    offering = PackageField()
    agency = record(
        rows=Organization.objects.filter(kind=OrganizationKind.AGENCY, is_pseudo=False),
        missing="Choose the agency.",
        invalid="Choose one of the agencies offered.",
    )


class ContactByEmail(forms.EmailField):
    """A contact by the address that the agency gave: a provider does not see the agency's list of contacts."""

    def __init__(self, contacts: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contacts = contacts

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        found = self.contacts.filter(email__iexact=cleaned).order_by("pk").first()
        if found is None:
            raise ValidationError(
                "The agency has no contact with this address. Its liaison can add one in this portal."
            )
        return found


UNTIL_HELP = {
    Turn.PMO: "Connect.gov: 60 days from the grant at most, or blank once the agency has its ATO.",
    Turn.PROVIDER: "Leave it blank where you set no end.",
}


class GrantForm(PageForm):
    holds = (NoLongerPossible, ThroughCase)

    def __init__(self, *args: Any, user: User, agency: Organization, package: Package, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = Organization.objects.visible_to(user).below([agency.pk])
        self._name("person", "Person", parts, user, "A contact of the agency or of a part of it.")
        approver = "The agency's CIO, CISO or designee, here or at an agency above it."
        self._name("approver", "Approver", agency.line_up, user, approver)
        for fact in GRANT:
            self.fields[fact.name] = field_of(fact)
        self.fields["until"].help_text = UNTIL_HELP[package.grantor]

    def _name(self, name: str, label: str, of: Any, user: User, words: str) -> None:
        contacts = Contact.objects.filter(organization__in=of)
        if reads_everything(user):
            missing, rows = f"{label}: choose one.", contacts.select_related("organization")
            self.fields[name] = record(label, rows, words, missing=missing, invalid=missing)
        else:
            asked = mail_input(
                f"{label}: e-mail address",
                f"{words} Give the address that the agency named to you.",
                missing=f"{label}: enter the e-mail address.",
                invalid=f"{label}: enter an e-mail address.",
            )
            self.fields[name] = ContactByEmail(contacts, **asked)
