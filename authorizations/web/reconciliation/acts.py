"""Acts on chosen rows of a reconciliation: a reason is said for several at once; what the desk does, the desk does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.actions.register.corrections import proposes_for
from authorizations.actions.register.differences import (
    LONGEST_NOTE,
    NothingDecided,
    Outcome,
    RecordDifference,
    Wish,
    decide_differences,
)
from authorizations.exchange.reconciliation.classes import Entry, Reconciliation
from authorizations.models.register.correction import correctable
from authorizations.models.register.record_classes import DifferenceReason
from authorizations.policy import Capability, may
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, choice, line
from authorizations.web.desk.acts import USED, acts_of
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.reconciliation.columns import days_words, name_of, why_words
from authorizations.web.reconciliation.comparison import AgencyComparison
from authorizations.web.reconciliation.scope import compared, reconciled

DECIDE, ASK, TAKE_BACK = "decide", "ask-fedramp", "take-back"
OWN = {DECIDE: "Say why it differs", ASK: "Ask FedRAMP to correct", TAKE_BACK: "Take the decision back"}
OF_THE_DESK = (USED, "claim", "no-longer-used")
MOST = 400


def acts_for(user: User) -> list[tuple[str, str]]:
    """What a person may do to chosen rows: decide, and what of the desk's acts settles a difference."""
    own = list(OWN.items()) if may(user.roles, Capability.RECONCILE) else []
    return [*own, *((act.key, act.label) for act in acts_of(user) if act.key in OF_THE_DESK)]


class ReasonOfDifferenceForm(PageForm):
    """Why the chosen rows differ."""

    reason = choice(
        "Reason",
        [NOTHING_CHOSEN, *DifferenceReason.choices],
        missing="Choose the reason.",
        invalid="Choose one of the reasons.",
    )
    note = line("Note", "What somebody else should know, such as a ticket or a letter.", most=LONGEST_NOTE)

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False
        if act != DECIDE:
            del self.fields["reason"]
        if act == TAKE_BACK:
            del self.fields["note"]


@dataclass(frozen=True, slots=True)
class ChosenDifference:
    """One chosen row: as it is now, and once the form was sent what became of it."""

    entry: Entry
    mark: str
    outcome: Outcome | None = None

    @property
    def name(self) -> str:
        return name_of(self.entry)

    @property
    def why(self) -> str:
        return why_words(self.entry)

    @property
    def days(self) -> str:
        """The days of both records, where they are a pair: what is decided on."""
        ours, feed = self.entry.ours, self.entry.feed
        return f"Agency: {days_words(ours)}. Marketplace: {days_words(feed)}." if ours and feed else ""

    @property
    def value(self) -> str:
        return f"{self.entry.ato.public_id}:{self.mark}"


def difference_act(request: HttpRequest) -> HttpResponse:
    user, act = person(request), request.GET.get("act", "")
    comparison = compared(user, request, request.GET.get("agency", ""))
    chosen = _chosen(request, comparison)
    back = comparison.address
    if act not in dict(acts_for(user)) or not chosen or len(chosen) > MOST:
        few, many = "Choose what to do, and the rows, in the list.", f"Narrow the list to at most {MOST} rows first."
        messages.warning(request, many if len(chosen) > MOST else few)
        return redirect(back)
    if act not in OWN:
        keys = [row.entry.ato.public_id for row in chosen]
        return redirect(list_address("desk_act", {"act": act, "row": keys}))
    sent = request.POST if request.method == "POST" else None
    form: ReasonOfDifferenceForm | None = ReasonOfDifferenceForm(sent, act=act)
    if form and form.is_bound and form.is_valid():
        chosen = _carried_out(user, comparison, chosen, _reason(act, form), form.cleaned_data.get("note", ""))
        form = None
    context = {
        "trail": [("Reconciliation", back)],
        "heading": f"{OWN[act]}: {comparison.agency.name}",
        "rows": chosen,
        "form": form,
        "act": act,
        "back": back,
        "request_text": _request(chosen) if act == ASK else "",
        "to_propose": _to_propose(user, chosen) if act == ASK else [],
    }
    return render(request, "reconciliation/act.html", context)


