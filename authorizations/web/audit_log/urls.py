"""The audit log: addresses and views."""

from django.urls import URLPattern, path

from authorizations.vocabulary import Chain
from authorizations.web.audit_log import views, views_export

urlpatterns: list[URLPattern] = [
    path("record/", views.record, name="record"),
    path("record/verifications/", views.verifications, name="verifications"),
    path("record/verifications/verify/", views.verify, name="verify_record"),
    path("record/verifications/<public_id:public_id>/", views.verification, name="verification"),
    path("record/export/", views_export.export, name="record_export"),
    *(
        path(f"record/{chain}.jsonl", views_export.chain_file, {"chain": chain}, name=f"record_{chain}_file")
        for chain in Chain
    ),
]
