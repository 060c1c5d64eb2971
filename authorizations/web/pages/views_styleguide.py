"""The style guide: every component in every state, rendered by the very templates that the pages use."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_guid import get_guid

from accounts.models import User
from authorizations.deadlines import Deadline, DeadlineForce, DeadlineSide
from authorizations.display import address
from authorizations.models import InitialCase, Mute
from authorizations.presenters.cases.tabs import Tab
from authorizations.presenters.deadlines import DeadlineList, DeadlineRow, RecordDeadline, line_of
from authorizations.presenters.links import ProblemLink
from authorizations.step_pages.inputs import NOTHING_CHOSEN, SHORT, PageForm, checkboxes, choice, line, long_text, radio
from authorizations.step_pages.page import StepButton
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table, TagCell
from authorizations.tables.contents import Figure
from authorizations.tables.html import Heading, TableView, rows_html
from authorizations.terms import TERMS
from authorizations.web.cases.action_box import ActionBox
from authorizations.web.cases.frame import CaseFrame
from authorizations.web.lists.filter_counts import Facet, FacetChoice
from authorizations.web.lists.paging import Paging
from authorizations.web.page_access import person
from authorizations.web.register.views_offerings import DesignationRow

ERRORS = ("400", "403", "404", "409", "413", "429", "500", "503", "csrf")
TONES = (
    ("FedRAMP Certified", "good"),
    ("Agency authorization in process", "wait"),
    ("Suspended", "warn"),
    ("Revoked", "bad"),
    ("Delisted", "past"),
    ("Not stated", "plain"),
)
PARTS = (
    *("status", "dates", "crumbs", "alerts", "figures", "case", "facts", "history", "deadlines"),
    *("text", "cells", "tables", "lists", "buttons", "forms", "sources", "errors"),
)
SAMPLE_DAY = date(2026, 11, 24)
LONG_NAME = "Office of the Assistant Deputy Under Secretary for Harbor Modernization, Lighthouses and Buoy Procurement"


class SampleForm(PageForm):
    plain = line("A line of text")
    hinted = line("With a hint", "What to write here, and in which form.", missing="Enter a line of text.")
    disabled = forms.CharField(
        label="Not for you to change", initial="Kept by the portal", disabled=True, widget=forms.TextInput(attrs=SHORT)
    )
    choice = choice(
        "One of a list", [NOTHING_CHOSEN, ("a", "Class A"), ("b", "Class B")], missing="Choose one of the list."
    )
    one = radio(
        "One of a few",
        [("keep", "Keep our record"), ("adopt", "Adopt what the feed says")],
        missing="Choose one of these.",
    )
    several = checkboxes(
        "Any of a few",
        [("iaas", "Infrastructure"), ("paas", "Platform")],
        "Leave out what does not apply.",
        missing="Choose at least one.",
    )
    long = long_text("Several lines", missing="Write a sentence or two.")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state; with ?error=404 a sample of that error page, which answers 200."""
    if request.GET.get("error") in ERRORS:
        sample = {"request_id": get_guid(), "sentence": "Here stands the sentence of the refusal."}
        return render(request, f"errors/{request.GET['error']}.html", sample)
    now = timezone.now()
    parts = {**_words(now), **_tables(now), **_lists(), **_deadlines(person(request))}
    parts |= {"sample_case": _case(), "guide": "#case"}
    parts |= {"form": SampleForm(auto_id="plain_%s"), "faulty": SampleForm({}, auto_id="faulty_%s")}
    return render(request, "pages/styleguide.html", parts)


def _case() -> dict[str, Any]:
    """The box on top of a case whose turn is the reader's, with a step that is blocked, and one that ends it."""
    names = ("recommend", "send_to_remediation", "withdraw")
    recommend, send, end = (step for step in InitialCase.machine().steps if step.name in names)
    blocked = [ProblemLink("No finding is drafted: draft what must change.", "#case")]
    buttons = [
        StepButton(step.label, step.description, "#case", problems, [], step, "; ".join(step.basis))
        for step, problems in ((recommend, []), (send, blocked), (end, []))
    ]
    tabs = [Tab("overview", "Overview", "#case"), Tab("documents", "Documents", "#case", "2/3")]
    return {
        "case": {"is_open": True},
        "box": ActionBox(buttons[0], True, {}, None, [buttons[1]], [buttons[2]]),
        "case_frame": CaseFrame(tabs, "overview", "wait", ""),
    }


