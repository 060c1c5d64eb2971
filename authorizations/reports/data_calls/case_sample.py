"""An inspector's sample: cases chosen by chance that can be repeated, each with its decisions and evidence."""

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.display import local_day
from authorizations.models import Case
from authorizations.presenters.audit_log.history import acts, entries
from authorizations.reports import shared_tables
from authorizations.reports.base import EVERYONE, Parameter, Report, UnusableRequest
from authorizations.reports.cases.decisions import is_decision
from authorizations.reports.data_calls.provenance import provenance, within
from authorizations.reports.parameters import organization
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec

SIZES = ("5", "10", "25", "50")
CASES = (
    Column("place", "Drawn", "In which place it was drawn.", ColumnKind.NUMBER),
    Column("case", "Case", "Offering and agency."),
    Column("id", "Id", "The id of the case, from which it is drawn."),
    Column("kind", "Kind", "Initial: with the certification. Reuse: of a certified offering."),
    Column("stage", "Stage", "Where it is."),
    Column("opened", "Opened", "The day on which it was opened.", ColumnKind.DAY),
    Column("signed", "ATO signed", "The day of its ATO's signing; none where it has none.", ColumnKind.DAY),
)
DECISIONS = (
    Column("case", "Case", "Offering and agency."),
    Column("when", "When", "When it happened.", ColumnKind.MOMENT),
    Column("who", "Who", "Who did it, and for whom."),
    Column("decided_by", "Signed by", "Whose signed decision it was, where another recorded it."),
    Column("what", "What", "What was decided."),
    Column("reason", "Why", "The reason that was given."),
)
HOW = "Cases are put in order by the SHA-256 of “SEED:ID”. The same seed draws the same cases again."


def _size(user: User, text: str) -> int:
    if text not in SIZES:
        raise UnusableRequest("Choose one of the numbers offered.")
    return int(text)


class CaseSample(Report):
    name = "case-sample"
    title = "Sample of cases with their evidence"
    audience = "For inspectors and auditors, and for agencies that prepare for them."
    explains = "Cases drawn by chance, so that anyone can draw them again, with their decisions and evidence."
    sides = EVERYONE - {OrganizationKind.ASSESSOR}
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency with its bureaus", OrganizationKind.AGENCY),
        Parameter("size", "How many cases", _size, lambda user: [(text, text) for text in SIZES], lambda user: "10"),
        Parameter("seed", "Seed", lambda user, text: text, hint="Any word or number. The day is taken if it is blank."),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        among = Case.objects.visible_to(spec.user).filter(within(spec))
        ids = list(among.order_by().values_list("public_id", flat=True))
        seed = spec.chosen.get("seed") or spec.today.isoformat()
        drawn = draw(ids, seed, spec.chosen.get("size") or int(SIZES[1]))
        rows = Case.objects.acting_for(spec.user).in_bulk(drawn, field_name="public_id")
        sample = [rows[public_id] for public_id in drawn]
        chosen = spec.chosen.get("agency")
        return Contents(
            f"{self.title}: {chosen.name}" if chosen else self.title,
            tables=(
                Table("cases", "Cases drawn", CASES, partial(_cases, sample), note=HOW, empty="There is no case yet."),
                Table(
                    "decisions",
                    "Decisions",
                    DECISIONS,
                    partial(_decisions, sample, spec),
                    note="Oldest first in each case.",
                    empty="Nothing is decided in these cases yet.",
                    group="case",
                ),
                shared_tables.evidence([(_name(case), case) for case in sample], spec),
                provenance(spec, ("Seed", seed), ("Drawn", f"{len(sample):,} of {len(ids):,} cases"), ("How", HOW)),
            ),
            summary=(f"{len(sample):,} of {len(ids):,} cases, drawn with the seed “{seed}”.",),
            figures=(Figure.counting(len(sample), "case drawn", self.alone(spec, "cases"), "cases drawn"),),
        )


def draw(ids: Sequence[str], seed: str, size: int) -> list[str]:
    """So many of these ids, in an order that the seed alone decides."""
    return sorted(ids, key=lambda public_id: sha256(f"{seed}:{public_id}".encode()).hexdigest())[:size]


def _name(case: Any) -> str:
    """Two cases of one offering and agency are told apart."""
    return f"{case} ({case.public_id})"


def _cases(sample: Sequence[Any]) -> Iterator[Row]:
    for place, case in enumerate(sample, 1):
        signed = case.ato.signed_on if case.ato else None
        link = Link(str(case), case.get_absolute_url())
        kind, stage = case.get_kind_display(), case.stage_label
        yield place, link, case.public_id, kind, stage, local_day(case.opened_at), signed


def _decisions(sample: Sequence[Any], spec: ReportSpec) -> Iterator[Row]:
    for case in sample:
        decided = [act for act in acts(case, spec.user) if is_decision(case, act)]
        for each in reversed(entries(case, spec.user, decided)):
            yield _name(case), each.at, each.who, each.decided_by, each.what, each.reason
