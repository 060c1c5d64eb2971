"""Script in every text that people write or send: shown as text on every page, in JSON and in every export."""

import csv
import io
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.step import FactKind
from authorizations.models import AuditLogHead, Case, Document, DocumentVersion, Event, Finding, Tally
from authorizations.reports.rendering.formats import FORMATS
from authorizations.vocabulary import Severity, Turn
from authorizations.web.refusal_counts import RECORD_TYPES as NOUN_OF_ADDRESS
from tests.attacks.scene import body_of, one_of_each, signed_in
from tests.attacks.urls import Address, everywhere
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.samples import first
from tests.web.test_hostile_input import parameters

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

MARKUP = "\"'><x-evil evil=1>"
SCRIPT_ADDRESS = "javascript:evil()//"
FORMULA = "=cmd|evil"
# What the portal writes itself, or keeps as a digest, a day or the name of a rule: no words of people.
OF_THE_PORTAL = {
    *("public_id", "password", "digest", "sha256", "release", "link", "feed_version", "annual_assessment"),
    *("stage", "came_back_step", "resumes_at", "left_stage", "adopted_at_stage", "gate"),
    # Checked place by place before it is kept; of a closed list; ids and words of the rules' own format.
    *("document", "LocalValue.name", "RulesRelease.name", "RuleText.rule_id", "RuleText.chapter", "RuleText.force"),
}
# The audit log refuses to be written; what is counted for it is shown nowhere.
UNWRITTEN = (Event, AuditLogHead, Tally)
LINKS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "srcdoc", "content"}
NOT_READ_AS_PAGES = {"application/json", "application/jsonl", "application/x-ndjson", "text/plain", ""}
READERS = ("pmo_lead", "auditor", "liaison", "csp_lead")
FEW_READERS = ("pmo_lead", "liaison")


