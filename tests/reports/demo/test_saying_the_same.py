"""Each case of the demo is told the same on page one, in the body, on its page and by the API."""

from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import User
from authorizations.models import Case
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.presenters.cases.your_turn import yours
from authorizations.web.home.case_rows import inbox
from tests.reports.cases.saying_the_same import say_the_same, summary_by_api

# A report, a page and an answer of the API for each case and reader.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]
READERS = ("ann@harbors.example", "paula@pmo.example", "cora@nimbus.example", "audrey@audit.example")


def the_case(offering: str, agency: str, kind: str) -> Case:
    return Case.objects.get(offering__name=offering, agency__name=agency, kind=kind)


def auditor() -> User:
    return next(each for each in User.objects.all() if "auditor" in map(str, each.roles))


def test_every_case_is_told_the_same_everywhere() -> None:
    told = 0
    for case in Case.objects.order_by("pk"):
        readers = [auditor(), *(each for each in User.objects.filter(email__in=READERS))]
        for user in readers:
            if Case.objects.visible_to(user).filter(pk=case.pk).exists():
                say_the_same(case, user)
                told += 1
    assert told > 60


def test_a_case_that_fedramp_sent_back_is_at_risk_and_says_why() -> None:
    case = the_case("Nimbus Ferry", "Department of Harbors", "initial")
    said = summary_by_api(case, User.objects.get(email="ann@harbors.example"))
    assert said["state"] == "at_risk"
    assert said["last_return"]["reason"] == "The SAR does not cover the tenant that the agency uses."
    assert said["last_return"]["is_open"]
    assert said["blocked"] == "“Recommend to the AO” comes next, once what came back is settled."


def test_a_returned_request_names_its_reason_and_the_plan_that_ends_after_the_cut_off() -> None:
    said = summary_by_api(the_case("Granite Flume", "Department of Meadows", "initial"), auditor())
    assert (said["state"], said["last_return"]["is_open"]) == ("at_risk", False)
    assert said["last_return"]["reason"] == "The proof names another service than the request."
    assert "lies after the cut-off for new Rev5 applications, 11 Jun 2027" in said["why"]


def test_a_removed_case_has_ended_and_says_who_still_owes_what() -> None:
    said = summary_by_api(the_case("Granite Flume", "Skyways Commission", "initial"), auditor())
    assert said["state"] == "ended"
    assert "“No SSP was delivered, and the warning was not answered.”" in said["why"]
    assert [(each["what"], each["who"]) for each in said["late"]] == [("Off the Marketplace", "FedRAMP")]


def test_a_case_without_the_start_of_its_assessment_is_late() -> None:
    said = summary_by_api(the_case("Copper Archive", "Skyways Commission", "initial"), auditor())
    assert said["state"] == "late"
    assert said["late"][0]["what"] == "Assessment starts, by the request"
    assert [each["what"] for each in said["coming"]] == ["Assessment starts, by In Process"]
    assert said["stage_days"] > said["usual"]["most"] >= said["usual"]["median"]


def test_remediation_that_the_provider_answered_is_handed_on() -> None:
    said = summary_by_api(the_case("Granite Silo", "Department of Meadows", "initial"), auditor())
    assert (said["last_return"]["is_open"], "not handed on since" in said["why"]) == (False, False)


def test_a_home_says_what_came_back_while_the_summary_does() -> None:
    told: Counter[bool] = Counter()
    for user in User.objects.filter(is_active=True):
        waiting = inbox(
            Case.objects.visible_to(user).filter(yours(user)), user, timezone.localdate(), {}, CacheStamp(-1, None), {}
        )
        for act in waiting.acts:
            case = Case.objects.get(public_id=act.case_url.strip("/").rpartition("/")[2])
            last = summary_by_api(case, user)["last_return"]
            is_open = bool(last and last["is_open"]) and case.came_back_by_id != user.pk
            assert bool(act.came_back) is is_open, (user, case, act.came_back)
            told[is_open] += 1
    assert min(told[True], told[False]) >= 3


def test_a_denied_access_stops_the_case_and_says_why() -> None:
    said = summary_by_api(the_case("Willow Library", "Hedgerow Survey", "reuse"), auditor())
    assert said["state"] == "stopped"
    assert said["last_return"]["reason"] == "The request names a contractor without an NDA."
    assert said["last_return"]["is_open"]
