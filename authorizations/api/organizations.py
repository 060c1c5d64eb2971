"""Organizations, and what their own leads keep of them: systems, contacts, and who is invited."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from accounts.models import Invitation, Organization, User
from accounts.roles import OrganizationKind, RecordSource, Role
from authorizations import throttle
from authorizations.actions.people.invitations import invite, revoke
from authorizations.actions.people.memberships import invites
from authorizations.actions.refusals import NotReady
from authorizations.actions.register.atos import add_own_system, agencies_of
from authorizations.actions.register.contacts import add_own_contact, confirm_contact, named_by
from authorizations.api.authentication import person
from authorizations.api.errors import TooManyTries
from authorizations.api.lists.paging import ListQuery, page_of, words_in
from authorizations.api.schemas import RECORD, PageOut, RecordRef, RequestBody, Text, acting, filled, reading
from authorizations.display import moment_text
from authorizations.lifecycle.problems import Problem
from authorizations.models import AgencySystem, Contact
from authorizations.notifications.mail.secret_links import link_of
from authorizations.presenters.search import named
from authorizations.reports.scope import within
from authorizations.throttle import ThrottleScope
from authorizations.vocabulary import ContactFunction, SecurityLevel

router = Router(tags=["Organizations"])
systems = Router(tags=["Organizations"])
contacts = Router(tags=["Organizations"])
invitations = Router(tags=["Organizations"])


class OrganizationRow(Schema):
    """An agency, provider or assessor, as everybody sees it."""

    id: str
    url: str = Field(description="Its page.")
    kind: OrganizationKind
    name: str
    abbreviation: str
    parent: RecordRef | None = Field(description="What an agency is part of.")
    is_pseudo: bool = Field(description="Whether feeds use it as a placeholder; nobody belongs to it.")
    source: RecordSource
    published_since: date | None
    not_published_since: date | None


class KindFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    name: str | None = Field(None, max_length=300, description="A part of the name.")
    parent: str | None = Field(None, description="Id of an agency; its bureaus.")


class OrganizationFilters(KindFilters):
    """The same for all kinds at once."""

    kind: OrganizationKind | None = None


# The kinds that have lists of their own, by their addresses.
KINDS = {
    OrganizationKind.AGENCY: "agencies",
    OrganizationKind.PROVIDER: "providers",
    OrganizationKind.ASSESSOR: "assessors",
}


class SystemRow(Schema):
    """An information system of an agency, with its FIPS 199 levels."""

    id: str
    agency: RecordRef
    name: str
    abbreviation: str
    impact_level: SecurityLevel
    confidentiality: SecurityLevel
    integrity: SecurityLevel
    availability: SecurityLevel


class SystemFilters(ListQuery):
    """What the list is narrowed to."""

    within: str | None = Field(None, description="Id of an agency; its bureaus and their offices are included.")


class SystemAdded(RequestBody):
    """Adding a system."""

    agency: str = Field(max_length=40, description="Id of an agency whose liaison you are, or of one below it.")
    name: Text
    abbreviation: Text = ""
    confidentiality: SecurityLevel
    integrity: SecurityLevel
    availability: SecurityLevel


class ContactRow(Schema):
    """A person to call of an organization, and what for."""

    id: str
    organization: RecordRef
    name: str
    email: str
    function: ContactFunction
    confirmed_on: date | None = Field(description="When a lead last said that this is still correct.")


class ContactFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    organization: str | None = Field(None, description="Id of an organization.")
    function: ContactFunction | None = None


class ContactAdded(RequestBody):
    """Adding a contact."""

    organization: str = Field(max_length=40, description="Id of your organization, or of one below your agency.")
    name: Text
    email: Text
    function: ContactFunction


@reading(router, "", PageOut[OrganizationRow], "api_organizations", "list_organizations", "List organizations")
def list_organizations(request: HttpRequest, filters: Query[OrganizationFilters]) -> PageOut[OrganizationRow]:
    """All organizations but the PMO, by name."""
    return _page(request, _organizations(person(request)), filters)


def _page(request: HttpRequest, rows: Any, filters: KindFilters) -> PageOut[OrganizationRow]:
    narrowed = {"kind": "kind", "name": "name__icontains", "parent": "parent__public_id"}
    by_name = rows.filter(*filters.conditions(narrowed)).order_by("sort_name", "pk")
    return page_of(request, by_name, filters, _organization_row, lambda search: named("", search.words))


def add_kind(router: Router, kind: OrganizationKind, many: str) -> None:
    """The list of the organizations of one kind, and one of them."""

    def rows(request: HttpRequest) -> Any:
        return _organizations(person(request)).filter(kind=kind)

    @reading(router, "", PageOut[OrganizationRow], f"api_{many}", f"list_{many}", f"List {many}")
    def list_kind(request: HttpRequest, filters: Query[KindFilters]) -> PageOut[OrganizationRow]:
        """The organizations of this kind, by name."""
        return _page(request, rows(request), filters)

    @reading(router, RECORD, OrganizationRow, f"api_{kind}", f"read_{kind}", f"Read one of the {many}")
    def read_one(request: HttpRequest, public_id: str) -> OrganizationRow:
        """One organization of this kind."""
        return _organization_row(get_object_or_404(rows(request), public_id=public_id))


@reading(router, RECORD, OrganizationRow, "api_organization", "read_organization", "Read an organization")
def read_organization(request: HttpRequest, public_id: str) -> OrganizationRow:
    """One organization."""
    return _organization_row(get_object_or_404(_organizations(person(request)), public_id=public_id))


def _organizations(user: User) -> Any:
    return Organization.objects.visible_to(user).exclude(kind=OrganizationKind.PMO).select_related("parent")


def _organization_row(organization: Organization) -> OrganizationRow:
    return filled(OrganizationRow, organization, url=organization.get_absolute_url())


@reading(systems, "", PageOut[SystemRow], "api_systems", "list_systems", "List systems")
def list_systems(request: HttpRequest, filters: Query[SystemFilters]) -> PageOut[SystemRow]:
    """The systems of your agencies and of those below them."""
    narrowed: dict[str, Any] = {"within": lambda value: within(value, key="__public_id")}
    rows = AgencySystem.objects.visible_to(person(request)).filter(*filters.conditions(narrowed))
    by_name = rows.select_related("agency").order_by("agency__sort_name", "name", "pk")
    names = ("name", "abbreviation")
    return page_of(request, by_name, filters, lambda row: filled(SystemRow, row), words_in(*names))


@acting(systems, "", SystemRow, "api_systems", "add_system", "Add a system", status=201)
def add_system(request: HttpRequest, body: SystemAdded) -> Status[SystemRow]:
    """Adds an information system of an agency; its liaison does."""
    user, facts = person(request), body.model_dump()
    agency = _named(agencies_of(user), facts.pop("agency"), "agency")
    return Status(201, filled(SystemRow, add_own_system(actor=user, agency=agency, now=timezone.now(), facts=facts)))


@reading(contacts, "", PageOut[ContactRow], "api_contacts", "list_contacts", "List contacts")
def list_contacts(request: HttpRequest, filters: Query[ContactFilters]) -> PageOut[ContactRow]:
    """The contacts of your organizations and of those below them."""
    narrowed = {"organization": "organization__public_id", "function": "function"}
    rows = Contact.objects.visible_to(person(request)).filter(*filters.conditions(narrowed))
    by_name = rows.select_related("organization").order_by("organization__sort_name", "name", "pk")
    return page_of(request, by_name, filters, lambda row: filled(ContactRow, row), words_in("name", "email"))


@acting(contacts, "", ContactRow, "api_contacts", "add_contact", "Add a contact", status=201)
def add_contact(request: HttpRequest, body: ContactAdded) -> Status[ContactRow]:
    """Adds a contact of your organization; a contact need not have an account."""
    user, facts = person(request), body.model_dump()
    organization = _named(named_by(user), facts.pop("organization"), "organization")
    made = add_own_contact(actor=user, organization=organization, now=timezone.now(), facts=facts)
    return Status(201, filled(ContactRow, made))


@acting(contacts, RECORD + "/confirm", ContactRow, "api_confirm_contact", "confirm_contact", "Confirm a contact")
def confirm(request: HttpRequest, public_id: str) -> ContactRow:
    """Says that a contact is still correct as it is now; a lead of its organization does."""
    return filled(ContactRow, confirm_contact(actor=person(request), public_id=public_id, now=timezone.now()))


def _named(rows: Any, public_id: str, where: str) -> Organization:
    found: Organization | None = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotReady([Problem(where, "Name one of your own organizations by its id.", where)])
    return found


# --- invitations ---


class InvitationRow(Schema):
    """An invitation that nobody has answered yet."""

    id: str
    organization: RecordRef
    email: str
    role: Role
    invited_by: RecordRef
    sent_at: datetime
    expires_at: datetime


class InvitationSent(InvitationRow):
    """An invitation that was just sent."""

    link: str = Field(description="Opens it, once. No other answer has it: hand it to this person alone.")


class InvitationFilters(ListQuery):
    """What the list is narrowed to."""

    organization: str | None = Field(None, description="Id of an organization.")


class InvitationAsked(RequestBody):
    """Inviting an address."""

    organization: str = Field(max_length=40, description="Id of an organization that you lead.")
    email: Text
    role: Role
    reason: Text = Field("", description="Why this person is the first lead, where a lead of the PMO invites one.")


@reading(invitations, "", PageOut[InvitationRow], "api_invitations", "list_invitations", "List invitations")
def list_invitations(request: HttpRequest, filters: Query[InvitationFilters]) -> PageOut[InvitationRow]:
    """The open invitations into the organizations that you lead, newest first."""
    rows = Invitation.objects.visible_to(person(request)).unanswered()
    narrowed = rows.filter(*filters.conditions({"organization": "organization__public_id"}))
    beside = narrowed.select_related("organization", "invited_by")
    return page_of(request, beside, filters, lambda row: filled(InvitationRow, row), words_in("email"))


@acting(invitations, "", InvitationSent, "api_invitations", "invite", "Invite an address", status=201)
def invite_address(request: HttpRequest, body: InvitationAsked) -> Status[InvitationSent]:
    """Invites an address into an organization that you lead. It says nothing about whether anybody has an account."""
    user, now = person(request), timezone.now()
    found = Organization.objects.visible_to(user).filter(public_id=body.organization).first()
    if found is None or not invites(user, found, timezone.localdate(now)):
        raise NotReady([Problem("organization", "Name an organization that you lead by its id.", "organization")])
    if not throttle.admits(ThrottleScope.INVITE, request, user.public_id, now):
        again = moment_text(throttle.ends(now))
        raise TooManyTries(f"You have sent many invitations. Go on after {again}.", throttle.seconds_left(now))
    facts = body.model_dump(exclude={"organization"})
    try:
        made = invite(actor=user, organization=found, now=now, **facts)
    except ValidationError:
        throttle.take_back(ThrottleScope.INVITE, request, user.public_id, now)
        raise
    return Status(201, filled(InvitationSent, made, link=request.build_absolute_uri(link_of(made))))


@acting(invitations, RECORD + "/revoke", InvitationRow, "api_revoke_invitation", "revoke_invitation", "Take it back")
def revoke_invitation(request: HttpRequest, public_id: str) -> InvitationRow:
    """Takes an open invitation back: its link opens nothing any more."""
    return filled(InvitationRow, revoke(actor=person(request), public_id=public_id, now=timezone.now()))
