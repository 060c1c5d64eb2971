"""Suggestions for an input that names a record: options of a <datalist>, found as the related noun's list finds."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from authorizations.admin.fields import SHOWN, label_of


def suggestions(record_admin: Any, request: HttpRequest, name: str) -> HttpResponse:
    """The first records that fit the text typed into the input ``name`` of the noun's form.

    Raises:
        Http404: the noun has no such relation.
    """
    try:
        column = record_admin.opts.get_field(name)
    except FieldDoesNotExist as error:
        raise Http404 from error
    if not isinstance(column, models.ForeignKey):
        raise Http404
    related = record_admin.admin_site.get_model_admin(column.remote_field.model)
    records = related.get_queryset(request).complex_filter(column.get_limit_choices_to())
    found, _ = related.get_search_results(request, records, request.GET.get(name, "").partition(" · ")[0])
    labels = [label_of(record) for record in found[:SHOWN]]
    return render(request, "admin/includes/suggestions.html", {"labels": labels})
