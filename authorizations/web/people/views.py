"""The people of an organization: who is a member and as what, open invitations, and what its leads do about both."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from accounts.models.membership import ALONE_WORDS
from accounts.roles import ALONE, LEADS, ROLES_OF, OrganizationKind
from authorizations import throttle
from authorizations.actions.people.invitations import invite
from authorizations.actions.people.join_requests import domain_of
from authorizations.actions.people.memberships import (
    LAST_LEAD,
    NOBODY_FOLLOWS,
    NOT_A_LEAD,
    OWN,
    Succession,
    add_role,
    change_role,
    end_membership,
    invites,
    is_last_lead,
    leads,
    leave,
    names_first_lead,
    oversees,
    succession,
)
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.models import Bounce
from authorizations.notifications.mail.secret_links import link_of
from authorizations.policy import Capability, allows
from authorizations.step_pages.inputs import (
    NOTHING_CHOSEN,
    PageForm,
    choice,
    email,
    hidden,
    long_text,
    record,
)
from authorizations.throttle import ThrottleScope
from authorizations.web.answers import done
from authorizations.web.error_pages import error_page
from authorizations.web.page_access import person
from authorizations.web.steps.detours import way_back

ENDS_AT_ONCE = (
    "It ends at once, and so does every session of the person; their tokens are revoked. Open cases that name them as "
    "authorizing official show AO vacant until a liaison names another. Reviews that they claimed join the orphaned "
    "work. The person, the other leads and the PMO get a message, if they are here. To bring somebody back, invite "
    "them again."
)
ONLY_LEAD = " They are the only lead of {}: invite another, or give a member that role, before nobody there can."
# More members than any organization of the demo or of a pilot has; the admin lists all.
MOST = 500
TOO_MANY = "You have sent many invitations in a short time. Send the next one in a quarter of an hour."


def people(request: HttpRequest) -> HttpResponse:
    user = person(request)
    own = list(dict.fromkeys(each.organization for each in user.current_memberships))
    if len(own) == 1:
        return redirect("people_of", own[0].public_id)
    return render(request, "people/list.html", {"organizations": own})


def people_of(request: HttpRequest, public_id: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    found = find(user, public_id)
    members = Membership.objects.visible_to(user).current(timezone.localdate(now)).filter(organization=found)
    # Colleagues see who is there; who is asked in is the leads' business, and the PMO's.
    today, first = timezone.localdate(now), names_first_lead(user, found, timezone.localdate(now))
    sees_invitations = leads(user, found) or OrganizationKind.PMO in user.sides
    invitations = Invitation.objects.visible_to(user).unanswered().filter(organization=found)
    shown = list(members.select_related("user").order_by("user__name", "pk")[:MOST])
    context = {
        "organization": found,
        "trail": people_trail(found),
        "members": shown,
        "only_lead": _only_lead(found, shown),
        "own": [each for each in shown if each.user_id == user.pk],
        "number": len({each.user_id for each in shown}),
        "most": MOST,
        "alone": ALONE,
        "leads": leads(user, found),
        "oversees": oversees(user, found),
        "names_first_lead": first,
        "sees_invitations": sees_invitations,
        "invitations": [
            {"invitation": each, "expired": each.has_expired(now), "dead": not invites(each.invited_by, found, today)}
            for each in invitations.select_related("invited_by").order_by("email")
        ]
        if sees_invitations
        else [],
        "requests": JoinRequest.objects.visible_to(user).unanswered().filter(organization=found)
        if sees_invitations
        else [],
        "own_domain": domain_of(user) if leads(user, found) else "",
        "failing": set(Bounce.objects.visible_to(user).failing().values_list("address", flat=True)),
        "merges": allows(user, Capability.MANAGE_PEOPLE),
    }
    return render(request, "people/people.html", context)


@never_cache
def invite_someone(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form; then the link, which no other page shows again."""
    user, now = person(request), timezone.now()
    found = find(user, public_id)
    if not invites(user, found, timezone.localdate(now)):
        raise PermissionDenied(NOT_A_LEAD)
    form_class = InviteForm if leads(user, found) else FirstLeadForm
    form = form_class(sent_of(request), initial={name: request.GET.get(name, "") for name in ("email", "role")})
    form.set_choices("role", [NOTHING_CHOSEN, *roles_offered(found)])
    if request.method == "POST" and form.is_valid():
        if not throttle.admits(ThrottleScope.INVITE, request, user.public_id, now):
            return error_page(request, 429, sentence=TOO_MANY)
        if form.carry_out(user, invite, organization=found, **form.cleaned_data):
            return sent_page(request, form.made)
        throttle.take_back(ThrottleScope.INVITE, request, user.public_id, now)
    return render(
        request, "people/invite.html", {"form": form, "organization": found, "trail": people_trail(found, below=True)}
    )


