"""Steps of cases and ATOs, after all other addresses of both."""

from django.urls import URLPattern

from authorizations.models import Ato, Case
from authorizations.url_access import OF_CASE, OF_REGISTER, page
from authorizations.web.steps import views

urlpatterns: list[URLPattern] = [
    page("cases/<public_id:public_id>/<slug:step>/", views.step, "case_step", OF_CASE, record_type=Case),
    page("atos/<public_id:public_id>/<slug:step>/", views.step, "ato_step", OF_REGISTER, record_type=Ato),
]
