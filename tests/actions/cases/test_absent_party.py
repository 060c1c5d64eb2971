"""What a lead of the own side records from evidence for a party without people here, and what the party says later."""

import pytest

from authorizations.actions.cases.absent_party import answer_recorded
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.packages import locate_from_evidence
from authorizations.models import Case, Event, Package, RecordedForAbsent
from authorizations.presenters.audit_log.history import history
from tests.actions.cases.absent import EVIDENCE, absent, arrived
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import NOW


@pytest.fixture
def alone(cast: Cast) -> Case:
    """A case that has asked for access, of an agency that is alone here."""
    case = make_case(cast, "reuse", "access_requested")
    absent("pmo", "provider", "assessor")
    return case


def grant(case: Case, cast: Cast, who: str = "liaison", **changed: object) -> Case:
    told = {**step_facts("grant_access", cast, "reuse"), **EVIDENCE, **changed}
    return press(case, "grant_access", cast.people[who], **told)


def test_an_agency_alone_takes_a_reuse_case_to_its_end(cast: Cast, alone: Case) -> None:
    case = grant(alone, cast)
    for name, who in (
        ("start_review", "reviewer"),
        ("finish_review", "reviewer"),
        ("start_implementation", "reviewer"),
        ("submit_for_decision", "reviewer"),
        ("issue_ato", "official"),
        ("report_letter", "liaison"),
    ):
        case = press(case, name, cast.people[who], **step_facts(name, cast, "reuse"))
    case = press(case, "record", cast.liaison, **step_facts("record", cast, "reuse"), **EVIDENCE)
    assert case.stage == "recorded"
    lines = RecordedForAbsent.objects.order_by("pk").values_list("step", "side", "answer")
    assert list(lines) == [("grant_access", "pmo", ""), ("record", "pmo", "")]


def test_the_history_says_for_whom_by_whom_and_from_what(cast: Cast, alone: Case) -> None:
    grant(alone, cast)
    entry = history(alone, cast.liaison)[0]
    assert entry.who == "Recorded for FedRAMP by Lena Liaison, agency liaison of Department of Harbors"
    assert ("Evidence", "Mail 12 of Nimbus Cloud") in entry.facts
    assert Event.objects.about(alone).latest("pk").changes["recorded_for"] == [None, "pmo"]


def test_evidence_is_owed_and_the_gates_are_the_same(cast: Cast, alone: Case) -> None:
    with pytest.raises(NotReady) as refusal:
        grant(alone, cast, evidence_seen="", evidence_channel="", access_granted_on=None)
    assert {each.gate for each in refusal.value.problems} == {"evidence_seen", "evidence_channel", "access_granted_on"}


@pytest.mark.parametrize("who", ["reviewer", "official"])
def test_nobody_but_a_lead_of_the_own_side_records_it(cast: Cast, alone: Case, who: str) -> None:
    with pytest.raises(NotPermitted):
        grant(alone, cast, who)


def test_once_the_party_is_here_only_it_takes_its_rows(cast: Cast, alone: Case) -> None:
    arrived("pmo")
    with pytest.raises(NotPermitted):
        grant(alone, cast)


def test_the_party_confirms_or_disputes_what_was_recorded_and_nothing_moves(cast: Cast, alone: Case) -> None:
    case = grant(alone, cast)
    line = RecordedForAbsent.objects.get()
    arrived("pmo")
    with pytest.raises(NotReady):
        answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="disputed")
    told = "It was granted a day later."
    answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="disputed", statement=told)
    with pytest.raises(NoLongerPossible):
        answer_recorded(line.public_id, actor=cast.pmo_lead, now=NOW, answer="confirmed")
    case.refresh_from_db()
    assert (case.stage, history(case, cast.liaison)[0].reason) == ("access_granted", told)
    assert [each.what for each in history(case, cast.liaison)[:2]][1] == "Access granted"


def test_another_party_answers_nothing_for_it(cast: Cast, alone: Case) -> None:
    grant(alone, cast)
    line = RecordedForAbsent.objects.get()
    arrived("provider")
    assert not RecordedForAbsent.objects.to_answer_by(cast.csp_lead).exists()
    for who in ("csp_lead", "liaison"):
        with pytest.raises(NotPermitted):
            answer_recorded(line.public_id, actor=cast.people[who], now=NOW, answer="confirmed")


def test_the_place_of_the_package_is_recorded_from_evidence_while_its_holder_is_absent(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_requested")
    Package.objects.all().delete()
    absent("pmo")
    with pytest.raises(NotPermitted):
        locate_from_evidence(case.public_id, actor=cast.liaison, now=NOW, location="repository", **EVIDENCE)
    package = locate_from_evidence(case.public_id, actor=cast.liaison, now=NOW, location="connect", **EVIDENCE)
    assert Event.objects.about(package).get().changes["recorded_for"] == [None, "pmo"]
