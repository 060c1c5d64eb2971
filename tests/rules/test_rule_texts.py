"""The machine-readable Consolidated Rules: read, checked, kept once, compared; FedRAMP's own file where it is there."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.actions.rules.rule_texts import changes_of, import_rule_texts
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.rules.rule_texts import BadRules, rules_from_bytes
from authorizations.models import Event, RuleEdition, RuleText
from authorizations.rules import release
from authorizations.rules.names import RULESETS
from tests.cast import Cast
from tests.lifecycle.world import NOW
from tests.rules.documents import CLA, FIA, raw, rules
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db


def kept(stated: dict[str, Any], actor: Any = None) -> RuleEdition:
    return import_rule_texts(rules_from_bytes(raw(stated), name="rules.json"), actor=actor, now=NOW)


def with_rule(rule_id: str = "AGU-USE-CLA", **values: Any) -> dict[str, Any]:
    """A file whose rule says something else; None takes a field away."""
    stated = rules()
    rule = {name: value for name, value in {**CLA, **values}.items() if value is not None}
    stated["FRR"]["AGU"]["data"]["all"]["USE"] = {rule_id: rule}
    return stated


def problems_of(stated: Any) -> list[str]:
    with pytest.raises(BadRules) as bad:
        rules_from_bytes(raw(stated), name="rules.json")
    return bad.value.problems


def test_the_texts_are_kept_with_what_belongs_to_them(cast: Cast) -> None:
    edition = kept(rules(), cast.pmo_lead)
    assert Event.objects.get(verb="ruleedition.imported").changes["rules"] == [None, 4]
    rule = RuleText.objects.get(rule_id="AGU-USE-CLA")
    assert (rule.edition, rule.title, rule.force, rule.binds) == (edition, CLA["name"], "SHOULD NOT", "Agencies")
    assert rule.more == [["Applies to", ["20x and Rev5"]], ["Changed", ["24 Jun 2026"]]]
    by_class = RuleText.objects.get(rule_id="FRC-APP-FIA")
    assert by_class.force == "by class"
    assert by_class.text.split("\n\n")[1] == "Class C (MUST): Providers MUST supply one too."
    assert ["Where it is sent", ["FedRAMP, by form: A form (https://forms.example/1)"]] in by_class.more
    assert {each.part for each in RuleText.objects.all()} == {"rule", "definition", "indicator"}


def test_the_same_file_twice_changes_nothing() -> None:
    kept(rules())
    with pytest.raises(NoLongerPossible, match="imported already"):
        kept(rules())
    assert (RuleEdition.objects.count(), RuleText.objects.count()) == (1, 4)


def test_a_version_that_is_published_again_is_a_second_edition_with_its_differences(client: Client) -> None:
    first = kept(rules())
    again = with_rule(statement="Other.")
    assert [each.words for each in changes_of(rules_from_bytes(raw(again), name="x"))] == ["changed: text"]
    second = kept(again)
    assert (second.publication, second.version, RuleEdition.objects.first()) == (2, first.version, second)
    assert str(second).endswith("republished (edition 2)")
    assert RuleText.objects.filter(rule_id="AGU-USE-CLA").count() == 2
    page = body_of(client, reverse("rule_texts"))
    assert "AGU-USE-CLA Using FedRAMP Class A Certifications: changed: text" in page
    assert "republished (edition 2)" in body_of(client, reverse("rule", args=["AGU-USE-CLA"]))
    with pytest.raises(NoLongerPossible, match="imported already"):
        kept(rules())


def notes(stated: dict[str, Any]) -> list[str]:
    """What is listed of a file, beside the duties whose rules so small a file does not have."""
    return [note for note in kept(stated).notes if not note.startswith("The duty")]


def test_what_a_later_version_says_in_new_words_is_kept_and_listed() -> None:
    stated = with_rule(
        force="SHALL",
        affects=["Bystanders"],
        statement=None,
        varies_by_class={
            "a": {"statement": "Low.", "force": "MAY", "pain_timeframes": {"0": {}, "1": {}}},
            "e": {"statement": "New.", "force": "MUST"},
        },
        riddle={"of": "the sphinx"},
    )
    stated["FRX"] = {"AAA": {}}
    stated["FRR"]["AGU"]["data"]["21x"] = {"USE": {"AGU-USE-NEW": CLA}}
    place = "FRR.AGU.data.all.USE.AGU-USE-CLA."
    assert notes(rules("2026.01.01.01")) == []
    assert sorted(notes(stated)) == sorted(
        [
            "FRX is not known here. It was left out.",
            "FRR.AGU.data: “21x” is new. It was kept as it is.",
            f"{place}riddle is not known here. It was left out.",
            f"{place}force: “SHALL” is new. It was kept as it is.",
            f"{place}affects: “Bystanders” is new. It was kept as it is.",
            f"{place}varies_by_class: “e” is new. It was kept as it is.",
            f"{place}varies_by_class.a.pain_timeframes: “0” is new. It was kept as it is.",
        ]
    )
    rule = RuleText.objects.get(edition__publication=2, rule_id="AGU-USE-CLA")
    assert (rule.binds, rule.text) == ("Bystanders", "Class A (MAY): Low.\n\nClass E (MUST): New.")


def test_a_removed_rule_that_a_duty_cites_is_listed() -> None:
    cited = "The duty “Report of progress” cites MKT-IIP-DCP, which this version does not have."
    assert cited in kept(rules()).notes
    there = rules("2026.02.01.01")
    there["FRR"]["AGU"]["data"]["all"]["USE"]["MKT-IIP-DCP"] = CLA
    assert cited not in kept(there).notes


@pytest.mark.parametrize("who", ["pmo_reviewer", "auditor", "csp_lead"])
def test_nobody_but_a_lead_imports_them(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        kept(rules(), cast.people[who])


def test_a_later_version_is_compared_with_the_newest_one() -> None:
    kept(rules())
    later = rules("2026.02.01.01", AGU_USE_NEW={**CLA, "name": "New"})
    del later["FRD"]["data"]["all"]["FRD-AGY"]
    later["FRR"]["FRC"]["data"]["rev5"]["APP"]["FRC-APP-FIA"] = {**FIA, "name": "Renamed", "note": "Mind this."}
    changes = changes_of(rules_from_bytes(raw(later), name="x"))
    assert [(each.rule_id, each.words) for each in changes] == [
        ("AGU-USE-NEW", "added"),
        ("FRC-APP-FIA", "changed: title, what belongs to it"),
        ("FRD-AGY", "removed"),
    ]


INFO = rules()["info"]


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        (with_rule(force="shall"), "FRR.AGU.data.all.USE.AGU-USE-CLA.force: “shall” is not a force"),
        (with_rule(force=None), "AGU-USE-CLA.force: This is required."),
        (with_rule(statement=None), "AGU-USE-CLA.statement: This is required."),
        (with_rule(statement=["a"]), "AGU-USE-CLA.statement: This must be a text."),
        (with_rule(statement="a\u202eb"), "AGU-USE-CLA.statement: This holds characters that cannot be shown"),
        (with_rule(statement="x" * 20_001), "AGU-USE-CLA.statement: This must have at most 20,000 characters"),
        (with_rule(affects="Agencies"), "AGU-USE-CLA.affects: This must be a list"),
        (with_rule(name=5), "AGU-USE-CLA.name: This must be a text."),
        (with_rule(notification={}), "AGU-USE-CLA.notification: This must be a list"),
        (with_rule(notification=[5]), "AGU-USE-CLA.notification.1: This must be an object"),
        (with_rule("agu-use-cla"), "“agu-use-cla” is not an id of a rule"),
        (with_rule("FRC-APP-FIA"), "FRC-APP-FIA: This id is here twice"),
        ({**rules(), "info": {**INFO, "version": "../x"}}, "info.version: “../x” is not a version"),
        ({**rules(), "info": {**INFO, "last_updated": "soon"}}, "info.last_updated: “soon” is not a date"),
        ({**rules(), "FRR": {}}, "FRR: This must hold at least one rule"),
        ({**rules(), "FRR": []}, "FRR: This must be an object"),
        ({**rules(), "KSI": {"CED": {"name": "E", "indicators": []}}}, "KSI.CED.indicators: This must be an object"),
        ([], "document: This must be an object"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(stated: Any, problem: str) -> None:
    assert [each for each in problems_of(stated) if problem in each], problems_of(stated)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"a": 1, "a": 2}', b" " * (8 * 1024 * 1024 + 1)]
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        rules_from_bytes(content, name="rules.json")


def test_the_command_shows_and_then_imports(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_bytes(raw(rules()))

    def run(*words: str) -> str:
        out = StringIO()
        call_command("import_rules", str(path), *words, stdout=out)
        return out.getvalue()

    assert "Nothing was changed." in run()
    assert not RuleEdition.objects.exists()
    assert "Imported." in run("--apply")
    assert "imported already" in run("--apply")
    path.write_bytes(raw([]))
    with pytest.raises(SystemExit):
        run("--apply")


def published(shared_data: Path) -> Path:
    path = shared_data / "rules-cr26" / "fedramp-consolidated-rules.json"
    if not path.exists():
        pytest.skip("FedRAMP's file of the Consolidated Rules is absent")
    return path


def test_the_file_that_fedramp_published_is_read_whole(shared_data: Path) -> None:
    path = published(shared_data)
    draft = rules_from_bytes(path.read_bytes(), name=path.name)
    by_part = [sum(rule.part == part for rule in draft.rules) for part in ("rule", "definition", "indicator")]
    # The numbers that are beside the file.
    assert by_part == [246, 75, 46]
    assert draft.version == "2026.07.14.01"
    assert {rule.rule_id[:3] for rule in draft.rules if rule.part == "rule"} == set(RULESETS)
    # Of what this version has, nothing is new.
    assert draft.notes == []
    edition = import_rule_texts(draft, actor=None, now=NOW)
    assert edition.notes == []
    denial = RuleText.objects.get(edition=edition, rule_id="CDS-UTC-AAD")
    assert denial.force == "MUST"
    assert "within 5 business days" in denial.text


def test_the_effective_dates_that_are_shipped_are_those_of_fedramps_file(shared_data: Path) -> None:
    stated = json.loads(published(shared_data).read_text())
    shipped = release(f"cr26-{stated['info']['version']}").effective
    for ruleset, document in stated["FRR"].items():
        info = document["info"]
        for certification in ("rev5", "20x"):
            dates = (info.get("effective") or info[certification]["effective"])["date"]
            said = shipped[ruleset][certification]
            days = [each and each.isoformat() for each in (said.optional, said.obtain, said.maintain, said.grace)]
            grace = dates["grace"]
            assert days == [dates.get("optional_adoption"), dates["obtain"], dates["maintain"], grace["default"]]
            assert said.next_assessment == grace["until_next_assessment"]
