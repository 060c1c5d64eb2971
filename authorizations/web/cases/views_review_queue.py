"""The queue of FedRAMP's reviews: in order of receipt, with the buttons that claim a review and give it back."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery, standing_of
from accounts.roles import Role
from authorizations.actions.steps import perform
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Case
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.vocabulary import CaseKind
from authorizations.web.answers import done
from authorizations.web.home.case_rows import SHOWN, cases_address
from authorizations.web.page_access import person

# Parts of the queue, in the order they are offered; the first is shown unless another is asked for.
PARTS = {"unclaimed": "Unclaimed", "mine": "Mine", "all": "All"}
SHOWN_OF_A_REVIEW = (
    *("kind", "stage", "public_id", "revision", "received_at", "stage_since", "claimed_by", "claimed_by__name"),
    *("agency", "agency__name", "offering", "offering__name", "offering__provider", "offering__provider__name"),
)
# The buttons, with the steps of the machine behind them.
STEPS = {"claim": "claim", "release": "release_claim"}


@dataclass(frozen=True, slots=True)
class QueueTab:
    label: str
    number: int
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    case: Case
    days: int
    may_claim: bool
    may_give_away: bool


@dataclass(frozen=True, slots=True)
class Queue:
    parts: list[QueueTab]
    rows: list[QueueRow]
    number: int
    url: str


def queue(user: User, which: str, today: date, asked: CacheStamp) -> Queue:
    """One part of the queue, oldest receipt first; two queries, and one until the next act."""
    shown = which if which in PARTS else next(iter(PARTS))
    narrowed = {"unclaimed": Q(claimed_by__isnull=True), "mine": Q(claimed_by__in=user.stands_for), "all": Q()}
    reviews = Case.objects.visible_to(user).filter(kind=CaseKind.INITIAL, stage=InitialStage.PMO_REVIEW)
    parts_counted = {name: Count("pk", filter=rows) for name, rows in narrowed.items() if rows}
    counts = cached_counts(
        asked, user, "queue", lambda: reviews.aggregate(**parts_counted, all=Count("pk")), rows=always
    )
    shape = standing_of(user), tuple(user.stands_for), shown
    rows = IN_ORDER.rows(user.pk, today, reviews.filter(narrowed[shown]), shape=shape)
    parts = [
        QueueTab(label, counts[key], f"{reverse('home')}?queue={key}#queue", key == shown)
        for key, label in PARTS.items()
    ]
    all_url = cases_address({"kind": CaseKind.INITIAL.value, "stage": InitialStage.PMO_REVIEW.value})
    return Queue(parts, [_row(case, user, today) for case in rows], counts["all"], all_url)


def _in_order(key: int, today: date, reviews: QuerySet[Case]) -> QuerySet[Case]:
    rows = reviews.order_by(F("received_at").asc(nulls_last=True), "pk")
    return rows.select_related("agency", "offering__provider", "claimed_by").only(*SHOWN_OF_A_REVIEW)[:SHOWN]


IN_ORDER = PreparedQuery(_in_order)


def _row(case: Case, user: User, today: date) -> QueueRow:
    days = (today - timezone.localdate(case.received_at or case.stage_since)).days
    is_claimed = case.claimed_by_id is not None
    may_release = case.claimed_by_id in user.stands_for or Role.PMO_LEAD in user.roles
    return QueueRow(case, days, not is_claimed, is_claimed and may_release)


def take(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Claims a review or gives it back, as the person saw it; a second press is refused like a stale form."""
    step, revision = STEPS.get(act), request.POST.get("revision", "")
    if step is None or not (revision.isascii() and revision.isdigit() and len(revision) < 9):
        raise Http404
    case = perform(Case, public_id, step, actor=person(request), now=timezone.now(), revision=int(revision))
    taken = case.machine().step(step)
    part = "mine" if act == "claim" else "unclaimed"
    return done(request, f"{taken.done if taken else 'Done'}: {case}.", f"{reverse('home')}?queue={part}#queue")
