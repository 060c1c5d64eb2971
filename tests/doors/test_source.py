"""Every place of our source that writes a case or an ATO is known, with the reason why it moves no stage by itself."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITES = {"save", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save_base"}
WORDS = re.compile(rf"\.({'|'.join(WRITES)})\(|\b(insert|update)\(")
MOVED = "it saves what the machine has moved"
ENTERED = "a record comes in, at the stage of its entry"
OTHER_COLUMNS = "it names its columns, and the stage is none of them"
# (file, what is called): why no stage moves there without the machine.
KNOWN = {
    ("authorizations/admin/editing.py", "obj.__dict__.update"): "the form's record shows what the verb has saved",
    ("authorizations/tables/xlsx.py", "ExcelWriter.save"): "a workbook",
    ("authorizations/actions/door.py", "record.save"): "`insert` and `update`, which are found where they are called",
    ("authorizations/actions/steps.py", "subject.save"): MOVED,
    ("authorizations/actions/cases/new_case.py", "case.save"): ENTERED,
    ("authorizations/actions/cases/waivers.py", "case.save"): OTHER_COLUMNS,
    ("authorizations/actions/cases/co_signers.py", "case.save"): OTHER_COLUMNS,
    ("authorizations/actions/cases/co_signers.py", "co_signer.save"): "a co-signing agency",
    ("authorizations/actions/cases/side_effects.py", "co_signer.save"): "a co-signing agency",
    ("authorizations/actions/documents/versions.py", "subject.save"): OTHER_COLUMNS,
    ("authorizations/actions/findings/drafts.py", "case.save"): OTHER_COLUMNS,
    ("authorizations/actions/findings/findings.py", "case.save"): OTHER_COLUMNS,
    ("authorizations/actions/register/packages.py", "case.save"): OTHER_COLUMNS,
    ("authorizations/actions/register/packages.py", "package.save"): "where a package is kept",
    ("authorizations/actions/register/atos.py", "ato.save"): ENTERED,
    ("authorizations/actions/cases/side_effects.py", "ato.save"): f"{ENTERED}; {MOVED}",
    ("authorizations/actions/cases/side_effects.py", "former.save"): MOVED,
    ("authorizations/actions/cases/side_effects.py", "sibling.save"): OTHER_COLUMNS,
    ("authorizations/actions/cases/side_effects.py", "newest.save"): "a notice",
    ("authorizations/actions/cases/absent_party.py", "RecordedForAbsent.save"): "a line about a step",
    ("authorizations/actions/cases/absent_party.py", "line.save"): "a line about a step",
    ("authorizations/actions/imports/apply.py", "record_type._base_manager.bulk_create"): ENTERED,
    ("authorizations/actions/register/agency_lists.py", "Ato.objects.bulk_create"): ENTERED,
    ("authorizations/actions/register/agency_lists.py", "row.ato.save"): ENTERED,
    ("authorizations/actions/register/agency_lists.py", "ato.save"): OTHER_COLUMNS,
    ("authorizations/actions/register/agency_lists.py", "held.save"): OTHER_COLUMNS,
    ("authorizations/actions/register/portfolio.py", "ato.save"): OTHER_COLUMNS,
    **{
        ("authorizations/actions/register/corrections.py", f"{name}.save"): "a correction"
        for name in ("made", "each", "current")
    },
    ("authorizations/actions/register/corrections.py", "record.save"): OTHER_COLUMNS,
    ("authorizations/actions/register/saved_views.py", "view.save"): "a saved view",
    ("authorizations/actions/register/differences.py", "decision.save"): "a decision beside its ATO",
    ("authorizations/actions/register/differences.py", "made.save"): "a decision beside its ATO",
    ("authorizations/actions/register/agency_lists.py", "made.save"): "a list",
    ("authorizations/actions/register/agency_lists.py", "row.save"): "a row of a list",
    ("authorizations/exchange/agency_lists/sheets.py", "row.update"): "cells of a sheet",
    (
        "authorizations/actions/imports/apply.py",
        "record_type._base_manager.bulk_update",
    ): "record types of the feed without a machine",
    ("authorizations/actions/imports/apply.py", "PackageOverview._base_manager.bulk_update"): OTHER_COLUMNS,
    ("authorizations/actions/imports/apply.py", "Ato._base_manager.bulk_update"): "what `Ato.supersede` has moved",
    ("authorizations/actions/register/records.py", "record.save"): "record types that come in by no verb of their own",
    ("authorizations/actions/register/records.py", "current.save"): "columns that the portal itself keeps are refused",
    ("authorizations/actions/calendar/office_closures.py", "row.save"): "a closing of federal offices",
    ("authorizations/actions/rules/participation.py", "row.save"): "who takes part here",
    ("authorizations/actions/calendar/deliverables.py", "row.save"): "a delivery, beside its ATO or offering",
    (
        "authorizations/actions/rules/releases.py",
        "row.save",
    ): "what a lead decided where the rules leave something open",
    ("authorizations/actions/jobs.py", "held.save"): "a job that a worker does",
    ("authorizations/actions/people/webhooks.py", "again.save"): "a delivery of a webhook",
    ("authorizations/actions/people/webhooks.py", "waiting.update"): "deliveries of a webhook",
    ("authorizations/actions/jobs.py", "type.objects.held.update"): "a job that a worker does",
    ("authorizations/models/background_job.py", "rows.filter.update"): "jobs and messages that a worker claims",
    ("authorizations/reports/jobs/child_process.py", "state.update"): "the words of a report's process",
    ("authorizations/notifications/mail/delivery.py", "claimed.update"): "messages that this worker has claimed",
    ("authorizations/actions/imports/apply.py", "found.save"): OTHER_COLUMNS,
    ("authorizations/actions/imports/found_feeds.py", "current.save"): OTHER_COLUMNS,
    ("authorizations/actions/imports/found_feeds.py", "found.save"): OTHER_COLUMNS,
    ("authorizations/actions/imports/found_feeds.py", "row.save"): OTHER_COLUMNS,
    ("authorizations/actions/imports/review_items.py", "record.save"): OTHER_COLUMNS,
    ("benchmarks/cases.py", "Case.objects.bulk_create"): "the benches' own database",
    ("benchmarks/reminders.py", "Case.objects.bulk_create"): "the benches' own database",
    ("benchmarks/pages.py", "Ato.objects.bulk_create"): "the benches' own database",
}
# What is called these names is no case and no ATO.
OTHERS = re.compile(
    r"(access|book|comment|delegation|digest|finding|message|task|version|wbs|invitation|join_request|organization|membership|waiver|notice|token|person|lead|contact|feed|offering|schedule|tagged|_storage|system|step|run|head|counted|job|bar|session|alias|kept|stored|files|wanted|total|stated"
    r"|kwargs|self|default_storage|super|(?!Ato\b|Case\b)[A-Z]\w+\.objects)\b"
)


def called(function: ast.expr) -> str:
    """The name of what is called, without the arguments on the way."""
    if isinstance(function, ast.Attribute):
        return f"{called(function.value)}.{function.attr}"
    if isinstance(function, ast.Call | ast.Subscript):
        return called(function.func if isinstance(function, ast.Call) else function.value)
    return function.id if isinstance(function, ast.Name) else "?"


def writing(source: str) -> set[str]:
    """The calls in a text that may write a case or an ATO."""
    if not WORDS.search(source):  # to parse it would take a hundred times as long
        return set()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    functions = (node.func for node in calls)
    names = {called(each) for each in functions if isinstance(each, ast.Attribute) and each.attr in WRITES}
    # The door's own words for saving a record.
    names |= {f"{called(node.args[0])}.save" for node in calls if called(node.func) in {"insert", "update"}}
    return {name for name in names if not OTHERS.match(name)}


@pytest.mark.slow
def test_every_place_that_could_write_a_stage_is_known() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for folder in ("accounts", "authorizations", "benchmarks", "demo", "fedramp_portal")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        for name in writing(path.read_text())
    }
    assert found == set(KNOWN)


def test_the_search_finds_each_way_of_writing() -> None:
    for line in (
        "Case.objects.filter(pk=1).update(waits_on='')",
        "Ato._base_manager.bulk_update(rows, ['stage'])",
        "update(case, stage='x')",
        "insert(ato)",
        "case.save()",
        "InitialCase(stage='x').save()",
        "rows[0].save(update_fields=['stage'])",
        "Case.objects.create(stage='x')",
    ):
        assert writing(line), line
    assert not writing("offering.save(); kept.update(a=1); Waiver.objects.create()")
