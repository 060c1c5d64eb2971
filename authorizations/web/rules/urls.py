"""The rules: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.rules import views, views_case_release, views_local_policy

urlpatterns: list[URLPattern] = [
    path("releases/", views.release_list, name="releases"),
    path("releases/compare/", views.compare, name="compare_releases"),
    path("releases/local-policy/", views_local_policy.local_policy, name="local_policy"),
    path("releases/<release_id:name>/", views.release_page, name="release"),
    path("rules/", views.rule_texts, name="rule_texts"),
    path("rules/<rule_id:rule_id>/", views.rule, name="rule"),
    path("cases/<public_id:public_id>/rules/", views_case_release.move, name="move_to_release"),
]
