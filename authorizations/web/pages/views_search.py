"""The search in the head of every page: its page, and what is suggested under the box while one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from authorizations.terms import terms_named
from authorizations.web.lists.listing import searched
from authorizations.web.page_access import person
from authorizations.web.pages.portal_search import search_portal

SHOWN, SUGGESTED = 10, 3
# One letter is in nearly every name.
FEWEST_LETTERS = 2


def search(request: HttpRequest) -> HttpResponse:
    """What matches, by kind: the first ten of each, with the way to the rest, and the terms of the field."""
    words = searched(request.GET)
    found: dict[str, Any] = {"words": words}
    if words:
        found |= {"terms": list(terms_named(words)), "groups": search_portal(person(request), words, SHOWN)}
    return render(request, "pages/search.html", found)


def suggestions(request: HttpRequest) -> HttpResponse:
    """The best few of each kind, as the options of a list; empty for less than two letters."""
    words = searched(request.GET)
    groups = search_portal(person(request), words, SUGGESTED) if len(words) >= FEWEST_LETTERS else []
    return render(request, "pages/suggestions.html", {"groups": groups})
