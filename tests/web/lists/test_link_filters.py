"""What a link narrows a list to: each narrowing of each list leaves exactly the rows that are named here."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from authorizations.models import Case, Condition, ImportIssue, Leverage, Offering, Package, PackageAccess, ReviewItem
from authorizations.web.imports.listings import FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS
from authorizations.web.lists.registry import LISTINGS
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS
from tests.actions.register.accesses import make_case, make_contact
from tests.admin.records import MAKE
from tests.cached_rows import cached_rows
from tests.cast import Cast
from tests.web.register.records import FEED_DAY, make_atos, make_offerings

ALL = {
    each.name: each
    for each in (*LISTINGS, CONDITIONS, ACCESSES, FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS, MESSAGES)
}
BY, LATER = date(2026, 12, 31), date(2027, 1, 1)
# When February begins in US Eastern time.
MIDNIGHT, MINUTE = datetime(2026, 2, 1, 5, tzinfo=UTC), timedelta(minutes=1)
# Which agency has which offering, until when, at which stage of its ATO; whose the offerings are is below.
HELD = (
    ("harbors", "Base", BY, "active"),
    ("lighthouses", "Desk", LATER, "active"),
    ("buoys", "Strata", BY, "revoked"),
    ("meadows", "Base", None, "suspended"),
    ("meadows", "Strata", BY, "suspended"),
)


@cached_rows
def register(cast: Cast) -> list[Offering]:
    """Base carries Desk, and once carried Strata; one ATO, condition, case and access for each line above."""
    nimbus, stratus, plumb = (cast.organizations[key] for key in ("nimbus", "stratus", "plumb"))
    base, desk = (make_offerings(nimbus, 1, name=name)[0] for name in ("Base", "Desk"))
    strata = make_offerings(stratus, 1, name="Strata", assessor=plumb)[0]
    Leverage.objects.create(offering=desk, underlying=base)
    Leverage.objects.create(offering=strata, underlying=base, published_since=FEED_DAY, not_published_since=FEED_DAY)
    named = {each.name: each for each in (base, desk, strata)}
    packages = {name: Package.objects.create(offering=each, location="connect") for name, each in named.items()}
    for place, (key, name, until, stage) in enumerate(HELD):
        agency = cast.organizations[key]
        [ato] = make_atos(named[name], agency, 1, expires_on=until, stage=stage)
        met = {"met_on": FEED_DAY, "evidence": "Memo"} if stage == "revoked" else {}
        Condition.objects.create(ato=ato, text="Patch.", owner=agency, due_on=until, **met)
        case = make_case(cast, named[name], "withdrawn" if stage == "revoked" else "access_granted", agency=agency)
        opened, since = (MIDNIGHT - MINUTE, MIDNIGHT) if stage == "revoked" else (MIDNIGHT, MIDNIGHT - MINUTE)
        Case.objects.filter(pk=case.pk).update(opened_at=opened, stage_since=since)
        ended = {"ended_on": FEED_DAY, "ended_reason": "Left."} if stage == "revoked" else {}
        PackageAccess.objects.create(
            person=make_contact(cast, f"Rita {place}", key),
            approver=make_contact(cast, f"Abe {place}", key),
            agency=agency,
            package=packages[name],
            asked_on=FEED_DAY,
            granted_on=FEED_DAY,
            until=until,
            permanent=until is None,
            **ended,
        )
    return [base, desk, strata]


def line(agency: Any, offering: Any) -> str:
    return f"{agency.name.split()[-1].lower()} {offering.name}"


# A row in a few words, by the list.
WORDS: dict[str, Callable[[Any], str]] = {
    "offerings": lambda row: row.name,
    "agencies": lambda row: row.name.split()[-1].lower(),
    "atos": lambda row: line(row.agency, row.offering),
    "cases": lambda row: line(row.agency, row.offering),
    "conditions": lambda row: line(row.ato.agency, row.ato.offering),
    "accesses": lambda row: line(row.agency, row.package.offering),
}
OWN, BUREAU, OFFICE = "harbors Base", "lighthouses Desk", "office Strata"
OTHERS, LAST = "commission Base", "commission Strata"
OF_NIMBUS = {OWN, BUREAU, OTHERS}
# The list, the narrowing, its value, and what is left.
TABLE: tuple[tuple[str, str, str, set[str]], ...] = (
    ("offerings", "provider", "nimbus", {"Base", "Desk"}),
    ("offerings", "assessor", "plumb", {"Strata"}),
    ("offerings", "used_within", "lighthouses", {"Desk"}),
    ("offerings", "building_on", "Base", {"Desk"}),
    ("offerings", "carrying", "Desk", {"Base"}),
    ("offerings", "carrying", "Strata", set()),
    ("agencies", "below", "harbors", {"lighthouses", "office"}),
    ("agencies", "below", "lighthouses", {"office"}),
    ("agencies", "using", "stratus", {"commission"}),
    ("atos", "offering", "Base", {OWN, OTHERS}),
    ("atos", "building_on", "Base", {BUREAU}),
    ("atos", "agency", "harbors", {OWN}),
    ("atos", "within", "harbors", {OWN, BUREAU, OFFICE}),
    ("atos", "within", "buoys", {OFFICE}),
    ("atos", "below", "harbors", {BUREAU, OFFICE}),
    ("atos", "provider", "nimbus", OF_NIMBUS),
    ("atos", "expires_by", BY.isoformat(), {OWN, LAST}),
    ("atos", "expires_by", "no day", set()),
    ("atos", "by", "agencies", {OWN, BUREAU, OFFICE, OTHERS, LAST}),
    ("cases", "offering", "Base", {OWN, OTHERS}),
    ("cases", "agency", "harbors", {OWN}),
    ("cases", "within", "harbors", {OWN, BUREAU, OFFICE}),
    ("cases", "below", "harbors", {BUREAU, OFFICE}),
    ("cases", "provider", "nimbus", OF_NIMBUS),
    ("cases", "opened_in", "2026-01", {OFFICE}),
    ("cases", "opened_in", "2026-02", {OWN, BUREAU, OTHERS, LAST}),
    ("cases", "opened_in", "February", set()),
    # What is still open has not ended, whenever it came to its stage.
    ("cases", "ended_in", "2026-02", {OFFICE}),
    ("cases", "ended_in", "2026-01", set()),
    ("conditions", "within", "harbors", {OWN, BUREAU, OFFICE}),
    ("conditions", "due_by", BY.isoformat(), {OWN, LAST}),
    ("conditions", "provider", "nimbus", OF_NIMBUS),
    ("accesses", "within", "harbors", {OWN, BUREAU, OFFICE}),
    ("accesses", "offering", "Base", {OWN, OTHERS}),
    ("accesses", "ends_by", BY.isoformat(), {OWN, LAST}),
    ("accesses", "provider", "nimbus", OF_NIMBUS),
)


def narrowing_of(name: str, key: str) -> Any:
    return next(each for each in ALL[name].narrowings if each.key == key)


@pytest.mark.parametrize(("name", "key", "value", "left"), TABLE)
def test_a_narrowing_leaves_exactly_its_rows(cast: Cast, name: str, key: str, value: str, left: set[str]) -> None:
    offerings = {each.name: each for each in register(cast)}
    record: Any = offerings.get(value) or cast.organizations.get(value)
    said = record.public_id if record else value
    narrowing = narrowing_of(name, key)
    rows = list(ALL[name].rows(cast.auditor).filter(narrowing.conditions(cast.auditor, [said])))
    assert {WORDS[name](row) for row in rows} == left
    assert len(rows) == len(left)
    if record:
        assert narrowing.word(cast.auditor, said) == record.name


def test_several_values_mean_any_of_them(cast: Cast) -> None:
    register(cast)
    keys = [cast.organizations[key].public_id for key in ("harbors", "buoys")]
    rows = ALL["atos"].rows(cast.auditor).filter(narrowing_of("atos", "agency").conditions(cast.auditor, keys))
    assert {WORDS["atos"](row) for row in rows} == {OWN, OFFICE}


@pytest.mark.parametrize("name", [ISSUE_ROWS.name, REVIEW_ITEMS.name])
def test_what_an_import_left_is_narrowed_to_one_run_that_only_its_readers_learn_the_name_of(
    cast: Cast, name: str
) -> None:
    record_type = ImportIssue if name == ISSUE_ROWS.name else ReviewItem
    one, other = (MAKE[str(record_type._meta.model_name)](place) for place in (1, 2))
    narrowing = narrowing_of(name, "run")
    run = one.run
    left = ALL[name].rows(cast.auditor).filter(narrowing.conditions(cast.auditor, [run.public_id]))
    assert list(left.values_list("pk")) == [(one.pk,)]
    assert other.run != run
    assert narrowing.word(cast.auditor, run.public_id).startswith(run.file_name)
    assert narrowing.word(cast.viewer, run.public_id) == "none that you can see"


def test_no_narrowing_is_left_out_here() -> None:
    tried = {(name, key) for name, key, *_ in TABLE} | {(each.name, "run") for each in (ISSUE_ROWS, REVIEW_ITEMS)}
    assert {(name, each.key) for name, listing in ALL.items() for each in listing.narrowings} == tried
