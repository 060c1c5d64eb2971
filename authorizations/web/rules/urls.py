from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ANYONE, ObjectScope, page, requires, scoped_to
from authorizations.web.rules import views, views_case_release, views_local_policy

DECIDING = requires(Capability.SET_LOCAL_POLICY)
MOVING = scoped_to(ObjectScope.CASE, Capability.MOVE_TO_RELEASE)

urlpatterns: list[URLPattern] = [
    page("releases/", views.release_list, "releases", ANYONE),
    page("releases/compare/", views.compare, "compare_releases", ANYONE),
    page("releases/local-policy/", views_local_policy.local_policy, "local_policy", DECIDING),
    page("who-takes-part/", views_local_policy.who_takes_part, "who_takes_part", DECIDING),
    page("releases/<release_id:name>/", views.release_page, "release", ANYONE),
    page("rules/", views.rule_texts, "rule_texts", ANYONE),
    page("rules/<rule_id:rule_id>/", views.rule, "rule", ANYONE),
    page("cases/<public_id:public_id>/rules/", views_case_release.move, "move_to_release", MOVING),
]
