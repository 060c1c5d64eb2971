"""A portal full of open deadlines, made in bulk in a scratch database, and what looking for reminders takes there."""

import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models import Case, Message, Offering, Wbs, WbsTask
from authorizations.notifications.reminders import bulk_insert
from authorizations.notifications.reminders.reminders import remind
from authorizations.rules import newest
from authorizations.vocabulary import CaseKind, MessageStatus, SkipReason, Turn, WbsKind

CASES, NOTICES = 100_000, 1_000_000
MOST_SECONDS, MOST_MEGABYTES = 60, 300
BATCH = 2_000
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 10, 15, tzinfo=timezone.get_default_timezone())
# Of each side one lead and two who act with it: three people to tell of each deadline.
SIDES = {
    OrganizationKind.AGENCY: (Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER),
    OrganizationKind.PROVIDER: (Role.CSP_LEAD, Role.CSP_CONTRIBUTOR),
}
ORGANIZATIONS = 100


class DeadlineFactory:
    """Adds cases with seven open deadlines each: four terms, the cut-off, and two tasks of the plan."""

    def __init__(self) -> None:
        self.random = random.Random(13)  # noqa: S311  # nothing secret
        self.sides = {kind: list(self._organizations(kind)) for kind in SIDES}
        self.offerings = list(self._offerings())

    def _organizations(self, kind: OrganizationKind) -> Iterator[Organization]:
        lead, work = SIDES[kind]
        for place in range(ORGANIZATIONS):
            made = Organization.objects.create(kind=kind, name=f"Bench {kind} {place:03}")
            for number, role in enumerate((lead, work, work)):
                person = User.objects.create(email=f"{kind}{place}-{number}@bench.example", name=f"Person {number}")
                Membership.objects.create(user=person, organization=made, role=role, started_on=date(2020, 1, 1))
            yield made

    def _offerings(self) -> Iterator[Offering]:
        for place, provider in enumerate(self.sides[OrganizationKind.PROVIDER] * 10):
            yield Offering.objects.create(provider=provider, name=f"Bench offering {place:04}")

    def fill(self, number: int) -> None:
        """Adds so many cases."""
        places = iter(range(number))
        while batch := list(islice(places, BATCH)):
            since = NOW - timedelta(days=1)
            cases = Case.objects.bulk_create([self._case(since) for _ in batch])
            by = User.objects.order_by("pk")[0]
            plans = Wbs.objects.bulk_create(
                Wbs(case=case, file_name="plan.xlsx", sha256="0" * 64, sheet="WBS", imported_by=by, imported_at=since)
                for case in cases
            )
            WbsTask.objects.bulk_create(self._task(plan, number) for plan in plans for number in (1, 2))

    def _case(self, since: datetime) -> Case:
        requested = TODAY - timedelta(days=self.random.randrange(400))
        listed = requested + timedelta(days=20)
        facts = {"requested_on": requested, "in_process_on": listed}
        case: Case = Case.machines[CaseKind.INITIAL](
            kind=CaseKind.INITIAL,
            stage="in_process_requested",
            agency=self.random.choice(self.sides[OrganizationKind.AGENCY]),
            offering=self.random.choice(self.offerings),
            release=newest().id,
            opened_at=since,
            stage_since=since,
            waits_since=since,
            waits_on=Turn.PMO,
            shared_at=since,
            facts={name: [day.isoformat(), None, since.isoformat()] for name, day in facts.items()},
        )
        return case

    def _task(self, plan: Wbs, number: int) -> WbsTask:
        return WbsTask(
            wbs=plan,
            row=number,
            number=f"1.{number}",
            title="Write it",
            kind=WbsKind.TASK,
            owner="CSP" if number == 1 else "Agency",
            planned_finish=TODAY + timedelta(days=self.random.randrange(-100, 300)),
        )


def fill_messages(number: int) -> None:
    """Adds notices of former years until there are so many, as a portal has that was in use for long."""
    people = list(User.objects.filter(email__endswith="@bench.example").values_list("pk", flat=True))
    places = iter(range(number - Message.objects.count()))
    long_ago = NOW - timedelta(days=400)
    while batch := list(islice(places, BATCH)):
        with transaction.atomic():
            bulk_insert.write(
                (_former(place, people[place % len(people)], long_ago) for place in batch), "deadlines", long_ago
            )


def _former(place: int, person: int, at: datetime) -> bulk_insert.BulkMessage:
    return bulk_insert.BulkMessage(
        key=f"due:S3_ato:case:{place}:2024-01-01:7:{person}",
        recipient_id=person,
        mandatory=False,
        subject_type="case",
        subject_id=place,
        subject="Due on 1 Jan 2024: ATO is signed, by the request, an offering for an agency",
        body="The agency owes it to the PMO. It is met by the ATO.",
        link="/cases/22222222222222/",
        status=MessageStatus.SKIPPED,
        skipped=SkipReason.LATE,
        not_before=at,
        read_at=None,
        digest_id=None,
    )


def _settled() -> None:
    """Has PostgreSQL count its tables, as it does by itself some minutes after so many inserts."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def timed(write: Callable[[str], object], name: str) -> bool:
    """Looks for reminders once, says what that took, and whether it was too much.

    The memory is the most that this process has held: the filling before holds less than a look.
    """
    began, busy = time.perf_counter(), time.process_time()
    number = remind(TODAY, NOW)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    is_slow = took > MOST_SECONDS or held > MOST_MEGABYTES
    cost = f"{took:.1f} s, {busy:.1f} s of them busy, {held:.0f} MB at most"
    write(f"{connection.vendor}: {name}: {number:,} written in {cost}{'  TOO MUCH' if is_slow else ''}")
    return is_slow


def run_sweep_bench(cases: int, notices: int, write: Callable[[str], object]) -> bool:
    """The first look after an import, another on the same day, and one with many messages; whether one was too much."""
    began = time.perf_counter()
    DeadlineFactory().fill(cases)
    _settled()
    write(f"{cases:,} cases with 7 open deadlines each filled in within {time.perf_counter() - began:.0f} s")
    is_slow = timed(write, "first look after an import")
    fill_messages(notices)
    _settled()
    write(f"{Message.objects.aggregate(number=models.Count('pk'))['number']:,} messages on record")
    return timed(write, "look on the same day") or is_slow
