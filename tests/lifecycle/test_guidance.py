"""The duties and tips of the process, each at its stage: ids and places written by hand from the sources' tables."""

import json
from typing import Any

import pytest

from accounts.roles import Role
from authorizations.lifecycle.guidance import (
    DOCUMENT,
    GUIDANCE,
    BadGuidance,
    GuidanceSide,
    chapters,
    ends_an_ato,
    here,
    phases,
    read,
    sides_of,
)
from authorizations.lifecycle.stages import InitialStage, ReuseStage
from authorizations.models.machines import machines_and_sources
from authorizations.rules import newest

# The stages of the sources' tables, each with the stage that stands for it here.
S1, S2, S3, S4 = "initial/partnership", "initial/planning", "initial/in_process_requested", "initial/in_process"
S5, S6, S7, S8 = "initial/ssp", "initial/sap", "initial/assessment", "initial/sar_debrief"
S9, S10, S11 = ("initial/agency_review", "initial/remediation"), "initial/ao_decision", "initial/ato_issued"
S12, S13 = ("initial/pmo_review", "initial/pmo_remediation"), "initial/certified"
S0 = ("initial/start", S1)
R0, R1 = ("reuse/start", "reuse/need_defined"), "reuse/need_defined"
R2, R4, R5 = "reuse/access_requested", "reuse/package_review", "reuse/gap_analysis"
R6, R7, R8 = "reuse/implementation", "reuse/risk_decision", "reuse/ato_issued"
R10, END = ("reuse/recorded", "ato"), "end"
EVERYWHERE = (S1, S2, S5, *S9, *S12, S13, "initial/partner_lost", R1, R2, "reuse/access_expired", R8, *R10)
Places = tuple[str | tuple[str, ...], ...]
AGENCY_TIPS: dict[str, Places] = {
    "FA01": (S0, R1),
    "FA02": (S1,),
    **{f"FA{number:02}": (S2,) for number in range(3, 14)},
    **{f"FA{number:02}": (S4,) for number in range(14, 18)},
    "FA18": (S5,),
    "FA19": (S5, S6, S7, S8, S9),
    "FA20": (S8,),
    "FA21": (S9,),
    "FA22": (S9,),
    "FA23": (S10,),
    "FA24": (S11, R8),
    "FA25": (R2,),
    "FA26": (R4,),
    "FA27": (R4,),
    "FA28": (R5,),
    "FA29": (R6,),
    "FA30": (R10,),
    "FA31": (R10,),
    "FA32": (R10,),
    "FA33": (R10,),
    "FA34": (END,),
}
CSP_TIPS: dict[str, Places] = {
    **{f"FC{number:02}": (S1,) for number in range(1, 6)},
    **{f"FC{number:02}": (S2,) for number in range(6, 10)},
    **{f"FC{number:02}": (S4,) for number in range(10, 13)},
    "FC13": (S5,),
    **{f"FC{number:02}": (S7,) for number in range(14, 18)},
    "FC18": (S8,),
    "FC19": (S9,),
    "FC20": (S11,),
    "FC21": (S12,),
    "FC22": (S12,),
    "FC23": (S13,),
    "FC24": (S13,),
    "FC25": (R10,),
    "FC26": (EVERYWHERE,),
}
A, C, B, F = GuidanceSide.AGENCY, GuidanceSide.CSP, GuidanceSide.ASSESSOR, GuidanceSide.FEDRAMP
# What is done first of all, in a word that the duty's name must hold; where; and the sides that have a part in it.
INITIAL_DUTIES: dict[str, tuple[str, Places, tuple[GuidanceSide, ...]]] = {
    "DI01": ("categorize", (S0,), (A, C, F)),
    "DI02": ("FedRAMP id", (S1,), (C, F)),
    "DI03": ("initial implementation", (S1,), (A, C, F)),
    "DI04": ("In Process listing", (S3,), (A, C, F)),
    "DI05": ("WBS", (S2, S3), (A, C, B, F)),
    "DI06": ("listing", (S3,), (A, C, F)),
    "DI07": ("repository", (S3,), (A, C, B, F)),
    "DI08": ("kickoff", (S4,), (A, C, B)),
    "DI09": ("SSP", (S5,), (A, C, B)),
    "DI10": ("responsibilities", (S5,), (A, C)),
    "DI11": ("SAP", (S6,), (A, C, B)),
    "DI12": ("Test", (S7,), (A, C, B)),
    "DI13": ("SAR", (S7,), (A, C, B)),
    "DI14": ("POA&M", (S7,), (A, C, B)),
    "DI15": ("debrief", (S8,), (A, C, B)),
    "DI16": ("deviation", (S9,), (A, C, B)),
    "DI17": ("again", (S9,), (A, C, B)),
    "DI18": ("Close", (S9[0],), (A, C, B)),
    "DI19": ("ATO", (S10,), (A, C, F)),
    "DI20": ("letter", (S11,), (A, C, F)),
    "DI21": ("checklist", (S11,), (A, C, B, F)),
    "DI22": ("Apply", (S11,), (C, F)),
    "DI23": ("review", (S11, S12[0]), (A, C, B, F)),
    "DI24": ("Mend", (S12[1],), (A, C, B, F)),
    "DI25": ("certification", (S12[0],), (A, C, B, F)),
    "DI26": ("report", (S13,), (A, C, F)),
    "DI27": ("removal", (S4, S5, S6, S7, S8, S9, S10, S11, S12), (A, C, B, F)),
}
REUSE_DUTIES: dict[str, tuple[str, Places, tuple[GuidanceSide, ...]]] = {
    "DR01": ("Categorize", (R0,), (A,)),
    "DR02": ("Marketplace", (R1,), (A, C, F)),
    "DR03": ("access", (R2,), (A, C, F)),
    "DR04": ("Refuse", (R2,), (A, C, F)),
    "DR05": ("Review", (R4,), (A, C, F)),
    "DR06": ("more", (R4, R5), (A, C, F)),
    "DR07": ("configuration", (R5, R6), (A, C)),
    "DR08": ("Assess", (R6,), (A, C)),
    "DR09": ("SSP and POA&M", (R6,), (A, C)),
    "DR10": ("ATO", (R7,), (A, C, F)),
    "DR11": ("letter", (R8,), (A, C, F)),
    "DR12": ("Record", (R8, R10[0]), (A, C, F)),
    "DR13": ("reports", (R10,), (A, C, F)),
    "DR14": ("yearly", (R10,), (A, C, B, F)),
    "DR15": ("changes", (R10,), (A, C, B, F)),
    "DR16": ("suspend", (R10, END), (A, C, F)),
    "DR17": ("concern", (R10,), (A, C, F)),
    "DR18": ("Stop", (END,), (A, C, F)),
    "DR19": ("Revoke", (R10,), (A, C, F)),
}


