"""The deadlines of offerings: reports, reviews, the ways out of Ready, and from when each ruleset holds."""

from collections.abc import Iterator
from datetime import date, timedelta

from authorizations.deadlines.computation import WAIVED, by_length, counted, latest, met
from authorizations.deadlines.deadline import PMO, Deadline, DeadlineForce, DeadlineSide, OfferingDeadlineRow
from authorizations.lifecycle.date_arithmetic import business_days_after, next_yearly
from authorizations.lifecycle.duties import adoption_of
from authorizations.rules import Release, newest, office_closures
from authorizations.rules.names import RULESETS
from authorizations.rules.release_file import Effective
from authorizations.sanitize import day_or_none
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, Designation

AGENCIES = DeadlineSide("agency")
# Of these rulesets, providers are not the ones who must follow.
OF_OTHERS = ("AGU", "REC")
# From this day on a Ready offering converts when its annual assessment ends (FRC-CSF-RDY), whatever release holds.
READY_RULE_SINCE = date(2026, 7, 14)
# A quarterly review is not held earlier after the report (CCM-QTR-SAR).
EARLIEST_REVIEW = 3
A_MONTH = 30


def dates_of(rules: Release, certification: str, ruleset: str) -> Effective | None:
    """From when a ruleset holds for a type of certification; Rev5 where none is recorded."""
    return rules.effective.get(ruleset, {}).get(certification or "rev5")


def is_legacy_on(rules: Release, certification: str, ruleset: str, day: date) -> bool:
    """Whether a Rev5 duty still is on a day: until existing holders need the ruleset that replaces it."""
    if certification == "20x":
        return False
    dates = dates_of(rules, certification, ruleset)
    return dates is None or dates.maintain is None or day < dates.maintain


def binds_from(rules: Release, row: OfferingDeadlineRow, ruleset: str) -> date | None:
    """From when a ruleset binds an offering: adopted before, needed for its certification, or by existing holders."""
    dates = dates_of(rules, row.certification, ruleset)
    if dates is None or row.certified_on is None:
        return None
    new = dates.obtain is not None and row.certified_on >= dates.obtain
    held = row.certified_on if new else dates.maintain
    adopted = latest(adoption_of(ruleset), row.delivered)
    return min((day for day in (held, adopted.on if adopted else None) if day), default=None)


def first_report(rules: Release, row: OfferingDeadlineRow, binds: date | None) -> date | None:
    """The day of the first report: CCM is followed by the day on which holders need it, so they have reported by then.

    Only who is certified under CCM has three months from then on.
    """
    on, dates = counted(rules, "report_months", binds), dates_of(rules, row.certification, "CCM")
    if on is None or dates is None or dates.maintain is None or row.certification == "20x":
        return on
    is_new = dates.obtain is not None and row.certified_on is not None and row.certified_on >= dates.obtain
    return on if is_new else min(on, dates.maintain)


def review_opens(reported: date) -> date:
    """The first day of a quarterly review, by the report that it speaks of (CCM-QTR-SAR)."""
    return business_days_after(reported, EARLIEST_REVIEW, office_closures())


def _of(row: OfferingDeadlineRow) -> tuple[str, int]:
    return "offering", row.pk


def _provider(row: OfferingDeadlineRow) -> DeadlineSide:
    return DeadlineSide("provider", row.provider)


