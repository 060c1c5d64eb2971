"""Every duty and every tip in the portal where it belongs: the pages at each stage, held against tables by hand."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.lifecycle.guidance import GUIDANCE
from authorizations.lifecycle.stages import InitialStage, ReuseStage
from authorizations.models import Ato
from authorizations.models.machines import machines_and_sources
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_offering
from tests.lifecycle.test_guidance import AGENCY_TIPS, CSP_TIPS, INITIAL_DUTIES, REUSE_DUTIES, Places, flat
from tests.lifecycle.world import ready_for, take
from tests.samples import ends, first, sample
from tests.web.reading_pages import body_of

STAGES = [
    *(("initial", stage.value) for stage in InitialStage),
    *(("reuse", stage.value) for stage in ReuseStage),
]
ENDED = {
    *("removed", "withdrawn", "ato_denied", "certification_rejected", "converted", "closed_at_cutoff", "not_suitable"),
}
# Both sides' tips and all duties, by id, with the places where their sources put them; one belongs to all of a case.
EVERYWHERE: Places = (*(f"{kind}/{stage}" for kind, stage in STAGES if stage not in ENDED), "ato")
TIPS: dict[str, dict[str, Places]] = {"liaison": AGENCY_TIPS, "csp_lead": {**CSP_TIPS, "FC26": EVERYWHERE}}
# Who asks for access reads before what will be asked.
EARLIER = {"reuse/need_defined": {"FA25"}}
DUTIES: dict[str, Places] = {each: places for each, (_, places, _) in {**INITIAL_DUTIES, **REUSE_DUTIES}.items()}
# A duty may be at more stages than its own: where it is prepared, or answered.
IDS = re.compile(r'id="((?:FA|FC|DI|DR)\d\d)"')


def owed_at(place: str, table: dict[str, Places]) -> set[str]:
    return {each for each, places in table.items() if place in flat(places)}


def test_the_tables_hold_what_the_sources_count() -> None:
    assert list(AGENCY_TIPS) == [f"FA{number:02}" for number in range(1, 35)]
    assert list(CSP_TIPS) == [f"FC{number:02}" for number in range(1, 27)]
    assert list(INITIAL_DUTIES) == [f"DI{number:02}" for number in range(1, 28)]
    assert list(REUSE_DUTIES) == [f"DR{number:02}" for number in range(1, 20)]


def test_every_tip_and_duty_has_a_page_among_those_looked_at() -> None:
    places = {f"{kind}/{stage}" for kind, stage in STAGES} | {"initial/start", "reuse/start", "ato", "end"}
    for table in (*TIPS.values(), DUTIES):
        assert {each for place in places for each in owed_at(place, table)} == set(table)


@pytest.mark.parametrize(
    ("kind", "stage"),
    sample(
        STAGES,
        *(pair for pair in STAGES if pair[1] in {"partnership", "recorded"}),
        more=STAGES[::4],
        lane=pytest.mark.nightly,
    ),
)
def test_the_page_of_a_case_holds_the_tips_for_ones_side_and_the_duties_of_its_stage(
    client: Client, cast: Cast, kind: str, stage: str
) -> None:
    case = make_case(cast, kind, stage)
    for who, tips in TIPS.items():
        client.force_login(cast.people[who])
        answer = client.get(case.get_absolute_url())
        if case.shared_at is None and who == "csp_lead":
            assert answer.status_code == 404
            continue
        shown = set(IDS.findall(answer.content.decode()))
        owed = owed_at(f"{kind}/{stage}", tips)
        assert {each for each in shown if each in tips} - EARLIER.get(f"{kind}/{stage}", set()) == owed
        assert owed_at(f"{kind}/{stage}", DUTIES) <= shown
        # Nothing of another side, and of duties those of this kind of case alone.
        assert not {each for each in shown if each.startswith("F")} - set(tips)
        assert not {each for each in shown if each.startswith("DR" if kind == "initial" else "DI")}


@pytest.mark.parametrize("kind", ends(["initial", "reuse"]))
@pytest.mark.parametrize("way", first(["open", "adopt"]))
def test_the_pages_before_a_case_hold_the_first_duties_tips_and_answers(
    client: Client, cast: Cast, kind: str, way: str
) -> None:
    who = "pmo_lead" if (way, kind) == ("adopt", "initial") else "liaison"
    client.force_login(cast.people[who])
    offering = make_offering(cast, kind)
    address = reverse(f"{way}_{kind}_case")
    agency = cast.organizations["harbors"].public_id
    for page in (address, f"{address}?offering={offering.public_id}&agency={agency}"):
        shown = body_of(client, page)
        owed = owed_at(f"{kind}/start", AGENCY_TIPS) | owed_at(f"{kind}/start", DUTIES)
        assert owed <= set(IDS.findall(shown)), page
        assert [each.question for each in GUIDANCE.why if ASKED[each.question] & {kind, "both"}] == [
            each.question for each in GUIDANCE.why if f"<dt>{each.question}</dt>".replace("'", "&#x27;") in shown
        ]


ASKED = {
    "Why an agency ATO?": {"both"},
    "How does it differ from a P-ATO?": {"both"},
    "Who pays?": {"initial"},
    "What does “sponsor” not mean?": {"initial"},
    "What does reuse mean?": {"reuse"},
    "Does an ATO cover other agencies' data?": {"both"},
}


def test_the_page_of_an_ato_holds_what_monitoring_asks(client: Client, cast: Cast) -> None:
    ato = make_case(cast, "reuse", "ato_issued").ato
    assert ato
    for who, tips in TIPS.items():
        client.force_login(cast.people[who])
        shown = set(IDS.findall(body_of(client, ato.get_absolute_url())))
        assert {each for each in shown if each.startswith("F")} == owed_at("ato", tips)
        assert owed_at("ato", DUTIES) <= shown


# Every form by which a person ends an ATO, with who opens it; in the admin the PMO's, which asks the same.
ENDINGS = {
    "revoke": "official",
    "rescind": "bureau_liaison",
    "expire": "bureau_liaison",
    "end_service": "bureau_liaison",
    "alternate_agency": "pmo_lead",
}


@pytest.mark.parametrize("step", ends(ENDINGS))
def test_every_form_that_ends_an_ato_says_whom_to_tell_first(client: Client, cast: Cast, step: str) -> None:
    ato = ready_for(step, cast)
    for who, address in (
        (ENDINGS[step], reverse("ato_step", args=[ato.public_id, step])),
        ("pmo_lead", reverse("admin:authorizations_ato_step", args=[ato.public_id, step])),
    ):
        client.force_login(cast.people[who])
        answer = client.get(address)
        if answer.status_code == 403:  # decided by the agency alone
            assert (who, step) in {("pmo_lead", "revoke"), ("pmo_lead", "rescind")}
            continue
        shown = set(IDS.findall(answer.content.decode()))
        assert owed_at("end", AGENCY_TIPS) <= shown, address
        assert owed_at("end", DUTIES) <= shown


@pytest.mark.parametrize(("kind", "stage"), [("initial", "ato_issued"), ("reuse", "ato_issued")])
def test_revising_a_decision_ends_its_ato_and_says_so_too(client: Client, cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    client.force_login(cast.official)
    shown = set(IDS.findall(body_of(client, reverse("case_step", args=[case.public_id, "revise_decision"]))))
    assert owed_at("end", AGENCY_TIPS) | owed_at("end", DUTIES) <= shown


def test_several_atos_that_expire_at_once_are_no_exception(client: Client, cast: Cast) -> None:
    ato: Ato = ready_for("expire", cast)
    client.force_login(cast.pmo_lead)
    chosen = {"row": f"{ato.public_id}:{ato.revision}"}
    page = client.post(reverse("admin:authorizations_ato_bulk", args=["expire"]), chosen).content.decode()
    assert owed_at("end", AGENCY_TIPS) <= set(IDS.findall(page))


@pytest.mark.slow
def test_no_other_form_of_an_ato_speaks_of_its_end(client: Client, cast: Cast) -> None:
    ato = take(ready_for("record_notice", cast), "record_notice", cast.bureau_liaison)
    others = {step.name for machine, _ in machines_and_sources() if machine.name == "ato" for step in machine.steps}
    client.force_login(cast.official)
    for step in sorted(others - set(ENDINGS)):
        answer = client.get(reverse("ato_step", args=[ato.public_id, step]))
        if answer.status_code == 200:
            assert not owed_at("end", AGENCY_TIPS) & set(IDS.findall(answer.content.decode())), step
