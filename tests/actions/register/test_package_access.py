"""Who may open which package: granting, extending, ending, and the duty after a denial."""

from datetime import date
from typing import Any

import pytest

from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.package_access import (
    EXTENDED_BY_CASE,
    GRANTED_BY_CASE,
    ThroughCase,
    end_access,
    extend_access,
    fedramp_due,
    notify_fedramp,
)
from authorizations.actions.register.records import add_record
from authorizations.actions.steps import perform
from authorizations.lifecycle.date_arithmetic import business_days_after
from authorizations.models import Case, Event, Message, PackageAccess
from authorizations.vocabulary import PackageLocation, Turn
from tests.actions.register.accesses import DAY, NOW, TODAY, granted, make_case, make_contact, make_package
from tests.cast import PEOPLE, Cast
from tests.samples import sample
from tests.web.register.records import make_atos

CONNECT, TRUST_CENTER = PackageLocation.CONNECT, PackageLocation.TRUST_CENTER
OPENS = {CONNECT: {"pmo_lead", "pmo_reviewer"}, TRUST_CENTER: {"csp_lead"}}
# For these the access is not there at all.
STRANGERS = {"stranger_agency", "stranger_csp", "assessor_lead", "assessor_member", "bureau_liaison"}


def extend(access: PackageAccess, actor: Any, days: int = 10, **changed: Any) -> PackageAccess:
    assert access.until
    facts = {"new_end": access.until + days * DAY, "seen": access.until, **changed}
    return extend_access(access.public_id, actor=actor, now=NOW, **facts)


def end(access: PackageAccess, actor: Any, **changed: Any) -> PackageAccess:
    facts = {"ended_on": TODAY, "reason": "She left.", **changed}
    return end_access(access.public_id, actor=actor, now=NOW, **facts)


@pytest.mark.parametrize("location", [CONNECT, TRUST_CENTER])
@pytest.mark.parametrize("person", [key for key, *_ in PEOPLE])
def test_who_opens_a_package_grants_access_to_it(cast: Cast, person: str, location: str) -> None:
    package = make_package(cast, location)
    if person in OPENS[location]:
        assert granted(cast, package, actor=cast.people[person]).until == TODAY + 20 * DAY
    else:
        with pytest.raises(NotPermitted):
            granted(cast, package, actor=cast.people[person])


@pytest.mark.parametrize("location", [CONNECT, TRUST_CENTER])
@pytest.mark.parametrize("person", sample([key for key, *_ in PEOPLE], "liaison", "csp_lead", "pmo_reviewer", "viewer"))
def test_who_opens_a_package_extends_access_and_the_agencys_liaison_ends_it_too(
    cast: Cast, person: str, location: str
) -> None:
    access = granted(cast, make_package(cast, location))
    actor, seen = cast.people[person], access.until
    for verb, may in ((extend, OPENS[location]), (end, OPENS[location] | {"liaison"})):
        if person in may:
            verb(access, actor)
        else:
            with pytest.raises(PackageAccess.DoesNotExist if person in STRANGERS else NotPermitted):
                verb(access, actor)
    access = PackageAccess.objects.get(pk=access.pk)
    assert (access.until != seen) is (person in OPENS[location])
    assert (access.ended_on == TODAY) is (person in OPENS[location] | {"liaison"})


def test_a_department_ends_access_of_its_bureaus_people(cast: Cast) -> None:
    package, bureau = make_package(cast), cast.organizations["lighthouses"]
    access = granted(cast, package, agency=bureau, person=make_contact(cast, "Lee", "buoys"))
    assert end(access, cast.liaison).ended_reason == "She left."


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"granted_on": TODAY + DAY}, "granted_on"),
        ({"asked_on": TODAY}, "asked_on"),
        ({"until": TODAY - 6 * DAY}, "until"),
        ({"until": TODAY + 56 * DAY}, "until"),
        ({"until": None}, "until"),
        ({"asked_on": None}, "asked_on"),
    ],
)
def test_an_impossible_day_is_refused_at_its_field(cast: Cast, changed: dict[str, Any], where: str) -> None:
    with pytest.raises(NotReady) as refusal:
        granted(cast, make_package(cast), **changed)
    assert [problem.where for problem in refusal.value.problems] == [where]
    assert not PackageAccess.objects.exists()


def test_connect_gives_sixty_days_and_no_end_once_the_agency_has_its_ato(cast: Cast) -> None:
    package = make_package(cast)
    assert granted(cast, package, until=TODAY + 55 * DAY).until
    make_atos(package.offering, cast.organizations["harbors"], 1)
    assert granted(cast, package, until=None).permanent


def test_a_provider_sets_the_end_as_it_likes(cast: Cast) -> None:
    package = make_package(cast, TRUST_CENTER)
    assert granted(cast, package, until=None).permanent
    assert granted(cast, package, until=date(2028, 1, 1)).until == date(2028, 1, 1)


