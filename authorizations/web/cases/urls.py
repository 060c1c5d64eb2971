from django.urls import URLPattern

from authorizations.actions.cases.cases import MAY_ADOPT, MAY_OPEN
from authorizations.policy import Capability
from authorizations.url_access import OF_CASE, ObjectScope, page, requires, scoped_to, sent_to
from authorizations.vocabulary import CaseKind
from authorizations.web.cases import (
    views,
    views_bringing,
    views_buttons,
    views_co_signers,
    views_comments,
    views_facts,
    views_history,
    views_reassignment,
    views_review_queue,
    views_waivers,
)
from authorizations.web.cases.views_opening import adopt_case, open_case
from authorizations.web.register.views_packages import locate_package

CASE, CO_SIGNER = "cases/<public_id:public_id>", "co-signers/<public_id:public_id>"
OF_CO_SIGNER = scoped_to(ObjectScope.CO_SIGNER)
SENT_TO_CASE = sent_to(ObjectScope.CASE)
WAIVER = scoped_to(ObjectScope.CASE, Capability.WAIVE_GATE)
ORPHAN = scoped_to(ObjectScope.CASE, Capability.SEE_ORPHANED)
REVIEW = sent_to(ObjectScope.CASE, Capability.REVIEW_CASES)

urlpatterns: list[URLPattern] = [
    *(
        page(f"cases/{word}/{kind}/", view, f"{word}_{kind}_case", requires(capabilities[kind]), kind=kind)
        for word, view, capabilities in (("open", open_case, MAY_OPEN), ("adopt", adopt_case, MAY_ADOPT))
        for kind in CaseKind
    ),
    page(f"{CASE}/", views.case, "case", OF_CASE),
    page(f"{CASE}/recorded/", views_history.recorded_facts, "recorded_facts", OF_CASE),
    page(f"{CASE}/from-evidence/", views_history.recorded_lines, "recorded_lines", OF_CASE),
    page(f"{CASE}/package-place/", locate_package, "locate_package", OF_CASE),
    page(f"{CASE}/facts/", views_facts.case_facts, "case_facts", OF_CASE),
    page(f"{CASE}/history/", views_history.history, "case_history", OF_CASE),
    page(f"{CASE}/tips/<slug:tip>/", views_buttons.check_tip, "check_tip", SENT_TO_CASE),
    page(f"{CASE}/bring/", views_bringing.bring, "bring", SENT_TO_CASE),
    page(f"{CASE}/nudge/", views_buttons.send_nudge, "nudge", SENT_TO_CASE),
    page(f"{CASE}/comments/", views_comments.comments, "case_comments", OF_CASE),
    page(f"{CASE}/comments/<public_id:comment_id>/", views_comments.change, "change_comment", OF_CASE),
    page(
        f"{CASE}/comments/<public_id:comment_id>/withdraw/", views_comments.withdraw, "withdraw_comment", SENT_TO_CASE
    ),
    page(f"{CASE}/co-signers/", views_co_signers.name, "name_co_signer", OF_CASE),
    page(f"{CO_SIGNER}/", views_co_signers.show, "co_signer", OF_CO_SIGNER),
    page(f"{CO_SIGNER}/sign/", views_co_signers.sign, "sign_joint_authorization", OF_CO_SIGNER),
    page(f"{CO_SIGNER}/remove/", views_co_signers.remove, "remove_co_signer", sent_to(ObjectScope.CO_SIGNER)),
    page(f"{CASE}/waive/", views_waivers.waive, "waive_gate", WAIVER),
    page(f"{CASE}/waivers/<public_id:waiver_id>/", views_waivers.end, "end_waiver", WAIVER),
    page("orphaned/", views_reassignment.orphans, "orphaned", requires(Capability.SEE_ORPHANED)),
    page("orphaned/<public_id:public_id>/<slug:work>/", views_reassignment.give, "hand_over", ORPHAN),
    page("queue/<public_id:public_id>/<slug:act>/", views_review_queue.take, "review_queue", REVIEW),
]
