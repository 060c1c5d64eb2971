"""The documents of the rules: both that are shipped, what the checker refuses, and gates where nothing is stated."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from authorizations import checks
from authorizations.lifecycle.gates.cases import AFTER_CUTOFF, before_cutoff, starts_in_time
from authorizations.lifecycle.gates.review import conversion_open, evidence_in_window, in_review_by_cutoff
from authorizations.lifecycle.problems import Problem, gate_problems
from authorizations.models.machines import known_to_rules
from authorizations.rules import RELEASE_REGISTRY, BadRelease, Release, newest, release, releases
from authorizations.rules.release import FOLDER, LocalPolicy, ReleaseRegistry, of_stated, read
from tests.lifecycle.golden.unsaved import compared_cases, context_of, unsaved

LEGACY, CR26 = "rev5-legacy", "cr26-2026.07.14.01"
TEXT = (FOLDER / f"{CR26}.json").read_text()
DAY = date(2026, 11, 26)


def stated(**changes: Any) -> dict[str, Any]:
    """The document of the Consolidated Rules, with other sections."""
    return {**json.loads(TEXT), **changes}


def changed(section: str, **values: Any) -> dict[str, Any]:
    return stated(**{section: {**json.loads(TEXT)[section], **values}})


def without(section: str, name: str) -> dict[str, Any]:
    return stated(**{section: {key: value for key, value in json.loads(TEXT)[section].items() if key != name}})


def document(**values: Any) -> dict[str, Any]:
    """With something else said of the SSP."""
    every = json.loads(TEXT)["documents"]
    return stated(documents=[{**each, **values} if each["key"] == "ssp" else each for each in every])


def problems_of(document: Any) -> list[str]:
    with pytest.raises(BadRelease) as bad:
        of_stated(document, known_to_rules())
    return bad.value.problems


def test_both_documents_that_are_shipped_name_nothing_that_the_portal_does_not_know() -> None:
    assert set(releases()) == {LEGACY, CR26}
    assert checks.shipped_rules(None) == []


def test_a_new_case_follows_the_consolidated_rules_today() -> None:
    assert newest(DAY).id == CR26
    assert newest(date(2026, 7, 14)).id == CR26
    assert newest(date(2026, 7, 13)).id == LEGACY


def test_before_the_first_release_there_is_none_older() -> None:
    assert newest(date(2020, 1, 1)).id == LEGACY


def test_the_rulesets_hold_from_the_days_of_the_table() -> None:
    rules = release(CR26)
    # Catalogue D.4: what a new Rev5 certification needs, and a new 20x one.
    for ruleset, rev5, others in (
        ("AGU", date(2026, 7, 4), date(2026, 7, 4)),
        ("SCG", date(2026, 3, 1), date(2026, 3, 1)),
        ("VER", date(2026, 12, 7), date(2026, 12, 7)),
        ("FRC", date(2027, 1, 1), date(2026, 7, 4)),
        ("CDS", date(2027, 1, 1), date(2026, 7, 4)),
    ):
        for certification, begins in (("rev5", rev5), ("20x", others)):
            assert rules.in_force(ruleset, certification, begins)
            assert not rules.in_force(ruleset, certification, date.fromordinal(begins.toordinal() - 1))
    assert rules.effective["CPO"]["rev5"].next_assessment
    assert not release(LEGACY).in_force("AGU", "rev5", DAY)


def test_what_no_source_gives_stays_open() -> None:
    for name in (LEGACY, CR26):
        assert release(name).lengths["letter_days"] is None
    assert set(release(LEGACY).dates.values()) == {None}
    assert None not in release(CR26).dates.values()


def test_letters_go_to_the_form_that_the_newest_rule_names() -> None:
    (form,) = release(CR26).forms_at("I28")
    assert (form.target, form.source) == ("51447926193691", "AGU-AGC-NAA")
    (mail,) = release(LEGACY).forms_at("I28")
    assert (mail.way, mail.target) == ("mail", "ato-letter@fedramp.gov")
    assert release(CR26).forms_at("I0") == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (changed("dates", cutoff=["2027-06-31", "MD26"]), "dates.cutoff.value: “2027-06-31” is not a date."),
        (changed("dates", cutoff=[20270611, "MD26"]), "dates.cutoff.value: “20270611” is not a date."),
        (changed("dates", cutoff="2027-06-11"), "dates.cutoff: This must be a list of 2: value, source."),
        (changed("dates", cutoff=["2027-06-11", ""]), "dates.cutoff.source: This must not be blank."),
        (
            changed("dates", cutoff=["2027-06-11", "hearsay"]),
            "dates.cutoff.source: The portal does not know the source “hearsay”.",
        ),
        (
            changed("dates", conversion_to=["2026-01-01", "MD26"]),
            "dates.conversion_to: This is before conversion_from.",
        ),
        (changed("dates", cut_off=["2027-06-11", "MD26"]), "dates.cut_off: “cut_off” is not a date"),
        (without("dates", "cutoff"), "dates.cutoff: This is required."),
        (changed("lengths", access_days=[0, "QG"]), "lengths.access_days.value: “0” is less than 1."),
        (changed("lengths", access_days=[True, "QG"]), "lengths.access_days.value: “True” is not a whole number."),
        (changed("lengths", access_days=[60.5, "QG"]), "lengths.access_days.value: “60.5” is not a whole number."),
        (changed("lengths", access_days=["60", "QG"]), "lengths.access_days.value: “60” is not a whole number."),
        (changed("lengths", access_weeks=[9, "QG"]), "lengths.access_weeks: “access_weeks” is not a length"),
        (stated(stages={"initial": {}}), "stages.reuse: This is required."),
        (stated(stages={**json.loads(TEXT)["stages"], "ato": {}}), "stages.ato: Nothing here has this name."),
        (stated(stages=[]), "stages: This must be an object."),
        (changed("forms", ato_letter={"label": "Letter"}), "forms.ato_letter.way: This is required."),
        (
            changed("forms", extra={"label": "A", "way": "fax", "target": "1", "source": "QG"}),
            "forms.extra.way: “fax” is not a way",
        ),
        (
            changed("forms", extra={"label": "A", "way": "mail", "target": "1", "source": "QG", "at": ["I99"]}),
            "forms.extra.at.1: “I99” is not a row of the machines’ tables",
        ),
        (
            changed("forms", extra={"label": "A", "way": "page", "target": "1", "source": "QG", "url": "javascript:1"}),
            "forms.extra.url: “javascript:1” is not an address that begins with https://.",
        ),
        (changed("forms", **{"No Key": {}}), "forms.No Key: “No Key” is not a key"),
        (changed("effective", XYZ={}), "effective.XYZ: “XYZ” is not a ruleset"),
        (changed("effective", AGU={"rev4": {}}), "effective.AGU.rev4: “rev4” is not a certification"),
        (changed("effective", AGU={"rev5": {}}), "effective.AGU.rev5.obtain: This is required."),
        (
            changed("leads", ato_months=[[30, 60], "our design"]),
            "leads.ato_months.before: This must be a list of days before",
        ),
        (
            changed("leads", ato_months=[[], "our design"]),
            "leads.ato_months.before: This must be a list of days before",
        ),
        (document(stages=["sspp"]), "documents.ssp.stages.1: “sspp” is not a stage"),
        (document(by=["CSP"]), "documents.ssp.by.1: “CSP” is not a party"),
        (document(machines=["jab"]), "documents.ssp.machines.1: “jab” is not a machine"),
        (
            document(asked={"I99": {"force": "must"}}),
            "documents.ssp.asked.I99: “I99” is not a row of the machines’ tables",
        ),
        (document(asked={"I8": {"force": "may"}}), "documents.ssp.asked.I8.force: “may” is not a force"),
        (document(asked={"I8": {}}), "documents.ssp.asked.I8.force: This is required."),
        (
            document(asked={"I8": {"force": "must", "when": "full_moon"}}),
            "documents.ssp.asked.I8.when: “full_moon” is not a condition",
        ),
        (
            document(asked={"I8": {"force": "must", "stated": ["sworn"]}}),
            "documents.ssp.asked.I8.stated: “sworn” is not a statement of this document.",
        ),
        (document(confidential="yes"), "documents.ssp.confidential: This must be true or false."),
        (document(inside="provider"), "documents.ssp.inside: “provider” is not a side"),
        (document(key="wbs"), "documents.wbs: This key is here twice."),
        (document(color="red"), "documents.ssp.color: Nothing here has this name."),
        (stated(documents={}), "documents: This must be a list."),
        (stated(documents=["ssp"]), "documents.1: This must be an object."),
        (stated(guidance="2017"), "guidance: “2017” is not a version of the duties and tips"),
        (stated(id="../etc/passwd"), "id: “../etc/passwd” is not an id"),
        (stated(id="X" * 50), "id: “XXXXX"),
        (stated(title="A\u202eB"), "title: This must be one line of characters that can be shown."),
        (stated(title=" "), "title: This must not be blank."),
        (stated(active_from=None), "active_from: “None” is not a date."),
        (stated(hooks=[]), "hooks: Nothing here has this name."),
        ([], "document: This must be an object."),
        (None, "document: This must be an object."),
        ("text", "document: This must be an object."),
    ],
)
def test_the_checker_names_the_place(document: Any, problem: str) -> None:
    assert [each for each in problems_of(document) if each.startswith(problem)], problems_of(document)


def test_an_unknown_stage_and_a_missing_one_are_both_named() -> None:
    stages = json.loads(TEXT)["stages"]
    stages["initial"]["ssp2"] = stages["initial"].pop("ssp")
    found = problems_of(stated(stages=stages))
    assert found == [
        "stages.initial.ssp: This is required.",
        "stages.initial.ssp2: “ssp2” is not a stage of an initial case that the portal knows.",
    ]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    document = changed("dates", cutoff=["soon", "MD26"])
    document["lengths"]["access_days"] = [-1, "QG"]
    assert [each.partition(":")[0] for each in problems_of(document)] == [
        "dates.cutoff.value",
        "lengths.access_days.value",
    ]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"id": 1'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadRelease, match="document: "):
        read(text)


def test_a_shipped_document_with_a_mistake_is_an_error_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "wrong.json").write_text(json.dumps(changed("dates", cutoff=["soon", "MD26"])))
    monkeypatch.setattr(checks, "FOLDER", tmp_path)
    (found,) = checks.shipped_rules(None)
    assert found.is_serious()
    assert found.msg.startswith("wrong.json: dates.cutoff.value: “soon” is not a date")


# --- local policy ---


def test_local_policy_fills_what_is_left_open_and_nothing_else() -> None:
    rules = read(TEXT).with_local(LocalPolicy({"cutoff": date(2030, 1, 1)}, {"letter_days": 10, "access_days": 99}))
    assert (rules.lengths["letter_days"], rules.lengths["access_days"]) == (10, 60)
    assert rules.dates["cutoff"] == date(2027, 6, 11)
    assert rules.local == {"letter_days"}
    assert (rules.marked("letter_days"), rules.marked("access_days")) == (" (local policy)", "")


def test_a_process_keeps_what_is_shipped_beside_what_it_was_told() -> None:
    shipped = read(TEXT)
    later = replace(shipped, id="later", active_from=date(2026, 12, 1))
    forged = replace(shipped, title="Another")
    registry = ReleaseRegistry([shipped])
    registry.replace_imported([later, forged], LocalPolicy(lengths={"letter_days": 5}))
    assert list(registry.all) == [CR26, "later"]
    assert registry.all[CR26].title == shipped.title
    assert registry.all["later"].lengths["letter_days"] == 5
    assert registry.as_stated("later").lengths["letter_days"] is None
    assert (registry.newest(DAY).id, registry.newest(date(2026, 12, 1)).id) == (CR26, "later")
    registry.replace_imported([], LocalPolicy())
    assert (list(registry.all), registry.newest(date(2026, 12, 1)).id) == ([CR26], CR26)


# --- gates where nothing is stated ---

Gate = Callable[[Any, Any], Any]


def with_rules(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Only these releases are known, all with other dates and lengths."""
    every = {
        name: replace(each, **{part: {**getattr(each, part), **values} for part, values in changes.items()})
        for name, each in releases().items()
    }
    monkeypatch.setattr(RELEASE_REGISTRY, "all", every)
    monkeypatch.setattr(RELEASE_REGISTRY, "_newest", None)


