"""The catalog of messages: for each verb, who is told and in which words. A verb that is not listed tells nobody."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import Delegation, Membership, User
from accounts.roles import LEADS, Role
from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Ato, Case, Event, Message, PackageAccess, Verification
from authorizations.models.cases.next_step import PARTIES_DUE, due_now
from authorizations.notifications.catalog.alerts import OF_ALERTS
from authorizations.notifications.catalog.co_signers import OF_CO_SIGNERS
from authorizations.notifications.catalog.comments import OF_COMMENTS
from authorizations.notifications.catalog.corrections import OF_CORRECTIONS
from authorizations.notifications.catalog.documents import OF_DOCUMENTS, OF_FILES
from authorizations.notifications.catalog.feeds import OF_FEEDS
from authorizations.notifications.catalog.findings import SentFindings
from authorizations.notifications.catalog.imports import OF_IMPORTS, holders
from authorizations.notifications.catalog.message_content import (
    OF_THE_PMO,
    CatalogEntry,
    MessageContent,
    acting,
    case_of,
    day_of,
    liaisons,
    message_of,
    official,
    parties_of,
    parties_to_notify,
    reason_of,
    to_each,
    under,
)
from authorizations.notifications.catalog.nudges import OF_NUDGES
from authorizations.notifications.catalog.people import OF_PEOPLE
from authorizations.notifications.catalog.published_fields import OF_PUBLISHED_FIELDS
from authorizations.notifications.catalog.reports import OF_REPORTS
from authorizations.policy import Capability
from authorizations.vocabulary import Topic, Turn, recorded_for


def messages_of(event: Event) -> Iterator[Message]:
    """The messages that an act calls for, unsaved."""
    entry = CATALOG.get(event.verb)
    if entry is not None:
        for content in entry.words(event):
            yield message_of(event, content, entry.topic, mandatory=entry.mandatory)


def _verification_finished(event: Event) -> Iterator[MessageContent]:
    """A record that was changed is told to everybody who answers for it, no matter who asked."""
    job = Verification.objects.get(pk=event.subject_id)
    if not job.findings:
        return
    people, subject = holders(Capability.SEE_SECURITY_EVENTS, day_of(event)), "The audit log was changed"
    body = "A verification of the audit log found changes. Keep a copy of the database, and change nothing more."
    yield from to_each(people, subject, body, job.get_absolute_url(), detail=" ".join(job.findings))


def _ato_moved(event: Event) -> Iterator[MessageContent]:
    ato = Ato.objects.select_related("agency__parent__parent", "offering__provider").get(pk=event.subject_id)
    step = Ato.machine().step(event.verb.removeprefix("ato."))
    done = step.done if step else event.verb
    if event.verb == "ato.extend":
        done += f" until {day_text(ato.expires_on)}" if ato.expires_on else " without an end"
    body = f"{event.who} recorded this on {day_text(event.at)}. The stage is now “{ato.get_stage_display()}”."
    if event.decided_by:
        body += f" It is the signed decision of {event.decided_by.name}."
    people = acting(event, parties_to_notify(ato))
    yield from to_each(people, f"{done}: {ato}", body, ato.get_absolute_url(), detail=reason_of(event))


NOTIFIED_OF_AN_ATO = (
    "the agency's liaisons and its authorizing official",
    "the provider's leads",
    "the PMO",
)


AO_VACANT, OTHER_RULES = "case.ao_vacant", "case.moved_to_release"
CASE_ACTS = {
    "case.open": "Opened",
    "case.adopt": "Adopted",
    "case.gate_waived": "A gate was waived",
    "case.waiver_ended": "A waiver was ended",
    "case.wbs_imported": "Tasks of the WBS imported",
    OTHER_RULES: "Follows other rules now",
    "case.recorded_line_confirmed": "What was recorded for a party was confirmed by it",
    "case.recorded_line_disputed": "What was recorded for a party is disputed by it",
    AO_VACANT: "AO vacant: its authorizing official no longer holds that role",
}
NOTIFIED_OF_A_CASE = (
    "the agency's liaisons",
    "the leads of provider and assessor, once the case is shared with them",
    "the authorizing official, where the decision is near or an ATO stands",
    "the PMO, where the case waits on it or has reached it",
)


def _case_moved(event: Event) -> Iterator[MessageContent]:
    case = case_of(event)
    step = case.machine().step(event.verb.removeprefix("case."))
    done = CASE_ACTS.get(event.verb) or (step.done if step else event.verb)
    waits = f"It waits on {ON_WHOM[Turn(case.waits_on)]}."
    body = f"{event.who} recorded this on {day_text(event.at)}. The stage is now “{case.stage_label}”. {waits}"
    if event.verb == OTHER_RULES:
        body += f" The case follows “{case.rules.title}” now."
    if event.decided_by:
        body += f" It is the signed decision of {event.decided_by.name}."
    if whom := recorded_for(event.changes):
        body += f" It was recorded from evidence for {whom}, which has nobody here."
    returned = SentFindings(event, case)
    turn, asked = your_turn(event, case)
    for person in people_to_notify(case, day_of(event)):
        subject, text = f"{done}: {case}", body
        if person.pk in asked:
            subject, text = f"Your turn: {turn} for {case}", f"{done}. {body}"
        link = returned.link(person.pk) or case.get_absolute_url()
        finding_text, listed = returned.count_text(person.pk), returned.listed(person.pk)
        yield MessageContent(
            person, subject, text + finding_text, link, detail="\n\n".join(filter(None, (reason_of(event), listed)))
        )


def your_turn(event: Event, case: Case) -> tuple[str, frozenset[int]]:
    """The step that leads on, as a verb, and whose turn an act has made it, by their keys; nobody's where it was."""
    moved = any(name in event.changes for name in ("waits_on", "stage")) and case.waits_on != Turn.NOBODY
    if not moved or (event.changes.get("waits_on") is None and len(set(event.changes["stage"])) == 1):
        return "", frozenset()
    due = due_now(case, ActingContext(None, day_of(event), PARTIES_DUE[case.waits_on]))
    if not due:
        return "", frozenset()
    owe: dict[str, Q] = {
        Turn.AGENCY: liaisons(case),
        Turn.OFFICIAL: official(case, case.authorizing_official_id),
        Turn.PROVIDER: Q(role=Role.CSP_LEAD, organization=case.offering.provider_id),
        Turn.ASSESSOR: Q(role=Role.ASSESSOR_LEAD, organization=case.assessor_id),
        Turn.PMO: OF_THE_PMO,
    }
    today = day_of(event)
    people = User.objects.acting_in(Membership.objects.current(today).filter(owe[case.waits_on]), today)
    label = due[0].label
    return label[:1].lower() + label[1:], frozenset(each.pk for each in people)


