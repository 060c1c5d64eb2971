"""Plans of cases (WBS): addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.wbs import views, views_import

urlpatterns: list[URLPattern] = [
    path("cases/<public_id:public_id>/wbs/", views.case_wbs, name="case_wbs"),
    path("cases/<public_id:public_id>/wbs.csv", views.case_wbs_csv, name="case_wbs_csv"),
    path("cases/<public_id:public_id>/wbs/import/", views_import.wbs_import, name="wbs_import"),
    path("cases/<public_id:public_id>/wbs/import/plan/", views_import.wbs_plan, name="wbs_plan"),
    path("cases/<public_id:public_id>/wbs/dates/", views.wbs_dates, name="wbs_dates"),
    path("cases/<public_id:public_id>/wbs/facts/", views.wbs_facts, name="wbs_facts"),
]