def case_on(day: date) -> Any:
    case = unsaved("initial", "planning")
    compared_cases(case, as_of=day)
    return case


def asked(gate: Gate, facts: Any = None, on: date = DAY) -> list[Problem]:
    case = case_on(on)
    return list(gate_problems(gate, case, facts or {}, context_of(case)))


def test_a_date_that_no_rule_states_closes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    late = date(2030, 1, 1)
    assert asked(before_cutoff, on=late)
    assert asked(in_review_by_cutoff, on=late)
    with_rules(monkeypatch, dates=dict.fromkeys(("cutoff", "evidence_from", "evidence_to")))
    assert asked(before_cutoff, on=late) == asked(in_review_by_cutoff, on=late) == []
    assert not AFTER_CUTOFF.holds(case_on(late), context_of(case_on(late)))
    assert asked(evidence_in_window, {"conversion_evidence_on": date(2030, 1, 1)}) == []


def test_a_conversion_is_not_open_where_no_rule_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rules(monkeypatch, dates={"conversion_from": None})
    assert [each.sentence for each in asked(conversion_open, {"target_path": "rev5_program"})] == [
        "No rule in force says when a case may convert."
    ]


def test_a_length_of_local_policy_is_marked_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"assessment_planned_on": date(2030, 1, 1)}
    with_rules(monkeypatch, lengths={"assessment_start_months": None})
    assert asked(starts_in_time, facts) == []
    policy = LocalPolicy(lengths={"assessment_start_months": 20})
    local: dict[str, Release] = {name: each.with_local(policy) for name, each in releases().items()}
    monkeypatch.setattr(RELEASE_REGISTRY, "all", local)
    (problem,) = asked(starts_in_time, facts)
    assert "20 months (local policy) from the request" in problem.sentence
