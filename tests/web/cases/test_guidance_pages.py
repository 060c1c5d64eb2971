"""What is said about doing it well: on pages of its own, and where it is needed."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.lifecycle.guidance import GUIDANCE, GuidanceSide, here
from authorizations.models import DesignationEvent
from authorizations.vocabulary import DesignationStep
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.samples import ends
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings

TIPS = {tip.id: tip for tip in GUIDANCE.tips}
DUTIES = {duty.id: duty for duty in GUIDANCE.duties}


def guidance_of(page: str) -> str:
    """What the page says under who does what."""
    return html.unescape(page.split('class="more guidance"')[1].split("</details>")[0])


@pytest.mark.django_db
def test_everyone_reads_roles_and_practices_with_origin_sources_and_where_to_ask(client: Client) -> None:
    pages = {name: body_of(client, reverse(name)) for name in ("roles", "agency_practices", "csp_practices")}
    for each, page in (("roles", "roles"), ("agency", "agency_practices"), ("csp", "csp_practices")):
        about = GUIDANCE.pages[each]
        assert about.origin in pages[page]
        assert about.ask[0][0] in pages[page]
        assert "Where to ask today" in pages[page]
    assert [each for each in DUTIES if f'id="{each}"' not in pages["roles"]] == []
    for side, page in ((GuidanceSide.AGENCY, "agency_practices"), (GuidanceSide.CSP, "csp_practices")):
        assert [tip.id for tip in GUIDANCE.tips if (f'id="{tip.id}"' in pages[page]) != (tip.side is side)] == []
    assert f'href="{reverse("roles")}"' in pages["csp_practices"].split('class="foot"')[1]


@pytest.mark.django_db
def test_everyone_reads_the_words_and_an_old_one_is_explained_where_it_stands(client: Client) -> None:
    page = body_of(client, reverse("glossary"))
    for words in ("Names since 2026", "Ongoing certification", "Work breakdown structure", "Waiver"):
        assert words in page
    page = body_of(client, reverse("roles"))
    term = page.split(">P-ATO</button>")[1]
    assert term.startswith('<span class="dated__source" role="tooltip" id="word-')
    assert "Since 2026: JAB P-ATO." in term[:200]


def test_an_offerings_page_explains_the_old_names_of_its_history(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    DesignationEvent.objects.create(
        offering=offering, step=DesignationStep.READY, effective_on=date(2024, 2, 14), recorded_at=NOW
    )
    client.force_login(cast.liaison)
    page = body_of(client, offering.get_absolute_url())
    assert "Since 2026: Legacy FedRAMP Ready." in page.split(">FedRAMP Ready</button>")[1][:200]


@pytest.mark.parametrize(
    ("person", "reads"), ends([("liaison", {"FA18"}), ("csp_lead", {"FC13"}), ("auditor", {"FA18", "FC13"})])
)
def test_a_case_shows_all_duties_of_its_stage_and_the_tips_for_the_readers_side(
    client: Client, cast: Cast, person: str, reads: set[str]
) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    found = guidance_of(body_of(client, case.get_absolute_url()))
    assert [duty.id for duty in here("initial/ssp", ()).duties if duty.what not in found] == []
    assert {each for each in ("FA18", "FC13", "FA05") if TIPS[each].text[:30] in found} == reads


def test_a_case_explains_the_words_of_its_steps_guidance_and_facts_each_once(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "sap")
    client.force_login(cast.reviewer)
    page = body_of(client, case.get_absolute_url())
    explained = re.findall(r'role="tooltip" id="(word-[^"]+)"', page)
    assert len(explained) == len(set(explained))
    assert {"word-ssp", "word-sap", "word-ao"} <= set(explained)
    facts = body_of(client, reverse("recorded_facts", args=[case.public_id]))
    assert 'id="word-wbs"' in facts


def test_a_case_that_ended_for_good_has_no_duties(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "withdrawn")
    client.force_login(cast.liaison)
    assert 'class="more guidance"' not in body_of(client, case.get_absolute_url())


def test_before_a_case_its_first_duties_and_tips_are_read(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    for kind, duty in (("initial", "DI01"), ("reuse", "DR01")):
        found = guidance_of(body_of(client, reverse(f"open_{kind}_case")))
        assert DUTIES[duty].what in found
        assert TIPS["FA01"].text in found


@pytest.mark.slow
def test_the_parties_of_an_ato_read_what_monitoring_asks_and_strangers_do_not(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_atos(offering, cast.organizations["harbors"], 1)[0]
    ended = make_atos(offering, cast.organizations["harbors"], 1, stage="expired")[0]
    client.force_login(cast.liaison)
    found = guidance_of(body_of(client, ato.get_absolute_url()))
    assert DUTIES["DR13"].what in found
    assert TIPS["FA32"].text in found
    assert 'class="more guidance"' not in body_of(client, ended.get_absolute_url())
    client.force_login(cast.people["stranger_agency"])
    assert 'class="more guidance"' not in body_of(client, ato.get_absolute_url())


@pytest.mark.slow
def test_a_form_that_ends_an_ato_says_whom_to_tell_first_and_other_forms_do_not(client: Client, cast: Cast) -> None:
    ato = make_case(cast, "initial", "ato_issued").ato
    assert ato
    client.force_login(cast.liaison)
    for step, description in (("rescind", True), ("record_notice", False)):
        page = body_of(client, reverse("ato_step", args=[ato.public_id, step]))
        assert (TIPS["FA34"].text in page) is description, step
    client.force_login(cast.pmo_lead)
    page = body_of(client, reverse("admin:authorizations_ato_step", args=[ato.public_id, "end_service"]))
    assert TIPS["FA34"].text in page


@pytest.mark.slow
def test_a_tip_of_ones_own_side_is_ticked_on_the_page_of_the_case(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    button = reverse("check_tip", args=[case.public_id, "FA18"])
    client.force_login(cast.reviewer)
    assert client.post(button, {"done": "yes"}).headers["Location"] == f"{case.get_absolute_url()}#FA18"
    assert client.post(button, {"done": "yes"}).status_code == 409
    client.force_login(cast.liaison)
    found = guidance_of(body_of(client, case.get_absolute_url()))
    assert f"ticked by {cast.reviewer.name}" in found
    assert ("Take the tick back" in found, "Tick as done" in found) == (True, True)
    assert client.post(reverse("check_tip", args=[case.public_id, "FA99"])).status_code == 404
    client.force_login(cast.pmo_lead)
    found = guidance_of(body_of(client, case.get_absolute_url()))
    assert (f"ticked by {cast.reviewer.name}" in found, button in found) == (True, False)
    assert client.post(button, {"done": "no"}).status_code == 403
    client.force_login(cast.people["stranger_csp"])
    assert client.post(button, {"done": "no"}).status_code == 404
