"""Columns and filters that several lists of the admin share."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest


class AnswerFilter(admin.SimpleListFilter):
    """The rows of one answer out of a few; subclasses give each answer's words and condition."""

    answers: ClassVar[dict[str, tuple[str, Q]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(answer, words) for answer, (words, _) in self.answers.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.answers.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class PublishedFilter(AnswerFilter):
    title = parameter_name = "published"
    answers = {
        "yes": ("Now", Q(published_since__isnull=False, not_published_since__isnull=True)),
        "gone": ("Not any more", Q(not_published_since__isnull=False)),
        "never": ("Never", Q(published_since__isnull=True)),
    }


def _until(column: str, still: str, ended: str) -> dict[str, tuple[str, Q]]:
    return {"open": (still, Q((f"{column}__isnull", True))), "ended": (ended, Q((f"{column}__isnull", False)))}


class EndedFilter(AnswerFilter):
    title = parameter_name = "state"
    answers = _until("ended_on", "Current", "Ended")


class MetFilter(EndedFilter):
    answers = _until("met_on", "Open", "Met")


class DecidedFilter(EndedFilter):
    answers = _until("resolved_at", "Waiting", "Decided")


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
