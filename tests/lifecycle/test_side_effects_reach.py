"""What follows from a step reaches its own records alone: those beside them stay as they are."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import models

from authorizations.models import Ato, Case, Notice, PackageAccess
from tests.actions.register.accesses import make_contact, make_package
from tests.cast import Cast
from tests.lifecycle.cases import RECORDS, make_case, make_offering, press
from tests.lifecycle.test_case_adopting import adopt
from tests.lifecycle.test_side_effects import take, verbs_of
from tests.lifecycle.world import DAY, NOW, make_ato, make_system
from tests.lifecycle.world import take as take_of_an_ato
from tests.web.register.records import make_atos

LATER = date(2026, 11, 23)


def as_they_stand(records: Iterable[models.Model]) -> list[dict[str, Any]]:
    """Every column of these records as the database has them now."""
    return [type(each)._base_manager.filter(pk=each.pk).values().get() for each in records]


def atos_beside(cast: Cast, ato_of: Any) -> list[Ato]:
    """ATOs that are not the offering's live initial one: of another offering, of reuse, and ended."""
    meadows, other = cast.organizations["meadows"], make_offering(cast, name="Beside")
    # Signed later than all others, so that anyone who takes the newest takes one of these.
    given = {"signed_on": LATER, "logged_on": None}
    return [
        *make_atos(other, meadows, 1, listing_role="initial", **given),
        *make_atos(ato_of, meadows, 1, listing_role="reuse", **given),
        *make_atos(ato_of, meadows, 1, listing_role="initial", stage="revoked", **given),
    ]


