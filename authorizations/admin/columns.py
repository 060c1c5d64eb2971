"""Columns and filters that several lists of the desk share."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class PublishedFilter(admin.SimpleListFilter):
    title = "published"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Now"), ("gone", "Not any more"), ("never", "Never")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(published_since__isnull=False, not_published_since__isnull=True)
            case "gone":
                return queryset.filter(not_published_since__isnull=False)
            case "never":
                return queryset.filter(published_since__isnull=True)
        return queryset


class EndedFilter(admin.SimpleListFilter):
    """Whether a day has been set on which it ended; subclasses name the column."""

    title = "state"
    parameter_name = "state"
    column = "ended_on"
    words = ("Current", "Ended")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", self.words[0]), ("ended", self.words[1])]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() not in ("open", "ended"):
            return queryset
        return queryset.filter(**{f"{self.column}__isnull": self.value() == "open"})


class MetFilter(EndedFilter):
    column = "met_on"
    words = ("Open", "Met")


class DecidedFilter(EndedFilter):
    column = "resolved_at"
    words = ("Waiting", "Decided")


def column(name: str, heading: str, words: Callable[[Any, Any], Any] | None = None) -> Callable[[Any], Any]:
    """A column under words of its own; ``words``: what it says of a record and its value, else the value itself."""

    @admin.display(description=heading, ordering=name)
    def shown(record: Any) -> Any:
        value = getattr(record, name)
        found = words(record, value) if words else value
        return "–" if found is None or found == "" else found

    return shown


def yes_or_no(name: str, heading: str) -> Callable[[Any], Any]:
    """In words instead of by a coloured sign."""
    return column(name, heading, lambda record, value: "Yes" if value else "No")


ATO = column("ato", "ATO")


@admin.display(description="published")
def published(record: Any) -> str:
    if record.not_published_since:
        return "Not any more"
    return "Now" if record.published_since else "Never"