def _words(now: datetime) -> dict[str, Any]:
    return {
        "parts": PARTS,
        "seen": set[str](),
        "tones": TONES,
        "value_sources": [("v2 of 1 Jul 2025", "name, impact level"), ("Our correction", "website")],
        "sample_day": SAMPLE_DAY,
        "now": now,
        "term": TERMS[0],
        "trail": [("Agencies", "#crumbs"), ("Department of Harbors", "#crumbs")],
        "long_name": LONG_NAME,
        "long_text": "One sentence after another, with line breaks kept.\n" * 20,
        "alerts": [
            Message(constants.SUCCESS, "Nimbus Desk was added. Everyone who is signed in can see it."),
            Message(constants.INFO, "The feed of 1 Jul 2025 is being applied."),
            Message(constants.WARNING, "Two records wait for your decision."),
            Message(constants.ERROR, "The file could not be read. Nothing was changed."),
        ],
        "error_names": ERRORS,
    }


def _tables(now: datetime) -> dict[str, Any]:
    cells: tuple[Row, ...] = (
        ("Text", "Moderate"),
        ("Long text", LONG_NAME),
        ("Nothing recorded", None),
        ("Link with a note", Link("Bureau of Lighthouses", address("agency", "2" * 14), "Department of Harbors")),
        ("Link to a path", Link("2 records need a decision", "#cells")),
        ("Date", SAMPLE_DAY),
        ("Time", now),
        ("Status", TagCell("Active", "good")),
        ("Markup in a name", "<script>alert(1)</script>"),
    )
    columns = (Column("kind", "Kind of cell"), Column("cell", "How it looks"))
    return {
        "cells": TableView(Table("", "Kinds of cell", columns, lambda: cells), cells),
        "sorted": _sorted(),
        "pages": [Paging(573, 50, page, lambda number: "?") for page in ("1", "6", "12")],
        "figures": [
            Figure(1, "initial", "#figures"),
            Figure(1204, "direct reuse", "#figures"),
            Figure(0, "indirect reuse", "#figures", "through 0 offerings that build on it"),
        ],
        "steps": [
            DesignationRow(
                "Agency review", date(2023, 2, 6), "Marketplace feed of 1 Jul 2024, field ip_agency_date", None, ""
            ),
            DesignationRow(
                "PMO review", date(2023, 11, 20), "Marketplace feed, field ip_pmo_date", date(2025, 7, 1), ""
            ),
            DesignationRow(
                "FedRAMP Certified", date(2024, 2, 14), "Entered here", None, "Told by the PMO on the telephone."
            ),
        ],
    }


def _sorted() -> dict[str, Any]:
    columns = (Column("name", "Agency"), Column("on", "Signed"), Column("number", "ATO rows", kind=ColumnKind.NUMBER))
    headings = [
        Heading("Agency", url="#tables", direction="ascending"),
        Heading("Signed", url="#tables", direction="descending"),
        Heading("ATO rows", is_number=True, url="#tables"),
    ]
    rows = ((LONG_NAME, SAMPLE_DAY, 1204), ("Buoy Office", None, 7))
    return {"caption": "A table with sorting", "headings": headings, "body": rows_html(columns, rows)}


def _deadlines(user: User) -> dict[str, Any]:
    names = {1: LONG_NAME, 2: "Nimbus Works"}

    def line(kind: str, on: date | None, force: DeadlineForce, met: date | None = None) -> DeadlineRow:
        due = Deadline(
            kind=kind, subject_type="ato", subject_id=0, owed_by=DeadlineSide("agency", 1),
            owed_to=DeadlineSide("provider", 2), on=on,
            anchor="ATO signed", anchored_on=SAMPLE_DAY, rule="CMD", source="CMD", release="rev5-legacy", force=force,
            satisfied_on=met, satisfied_by="its delivery" if met else "",
        )  # fmt: skip
        return line_of(user, due, SAMPLE_DAY, names)

    passed = line("L13", SAMPLE_DAY - timedelta(days=9), DeadlineForce.MUST)
    ahead = line("L14", SAMPLE_DAY + timedelta(days=30), DeadlineForce.SHOULD)
    met = line("L16", SAMPLE_DAY, DeadlineForce.LOCAL, SAMPLE_DAY)
    return {
        "mutes": [Mute(label=f"Letter to FedRAMP, due 1 Dec 2026: {LONG_NAME}", until=SAMPLE_DAY, reason="On leave.")],
        "deadlines": DeadlineList([passed, ahead], [line("A01", None, DeadlineForce.MUST)], [met]),
        "owed": [
            RecordDeadline(passed, "Nimbus Desk for " + LONG_NAME, "#deadlines"),
            RecordDeadline(ahead, "Nimbus Desk", "#deadlines"),
        ],
    }


def _lists() -> dict[str, Any]:
    few = [FacetChoice("initial", "Initial", 12, True), FacetChoice("reuse", "Reuse", 1204, False)]
    many = [FacetChoice(str(n), f"Department number {n}", n * 3, n == 2) for n in range(1, 12)]
    return {
        "filters": [(Facet("sample-role", "Role", ""), few), (Facet("sample-department", "Department", ""), many)],
        "active": [("Role: Initial", "#lists"), ("Search: harbor", "#lists")],
    }
