"""The deadlines of ATOs: telling FedRAMP, what the agency looks at again, what the official asked for."""

from collections.abc import Iterator
from datetime import date

from authorizations.deadlines.computation import by_length, counted, latest, met
from authorizations.deadlines.deadline import (
    PMO,
    AtoDeadlineRow,
    ConditionDeadlineRow,
    Deadline,
    DeadlineForce,
    DeadlineSide,
)
from authorizations.deadlines.offerings import is_legacy_on, review_opens
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.rules import newest
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, NoticeRecipient

ENDED_BY_THE_OFFICIAL = (AtoStage.REVOKED, AtoStage.SUSPENDED)


def _ato(row: AtoDeadlineRow) -> tuple[str, int]:
    return "ato", row.pk


def _agency(row: AtoDeadlineRow) -> DeadlineSide:
    return DeadlineSide("agency", row.agency)


def _official(row: AtoDeadlineRow) -> DeadlineSide:
    return DeadlineSide("agency", row.agency, row.official)


def _provider(row: AtoDeadlineRow) -> DeadlineSide:
    return DeadlineSide("provider", row.provider)


def _days_notified(row: AtoDeadlineRow, whom: str) -> list[date]:
    return sorted(day for recipient, day in row.notified if recipient == whom)


def letter(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """A01: the agency sends FedRAMP the letter upon signing; no source gives a number of days.

    One that FedRAMP returned is owed again.
    """
    if not row.is_made_here or row.signed_on is None:
        return
    days = [*_days_notified(row, NoticeRecipient.FEDRAMP)[:1], *([row.recorded_on] if row.recorded_on else [])]
    days = [] if row.letter_came_back else days
    if not days and row.stage not in LIVE_ATO_STAGES:
        return
    yield by_length(
        kind="A01", subject=_ato(row), owes=_agency(row), to=PMO, release=newest(today), length="letter_days",
        anchor="ATO signed", anchored_on=row.signed_on, rule="AGU-AGC-NAA", met_on=days[0] if days else None,
        met_by="FedRAMP told",
    )  # fmt: skip


def end_notified(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """D.5, step 8: the official tells FedRAMP of a suspension or a revocation; no source gives a number of days."""
    if row.stage not in ENDED_BY_THE_OFFICIAL or not row.is_made_here:
        return
    provider = _days_notified(row, NoticeRecipient.PROVIDER)
    since = row.ended_on or (provider[-1] if provider else None)
    notified = next((day for day in _days_notified(row, NoticeRecipient.FEDRAMP) if since and day >= since), None)
    yield by_length(
        kind="D5", subject=_ato(row), owes=_official(row), to=PMO, release=newest(today), length="end_told_days",
        anchor=f"ATO {AtoStage(row.stage).label.lower()}", anchored_on=since, rule="PMG3 §3", met_on=notified,
        met_by="FedRAMP told",
    )  # fmt: skip


def expiry(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """R11 b: an expiry that was recorded. Nothing expires by itself; the agency renews or stops using."""
    if row.stage in LIVE_ATO_STAGES and row.expires_on:
        yield Deadline(
            kind="ato_expiry", subject_type="ato", subject_id=row.pk, owed_by=_official(row), owed_to=PMO,
            on=row.expires_on,
            anchor="expiry recorded", anchored_on=row.expires_on, rule="A-130; M-24-15 IV", source="ATOS",
            release=newest(today).id, force=DeadlineForce.SHOULD,
        )  # fmt: skip


def reevaluation(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """L28: the official looks at the authorization again within three years, or continuously as A-130 has it."""
    if row.stage not in LIVE_ATO_STAGES or row.signed_on is None:
        return
    last = latest("L28", row.delivered)
    anchor = ("re-evaluated", last.period) if last else ("ATO signed", row.signed_on)
    rules = newest(today)
    on = counted(rules, "reevaluation_months", anchor[1])
    months = rules.lengths.get("reevaluation_months")
    # What ran out before the register knew of the row, it cannot ask for: the round under way counts.
    times = 1
    while on and months and row.known_on and on < row.known_on:
        times += 1
        on = months_after(anchor[1], months * times)
    yield by_length(
        kind="L28", subject=_ato(row), owes=_official(row), to=_official(row), release=rules,
        length="reevaluation_months", anchor=anchor[0], anchored_on=anchor[1], rule="CMSG; ATOL",
        force=DeadlineForce.SHOULD,
        on=on,
    )  # fmt: skip


def class_a(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """A09: a class A offering is not used for more than twelve months, unless it seeks another class."""
    if row.stage in LIVE_ATO_STAGES and row.certification_class == "A" and row.signed_on:
        yield by_length(
            kind="A09", subject=_ato(row), owes=_agency(row), to=_agency(row), release=newest(today),
            length="class_a_months", anchor="ATO signed", anchored_on=row.signed_on, rule="AGU-USE-CLA",
            force=DeadlineForce.SHOULD,
        )  # fmt: skip


def forwarded(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """L34: the provider forwards a new ATO to FedRAMP on its receipt and invites its official to the meetings."""
    if not row.is_made_here or row.stage not in LIVE_ATO_STAGES or row.signed_on is None or row.is_initial:
        return
    if not is_legacy_on(newest(today), row.certification, "CCM", row.signed_on):
        return
    on, by = met("L34", row.signed_on, row.delivered)
    if on is None and row.recorded_on:
        on, by = row.recorded_on, "recorded by FedRAMP"
    yield by_length(
        kind="L34", subject=_ato(row), owes=_provider(row), to=PMO, release=newest(today), length="forward_days",
        anchor="ATO signed", anchored_on=row.signed_on, rule="DOCS26", met_on=on, met_by=by,
        detail=row.signed_on.isoformat(),
    )  # fmt: skip


def reports_read(row: AtoDeadlineRow, today: date) -> Iterator[Deadline]:
    """A04 and A05: the agency reviews each report of the offering, and a senior official attends its review."""
    if row.stage not in LIVE_ATO_STAGES or row.signed_on is None:
        return
    report = latest("N01", row.of_offering)
    if report is None or report.waived or report.on < row.signed_on:
        return
    rules = newest(today)
    # The rule of the agencies says should; that of the ruleset CCM says must, once it holds for the offering.
    must = not is_legacy_on(rules, row.certification, "CCM", report.on)
    rule, force = ("CCM-AGM-ROR", DeadlineForce.MUST) if must else ("AGU-USE-ROR", DeadlineForce.SHOULD)
    on, by = met("A04", report.period, row.delivered)
    detail = report.period.isoformat()
    yield by_length(
        kind="A04", subject=_ato(row), owes=_agency(row), to=_provider(row), release=rules,
        length="report_review_months", anchor="report delivered", anchored_on=report.on, rule=rule, force=force,
        detail=detail, met_on=on, met_by=by,
    )  # fmt: skip
    on, by = met("A05", report.period, row.delivered)
    attendance = by_length(
        kind="A05", subject=_ato(row), owes=_agency(row), to=_provider(row), release=rules,
        length="meeting_business_days", anchor="report delivered", anchored_on=report.on, rule="AGU-USE-DSO",
        force=DeadlineForce.SHOULD, detail=detail, met_on=on, met_by=by,
    )  # fmt: skip
    yield attendance._replace(opens_on=review_opens(report.on))


def condition(row: ConditionDeadlineRow, today: date) -> Iterator[Deadline]:
    """ATOL: what the official asked for when signing, by the day the letter gives."""
    if row.due_on:
        yield Deadline(
            kind="condition", subject_type="condition", subject_id=row.pk, owed_by=DeadlineSide(row.owner_side,
            row.owner),
            owed_to=DeadlineSide("agency", row.agency), on=row.due_on, anchor="condition of the ATO", anchored_on=None,
            rule="ATOL", source="ATOL", release="", force=DeadlineForce.MUST, satisfied_on=row.met_on,
            satisfied_by="evidence recorded" if row.met_on else "",
        )  # fmt: skip
