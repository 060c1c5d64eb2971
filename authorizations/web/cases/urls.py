"""Cases: addresses and views."""

from django.urls import URLPattern, path

from authorizations.vocabulary import CaseKind
from authorizations.web.cases import (
    views,
    views_checklist,
    views_comments,
    views_facts,
    views_nudges,
    views_opening,
    views_reassignment,
    views_review_queue,
    views_waivers,
)

urlpatterns: list[URLPattern] = [
    *(
        path(f"cases/open/{kind}/", views_opening.open_case, {"kind": kind}, name=f"open_{kind}_case")
        for kind in CaseKind
    ),
    *(
        path(f"cases/adopt/{kind}/", views_opening.adopt_case, {"kind": kind}, name=f"adopt_{kind}_case")
        for kind in CaseKind
    ),
    path("cases/<public_id:public_id>/", views.case, name="case"),
    path("cases/<public_id:public_id>/facts/", views_facts.case_facts, name="case_facts"),
    path("cases/<public_id:public_id>/tips/<slug:tip>/", views_checklist.check_tip, name="check_tip"),
    path("cases/<public_id:public_id>/nudge/", views_nudges.send, name="nudge"),
    path("cases/<public_id:public_id>/comments/", views_comments.comments, name="case_comments"),
    path("cases/<public_id:public_id>/comments/<public_id:comment_id>/", views_comments.change, name="change_comment"),
    path(
        "cases/<public_id:public_id>/comments/<public_id:comment_id>/withdraw/",
        views_comments.withdraw,
        name="withdraw_comment",
    ),
    path("cases/<public_id:public_id>/waive/", views_waivers.waive, name="waive_gate"),
    path("cases/<public_id:public_id>/waivers/<public_id:waiver_id>/", views_waivers.end, name="end_waiver"),
    path("orphaned/", views_reassignment.orphans, name="orphaned"),
    path("orphaned/<public_id:public_id>/<slug:work>/", views_reassignment.give, name="hand_over"),
    path("queue/<public_id:public_id>/<slug:act>/", views_review_queue.take, name="review_queue"),
]
