"""Choosing one record of thousands before a form: by a link, or by a search that works without JavaScript."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.http import urlencode

from accounts.fields import LENGTH
from authorizations.sanitize import storable
from authorizations.web.lists.listing import searched

SHOWN = 20


@dataclass(frozen=True, slots=True)
class RecordOption:
    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """What is to be chosen; ``kept`` are the choices made before, which a search keeps."""

    word: str
    options: list[RecordOption]
    kept: Mapping[str, str]
    words: str = ""
    searches: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Choosable:
    """Records to choose from: what one is called, how a search finds it, and what is beside its name."""

    word: str
    rows: Any
    named: Callable[[str, str], Q]
    note: Callable[[Any], str]


def chosen(request: HttpRequest, of: Choosable) -> Any:
    """The record that the address names, or the only one there is; None while it is open."""
    given = storable(request.GET.get(of.word, ""))[:LENGTH]
    if given:
        return of.rows.filter(public_id=given).first()
    few = list(of.rows[:2])
    return few[0] if len(few) == 1 else None


def question(request: HttpRequest, of: Choosable, kept: Mapping[str, str]) -> RecordChoice:
    words = searched(request.GET)
    rows = of.rows.filter(of.named("", words)) if words else of.rows
    found = list(rows.order_by("sort_name", "pk")[: SHOWN + 1])
    options = [
        RecordOption(str(each.name), of.note(each), address({**kept, of.word: each.public_id})) for each in found
    ]
    return RecordChoice(of.word, options[:SHOWN], kept, words, searches=True, is_cut=len(found) > SHOWN)


def address(choices: Mapping[str, str]) -> str:
    return f"?{urlencode(choices)}"
