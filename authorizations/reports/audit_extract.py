"""Audit extract: the entries of the audit log of some days, or of one person, as far as the asker may read them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.models.user import display_name
from accounts.roles import OrganizationKind
from authorizations.actions.audit_log.acting_roles import past_roles
from authorizations.audit_log.export import HOW_TO_CHECK
from authorizations.audit_log.pseudonyms import pseudonyms
from authorizations.display import address, counted, day_text
from authorizations.models import Ato, Case, Event
from authorizations.policy import Capability, may
from authorizations.presenters.audit_log.action_labels import happened
from authorizations.presenters.audit_log.subjects import Subject, SubjectLink, subjects
from authorizations.reports.audit_log_integrity import proof_of_the_record
from authorizations.reports.base import Parameter, Report, UnusableRequest
from authorizations.reports.base import day as read_day
from authorizations.reports.shared_tables import from_to
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import AuditLog

# So far back, where no first day is given.
BACK = timedelta(days=7)
AT_ONCE = 500
# The admin's page of one entry.
ONE = "admin:authorizations_event_change"
PEOPLE = ("actor", "acted_for", "decided_by")
NEEDED = (
    *("pk", "audit_log", "position", "public_id", "at", "recorded_at", "verb", "subject_type", "subject_id", "changes"),
    *("reason", "request_id", "hash", "acted_as"),
    *(f"{who}{of}" for who in PEOPLE for of in ("", "__name", "__merged_into__name")),
)
COLUMNS = (
    Column("audit_log", "Chain", "Acts and security events have a chain each."),
    Column("position", "Entry", "Its position in the chain, counted from 1 without a gap.", ColumnKind.NUMBER),
    Column("recorded", "Recorded", "When it was recorded, by the server's clock.", ColumnKind.MOMENT),
    Column("at", "Happened", "When it happened, where that was said to be earlier.", ColumnKind.MOMENT),
    Column("who", "Who", "Who acted, by the present name; the portal itself where nobody did."),
    Column("person", "Person", "A word that stays the same for the person, for readers who are to know no name."),
    Column("for_whom", "For whom", "Whose role it was, where the person acted by delegation."),
    Column("role", "Role", "The role and the organization in which the person acted then."),
    Column("decided_by", "Decided by", "Whose signed decision it was, where the person recorded it."),
    Column("what", "What", "The act in words; the page leads to all that the entry says."),
    Column("subject", "Record", "What it was done to, where it has a page that the asker may see."),
    Column("stages", "From → to", "The stage before and the stage after, where the act moved it."),
    Column("reason", "Reason", "The reason that was given."),
    Column("request", "Request", "The id of the request, as the log of the web server has it."),
    Column("hash", "Hash", "SHA-256 of the entry's text in the export of the whole record."),
)
NOTE = (
    "Entries in the order of their chains. What stays inside an agency is left out for the PMO, so that an extract has "
    "gaps; the export of the whole record has none."
)


def _person(user: User, text: str) -> User:
    found = User.objects.filter(Q(email=text.lower()) | Q(public_id=text)).first()
    if found is None:
        raise UnusableRequest("Nobody has this e-mail address.")
    return found


def _audit_log(user: User, text: str) -> str:
    if text not in AuditLog.values:
        raise UnusableRequest("Choose one of the chains.")
    return text


class AuditExtract(Report):
    name = "audit-extract"
    title = "Audit extract"
    audience = "For auditors, and for the PMO where it is asked who did what when."
    explains = "Who did what to which record, when, for whom and why: entries of the audit log, each with its hash."
    sides = frozenset({OrganizationKind.PMO})
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("since", "First day", read_day, hint=f"{BACK.days} days back where it is blank."),
        Parameter("until", "Last day", read_day, hint="By the day on which an act was recorded."),
        Parameter("person", "Person", _person, hint="E-mail address of who acted, or had somebody act or record."),
        Parameter("audit_log", "Entries", _audit_log, lambda user: list(AuditLog.choices)),
    )

    def is_for(self, user: User) -> bool:
        return super().is_for(user) and may(user.roles, Capability.SEE_AUDIT_LOG)

    def contents(self, spec: ReportSpec) -> Contents:
        found = _found(spec)
        counts = _counts(found)
        return Contents(
            self.title,
            tables=(
                Table(
                    "entries",
                    "Entries of the audit log",
                    COLUMNS,
                    lambda: _rows(spec.user, found),
                    note=NOTE,
                    empty="Nothing was recorded in these days that is asked for.",
                    group="audit_log",
                    size=lambda: counts["all"],
                    some=lambda start, stop: _rows(spec.user, found[start:stop]),
                    groups=lambda: {audit_log.label: counts[audit_log] for audit_log in AuditLog},
                ),
                *proof_of_the_record(spec.user),
            ),
            summary=tuple(_summary(spec, counts)),
            figures=(
                Figure(counts["all"], "entries", _alone(spec)),
                Figure(counts[AuditLog.ACTS], "acts", _alone(spec, AuditLog.ACTS)),
                Figure(counts[AuditLog.SECURITY], "security events", _alone(spec, AuditLog.SECURITY)),
                Figure(counts["people"], "people who acted"),
            ),
            more={"how_to_check": list(HOW_TO_CHECK)},
        )


def _alone(spec: ReportSpec, audit_log: AuditLog | None = None) -> str:
    """The page of the entries alone; where a chain is named, of that one: nothing of it where another is asked for."""
    chosen = spec.chosen.get("audit_log")
    if audit_log is not None and chosen not in (None, audit_log):
        return ""
    return AuditExtract.alone(spec, "entries", **({"audit_log": audit_log.value} if audit_log is not None else {}))


def _days(spec: ReportSpec) -> tuple[date, date | None]:
    return spec.chosen.get("since") or spec.today - BACK, spec.chosen.get("until")


def _found(spec: ReportSpec) -> QuerySet[Any]:
    rows: QuerySet[Any] = Event.objects.visible_to(spec.user).order_by("audit_log", "position")
    since, until = _days(spec)
    rows = rows.filter(recorded_at__gte=_midnight(since))
    # No day comes after the last one that there is.
    if until is not None and until < date.max:
        rows = rows.filter(recorded_at__lt=_midnight(until + timedelta(days=1)))
    if person := spec.chosen.get("person"):
        rows = rows.filter(Q(actor=person) | Q(acted_for=person) | Q(decided_by=person))
    if audit_log := spec.chosen.get("audit_log"):
        rows = rows.filter(audit_log=audit_log)
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _counts(rows: QuerySet[Any]) -> dict[str, int]:
    of_audit_logs = {audit_log.value: Count("pk", filter=Q(audit_log=audit_log)) for audit_log in AuditLog}
    found: dict[str, int] = rows.aggregate(all=Count("pk"), people=Count("actor", distinct=True), **of_audit_logs)
    return found


def _summary(spec: ReportSpec, counts: Mapping[str, int]) -> Iterator[str]:
    since, until = _days(spec)
    last = f" to {day_text(until)}" if until else ""
    person = f" of {spec.chosen['person'].name}" if "person" in spec.chosen else ""
    yield (
        f"{counted(counts['all'], 'entry', 'entries')}{person} recorded from {day_text(since)}{last}, by "
        f"{counted(counts['people'], 'person', 'people')}: {counted(counts[AuditLog.ACTS], 'act')} and "
        f"{counted(counts[AuditLog.SECURITY], 'security event')}."
    )


# --- rows ---


def _rows(user: User, entries: QuerySet[Any]) -> Iterator[Row]:
    """Batch by batch: what entries are about is looked up for each, so that nothing else is kept."""
    read = entries.values(*NEEDED).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(read, AT_ONCE)):
        named = subjects(user, ((row["subject_type"], row["subject_id"]) for row in batch))
        people = pseudonyms({row["actor"] for row in batch if row["actor"]})
        roles = _past_roles(batch)
        yield from (_row(row, named, people, roles) for row in batch)


def _past_roles(batch: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Of entries that hold no role, by their key."""
    without = [row for row in batch if row["acted_as"] is None and (row["acted_for"] or row["actor"])]
    roles = past_roles([(row["acted_for"] or row["actor"], row["recorded_at"]) for row in without])
    return {row["pk"]: role for row, role in zip(without, roles, strict=True)}


