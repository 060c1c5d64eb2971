"""The part of the catalog about people: who is told of invitations, roles, memberships and accounts."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from accounts.roles import LEADS, OrganizationKind, Role
from authorizations.display import day_text
from authorizations.models import Event
from authorizations.notifications.catalog.message_content import MessageContent, Words, day_of, reason_of, to_each


def _invited(event: Event) -> Iterator[MessageContent]:
    """The one who is invited, whether or not they have an account: the person who asked learns nothing of that."""
    invitation = Invitation.objects.select_related("organization", "invited_by").get(pk=event.subject_id)
    body = (
        f"{invitation.invited_by.name} invites you to take part for {invitation.organization}, as "
        f"{invitation.get_role_display()}. Accept or decline by {day_text(invitation.expires_at)} with the link in "
        "this mail. It is for you alone, and opens once."
    )
    subject, organization = f"Invitation of {invitation.organization}", invitation.organization
    yield MessageContent(None, subject, body, address=invitation.email, about=organization)
    if not event.reason:
        return
    # The PMO named the first lead: those above the organization, its members, the PMO's leads and the auditor know.
    words = f"{event.who} invited the first lead of {organization}, where nobody leads."
    notified = Membership.objects.current(day_of(event)).filter(Q(organization=organization) | Q(role=Role.AUDITOR))
    people = _leads_of([*organization.line_up, *_the_pmo()], day_of(event), also=Q(pk__in=notified.values("pk")))
    subject = f"First lead invited: {organization}"
    yield from to_each(people, subject, words, detail=reason_of(event), about=organization)


def _invitation_answered(event: Event) -> Iterator[MessageContent]:
    invitation = Invitation.objects.select_related("organization", "invited_by", "accepted_by").get(pk=event.subject_id)
    organization, link = invitation.organization, people_address(invitation.organization)
    if invitation.accepted_by is None:
        words = f"{invitation.email} declined the invitation to {organization}."
        yield MessageContent(invitation.invited_by, f"Declined: {organization}", words, link, about=organization)
        return
    words = f"{invitation.accepted_by.name} is now {invitation.get_role_display()} of {organization}."
    people = _leads_of([organization.pk], day_of(event), also=Q(user=invitation.invited_by_id))
    subject = f"Accepted: {invitation.accepted_by.name}, {organization}"
    yield from to_each(people, subject, words, link, about=organization)


def _asked_to_join(event: Event) -> Iterator[MessageContent]:
    asked = JoinRequest.objects.select_related("organization").get(pk=event.subject_id)
    organization = asked.organization
    words = (
        f"Somebody who has the address {asked.email} asks to join {organization}. Invite them or decline on the page "
        "of its people. That the address is theirs was shown by a link mailed to it; who they are, you must know."
    )
    people, subject = _leads_of([organization.pk], day_of(event), also=Q(pk__in=[])), f"Asks to join: {organization}"
    yield from to_each(people, subject, words, people_address(organization), detail=asked.name, about=organization)


def _role_changed(event: Event) -> Iterator[MessageContent]:
    membership = Membership.objects.select_related("user", "organization").get(pk=event.subject_id)
    organization = membership.organization
    words = f"You are now {membership.get_role_display()} of {organization}."
    subject, link = f"Your role: {organization}", people_address(organization)
    yield MessageContent(membership.user, subject, words, link, detail=reason_of(event), about=organization)


def _role_added(event: Event) -> Iterator[MessageContent]:
    """One more role of a member; who comes in knows it from their own answer to an invitation."""
    membership = Membership.objects.select_related("user", "organization").get(pk=event.subject_id)
    organization, person = membership.organization, membership.user
    if not membership.roles_beside(day_of(event)):
        return
    words = f"{person.name} is now also {membership.get_role_display()} of {organization}."
    people = _leads_of([organization.pk], day_of(event), also=Q(user=person))
    subject, link = f"One more role: {person.name}, {organization}", people_address(organization)
    yield from to_each(people, subject, words, link, detail=reason_of(event), about=organization)


def _membership_ended(event: Event) -> Iterator[MessageContent]:
    if "ended_on" not in event.changes:
        return
    membership = Membership.objects.select_related("user", "organization").get(pk=event.subject_id)
    organization, person = membership.organization, membership.user
    phrase = "left" if event.verb == "membership.left" else "is no longer a member of"
    successor = (event.changes.get("successor") or [None, None])[1]
    today, also = day_of(event), Q(user__in=[person.pk, successor or person.pk])
    stays, subject = bool(membership.roles_beside(today)), f"Membership ended: {person.name}, {organization}"
    if stays:
        phrase = f"is no longer {membership.get_role_display()}, and stays a member of"
        subject = f"Role ended: {person.name}, {organization}"
    words = f"{person.name} {phrase} {organization}, as of {day_text(event.at)}."
    for each in _leads_of([organization.pk, *_the_pmo()], today, also=also):
        # Who is out sees the people no more.
        link = "" if each == person and not stays else people_address(organization)
        yield MessageContent(each, subject, words, link, detail=reason_of(event), about=organization)


def _account_changed(event: Event) -> Iterator[MessageContent]:
    """An account that was switched off, merged or given another address: told to the leads it had, and the PMO's."""
    is_off = (event.changes.get("is_active") or [None, None])[1] is False
    if not is_off and "email" not in event.changes:
        return
    person = User.objects.select_related("merged_into").get(pk=event.subject_id)
    done = f"was merged into another account of {person.merged_into}" if person.merged_into else "was switched off"
    words = f"The account of {person.name} {done}, and can no longer sign in."
    if not is_off:
        words = (
            f"{event.who} gave the account of {person.name} another address. Who reads mail there can sign in with it."
        )
    today = day_of(event)
    theirs = Membership.objects.filter(user=person).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    organizations = [*theirs.values_list("organization", flat=True), *_the_pmo()]
    people = _leads_of(organizations, today, also=Q(user=person.merged_into_id if is_off else person.pk))
    subject = f"Account {'switched off' if is_off else 'with another address'}: {person.name}"
    yield from to_each(people, subject, words, reverse("people"), detail=reason_of(event))


def _leads_of(organizations: Iterable[int], today: date, *, also: Q) -> Iterator[User]:
    leads = Q(role__in=LEADS.values(), organization__in=list(organizations))
    current = Membership.objects.filter(also) | Membership.objects.current(today).filter(leads)
    yield from User.objects.filter(is_active=True, pk__in=current.values("user")).order_by("pk")


def _the_pmo() -> Iterable[int]:
    return Organization.objects.filter(kind=OrganizationKind.PMO).values_list("pk", flat=True)


def people_address(organization: Organization) -> str:
    """The page of an organization's people."""
    return reverse("people_of", args=[organization.public_id])


OF_PEOPLE: dict[str, Words] = {
    **dict.fromkeys(("invitation.sent", "invitation.sent_again"), _invited),
    **dict.fromkeys(("invitation.accepted", "invitation.declined"), _invitation_answered),
    "joinrequest.made": _asked_to_join,
    "membership.role_changed": _role_changed,
    "membership.added": _role_added,
    # In the admin both are corrected.
    **dict.fromkeys(("membership.ended", "membership.left", "membership.corrected"), _membership_ended),
    **dict.fromkeys(("user.merged", "user.corrected"), _account_changed),
}
