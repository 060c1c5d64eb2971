"""Findings: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.findings import views

urlpatterns: list[URLPattern] = [
    path("cases/<public_id:public_id>/findings/", views.case_findings, name="case_findings"),
    path("cases/<public_id:public_id>/findings.csv", views.case_findings_csv, name="case_findings_csv"),
    path("cases/<public_id:public_id>/findings/add/", views.add_finding, name="add_finding"),
    path("findings/<public_id:public_id>/", views.change_draft, name="change_draft"),
    path("findings/<public_id:public_id>/again/", views.ask_finding_again, name="ask_finding_again"),
]