@pytest.mark.parametrize("name", ["person", "approver"])
def test_people_of_other_agencies_are_refused(cast: Cast, name: str) -> None:
    foreign = {name: make_contact(cast, "Max", "meadows")}
    with pytest.raises(NotReady, match=name.capitalize()):
        granted(cast, make_package(cast), **foreign)


def test_a_person_of_a_part_is_named_and_an_approver_of_the_department_above(cast: Cast) -> None:
    bureau = cast.organizations["lighthouses"]
    people = {"person": make_contact(cast, "Bea", "buoys"), "approver": make_contact(cast, "Dan", "harbors")}
    assert granted(cast, make_package(cast), agency=bureau, **people).agency == bureau


def test_a_person_who_has_access_gets_no_second_one(cast: Cast) -> None:
    package = make_package(cast)
    access = granted(cast, package)
    with pytest.raises(NoLongerPossible, match="already"):
        granted(cast, package, person=access.person)
    assert PackageAccess.objects.count() == 1


def test_connect_extends_by_thirty_days_at_a_time(cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    for days in (0, 31):
        with pytest.raises(NotReady, match=r"new end|extends by"):
            extend(access, cast.pmo_lead, days)
    access = extend(access, cast.pmo_lead, 30)
    assert (access.until, access.extensions) == (TODAY + 50 * DAY, 1)


def test_an_access_that_has_run_out_is_extended_from_today_on(cast: Cast) -> None:
    access = granted(cast, make_package(cast), until=TODAY - DAY)
    with pytest.raises(NotReady, match="extends by"):
        extend(access, cast.pmo_lead, new_end=TODAY + 31 * DAY)
    assert extend(access, cast.pmo_lead, new_end=TODAY + 30 * DAY).until == TODAY + 30 * DAY


def test_the_same_extension_twice_is_refused_in_words(cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    extend(access, cast.pmo_lead, 10)
    with pytest.raises(NoLongerPossible, match="changed since you opened the page"):
        extend(access, cast.pmo_lead, 10)
    assert Event.objects.filter(verb="packageaccess.extended").count() == 1


def test_an_end_needs_a_reason_and_a_day_that_has_come(cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    for changed in ({"reason": " "}, {"ended_on": TODAY + DAY}, {"ended_on": TODAY - 6 * DAY}, {"ended_on": None}):
        with pytest.raises(NotReady):
            end(access, cast.liaison, **changed)


def test_an_ended_access_is_ended_and_extended_no_more(cast: Cast) -> None:
    access = end(granted(cast, make_package(cast)), cast.liaison)
    for verb in (end, extend):
        with pytest.raises(NoLongerPossible, match="access ended on 24 Nov 2026"):
            verb(access, cast.pmo_lead)
    assert Event.objects.filter(verb="packageaccess.ended").count() == 1


@pytest.mark.parametrize("stage", GRANTED_BY_CASE)
def test_a_case_that_decides_is_never_passed_by_when_access_is_granted(cast: Cast, stage: str) -> None:
    package = make_package(cast)
    case = make_case(cast, package.offering, stage)
    with pytest.raises(ThroughCase, match="decides about access") as refusal:
        granted(cast, package)
    assert refusal.value.case == case


@pytest.mark.parametrize("stage", EXTENDED_BY_CASE)
def test_a_case_that_decides_is_never_passed_by_when_access_is_extended(cast: Cast, stage: str) -> None:
    package = make_package(cast)
    access = granted(cast, package)
    make_case(cast, package.offering, stage)
    with pytest.raises(ThroughCase, match="Take the step"):
        extend(access, cast.pmo_reviewer)


@pytest.mark.parametrize("stage", ["ato_issued", "recorded", "withdrawn", "need_defined"])
def test_where_no_case_decides_access_is_granted_and_extended_here(cast: Cast, stage: str) -> None:
    package = make_package(cast)
    make_case(cast, package.offering, stage)
    assert extend(granted(cast, package), cast.pmo_reviewer).extensions == 1


def test_a_case_of_another_agency_decides_nothing_here(cast: Cast) -> None:
    package = make_package(cast)
    make_case(cast, package.offering, "access_requested", agency=cast.organizations["lighthouses"])
    assert granted(cast, package)


def make_denial(cast: Cast, location: str = TRUST_CENTER) -> PackageAccess:
    """A denial as its case leaves it."""
    package = make_package(cast, location)
    named = {"access_person": make_contact(cast, "Rita"), "access_approver": make_contact(cast, "Abe")}
    case = make_case(cast, package.offering, "access_requested", waits_on=package.grantor, **named)
    actor = cast.csp_lead if location == TRUST_CENTER else cast.pmo_lead
    given = {"reason": "No need shown.", "access_denied_on": date(2026, 11, 20)}
    perform(Case, case.public_id, "deny_access", actor=actor, now=NOW, revision=0, **given)
    return PackageAccess.objects.get()


def test_a_provider_owes_fedramp_word_of_a_denial_within_five_business_days(cast: Cast) -> None:
    denial = make_denial(cast)
    # Thanksgiving, 26 November, does not count.
    assert fedramp_due(denial) == date(2026, 11, 30)
    told = notify_fedramp(denial.public_id, actor=cast.csp_lead, now=NOW, fedramp_notified_on=TODAY)
    assert told.fedramp_notified_on == TODAY
    with pytest.raises(NoLongerPossible, match="FedRAMP was told on 24 Nov 2026"):
        notify_fedramp(denial.public_id, actor=cast.csp_lead, now=NOW, fedramp_notified_on=TODAY)


def test_nobody_owes_fedramp_word_of_its_own_denial(cast: Cast) -> None:
    denial = make_denial(cast, CONNECT)
    assert fedramp_due(denial) is None
    with pytest.raises(NoLongerPossible):
        notify_fedramp(denial.public_id, actor=cast.pmo_lead, now=NOW, fedramp_notified_on=TODAY)


@pytest.mark.parametrize("person", ["liaison", "csp_contributor", "pmo_lead", "auditor"])
def test_the_providers_lead_alone_says_that_fedramp_was_told(cast: Cast, person: str) -> None:
    denial = make_denial(cast)
    with pytest.raises(NotPermitted):
        notify_fedramp(denial.public_id, actor=cast.people[person], now=NOW, fedramp_notified_on=TODAY)


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 30)),
        (date(2026, 7, 1), 1, date(2026, 7, 2)),
        # 4 July 2026 is a Saturday, kept on Friday.
        (date(2026, 7, 2), 1, date(2026, 7, 6)),
        # New Year's Day 2028 is a Saturday, kept on the last day of 2027.
        (date(2027, 12, 30), 1, date(2028, 1, 3)),
        (date(2026, 5, 22), 1, date(2026, 5, 26)),
        (date(2026, 10, 9), 1, date(2026, 10, 13)),
    ],
)
def test_business_days_know_weekends_and_federal_holidays(day: date, number: int, due: date) -> None:
    assert business_days_after(day, number) == due


