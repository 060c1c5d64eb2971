"""The findings of a case: drafts of the reviewer's side, the list that came back, its answers, and what is settled."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.audit_log.security_events import note
from authorizations.actions.findings.drafts import NOT_A_REVIEWER, refuse_drafting
from authorizations.actions.findings.findings import (
    NOT_YOURS_TO_SETTLE,
    answer_findings,
    ask_again,
    change_finding,
    draft_finding,
    drop_finding,
    resolve_findings,
)
from authorizations.actions.findings.returns import ANSWERERS, REVIEWERS, sides_of
from authorizations.actions.refusals import NoLongerPossible
from authorizations.actions.steps import StaleRevision, refuse_stale
from authorizations.display import counted
from authorizations.models import Case, Finding
from authorizations.presenters.findings import Findings, Listed, SentReturn, findings_for
from authorizations.step_pages.page import happened_since
from authorizations.tables.columns import Row
from authorizations.vocabulary import Turn
from authorizations.web.answers import carried_out, case_of, done, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.findings.forms import AgainForm, AnswersForm, DraftChangeForm, DraftForm, SettleForm
from authorizations.web.lists.export import csv_response
from authorizations.web.page_access import person

SHEET = (
    *("Id", "State", "Severity", "About", "Finding", "Returned with", "Returned on", "Owed by"),
    *("Answer", "Answered by", "Answered on", "Settled by", "Settled on", "Rounds before"),
)
NOT_YOURS_TO_ANSWER = "Your role answers no finding of this case. See the open ones in its list."


def _address(case: Case) -> str:
    return reverse("case_findings", args=[case.public_id])


# --- the list ---


def case_findings(request: HttpRequest, public_id: str) -> HttpResponse:
    case = case_of(request, public_id)
    found = findings_for(case, person(request))
    if request.method != "POST":
        return _page(request, case, found)
    return _settle(request, case, found) if request.POST.get("act") == "settle" else _answer(request, case, found)


def _answer(request: HttpRequest, case: Case, found: Findings) -> HttpResponse:
    user = person(request)
    owing = {Turn(each.finding.owed_by) for each in found.sent}
    if not found.to_answer and not any(not ANSWERERS[side].isdisjoint(case.parties_of(user)) for side in owing):
        raise PermissionDenied(NOT_YOURS_TO_ANSWER)
    form = AnswersForm(request.POST, case=case, listed=of(found.to_answer))
    if refused := _refused(request, case, found, form, answer_findings):
        return refused
    answered = form.made
    names = {each.public_id for each in answered}
    left = sum(each.finding.is_unanswered and each.finding.public_id not in names for each in of(found.to_answer))
    still = (
        f"{left:,} still to answer."
        if left
        else "Every finding has its answer. Hand the work on with the step on the case’s page."
    )
    return done(request, f"{counted(len(answered), 'answer')} kept. {still}", _address(case))


def _settle(request: HttpRequest, case: Case, found: Findings) -> HttpResponse:
    if not sides_of(case.parties_of(person(request))):
        raise PermissionDenied(NOT_YOURS_TO_SETTLE)
    form = SettleForm(request.POST, case=case, listed=of(found.to_settle))
    if refused := _refused(request, case, found, form, resolve_findings):
        return refused
    return done(request, f"{counted(len(form.made), 'finding')} settled.", _address(case))


def _refused(
    request: HttpRequest, case: Case, found: Findings, form: AnswersForm | SettleForm, act: Callable[..., Any]
) -> HttpResponse | None:
    user = person(request)
    try:
        refuse_stale(case, form.seen, user)
        if form.is_valid() and not any(form.arguments.values()):
            form.add_error(None, "Nothing was changed: write an answer to at least one finding.")
        if form.is_valid() and form.carry_out(user, act, case.public_id, revision=form.seen, **form.arguments):
            return None
        return _page(request, case, found, form)
    except StaleRevision as refusal:
        form.is_valid()
        newest = case_of(request, case.public_id)
        now = findings_for(newest, user)
        renewed = form.renewed(newest, of(now.to_answer if isinstance(form, AnswersForm) else now.to_settle))
        return _page(request, newest, now, renewed, moved_on=refusal, in_vain=_unsaved_input(request, now))


def _unsaved_input(request: HttpRequest, now: Findings) -> list[tuple[Listed, str]]:
    open_to = {each.finding.public_id for each in of(now.to_answer)}
    submitted = ((each, str(request.POST.get(each.finding.public_id, "")).strip()) for each in now.sent)
    return [
        (each, text)
        for each, text in submitted
        if text not in ("", each.finding.answer) and each.finding.public_id not in open_to
    ]


def of(part: list[SentReturn]) -> list[Listed]:
    return [each for sent in part for each in sent.listed]


def _page(
    request: HttpRequest,
    case: Case,
    found: Findings,
    sent: AnswersForm | SettleForm | None = None,
    *,
    moved_on: NoLongerPossible | None = None,
    in_vain: Sequence[tuple[Listed, str]] = (),
) -> HttpResponse:
    shown_findings, tone = _shown_findings(found)
    context = {
        "trail": trail_of(case),
        **case_frame(case, person(request), "case_findings"),
        "found": found,
        "standing": shown_findings,
        "tone": tone,
        "answers": sent if isinstance(sent, AnswersForm) else AnswersForm(case=case, listed=of(found.to_answer)),
        "settling": sent if isinstance(sent, SettleForm) else SettleForm(case=case, listed=of(found.to_settle)),
        "form": sent,
        "moved_on": moved_on,
        "in_vain": in_vain,
        "is_open": case.is_open,
        "since": happened_since(case, person(request), moved_on),
    }
    return render(request, "findings/list.html", context, status=409 if sent else 200)


def _shown_findings(found: Findings) -> tuple[str, str]:
    if found.number_unanswered:
        return f"{found.number_unanswered:,} to answer", "wait"
    if found.number_open:
        return f"{found.number_open:,} answered, not settled", "plain"
    return ("All settled", "good") if found.sent else ("", "")


def case_findings_csv(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same findings as a CSV file, drafts of the own side included as the page includes them."""
    case = case_of(request, public_id)
    found = findings_for(case, person(request))
    note("list.exported", actor=person(request), now=timezone.now(), subject=case, details={"list": "findings"})
    return csv_response(
        f"findings-{case.public_id}", SHEET, [_row(case, each) for each in [*found.drafts, *found.sent]]
    )


