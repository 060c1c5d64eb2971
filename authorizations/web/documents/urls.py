from django.urls import URLPattern

from authorizations.models import Ato, Case
from authorizations.url_access import OF_CASE, OF_DOCUMENT, OF_REGISTER, page
from authorizations.web.documents import views, views_files

CASE, ATO = "cases/<public_id:public_id>", "atos/<public_id:public_id>"

urlpatterns: list[URLPattern] = [
    page(f"{CASE}/documents/", views.documents, "case_documents", OF_CASE, record_type=Case),
    page(f"{CASE}/documents/take-over/", views.take_over, "take_over_documents", OF_CASE),
    page(f"{CASE}/documents/several/", views_files.add_files, "add_case_files", OF_CASE, record_type=Case),
    page(f"{CASE}/documents/<slug:key>/", views.add, "add_case_document", OF_CASE, record_type=Case),
    page(f"{ATO}/documents/", views.documents, "ato_documents", OF_REGISTER, record_type=Ato),
    page(f"{ATO}/documents/several/", views_files.add_files, "add_ato_files", OF_REGISTER, record_type=Ato),
    page(f"{ATO}/documents/<slug:key>/", views.add, "add_ato_document", OF_REGISTER, record_type=Ato),
    page("documents/<public_id:public_id>/file/", views.document_file, "document_file", OF_DOCUMENT),
    page("documents/<public_id:public_id>/<slug:act>/", views.document_act, "document_act", OF_DOCUMENT),
]