def told(verb: str) -> set[str]:
    return {message.recipient.email.partition("@")[0] for message in Message.objects.filter(event__verb=verb)}


def test_each_act_tells_the_agencys_liaisons_the_person_and_who_opens_the_package(cast: Cast) -> None:
    person = make_contact(cast, "Rae", user=cast.reviewer)
    access = granted(cast, make_package(cast), person=person)
    extend(access, cast.pmo_lead)
    end(access, cast.liaison)
    assert told("packageaccess.granted") == {"liaison", "reviewer", "pmo_lead"}
    assert told("packageaccess.extended") == {"liaison", "reviewer", "pmo_reviewer"}
    assert told("packageaccess.ended") == {"reviewer", "pmo_lead", "pmo_reviewer"}


def test_a_providers_package_is_the_providers_news(cast: Cast) -> None:
    access = granted(cast, make_package(cast, TRUST_CENTER))
    end(access, cast.liaison)
    assert told("packageaccess.ended") == {"csp_lead"}


def test_what_a_case_does_to_an_access_is_told_with_the_case_alone(cast: Cast) -> None:
    denial = make_denial(cast)
    assert Event.objects.get(verb="packageaccess.denied").changes["case"][1] == Case.objects.get().pk
    assert denial.denied_on
    assert not Message.objects.filter(event__verb__startswith="packageaccess.").exists()


def test_the_record_holds_no_name_of_a_person(cast: Cast) -> None:
    access = granted(cast, make_package(cast))
    assert access.person.name not in str(Event.objects.get(verb="packageaccess.granted").changes)


def test_the_admin_adds_no_access_past_these_verbs(cast: Cast) -> None:
    with pytest.raises(Blocked, match="keeps its package accesses itself"):
        add_record(PackageAccess, actor=cast.pmo_lead, now=NOW, facts={})


def test_a_case_names_as_its_person_a_contact_of_its_agency_or_a_part(cast: Cast) -> None:
    case = make_case(cast, make_package(cast).offering, "need_defined", agency=cast.organizations["lighthouses"])
    people = {name: make_contact(cast, name, name) for name in ("harbors", "lighthouses", "buoys", "meadows")}
    assert set(case.options("access_person")) == {people["lighthouses"], people["buoys"]}
    assert set(case.options("access_approver")) == {people["harbors"], people["lighthouses"]}


def test_a_case_waits_on_anyone_who_opens_the_package(cast: Cast) -> None:
    for location, grantor in ((CONNECT, Turn.PMO), (TRUST_CENTER, Turn.PROVIDER)):
        offering = make_package(cast, location).offering
        assert make_case(cast, offering, "access_requested").grantor == grantor