class Reading(HTMLParser):
    """Reads a page as a browser does, and keeps what an attacker got into it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            word = (value or "").strip().lower()
            if (
                name == "evil"
                or name.startswith("on")
                or (name in LINKS and word.startswith(("javascript:", "data:text")))
            ):
                self.found.append(f"{tag} {name}={value}")
        if tag == "x-evil":
            self.found.append(tag)


def text_columns(model: type[models.Model]) -> list[Any]:
    """The columns that hold words of people."""
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
        and not (column.choices or column.primary_key or isinstance(column, models.GeneratedField))
        and OF_THE_PORTAL.isdisjoint({column.name, f"{model.__name__}.{column.name}"})
    ]


def written_models() -> list[type[models.Model]]:
    ours = [model for app in ("accounts", "authorizations") for model in apps.get_app_config(app).get_models()]
    return [model for model in ours if not model._meta.proxy and model not in UNWRITTEN]


def poison(text: str) -> set[str]:
    """Writes the text into every such column of every row, past all checks but the database's own.

    Returns:
        The columns in which the database let it are nowhere.
    """
    refused = set()
    for model in written_models():
        for column in text_columns(model):
            try:
                with transaction.atomic():
                    for key in model._base_manager.values_list("pk", flat=True):
                        value = f"{text}{key}"[: column.max_length]
                        model._base_manager.filter(pk=key).update(**{column.name: value})
            except IntegrityError:
                refused.add(f"{model.__name__}.{column.name}")
    return refused


def poisoned_case(cast: Cast, text: str) -> Case:
    """A case of the harbors with the text in each of its facts that hold words."""
    case = make_case(cast, "initial", "in_process", reason=text)
    for fact in case.machine().facts.values():
        if fact.is_stored and fact.kind in {FactKind.TEXT, FactKind.LONG_TEXT}:
            context = ActingContext(cast.liaison, case.opened_at.date())
            case.set_fact(fact.name, text, CurrentAct(context, case.opened_at, case.opened_at))
    Case._base_manager.filter(pk=case.pk).update(facts=case.facts)
    return case


def titled_and_answered(case: Case, cast: Cast, text: str) -> None:
    """The text as the title of a document that no release names, and as the answer to a finding."""
    by = {"added_by": cast.liaison, "added_at": case.opened_at, "shared_at": case.opened_at, "side": Turn.AGENCY}
    titled = Document.objects.create(case=case, key="other", title=text)
    DocumentVersion.objects.create(document=titled, number=1, location=text, **by)
    found = {"side": Turn.AGENCY, "owed_by": Turn.PROVIDER, "step": "return_ssp", "severity": Severity.MAJOR}
    drafted = {"drafted_by": cast.liaison, "drafted_at": case.opened_at, "sent_at": case.opened_at}
    answered = {"answer": text, "answered_by": cast.csp_lead, "answered_at": case.opened_at}
    Finding.objects.create(case=case, text=text, fact="ssp_delivered_on", **found, **drafted, **answered)


def paths(records: dict[str, list[str]]) -> Iterator[tuple[Address, str]]:
    """Every address, with the records of its own record type."""
    for address in everywhere():
        parts = [*address.path().strip("/").split("/"), ""]
        record_type = (
            parts[2]
            if address.is_admin and len(parts) > 3
            else NOUN_OF_ADDRESS.get(parts[1 if address.is_api else 0], "")
        )
        more = {"imports": ["reviewitem"], "audit-log": ["verification"]}.get(parts[0], [])
        ids = [each for name in (record_type, *more) for each in records.get(name, [])]
        for public_id in ids if address.ids else ("",):
            yield address, address.path(public_id)


def troubles_of(answer: Any) -> tuple[list[str], bool]:
    """What of the attacker's got into an answer, and whether the text is in it."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == FORMATS["xlsx"].content_type:
        return _of_workbook(body_of(answer))
    body = body_of(answer).decode("utf-8-sig")
    # No timer runs beside this test, and anyone who asks whether the portal is ready is told so.
    is_told_so = answer.request["PATH_INFO"] == reverse("readyz")
    found = ["broken"] if answer.status_code >= 500 and not is_told_so else []
    if kind == "text/html":
        found += Reading(body).found
    elif kind == "text/csv":
        cells = (cell for row in csv.reader(io.StringIO(body)) for cell in row)
        found += [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    elif kind not in NOT_READ_AS_PAGES or answer.headers["X-Content-Type-Options"] != "nosniff":
        found.append(kind)
    return found, "evil" in body


def _of_workbook(body: bytes) -> tuple[list[str], bool]:
    cells = [cell for sheet in load_workbook(io.BytesIO(body)) for row in sheet.iter_rows() for cell in row]
    ran = [str(cell.value) for cell in cells if cell.data_type == "f" or cell.hyperlink]
    return ran, any("evil" in str(cell.value) for cell in cells)


@pytest.mark.parametrize(
    ("text", "readers"),
    first(
        [(MARKUP, FEW_READERS), (MARKUP, READERS), (SCRIPT_ADDRESS, FEW_READERS), (FORMULA, FEW_READERS)],
        lane=pytest.mark.nightly,
    ),
)
def test_what_people_wrote_runs_nowhere(world: Cast, text: str, readers: tuple[str, ...]) -> None:
    """Every page and file, once for each reader: several seconds."""
    case = poisoned_case(world, text)
    made = one_of_each()
    # These stand only beside days and facts that not every record here has, or in place of a person.
    beside = {"PackageAccess.ended_reason", "PackageAccess.denied_reason", "Document.title", "Finding.answer"}
    assert poison(text) == {*beside, "Message.address"}
    titled_and_answered(case, world, text)
    records = {record_type: [str(getattr(record, "public_id", ""))] for record_type, record in made.items()}
    records["case"].append(case.public_id)
    for who in readers:
        client = signed_in(User.objects.get(pk=world.people[who].pk))
        answers = {path: troubles_of(client.get(path)) for _, path in paths(records)}
        assert {path: found for path, (found, _) in answers.items() if found} == {}, who
        # Else nothing was attacked.
        assert sum(as_text for _, as_text in answers.values()) > 20, who


def test_what_is_sent_runs_on_no_page_that_shows_it_again(world: Cast) -> None:
    case = make_case(world, "initial", "in_process")
    records = {"case": [case.public_id], "offering": [case.offering.public_id], "ato": [], "organization": []}
    records["organization"] = [case.agency.public_id]
    wrong: dict[str, list[str]] = {}
    forms = 0
    for who in (None, "pmo_lead", "liaison"):
        client = signed_in(world.people[who]) if who else Client()
        for address, path in paths(records):
            if address.is_admin and not address.name.endswith(("organization_changelist", "_add", "index")):
                continue
            sent = dict.fromkeys([*parameters(address.name), "x" + MARKUP], MARKUP)
            answer = client.get(f"{path}?{urlencode(sent)}")
            wrong[path] = troubles_of(answer)[0]
            given = client.get(path)
            form = (given.context or {}).get("form") if given.status_code == 200 else None
            if hasattr(form, "fields"):
                forms += 1
                wrong[f"{path} sent"] = troubles_of(client.post(path, dict.fromkeys(form.fields, MARKUP)))[0]
        for path in (f"/cases/{quote(MARKUP)}/", f"/{quote(MARKUP)}"):
            wrong[path] = troubles_of(client.get(path))[0]
    assert {path: found for path, found in wrong.items() if found} == {}
    assert forms > 20


def test_the_reading_finds_what_it_looks_for() -> None:
    """A check of the checks: each way in is seen."""
    for page in (f'<a title="{MARKUP}">', f"<p>{MARKUP}</p>", f'<a href="{SCRIPT_ADDRESS}">', "<p onclick=x>"):
        assert Reading(page).found, page
    assert not Reading("<p title='&quot;&gt;&lt;x-evil&gt;'>&lt;x-evil&gt;</p>").found
