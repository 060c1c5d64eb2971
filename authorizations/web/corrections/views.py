"""Corrections of published fields: proposing one, and the page on which the PMO decides it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.corrections import decide_correction, propose_correction, proposes_for
from authorizations.models import Ato, Correction, Offering
from authorizations.models.register.correction import Correctable, CorrectionState, as_text, correctable
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, choice, day, line, long_text, radio
from authorizations.web.answers import done
from authorizations.web.corrections.listing import TONES
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.register.labels import safe_link

RECORDS: dict[str, Any] = {"offering": Offering, "ato": Ato, "organization": Organization}
BESIDE = {"offering": ("provider",), "ato": ("agency__parent__parent", "offering"), "organization": ("parent__parent",)}
LIST = "Corrections"
MISSING = "Enter the right value."


class ProposalForm(PageForm):
    shows = (Blocked, NoLongerPossible)
    value = line("The right value", missing=MISSING)
    evidence = long_text(
        "Why it is right",
        "What shows it: the letter with its date, a page, a contract. The PMO and your organization read it.",
        missing="Say what shows that it is right.",
    )
    evidence_link = forms.URLField(
        label="Link to the evidence",
        help_text="Not needed. For example https://www.example.gov/letter",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"class": "usa-input", "inputmode": "url"}),
        error_messages={"invalid": "Enter the address of a page, such as https://www.example.gov/letter."},
    )

    def __init__(self, data: Any, column: Any, label: str) -> None:
        super().__init__(data)
        self.fields["value"] = _input(column, label)


def _input(column: Any, label: str) -> forms.Field:
    """The input of a column's right value."""
    words = f"{label}: the right value"
    if isinstance(column, models.DateField):
        return day(words)
    if column.choices:
        return choice(words, [NOTHING_CHOSEN, *column.flatchoices], missing=MISSING)
    if isinstance(column, models.TextField):
        return long_text(words, missing=MISSING, most=5000)
    return line(words, str(column.help_text), missing=MISSING, most=column.max_length)


def propose(request: HttpRequest, public_id: str, record_type: str, **said: str) -> HttpResponse:
    user, fact = person(request), said[f"{record_type}_fact"]
    rows = RECORDS[record_type].objects.visible_to(user).select_related(*BESIDE[record_type])
    record = get_object_or_404(rows, public_id=public_id)
    about = next((each for each in correctable(record) if each.column == fact), None)
    if about is None:
        raise Http404
    if proposes_for(user, record) is None:
        raise NotPermitted("Only those whose record it is propose corrections of it.")
    waiting = Correction.objects.visible_to(user).filter(**{record_type: record}, field=fact)
    if request.method == "GET" and (found := waiting.filter(state=CorrectionState.PROPOSED).first()):
        messages.info(request, "A correction of this field was proposed already, and waits for the PMO.")
        return redirect(found)
    form = ProposalForm(request.POST or None, record._meta.get_field(fact), about.label)
    if form.is_valid() and form.carry_out(user, propose_correction, record=record, field=fact, **form.cleaned_data):
        return done(request, "Your correction is on record. The PMO decides it.", form.made)
    context = {
        "form": form,
        "record": record,
        "about": about,
        "now_words": facts_of(record, about),
        "trail": [(str(record), record.get_absolute_url())],
    }
    return render(request, "corrections/propose.html", context)


def facts_of(record: Any, about: Correctable) -> str:
    """What is on record now, in words."""
    return Correction(**{record._meta.model_name: record}, field=about.column).in_words(
        as_text(getattr(record, about.column))
    )


class CorrectionDecision(PageForm):
    shows = (Blocked,)
    accepts = radio("Decision", [("yes", "Accept: it becomes our value"), ("no", "Decline")], missing="Choose one.")
    reason = long_text("Why", "One or two sentences. Who proposed it reads them.", missing="Say in a sentence why.")


def correction(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    beside = ("offering", "ato__agency", "ato__offering", "organization", "by", "proposed_by", "decided_by")
    found = get_object_or_404(Correction.objects.visible_to(user).select_related(*beside), public_id=public_id)
    may_decide = may(user.roles, Capability.RESOLVE_REVIEW)
    form = CorrectionDecision(request.POST or None) if may_decide or request.method == "POST" else None
    if form is not None and form.is_valid():
        decided = {"accepts": form.cleaned_data["accepts"] == "yes", "reason": form.cleaned_data["reason"]}
        if form.carry_out(user, decide_correction, correction=found, **decided):
            return done(request, "Your decision is on record.", found)
    is_open = found.state == CorrectionState.PROPOSED
    context = {
        "correction": found,
        "form": form if may_decide and is_open else None,
        "tone": TONES[found.state],
        "is_late": Correction.objects.visible_to(user).overdue(timezone.now()).filter(pk=found.pk).exists(),
        "days": settings.CORRECTION_DAYS,
        "form_of_fedramp": safe_link(settings.CORRECTION_FORM),
        "text": text_to_paste(found),
        "trail": [(LIST, list_address("corrections", {}))],
    }
    return render(request, "corrections/correction.html", context)


def text_to_paste(correction: Correction) -> str:
    """What FedRAMP is asked for, in plain text: one field of one record."""
    record = correction.record
    feed_id = record.fedramp_id if correction.offering else record.offering.fedramp_id if correction.ato else ""
    lines = [
        "Please correct one field of the FedRAMP Marketplace.",
        f"Record: {record}" + (f" ({feed_id})" if feed_id else ""),
        f"Field: {correction.label}",
        f"Published: {correction.published_words or 'nothing'}",
        f"Right: {correction.value_words}",
        f"Evidence: {correction.evidence}",
        *([correction.evidence_link] if correction.evidence_link else []),
    ]
    return "\n".join(lines)


def corrections_of(user: User, record: Any, record_type: str) -> dict[str, Any]:
    """What the page of a record says of corrections: its fields, those that are ours, and where to propose one.

    No query: which values are ours stands with the record.
    """
    mine = proposes_for(user, record) is not None
    corrected = {name for name, source in record.sources.items() if source.startswith("correction")}
    rows = [
        (
            each.label,
            facts_of(record, each),
            each.column in corrected,
            reverse(f"correct_{record_type}", args=[record.public_id, each.column]) if mine else "",
        )
        for each in correctable(record)
        if mine or each.column in corrected
    ]
    return {"corrections": rows, "may_correct": mine}


def late_corrections(user: User, stamp: CacheStamp) -> int:
    """How many accepted corrections, which a lead or the PMO may see, no feed follows after the days of waiting."""
    if not (may(user.own_roles, Capability.LEAD_PEOPLE) or OrganizationKind.PMO in user.sides):
        return 0
    late = Correction.objects.visible_to(user).overdue(timezone.now())
    return cached_counts(stamp, user, "late corrections", late.count, rows=always)
