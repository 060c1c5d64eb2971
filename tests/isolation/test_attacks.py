"""What an attacker tries: days at the ends of the calendar, the form of another, records of others by their id."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from authorizations.actions.cases.cases import open_case, recordable
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.lifecycle.step import FactKind
from authorizations.models import Case, Offering
from tests.cast import Cast
from tests.isolation.fetching import signed_in
from tests.lifecycle.cases import make_case, make_contact, make_system, record
from tests.lifecycle.world import NOW

pytestmark = [pytest.mark.pages, pytest.mark.slow]

PEOPLE = ("liaison", "csp_lead", "assessor_lead", "pmo_lead")


@pytest.mark.parametrize("day", [date.min, date.max], ids=str)
@pytest.mark.parametrize(
    ("kind", "stage"), [("initial", "planning"), ("initial", "ato_issued"), ("reuse", "access_granted")]
)
def test_the_first_and_the_last_day_of_the_calendar_break_no_page(
    onlookers: Cast, kind: str, stage: str, day: date
) -> None:
    cast = onlookers
    case = make_case(cast, kind, stage)
    for who in PEOPLE:
        user = cast.people[who]
        mine = Case.objects.get(pk=case.pk)
        for fact in recordable(mine, mine.parties_of(user)):
            if fact.kind is FactKind.DATE:
                try:
                    record(case, user, reason="Because.", **{fact.name: day})
                except (NotReady, Blocked):
                    continue
    for who in PEOPLE:
        client = signed_in(cast.people[who])
        for address in (
            case.get_absolute_url(),
            reverse("case_facts", args=[case.public_id]),
            reverse("api_case", args=[case.public_id]),
        ):
            assert client.get(address).status_code in {200, 403, 404}, (who, address)


def test_the_key_of_another_persons_form_leads_nobody_to_what_it_opened(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    given: dict[str, Any] = {"now": NOW, "offering": certified, "idempotency_key": "k" * 32, "intended_use": "Berths."}
    open_case("reuse", actor=cast.liaison, agency=cast.organizations["harbors"], **given)
    with pytest.raises(NoLongerPossible) as refused:
        open_case("reuse", actor=cast.stranger_agency, agency=cast.organizations["meadows"], **given)
    assert not hasattr(refused.value, "case")


def test_records_of_another_agency_are_refused_in_the_words_for_records_that_do_not_exist(
    onlookers: Cast, certified: Offering
) -> None:
    cast = onlookers
    case = open_case(
        "reuse",
        actor=cast.stranger_agency,
        now=NOW,
        offering=certified,
        agency=cast.organizations["meadows"],
        intended_use="Hay.",
    )
    client, harbors = signed_in(cast.stranger_agency), cast.organizations["harbors"]
    contact = make_contact(harbors, "Ama Approver", "approver")
    for name, record_of_harbors in (
        ("system", make_system(cast)),
        ("access_person", contact),
        ("access_approver", contact),
    ):
        said = [
            client.post(
                reverse("api_case_step", args=[case.public_id, "request_access"]),
                {"revision": case.revision, "facts": {name: public_id}},
                content_type="application/json",
            )
            for public_id in (record_of_harbors.public_id, "2" * 14)
        ]
        assert said[0].status_code == said[1].status_code == 409
        assert said[0].json() == said[1].json()
