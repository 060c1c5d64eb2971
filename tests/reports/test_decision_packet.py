"""The decision packet of an ATO: for its parties alone, with what each may read, and hashes that the export has."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from authorizations.audit_log.anchors import anchor_daily, anchors_now
from authorizations.audit_log.export import lines
from authorizations.models import Ato, AuditLogHead, Condition
from authorizations.policy import Party
from authorizations.reports.base import Missing
from authorizations.reports.parameters import ATO
from authorizations.vocabulary import AuditLog
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import FACTS, NOW, facts_of, make_ato, ready_for, take
from tests.reports.contents import contents_of, everything, rows_of
from tests.samples import sample
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings

# A report is written in every format for each stage.
pytestmark = [pytest.mark.pages, pytest.mark.slow]

RECOMMENDATION = "The risk is low; authorize."


@pytest.mark.parametrize("name", sample(FACTS, "suspend"))
def test_each_stage_of_an_ato_has_a_packet(cast: Cast, name: str) -> None:
    ato = ready_for(name, cast)
    step = ato.machine().step(name)
    assert step is not None
    ato = take(ato, name, cast.official if Party.AO in step.who else cast.pmo_lead, **facts_of(name, cast))
    for person in ("bureau_liaison", "official", "csp_lead", "pmo_lead", "auditor"):
        text = everything("decision-packet", cast.people[person], NOW, ato=ato.public_id)
        assert ato.get_stage_display() in text


def test_an_ato_of_a_feed_without_anything_beside_it_has_one(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    (ato,) = make_atos(offering, cast.organizations["harbors"], 1)
    Ato.objects.filter(pk=ato.pk).update(signed_on=None, expires_on=None, logged_on=None)
    for person in ("liaison", "csp_lead", "pmo_lead"):
        text = everything("decision-packet", cast.people[person], NOW, ato=ato.public_id)
        assert "on a day that is not recorded" in text


def test_atos_of_one_name_are_told_apart_by_the_day_they_were_signed(cast: Cast) -> None:
    (offering,) = make_offerings(cast.organizations["nimbus"], 1)

    known = ATO.choices
    assert known is not None

    def choices() -> set[str]:
        return {words.partition(", ")[2] for _, words in known(cast.pmo_lead) or ()}

    make_ato(cast, offering, signed_on=date(2025, 6, 9))
    assert choices() == {""}
    make_ato(cast, offering, signed_on=date(2025, 8, 31))
    assert choices() == {"signed 9 Jun 2025", "signed 31 Aug 2025"}
    again = make_ato(cast, offering, signed_on=date(2025, 9, 1))
    Ato.objects.filter(pk=again.pk).update(signed_on=date(2025, 8, 31))
    assert choices() == {"signed 9 Jun 2025", "signed 31 Aug 2025 (1)", "signed 31 Aug 2025 (2)"}


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp", "assessor_lead"])
def test_others_have_none_though_they_may_know_of_the_ato(cast: Cast, client: Client, person: str) -> None:
    ato = make_ato(cast)
    with pytest.raises(Missing):
        contents_of("decision-packet", cast.people[person], ato=ato.public_id)
    client.force_login(cast.people[person])
    assert client.get(f"/reports/decision-packet/?ato={ato.public_id}").status_code == 404


@pytest.mark.slow
def test_the_case_that_led_to_it_is_told_as_far_as_each_side_reads_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    assert case.ato is not None
    for person, reads in (("liaison", True), ("official", True), ("pmo_lead", True), ("csp_lead", False)):
        user = cast.people[person]
        text = everything("decision-packet", user, NOW, ato=case.ato.public_id)
        assert (RECOMMENDATION in text) is reads, person
        _, contents = contents_of("decision-packet", user, NOW, ato=case.ato.public_id)
        assert {row["about"] for row in rows_of(contents, "entries")} == {"This ATO", "The case that led to it"}
        assert "ATO issued" in {row["what"] for row in rows_of(contents, "signers")}


def test_conditions_and_what_is_late_are_on_the_first_page(cast: Cast) -> None:
    ato = make_ato(cast, expires_on=NOW.date() - timedelta(days=2))
    owner = cast.organizations["nimbus"]
    Condition.objects.create(ato=ato, text="Close the ports.", owner=owner, due_on=NOW.date() - timedelta(days=1))
    Condition.objects.create(ato=ato, text="Log more.", owner=owner)
    _, contents = contents_of("decision-packet", cast.csp_lead, NOW, ato=ato.public_id)
    words = " ".join(contents.summary)
    assert "Of 2 conditions that the official set, 2 are open, 1 of them overdue." in words
    assert "its recorded expiry passed on 22 Nov 2026" in words
    decisions = " ".join(each.text for each in contents.decisions)
    assert "Its expiry passed on 22 Nov 2026" in decisions
    assert "A condition is overdue since 23 Nov 2026: Nimbus Cloud owes it." in decisions
    assert [row["state"] for row in rows_of(contents, "conditions")] == ["Overdue", "Open"]


def test_the_hashes_are_those_of_the_export_and_the_anchors_cover_them(cast: Cast, tmp_path: Path) -> None:
    ato, file = make_ato(cast), tmp_path / "anchors.jsonl"
    anchor_daily(file, NOW)
    with override_settings(ANCHOR_FILE=file):
        _, own = contents_of("decision-packet", cast.bureau_liaison, NOW, ato=ato.public_id)
        _, whole = contents_of("decision-packet", cast.auditor, NOW, ato=ato.public_id)
        anchors = rows_of(whole, "anchors")
    first, *exported = "".join(lines(AuditLogHead.objects.get(audit_log=AuditLog.ACTS), NOW)).splitlines()
    hashes = [hashlib.sha256(line.encode()).hexdigest() for line in exported]
    assert rows_of(own, "entries")
    assert {row["hash"] for row in rows_of(own, "entries")} <= set(hashes)
    assert all(hashes[row["position"] - 1] == row["hash"] for row in rows_of(whole, "entries"))
    # Where the audit log ends, and the place of an entry in it, tell how much is done that the parties may not know of.
    assert own.table("proof") is None
    assert own.table("anchors") is None
    assert "position" not in rows_of(own, "entries")[0]
    end, acts = json.loads(first), rows_of(whole, "proof")[0]
    assert (end["position"], end["hash"]) == (acts["position"], acts["hash"])
    assert {row["hash"] for row in anchors} == {
        each.hash for each in anchors_now(NOW) if each.audit_log == AuditLog.ACTS
    }
    assert len(anchors) == 3


@pytest.mark.slow
def test_queries_do_not_grow_with_the_history(cast: Cast) -> None:
    ato = make_ato(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            everything("decision-packet", User.objects.get(pk=cast.csp_lead.pk), NOW, ato=ato.public_id)
        return len(found)

    queries()
    before = queries()
    for _ in range(5):
        for name in ("suspend", "reinstate"):
            take(ato, name, cast.official)
    # The first notice to somebody and the first reference bring a table each, and no further one anything.
    assert queries() <= before + 2


def test_the_page_of_the_ato_leads_to_it_for_its_parties(cast: Cast, client: Client) -> None:
    ato = make_ato(cast)
    address = f"/reports/decision-packet/?ato={ato.public_id}"
    client.force_login(cast.bureau_liaison)
    assert address in body_of(client, ato.get_absolute_url())
    assert "How to check this packet" in body_of(client, address)