def _row(
    row: dict[str, Any], named: Mapping[Subject, SubjectLink], people: Mapping[int, str], roles: Mapping[int, str]
) -> Row:
    subject = named.get((row["subject_type"], row["subject_id"]))
    before, after = row["changes"].get("stage") or (None, None)
    late = row["at"] != row["recorded_at"]
    who, for_whom, decided_by = (_name(row, each) for each in PEOPLE)
    return (
        AuditLog(row["audit_log"]).label,
        row["position"],
        row["recorded_at"],
        row["at"] if late else None,
        who or "The portal",
        people.get(row["actor"], ""),
        for_whom,
        row["acted_as"] or roles.get(row["pk"], ""),
        decided_by,
        Link(happened(row["verb"], row["changes"]), address(ONE, row["public_id"])),
        Link(*subject) if subject else None,
        from_to(_stages().get(before, before), _stages().get(after, after)),
        row["reason"],
        row["request_id"],
        row["hash"],
    )


def _name(row: Mapping[str, Any], who: str) -> str:
    return display_name(row[f"{who}__name"], row[f"{who}__merged_into__name"]) if row[who] else ""


@cache
def _stages() -> dict[Any, str]:
    """The stages of every machine by label; those that two have in common are called the same."""
    machines: Sequence[Any] = (Ato, *Case.machines.values())
    return {stage: label for record_type in machines for stage, label in record_type.machine().stages.items()}
