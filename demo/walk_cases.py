"""Walks the demo's cases: every act by the verbs that people's pages call, by the person whose part it is."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.actions.cases.cases import adopt_case, open_case, record_facts
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.documents.documents import add_version
from authorizations.actions.findings.findings import answer_findings, draft_finding, resolve_findings
from authorizations.actions.refusals import Refused
from authorizations.actions.register.atos import register_ato
from authorizations.actions.steps import perform
from authorizations.lifecycle.step import STANDING_IN, Step
from authorizations.models import AgencySystem, Ato, Case, Contact, Finding, Offering
from authorizations.rules import newest
from authorizations.vocabulary import AtoType, CaseKind, ContactFunction, ListingRole
from demo import documents as demo_documents
from demo.case_paths import PREPARE, RECORD, WAIVE, Move, Placeholder
from demo.cases import End, Story
from demo.wbs import ACTS

EVIDENCE = "Mail of the office's director, in the PMO's files."
FOR_THE_OFFICE = "The office has no account here yet."
OPENS_AT = time(9, 30)


def demo_today(now: datetime) -> date:
    """The last day that the demo tells of: yesterday, but none on which no new case may open any more."""
    yesterday, cutoff = timezone.localdate(now) - timedelta(days=1), newest().dates["cutoff"]
    return min(yesterday, cutoff) if cutoff else yesterday


def working_day(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


class Cast:
    """Who does what for an agency, a provider, an assessor and the PMO; each is looked up once."""

    def __init__(self) -> None:
        self.organizations = {each.name: each for each in Organization.objects.select_related("parent__parent")}
        self.offerings = {each.name: each for each in Offering.objects.select_related("provider")}
        self.systems = {each.name: each for each in AgencySystem.objects.all()}
        self.holders: dict[tuple[int, str], list[User]] = {}
        for held in Membership.objects.order_by("pk").select_related("user"):
            self.holders.setdefault((held.organization_id, held.role), []).append(held.user)
        self.pmo = self.organizations["FedRAMP PMO"]
        self.contacts: dict[int, list[Contact]] = {}
        for contact in Contact.objects.order_by("pk"):
            self.contacts.setdefault(contact.organization_id, []).append(contact)

    def person(self, role: Role, agency: str, offering: str, assessor: str) -> User | None:
        """Who holds a role for a case; liaisons and officials also from above the agency."""
        above = self.organizations[agency].line_up
        lines: dict[Role, list[int]] = {
            Role.AGENCY_LIAISON: above,
            Role.AUTHORIZING_OFFICIAL: above,
            Role.AGENCY_REVIEWER: above[:1],
            Role.CSP_LEAD: [self.offerings[offering].provider_id],
            Role.CSP_CONTRIBUTOR: [self.offerings[offering].provider_id],
            Role.ASSESSOR_LEAD: [self.organizations[assessor].pk],
        }
        line = lines.get(role, [self.pmo.pk])
        return next((user for key in line for user in self.holders.get((key, role), [])), None)

    def contact(self, agency: str, *, approves: bool) -> Contact:
        """Who approves accesses, of the agency or of one above it; or someone of the agency itself who does not."""
        line = self.organizations[agency].line_up
        found = [one for key in (line if approves else line[:1]) for one in self.contacts.get(key, [])]
        return next(one for one in found if (one.function == ContactFunction.APPROVER) is approves)


class StoryRun:
    """One case on its way."""

    def __init__(self, cast: Cast, story: Story, today: date) -> None:
        self.cast, self.story = cast, story
        self.day = today - timedelta(days=story.waits + sum(move.after for move in story.way))
        self.minutes = 0

    def go(self) -> Case:
        """The whole way."""
        case = self._adopted() if self.story.adopted else self._opened()
        for move in self.story.way:
            self.day += timedelta(days=move.after)
            try:
                case = self._take(case, move)
            except Refused as refusal:
                raise ValueError(f"{case} at {case.stage}: “{move.name}” was refused. {refusal}") from refusal
        return case

    def _opened(self) -> Case:
        actor = self.person(self.story.opened_by)
        values = self._named()
        if self.story.kind == CaseKind.REUSE:
            values["intended_use"] = self.story.use
        if actor is None:
            values |= {"reason": FOR_THE_OFFICE, "evidence": EVIDENCE}
        return open_case(self.story.kind, actor=actor or self._lead(), now=self.now(), **values)

    def _adopted(self) -> Case:
        how = self.story.adopted
        if how is None:
            raise ValueError("this story opens its case itself")
        values = {"stage": how.stage, "reason": how.reason, "evidence": how.evidence, **self.facts(how.facts)}
        return adopt_case(self.story.kind, actor=self._lead(), now=self.now(), **self._named(), **values)

    def _take(self, case: Case, move: Move) -> Case:
        step = case.machine().step(move.facts["step"] if move.name == PREPARE else move.name)
        if step is not None:
            self._prepare(case, step, move)
        if move.name == PREPARE:
            return case
        actor, now = self.person(move.who), self.now()
        facts = self.facts(move.facts)
        if move.name == WAIVE:
            waive_gate(case.public_id, actor=self._lead(), now=now, reason=move.reason, **facts)
            case.revision += 1
            return case
        if move.name in ACTS and actor is not None:
            ACTS[move.name](case, actor, now)
            return case
        reason = move.reason
        if actor is None:
            actor, reason = self._lead(), reason or FOR_THE_OFFICE
            facts[STANDING_IN.name] = EVIDENCE
        given = {"actor": actor, "now": now, "revision": case.revision, "reason": reason, **facts}
        if move.name == RECORD:
            return record_facts(case.public_id, **given)
        moved: Case = perform(Case, case.public_id, move.name, **given)
        return moved

    def _prepare(self, case: Case, step: Step, move: Move) -> None:
        """Adds the documents and findings that a step asks for, by the people whose part they are."""
        today = working_day(self.day)
        for rule, stated in list(demo_documents.missing(case, step, move.who, today)):
            people = (self.person(role) for role in demo_documents.in_order(rule, stated))
            actor = next((each for each in people if each is not None), None)
            upload = demo_documents.content_of(rule)
            version = add_version(
                Case,
                case.public_id,
                rule.key,
                actor=actor or self._lead(),
                now=self.now(1),
                upload=upload,
                location="" if upload else demo_documents.location_of(rule, case),
                verified_on=None if upload else today,
                stated=stated,
                note="" if actor else EVIDENCE,
            )
            case.document_summary = {**case.document_summary, rule.key: version.summary}
            case.revision += 1
        self._settle(case, step, move)

    def _settle(self, case: Case, step: Step, move: Move) -> None:
        """Writes down what a return finds, answers what was found, or settles it: whatever the step asks for."""
        asked = {gate.__name__ for gate in step.gates}
        reviewer = self.person(move.who) or self._lead()
        finds = not asked.isdisjoint(demo_documents.FINDING)
        still_open = Finding.objects.filter(case=case, sent_at__isnull=False, resolved_at__isnull=True)
        if finds:
            for severity, text, fact in demo_documents.found(step.name, move.reason if still_open else ""):
                values = {"severity": severity, "text": text, "fact": fact}
                draft_finding(case.public_id, actor=reviewer, now=self.now(1), **values)
        given: dict[str, Any] = {"now": self.now(1), "revision": case.revision}
        unanswered = [finding.public_id for finding in still_open if finding.answered_at is None]
        if unanswered and not asked.isdisjoint(demo_documents.ANSWERING):
            answers = dict.fromkeys(unanswered, demo_documents.ANSWER)
            answer_findings(case.public_id, actor=self._answerer(move), answers=answers, **given)
            case.revision += 1
        elif still_open and not unanswered and (finds or demo_documents.SETTLING & asked):
            names = [finding.public_id for finding in still_open]
            resolve_findings(case.public_id, actor=reviewer, findings=names, **given)
            case.revision += 1

    def _answerer(self, move: Move) -> User:
        """Who answers for the side that hands its work in again: the official has people for that."""
        role = Role.AGENCY_LIAISON if move.who is Role.AUTHORIZING_OFFICIAL else move.who
        return self.person(role) or self._lead()

    def _named(self) -> dict[str, Any]:
        return {
            "agency": self.cast.organizations[self.story.agency],
            "offering": self.cast.offerings[self.story.offering],
        }

    def now(self, after: int = 7) -> datetime:
        """In the morning of the day; later for each act, so that two of one day keep their order."""
        self.minutes += after
        morning = datetime.combine(working_day(self.day), OPENS_AT, timezone.get_default_timezone())
        return morning + timedelta(minutes=self.minutes)

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in facts.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, timedelta):
            return working_day(working_day(self.day) + value)
        if isinstance(value, Role):
            person = self.person(value)
            return person.name if person else "The office itself"
        return self._record(value) if isinstance(value, Placeholder) else value

    def _record(self, named: Placeholder) -> Any:
        story, cast = self.story, self.cast
        if named is Placeholder.SYSTEM:
            return cast.systems[story.system]
        if named is Placeholder.ASSESSOR:
            return cast.organizations[story.assessor]
        if named is Placeholder.NEW_AGENCY:
            return cast.organizations[story.new_agency]
        if named is Placeholder.OFFICIAL:
            return self.person(Role.AUTHORIZING_OFFICIAL)
        if named is Placeholder.TAKER:
            return cast.holders[cast.pmo.pk, Role.PMO_REVIEWER][-1]
        return cast.contact(story.agency, approves=named is Placeholder.APPROVER)

    def person(self, role: Role) -> User | None:
        return self.cast.person(role, self.story.agency, self.story.offering, self.story.assessor)

    def _lead(self) -> User:
        return self.cast.holders[self.cast.pmo.pk, Role.PMO_LEAD][0]


def walk(cast: Cast, story: Story, today: date) -> Case:
    """Opens the story's case and takes it to its stage."""
    case = StoryRun(cast, story, today).go()
    if case.stage != story.stage:
        raise ValueError(f"the case of {story.offering} is at {case.stage}, not at {story.stage}")
    return case


