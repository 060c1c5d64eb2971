"""What is stated of a document that is here already, such as a signature: by whom, when, and who hears of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from authorizations.actions.documents.documents import state_version, withdraw_version
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.models import Case, DocumentVersion, Event, Message
from authorizations.presenters.audit_log.history import history
from authorizations.presenters.documents import parts_of, record_of
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW

LATER, SIGNED = NOW + timedelta(days=2), date(2026, 11, 25)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


def state(version: DocumentVersion, actor: Any, *words: str, **more: Any) -> DocumentVersion:
    return state_version(version.public_id, actor=actor, **{"now": LATER, "stated": words, "stated_on": SIGNED, **more})


def last_act() -> Event:
    return Event.objects.order_by("-pk")[0]


def test_a_signature_is_recorded_later_without_a_new_file(cast: Cast, case: Case) -> None:
    version = add(case, cast.csp_lead, stated=["signed_by_provider"])
    state(version, cast.liaison, "signed_by_agency")
    now = Case.objects.get(pk=case.pk).document_summary["wbs"]
    assert (now["stated"], now["number"], now["at"]) == (["signed_by_provider", "signed_by_agency"], 1, NOW.isoformat())
    assert DocumentVersion.objects.count() == 1
    event = last_act()
    assert (event.verb, event.changes["stated"], event.actor) == (
        "case.document_stated",
        [None, ["signed_by_agency"]],
        cast.liaison,
    )


def test_the_history_and_the_documents_say_who_stated_it_and_when(cast: Cast, case: Case) -> None:
    state(add(case, cast.csp_lead), cast.liaison, "signed_by_agency")
    told = history(case, cast.csp_lead)[0]
    assert (told.what, ("Signed or stated on", "25 Nov 2026") in told.facts) == (
        "Signature or statement recorded",
        True,
    )
    record, context = record_of(cast.csp_lead, Case, case.public_id)
    [shown] = [each for part in parts_of(record, context) for each in part.documents if each.key == "wbs"]
    assert shown.versions[0].stated == [f"Signed by the agency ({cast.liaison.display_name}, 25 Nov 2026)"]


@pytest.mark.parametrize(("who", "told"), [("liaison", {"csp_lead"}), ("csp_contributor", set())])
def test_the_side_that_is_at_work_hears_of_what_another_side_states(
    cast: Cast, case: Case, who: str, told: set[str]
) -> None:
    state(add(case, cast.csp_contributor), cast.people[who], "signed_by_agency")
    recipients = {message.recipient for message in Message.objects.filter(event=last_act())}
    assert recipients == {cast.people[each] for each in told}


@pytest.mark.parametrize("who", ["official", "assessor_lead", "pmo_lead", "viewer", "auditor"])
def test_who_does_not_add_the_document_states_nothing_of_it(cast: Cast, case: Case, who: str) -> None:
    version = add(case, cast.csp_lead)
    with pytest.raises(NotPermitted):
        state(version, cast.people[who], "signed_by_agency")


@pytest.mark.parametrize(
    "given",
    [{"stated": []}, {"stated": ["complete"]}, {"stated_on": date(2026, 11, 27)}, {"stated_on": date(1999, 1, 1)}],
    ids=["nothing", "of another document", "in the future", "long ago"],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, case: Case, given: dict[str, Any]) -> None:
    with pytest.raises(NotReady) as refusal:
        state(add(case, cast.csp_lead), cast.liaison, "signed_by_agency", **given)
    assert {problem.where for problem in refusal.value.problems} == set(given)


def test_nothing_is_stated_twice_nor_of_a_draft_nor_of_what_was_withdrawn(cast: Cast, case: Case) -> None:
    version = add(case, cast.csp_lead, stated=["signed_by_agency"])
    draft = add(case, cast.csp_lead, draft=True)
    gone = add(case, cast.csp_lead)
    withdraw_version(gone.public_id, actor=cast.csp_lead, now=NOW, reason="Of another case.")
    for each in (version, draft, gone):
        with pytest.raises(NoLongerPossible):
            state(each, cast.csp_lead, "signed_by_agency")
