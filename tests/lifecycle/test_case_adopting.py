"""Cases that are already under way come in at every stage that the tables name, with what each of them asks."""

from typing import Any

import pytest

from accounts.models import User
from authorizations.actions.cases.cases import adopt_case
from authorizations.actions.refusals import NotPermitted, NotReady
from authorizations.models import Ato, Case, Event, Offering
from tests.cast import Cast
from tests.lifecycle.cases import NOW, make_case, make_offering, make_system, press
from tests.lifecycle.golden.unsaved import TABLES
from tests.lifecycle.world import DAY, make_ato, take

STAGES = [(kind, stage) for kind, table in TABLES.items() for stage in table.ADOPTABLE.split()]
# Whom a case waits on that was adopted without a fact.
WAITS_ON = {
    "side_not_agreed": "agency",
    "provider_until_signed": "provider",
    "provider_or_delta_test": "provider",
    "letter_then_package": "agency",
    "letter_then_pmo": "agency",
    "agency_until_renewal_asked": "agency",
    "assessor": "provider",  # it has none
    "grantor": "pmo",
}


def adopt(cast: Cast, kind: str, stage: str, actor: User | None = None, **changed: Any) -> Case:
    given: dict[str, Any] = {
        "agency": cast.organizations["harbors"],
        "offering": changed.pop("offering", None) or make_offering(cast, kind),
        "reason": "It is under way.",
        "evidence": "Folder 12",
        "resumes_at": "package_review" if stage == "access_expired" else "",
    }
    if stage in TABLES[kind].WITH_ATO.split() and "ato" not in changed:
        given["ato"] = an_ato(cast, kind)
    return adopt_case(kind, actor=actor or cast.pmo_lead, now=NOW, stage=stage, **{**given, **changed})


def an_ato(cast: Cast, kind: str) -> dict[str, Any]:
    """What registers an ATO in the same act (A1)."""
    return {
        "system": make_system(cast),
        "listing_role": kind,
        "ato_type": "ato",
        "signed_on": DAY,
        "authorizing_official": cast.official,
        "letter": "Letter 3",
    }


def on_file(cast: Cast, offering: Offering, kind: str = "initial", **facts: Any) -> Ato:
    given = {"agency": cast.organizations["lighthouses"], "offering": offering, "listing_role": kind, **facts}
    return make_ato(cast, **given)


@pytest.mark.parametrize(("kind", "stage"), STAGES)
def test_a_case_is_adopted_at_each_stage_of_the_table(cast: Cast, kind: str, stage: str) -> None:
    case = Case.objects.get(pk=adopt(cast, kind, stage, marketplace_checked_on=DAY).pk)
    word = TABLES[kind].WAITS_ON[stage]
    assert (case.stage, case.adopted_at_stage, case.waits_on) == (stage, stage, WAITS_ON.get(word, word))
    assert case.fact_value("marketplace_checked_on") == DAY
    assert (case.ato is not None) is (stage in TABLES[kind].WITH_ATO.split())
    event = Event.objects.about(case).get()
    assert (event.verb, event.reason, event.changes["evidence"]) == (
        "case.adopt",
        "It is under way.",
        [None, "Folder 12"],
    )
    in_review = stage in {"pmo_review", "pmo_remediation"}
    assert (case.received_at is not None, case.fact_value("pmo_review_since_on") is not None) == (in_review, in_review)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage"), [("initial", "pmo_review"), ("reuse", "recorded")])
def test_from_the_decision_on_a_case_names_an_ato_of_its_agency_or_registers_it(
    cast: Cast, kind: str, stage: str
) -> None:
    offering = make_offering(cast, kind)
    bureau = {"agency": cast.organizations["lighthouses"], "offering": offering}
    ato = on_file(cast, offering, kind)
    for wrong in (None, on_file(cast, make_offering(cast, kind), "reuse")):
        with pytest.raises(NotReady, match="name the agency's ATO"):
            adopt(cast, kind, stage, ato=wrong, **bureau)
    with pytest.raises(NotReady, match="name the agency's ATO"):
        adopt(cast, kind, stage, ato=ato, offering=offering)
    assert adopt(cast, kind, stage, ato=ato, **bureau).ato == ato
    Case.objects.all().delete()
    made = adopt(cast, kind, stage)
    assert [event.verb for event in Event.objects.order_by("pk")][-2:] == ["ato.register", "case.adopt"]
    assert (made.ato.agency, made.ato.signed_on) == (made.agency, DAY)


