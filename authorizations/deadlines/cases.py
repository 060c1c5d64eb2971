"""The deadlines of cases: terms of the request and of In Process, the official's change, the cut-off, the review."""

from collections.abc import Iterator
from datetime import date, timedelta

from authorizations.deadlines.computation import by_length, counted
from authorizations.deadlines.deadline import (
    PMO,
    CaseDeadlineRow,
    Deadline,
    DeadlineForce,
    DeadlineSide,
    TaskDeadlineRow,
)
from authorizations.deadlines.offerings import dates_of
from authorizations.lifecycle.date_arithmetic import EASTERN, hours_after
from authorizations.lifecycle.gates.package import assessed_on
from authorizations.lifecycle.stages import BEFORE_REVIEW, CLOCK_STOPPED, LISTED
from authorizations.lifecycle.wbs import sides_of
from authorizations.rules import Release, newest, release
from authorizations.vocabulary import Designation

# Stages in which a listed case is no longer listed.
ENDED_LISTED = ("withdrawn", "removed", "partner_lost")
REQUESTED = (*LISTED, "in_process_requested")
# An assessment that was finished, or reported on, had begun by then.
BEGUN = ("assessment_started_on", "testing_finished_on", "sar_delivered_on")
IN_PROCESS = (Designation.IN_PROCESS_AGENCY, Designation.IN_PROCESS_FEDRAMP)


def _case(row: CaseDeadlineRow) -> tuple[str, int]:
    return "case", row.pk


def _agency(row: CaseDeadlineRow) -> DeadlineSide:
    return DeadlineSide("agency", row.agency)


def _provider(row: CaseDeadlineRow) -> DeadlineSide:
    return DeadlineSide("provider", row.provider)


