"""Who takes part and since when, and what becomes of the duties of those who do not: days that were counted by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from authorizations.deadlines import Deadline, DeadlineState, deadlines_of, kinds
from authorizations.deadlines.participation import Participation
from authorizations.models import Ato, Condition, Deliverable, Offering
from tests.cast import SINCE, Cast
from tests.deadlines.records import TODAY, ato, case, used
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, facts_of, make_ato, make_feed_row, make_system, take

HERE = date(2026, 11, 1)


def read() -> Participation:
    """Of all; of each by itself it is the same."""
    found = Participation.read(TODAY)
    for each in Organization.objects.all():
        alone = Participation.of((each,), TODAY)
        assert (alone.since.get(each.pk), alone.pmo) == (found.since.get(each.pk), found.pmo)
    return found


def leave(*people: User) -> None:
    Membership.objects.filter(user__in=people).update(ended_on=date(2026, 11, 25))


# --- since when, and whether at all ---


@pytest.mark.django_db
def test_an_organization_takes_part_from_its_first_member_on_with_all_below_it(cast: Cast) -> None:
    key = {name: organization.pk for name, organization in cast.organizations.items()}
    newest = User.objects.create(email="new@example.gov")
    Membership.objects.create(user=newest, organization=cast.organizations["harbors"], role="agency_viewer")
    leave(cast.bureau_liaison, cast.stranger_agency, cast.csp_lead)
    found = read()
    # The bureaus are below a department that is here; of the provider others are.
    assert {key["harbors"], key["lighthouses"], key["buoys"], key["nimbus"]} <= found.since.keys()
    assert found.since[key["buoys"]] == found.since[key["nimbus"]] == SINCE
    assert key["meadows"] not in found.since


@pytest.mark.django_db
def test_who_cannot_act_yet_or_any_more_or_reads_all_makes_nobody_take_part(cast: Cast) -> None:
    Membership.objects.filter(user=cast.stranger_agency).update(started_on=date(2026, 11, 27))
    User.objects.filter(pk=cast.stranger_csp.pk).update(is_active=False)
    leave(cast.pmo_lead, cast.pmo_reviewer)
    found = read()
    assert found.pmo is None
    assert not {cast.organizations["meadows"].pk, cast.organizations["stratus"].pk} & found.since.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "changed", "since"),
    [
        ("csp_lead", {}, date(2026, 11, 10)),
        ("pmo_lead", {}, None),  # what reached FedRAMP is no record of the provider's
        ("csp_lead", {"waived": True}, None),
        ("csp_lead", {"withdrawn_at": NOW}, None),
    ],
)
def test_who_recorded_a_delivery_takes_part_even_without_people(
    cast: Cast, by: str, changed: dict[str, Any], since: date | None
) -> None:
    offering: Offering = make_ato(cast).offering
    given = {"duty": "N01", "period": HERE, "delivered_on": HERE, "reference": "Folder 7", "by": offering.provider}
    # After four in the morning in London it is still the day before in Washington.
    at = datetime(2026, 11, 11, 4, tzinfo=UTC)
    Deliverable.objects.create(offering=offering, recorded_by=getattr(cast, by), recorded_at=at, **given | changed)
    leave(cast.csp_lead, cast.csp_contributor, cast.csp_viewer)
    assert read().since.get(offering.provider_id) == since


@pytest.mark.django_db
def test_a_bureau_with_people_takes_part_since_they_came_whatever_a_department_without_people_once_recorded(
    cast: Cast,
) -> None:
    harbors, lighthouses = cast.organizations["harbors"], cast.organizations["lighthouses"]
    offering = make_ato(cast).offering
    Deliverable.objects.create(
        offering=offering, duty="A04", period=HERE, delivered_on=HERE, reference="Folder 7", by=harbors,
        recorded_by=cast.liaison, recorded_at=datetime(2025, 3, 3, 15, tzinfo=UTC),
    )  # fmt: skip
    leave(cast.liaison, cast.reviewer, cast.official, cast.viewer)
    Membership.objects.filter(user=cast.bureau_liaison).update(started_on=HERE)
    found = read()
    assert (found.since[lighthouses.pk], found.since[harbors.pk]) == (HERE, date(2025, 3, 3))
    # Once they have left too, what the department recorded is all that there is.
    leave(cast.bureau_liaison)
    assert read().since[lighthouses.pk] == date(2025, 3, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(("ends", "since"), [(TODAY, None), (date(2026, 11, 27), SINCE)])
def test_the_day_on_which_the_last_member_leaves_is_the_first_without_people(
    cast: Cast, ends: date, since: date | None
) -> None:
    Membership.objects.filter(user=cast.stranger_agency).update(ended_on=ends)
    assert read().since.get(cast.organizations["meadows"].pk) == since


# --- what that makes of a duty ---

OPEN, LATE = DeadlineState.OPEN, DeadlineState.OVERDUE
UNKNOWN, BEFORE = DeadlineState.NOT_RECORDED, DeadlineState.BEFORE_RECORDS
# Imported, with or without anybody there since a day, claimed on a day or not, due on a day; today is 26 November 2026.
STATES = (
    ("nobody is here", None, None, "2022-03-01", UNKNOWN),
    ("nobody is here yet", None, None, "2027-01-31", OPEN),
    ("the day before the first member", HERE, None, "2026-10-31", BEFORE),
    ("the day of the first member", HERE, None, "2026-11-01", LATE),
    ("yesterday", HERE, None, "2026-11-25", LATE),
    ("today", HERE, None, "2026-11-26", OPEN),
    ("years before it was claimed", SINCE, "2026-11-20", "2022-03-01", BEFORE),
    ("the day before it was claimed", SINCE, "2026-11-20", "2026-11-19", BEFORE),
    ("the day of the claim", SINCE, "2026-11-20", "2026-11-20", LATE),
    ("claimed, and nobody is here any more", None, "2026-11-20", "2026-11-25", LATE),
    ("claimed, and nobody is here any more, before", None, "2026-11-20", "2026-11-19", BEFORE),
    ("registered by the PMO before the first member came", HERE, "2026-10-01", "2026-10-20", BEFORE),
)


@pytest.mark.parametrize(
    ("here", "claimed", "due", "state"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_a_day_that_has_passed_is_overdue_only_for_who_took_part_then(
    here: date | None, claimed: str | None, due: str, state: DeadlineState
) -> None:
    who = Participation({10: here} if here else {})
    row = ato(is_made_here=claimed is not None, registered_on=claimed, expires_on=due, signed_on="2020-01-15")
    (found,) = [each for each in kinds.compute(row, kinds.OF_ATOS, TODAY, who) if each.kind == "ato_expiry"]
    assert (found.state(TODAY), found.is_overdue(TODAY)) == (state, state is LATE)
    # What is ahead binds only those who take part.
    assert found.binds == (state is LATE or (state is OPEN and here is not None))


def test_the_terms_of_an_adopted_case_that_were_over_by_then_are_before_its_records() -> None:
    who = Participation({10: SINCE, 20: SINCE}, pmo=SINCE)
    adopted = case(adopted_at_stage="ssp", in_process_on="2025-11-01")
    states = {due.kind: due.state(TODAY) for due in kinds.compute(adopted, kinds.OF_CASES, TODAY, who) if due.on}
    # Adopted on 2 November 2026, a day after the twelve months.
    assert states["L36_ato"] is BEFORE
    own = {
        due.kind: due.state(TODAY)
        for due in kinds.compute(case(in_process_on="2025-11-01"), kinds.OF_CASES, TODAY, who)
    }
    assert own["L36_ato"] is LATE


def test_placeholders_owe_nothing_and_are_owed_nothing() -> None:
    row = ato(expires_on="2026-01-31")
    assert list(kinds.compute(row, kinds.OF_ATOS, TODAY, Participation({}, {10}))) == []
    assert {
        due.owed_by.organization for due in kinds.compute(used(), kinds.OF_OFFERINGS, TODAY, Participation({}))
    } == {20}


@pytest.mark.django_db
def test_what_placeholders_alone_use_is_owed_to_nobody(cast: Cast) -> None:
    row = make_ato(cast, listing_role="initial")
    assert "L17" in {due.kind for due in deadlines_of(row.offering, TODAY)}
    Organization.objects.filter(pk=row.agency_id).update(is_pseudo=True)
    assert "L17" not in {due.kind for due in deadlines_of(row.offering, TODAY)}
    assert deadlines_of(Ato.objects.get(pk=row.pk), TODAY) == []


# --- claiming starts the clock ---


def of_kind(kind: str, record: Ato) -> Deadline:
    return next(due for due in deadlines_of(record, TODAY) if due.kind == kind)


@pytest.mark.django_db
def test_claiming_an_old_row_asks_for_what_is_due_from_then_on(cast: Cast) -> None:
    make_system(cast)
    row = make_feed_row(cast, signed_on=date(2018, 3, 1), expires_on=date(2022, 3, 1))
    leave(cast.bureau_liaison)
    assert of_kind("ato_expiry", row).state(TODAY) is BEFORE
    facts = facts_of("claim_to_register", cast) | {"signed_on": date(2018, 3, 1)}
    take(row, "claim_to_register", cast.liaison, **facts)
    row.refresh_from_db()
    assert row.registered_on == date(2026, 11, 24)
    assert of_kind("ato_expiry", row).state(TODAY) is BEFORE
    # Signed on 1 March 2018: rounds of three years end on 1 March of 2021, 2024 and 2027.
    assert of_kind("L28", row).on == date(2027, 3, 1)


@pytest.mark.django_db
def test_a_condition_that_was_due_before_its_ato_was_registered_counts_against_nobody(cast: Cast) -> None:
    row = make_ato(cast)  # registered on 6 January 2026
    for day in (date(2026, 1, 5), date(2026, 1, 6)):
        Condition.objects.create(ato=row, text="Patch.", owner=cast.organizations["nimbus"], due_on=day)
    found = [due.state(TODAY) for due in deadlines_of(row, TODAY) if due.kind == "condition"]
    assert found == [BEFORE, LATE]


@pytest.mark.django_db
def test_an_ato_that_is_issued_here_was_followed_all_the_time(cast: Cast) -> None:
    issued = make_case(cast, "initial", "ato_issued").ato
    assert issued.registered_on is None
    assert of_kind("A01", issued).records_since == SINCE
