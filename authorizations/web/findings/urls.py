from django.urls import URLPattern

from authorizations.url_access import OF_CASE, OF_FINDING, page
from authorizations.web.findings import views

urlpatterns: list[URLPattern] = [
    page("cases/<public_id:public_id>/findings/", views.case_findings, "case_findings", OF_CASE),
    page("cases/<public_id:public_id>/findings.csv", views.case_findings_csv, "case_findings_csv", OF_CASE),
    page("cases/<public_id:public_id>/findings/add/", views.add_finding, "add_finding", OF_CASE),
    page("findings/<public_id:public_id>/", views.change_draft, "change_draft", OF_FINDING),
    page("findings/<public_id:public_id>/again/", views.ask_finding_again, "ask_finding_again", OF_FINDING),
]