def assessment_terms(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """S3 and L36: the assessment starts within six months of the request, and of the In Process date."""
    if row.stage not in REQUESTED:
        return
    begun = next((day for name in BEGUN if (day := row.day(name))), None)
    rules, provider = release(row.release), _provider(row)
    for kind, fact, anchor, rule in (
        ("S3_assessment", "requested_on", "In Process requested", "IPR; MKTPG24"),
        ("L36_assessment", "in_process_on", "In Process", "WBS 5.1; MKTPG24"),
    ):
        if anchored := row.day(fact):
            yield by_length(
                kind=kind, subject=_case(row), owes=provider, to=PMO, release=rules,
                length="assessment_start_months", anchor=anchor, anchored_on=anchored, rule=rule, met_on=begun,
                met_by="assessment started",
            )  # fmt: skip


def ato_terms(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """S3 and L36: the ATO is signed within twelve months of both; a timeline that both sides agreed on takes over."""
    if row.stage not in REQUESTED:
        return
    signed = row.day("signed_on")
    agreed = _agreed_anew(row)
    rules, decides = release(row.release), DeadlineSide("agency", row.agency, row.official)
    for kind, fact, anchor, rule in (
        ("S3_ato", "requested_on", "In Process requested", "IPR"),
        ("L36_ato", "in_process_on", "In Process", "MKTPG24; IPR"),
    ):
        anchored = row.day(fact)
        if anchored is None:
            continue
        on = counted(rules, "ato_months", anchored)
        if agreed and on and agreed > on:
            on, anchor, rule = agreed, "a new timeline that both sides agreed on", "IP4"
        yield by_length(
            kind=kind, subject=_case(row), owes=decides, to=PMO, release=rules, length="ato_months", anchor=anchor,
            anchored_on=anchored, rule=rule, on=on, met_on=signed, met_by="ATO signed",
        )  # fmt: skip


def _agreed_anew(row: CaseDeadlineRow) -> date | None:
    agreed = row.day("timeline_agreed_by_agency_on") and row.day("timeline_agreed_by_provider_on")
    return row.day("ato_planned_on") if agreed else None


def official_changed(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """L37: FedRAMP is told of another official, with a new request, within thirty days."""
    changed = row.day("official_changed_on")
    if row.stage in LISTED and changed:
        notified = row.day("official_change_notified_on")
        yield by_length(
            kind="L37", subject=_case(row), owes=_agency(row), to=PMO, release=release(row.release),
            length="official_change_days", anchor="authorizing official changed", anchored_on=changed, rule="MKTPG24",
            met_on=notified, met_by="FedRAMP told",
        )  # fmt: skip


def report_age(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """FRC-APP-FIA and -USA: until when the provider may apply with the report, and have what changed reviewed.

    Before the rules for applications hold, no report is too old.
    """
    rules, reported, applied = newest(today), row.day("sar_delivered_on"), row.day("applied_on")
    dates = dates_of(rules, "rev5", "FRC")
    if row.stage not in BEFORE_REVIEW or reported is None or dates is None or dates.obtain is None:
        return
    refreshed, stale = row.day("assessment_refreshed_on"), rules.lengths.get("assessment_stale_months")
    since = assessed_on(reported, refreshed, stale)
    before = dates.obtain - timedelta(days=1)
    fresh_until = counted(rules, "assessment_fresh_months", since)
    may_refresh = counted(rules, "assessment_stale_months", reported)
    for kind, length, anchored, on, rule in (
        ("SAR_fresh", "assessment_fresh_months", since, fresh_until and max(fresh_until, before), "FRC-APP-FIA"),
        ("SAR_stale", "assessment_stale_months", reported, may_refresh, "FRC-APP-USA"),
    ):
        if on and on >= before:
            yield by_length(
                kind=kind, subject=_case(row), owes=_provider(row), to=PMO, release=rules, length=length,
                anchor="report delivered" if anchored == reported else "what changed was reviewed",
                anchored_on=anchored, rule=rule, on=on,
                met_on=applied if applied and applied >= anchored else None, met_by="provider applied",
            )  # fmt: skip


def cutoff(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """B: the last day for new Rev5 applications, for every open initial case that FedRAMP does not review yet.

    One that came back from FedRAMP's review was there by then, and its package may still be accepted.
    """
    if row.kind == "initial" and row.stage in BEFORE_REVIEW and row.stage != "partner_lost":
        due = _dated("cutoff", row, newest(today), "cutoff", "last new Rev5 applications", "MD26; COMM#156")
        since = row.day("pmo_review_since_on")
        if due.on and since and since <= due.on:
            due = due._replace(satisfied_on=since, satisfied_by="FedRAMP’s review began")
        yield due


def conversion(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """T24: the last day on which a case without its partner may convert."""
    if row.stage == "partner_lost":
        yield _dated(
            "conversion", row, newest(today), "conversion_to", "end of the conversion", "MD26 providers/start/path"
        )


def _dated(kind: str, row: CaseDeadlineRow, rules: Release, name: str, anchor: str, rule: str) -> Deadline:
    force = DeadlineForce.LOCAL if name in rules.local else DeadlineForce.MUST
    day = rules.dates.get(name)
    source = rules.sources.get(name, "")
    return Deadline(
        kind=kind, subject_type="case", subject_id=row.pk, owed_by=_provider(row), owed_to=PMO, on=day, anchor=anchor,
        anchored_on=day, rule=rule, source=source, release=rules.id, force=force,
    )  # fmt: skip


def decision(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """S12: FedRAMP's goal for its decision; while its clock stands still, the day moves with every day."""
    if row.stage not in ("pmo_review", *CLOCK_STOPPED) or row.received_at is None:
        return
    rules = release(row.release)
    received = row.received_at.astimezone(EASTERN).date()
    stopped, is_stopped = row.stopped_days, row.stage in CLOCK_STOPPED
    if is_stopped:
        stopped += max((today - row.stage_since.astimezone(EASTERN).date()).days, 0)
    on = counted(rules, "decision_days", received)
    moved = on + timedelta(days=stopped) if on else None
    anchor = "package received" + (f", clock stopped for {stopped} days" if stopped else "")
    goal = by_length(
        kind="S12", subject=_case(row), owes=PMO, to=_provider(row), release=rules, length="decision_days",
        anchor=anchor, anchored_on=received, rule="MD26 get-certified", force=DeadlineForce.SHOULD, on=moved,
    )  # fmt: skip
    yield goal._replace(is_stopped=is_stopped, anchored_day=on)


def delisting(row: CaseDeadlineRow, today: date) -> Iterator[Deadline]:
    """T20, T21 and X5: the Marketplace no longer lists a case that was withdrawn or removed, or lost its partner.

    Within 24 hours. An adopted case may have been listed on a day that nobody knows.
    """
    was_listed = row.day("in_process_on") is not None or row.adopted_at_stage in LISTED
    if row.stage not in ENDED_LISTED or row.kind != "initial" or not was_listed:
        return
    if row.designation not in IN_PROCESS or row.listed_again:
        return
    rules = release(row.release)
    hours = rules.lengths.get("delisting_hours")
    moment = hours_after(row.stage_since, hours) if hours else None
    ended = row.stage_since.astimezone(EASTERN).date()
    yield Deadline(
        kind="delisting", subject_type="case", subject_id=row.pk, owed_by=PMO, owed_to=_provider(row),
        on=moment.date() if moment else None, time=moment, anchor="case ended", anchored_on=ended,
        rule="IP4; MKTPG24", source=rules.sources.get("delisting_hours", ""), release=rules.id,
        force=DeadlineForce.MUST,
    )  # fmt: skip


def planned(row: TaskDeadlineRow, today: date) -> Iterator[Deadline]:
    """WBS: the planned start and finish of a task, as both sides signed them."""
    owes = _owner(row)
    agency, provider = DeadlineSide("agency", row.agency), DeadlineSide("provider", row.provider)
    to = agency if owes.side == "provider" else provider
    started = row.actual_start or row.actual_finish
    for name, day, done in (("start", row.planned_start, started), ("finish", row.planned_finish, row.actual_finish)):
        if day:
            yield Deadline(
                kind=f"WBS_{name}", subject_type="wbstask", subject_id=row.pk, owed_by=owes, owed_to=to, on=day,
                anchor=f"task {row.number} of the plan", anchored_on=None, rule=f"WBS {row.number}",
                source="WBS", release="", force=DeadlineForce.SHOULD, detail=name, satisfied_on=done,
                satisfied_by="done" if done else "", name=row.title,
            )  # fmt: skip


def _owner(row: TaskDeadlineRow) -> DeadlineSide:
    if row.is_pmo:
        return PMO
    named = next(iter(sides_of(row.owner)), "agency")
    keys = {"agency": row.agency, "provider": row.provider, "assessor": row.assessor}
    return PMO if named == "pmo" else DeadlineSide(named, keys[named])
