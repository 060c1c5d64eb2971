"""A long audit log for the benchmark, made in bulk in a scratch database, and what searching and verifying it takes."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.audit_log.append import append
from authorizations.audit_log.verify import verify
from authorizations.models import AuditLogHead, Event, Offering
from authorizations.vocabulary import AuditLog
from benchmarks.timing import Visitor, gunicorn, session_of

ENTRIES = 1_000_000
ROUNDS = 20
MOST_SECONDS = 1.0
BATCH = 5_000
DAYS = 1500
# As often as in a portal of some years: what imports did, what people did, and who came.
ACTS = ("offering.imported",) * 40 + ("offering.corrected",) * 20 + tuple(f"offering.step_{n}" for n in range(40))
COMINGS = ("session.started",) * 60 + ("session.ended",) * 30 + ("list.exported",) * 9 + ("access.refused",)


def fill(number: int, write: Callable[[str], object]) -> None:
    """Adds entries until there are so many: a third are security events, one person in sixty did a tenth of all."""
    chance = random.Random(11)  # noqa: S311  # nothing secret
    people = [User(email=f"bench{n}@bench.example", name=f"Person {n:03}") for n in range(60)]
    User.objects.bulk_create(people)
    missing = number - Event.objects.count()
    entries = _entries(missing, people, list(Offering.objects.values_list("pk", flat=True)), chance)
    began = time.perf_counter()
    while some := list(islice(entries, BATCH)):
        with transaction.atomic():
            append(some)
    if connection.vendor == "postgresql":
        # It does so by itself some minutes after so many inserts.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    write(f"{connection.vendor}: {missing:,} entries added in {time.perf_counter() - began:.0f} s")


def _entries(number: int, people: list[User], offerings: list[int], chance: random.Random) -> Iterator[Event]:
    began = timezone.now() - timedelta(days=DAYS)
    for place in range(number):
        at = began + timedelta(days=DAYS * place / number)
        person = people[0] if chance.random() < 0.1 else chance.choice(people)
        is_coming = chance.random() < 1 / 3
        yield Event(
            audit_log=AuditLog.SECURITY if is_coming else AuditLog.ACTS,
            at=at,
            recorded_at=at,
            actor=person,
            verb=chance.choice(COMINGS if is_coming else ACTS),
            subject_type="user" if is_coming else "offering",
            subject_id=person.pk if is_coming else chance.choice(offerings),
            changes={} if is_coming else {"name": ["Before", "After"], "revision": [1, 2]},
            reason="" if place % 3 else "Something was corrected.",
        )


def searches() -> Iterator[tuple[str, dict[str, str]]]:
    """What is asked for: each way alone, all of them together, and what hardly anything or nothing fits."""
    common, rare = (User.objects.get(email=f"bench{n}@bench.example").public_id for n in (0, 59))
    offering = Offering.objects.order_by("pk")[0].public_id
    middle = (timezone.now() - timedelta(days=DAYS // 2)).date()
    days = {"since": f"{middle}", "until": f"{middle + timedelta(days=30)}"}
    yield "newest", {}
    yield "audit_log", {"audit_log": "security"}
    yield "person", {"person": common}
    yield "record", {"about": offering}
    yield "act", {"verb": "offering.corrected"}
    yield "rare act", {"verb": "access.refused"}
    yield "month", days
    yield "person and act", {"person": rare, "verb": "offering.step_7"}
    yield "person and record", {"person": common, "about": offering}
    yield "act and record", {"verb": "offering.step_7", "about": offering}
    yield "person and log", {"person": rare, "audit_log": "security"}
    yield "act, month", {"verb": "offering.step_7", **days}
    yield "person, month", {"person": rare, **days}
    yield (
        "all together",
        {"audit_log": "acts", "person": common, "about": offering, "verb": "offering.corrected", **days},
    )
    yield "nothing fits", {"audit_log": "acts", "person": common, "verb": "session.started"}
    yield "by words", {"who": "Person 059"}


def run_audit_log_bench(entries: int, rounds: int, write: Callable[[str], object]) -> bool:
    """Fills, times every search as the auditor and as a lead of the PMO, and verifies; whether one took too long."""
    fill(entries, write)
    is_slow = False
    with gunicorn() as port:
        for role in (Role.AUDITOR, Role.PMO_LEAD):
            user = User.objects.filter(memberships__role=role).order_by("pk")[0]
            visitor = Visitor(port, session_of(user))
            for _ in range(10):
                # Each process of the server reads its code with its first page.
                visitor.get("/audit-log/")
            for name, query in searches():
                took = sorted(visitor.get(f"/audit-log/?{urlencode(query)}")[0] / 1000 for _ in range(rounds))
                slow = took[-1] > MOST_SECONDS
                is_slow |= slow
                verdict = "  TOO SLOW" if slow else ""
                write(f"{role:<10} {name:<18} median {took[rounds // 2]:.3f} s, worst {took[-1]:.3f} s{verdict}")
    began = time.perf_counter()
    result = verify()
    write(f"verified {result.checked:,} entries in {time.perf_counter() - began:.0f} s: {result.findings or 'whole'}")
    ends = ", ".join(f"{head.audit_log} {head.position:,}" for head in AuditLogHead.objects.order_by("audit_log"))
    write(f"the logs end at {ends}")
    return is_slow
