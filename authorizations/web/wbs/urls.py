from django.urls import URLPattern

from authorizations.url_access import OF_CASE, ObjectScope, page, sent_to
from authorizations.web.wbs import views, views_import

urlpatterns: list[URLPattern] = [
    page("cases/<public_id:public_id>/wbs/", views.case_wbs, "case_wbs", OF_CASE),
    page("cases/<public_id:public_id>/wbs.csv", views.case_wbs_csv, "case_wbs_csv", OF_CASE),
    page("cases/<public_id:public_id>/wbs/import/", views_import.wbs_import, "wbs_import", OF_CASE),
    page("cases/<public_id:public_id>/wbs/import/plan/", views_import.wbs_plan, "wbs_plan", OF_CASE),
    page("cases/<public_id:public_id>/wbs/dates/", views.wbs_dates, "wbs_dates", OF_CASE),
    page("cases/<public_id:public_id>/wbs/facts/", views.wbs_facts, "wbs_facts", sent_to(ObjectScope.CASE)),
]
