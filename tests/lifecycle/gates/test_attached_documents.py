"""An act whose form says where a document is leaves the reference on record: no second errand for what has happened."""

from typing import Any

import pytest

from authorizations.actions.refusals import NotReady
from authorizations.actions.steps import perform
from authorizations.models import Ato, Case, Document, DocumentVersion, Event
from authorizations.models.document import summarize_documents
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import FACTS, FEDRAMP, NOW, facts_of, make_ato, ready_for, take

WITH_A_LETTER: dict[str, dict[str, str]] = {
    "issue_ato": {"decision_letter": "Letter 9", "conditions_reference": "Annex 2"},
    "deny_ato": {"decision_letter": "Memo 9"},
    "report_letter": {},
}
# Step, the stage of each kind of case, who takes it, and the documents that it brings with where they are.
BRINGS = [
    ("issue_ato", {"initial": "ao_decision", "reuse": "risk_decision"}, "official", {"ato_letter": "Letter 9"}),
    ("deny_ato", {"initial": "ao_decision", "reuse": "risk_decision"}, "official", {"denial_memo": "Memo 9"}),
    ("report_letter", {"initial": "ato_issued", "reuse": "ato_issued"}, "liaison", {"letter_receipt": "Form 8"}),
]


def bare(record: Case | Ato) -> Any:
    """The record with no document at all."""
    type(record).objects.filter(pk=record.pk).update(document_summary={})
    return record


def attached_documents(record: Case | Ato) -> dict[str, str]:
    of = {"document__case" if isinstance(record, Case) else "document__ato": record}
    return {
        each.document.key: each.location for each in DocumentVersion.objects.filter(**of).select_related("document")
    }


def pressed_bare(case: Case, name: str, cast: Cast, who: str, **facts: Any) -> Case:
    """A step on a case that has no document, in the tests' usual words."""
    actor = type(cast.people[who]).objects.get(pk=cast.people[who].pk)
    bare(case)
    revision = Case.objects.values_list("revision", flat=True).get(pk=case.pk)
    moved: Case = perform(
        Case, case.public_id, name, actor=actor, now=NOW, reason="Because.", revision=revision, **facts
    )
    return moved


@pytest.mark.parametrize("kind", ["initial", "reuse"])
@pytest.mark.parametrize(("name", "stages", "who", "documents"), BRINGS)
def test_the_act_brings_the_document_and_is_not_kept_from_it(
    cast: Cast, kind: str, name: str, stages: dict[str, str], who: str, documents: dict[str, str]
) -> None:
    case = make_case(cast, kind, stages[kind])
    before = attached_documents(case)
    moved = pressed_bare(case, name, cast, who, **{**step_facts(name, cast, kind), **WITH_A_LETTER[name]})

    new = {key: where for key, where in attached_documents(moved).items() if before.get(key) != where}
    assert new == documents
    again = Case.objects.get(pk=moved.pk)
    rows = summarize_documents(Document.objects.filter(case=again))
    assert {key: again.document_summary[key] for key in documents} == {key: rows[key] for key in documents}
    version = DocumentVersion.objects.filter(document__case=again, document__key__in=documents).latest("pk")
    assert (version.side, version.added_by, version.counts) == ("agency", cast.people[who], True)


def test_the_conditions_of_an_ato_with_conditions_come_with_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    facts = {**step_facts("issue_ato", cast), "ato_type": "ato_with_conditions", "decision_letter": "Letter 9"}
    with pytest.raises(NotReady, match="Conditions of the ATO: say where"):
        pressed_bare(case, "issue_ato", cast, "official", **facts)
    pressed_bare(case, "issue_ato", cast, "official", conditions_reference="Annex 2", **facts)
    assert {"ato_letter": "Letter 9", "ato_conditions": "Annex 2"}.items() <= attached_documents(case).items()


def test_the_signature_is_stated_by_the_act_that_records_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    facts = {**step_facts("issue_ato", cast), "decision_letter": "Letter 9"}
    moved = pressed_bare(case, "issue_ato", cast, "liaison", **facts)
    assert moved.document_summary["ato_letter"]["stated"] == ["signed_by_official"]


@pytest.mark.parametrize(
    ("name", "facts", "documents"),
    [
        ("record_notice", {}, {"letter_receipt": "Form 1"}),
        ("extend", {"decision_letter": "Letter 5"}, {"extension_letter": "Letter 5"}),
        ("suspend", {}, {"suspension_notice": "Letter 7"}),
        ("reinstate", {"decision_letter": "Letter 6"}, {"release_letter": "Letter 6"}),
        ("revoke", {}, {"revocation_notice": "Letter 7"}),
        ("rescind", {}, {"rescission_to_provider": "Letter 7", "rescission_to_fedramp": "Form 8"}),
        ("end_service", {"notice_reference": "Mail 2"}, {"end_of_service_notice": "Mail 2"}),
    ],
)
def test_an_act_on_an_ato_brings_its_letter_or_notice(
    cast: Cast, name: str, facts: dict[str, str], documents: dict[str, str]
) -> None:
    ato = bare(ready_for(name, cast))
    if name in {"extend", "reinstate", "end_service"}:
        with pytest.raises(NotReady, match="say where it can be found"):
            take(ato, name, cast.official)
    take(ato, name, cast.official, **facts)
    assert documents.items() <= attached_documents(ato).items()
    assert set(documents) <= Ato.objects.get(pk=ato.pk).document_summary.keys()


def test_who_registers_an_ato_says_where_its_letter_is(cast: Cast) -> None:
    with pytest.raises(NotReady, match="Reference of the signed letter"):
        make_ato(cast, letter="")
    ato = make_ato(cast)
    assert attached_documents(ato) == {"ato_letter": "Letter 3"}
    assert DocumentVersion.objects.get().stated == ["signed_by_official"]


def test_who_claims_an_ato_says_where_its_letter_is(cast: Cast) -> None:
    row = bare(ready_for("claim_to_register", cast))
    take(row, "claim_to_register", cast.pmo_lead, **facts_of("claim_to_register", cast))
    assert attached_documents(row) == {"ato_letter": "Letter 4"}


def test_a_version_that_is_brought_follows_the_ones_before(cast: Cast) -> None:
    ato = bare(ready_for("suspend", cast))
    take(ato, "record_notice", cast.official, **FACTS["record_notice"])
    take(ato, "record_notice", cast.official, **{**FACTS["record_notice"], "reference": "Form 2"})
    numbers = DocumentVersion.objects.filter(document__key="letter_receipt").order_by("number")
    assert [(each.number, each.location) for each in numbers] == [(1, "Form 1"), (2, "Form 2")]


def test_an_entry_says_nothing_of_the_summaries(cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    press(case, "report_letter", cast.liaison, **FEDRAMP)
    told = {name for changes in Event.objects.values_list("changes", flat=True) for name in changes}
    assert not told & {"document_summary", "finding_counts"}
