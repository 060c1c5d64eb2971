"""Decision packet of one ATO: the decision, its conditions and evidence, who signed, and how to check all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from authorizations.actions.acting_capacity import Subject
from authorizations.audit_log.export import HOW_TO_CHECK
from authorizations.display import counted, day_text, label, small
from authorizations.models import Ato, Case
from authorizations.models.register.standing import ato_standing
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import RecordedAct, acts, entries
from authorizations.reports import shared_tables
from authorizations.reports.audit_log_integrity import anchors_of, entries_of, proof_of_the_record, steps_of_checking
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases.decisions import is_decision
from authorizations.reports.parameters import ATO
from authorizations.rules import newest
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStanding, Channel, ListingRole, NoticeRecipient

DECISION = (
    Column("what", "What", "A field of the register."),
    Column("value", "As recorded", "Blank where nothing is recorded."),
)
SIGNERS = (
    Column("when", "When", "When it happened.", ColumnKind.MOMENT),
    Column("who", "Who", "Who did it, and for whom."),
    Column("decided_by", "Signed by", "Whose signed decision it was, where another recorded it."),
    Column("what", "What", "What was recommended, decided or signed."),
    Column("stated", "Stated", "What was stated with it, as far as the asker may read it."),
    Column("reason", "Why", "The reason that was given."),
)
NOTICES = (
    Column("recipient", "Told", "Who was told."),
    Column("on", "On", "The day.", ColumnKind.DAY),
    Column("channel", "How", "The way that the notice took."),
    Column("reference", "Reference", "Where the proof can be found."),
    Column("received", "Received", "The day of the receipt; none where there is none yet.", ColumnKind.DAY),
)
# What leads up to a decision: the agency's own recommendation to its official.
RECOMMENDS = frozenset({"recommend", "submit_for_decision"})


class DecisionPacket(Report):
    name = "decision-packet"
    title = "Decision packet"
    audience = "For the authorizing official, and for later questions about the grounds of the decision."
    explains = "One ATO: the decision, its conditions, the evidence with hashes, who signed, and how to check it."
    parameters: ClassVar[tuple[Parameter, ...]] = (ATO,)
    long = False

    def contents(self, spec: ReportSpec) -> Contents:
        packet = _read(spec)
        ato = packet.ato
        return Contents(
            f"Decision packet: {ato.get_ato_type_display()} of {ato.agency.name} for {ato.offering.name}",
            tables=tuple(_tables(packet)),
            summary=tuple(filter(None, _summary(packet))),
            figures=tuple(_figures(packet)),
            decisions=tuple(_decisions(packet)),
            rules=(packet.case.rules if packet.case else newest()).title,
            more={
                "ato": ato.public_id,
                "stage": ato.stage,
                "case": packet.case.public_id if packet.case else None,
                "how_to_check": list(HOW_TO_CHECK),
            },
        )


@dataclass(frozen=True)
class Packet:
    """What is read of an ATO for one asker; the case that led to it, where there is one that the asker may know of."""

    spec: ReportSpec
    ato: Ato
    case: Case | None
    acts: list[RecordedAct]
    case_acts: list[RecordedAct]
    after: Ato | None
    lines: Sequence[deadlines.DeadlineRow]

    @property
    def open_conditions(self) -> int:
        return sum(each.met_on is None for each in self.ato.conditions.all())

    @property
    def records(self) -> list[tuple[str, Subject]]:
        return [("This ATO", self.ato), *([("The case that led to it", self.case)] if self.case else [])]

    @cached_property
    def evidence(self) -> Table:
        return shared_tables.evidence(self.records, self.spec)


def _read(spec: ReportSpec) -> Packet:
    chosen: Ato = spec.chosen["ato"]
    rows = Ato.objects.acting_for(spec.user).select_related("import_run")
    ato = rows.prefetch_related("conditions__owner", "notices").get(pk=chosen.pk)
    case: Case | None = Case.objects.acting_for(spec.user).filter(ato=ato).order_by("-pk").first()
    owed = deadlines.of_ato(spec.user, ato, spec.today)
    return Packet(
        spec,
        ato,
        case,
        acts(ato, spec.user),
        acts(case, spec.user) if case else [],
        Ato.objects.visible_to(spec.user).filter(pk=ato.superseded_by_id).first() if ato.superseded_by_id else None,
        owed.lines,
    )


# --- the first page ---


def _summary(packet: Packet) -> Iterator[str]:
    yield _decided(packet.ato)
    yield _stands(packet)
    yield _known_to_fedramp(packet)
    yield _on_conditions(packet)
    if packet.case:
        yield (
            "It was decided in a case of this portal, whose documents and decisions are listed here as far as "
            f"{packet.spec.user.name} may read them."
        )


def _decided(ato: Ato) -> str:
    signer = ato.signer or (ato.authorizing_official.display_name if ato.authorizing_official else "")
    by = f"{signer} signed" if signer else "The authorizing official, whom the register does not name, signed"
    on = f"On {day_text(ato.signed_on)}, {by}" if ato.signed_on else f"{by}, on a day that is not recorded,"
    system = f" in its system {ato.system.name} ({ato.system.impact_level.label} by FIPS 199)" if ato.system else ""
    kind = f"the {ato.get_ato_type_display()} of {ato.agency.name}"
    return f"{on} {kind} for the use of {ato.offering.name} ({ato.offering.provider.name}){system}."


def _stands(packet: Packet) -> str:
    ato, today = packet.ato, packet.spec.today
    if ato.stage not in LIVE_ATO_STAGES:
        ended = f" since {day_text(ato.ended_on)}" if ato.ended_on else ""
        ground = f", on the ground: {ato.get_ended_ground_display().lower()}" if ato.ended_ground else ""
        return f"It no longer holds: {ato.get_stage_display().lower()}{ended}{ground}."
    stage = f"Its stage is “{ato.get_stage_display()}”"
    standing = ato_standing(ato, today)
    if standing not in {AtoStanding.LIVE, AtoStanding.PASSED}:
        return f"It does not count as live: {small(AtoStanding(standing).label)}. {stage}."
    if ato.expires_on is None:
        return f"{stage}; no expiry is recorded, which is usual."
    left = (ato.expires_on - today).days
    if left < 0:
        return f"{stage}, but its recorded expiry passed on {day_text(ato.expires_on)}."
    return f"{stage}; it holds until {day_text(ato.expires_on)}, {counted(left, 'more day')}."


def _known_to_fedramp(packet: Packet) -> str:
    ato = packet.ato
    notices = [notice for notice in ato.notices.all() if notice.recipient == NoticeRecipient.FEDRAMP]
    logged = f"FedRAMP logged the letter on {day_text(ato.logged_on)}." if ato.logged_on else ""
    if not notices:
        return logged or "No proof is on record that FedRAMP has the letter."
    if any(line.due.kind == "A01" and line.due.is_open for line in packet.lines):
        return "FedRAMP returned the letter, and waits for another."
    first = notices[0]
    receipt = f", with a receipt of {day_text(first.received_on)}" if first.received_on else ", without a receipt yet"
    return f"FedRAMP was told on {day_text(first.notified_on)}{receipt}. {logged}".strip()


def _on_conditions(packet: Packet) -> str:
    every = list(packet.ato.conditions.all())
    if not every:
        return "The official set no conditions."
    late = sum(line.due.kind == "condition" and line.due.is_overdue(packet.spec.today) for line in packet.lines)
    overdue = f", {late:,} of them overdue" if late else ""
    still = f"{packet.open_conditions:,} {'is' if packet.open_conditions == 1 else 'are'} open{overdue}"
    return f"Of {counted(len(every), 'condition')} that the official set, {still}."


def _figures(packet: Packet) -> Iterator[Figure]:
    ato, today = packet.ato, packet.spec.today
    page = ato.get_absolute_url()
    if ato.signed_on:
        yield Figure((today - ato.signed_on).days, "days since it was signed", page)
    if ato.expires_on and ato.stage in LIVE_ATO_STAGES:
        left = (ato.expires_on - today).days
        yield Figure(abs(left), "days until it expires" if left >= 0 else "days past its expiry", page)
    words = "open condition" if packet.open_conditions == 1 else "open conditions"
    yield Figure(packet.open_conditions, words, f"{page}#conditions")
    here = sum(row[shared_tables.STATE_OF_EVIDENCE] == shared_tables.IN_FORCE for row in packet.evidence.whole)
    yield Figure(here, "document in force" if here == 1 else "documents in force")


def _decisions(packet: Packet) -> Iterator[Link]:
    ato, today = packet.ato, packet.spec.today
    page = ato.get_absolute_url()
    if ato.stage in LIVE_ATO_STAGES and ato.expires_on and ato.expires_on < today:
        yield Link(f"Its expiry passed on {day_text(ato.expires_on)}: extend it, or record that it ended.", page)
    for line in packet.lines:
        if line.due.on is None or not line.due.is_overdue(today) or line.due.kind == "ato_expiry":
            continue
        if line.due.kind == "condition":
            yield Link(f"A condition is overdue since {day_text(line.due.on)}: {line.who} owes it.", page)
        else:
            yield Link(f"{line.label}: {line.who} owed it on {day_text(line.due.on)}.", f"{page}#deadlines")


# --- tables ---


def _tables(packet: Packet) -> Iterator[Table]:
    ato, spec = packet.ato, packet.spec
    yield Table("decision", "The decision", DECISION, lambda: _decision(packet))
    empty = "No notice is recorded. Proof that FedRAMP has the letter would appear here."
    yield Table("notices", "Notices", NOTICES, lambda: _notices(ato), empty=empty)
    yield Table(
        "signers",
        "Who recommended, decided and signed",
        SIGNERS,
        lambda: _signers(packet),
        note="Oldest first. The letter itself stands under Evidence.",
        empty="No act of the decision is on record here: the ATO was registered or read from a feed.",
    )
    yield shared_tables.conditions(deadlines.of_conditions(ato, packet.lines, spec.today), spec)
    yield packet.evidence
    yield shared_tables.deadlines(packet.lines, spec)
    yield shared_tables.acts(
        "history", "History of the ATO", entries(ato, spec.user, packet.acts), "Newest first.", "Nothing yet."
    )
    yield entries_of(packet.records, spec.user)
    yield from proof_of_the_record(spec.user)
    yield from anchors_of(ato, spec.user)
    yield steps_of_checking()


def _decision(packet: Packet) -> Iterator[Row]:
    ato = packet.ato
    agency, offering, system = ato.agency, ato.offering, ato.system
    yield "Agency", Link(agency.name, agency.get_absolute_url())
    yield "Part of", agency.parent.name if agency.parent else None
    yield "Authorizing official", ato.authorizing_official.display_name if ato.authorizing_official else None
    yield "Signer", ato.signer
    yield "System", system.name if system else None
    yield "FIPS 199", _levels(ato)
    yield "Offering", Link(offering.name, offering.get_absolute_url())
    yield "FedRAMP id", offering.fedramp_id
    yield "Provider", offering.provider.name
    yield "Type", ato.get_ato_type_display()
    yield "Role", label(ListingRole, ato.listing_role)
    yield "Stage", ato.get_stage_display()
    for words, on in (("Signed", ato.signed_on), ("Logged by FedRAMP", ato.logged_on), ("Expires", ato.expires_on)):
        yield words, day_text(on) if on else None
    yield "Ended", day_text(ato.ended_on) if ato.ended_on else None
    yield "Ground of the end", ato.get_ended_ground_display()
    yield "Exit criteria of the suspension", ato.exit_criteria
    yield "Superseded by", Link(str(packet.after), packet.after.get_absolute_url()) if packet.after else None
    yield "Where it comes from", _origin(ato)


def _levels(ato: Ato) -> str | None:
    system = ato.system
    if system is None:
        return None
    each = (
        f"confidentiality {system.get_confidentiality_display()}",
        f"integrity {system.get_integrity_display()}",
        f"availability {system.get_availability_display()}",
    )
    return f"{system.impact_level.label}: {', '.join(each)}"


def _origin(ato: Ato) -> str:
    if ato.import_run is None:
        return "Entered here"
    return f"Marketplace feed of {day_text(ato.import_run.feed_as_of)}"


def _signers(packet: Packet) -> Iterator[Row]:
    case_acts: list[tuple[Subject, RecordedAct]] = [
        *((packet.case, act) for act in packet.case_acts if packet.case and _leads_to_it(packet.case, act)),
        *((packet.ato, act) for act in packet.acts if is_decision(packet.ato, act)),
    ]
    for record, act in sorted(case_acts, key=lambda pair: pair[1].recorded_at):
        for entry in entries(record, packet.spec.user, [act]):
            stated = "; ".join(f"{name}: {value}" for name, value in entry.facts)
            yield entry.at, entry.who, entry.decided_by, entry.what, stated, entry.reason


def _leads_to_it(case: Case, act: RecordedAct) -> bool:
    return is_decision(case, act) or act.verb.partition(".")[2] in RECOMMENDS


def _notices(ato: Ato) -> Iterator[Row]:
    for notice in ato.notices.all():
        recipient, channel = label(NoticeRecipient, notice.recipient), label(Channel, notice.channel)
        yield recipient, notice.notified_on, channel, notice.reference, notice.received_on
