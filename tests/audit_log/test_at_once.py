"""Twenty who write at once: the logs stay whole, and nothing is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.actions.audit_log.security_events import enter_tallies, note, tally
from authorizations.actions.people.people import make_token
from authorizations.actions.register.records import add_record, correct_record
from authorizations.audit_log.verify import verify
from authorizations.models import Event, Tally
from tests.audit_log.conftest import NOW
from tests.audit_log.test_security_events import LATER
from tests.cast import Cast, make_cast

THREADS, EACH = 20, 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_leave_unbroken_logs_and_lose_nothing() -> None:
    cast = make_cast()
    together = threading.Barrier(THREADS)

    def work(number: int) -> None:
        try:
            together.wait(timeout=30)
            for place in range(EACH):
                _act(cast, number, place)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    result = verify()
    assert result.findings == []
    # Half of them act on organizations; the others make a token and note a sign-in each time.
    assert result.ends == {"acts": THREADS // 2 * EACH * 2, "security": THREADS // 2 * EACH * 2}
    assert Event.objects.count() == sum(result.ends.values())


def _act(cast: Cast, number: int, place: int) -> None:
    if number % 2:
        # Making a token holds the person's row, which every act of the others names.
        make_token(actor=cast.pmo_lead, name=f"{number} {place}", expires_on=NOW.date(), read_only=True, now=NOW)
        note("session.started", actor=cast.pmo_lead, now=NOW, subject=cast.pmo_lead)
        return
    facts = {"kind": OrganizationKind.PROVIDER, "name": f"Cirrus {number} {place}"}
    made = add_record(Organization, actor=cast.pmo_lead, now=NOW, facts=facts)
    correct_record(made, actor=cast.pmo_lead, now=NOW, facts={"abbreviation": "C"}, reason="Added.")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_flood_from_many_at_once_is_counted_to_the_last() -> None:
    def knock(_: int) -> None:
        try:
            for _ in range(EACH):
                tally("access.refused", actor=None, now=NOW, subject=("case", "2" * 14))
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(knock, range(THREADS)))
    assert Tally.objects.get().count == THREADS * EACH
    assert enter_tallies(LATER) == 1
    assert Event.objects.get().changes["count"] == [None, THREADS * EACH]
