"""One record of each model, every relation filled with a record of its own; the number keeps records apart."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models

from accounts.models import AccessToken, Alias, Delegation, FeedId, JoinRequest, Membership, Organization, User
from accounts.models.invitation import Invitation, InvitationAnswer
from accounts.roles import FeedList, OrganizationKind, Role
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import (
    AgencyList,
    AgencyListRow,
    AgencySystem,
    Ato,
    Bounce,
    CalendarFeed,
    Case,
    Comment,
    Condition,
    Contact,
    CoSigner,
    Deliverable,
    DesignationEvent,
    DifferenceDecision,
    Document,
    DocumentVersion,
    Event,
    FeedLimit,
    FileCheck,
    Finding,
    FoundFeed,
    ImportIssue,
    ImportRun,
    Leverage,
    LocalValue,
    Message,
    Notice,
    Offering,
    OfficeClosure,
    Package,
    PackageAccess,
    PackageOverview,
    ParticipationDecision,
    RecordedForAbsent,
    ReviewItem,
    RuleEdition,
    RulesRelease,
    RuleText,
    Verification,
    Waiver,
    Wbs,
    WbsTask,
)
from authorizations.rules import newest
from authorizations.vocabulary import (
    CaseKind,
    Channel,
    ClashKind,
    ContactFunction,
    DesignationStep,
    JobStatus,
    ListingRole,
    NoticeRecipient,
    PackageLocation,
    RulePart,
    RunStatus,
    SecurityLevel,
    Severity,
    Turn,
    WbsKind,
)
from tests.audit_log.entries import entered
from tests.lifecycle.documents import furnish
from tests.web.register.records import make_correction

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


DAY = date(2026, 11, 1)


def organization(number: int, kind: str = OrganizationKind.AGENCY) -> Organization:
    return Organization.objects.create(kind=kind, name=f"{kind} {number}")


def offering(number: int) -> Offering:
    provider = organization(number, OrganizationKind.PROVIDER)
    return Offering.objects.create(name=f"Offering {number}", provider=provider)


def user(number: int) -> User:
    return User.objects.create(email=f"person{number}@example.gov", name=f"Person {number}")


def system(number: int) -> AgencySystem:
    low = SecurityLevel.LOW
    return AgencySystem.objects.create(
        agency=organization(number), name=f"System {number}", confidentiality=low, integrity=low, availability=low
    )


def agency_list(agency: Organization, by: User) -> AgencyList:
    """A list with one row that waits for a decision."""
    named = {"file_name": "atos.xlsx", "sha256": "0" * 64, "sheet": "ATOs", "heading_row": 1}
    made: AgencyList = AgencyList.objects.create(agency=agency, brought_by=by, brought_at=NOW, **named)
    AgencyListRow.objects.create(agency_list=made, number=1, state="waiting", agency=agency)
    return made


def ato(number: int) -> Ato:
    of = system(number)
    return Ato.objects.create(agency=of.agency, system=of, offering=offering(number), listing_role=ListingRole.INITIAL)


def registration(record: Ato) -> dict[str, Any]:
    """What a lead types to register a second ATO beside a record: of its agency, system and offering, as reuse."""
    official = User.objects.get_or_create(email="official@agency.example", name="Odile Official")[0]
    at_agency = {"organization": record.agency, "role": Role.AUTHORIZING_OFFICIAL, "started_on": date(2020, 1, 1)}
    Membership.objects.get_or_create(user=official, **at_agency)
    assert record.system
    return {
        "agency": record.agency.public_id,
        "system": record.system.public_id,
        "offering": record.offering.public_id,
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": "2026-11-02",
        "letter": "Letter 3",
        "authorizing_official": official.public_id,
        "why": "Signed on paper.",
    }


def case(number: int, **facts: Any) -> Case:
    """An initial case that waits in the PMO's review, unclaimed; facts are columns."""
    of = system(number)
    given = {
        "kind": CaseKind.INITIAL,
        "stage": InitialStage.PMO_REVIEW,
        "agency": of.agency,
        "system": of,
        "offering": offering(number),
        "release": newest().id,
        "waits_on": Turn.PMO,
        **dict.fromkeys(("opened_at", "stage_since", "waits_since", "shared_at", "received_at"), NOW),
    }
    made: Case = furnish(Case.objects.create(**{**given, **facts}))
    return made


def contact(number: int) -> Contact:
    function = ContactFunction.APPROVER
    return Contact.objects.create(
        organization=organization(number), name="Cal", email="cal@example.gov", function=function, user=user(number)
    )


def package(number: int) -> Package:
    return Package.objects.create(offering=offering(number), location=PackageLocation.CONNECT)


