"""What is read of records: one record, everything a person may see, the whole portal, each the same deadlines."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from authorizations.deadlines import Deadline, deadlines_for, deadlines_of, sweep
from authorizations.deadlines import loading as read
from authorizations.models import Ato, Case, Condition, Contact, Deliverable, Offering, PackageAccess
from tests.actions.register.accesses import granted, make_contact, make_package
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato, make_feed_row
from tests.samples import sample
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
FAR = TODAY + timedelta(days=4000)


def portal(cast: Cast) -> None:
    """A case, ATOs with a condition and deliveries, accesses, offerings and contacts."""
    make_case(cast, "initial", "ssp")
    make_case(cast, "initial", "withdrawn")
    ato = make_ato(cast)
    make_feed_row(cast, signed_on=date(2018, 3, 1), expires_on=date(2027, 1, 31))
    Condition.objects.create(ato=ato, text="Patch.", owner=cast.organizations["nimbus"], due_on=date(2027, 1, 15))
    deliver(cast, ato, "L28", TODAY)
    deliver(cast, ato.offering, "N01", TODAY)
    make_offerings(cast.organizations["stratus"], 2, designation="ready", annual_assessment="02-15")
    package = make_package(cast)
    leaver = make_contact(cast, "Lea Leaver", user=cast.viewer)
    granted(cast, package, person=leaver)
    Membership.objects.filter(user=cast.viewer).update(ended_on=date(2026, 11, 20))


def deliver(cast: Cast, record: Ato | Offering, duty: str, on: date) -> Deliverable:
    owner = {"ato": record} if isinstance(record, Ato) else {"offering": record}
    given = {"duty": duty, "period": on, "delivered_on": on, "reference": "Folder 7", **owner}
    return Deliverable.objects.create(**given, recorded_by=cast.csp_lead, recorded_at=NOW)


def of_every_record() -> list[Deadline]:
    record_types: tuple[Any, ...] = (Case, Ato, Offering, PackageAccess)
    found = [
        due for record_type in record_types for one in record_type.objects.all() for due in deadlines_of(one, TODAY)
    ]
    of_organizations = [due for one in Organization.objects.all() for due in deadlines_of(one, TODAY)]
    return found + [due for due in of_organizations if due.kind == "contact"]


def in_some_order(deadlines: list[Deadline]) -> list[Deadline]:
    return sorted(deadlines, key=str)


@pytest.mark.slow
def test_the_sweep_finds_the_open_deadlines_of_every_record(cast: Cast) -> None:
    portal(cast)
    dated = [due for due in of_every_record() if due.is_open and due.on is not None]
    assert {"L36_ato", "delisting", "condition", "L28", "N01", "L35_conversion", "L38", "L39", "ato_expiry"} <= {
        due.kind for due in dated
    }
    assert in_some_order(list(sweep(TODAY, FAR))) == in_some_order(dated)
    soon = TODAY + timedelta(days=30)
    assert in_some_order(list(sweep(TODAY, soon))) == in_some_order([due for due in dated if due.on and due.on <= soon])


@pytest.mark.slow
def test_a_batch_ends_and_the_next_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    portal(cast)
    whole = list(sweep(TODAY, FAR))
    monkeypatch.setattr(read, "BATCH", 1)
    assert list(sweep(TODAY, FAR)) == whole


@pytest.mark.slow
def test_the_auditor_sees_all_and_everyone_else_their_own(cast: Cast) -> None:
    portal(cast)
    every = in_some_order(of_every_record())
    assert in_some_order(deadlines_for(cast.auditor, TODAY)) == every
    seen = deadlines_for(cast.csp_lead, TODAY)
    assert {due.owed_by.organization for due in seen if due.owed_by.side == "provider"} == {
        cast.organizations["nimbus"].pk
    }
    assert {due.kind for due in deadlines_for(cast.stranger_csp, TODAY)} == {
        *("L35_conversion", "L35_removed"),
    }
    assert deadlines_for(cast.stranger_agency, TODAY) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "who",
    sample(
        ["liaison", "bureau_liaison", "csp_lead", "assessor_lead", "pmo_lead", "stranger_agency"],
        *("csp_lead", "stranger_agency"),
    ),
)
def test_nobody_learns_of_a_deadline_of_a_record_that_is_not_there_for_them(cast: Cast, who: str) -> None:
    portal(cast)
    user = User.objects.get(pk=getattr(cast, who).pk)
    for due in deadlines_for(user, TODAY):
        assert seen(user, due), due


def seen(user: User, due: Deadline) -> bool:
    record_types: dict[str, Any] = {
        "case": Case,
        "offering": Offering,
        "packageaccess": PackageAccess,
        "contact": Contact,
    }
    if due.subject_type == "ato":
        return bool(Ato.objects.visible_to(user).register_visible_to(user).filter(pk=due.subject_id).exists())
    if due.subject_type == "condition":
        atos = Ato.objects.visible_to(user).register_visible_to(user)
        return bool(Condition.objects.filter(ato__in=atos, pk=due.subject_id).exists())
    return bool(record_types[due.subject_type].objects.visible_to(user).filter(pk=due.subject_id).exists())


@pytest.mark.slow
def test_only_what_is_due_in_a_span_and_only_what_one_owes(cast: Cast) -> None:
    portal(cast)
    first, last = TODAY, TODAY + timedelta(days=60)
    for due in deadlines_for(cast.csp_lead, TODAY, first, last):
        assert due.on is not None
        assert first <= due.on <= last
    own = deadlines_for(cast.csp_lead, TODAY, own=True)
    assert own
    assert {due.owed_by.organization for due in own} == {cast.organizations["nimbus"].pk}
    assert [due.kind for due in deadlines_for(cast.pmo_lead, TODAY, own=True)] == ["delisting"]


def test_who_left_the_agency_and_who_is_there_still(cast: Cast) -> None:
    portal(cast)
    (access,) = PackageAccess.objects.all()
    assert [due.on for due in deadlines_of(access, TODAY) if due.kind == "L39"] == [date(2026, 11, 20)]
    Membership.objects.filter(user=cast.viewer).update(ended_on=None)
    assert [due.on for due in deadlines_of(access, TODAY) if due.kind == "L39"] == []


def test_a_withdrawn_delivery_meets_nothing(cast: Cast) -> None:
    offering = make_ato(cast, listing_role="initial").offering
    signed = deliver(cast, offering, "L13", date(2026, 1, 5))
    assert [
        due.satisfied_on for due in deadlines_of(offering, TODAY) if due.detail == "2026-01-05" and due.kind == "L13"
    ] == [date(2026, 1, 5)]
    Deliverable.objects.filter(pk=signed.pk).update(withdrawn_at=NOW)
    found = [due for due in deadlines_of(offering, TODAY) if due.detail == "2026-01-05" and due.kind == "L13"]
    assert [due.satisfied_on for due in found] == [None]


def test_what_has_no_deadlines_says_so(cast: Cast) -> None:
    with pytest.raises(TypeError, match="User has no deadlines"):
        deadlines_of(cast.csp_lead, TODAY)
