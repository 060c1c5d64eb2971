"""One case: where it is, whose turn it is, what can happen now, and what happened."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery, standing_of
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.cases import recordable
from authorizations.actions.cases.co_signers import may_name
from authorizations.actions.cases.nudges import nudging
from authorizations.actions.cases.reassignment import POSTS, Work
from authorizations.actions.steps import offers
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Ato, Case, CoSigner, PackageAccess
from authorizations.models.querysets import reads_everything
from authorizations.policy import Capability, Party, may
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import RecordedAct, entries
from authorizations.presenters.audit_log.history import acts as acts_of
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.presenters.cases import guidance
from authorizations.presenters.cases.labels import (
    also_waits_on,
    letter_due,
    party_name,
    waivers_of,
)
from authorizations.presenters.cases.path import PATH_COLUMNS, path_of, shares, spans_of, stage_rows
from authorizations.presenters.cases.summary import summary_of
from authorizations.presenters.cases.your_turn import left_to_others
from authorizations.presenters.links import accesses_address, facts_address
from authorizations.tables.html import view_of
from authorizations.vocabulary import RECORDED_FOR, CaseKind
from authorizations.web.answers import list_trail, one_of
from authorizations.web.cases.action_box import action_box
from authorizations.web.cases.frame import case_frame
from authorizations.web.cases.listing import STATE_TONES, stage_tone
from authorizations.web.cases.new_comments import with_new_comments
from authorizations.web.documents.uploads import largest_request
from authorizations.web.messages.mutes import mutes_of
from authorizations.web.page_access import person

LATEST = 5
NAMED = ("authorizing_official", "system", "assessor", "ato", "claimed_by", "access_person", "access_approver")


def case(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    found = one_of(WITH_COMMENTS, user, public_id, bool(getattr(user, "unread", 0)))
    beside = read_beside(user, found)
    kin, acting = _kin(user, found), acting_context(found, user, today)
    acts, seen = acts_of(found, user), set[str]()
    own, owed = offers(found, user, today), deadlines.of_case(user, found, today, cache_stamp(request))
    context = {
        "trail": list_trail(Case),
        "case": found,
        **case_frame(found, user, "case"),
        "tone": stage_tone(found.stage),
        "box": action_box(request, user, found, acting, own),
        "mutes": mutes_of(user, found, today),
        **_turn(found, today),
        "nudging": nudging(found, acting.parties, acts, today),
        **_path(found, acts, today),
        **_what_can_happen(acting, found),
        "waivers": waivers_of(found, today),
        "deadlines": owed,
        "summary": (summary := summary_of(found, user, today, acts=acts, owed=owed, own=own)),
        "state_tone": STATE_TONES[summary.state],
        "ato_url": found.ato.get_absolute_url() if found.ato and beside.shows_ato else "",
        **kin,
        "co_signers": _co_signers(user, found) if beside.is_joint else [],
        "names_co_signers": may_name(found, acting.parties),
        "entries": entries(found, user, acts[:LATEST]),
        "is_inside": found.shared_at is None,
        "guide": reverse(f"{found.kind}_lifecycle"),
        "most_sent": largest_request(),
        "has_recorded_lines": any(RECORDED_FOR in act.changes for act in acts),
        "guidance": guidance.at_stage(user, found, acts, seen),
        # A word is explained where it is first.
        "seen": seen,
    }
    return render(request, "cases/case.html", context)


def _with_comments(key: str, today: date, user: User) -> QuerySet[Case]:
    return with_new_comments(Case.objects.acting_for(user), user).filter(public_id=key)


WITH_COMMENTS = PreparedQuery(_with_comments)


def read_beside(user: User, found: Case) -> Any:
    """Reads what the columns of the case name, in a query of its own: more joins take PostgreSQL longer to plan.

    It asks beside whether other agencies sign too (``is_joint``), whether the reader may see its ATO (``shows_ato``),
    and what the gates and the official's post would each ask for by themselves.
    """
    names = tuple(name for name in NAMED if getattr(found, f"{name}_id"))
    asked = [
        *(["official_serves"] if found.authorizing_official_id else []),
        *(["has_listed_sibling"] if found.kind == CaseKind.INITIAL else []),
    ]
    shape = standing_of(user), names, *asked
    rows = BESIDE.rows(found.pk, timezone.localdate(), user, names, asked, shape=shape)
    if not rows:
        raise Http404
    for name in (*names, *asked):
        setattr(found, name, getattr(rows[0], name))
    return rows[0]


def _beside(key: int, today: date, user: User, names: Sequence[str], asked: Sequence[str]) -> QuerySet[Case]:
    others = CoSigner.objects.visible_to(user).filter(case=OuterRef("pk"), removed_at__isnull=True)
    atos = Ato.objects.visible_to(user).filter(pk=OuterRef("ato"))
    rows = Case.objects.visible_to(user).filter(pk=key).select_related(*names).only("kind", "stage", *names)
    rows = rows.annotate(is_joint=Exists(others), shows_ato=Exists(atos) if "ato" in names else Value(value=False))
    rows = rows.with_ao_status() if "official_serves" in asked else rows
    found: QuerySet[Case] = rows.with_listed_sibling() if "has_listed_sibling" in asked else rows
    return found


BESIDE = PreparedQuery(_beside)


def _turn(found: Case, today: date) -> dict[str, Any]:
    return {
        "party": party_name(found, found.waits_on),
        "days": (today - timezone.localdate(found.waits_since)).days,
        "since": timezone.localdate(found.waits_since),
        "also": " ".join(filter(None, (letter_due(found), also_waits_on(found)))),
    }


def _path(found: Case, acts: Sequence[RecordedAct], today: date) -> dict[str, Any]:
    days = spans_of(found, acts, today)
    path = path_of(found, days)
    table = view_of("Path of the case", PATH_COLUMNS, list(stage_rows(path)))
    return {"path": path, "path_table": table, "shares": shares(days), "age": sum(span.days for span in days)}


def _what_can_happen(context: ActingContext, found: Case) -> dict[str, Any]:
    user, today = context.user, context.as_of
    return {
        "others": left_to_others(found, user, today),
        "facts_url": facts_address(found) if recordable(found, context.parties) else "",
        "waives": Party.PL in context.parties,
        "move_url": _moving(user, found),
        "hand_over_url": _naming(user, found),
    }


def _moving(user: User, found: Case) -> str:
    may_move = found.is_open and may(user.roles, Capability.MOVE_TO_RELEASE)
    return reverse("move_to_release", args=[found.public_id]) if may_move else ""


def _naming(user: User, found: Case) -> str:
    if not found.ao_is_vacant or not may(user.roles, Capability.SEE_ORPHANED):
        return ""
    yours = {fact.name for fact in recordable(found, found.parties_of(user))}
    named = POSTS[Work.DECISION].fact in yours
    return reverse("hand_over", args=[found.public_id, Work.DECISION]) if named else ""


def _co_signers(user: User, found: Case) -> list[CoSigner]:
    named = CoSigner.objects.visible_to(user).filter(case=found, removed_at__isnull=True)
    return list(named.select_related("agency"))


def _kin(user: User, found: Case) -> dict[str, Any]:
    """What the reader sees beside the case: of a reuse case the package accesses, else the cases it continues."""
    if found.kind == CaseKind.REUSE:
        accesses = PackageAccess.objects.visible_to(user).filter(
            agency=found.agency_id, package__offering=found.offering_id
        )
        listed = list(accesses.select_related("person", "approver").order_by("-asked_on", "-pk"))
        if reads_everything(user):
            # The gates ask for all of them, and who sees all has them at hand.
            found.accesses = [each for each in listed if each.granted_on]
        return {"accesses": listed, "accesses_url": accesses_address(found)}
    # Only a case that went on with another agency is continued, and it ended by that.
    if found.continues_id is None and found.stage != InitialStage.WITHDRAWN:
        return {}
    rows = Case.objects.visible_to(user).filter(Q(pk=found.continues_id) | Q(continues=found.pk))
    both = list(rows.select_related("agency", "offering"))
    return {
        "continues": [each for each in both if each.pk == found.continues_id],
        "continued_by": [each for each in both if each.pk != found.continues_id],
    }