def run(number: int) -> ImportRun:
    return ImportRun.objects.create(
        feed_version="marketplace-v2",
        file_name="feed.json",
        sha256="0" * 64,
        size=1,
        feed_as_of=DAY,
        status=RunStatus.APPLIED,
        started_at=NOW,
        actor=user(number),
    )


def edition(number: int) -> RuleEdition:
    facts = {"title": "Rules", "updated_on": DAY, "sha256": "0" * 64, "imported_at": NOW}
    return RuleEdition.objects.create(version=f"2026.{number}", imported_by=user(number), **facts)


def event(number: int) -> Event:
    facts = {"verb": "offering.added", "subject_type": "offering", "subject_id": number}
    return entered(Event(at=NOW, recorded_at=NOW, actor=user(number), **facts))


def message(number: int) -> Message:
    of = event(number)
    return Message.objects.create(
        event=of, recipient=of.actor, subject="NoticeRecipient", body="NoticeRecipient", created_at=NOW
    )


def bounce(number: int) -> Bounce:
    return Bounce.objects.create(address=f"away{number}@elsewhere.example", reason="No such mailbox.")


def membership(number: int) -> Membership:
    return Membership.objects.create(user=user(number), organization=organization(number), role=Role.AGENCY_VIEWER)


def access(number: int) -> PackageAccess:
    asker = contact(number)
    return PackageAccess.objects.create(person=asker, agency=asker.organization, package=package(number), asked_on=DAY)


def leverage(number: int) -> Leverage:
    return Leverage.objects.create(offering=offering(number), underlying=offering(number + 10_000))


def wbs(number: int) -> Wbs:
    return Wbs.objects.create(
        case=case(number),
        file_name="Plan.xlsx",
        sha256="0" * 64,
        sheet="WBS",
        imported_by=user(number),
        imported_at=NOW,
    )


def version(n: int) -> DocumentVersion:
    """A version of a document that everyone saw, and that was withdrawn."""
    return DocumentVersion.objects.create(
        document=Document.objects.create(case=case(n), key="wbs"),
        number=1,
        location="The project's folder",
        side=Turn.AGENCY,
        organization=organization(n + 10_000),
        added_by=user(n),
        added_at=NOW,
        shared_at=NOW,
        withdrawn_at=NOW,
        withdrawn_by=user(n + 10_000),
        withdrawn_reason="Of another case.",
    )