def sent_page(request: HttpRequest, sent: Invitation) -> HttpResponse:
    link = request.build_absolute_uri(link_of(sent))
    trail = people_trail(sent.organization, below=True)
    context = {"invitation": sent, "link": link, "trail": trail, "back": way_back(request)}
    return render(request, "people/invitation_sent.html", context)


@never_cache
def role(request: HttpRequest, public_id: str, member_id: str) -> HttpResponse:
    member = _led(person(request), public_id, member_id)
    form = RoleForm(sent_of(request), initial={"role": member.role, "seen": member.role})
    form.set_choices("role", roles_offered(member.organization))
    is_last = is_last_lead(member, timezone.localdate())
    page = {
        "heading": f"Change the role of {member.user.name}",
        "about": f"{member.get_role_display()} of {member.organization} since",
        "description": "It counts from the next page that the person opens. They are told.",
        "button": "Change the role",
        "refusal": Blocked(LAST_LEAD.format(member.organization)) if is_last else None,
    }
    return _act_page(request, form, member, change_role, f"{member.user.name} has another role now.", **page)


@never_cache
def another_role(request: HttpRequest, public_id: str, member_id: str) -> HttpResponse:
    member = _led(person(request), public_id, member_id)
    form = AddRoleForm(sent_of(request))
    form.set_choices(
        "role",
        [
            NOTHING_CHOSEN,
            *((value, words) for value, words in roles_offered(member.organization) if value not in ALONE),
        ],
    )
    page = {
        "heading": f"Give {member.user.name} another role",
        "about": f"{member.get_role_display()} of {member.organization} since",
        "description": "It counts beside the present one from the next page that the person opens. They are told.",
        "button": "Give the role",
        "refusal": Blocked(ALONE_WORDS) if member.role in ALONE else None,
    }
    return _act_page(request, form, member, add_role, f"{member.user.name} has one more role now.", **page)


@never_cache
def end(request: HttpRequest, public_id: str, member_id: str) -> HttpResponse:
    user = person(request)
    member = _led(user, public_id, member_id, oversees)
    only_lead = ONLY_LEAD.format(member.organization) if is_last_lead(member, timezone.localdate()) else ""
    stays, role = bool(member.roles_beside(timezone.localdate())), member.get_role_display()
    page = {
        "heading": f"End the {'role' if stays else 'membership'} of {member.user.name}",
        "about": f"{member.get_role_display()} of {member.organization} since",
        "description": f"{ENDS_AT_ONCE}{only_lead}",
        "button": "End the role" if stays else "End the membership",
        "refusal": Blocked(OWN) if member.user_id == user.pk else None,
    }
    words = f"{member.user.name} is no longer {role if stays else 'a member'} of {member.organization}."
    return _act_page(request, PeopleReasonForm(sent_of(request)), member, end_membership, words, **page)