def _row(case: Case, listed: Listed) -> Row:
    finding = listed.finding
    step = case.machine().step(finding.step)
    return (
        *(finding.public_id, listed.state, finding.get_severity_display(), listed.about, finding.text),
        *(step.label if step else "", finding.sent_at, finding.get_owed_by_display()),
        *(finding.answer, str(finding.answered_by or ""), finding.answered_at),
        *(str(finding.resolved_by or ""), finding.resolved_at, len(finding.rounds.all())),
    )


# --- drafts ---


def add_finding(request: HttpRequest, public_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    if not sides_of(case.parties_of(user)):
        raise PermissionDenied(NOT_A_REVIEWER)
    refuse_drafting(case)
    initial = {"about": request.GET.get("about", "")}
    form = DraftForm(request.POST if request.method == "POST" else None, case=case, user=user, initial=initial)
    if form.is_valid() and form.carry_out(user, draft_finding, case.public_id, **form.arguments):
        next_page = reverse("add_finding", args=[case.public_id]) if "another" in request.POST else _address(case)
        to = form.made if form.already else next_page
        return carried_out(request, form, "Drafted. Your side alone sees it until the next return sends it.", to)
    return _draft_page(request, case, form)


def change_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    finding, case = _finding_of(request, public_id)
    if REVIEWERS[Turn(finding.side)].isdisjoint(case.parties_of(user)):
        raise PermissionDenied(NOT_A_REVIEWER)
    if not finding.is_draft and request.method != "POST":
        raise NoLongerPossible("This finding was sent or dropped; a draft alone can be changed.")
    now = timezone.now()
    if "drop" in request.POST:
        drop_finding(public_id, actor=user, now=now)
        return done(request, "Dropped. It is not sent.", _address(case))
    form = DraftChangeForm(request.POST if request.method == "POST" else None, case=case, user=user, finding=finding)
    if form.is_valid() and form.carry_out(user, change_finding, public_id, **form.content):
        return done(request, "The draft is changed.", _address(case))
    return _draft_page(request, case, form, finding)


def _finding_of(request: HttpRequest, public_id: str) -> tuple[Finding, Case]:
    rows = Finding.objects.visible_to(person(request)).select_related("case", "version__document", "answered_by")
    finding: Finding = get_object_or_404(rows, public_id=public_id)
    return finding, case_of(request, str(finding.case.public_id))


def _draft_page(request: HttpRequest, case: Case, form: DraftForm, finding: Finding | None = None) -> HttpResponse:
    trail = trail_of(case, ("Findings", _address(case)))
    context = {"trail": trail, "case": case, "form": form, "finding": finding, "back": _address(case)}
    return render(request, "findings/draft.html", context)


# --- another round ---


def ask_finding_again(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    finding, case = _finding_of(request, public_id)
    if REVIEWERS[Turn(finding.side)].isdisjoint(case.parties_of(user)):
        raise PermissionDenied(NOT_YOURS_TO_SETTLE)
    if request.method != "POST" and (finding.is_unanswered or not finding.is_open):
        raise NoLongerPossible("This finding has no answer that could be asked for again.")
    form = AgainForm(request.POST if request.method == "POST" else None, case=case)
    if not form.is_valid():
        return _again_page(request, case, finding, form)
    try:
        ask_again(public_id, actor=user, now=timezone.now(), **form.cleaned_data)
    except StaleRevision as refusal:
        submitted, (newest, newest_case) = request.POST.copy(), _finding_of(request, public_id)
        submitted["revision"] = str(newest_case.revision)
        return _again_page(request, newest_case, newest, AgainForm(submitted, case=newest_case), refusal)
    return done(request, "Asked again. It goes with the next return, and can be answered from now on.", _address(case))


def _again_page(
    request: HttpRequest, case: Case, finding: Finding, form: AgainForm, moved_on: StaleRevision | None = None
) -> HttpResponse:
    context = {
        "trail": trail_of(case, ("Findings", _address(case))),
        "case": case,
        "finding": finding,
        "form": form,
        "back": _address(case),
        "moved_on": moved_on,
        "is_open": finding.is_open and not finding.is_unanswered,
        "since": happened_since(case, person(request), moved_on),
    }
    return render(request, "findings/ask_again.html", context, status=409 if moved_on else 200)