def _official_left(event: Event) -> Iterator[MessageContent]:
    """The agency's liaisons name another; the PMO knows why nobody decides."""
    case = case_of(event)
    left = case.authorizing_official.name if case.authorizing_official else "The person who was named"
    body = (
        f"{left} is named as the authorizing official and no longer holds that role. Until a liaison of the agency "
        "names another, nobody can decide; what was signed before can still be recorded."
    )
    recipients = liaisons(case) if case.shared_at is None else liaisons(case) | OF_THE_PMO
    yield from to_each(acting(event, recipients), f"AO vacant: {case}", body, case.get_absolute_url())


def people_to_notify(case: Case, today: date) -> Iterator[User]:
    """The people of a case who are told of an act on it; each of them may see the case."""
    yield from User.objects.acting_in(Membership.objects.current(today).filter(parties_of(case)), today)


ACCESS_ACTS = {
    "packageaccess.granted": "Package access granted",
    "packageaccess.extended": "Package access extended",
    "packageaccess.ended": "Package access ended",
    "packageaccess.fedramp_told": "FedRAMP was told of a denial",
}
NOTIFIED_OF_AN_ACCESS = (
    "the agency's liaisons and the person, where they sign in here",
    "the holder of the package: the PMO, or the provider's leads",
)


def _access_changed(event: Event) -> Iterator[MessageContent]:
    # What a step of a case did to an access is told with the case.
    if "case" in event.changes:
        return
    beside = ("person", "agency__parent__parent", "package__offering")
    access = PackageAccess.objects.select_related(*beside).get(pk=event.subject_id)
    body = f"{event.who} recorded this on {day_text(event.at)} for {access.person} of {access.agency}."
    if access.is_granted:
        body += f" Access lasts until {day_text(access.until)}." if access.until else " Access has no end."
    subject = f"{ACCESS_ACTS[event.verb]}: {access.person}, {access.package.offering}"
    people = acting(event, people_of_an_access(access))
    yield from to_each(people, subject, body, access.get_absolute_url(), detail=reason_of(event))