def _to_propose(user: User, chosen: Sequence[ChosenDifference]) -> list[tuple[str, str, str]]:
    """The published fields that differ and that this person may propose to correct: record, field, address."""
    found = []
    for row in chosen:
        ato: Any = row.entry.feed.ato if row.entry.feed else None
        # What is kept here is our own value; a correction is of one that a feed gave.
        if ato is None or ato.source != RecordSource.FEED or proposes_for(user, ato) is None:
            continue
        found += [
            (row.name, each.label, reverse("correct_ato", args=[ato.public_id, each.column]))
            for each in correctable(ato)
            if each.column in row.entry.facts
        ]
    return found


def _reason(act: str, form: PageForm) -> DifferenceReason | None:
    if act == TAKE_BACK:
        return None
    return DifferenceReason.ASK_FEDRAMP if act == ASK else DifferenceReason(form.cleaned_data["reason"])


def _chosen(request: HttpRequest, comparison: AgencyComparison) -> list[ChosenDifference]:
    """The rows that were chosen, with the facts that the person saw."""
    by_ato = comparison.found.by_ato
    if request.method == "POST":
        sent = (text.partition(":") for text in request.POST.getlist("row")[: MOST + 1])
        return [ChosenDifference(by_ato[key], mark) for key, _, mark in sent if key in by_ato]
    if request.GET.get("which") == "all":
        some = [entry for entry in comparison.entries if entry.ato is not None]
    else:
        keys = dict.fromkeys(request.GET.getlist("row"))
        some = [by_ato[key] for key in keys if key in by_ato]
    return [ChosenDifference(entry, entry.mark) for entry in some[: MOST + 1]]


def _carried_out(
    user: User,
    comparison: AgencyComparison,
    chosen: Sequence[ChosenDifference],
    reason: DifferenceReason | None,
    note: str,
) -> list[ChosenDifference]:
    wishes = [Wish(row.entry.ato.public_id, row.mark, reason, note) for row in chosen]
    outcomes = {outcome.ato: outcome for outcome in carry_out(user, comparison, wishes)}
    return [ChosenDifference(row.entry, row.mark, outcomes[row.entry.ato.public_id]) for row in chosen]


def carry_out(user: User, comparison: AgencyComparison, wishes: Sequence[Wish]) -> list[Outcome]:
    """What became of each wish, also where nothing changed at all."""

    def find() -> Mapping[str, RecordDifference]:
        return differences_of(reconciled(comparison.agency))

    try:
        return decide_differences(actor=user, wishes=wishes, find=find, now=timezone.now())
    except NothingDecided as refusal:
        return refusal.outcomes


def differences_of(found: Reconciliation) -> dict[str, RecordDifference]:
    return {key: RecordDifference(each.record_class, each.facts, each.mark) for key, each in found.by_ato.items()}


def _request(rows: Iterable[ChosenDifference]) -> str:
    return request_text([row.entry for row in rows if row.outcome is not None and row.outcome.is_done])


def request_text(entries: Sequence[Entry]) -> str:
    """What FedRAMP is asked to correct, a line for each, to be pasted into a message."""
    lines: list[str] = []
    for entry in entries:
        offering = entry.side.offering
        what = f"{name_of(entry)} ({offering.fedramp_id})" if offering and offering.fedramp_id else name_of(entry)
        said = [
            f"{name.replace('_on', '')}: {ours or 'none'}, published {feed or 'none'}"
            for name, (ours, feed) in entry.facts.items()
        ]
        lines.append(f"- {what}, {entry.side.agency.name}. {entry.record_class.label}: {'; '.join(said)}")
    return "\n".join(("Please correct these records in the Marketplace.", *lines)) if lines else ""
