"""The cases that a person may know of: where each is, whom it waits on, since when and for what."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, QuerySet, Value, When
from django.utils import timezone

from accounts.url_converters import PublicId
from authorizations.display import address, ago, counted, local_day
from authorizations.lifecycle.turns import OF_TWO, STATED, beside_in_words, what_for
from authorizations.models import Case
from authorizations.models.cases.case import OPEN
from authorizations.policy import Capability
from authorizations.presenters.search import WordSearch
from authorizations.reports.columns import CASE_KIND, CASE_OPENED, CASE_TURN
from authorizations.rules import newest, release
from authorizations.tables.columns import (
    Age,
    Column,
    ColumnKind,
    Link,
    Record,
    TagCell,
    computed_column,
    id_column,
    link_column,
)
from authorizations.vocabulary import CaseKind, CaseState, Turn
from authorizations.web.cases.new_comments import new_comments_in_words
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import DEPARTMENT, WHO_OFFERS
from authorizations.web.lists.link_filters import (
    BELOW,
    OF_AGENCY,
    OF_OFFERING,
    WITHIN,
    in_month,
    of_provider,
)
from authorizations.web.lists.listing import MARK, ListAction, Listing

STATES = {"open": "Open", "ended": "Ended"}
Q_OPEN = OPEN
# Days since the turn began: the last day of each band.
BANDS = (("week", 7, "Up to 7 days"), ("month", 30, "8 to 30 days"), ("quarter", 90, "31 to 90 days"))
WAITING = {**{key: words for key, _, words in BANDS}, "longer": "More than 90 days", "no": "Waits on nobody"}
# Counting the offerings and agencies of more cases takes longer than the page.
FEW = 1000
# What the agency may have stated already, so that its turn means the step after it.
STATEMENTS = tuple(f"facts__{fact}" for fact in (*(fact for fact, _ in STATED.values()), *OF_TWO))
TONES = {
    "certified": "good",
    "recorded": "good",
    "ato_issued": "good",
    "remediation": "warn",
    "pmo_remediation": "warn",
    "access_denied": "warn",
    "access_expired": "warn",
    "partner_lost": "bad",
    "removed": "bad",
    "ato_denied": "bad",
    "certification_rejected": "bad",
    "withdrawn": "past",
    "not_suitable": "past",
    "converted": "past",
    "closed_at_cutoff": "past",
}
STATE_TONES = {
    CaseState.ON_TRACK: "good",
    CaseState.AT_RISK: "warn",
    CaseState.LATE: "bad",
    CaseState.STOPPED: "warn",
    CaseState.ENDED: "past",
}
# The ways in which a new case begins; the home shows them too.
OPENING = (
    ListAction("Open an initial case", "open_initial_case", Capability.OPEN_INITIAL_CASE),
    ListAction("Open a reuse case", "open_reuse_case", Capability.OPEN_REUSE_CASE),
)


def stage_tone(stage: str) -> str:
    return TONES.get(stage, "wait")


def _stage_words() -> dict[str, str]:
    """Every stage of both machines; where both have one, its label is the same."""
    stages = newest().stages
    return {stage: named.label for kind in (CaseKind.INITIAL, CaseKind.REUSE) for stage, named in stages[kind].items()}


def _band() -> Either:
    """The band of the days since the turn began, in US Eastern dates."""
    today = timezone.localdate()
    starts = (
        (key, timezone.make_aware(datetime.combine(today - timedelta(days=last), time()))) for key, last, _ in BANDS
    )
    bands = [When(waits_since__gte=start, then=Value(key)) for key, start in starts]
    return Either(When(waits_on=Turn.NOBODY, then=Value("no")), *bands, default=Value("longer"))


def search_cases(rows: QuerySet[Any], search: WordSearch) -> QuerySet[Any]:
    """Cases by their offering, their agency or their id."""
    if re.fullmatch(PublicId.regex, search.words.lower()):
        return rows.filter(public_id=search.words.lower())
    return rows.filter(search.naming())


def _sentence(rows: QuerySet[Any], total: int) -> str:
    if total > FEW:
        return counted(total, "case")
    numbers = rows.order_by().aggregate(
        offerings=Count("offering", distinct=True), agencies=Count("agency", distinct=True)
    )
    return (
        f"{counted(total, 'case')} of {counted(numbers['offerings'], 'offering')} "
        f"at {counted(numbers['agencies'], 'agency', 'agencies')}"
    )


def _stage(row: Record) -> TagCell:
    return TagCell(release(row["release"]).label(row["kind"], row["stage"]), stage_tone(row["stage"]))


def _for_what(row: Record) -> str:
    stated = [fact for fact, _ in STATED.values() if row[f"facts__{fact}"]]
    words = what_for(row["kind"], row["stage"], row["waits_on"], stated)
    words += beside_in_words(
        row["kind"], row["stage"], row["waits_on"], lambda fact: (row[f"facts__{fact}"] or [None])[0]
    )
    return f"{words[:1].upper()}{words[1:]}"


def _since(row: Record) -> Age | date:
    since = local_day(row["waits_since"])
    if row["waits_on"] == Turn.NOBODY:
        return since
    return Age(ago((local_day(timezone.now()) - since).days), since)


def _case(row: Record) -> Link:
    url = address("case", row["public_id"])
    return Link(row["offering__name"], url, row.get(MARK, ""), row["offering__fedramp_id"])


CASE = Column(
    "case",
    "Case",
    "The offering that the case is about.",
    of="case",
    needs=("offering__name", "offering__fedramp_id", "public_id"),
    value=_case,
    sort=("offering__sort_name", "agency__sort_name"),
)
CASES = Listing(
    name="cases",
    title="Cases",
    rows=Case.objects.visible_to,
    of_agencies=True,
    search=search_cases,
    search_label="Offering, agency, FedRAMP id or term",
    intro=(
        "One case is one agency's path to one ATO for one offering. Only its parties, the PMO and the auditor see it; "
        "a reuse case stays inside its agency until access is asked for."
    ),
    columns=(
        CASE,
        CASE_KIND,
        link_column(
            "agency", "Agency", "The agency whose authorization it is.", "agency", "agency__", "offering__sort_name"
        ),
        link_column("provider", "Provider", WHO_OFFERS, "provider", "offering__provider__", "offering__sort_name"),
        Column(
            "stage",
            "Stage",
            "Where the case stands.",
            needs=("stage", "kind", "release"),
            value=_stage,
            sort=("stage", "turn_since"),
        ),
        CASE_TURN,
        Column(
            "since",
            "Since",
            "Since when the case has waited on them; of an ended case, since when it has ended.",
            ColumnKind.DAY,
            needs=("waits_since", "waits_on"),
            value=_since,
            sort=("turn_since",),
        ),
        Column(
            "for", "For what", "What it waits for.", needs=("kind", "stage", "waits_on", *STATEMENTS), value=_for_what
        ),
        CASE_OPENED,
    ),
    facets=(
        Facet("turn", "Waits on", "waits_on", dict(Turn.choices)),
        Facet("waiting", "How long", "waiting", WAITING, made_of=lambda: {"waiting": _band()}),
        Facet(
            "state",
            "State",
            "state",
            STATES,
            means={"open": Q_OPEN, "ended": ~Q_OPEN},
            made_of=lambda: {"state": Either(When(Q_OPEN, then=Value("open")), default=Value("ended"))},
        ),
        Facet("kind", "Kind", "kind", dict(CaseKind.choices)),
        Facet("stage", "Stage", "stage", _stage_words()),
        Facet("csp", "Provider", "offering__provider__public_id", words_field="offering__provider__name"),
        DEPARTMENT,
    ),
    narrowings=(
        OF_OFFERING,
        OF_AGENCY,
        WITHIN,
        BELOW,
        of_provider("offering__provider"),
        in_month("opened_in", "Opened in", "opened_at"),
        in_month("ended_in", "Ended in", "stage_since", ~Q_OPEN),
    ),
    more_in_files=(
        id_column("offering", "offering__"),
        computed_column(
            "days",
            "Days",
            "Days since then.",
            ("waits_since",),
            lambda since: (local_day(timezone.now()) - local_day(since)).days,
            ColumnKind.NUMBER,
        ),
    ),
    order="since",
    changed_by_acts=True,
    marks=new_comments_in_words,
    sentence=_sentence,
    actions=(
        *OPENING,
        ListAction("Adopt an initial case", "adopt_initial_case", Capability.ADOPT_INITIAL_CASE),
        ListAction("Adopt a reuse case", "adopt_reuse_case", Capability.ADOPT_REUSE_CASE),
    ),
    empty=(
        "No cases yet. An initial case appears here once an agency or a provider opens it, and a reuse case once an "
        "agency opens it. If you may open one, use the button above; a lead of your organization can tell who may."
    ),
)
