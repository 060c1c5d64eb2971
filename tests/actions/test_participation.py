"""Who takes part in this portal: chosen at the first start, changed by an admin with a reason."""

from io import StringIO

import pytest
from django.core.management import call_command

from authorizations.actions.refusals import Blocked, NotPermitted, NotReady
from authorizations.actions.rules.participation import set_participation
from authorizations.models import Event, ParticipationDecision, RecordedForAbsent
from authorizations.models.rules import participation, refresh_releases
from tests.actions.cases.absent import EVIDENCE
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import NOW


def decide(cast: Cast, chosen: str, who: str = "pmo_lead", reason: str = "We begin alone.") -> None:
    set_participation(actor=cast.people[who], now=NOW, chosen=chosen, reason=reason)
    refresh_releases(at_once=True)


def test_in_a_portal_of_agencies_the_pmo_only_administers(cast: Cast) -> None:
    case = make_case(cast, "reuse", "access_requested")
    told = step_facts("grant_access", cast, "reuse")
    decide(cast, "one_agency")
    for who in ("pmo_lead", "pmo_reviewer"):
        with pytest.raises(NotPermitted):
            press(case, "grant_access", cast.people[who], **told)
    press(case, "grant_access", cast.liaison, **told, **EVIDENCE)
    decide(cast, "program_office")
    assert RecordedForAbsent.objects.visible_to(cast.pmo_lead).to_answer_by(cast.pmo_lead).count() == 1
    with pytest.raises(NotPermitted):
        press(case, "extend_access", cast.liaison, **step_facts("extend_access", cast, "reuse"), **EVIDENCE)


def test_a_decision_needs_a_lead_a_reason_and_a_change(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        decide(cast, "one_agency", who="liaison")
    with pytest.raises(NotReady):
        decide(cast, "one_agency", reason=" ")
    with pytest.raises(Blocked):
        decide(cast, "program_office")
    decide(cast, "several_agencies")
    entry = Event.objects.get(verb="participationdecision.set")
    assert (entry.changes, entry.reason) == (
        {"participation": ["program_office", "several_agencies"]},
        "We begin alone.",
    )


def test_it_is_chosen_at_the_first_start(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a long enough first passphrase\n"))
    assert participation() == "program_office"
    call_command("found_pmo", "ada@example.gov", "Ada First", "--for", "one-agency", stdout=StringIO())
    decision = ParticipationDecision.objects.get()
    assert (participation(), decision.set_by.email) == ("one_agency", "ada@example.gov")