def test_an_ended_ato_carries_no_case(cast: Cast) -> None:
    offering = make_offering(cast)
    ato = on_file(cast, offering)
    take(ato, "revoke", cast.official)
    with pytest.raises(NotReady, match="name the agency's ATO"):
        adopt(cast, "initial", "ato_issued", agency=ato.agency, offering=offering, ato=ato)


@pytest.mark.parametrize(
    ("kind", "stage", "changed", "gate"),
    [
        ("initial", "ssp", {"reason": " "}, "reason"),
        ("initial", "ssp", {"evidence": " "}, "evidence"),
        ("initial", "ssp", {"ssp_delivered_on": "soon"}, "ssp_delivered_on"),
        ("initial", "ssp", {"colour": "blue"}, "facts"),
        ("initial", "partner_lost", {}, "stage"),
        ("initial", "certified", {}, "stage"),
        ("initial", "need_defined", {}, "stage"),
        ("reuse", "withdrawn", {}, "stage"),
        ("reuse", "access_expired", {"resumes_at": ""}, "resumes_at"),
        ("reuse", "access_expired", {"resumes_at": "risk_decision"}, "resumes_at"),
    ],
)
def test_an_adoption_that_is_not_whole_is_refused(
    cast: Cast, kind: str, stage: str, changed: dict[str, Any], gate: str
) -> None:
    events = Event.objects.count()
    with pytest.raises(NotReady) as refusal:
        adopt(cast, kind, stage, **changed)
    assert {problem.gate for problem in refusal.value.problems} == {gate}
    assert (Case.objects.count(), Event.objects.count()) == (0, events)


def test_another_listed_case_stands_in_the_way_of_adopting_a_listed_one_alone(cast: Cast) -> None:
    offering = make_offering(cast)
    make_case(cast, "initial", "in_process", offering=offering)
    for stage in ("in_process", "pmo_remediation"):
        with pytest.raises(NotReady, match="Another initial case"):
            adopt(cast, "initial", stage, offering=offering)
    assert adopt(cast, "initial", "in_process_requested", offering=offering).stage == "in_process_requested"


def test_an_open_case_for_the_same_system_stands_in_the_way(cast: Cast) -> None:
    offering = make_offering(cast, "reuse")
    make_case(cast, "reuse", "access_requested", offering=offering)
    with pytest.raises(NotReady, match="has an open reuse case"):
        adopt(cast, "reuse", "gap_analysis", offering=offering, system=make_system(cast))
    other = make_system(cast, "Tide Tables")
    assert adopt(cast, "reuse", "gap_analysis", offering=offering, system=other).system == other


@pytest.mark.parametrize("kind", TABLES)
def test_a_case_is_adopted_by_whom_the_table_says(cast: Cast, kind: str) -> None:
    stage = "in_process" if kind == "initial" else "gap_analysis"
    may = {"initial": {"pmo_lead"}, "reuse": {"pmo_lead", "liaison"}}[kind]
    found = set()
    for name, who in cast.people.items():
        try:
            adopt(cast, kind, stage, who)
        except NotPermitted:
            continue
        found.add(name)
    assert found == may


@pytest.mark.parametrize(
    ("stage", "who", "shared"),
    [("need_defined", "liaison", False), ("need_defined", "pmo_lead", True), ("access_requested", "liaison", True)],
)
def test_what_the_agency_adopts_before_it_asks_for_access_stays_inside(
    cast: Cast, stage: str, who: str, *, shared: bool
) -> None:
    case = adopt(cast, "reuse", stage, cast.people[who])
    assert Case.objects.visible_to(cast.csp_lead).filter(pk=case.pk).exists() is shared


def test_an_adopted_case_goes_on_and_is_asked_the_gates_of_its_own_stage(cast: Cast) -> None:
    case = adopt(cast, "initial", "ao_decision", authorizing_official=cast.official)
    told = {"system": make_system(cast), "ato_type": "ato", "signed_on": DAY}
    assert press(case, "issue_ato", cast.official, **told).stage == "ato_issued"
    nobody = adopt(cast, "reuse", "risk_decision")
    with pytest.raises(NotReady, match="No authorizing official is named"):
        press(nobody, "return_for_work", cast.liaison, decision_signed_on=DAY, decision_letter="Memo 9")