@never_cache
def leave_organization(request: HttpRequest, public_id: str, member_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    own = Membership.objects.current(today).filter(user=user, organization__public_id=public_id)
    member = get_object_or_404(own.select_related("user", "organization__parent__parent"), public_id=member_id)
    owed = succession(member, today)
    is_all = own.count() == 1
    page = {
        "heading": f"Leave {member.organization}" if is_all else f"Give up your role as {member.get_role_display()}",
        "about": f"You are {member.get_role_display()} of {member.organization} since",
        "description": f"{owed.sentence} "
        if owed
        else "You are out at once. The leads and the PMO are told, if they are here.",
        "button": "Leave" if is_all else "Give up the role",
        "refusal": Blocked(NOBODY_FOLLOWS) if owed and not owed.people.exists() else None,
        "then": reverse("home"),
    }
    words = f"You have left {member.organization}." if is_all else "You have given up the role."
    return _act_page(request, LeaveForm(sent_of(request), owed=owed), member, leave, words, **page)


# --- what they share ---


def _only_lead(found: Organization, members: list[Membership]) -> Membership | None:
    """The one lead whose role nobody can change; None where there are more."""
    lasting = [each for each in members if each.role == LEADS[found.kind] and each.ended_on is None]
    able = [each for each in lasting if each.user.is_active]
    return able[0] if len(able) == 1 else None


def sent_of(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def find(user: User, public_id: str) -> Organization:
    seen = Organization.objects.with_people_for(user).select_related("parent__parent")
    found: Organization = get_object_or_404(seen, public_id=public_id)
    return found


def _led(user: User, public_id: str, member_id: str, may: Callable[[User, Organization], bool] = leads) -> Membership:
    found = find(user, public_id)
    members = Membership.objects.current(timezone.localdate()).filter(organization=found)
    member: Membership = get_object_or_404(members.select_related("user", "organization"), public_id=member_id)
    if not may(user, found):
        raise PermissionDenied(NOT_A_LEAD)
    return member


def people_trail(found: Organization, *, below: bool = False) -> list[tuple[str, str]]:
    above = [(found.name, found.get_absolute_url())]
    return [*above, ("People", reverse("people_of", args=[found.public_id]))] if below else above


def _act_page(
    request: HttpRequest, form: "PeopleActForm", member: Membership, act: Callable[..., Any], words: str, **page: Any
) -> HttpResponse:
    back = reverse("people_of", args=[member.organization.public_id])
    refusal, then = page.pop("refusal"), page.pop("then", back)
    if refusal is None and form.is_valid():
        if form.carry_out(person(request), act, public_id=member.public_id, **form.cleaned_data):
            return done(request, words, then)
        refusal = form.refusal
    context = {**page, "form": form, "since": member.started_on, "refusal": refusal, "back": back}
    context["trail"] = people_trail(member.organization, below=True)
    return render(request, "people/act.html", context, status=409 if refusal and request.method == "POST" else 200)


# --- forms ---


def _why() -> forms.CharField:
    return long_text(
        "Reason",
        "One or two sentences. The leads, the PMO and the auditor can read them.",
        missing="Say in a sentence why. It stays on record.",
    )


def role_field(label: str | None = None) -> forms.ChoiceField:
    return choice(label, missing="Choose the role.", invalid="Choose one of the roles offered.")


def roles_offered(organization: Organization) -> list[tuple[str, str]]:
    return [(each.value, each.label) for each in ROLES_OF[organization.kind]]


class InviteForm(PageForm):
    email = email(
        "E-mail address",
        "The address at work. Only the owner of this address can accept.",
        missing="Enter the e-mail address.",
    )
    role = role_field()


class FirstLeadForm(InviteForm):
    """A lead of the PMO names the first lead of an organization, and says why it is this person."""

    reason = _why()


class PeopleActForm(PageForm):
    holds = (Blocked, NoLongerPossible)


class PeopleReasonForm(PeopleActForm):
    reason = _why()


class RoleForm(PeopleActForm):
    """The new role, and why; ``seen`` is the role that the page showed."""

    role = role_field("New role")
    reason = _why()
    seen = hidden(max_length=30)


class AddRoleForm(PeopleActForm):
    role = role_field("Another role")
    reason = _why()


class LeaveForm(PeopleActForm):
    def __init__(self, *args: Any, owed: Succession | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owed is not None:
            self.fields["successor"] = record(
                "Who follows you", owed.people.order_by("name", "pk"), missing=owed.sentence
            )
