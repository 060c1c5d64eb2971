"""Documents: addresses and views."""

from django.urls import URLPattern, path

from authorizations.models import Ato, Case
from authorizations.web.documents import views, views_carry_over

urlpatterns: list[URLPattern] = [
    path("cases/<public_id:public_id>/documents/", views.documents, {"record_type": Case}, name="case_documents"),
    path("cases/<public_id:public_id>/documents/take-over/", views_carry_over.take_over, name="take_over_documents"),
    path(
        "cases/<public_id:public_id>/documents/<slug:key>/", views.add, {"record_type": Case}, name="add_case_document"
    ),
    path("atos/<public_id:public_id>/documents/", views.documents, {"record_type": Ato}, name="ato_documents"),
    path("atos/<public_id:public_id>/documents/<slug:key>/", views.add, {"record_type": Ato}, name="add_ato_document"),
    path("documents/<public_id:public_id>/file/", views.document_file, name="document_file"),
    path("documents/<public_id:public_id>/<slug:act>/", views.document_act, name="document_act"),
]