def people_of_an_access(access: PackageAccess) -> Q:
    """The memberships of the people who are told of a package access; each of them may see it."""
    line = access.agency.line_up
    recipients = Q(role=Role.AGENCY_LIAISON, organization__in=line) | Q(
        user=access.person.user_id, user__isnull=False, organization__in=line
    )
    if access.package.grantor is Turn.PMO or access.denied_on is not None:
        recipients |= OF_THE_PMO
    if access.package.grantor is Turn.PROVIDER:
        recipients |= Q(role=Role.CSP_LEAD, organization=access.package.offering.provider_id)
    return recipients


DELEGATION_ACTS = {
    "delegation.set": "acts for",
    "delegation.ended": "no longer acts for",
}


def _role_delegated(event: Event) -> Iterator[MessageContent]:
    """Both persons and anyone who leads them know who acts for whom, and until when."""
    beside = ("deputy", "membership__user", "membership__organization")
    delegated = Delegation.objects.select_related(*beside).get(pk=event.subject_id)
    organization, today = delegated.membership.organization, day_of(event)
    subject = f"{delegated.deputy} {DELEGATION_ACTS[event.verb]} {delegated.membership.user}"
    body = f"{event.who} recorded this for the role {delegated.get_role_display()}, {organization}. "
    if event.verb == "delegation.set":
        body += f"From {day_text(delegated.starts_on)} until {day_text(delegated.ends_on)}."
    else:
        body += f"It was to last until {day_text(delegated.ends_on)}."
    lead = Membership.objects.current(today).filter(organization=organization, role=LEADS[organization.kind])
    both = Q(pk__in=[delegated.deputy_id, delegated.membership.user_id])
    people = User.objects.filter(both | Q(pk__in=lead.values("user")), is_active=True).order_by("pk")
    detail = f"Reason: {delegated.reason}"
    yield from to_each(people, subject, body, reverse("delegations"), detail=detail, about=organization)


OF_ATOS = [(f"ato.{step.name}", _ato_moved) for step in Ato.machine().steps if not step.inside]
OF_CASES = [
    *(
        (f"case.{step.name}", _case_moved)
        for record_type in Case.machines.values()
        for step in record_type.machine().steps
    ),
    *((verb, _case_moved) for verb in CASE_ACTS),
    (AO_VACANT, _official_left),
    *OF_NUDGES.items(),
]
# What nobody can switch off: who may act, what somebody is asked for by name, and what became of the audit log.
CATALOG: dict[str, CatalogEntry] = {
    **under(Topic.REGISTER, OF_IMPORTS.items()),
    **under(Topic.SECURITY, [("verification.finished", _verification_finished)], mandatory=True),
    # Every step that a person takes; what an import does is told once, for the whole run.
    **under(Topic.ATOS, OF_ATOS),
    **under(Topic.ATOS, OF_ALERTS.items()),
    **under(Topic.CASES, OF_CASES),
    **under(Topic.REGISTER, OF_CORRECTIONS.items()),
    **under(Topic.REGISTER, OF_PUBLISHED_FIELDS.items()),
    **under(Topic.REGISTER, OF_FEEDS.items()),
    **under(Topic.CASES, OF_CO_SIGNERS.items()),
    **under(Topic.ACCESS, ((verb, _access_changed) for verb in ACCESS_ACTS)),
    **under(Topic.DOCUMENTS, OF_DOCUMENTS.items()),
    **under(Topic.COMMENTS, OF_COMMENTS.items()),
    **under(Topic.REPORTS, OF_REPORTS.items()),
    **under(Topic.PEOPLE, ((verb, _role_delegated) for verb in DELEGATION_ACTS), mandatory=True),
    **under(Topic.PEOPLE, OF_PEOPLE.items(), mandatory=True),
    **under(Topic.SECURITY, OF_FILES.items(), mandatory=True),
}