def end_ato(cast: Cast, end: End, today: date) -> None:
    """Registers an ATO, and takes it to its end."""
    system, offering = cast.systems[end.system], cast.offerings[end.offering]
    agency = next(each for each in cast.organizations.values() if each.pk == system.agency_id)
    # What an ATO's steps say names no record, so that it can be told as a case's way.
    walk_of_ato = StoryRun(cast, Story("", end.stage, agency.name, offering.name, end.waits, end.moves), today)
    official, liaison = walk_of_ato.person(Role.AUTHORIZING_OFFICIAL), walk_of_ato.person(Role.AGENCY_LIAISON)
    if official is None or liaison is None:
        raise ValueError(f"nobody signs for {agency.name}")
    ato = register_ato(
        actor=liaison,
        now=walk_of_ato.now() - timedelta(days=60),
        reason="Signed before the portal was in use.",
        agency=agency,
        offering=offering,
        system=system,
        listing_role=ListingRole.REUSE,
        ato_type=AtoType.ATO,
        signed_on=end.signed_on,
        expires_on=end.expires_on,
        authorizing_official=official,
        letter=f"Letter of {end.signed_on:%d %b %Y}, in the agency's files",
    )
    for move in end.moves:
        given = {
            "now": walk_of_ato.now(),
            "revision": ato.revision,
            "reason": move.reason,
            **walk_of_ato.facts(move.facts),
        }
        ato = perform(Ato, ato.public_id, move.name, actor=walk_of_ato.person(move.who) or liaison, **given)
