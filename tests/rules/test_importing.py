"""A release that is imported: once, never twice with another text, heard of by all processes; no case follows it."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from authorizations.actions.cases.cases import open_case
from authorizations.actions.refusals import NotPermitted, NotReady
from authorizations.actions.rules.releases import AlreadyKnown, SameIdOtherText, import_release, set_local_value
from authorizations.exchange.rules.releases import candidate_of
from authorizations.models import Case, Event, RulesRelease
from authorizations.models import rules as record_type
from authorizations.models.rules import refresh_releases
from authorizations.presenters.rule_releases import prospect, row_labels
from authorizations.rules import RELEASE_REGISTRY, BadRelease, newest, release, releases
from authorizations.rules.comparison import differences
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.rules.documents import CR26, LEGACY, TEXT, document, imported, raw
from tests.web.register.records import make_offerings

# A release of the rules is read and taken in for each test.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 26)


def test_a_lead_imports_a_release_and_it_is_on_record(cast: Cast) -> None:
    row = imported(document(), cast.pmo_lead)
    event = Event.objects.get(verb="rulesrelease.imported")
    assert (event.actor, event.subject_id) == (cast.pmo_lead, row.pk)
    assert event.changes["name"] == [None, "next"]
    assert event.changes["sha256"] == [None, row.sha256]
    assert newest(TODAY).id == "next"


@pytest.mark.parametrize("who", ["pmo_reviewer", "auditor", "liaison", "csp_lead"])
def test_nobody_else_imports_one(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        imported(document(), cast.people[who])
    assert not RulesRelease.objects.exists()


def test_the_same_document_twice_changes_nothing(cast: Cast) -> None:
    imported(document(), cast.pmo_lead)
    events = Event.objects.count()
    with pytest.raises(AlreadyKnown):
        imported(document(), cast.pmo_lead)
    assert (RulesRelease.objects.count(), Event.objects.count()) == (1, events)


def test_another_text_under_a_known_id_is_refused(cast: Cast) -> None:
    imported(document(), cast.pmo_lead)
    with pytest.raises(SameIdOtherText, match="new id"):
        imported(document(lengths={"access_days": [45, "QG"]}), cast.pmo_lead)
    assert release("next").lengths["access_days"] == 60


@pytest.mark.parametrize("name", [CR26, LEGACY])
def test_a_document_that_came_with_the_portal_is_never_replaced(cast: Cast, name: str) -> None:
    with pytest.raises(SameIdOtherText, match="came with the portal"):
        imported(document(name), cast.pmo_lead)


def test_a_document_with_a_mistake_is_not_kept(cast: Cast) -> None:
    with pytest.raises(BadRelease, match=r"dates\.cutoff\.value: “soon” is not a date"):
        imported(document(dates={"cutoff": ["soon", "MD26"]}), cast.pmo_lead)
    assert not RulesRelease.objects.exists()


# --- what a process knows ---


def test_a_process_hears_of_an_import_once_it_is_committed(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        import_release(actor=cast.pmo_lead, now=NOW, text=json.dumps(document()), sha256="1" * 64)
        assert "next" not in releases()
    assert "next" in releases()


def another_process(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    """This process knows of nothing yet, and its clock stands where the test says."""
    RELEASE_REGISTRY.replace_imported([], record_type.LocalPolicy())
    monkeypatch.setattr(record_type, "RELEASE_CACHE", record_type.ReleaseCache())
    monkeypatch.setattr(record_type, "monotonic", lambda: clock[0])


def test_another_process_hears_of_it_within_ten_seconds_for_one_query(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    another_process(monkeypatch, clock)
    refresh_releases()
    imported_elsewhere = document()
    with monkeypatch.context() as patch:
        patch.setattr(record_type, "RELEASE_CACHE", record_type.ReleaseCache(asked=float("inf")))
        import_release(actor=cast.pmo_lead, now=NOW, text=json.dumps(imported_elsewhere), sha256="1" * 64)
    for second, queries, known in ((1009.9, 0, False), (1010.0, 5, True), (1015.0, 0, True), (1021.0, 1, True)):
        clock[0] = second
        with CaptureQueriesContext(connection) as asked:
            refresh_releases()
        assert (len(asked), "next" in releases()) == (queries, known), second


def test_an_act_asks_before_it_begins_and_never_within_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    another_process(monkeypatch, [1000.0])
    RulesRelease.objects.create(name="next", title="Next", document=json.dumps(document()), sha256="1", imported_at=NOW)
    set_local_value(actor=cast.pmo_lead, now=NOW, name="letter_days", value=10, reason="Agreed.")
    # The test itself is a transaction: within one, nothing may fail for a question beside it.
    assert "next" not in releases()


def test_a_case_that_another_process_pinned_a_moment_ago_is_read_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(cast, "initial", "planning")
    another_process(monkeypatch, [1000.0])
    refresh_releases()
    RulesRelease.objects.create(name="next", title="N", document=json.dumps(document()), sha256="1", imported_at=NOW)
    Case.objects.filter(pk=case.pk).update(release="next")
    assert Case.objects.get(pk=case.pk).stage_label == "Planning"
    with pytest.raises(KeyError):
        release("nothing")


def test_a_database_that_does_not_answer_leaves_a_process_with_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(record_type, "RELEASE_CACHE", record_type.ReleaseCache())
    monkeypatch.setattr(record_type, "_mark", fails)
    refresh_releases()
    assert set(releases()) == {CR26, LEGACY}


def test_a_document_that_this_version_cannot_read_is_left_out_and_named_in_the_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    RulesRelease.objects.create(name="odd", title="Odd", document="{}", sha256="1" * 64, imported_at=NOW)
    refresh_releases(at_once=True)
    assert set(releases()) == {CR26, LEGACY}
    assert "the release odd cannot be read" in caplog.text


def test_what_an_older_document_does_not_state_is_left_open(cast: Cast) -> None:
    stated = document()
    del stated["lengths"]["letter_days"], stated["dates"]["cutoff"]
    RulesRelease.objects.create(name="next", title="N", document=json.dumps(stated), sha256="1", imported_at=NOW)
    refresh_releases(at_once=True)
    assert (release("next").lengths["letter_days"], release("next").dates["cutoff"]) == (None, None)


# --- cases ---


def test_a_release_leaves_the_cases_that_are_there_alone_and_new_ones_follow_it(cast: Cast) -> None:
    pinned = make_case(cast, "reuse", "access_requested", release=CR26)
    imported(document(lengths={"access_days": [45, "QG"]}), cast.pmo_lead)
    pinned = Case.objects.get(pk=pinned.pk)
    assert (pinned.release, pinned.rules.lengths["access_days"]) == (CR26, 60)
    offering = make_offerings(cast.organizations["nimbus"], 1, designation="ready")[0]
    new = open_case("initial", actor=cast.liaison, now=NOW, agency=cast.organizations["harbors"], offering=offering)
    assert (new.release, new.rules.lengths["access_days"]) == ("next", 45)


def test_the_dates_of_the_newest_hold_for_every_case_at_once(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1, designation="ready")[0]
    opened = {"actor": cast.liaison, "now": NOW, "agency": cast.organizations["harbors"], "offering": offering}
    pinned = make_case(cast, "initial", "planning", release=LEGACY)
    imported(document(dates={"cutoff": ["2026-11-20", "MD26"]}), cast.pmo_lead)
    assert pinned.current_rules.dates["cutoff"] == date(2026, 11, 20)
    with pytest.raises(NotReady, match="New Rev5 applications closed on 20 Nov 2026"):
        open_case("initial", **opened)


def test_a_release_that_begins_later_changes_nothing_before_its_day(cast: Cast) -> None:
    imported(document(active_from="2027-03-01", dates={"cutoff": ["2027-01-01", "MD26"]}), cast.pmo_lead)
    assert newest(TODAY).id == CR26
    assert newest(date(2027, 2, 28)).id == CR26
    assert newest(date(2027, 3, 1)).id == "next"


def test_of_two_releases_of_one_day_the_later_import_is_the_newer(cast: Cast) -> None:
    imported(document("bb"), cast.pmo_lead)
    imported(document("aa"), cast.pmo_lead)
    assert newest(TODAY).id == "aa"


def test_the_labels_of_the_machine_are_those_of_the_newest(cast: Cast) -> None:
    stages = json.loads(TEXT)["stages"]
    stages["initial"]["ssp"] = ["Security plan", "WBS 3.1-3.9"]
    case = make_case(cast, "initial", "ssp", release=CR26)
    imported(document(stages=stages), cast.pmo_lead)
    assert case.machine().stages["ssp"] == "Security plan"
    assert case.stage_label == "SSP"


# --- what it would change ---


def test_the_prospect_names_what_differs_what_holds_at_once_and_which_cases_would_feel_it(cast: Cast) -> None:
    felt = make_case(cast, "reuse", "access_requested", release=CR26)
    stages = json.loads(TEXT)["stages"]
    stages["reuse"]["access_requested"] = ["Access asked for", "QG"]
    stated = document(stages=stages, dates={"cutoff": ["2027-05-01", "MD26"]}, lengths={"access_days": [45, "QG"]})
    found = prospect(
        candidate_of(raw(stated), name="next.json").release, release(CR26), user=cast.pmo_lead, today=TODAY
    )
    words = {section: [each.words for each in some] for section, some in found.sections}
    assert words["Dates"] == ["Last day for new Rev5 applications: 11 Jun 2027 → 1 May 2027"]
    assert words["Lengths"] == ["Access to a package at Connect.gov: 60 days → 45 days"]
    assert words["Stages of a reuse case"] == ["Access requested: Access requested → Access asked for"]
    assert [each.words for each in found.at_once] == words["Dates"]
    ((case, effects),) = [(each.case, each.effects) for each in found.cases]
    assert case == felt
    assert [each.sentence for each in effects] == ["The stage reads “Access asked for” instead of “Access requested”."]
    assert release(CR26).lengths["access_days"] == 60
    assert felt.release == CR26


def test_the_prospect_of_a_later_release_says_from_when_on(cast: Cast) -> None:
    later = candidate_of(raw(document(active_from="2027-03-01", dates={"cutoff": [None, ""]})), name="x").release
    found = prospect(later, release(CR26), user=None, today=TODAY)
    assert found.begins == date(2027, 3, 1)
    assert [each.words for each in found.at_once] == ["Last day for new Rev5 applications: 11 Jun 2027 → not stated"]


def test_the_prospect_of_an_older_release_changes_nothing_at_once() -> None:
    older = candidate_of(raw(document(active_from="2026-05-01", dates={"cutoff": [None, ""]})), name="x").release
    assert prospect(older, release(CR26), user=None, today=TODAY).at_once == []


@pytest.mark.django_db(transaction=True)
def test_an_act_of_a_process_that_has_not_heard_yet_knows_the_newest_release(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        RulesRelease.objects.create(
            name="next", title="N", document=json.dumps(document()), sha256="1", imported_at=NOW
        )
    another_process(monkeypatch, [1000.0])
    offering = make_offerings(cast.organizations["nimbus"], 1, designation="ready")[0]
    new = open_case("initial", actor=cast.liaison, now=NOW, agency=cast.organizations["harbors"], offering=offering)
    assert new.release == "next"


def _weakened(key: str, **changes: Any) -> dict[str, Any]:
    stated = document()
    [document_] = [each for each in stated["documents"] if each["key"] == key]
    document_.update(changes)
    return stated


@pytest.mark.parametrize(
    ("key", "changes", "said"),
    [
        ("residual_risk", {"inside": ""}, "residual_risk.inside: This document never leaves the agency"),
        ("agency_poam", {"by": ["AR", "CL"]}, "agency_poam.by: Only the agency adds"),
        ("agency_poam", {"machines": ["reuse", "ato"]}, "agency_poam.machines: The documents of an ATO"),
        ("ssp", {"statements": {"fine": "Signed by the provider"}}, "ssp.statements.fine: The key of a signature"),
    ],
)
def test_no_release_opens_what_stays_inside_the_agency_or_hides_a_signature(
    cast: Cast, key: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadRelease) as refused:
        imported(_weakened(key, **changes), cast.pmo_lead)
    [problem] = refused.value.problems
    assert said in problem


def test_what_makes_a_document_easier_to_bring_is_among_the_differences(cast: Cast) -> None:
    asked = {"I4": {"force": "must", "stated": ["signed_by_provider", "signed_by_agency"], "told": "reference"}}
    imported(_weakened("wbs", asked=asked), cast.pmo_lead)
    found = dict(differences(release(CR26), release("next"), row_labels()))["Artifacts"]
    assert ["where it is, said in the step" in each.words for each in found] == [True]
    assert "waived by nobody" in found[0].words
