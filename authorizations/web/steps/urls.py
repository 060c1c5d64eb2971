"""Steps of cases and ATOs: after all other addresses of both: addresses and views."""

from django.urls import URLPattern, path

from authorizations.models import Ato, Case
from authorizations.web.steps import views

urlpatterns: list[URLPattern] = [
    path("cases/<public_id:public_id>/<slug:step>/", views.step, {"record_type": Case}, name="case_step"),
    path("atos/<public_id:public_id>/<slug:step>/", views.step, {"record_type": Ato}, name="ato_step"),
]
