"""Dates that move: by a closing, another fact, another release, another local policy. The old ones stay on record."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.actions.calendar.office_closures import add_office_closure
from authorizations.actions.refusals import NotPermitted, NotReady
from authorizations.deadlines import deadlines_of
from authorizations.models import Case, Event, OfficeClosure, PackageAccess
from authorizations.models.rules import refresh_releases
from authorizations.presenters.deadlines import of_case
from tests.actions.register.accesses import make_contact, make_package
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record
from tests.lifecycle.world import NOW, make_ato
from tests.reports.contents import contents_of
from tests.rules.documents import document, imported
from tests.rules.test_local_policy import decide
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
MOURNING = date(2026, 12, 1)


def closing(cast: Cast, day: date = MOURNING, **changed: Any) -> OfficeClosure:
    said = {"actor": cast.pmo_reviewer, "reason": "Day of mourning", "reference": "Executive order 1", **changed}
    row = add_office_closure(now=NOW, day=day, **said)
    refresh_releases(at_once=True)
    return row


def denied(cast: Cast) -> PackageAccess:
    package = make_package(cast, "trust_center")
    return PackageAccess.objects.create(
        person=make_contact(cast, "Rita Reader"),
        agency=cast.organizations["harbors"],
        package=package,
        asked_on=TODAY - timedelta(days=9),
        denied_on=TODAY,
        denied_reason="No need.",
    )


def moved(record: Any) -> list[dict[str, Any]]:
    return [event.changes for event in Event.objects.about(record).filter(verb__endswith=".date_moved")]


def test_a_closing_moves_the_open_dates_across_it_and_keeps_the_old_ones(cast: Cast) -> None:
    access = denied(cast)
    assert [due.on for due in deadlines_of(access, TODAY)] == [date(2026, 12, 2)]
    closing(cast)
    assert [due.on for due in deadlines_of(access, TODAY)] == [date(2026, 12, 3)]
    assert moved(access) == [{"due N24": ["2026-12-02", "2026-12-03"]}]
    entry = Event.objects.get(verb="officeclosure.added")
    assert entry.changes["dates_moved"] == [None, 1]
    closing(cast, date(2027, 3, 3))
    assert len(moved(access)) == 1


@pytest.mark.parametrize("day", [date(2026, 12, 5), date(2026, 12, 25), date(2033, 1, 20)])
def test_a_day_that_is_no_business_day_is_no_closing(cast: Cast, day: date) -> None:
    with pytest.raises(NotReady, match="no business day"):
        closing(cast, day)


def test_the_pmo_alone_adds_closings_with_a_reason_and_an_order(cast: Cast) -> None:
    for who in (cast.liaison, cast.csp_lead, cast.auditor):
        with pytest.raises(NotPermitted):
            closing(cast, actor=who)
    with pytest.raises(NotReady) as refusal:
        closing(cast, reason=" ", reference="")
    assert [problem.where for problem in refusal.value.problems] == ["reason", "reference"]


def test_the_pmo_adds_a_closing_in_the_admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    url = reverse("admin:authorizations_officeclosure_add")
    said = {"day": "2026-12-01", "reason": "Day of mourning", "reference": "Executive order 1", "form_key": "k" * 32}
    assert client.post(url, said).status_code == 302
    assert OfficeClosure.objects.get().day == MOURNING


def test_another_day_of_a_fact_moves_what_it_anchors_and_the_history_says_so(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    before = {due.kind: due.on for due in deadlines_of(case, TODAY)}
    record(case, cast.pmo_lead, in_process_on=date(2026, 11, 2))
    assert before["L36_ato"] == date(2027, 11, 20)
    entry = Event.objects.about(case).filter(verb="case.facts_recorded").latest("pk")
    assert entry.changes["due L36_ato"] == ["2027-11-20", "2027-11-02"]
    client.force_login(cast.liaison)
    page = client.get(reverse("case_history", args=[case.public_id])).content.decode()
    assert "Due: ATO is signed, by In Process: 2 Nov 2027, before 20 Nov 2027" in page


def test_a_release_with_another_length_moves_what_follows_the_newest_one(cast: Cast) -> None:
    access = denied(cast)
    imported(document(lengths={"denial_days": [10, "CDS-UTC-AAD"]}, active_from="2026-11-20"), cast.pmo_lead)
    assert moved(access) == [{"due N24": ["2026-12-02", "2026-12-09"]}]
    assert [due.on for due in deadlines_of(access, TODAY)] == [date(2026, 12, 9)]


def test_the_conversion_of_a_ready_offering_stays_where_it_is_whatever_release_begins(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1, designation="ready", annual_assessment="09-30")[0]

    def converts() -> list[date | None]:
        return [due.on for due in deadlines_of(offering, TODAY) if due.kind == "L35_conversion"]

    assert converts() == [date(2026, 11, 17)]
    imported(document(active_from="2026-11-01"), cast.pmo_lead)
    assert converts() == [date(2026, 11, 17)]


def test_another_local_policy_moves_the_letter(cast: Cast) -> None:
    ato = make_ato(cast)
    decide(cast, 10)
    assert moved(ato) == []
    assert next(due.on for due in deadlines_of(ato, TODAY) if due.kind == "A01") == date(2026, 1, 15)
    decide(cast, 14)
    assert moved(ato) == [{"due A01": ["2026-01-15", "2026-01-19"]}]


def test_fedramps_clock_stands_still_while_the_provider_remediates(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_remediation")
    stopped = case.stage_since
    press(case, "resubmit_to_pmo", cast.csp_lead, now=NOW + timedelta(days=12), answer="Done.")
    case = Case.objects.get(pk=case.pk)
    assert case.stopped_days == (NOW + timedelta(days=12) - stopped).days
    goal = next(due for due in deadlines_of(case, TODAY + timedelta(days=12)) if due.kind == "S12")
    assert "clock stopped for 12 days" in goal.anchor


def test_no_page_counts_down_a_clock_that_stands_still(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_remediation")
    shown = of_case(cast.csp_lead, case, TODAY)
    (goal,) = [line for line in shown.lines if line.due.kind == "S12"]
    assert re.fullmatch(r"\d+ days left, clock stopped", goal.left)
    _, contents = contents_of("case-status", cast.csp_lead, NOW, case=case.public_id)
    assert goal.label not in " ".join(figure.note for figure in contents.figures)


def test_another_official_of_a_listed_case_is_told_to_fedramp(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    assert "L37" not in {due.kind for due in deadlines_of(case, TODAY)}
    record(case, cast.liaison, official_changed_on=date(2026, 11, 20))
    assert next(due.on for due in deadlines_of(Case.objects.get(pk=case.pk), TODAY) if due.kind == "L37") == date(
        2026, 12, 20
    )
