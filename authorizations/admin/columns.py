"""Columns and filters that several lists of the desk share."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class PublishedFilter(admin.SimpleListFilter):
    """Whether the newest feed has the record."""

    title = "published"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three answers."""
        return [("yes", "Now"), ("gone", "Not any more"), ("never", "Never")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows of the chosen answer."""
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
        """The two answers."""
        return [("open", self.words[0]), ("ended", self.words[1])]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows of the chosen answer."""
        if self.value() not in ("open", "ended"):
            return queryset
        return queryset.filter(**{f"{self.column}__isnull": self.value() == "open"})


class MetFilter(EndedFilter):
    """Whether a condition is met."""

    column = "met_on"
    words = ("Open", "Met")


class DecidedFilter(EndedFilter):
    """Whether a clash has been decided."""

    column = "resolved_at"
    words = ("Waiting", "Decided")


def yes_or_no(name: str, heading: str) -> Callable[[Any], str]:
    """A column that says yes or no in words instead of by a coloured sign."""

    def column(record: Any) -> str:
        return "Yes" if getattr(record, name) else "No"

    column.short_description = heading  # type: ignore[attr-defined]  # how Django reads a column's heading
    column.admin_order_field = name  # type: ignore[attr-defined]  # and what it sorts by
    return column


def under(name: str, heading: str) -> Callable[[Any], Any]:
    """A value under words of its own, where its name is none that people use."""

    def column(record: Any) -> Any:
        value = getattr(record, name)
        return "–" if value is None or value == "" else value

    column.short_description = heading  # type: ignore[attr-defined]  # how Django reads a column's heading
    column.admin_order_field = name  # type: ignore[attr-defined]  # and what it sorts by
    return column


ATO = under("ato", "ATO")


@admin.display(description="published")
def published(record: Any) -> str:
    """Whether the newest feed has the record, in a word."""
    if record.not_published_since:
        return "Not any more"
    return "Now" if record.published_since else "Never"