MAKE: dict[str, Callable[[int], models.Model]] = {
    "organization": lambda n: Organization.objects.create(
        kind=OrganizationKind.AGENCY, name=f"Bureau {n}", parent=organization(n)
    ),
    "alias": lambda n: Alias.objects.create(organization=organization(n), name=f"Alias {n}"),
    "feedid": lambda n: FeedId.objects.create(
        organization=organization(n), feed=FeedList.AGENCIES, feed_id=f"A{n}", name=f"Agency {n}", valid_from=DAY
    ),
    "user": lambda n: membership(n).user,
    "membership": membership,
    "accesstoken": lambda n: AccessToken.objects.create(
        user=user(n), name=f"Token {n}", digest=f"{n:064}", created_at=NOW, expires_on=DAY
    ),
    "calendarfeed": lambda n: CalendarFeed.objects.create(owner=user(n), digest=f"{n:064}", created_at=NOW),
    "invitation": lambda n: Invitation.objects.create(
        organization=organization(n),
        email=f"invited{n}@example.gov",
        role=Role.AGENCY_VIEWER,
        invited_by=user(n),
        digest=f"{n:064}",
        sent_at=NOW,
        expires_at=NOW,
        ended_at=NOW,
        answer=InvitationAnswer.ACCEPTED,
        accepted_by=user(n + 10_000),
    ),
    "joinrequest": lambda n: JoinRequest.objects.create(
        organization=organization(n), email=f"asks{n}@example.gov", name=f"Asker {n}", asked_at=NOW
    ),
    "delegation": lambda n: Delegation.objects.create(
        membership=membership(n),
        role=Role.AGENCY_VIEWER,
        deputy=user(n + 10_000),
        starts_on=DAY,
        ends_on=DAY,
        reason="On leave.",
        set_by=user(n + 20_000),
        set_at=NOW,
    ),
    "offering": offering,
    "leverage": leverage,
    "designationevent": lambda n: DesignationEvent.objects.create(
        offering=offering(n), step=DesignationStep.READY, effective_on=DAY, recorded_at=NOW, import_run=run(n)
    ),
    "packageoverview": lambda n: PackageOverview.objects.create(offering=offering(n), import_run=run(n)),
    "agencysystem": system,
    "ato": ato,
    "condition": lambda n: Condition.objects.create(ato=ato(n), text="Do it", owner=organization(n)),
    "notice": lambda n: Notice.objects.create(
        ato=ato(n), recipient=NoticeRecipient.FEDRAMP, notified_on=DAY, channel=Channel.FORM, reference=f"Form {n}"
    ),
    "case": case,
    "cosigner": lambda n: CoSigner.objects.create(case=case(n), agency=organization(n), named_at=NOW),
    "differencedecision": lambda n: DifferenceDecision.objects.create(
        ato=ato(n),
        agency=organization(n + 30_000),
        record_class="differs",
        reason="ask_fedramp",
        decided_by=user(n),
        decided_at=NOW,
    ),
    "agencylist": lambda n: agency_list(organization(n), user(n)),
    "recordedforabsent": lambda n: RecordedForAbsent.objects.create(
        case=case(n), side="pmo", step="record", revision=n, recorded_by=user(n), recorded_at=NOW
    ),
    "waiver": lambda n: Waiver.objects.create(
        case=case(n),
        gate="sar_debrief_held",
        reason="Held by telephone.",
        until=DAY,
        granted_by=user(n),
        granted_at=NOW,
    ),
    "wbs": wbs,
    "wbstask": lambda n: WbsTask.objects.create(wbs=wbs(n), number="1.1", title="Write", kind=WbsKind.TASK, row=n),
    "finding": lambda n: Finding.objects.create(
        case=case(n),
        side=Turn.PMO,
        owed_by=Turn.PROVIDER,
        severity=Severity.MAJOR,
        text=f"Item {n} is missing.",
        fact="package_uploaded_on",
        drafted_by=user(n),
        drafted_at=NOW,
        step="return_package",
        sent_at=NOW,
    ),
    "comment": lambda n: Comment.objects.create(
        case=case(n),
        side=OrganizationKind.PMO,
        organization=organization(n),
        is_shared=True,
        author=user(n),
        acted_for=user(n + 10_000),
        text="Received.",
        made_at=NOW,
    ),
    "document": lambda n: version(n).document,
    "documentversion": lambda n: version(n),
    "filecheck": lambda n: FileCheck.objects.create(asked_at=NOW, status="failed", failure="So.", files=n, versions=n),
    "contact": contact,
    "package": package,
    "packageaccess": access,
    "importrun": run,
    "importissue": lambda n: ImportIssue.objects.create(run=run(n), table="Products", kind="odd", sentence="Odd."),
    "correction": lambda n: make_correction(organization(n), user(n)),
    "reviewitem": lambda n: ReviewItem.objects.create(
        run=run(n),
        table="Agencies",
        record_id=str(n),
        clash=ClashKind.NAME_CHANGED,
        sentence="A clash.",
        organization=organization(n),
        offering=offering(n),
        opened_at=NOW,
    ),
    "rulesrelease": lambda n: RulesRelease.objects.create(
        name=f"release-{n}", title=f"Release {n}", document="{}", sha256="0" * 64, imported_by=user(n), imported_at=NOW
    ),
    "foundfeed": lambda n: FoundFeed.objects.create(
        sha256=f"{n:064}", file_name=f"feed-{n}.json", outcome="waits", sentence="It waits.", found_at=NOW
    ),
    "feedlimit": lambda n: FeedLimit.objects.create(most_changes=n, reason="As agreed.", set_by=user(n), set_at=NOW),
    "participationdecision": lambda n: ParticipationDecision.objects.create(
        participation="one_agency", reason="We begin alone.", set_by=user(n), set_at=NOW
    ),
    "localvalue": lambda n: LocalValue.objects.create(
        name="letter_days", number=10, reason="As agreed.", set_by=user(n), set_at=NOW
    ),
    "officeclosure": lambda n: OfficeClosure.objects.create(
        day=date(2026, 12, 1) + timedelta(days=n), reason="Storm.", reference="Order 1", added_by=user(n), added_at=NOW
    ),
    "deliverable": lambda n: Deliverable.objects.create(
        offering=offering(n),
        duty="N01",
        period=date(2026, 11, 2),
        delivered_on=date(2026, 11, 2),
        reference="Folder 7",
        recorded_by=user(n),
        recorded_at=NOW,
    ),
    "ruleedition": edition,
    "ruletext": lambda n: RuleText.objects.create(
        edition=edition(n),
        rule_id="AGU-USE-CLA",
        part=RulePart.RULE,
        chapter="Agency use",
        title=f"Rule {n}",
        force="MUST",
        binds="Agencies",
        text="Agencies MUST.",
    ),
    "event": event,
    "verification": lambda n: Verification.objects.create(
        asked_by=user(n), asked_at=NOW, status=JobStatus.FAILED, failure="It stopped."
    ),
    "bounce": bounce,
    "message": message,
}