def flat(places: Places) -> list[str]:
    return [one for place in places for one in ((place,) if isinstance(place, str) else place)]


@pytest.mark.parametrize(("side", "tips"), [(A, AGENCY_TIPS), (C, CSP_TIPS)])
def test_every_tip_is_reached_at_its_stage_by_the_side_that_it_is_for(
    side: GuidanceSide, tips: dict[str, Places]
) -> None:
    assert [tip.id for tip in GUIDANCE.tips if tip.side is side] == list(tips)
    lost = [
        (each, place)
        for each, places in tips.items()
        for place in flat(places)
        if each not in {tip.id for tip in here(place, {side}).tips}
    ]
    assert lost == []


def test_a_side_does_not_read_the_tips_for_the_other_unless_it_is_neither() -> None:
    assert {tip.side for tip in here(S1, sides_of([Role.AGENCY_VIEWER])).tips} == {A}
    assert {tip.side for tip in here(S1, sides_of([Role.CSP_LEAD])).tips} == {C}
    for roles in ([Role.PMO_LEAD], [Role.AUDITOR], [Role.ASSESSOR_LEAD], [], [Role.CSP_LEAD, Role.AGENCY_LIAISON]):
        assert {tip.side for tip in here(S1, sides_of(roles)).tips} == {A, C}


def test_every_duty_stands_at_its_stage_with_the_sides_that_have_a_part_in_it() -> None:
    wanted = {**INITIAL_DUTIES, **REUSE_DUTIES}
    assert [duty.id for duty in GUIDANCE.duties] == list(wanted)
    for duty in GUIDANCE.duties:
        word, places, sides = wanted[duty.id]
        assert word in duty.what, duty.id
        assert tuple(side for side in GuidanceSide if side in duty.who) == sides, duty.id
        for place in flat(places):
            assert duty in here(place, {C}).duties, (duty.id, place)


def test_the_pages_leave_out_no_duty_and_no_tip() -> None:
    for kind, wanted in (("initial", INITIAL_DUTIES), ("reuse", REUSE_DUTIES)):
        told = [duty.id for _, duties in phases(kind) for duty in duties]
        assert sorted(told) == sorted(wanted)
        assert all(duties for _, duties in phases(kind))
    for side, tips in ((A, AGENCY_TIPS), (C, CSP_TIPS)):
        assert sorted(tip.id for _, found in chapters(side) for tip in found) == sorted(tips)
    assert [title for title, _ in chapters(C)] == ["Partner", "Engage the PMO", "Plan", "Navigate"]


def test_the_stages_are_those_of_the_release() -> None:
    assert set(InitialStage) == set(newest().stages["initial"])
    assert set(ReuseStage) == set(newest().stages["reuse"])


def test_the_steps_that_end_an_ato_are_known() -> None:
    found = {
        (machine.name, step.name)
        for machine, _ in machines_and_sources()
        for step in machine.steps
        if ends_an_ato(step)
    }
    assert found == {
        ("ato", "revoke"),
        ("ato", "rescind"),
        ("ato", "expire"),
        ("ato", "end_service"),
        ("ato", "alternate_agency"),
        ("initial", "revise_decision"),
        ("reuse", "revise_decision"),
    }


def broken(**changes: Any) -> str:
    """The document with something else in its first duty, or in its first tip where a tip alone has it."""
    stated = json.loads(DOCUMENT.read_text())
    one = stated["tips" if changes.keys() & {"side", "kinds"} else "duties"][0]
    one |= changes
    return json.dumps(stated)


@pytest.mark.parametrize(
    "changes",
    [
        {"at": ["initial/nowhere"]},
        {"at": []},
        {"at": ["ato"]} | {"id": "DI02"},
        {"id": "FA01"},
        {"who": {"public": "Reads."}},
        {"who": {}},
        {"who": {"agency": " "}},
        {"source": "hearsay"},
        {"what": ""},
        {"mood": "good"},
        {"side": "public"},
        {"kinds": ["maybe"]},
        {"kinds": []},
    ],
)
def test_a_document_with_a_mistake_stops_the_portal(changes: dict[str, Any]) -> None:
    with pytest.raises(BadGuidance):
        read(broken(**changes))


def test_the_document_without_a_mistake_does_not() -> None:
    assert read(broken()) == GUIDANCE
