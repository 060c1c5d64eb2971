"""Imports: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.imports import views
from authorizations.web.imports.listings import IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS
from authorizations.web.lists.urls import exports

urlpatterns: list[URLPattern] = [
    path("imports/", views.import_list, {"listing": IMPORT_RUNS}, name="import_runs"),
    *exports(IMPORT_RUNS, "imports"),
    path("imports/issues/", views.import_list, {"listing": ISSUE_ROWS}, name="import_issues"),
    *exports(ISSUE_ROWS, "imports/issues"),
    path("imports/review/", views.review_items, name="review_items"),
    *exports(REVIEW_ITEMS, "imports/review"),
    path("imports/review/<public_id:public_id>/", views.review_item, name="review_item"),
    path("imports/<public_id:public_id>/", views.import_run, name="import_run"),
]
