"""Addresses, forms and tables of the admin's tests."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User

READ_ONLY = {
    "document",
    "documentversion",
    "filecheck",
    "delegation",
    "accesstoken",
    "calendarfeed",
    "invitation",
    "joinrequest",
    "case",
    "packageaccess",
    "waiver",
    "recordedforabsent",
    "agencylist",
    "differencedecision",
    "cosigner",
    "wbs",
    "wbstask",
    "comment",
    "finding",
    "designationevent",
    "packageoverview",
    "feedid",
    "importrun",
    "foundfeed",
    "feedlimit",
    "rulesrelease",
    "localvalue",
    "participationdecision",
    "deliverable",
    "ruleedition",
    "ruletext",
    "importissue",
    "reviewitem",
    "correction",
    "event",
    "verification",
    "message",
}


FOR_LEADS = {"user", "membership"}


RECORD_TYPES: dict[str, type[models.Model]] = {
    str(record_type._meta.model_name): record_type for record_type in admin.site._registry
}


def address(record_type: type[models.Model], page: str, *args: Any) -> str:
    """Address of a page of the admin."""
    return reverse(f"admin:{record_type._meta.app_label}_{record_type._meta.model_name}_{page}", args=args)


def autocomplete(record_type: type[models.Model], field: str, term: str = "") -> str:
    """Address of the records that fit what is typed into the input of a relation."""
    opts = record_type._meta
    asked = {"app_label": opts.app_label, "model_name": opts.model_name, "field_name": field, "term": term}
    return f"{reverse('admin:autocomplete')}?{urlencode(asked)}"


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send of the form at an address, untouched."""
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    texts = {name: "" if value is None else value for name, value in values.items()}
    return {name: value for name, value in texts.items() if value is not False}