def reports(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """N01 and N04: a report every three months, and a review meeting three to ten business days after it."""
    if row.designation not in CERTIFIED_DESIGNATIONS:
        return
    rules = newest(today)
    binds = binds_from(rules, row, "CCM")
    last = latest("N01", row.delivered)
    if binds is None and last is None:
        return
    anchor = ("report delivered", last.on) if last else ("ruleset CCM binds", binds)
    yield by_length(
        kind="N01", subject=_of(row), owes=_provider(row), to=AGENCIES, release=rules, length="report_months",
        anchor=anchor[0], anchored_on=anchor[1], rule="CCM-OCR-AVL",
        on=None if last else first_report(rules, row, binds),
    )  # fmt: skip
    if last and not last.waived and row.certification_class != "A":
        must = row.certification_class in ("C", "D")
        on, by = met("N04", last.period, row.delivered)
        review = by_length(
            kind="N04", subject=_of(row), owes=_provider(row), to=AGENCIES, release=rules,
            length="meeting_business_days", anchor="report delivered", anchored_on=last.on,
            rule="CCM-QTR-MTG; CCM-QTR-SAR",
            force=DeadlineForce.MUST if must else DeadlineForce.SHOULD, detail=last.period.isoformat(),
            met_on=on, met_by=by,
        )  # fmt: skip
        yield review._replace(opens_on=review_opens(last.on))


def announced(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """N02: the days of the next report and review that the provider announces in its package overview.

    Either is met by the first delivery of its kind since the file that had the day first, or in the month before it:
    providers leave days standing that have passed.
    """
    for kind, column, day, rule in (
        ("N01_announced", "next_report_on", row.next_report_on, "CCM-OCR-NRD"),
        ("N04_announced", "next_review_on", row.next_review_on, "CCM-QTR-NRD"),
    ):
        if day is None:
            continue
        since = day_or_none((row.announced or {}).get(column, "").rpartition(" ")[2]) or day
        counts_from = min(since, day - timedelta(days=A_MONTH))
        own = [each for each in row.delivered if each.duty == kind.partition("_")[0] and each.on >= counts_from]
        first = min(own, key=lambda each: each.on, default=None)
        yield Deadline(
            kind=kind, subject_type="offering", subject_id=row.pk, owed_by=_provider(row), owed_to=AGENCIES, on=day,
            anchor="announced in the package overview", anchored_on=since, rule=rule, source="the package overview",
            release=newest(today).id, force=DeadlineForce.SHOULD, satisfied_on=first.on if first else None,
            satisfied_by=(WAIVED if first.waived else first.reference) if first else "",
        )  # fmt: skip


def report_of_fedramp(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """N23: FedRAMP's certification report is in the package two weeks after its receipt, which comes with the decision.

    Until the ruleset CDS is needed for a new certification, nobody must; before anyone could adopt it, nobody owed it.
    """
    if row.certified_here_on is None or row.designation not in CERTIFIED_DESIGNATIONS:
        return
    rules, certification = newest(today), row.certification or "rev5"
    stated = rules.effective.get("CDS", {}).get(certification)
    if stated is None or (stated.optional and row.certified_here_on < stated.optional):
        return
    force = DeadlineForce.MUST if rules.in_force("CDS", certification, row.certified_here_on) else DeadlineForce.SHOULD
    on, by = met("N23", row.certified_here_on, row.delivered)
    yield by_length(
        kind="N23", subject=_of(row), owes=_provider(row), to=AGENCIES, release=rules, length="fcr_days",
        anchor="certified", anchored_on=row.certified_here_on, rule="CDS-CSO-FRC", force=force,
        detail=row.certified_here_on.isoformat(), met_on=on, met_by=by,
    )  # fmt: skip


def assessment_ahead(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """L15: the SSP is with the assessor thirty days before an annual assessment begins, whose day was announced."""
    for delivery in row.delivered:
        if delivery.duty == "assessment_start" and is_legacy_on(
            newest(today), row.certification, "IVV", delivery.period
        ):
            rules = newest(today)
            on, by = met("L15", delivery.period, row.delivered)
            yield by_length(
                kind="L15", subject=_of(row), owes=_provider(row), to=DeadlineSide("assessor"), release=rules,
                length="ssp_to_assessor_days", anchor="annual assessment begins", anchored_on=delivery.period,
                rule="CMD",
                back=True, detail=delivery.period.isoformat(), met_on=on, met_by=by,
            )  # fmt: skip


def endings(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """N25: agencies are told of a downgrade or an end 120 days before it."""
    for delivery in row.delivered:
        if delivery.duty == "N25":
            yield by_length(
                kind="N25", subject=_of(row), owes=_provider(row), to=AGENCIES, release=newest(today),
                length="ending_days", anchor="downgrade or end", anchored_on=delivery.period, rule="FRC-CCL-DNP",
                force=DeadlineForce.SHOULD, back=True, detail=delivery.period.isoformat(), met_on=delivery.on,
                met_by=delivery.reference,
            )  # fmt: skip


def progress(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """N28: in Initial Implementation, progress every three months and an assessment scheduled within two years."""
    if row.designation != Designation.INITIAL_IMPLEMENTATION:
        return
    stated = latest("listed", row.delivered)
    listed_on = row.implementation_on or (stated.period if stated else None)
    last = latest("N28", row.delivered)
    rules = newest(today)
    anchor = ("progress reported", last.on) if last else ("listed", listed_on)
    yield by_length(
        kind="N28_progress", subject=_of(row), owes=_provider(row), to=PMO, release=rules, length="progress_months",
        anchor=anchor[0], anchored_on=anchor[1], rule="MKT-IIP-DCP",
    )  # fmt: skip
    scheduled = latest("assessment_start", row.delivered)
    yield by_length(
        kind="N28_scheduled", subject=_of(row), owes=_provider(row), to=PMO, release=rules, length="scheduled_months",
        anchor="listed", anchored_on=listed_on, rule="MKT-IIP-DLA",
        met_on=scheduled.on if scheduled else None, met_by="assessment scheduled",
    )  # fmt: skip


def ready(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """L35: Ready lasts a year; it converts by the later of its annual assessment and 17 Nov 2026; all of it ends."""
    if row.designation != Designation.READY:
        return
    rules = newest(today)
    if row.ready_on:
        yield by_length(
            kind="L35_ready", subject=_of(row), owes=_provider(row), to=PMO, release=rules, length="ready_months",
            anchor="FedRAMP Ready", anchored_on=row.ready_on, rule="MKTPG24",
        )  # fmt: skip
    base = rules.dates.get("ready_conversion")
    if base:
        annual = next_yearly(row.annual_day, READY_RULE_SINCE) if row.annual_day else base
        yield _dated("L35_conversion", row, max(base, annual), "ready_conversion", "annual assessment expires", rules)
    if removed := rules.dates.get("ready_removed"):
        yield _dated("L35_removed", row, removed, "ready_removed", "Ready disappears", rules)


def pipeline(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """T24, I46: an offering that converted to the temporary Rev5 Program pipeline follows the updated Rev5 rules."""
    rules, name = newest(today), "pipeline_follow"
    if row.in_pipeline and (day := rules.dates.get(name)):
        followed = latest("pipeline", row.delivered)
        due = _dated("pipeline", row, day, name, "agreed to at the conversion", rules, "MD26 providers/start/path")
        if followed:
            due = due._replace(satisfied_on=followed.on, satisfied_by=WAIVED if followed.waived else followed.reference)
        yield due


def rules_end(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """D.4: the Consolidated Rules for 2026 expire; until then, at least, a Rev5 certification stays active."""
    rules, name = newest(today), "rules_end"
    if row.designation in CERTIFIED_DESIGNATIONS and (day := rules.dates.get(name)):
        is_rev5 = row.certification != "20x"
        anchor = "a Rev5 certification stays active until then at least" if is_rev5 else "the rules expire"
        due = _dated(name, row, day, name, anchor, rules, "MD26 changes")
        yield due._replace(force=DeadlineForce.SHOULD) if due.force is DeadlineForce.MUST else due


def _dated(
    kind: str, row: OfferingDeadlineRow, day: date, name: str, anchor: str, rules: Release, rule: str = "FRC-CSF-RDY"
) -> Deadline:
    force = DeadlineForce.LOCAL if name in rules.local else DeadlineForce.MUST
    return Deadline(
        kind=kind, subject_type="offering", subject_id=row.pk, owed_by=_provider(row), owed_to=PMO, on=day,
        anchor=anchor,
        anchored_on=day, rule=rule, source=rules.sources[name], release=rules.id, force=force,
    )  # fmt: skip


def rulesets(row: OfferingDeadlineRow, today: date) -> Iterator[Deadline]:
    """D.4: from when existing holders need each ruleset, and from when a certification is lost without it."""
    if row.designation not in CERTIFIED_DESIGNATIONS:
        return
    rules = newest(today)
    for ruleset, types in rules.effective.items():
        dates = types.get(row.certification or "rev5")
        if ruleset in OF_OTHERS or dates is None:
            continue
        adopted = latest(adoption_of(ruleset), row.delivered)
        for name, day in (("maintain", dates.maintain), ("grace", dates.grace)):
            # What was over before this release began, it asks of nobody anew.
            if day is None or day < rules.active_from or (name == "grace" and dates.next_assessment):
                continue
            yield Deadline(
                kind=f"ruleset_{name}", subject_type="offering", subject_id=row.pk, owed_by=_provider(row), owed_to=PMO,
                on=day, anchor=f"ruleset {ruleset}: {RULESETS[ruleset]}", anchored_on=day, rule=ruleset,
                source=rules.effective_source, release=rules.id, force=DeadlineForce.MUST, detail=ruleset,
                satisfied_on=adopted.on if adopted else None, satisfied_by="adopted" if adopted else "",
            )  # fmt: skip