def test_a_decision_takes_the_initial_role_from_the_live_initial_ato_of_the_offering_alone(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    beside = atos_beside(cast, case.offering)
    before = as_they_stand(beside)
    take(case, "issue_ato", cast, "official")
    assert as_they_stand(beside) == before


def test_a_second_decision_leaves_the_role_of_the_first_as_it_was_signed(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    first = Ato.objects.get(pk=case.ato_id)
    case = take(take(case, "send_back", cast, "pmo_lead"), "recommend", cast, "reviewer")
    take(case, "issue_ato", cast, "official")
    now = Ato.objects.get(pk=first.pk)
    assert (now.stage, now.listing_role, now.revision) == ("superseded", "initial", first.revision + 1)
    assert "ato.became_reuse" not in verbs_of(first)


def test_an_alternate_agency_supersedes_the_live_initial_ato_of_the_offering_alone(cast: Cast) -> None:
    former = make_ato(cast, listing_role="initial")
    ato = make_ato(cast, offering=former.offering, system=make_system(cast, name="Fog Signals"))
    beside = atos_beside(cast, former.offering)
    before = as_they_stand(beside)
    take_of_an_ato(ato, "alternate_agency", cast.pmo_lead)
    assert as_they_stand(beside) == before


def test_a_decision_that_is_revised_rescinds_no_other_ato_and_none_that_has_ended(cast: Cast) -> None:
    case = make_case(cast, "reuse", "ato_issued")
    beside = atos_beside(cast, case.offering)
    before = as_they_stand(beside)
    take_of_an_ato(Ato.objects.get(pk=case.ato_id), "revoke", cast.official)
    case = take(case, "revise_decision", cast, "official")
    assert (case.stage, Ato.objects.get(pk=case.ato_id).stage) == ("risk_decision", "revoked")
    assert as_they_stand(beside) == before


def notices_beside(cast: Cast, case: Case) -> list[Notice]:
    """Notices that do not wait for the receipt of this ATO's letter, all of them newer than it."""
    other = atos_beside(cast, case.offering)[0]
    given = {"notified_on": LATER, "channel": "form", "reference": "Form 9"}
    return [
        Notice.objects.create(ato=other, recipient="fedramp", **given),
        Notice.objects.create(ato_id=case.ato_id, recipient="provider", **given),
        Notice.objects.create(ato_id=case.ato_id, recipient="fedramp", received_on=LATER, **given),
    ]


def test_a_receipt_stands_on_the_notice_of_its_letter_alone(cast: Cast) -> None:
    case = take(make_case(cast, "reuse", "ato_issued"), "report_letter", cast, "liaison")
    letter = Notice.objects.get(ato=case.ato_id)
    beside = notices_beside(cast, case)
    before = as_they_stand(beside)
    take(case, "record", cast, "pmo_reviewer", letter_received_on=date(2026, 11, 24))
    letter.refresh_from_db()
    assert letter.received_on == date(2026, 11, 24)
    assert as_they_stand(beside) == before


def test_a_receipt_that_is_older_than_the_notice_is_not_the_receipt_of_it(cast: Cast) -> None:
    case = take(make_case(cast, "reuse", "ato_issued"), "report_letter", cast, "liaison")
    take(case, "record", cast, "pmo_reviewer", letter_received_on=DAY - timedelta(days=1))
    assert Notice.objects.get(ato=case.ato_id).received_on is None


@pytest.mark.parametrize("since", [None, date(2026, 1, 9)])
def test_recording_publishes_the_ato_of_the_case_alone_and_once(cast: Cast, since: date | None) -> None:
    case = take(make_case(cast, "reuse", "ato_issued"), "report_letter", cast, "liaison")
    Ato.objects.filter(pk=case.ato_id).update(recorded_on=since)
    beside = atos_beside(cast, case.offering)
    before = as_they_stand(beside)
    take(case, "record", cast, "pmo_reviewer", logged_on=date(2026, 11, 21))
    ato = Ato.objects.get(pk=case.ato_id)
    assert (ato.recorded_on, ato.logged_on) == (since or date(2026, 11, 21), date(2026, 11, 21))
    assert as_they_stand(beside) == before


def accesses_beside(cast: Cast, case: Case) -> list[PackageAccess]:
    """Accesses of another agency, to another package, asked for, ended, and without an end."""
    harbors, package = case.agency, case.offering.package
    given: dict[str, Any] = {
        "person": make_contact(cast, "Rita"),
        "approver": make_contact(cast, "Abe"),
        "agency": harbors,
        "package": package,
        "asked_on": DAY,
        "granted_on": DAY,
        "until": date(2027, 1, 5),
    }
    changed: list[dict[str, Any]] = [
        {"agency": cast.organizations["meadows"]},
        {"package": make_package(cast)},
        {"granted_on": None, "until": None},
        {"ended_on": LATER, "ended_reason": "Left."},
        {"until": None, "permanent": True},
    ]
    return [PackageAccess.objects.create(**{**given, **each}) for each in changed]


@pytest.mark.parametrize(
    ("stage", "name", "who", "verb"),
    [
        ("access_granted", "extend_access", "pmo_reviewer", "extended"),
        ("ato_issued", "record", "pmo_reviewer", "made_permanent"),
    ],
)
def test_a_step_changes_the_open_accesses_of_its_agency_to_its_package_alone(
    cast: Cast, stage: str, name: str, who: str, verb: str
) -> None:
    case = make_case(cast, "reuse", stage)
    own = PackageAccess.objects.get()
    if name == "record":
        case = take(case, "report_letter", cast, "liaison")
    beside = accesses_beside(cast, case)
    before = as_they_stand(beside)
    take(case, name, cast, who)
    assert as_they_stand(beside) == before
    assert [each.rpartition(".")[2] for each in verbs_of(own)] == [verb, "granted"]
    assert [verbs_of(each) for each in beside] == [[]] * 5


def test_an_access_was_asked_for_on_the_day_of_the_request(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_requested")
    press(
        case,
        "grant_access",
        cast.pmo_reviewer,
        now=NOW + timedelta(days=3),
        access_granted_on=date(2026, 11, 26),
        access_until=date(2027, 1, 10),
    )
    assert PackageAccess.objects.get().asked_on == date(2026, 11, 24)


def test_an_access_of_a_case_that_was_adopted_was_asked_for_no_later_than_it_was_granted(cast: Cast) -> None:
    who = {
        name: RECORDS[words](cast)
        for name, words in (("access_person", "a contact"), ("access_approver", "an approver"))
    }
    case = adopt(cast, "reuse", "access_requested", **who)
    take(case, "grant_access", cast, "pmo_reviewer")
    assert PackageAccess.objects.get().asked_on == DAY
