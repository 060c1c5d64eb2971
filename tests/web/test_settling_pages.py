"""Pages on which findings are settled, with what changed since they were sent."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.actions.documents.documents import add
from tests.actions.findings.findings import again, answer, draft, fresh, resolve, returned, revision, send
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case, press, record
from tests.web.reading_pages import body_of
from tests.web.test_finding_pages import TWO, address


@pytest.mark.slow
def test_the_reviewer_sees_beside_each_finding_what_changed_since_the_return(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    version = add(case, cast.csp_lead, "ssp", location="Trust center, folder SSP", now=NOW)
    draft(case, cast.reviewer, TWO[0], version=version)
    draft(case, cast.reviewer, TWO[1])
    case = send(case, cast)
    client.force_login(cast.reviewer)
    assert body_of(client, address(case)).count("since it was sent.") == 2
    later = NOW.replace(hour=NOW.hour + 1)
    add(case, cast.csp_lead, "ssp", location="Trust center, folder SSP 2", now=later)
    record(case, cast.csp_lead, ssp_delivered_on=NOW.date().replace(day=19), now=later, reason="A slip.")
    page = body_of(client, address(case))
    assert "Trust center, folder SSP 2" in page
    assert "→ 19 Nov 2026" in page
    assert page.count("Changed since it was sent") == 2


@pytest.mark.slow
def test_what_a_step_states_again_as_it_stood_is_no_change(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    finding = draft(case, cast.reviewer, TWO[0])
    case = send(case, cast, "send_to_remediation", delta_test_wanted="yes")
    later, tested = NOW.replace(hour=NOW.hour + 1), NOW.date().replace(day=19)
    record(case, cast.assessor_lead, delta_test_done_on=tested, now=later)
    add(case, cast.assessor_lead, "delta_test", location="Trust center, folder Delta", now=later)
    answer(finding, cast.csp_lead, now=later)
    press(case, "resubmit", cast.csp_lead, answer="Mended.", delta_test_done_on=tested, now=later)
    client.force_login(cast.reviewer)
    page = body_of(client, address(case))
    assert page.count("Delta test done on: nothing → 19 Nov 2026") == 1


@pytest.mark.slow
def test_the_reviewer_settles_some_and_then_all(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    answer(one, cast.csp_lead)
    client.force_login(cast.liaison)
    settle = {"act": "settle", "revision": revision(case), "reason": ""}
    assert "Choose the findings that are settled" in client.post(address(case), settle).content.decode()
    refused = client.post(address(case), {**settle, "findings": [one.public_id, two.public_id]})
    assert refused.status_code == 409
    assert "not answered" in refused.content.decode()
    assert refused.content.decode().count(" checked") == 2
    client.post(address(case), {**settle, "findings": [one.public_id]})
    client.post(
        address(case),
        {**settle, "revision": revision(case), "findings": [two.public_id], "reason": "We had read an older one."},
    )
    assert all(finding.resolved_by == cast.liaison for finding in fresh([one, two]))
    assert "All settled" in body_of(client, address(case))


@pytest.mark.slow
def test_all_that_are_answered_are_settled_by_one_button(client: Client, cast: Cast) -> None:
    case, [one, two, three] = returned(cast, *TWO, "A third one.")
    answer(one, cast.csp_lead)
    client.force_login(cast.reviewer)
    assert "Settle all" not in body_of(client, address(case))
    answer(two, cast.csp_lead)
    assert "Settle all 2 that are answered" in body_of(client, address(case))
    client.post(address(case), {"act": "settle", "revision": revision(case), "reason": "", "all": "yes"})
    assert [finding.is_open for finding in fresh([one, two, three])] == [False, False, True]


@pytest.mark.slow
def test_two_reviewers_who_settle_at_once_settle_once(client: Client, cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    answer(one, cast.csp_lead)
    answer(two, cast.csp_lead)
    sent = {"act": "settle", "revision": revision(case), "findings": [one.public_id, two.public_id], "reason": "Fine."}
    resolve(one, cast.liaison)
    client.force_login(cast.reviewer)
    page = client.post(address(case), sent)
    assert page.status_code == 409
    assert page.context["settling"].chosen == [two.public_id]
    assert "Fine." in page.content.decode()
    assert fresh([one])[0].resolved_by == cast.liaison
    assert fresh([two])[0].is_open


@pytest.mark.slow
def test_an_answer_that_is_not_enough_is_asked_for_again(client: Client, cast: Cast) -> None:
    case, [one] = returned(cast)
    place = reverse("ask_finding_again", args=[one.public_id])
    client.force_login(cast.reviewer)
    assert client.get(place).status_code == 409
    answer(one, cast.csp_lead, "It is there.")
    assert "It is there." in body_of(client, place)
    assert "Say in a sentence why" in client.post(place, {"revision": revision(case), "reason": ""}).content.decode()
    stale = client.post(place, {"revision": 0, "reason": "The diagram lacks it."})
    assert stale.status_code == 409
    assert "The diagram lacks it." in stale.content.decode()
    client.post(place, {"revision": revision(case), "reason": "The diagram lacks it."})
    client.force_login(cast.csp_lead)
    page = body_of(client, address(case))
    assert "It is there." in page
    assert "The diagram lacks it." in page
    assert "<textarea" in page


@pytest.mark.slow
def test_rounds_and_returns_that_are_over_stay_readable(client: Client, cast: Cast) -> None:
    case, [one] = returned(cast)
    answer(one, cast.csp_lead, "First words.")
    again(one, cast.reviewer, "Not yet.")
    answer(one, cast.csp_lead, "Second words.")
    press(case, "resubmit_ssp", cast.csp_lead)
    resolve(one, cast.reviewer)
    for who in ("csp_viewer", "official", "pmo_reviewer", "assessor_member", "auditor"):
        client.force_login(cast.people[who])
        page = body_of(client, address(case))
        assert all(text in page for text in ("First words.", "Not yet.", "Second words.", "Settled by Rae Reviewer")), (
            who
        )
