"""Asking to join: a lead names the domain of the own address, people with one there ask, and a lead decides.

Asking does the same whether anybody could be asked or not: it writes one message to the address, and when that is to
be mailed, it is found out whether it leads anywhere. Whoever opens its link has shown that the address is theirs; only
then is there a request, and only then do the leads hear of it (docs/adr/0008).
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import JoinRequest, Organization, User
from accounts.models.join_request import JoinOutcome, organization_to_ask
from authorizations.actions.door import Action, action, insert, new_values, update
from authorizations.actions.people.memberships import hold, hold_people, leads, oversees
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.lifecycle.problems import REASON
from authorizations.models import Message
from authorizations.notifications.mail.mail_trigger import trigger_delivery
from authorizations.notifications.mail.secret_links import JOIN
from authorizations.policy import Capability
from authorizations.vocabulary import Topic

# Whoever has an address at one of these belongs to no organization by it.
PUBLIC_MAIL = frozenset(
    {
        *("aol.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com"),
        *("live.com", "mac.com", "mail.com", "me.com", "msn.com", "outlook.com", "pm.me", "proton.me"),
        *("protonmail.com", "verizon.net", "yahoo.com", "ymail.com", "zoho.com", "comcast.net", "att.net"),
    }
)
SUBJECT = "Ask to join"
BODY = (
    "Somebody, probably you, has said at the sign-in page that they want to join with this address. The link in the "
    "mail leads to a page with one button, and is good for a day. If that was not you, do nothing: nobody is asked."
)
USED_UP = (
    "This link was used before, is older than a day, or is not whole. You can ask for another at the sign-in page."
)
OF_A_PROVIDER = "Anybody can have an address at the domain of yours. Only an organization's own domain lets people ask."
TAKEN = "People with an address at this domain may ask another organization already. Ask a lead of the PMO."


def domain_of(lead: User) -> str:
    """The domain that a lead can name: of the own address; blank where anybody can have one there."""
    domain = lead.email.rpartition("@")[2].lower()
    return "" if domain in PUBLIC_MAIL else domain


def let_people_ask(*, actor: User, organization: Organization, now: datetime) -> str:
    """Lets people with an address at the domain of the actor's own ask to join; returns the domain."""
    with action(actor, Capability.LEAD_PEOPLE, now=now, clash=TAKEN) as act:
        hold_people(actor, organization, leads)
        domain = domain_of(actor)
        if not domain:
            raise Blocked(OF_A_PROVIDER)
        _set(act, organization, domain, "organization.join_domain_named")
    return domain


def let_nobody_ask(*, actor: User, organization: Organization, now: datetime) -> None:
    """Takes that back; requests that were made stay to be decided."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        hold_people(actor, organization, oversees)
        _set(act, organization, "", "organization.join_domain_taken_back")


def _set(act: Action, organization: Organization, domain: str, verb: str) -> None:
    organization.refresh_from_db(fields=["join_domain"])
    if organization.join_domain == domain:
        raise NoLongerPossible("This was done meanwhile. The page of the people shows it.")
    act.record(verb, organization, changes=update(organization, join_domain=domain))


def mail_join_link(*, email: str, now: datetime) -> None:
    """Writes a message to the address, once a day: its link is good for as long. Tells nobody, and writes no act."""
    told_apart = salted_hmac(JOIN, email, algorithm="sha256").hexdigest()
    message = Message(
        key=f"{JOIN}{told_apart}:{timezone.localdate(now)}",
        address=email,
        topic=Topic.SECURITY,
        mandatory=True,
        subject=SUBJECT,
        body=BODY,
        created_at=now,
        not_before=now,
    )
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        trigger_delivery([message], now)


def ask_to_join(*, email: str, name: str, now: datetime) -> JoinRequest:
    """Asks the leads, for the owner of an address that a link has shown."""
    with action(None, now=now, clash=USED_UP) as act:
        found = organization_to_ask(email, now)
        if found is None:
            raise NoLongerPossible(USED_UP)
        hold(found.pk)
        # Asked again under the lock: of two that press at once, one has asked by now.
        if organization_to_ask(email, now) != found:
            raise NoLongerPossible(USED_UP)
        join_request = JoinRequest(organization=found, email=email, name=" ".join(name.split()), asked_at=now)
        insert(join_request)
        stated = new_values(organization=found, email=email, name=join_request.name)
        act.record("joinrequest.made", join_request, changes=stated)
    return join_request


def decline_request(*, actor: User, public_id: str, reason: str, now: datetime) -> JoinRequest:
    """Declines a request. The one who asked is told nothing, and may ask again after some weeks."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        seen = JoinRequest.objects.visible_to(actor).select_related("organization").get(public_id=public_id)
        hold_people(actor, seen.organization, oversees)
        join_request = (
            JoinRequest.objects.select_for_update(of=("self",)).select_related("organization").get(pk=seen.pk)
        )
        if join_request.ended_at is not None:
            raise NoLongerPossible(f"This request was decided meanwhile: {join_request.get_outcome_display().lower()}.")
        if not reason.strip():
            raise NotReady([REASON])
        _end(act, join_request, JoinOutcome.DECLINED, reason.strip())
    return join_request


def answer_by_invitation(act: Action, organization: Organization, email: str) -> None:
    """Ends the request of whom a lead invites, wherever from."""
    for join_request in JoinRequest.objects.unanswered().filter(organization=organization, email=email):
        _end(act, join_request, JoinOutcome.INVITED)


def _end(act: Action, join_request: JoinRequest, outcome: JoinOutcome, reason: str = "") -> None:
    changes = update(join_request, ended_at=act.recorded_at, outcome=outcome, decided_by=act.actor)
    act.record(f"joinrequest.{outcome.value}", join_request, changes={"outcome": changes["outcome"]}, reason=reason)
