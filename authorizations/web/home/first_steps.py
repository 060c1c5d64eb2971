"""First steps on an empty portal: what its leads have still to do, each with the page where it is done.

The list ticks itself: what is done follows from what is there. It goes when all of it is done, or its reader puts it
away.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Membership, Organization, User
from accounts.roles import OrganizationKind, RecordSource, Role
from authorizations.actions.people.own_account import put_first_steps_away
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import AgencyList, Ato, Message
from authorizations.presenters.cached_counts import LONG, CacheStamp, always, cached_counts
from authorizations.vocabulary import MessageStatus
from authorizations.web.answers import done
from authorizations.web.page_access import person

# An agency's and the one who administers: what a provider or an assessor has to do comes with its cases.
FIRST_LEADS = frozenset({Role.AGENCY_LIAISON, Role.PMO_LEAD})
AWAY = "The first steps are put away."


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what is to do, why, and where; the note says what of it is under way."""

    words: str
    why: str
    url: str
    is_done: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    steps: list[FirstStep]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


def first_steps(user: User, today: date, asked: CacheStamp) -> FirstSteps | None:
    """The first steps of a lead of an agency or of the PMO; None where there are none, or no more."""
    if user.first_steps_put_away_at is not None or user.own_roles.isdisjoint(FIRST_LEADS):
        return None
    steps = cached_counts(asked, user, "first steps", lambda: list(_steps(user, today, asked)), rows=always)
    if Role.PMO_LEAD in user.own_roles:
        steps = [*steps, _mail_step(user, asked)]
    return None if all(step.is_done for step in steps) else FirstSteps(steps)


def _steps(user: User, today: date, asked: CacheStamp) -> Iterator[FirstStep]:
    led = [each.organization for each in user.own_memberships if each.role in FIRST_LEADS]
    agency = next((each for each in led if each.kind == OrganizationKind.AGENCY), None)
    administers = Role.PMO_LEAD in user.own_roles
    there = _there(user, led[0], agency, today)
    if administers:
        yield _agency_step(user, there)
        words = "Agencies, providers and offerings come with it. Your list finds its offerings among them."
        feed = reverse("admin:authorizations_importrun_import")
        yield FirstStep("Import the Marketplace feed", words, feed, asked.feed_as_of is not None)
    if agency is not None:
        yield from _agency_steps(agency, there)


def _mail_step(user: User, asked: CacheStamp) -> FirstStep:
    words = "Once a first message left, this is done. Until then hand the links of invitations over yourself."
    if not settings.SMTP:
        words = f"Set PORTAL_SMTP and start the portal again. {words}"
        return FirstStep("Have mail sent", words, reverse("messages"), is_done=False)
    sent = Message.objects.filter(status=MessageStatus.SENT)
    # A message leaves without an act: that none has left is asked anew each time.
    left = cached_counts(asked, user, "mail left", sent.exists, rows=lambda one: LONG if one else 0)
    return FirstStep("Have mail sent", words, reverse("messages"), left)


def _there(user: User, own: Organization, agency: Organization | None, today: date) -> dict[str, bool]:
    """What of the steps is there already: one query."""
    members = Membership.objects.visible_to(user).current(today)
    here = Q(organization=agency) | Q(organization__parent=agency)
    invited = Invitation.objects.visible_to(user).unanswered().filter(organization=agency)
    is_official = Q(role=Role.AUTHORIZING_OFFICIAL)
    own_atos = Q(agency=agency) | Q(agency__parent=agency)
    found = (
        Organization.objects.visible_to(user)
        .filter(pk=own.pk)
        .values(
            agency=Exists(members.filter(role=Role.AGENCY_LIAISON)),
            official=Exists(members.filter(here, is_official)),
            official_invited=Exists(invited.filter(is_official)),
            colleague=Exists(members.filter(here).exclude(is_official).exclude(user=user)),
            colleague_invited=Exists(invited.exclude(is_official)),
            listed=Exists(AgencyList.objects.visible_to(user).filter(agency=agency, undone_at__isnull=True)),
            kept=Exists(Ato.objects.visible_to(user).filter(own_atos).exclude(source=RecordSource.FEED)),
        )
        .get()
    )
    return {name: bool(is_there) for name, is_there in found.items()}


def _agency_step(user: User, there: dict[str, bool]) -> FirstStep:
    entered = Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    newest = None if there["agency"] else entered.filter(source=RecordSource.PORTAL).order_by("-pk").first()
    if newest is not None:
        words = "Its first lead invites everybody else. It is somebody of the agency, and nobody who administers here."
        return FirstStep(f"Invite the first lead of {newest}", words, reverse("invite", args=[newest.public_id]), False)
    words = "Add it with its name, then invite its first lead. If a feed brought it, find it among the agencies."
    return FirstStep(
        "Add an agency, with its first lead", words, reverse("admin:accounts_organization_add"), there["agency"]
    )


def _agency_steps(agency: Organization, there: dict[str, bool]) -> Iterator[FirstStep]:
    invite = reverse("invite", args=[agency.public_id])
    yield FirstStep(
        "Invite your authorizing official",
        "The official alone decides on an ATO. What they signed before, you record yourself.",
        f"{invite}?role={Role.AUTHORIZING_OFFICIAL}",
        there["official"],
        "Invited, and has not answered yet." if there["official_invited"] else "",
    )
    yield FirstStep(
        "Invite your colleagues",
        "Paste their addresses, or a column of a sheet.",
        reverse("invite_several", args=[agency.public_id]),
        there["colleague"],
        "Invited, and nobody has answered yet." if there["colleague_invited"] else "",
    )
    yield FirstStep(
        "Bring in your list of ATOs",
        "Your spreadsheet as it is. You see first what it would bring, and can undo it.",
        f"{reverse('choose_list')}?agency={agency.public_id}",
        there["listed"] or there["kept"],
    )


def put_away(request: HttpRequest) -> HttpResponse:
    # Pressed twice, or in two windows, they are as far away.
    with suppress(NoLongerPossible):
        put_first_steps_away(actor=person(request), now=timezone.now())
    return done(request, AWAY, "home")
