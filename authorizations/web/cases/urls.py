"""Cases: addresses and views."""

from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import OF_CASE, ObjectScope, page, requires, scoped_to, sent_to
from authorizations.vocabulary import CaseKind
from authorizations.web.cases import (
    views,
    views_buttons,
    views_comments,
    views_facts,
    views_opening,
    views_reassignment,
    views_review_queue,
    views_waivers,
)

urlpatterns: list[URLPattern] = [
    page(
        "cases/open/initial/",
        views_opening.open_case,
        "open_initial_case",
        requires(Capability.OPEN_INITIAL_CASE),
        kind=CaseKind.INITIAL,
    ),
    page(
        "cases/open/reuse/",
        views_opening.open_case,
        "open_reuse_case",
        requires(Capability.OPEN_REUSE_CASE),
        kind=CaseKind.REUSE,
    ),
    page(
        "cases/adopt/initial/",
        views_opening.adopt_case,
        "adopt_initial_case",
        requires(Capability.ADOPT_INITIAL_CASE),
        kind=CaseKind.INITIAL,
    ),
    page(
        "cases/adopt/reuse/",
        views_opening.adopt_case,
        "adopt_reuse_case",
        requires(Capability.ADOPT_REUSE_CASE),
        kind=CaseKind.REUSE,
    ),
    page("cases/<public_id:public_id>/", views.case, "case", OF_CASE),
    page("cases/<public_id:public_id>/facts/", views_facts.case_facts, "case_facts", OF_CASE),
    page(
        "cases/<public_id:public_id>/tips/<slug:tip>/",
        views_buttons.check_tip,
        "check_tip",
        sent_to(ObjectScope.CASE),
    ),
    page("cases/<public_id:public_id>/nudge/", views_buttons.send_nudge, "nudge", sent_to(ObjectScope.CASE)),
    page("cases/<public_id:public_id>/comments/", views_comments.comments, "case_comments", OF_CASE),
    page(
        "cases/<public_id:public_id>/comments/<public_id:comment_id>/", views_comments.change, "change_comment", OF_CASE
    ),
    page(
        "cases/<public_id:public_id>/comments/<public_id:comment_id>/withdraw/",
        views_comments.withdraw,
        "withdraw_comment",
        sent_to(ObjectScope.CASE),
    ),
    page(
        "cases/<public_id:public_id>/waive/",
        views_waivers.waive,
        "waive_gate",
        scoped_to(ObjectScope.CASE, Capability.WAIVE_GATE),
    ),
    page(
        "cases/<public_id:public_id>/waivers/<public_id:waiver_id>/",
        views_waivers.end,
        "end_waiver",
        scoped_to(ObjectScope.CASE, Capability.WAIVE_GATE),
    ),
    page("orphaned/", views_reassignment.orphans, "orphaned", requires(Capability.SEE_ORPHANED)),
    page(
        "orphaned/<public_id:public_id>/<slug:work>/",
        views_reassignment.give,
        "hand_over",
        scoped_to(ObjectScope.CASE, Capability.SEE_ORPHANED),
    ),
    page(
        "queue/<public_id:public_id>/<slug:act>/",
        views_review_queue.take,
        "review_queue",
        sent_to(ObjectScope.CASE, Capability.REVIEW_CASES),
    ),
]
