"""What is changed in a row behind the portal differs from the last entry about it, and verifying says so."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Membership
from accounts.roles import Role
from authorizations.actions.cases.co_signers import name_co_signer
from authorizations.actions.people.memberships import change_role
from authorizations.actions.register.records import add_record
from authorizations.audit_log.findings_and_documents import differing_findings_and_documents
from authorizations.audit_log.rows import BESIDE, NOT_COMPARED, RECORD_TYPES, WHERE_NAMED, differing_rows, with_default
from authorizations.audit_log.verify import verify
from authorizations.models import Ato, Case, Condition, Document, DocumentVersion, Event, Finding, PackageAccess
from authorizations.models.querysets import event_subject_type
from tests.actions.documents.documents import add, kept_file
from tests.actions.findings.findings import returned
from tests.audit_log.entries import summarize_anew
from tests.cast import Cast
from tests.lifecycle.cases import make_case, step_facts
from tests.lifecycle.gates.test_attached_documents import pressed_bare
from tests.lifecycle.world import NOW, make_ato


@pytest.fixture
def worked(cast: Cast) -> dict[type, Any]:
    """A record of each kind that entries tell the last facts of."""
    case = make_case(cast, "reuse", "recorded")
    with_findings, (finding, *_) = returned(cast, "The boundary misses the backup site.")
    version = add(with_findings, cast.csp_lead, "wbs", upload=kept_file())
    member = Membership.objects.get(user=cast.viewer)
    asked = {"public_id": member.public_id, "role": Role.AGENCY_REVIEWER, "seen": member.role, "reason": "She reviews."}
    change_role(actor=cast.liaison, now=NOW, **asked)
    access = PackageAccess.objects.filter(
        pk__in=Event.objects.filter(subject_type="packageaccess").values("subject_id")
    )
    stated = {"ato": case.ato, "text": "Turn on the lamp.", "owner": cast.organizations["nimbus"]}
    condition = add_record(Condition, actor=cast.pmo_lead, now=NOW, facts=stated)
    Document.objects.create(case=case, key="ipr")  # without a version, so that one may be moved there
    summarize_anew()
    with_findings.refresh_from_db()
    return {
        Ato: case.ato,
        Condition: condition,
        Case: with_findings,
        Finding: finding,
        DocumentVersion: version,
        Membership: member,
        PackageAccess: access.get(),
    }


CHANGES: tuple[tuple[type, str, object], ...] = (
    (Ato, "stage", "revoked"),
    (Ato, "signed_on", date(2025, 1, 1)),
    (Case, "stage", "withdrawn"),
    (Case, "revision", 1),
    (Finding, "case_id", None),
    (DocumentVersion, "sha256", "0" * 64),
    (Membership, "role", Role.AGENCY_LIAISON),
    (PackageAccess, "granted_on", date(2026, 1, 1)),
)


@pytest.mark.slow
def test_rows_of_what_was_done_through_the_portal_are_as_the_entries_say(worked: dict[type, Any]) -> None:
    assert verify().findings == []


@pytest.mark.slow
@pytest.mark.parametrize(("record_type", "column", "value"), CHANGES)
def test_a_row_that_was_changed_behind_the_portal_is_named(
    worked: dict[type, Any], cast: Cast, record_type: Any, column: str, value: object
) -> None:
    row = worked[record_type]
    if record_type is Finding:
        value = Case.objects.exclude(pk=row.case_id).values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        table = record_type._meta.db_table
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
        assert cursor.rowcount == 1
    *others, finding = sorted(verify().findings, key=lambda sentence: "finding_counts" not in sentence)
    # A finding in another case is in that one's count and not in its own.
    assert record_type is Finding or others == []
    named = column.removesuffix("_id")
    assert finding.startswith("Rows: ")
    assert named in finding
    with pytest.raises(CommandError, match=named):
        call_command("verify_audit_log", stdout=StringIO())


def test_a_co_signing_agency_is_not_taken_for_the_agency_of_the_case(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    name_co_signer(case.public_id, actor=cast.liaison, now=NOW, agency=cast.organizations["meadows"])
    summarize_anew()
    assert verify().findings == []


def test_an_ato_that_was_registered_is_as_its_entry_says(cast: Cast) -> None:
    ato = make_ato(cast)
    summarize_anew()
    assert verify().findings == []
    Ato.objects.filter(pk=ato.pk).update(registered_on=date(2020, 1, 1), authorizing_official=cast.stranger_csp)
    assert "authorizing_official, registered_on not as entry" in verify().findings[0]


@pytest.mark.slow
def test_a_row_that_is_gone_is_named(worked: dict[type, Any]) -> None:
    Membership.objects.filter(pk=worked[Membership].pk).delete()
    assert verify().findings == [
        f"Rows: membership {worked[Membership].pk}: its row is gone, and entries about it are there."
    ]


# Another value for a column, by its type; a choice takes another of its words.
OTHER: dict[str, object] = {"DateField": date(2031, 2, 3), "TextField": "Other.", "JSONField": '["other"]'}
# No entry of `worked` names these: another test does.
NAMED_LATER = ("superseded_by", "continues", "adopted_at_stage", "registered_on")
NUMBERS = ("PositiveIntegerField", "PositiveSmallIntegerField", "IntegerField", "BigIntegerField")


def columns_to_change() -> list[tuple[Any, str]]:
    """Those with a default of their own, and those that are compared where an entry names them.

    What every entry names when a record is made is changed in the table above.
    """
    return [
        (record_type, column)
        for record_type in RECORD_TYPES
        for kind in [event_subject_type(record_type)]
        for column in (
            *with_default(record_type),
            *sorted(WHERE_NAMED.get(kind, ())),
            *(name for name, why in NOT_COMPARED.get(kind, {}).items() if why == BESIDE),
        )
        if column not in NAMED_LATER
    ]


def other_value(column: Any, value: object) -> object:
    if column.choices:
        return next(word for word, _ in column.flatchoices if word not in {value, column.get_default(), ""})
    if column.is_relation:
        others = column.related_model._base_manager.exclude(pk=value).order_by("-pk").values_list("pk", flat=True)
        return others.first() or 7
    kind = column.get_internal_type()
    if kind in NUMBERS:
        return int(str(value or 0)) + 7
    if kind == "DateTimeField":
        return NOW + timedelta(days=1)
    return OTHER.get(kind, "o")


@pytest.mark.slow  # Column by column.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL cannot put its check constraints aside")
def test_each_column_that_was_changed_behind_the_portal_is_named(worked: dict[type, Any]) -> None:
    unnoticed = []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = 1")
        for record_type, name in columns_to_change():
            column, row = record_type._meta.get_field(name), worked[record_type]
            change = f"UPDATE {record_type._meta.db_table} SET {column.column} = %s WHERE id = {row.pk}"
            cursor.execute(f"SELECT {column.column} FROM {record_type._meta.db_table} WHERE id = {row.pk}")
            (before,) = cursor.fetchone()
            cursor.execute(change, [other_value(column, before)])
            if not any(name in sentence for sentence in (*differing_rows(), *differing_findings_and_documents())):
                unnoticed.append((record_type, name))
            cursor.execute(change, [before])
        cursor.execute("PRAGMA ignore_check_constraints = 0")
    assert unnoticed == []
    assert verify().findings == []


@pytest.mark.slow
def test_a_file_and_a_finding_that_no_entry_names_are_named(worked: dict[type, Any]) -> None:
    version, finding = worked[DocumentVersion], worked[Finding]
    DocumentVersion.objects.filter(pk=version.pk).update(public_id="2" * 14)
    assert set(differing_findings_and_documents()) == {
        f"document version {version.public_id}: its row is gone, and entries about it are there",
        f"document version {'2' * 14}: no entry names it",
    }
    DocumentVersion.objects.filter(pk=version.pk).update(public_id=version.public_id)
    finding.pk = None
    finding.public_id = "3" * 14
    finding.save(force_insert=True)
    assert list(differing_findings_and_documents()) == [f"finding {finding.pk}: no entry names it"]


@pytest.mark.slow
def test_a_reference_that_a_step_attached_is_as_its_entry_says(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    pressed_bare(case, "deny_ato", cast, "official", **{**step_facts("deny_ato", cast), "decision_letter": "Memo 9"})
    summarize_anew()
    assert verify().findings == []
    version = DocumentVersion.objects.get(document__case=case)
    DocumentVersion.objects.filter(pk=version.pk).update(added_by=cast.stranger_csp, stated=["signed_by_official"])
    assert "added_by, stated not as the entries about it say" in " ".join(verify().findings)


def test_every_column_is_compared_or_has_its_reason() -> None:
    """Of those without a default, entries name each when the record is made."""
    named_when_made = {
        "ato": {"agency", "offering", "listing_role", "stage", "revision"},
        "case": {"kind", "stage", "agency", "offering", "waits_on"},
        "condition": {"ato", "text", "owner"},
        "finding": {"case"},
        "documentversion": set(),
        "membership": {"user", "organization", "role", "started_on"},
        "packageaccess": {"granted_on", "until"},
    }
    for record_type in RECORD_TYPES:
        kind = event_subject_type(record_type)
        columns = {column.name for column in record_type._meta.concrete_fields} - {"id", "public_id"}
        left_out, named = NOT_COMPARED.get(kind, {}).keys(), named_when_made[kind] | WHERE_NAMED.get(kind, set())
        assert columns == left_out | set(with_default(record_type)) - {"public_id"} | named, kind
        assert not left_out & named


FACT = "in_process_on"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change"),
    [
        (FACT, lambda value, who, at: ["2019-01-01", who, at]),
        (FACT, lambda value, who, at: None),
        (FACT, lambda value, who, at: [value, who + 1, at]),
        (FACT, lambda value, who, at: [value, who, at, who + 1]),
        (FACT, lambda value, who, at: [value, who, "2019-01-01T00:00:00+00:00"]),
        ("official_changed_on", lambda value, who, at: ["2026-11-01", who, at]),
    ],
)
def test_a_fact_that_was_changed_removed_or_added_behind_the_portal_is_named(
    worked: dict[type, Any], name: str, change: Any
) -> None:
    case = worked[Case]
    changed = {**case.facts, name: change(*case.facts[FACT])}
    Case.objects.filter(pk=case.pk).update(facts={key: fact for key, fact in changed.items() if fact})
    (finding,) = verify().findings
    assert f": {name} not as entry" in finding


@pytest.mark.slow
@pytest.mark.parametrize("column", ["document_summary", "finding_counts"])
def test_a_summary_that_was_changed_behind_the_portal_is_named(worked: dict[type, Any], column: str) -> None:
    Case.objects.filter(pk=worked[Case].pk).update(**{column: {}})
    (finding,) = verify().findings
    assert f": {column} not as entry" in finding
