"""Search over the whole portal; words of the field are found under their old and new names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Organization
from authorizations.models import Offering
from authorizations.terms import terms_named
from authorizations.web.lists.listing import searched
from authorizations.web.lists.search import named, offering_named
from authorizations.web.page_access import person

SHOWN = 10


def search(request: HttpRequest) -> HttpResponse:
    """Offerings, organizations and terms that match; the first ten of each, with the way to the rest."""
    words = searched(request.GET)
    user = person(request)
    found = {"words": words, "shown": SHOWN}
    if words:
        offerings = Offering.objects.visible_to(user).filter(offering_named("", words)).select_related("provider")
        organizations = Organization.objects.visible_to(user).filter(named("", words)).select_related("parent")
        found |= {
            "terms": list(terms_named(words)),
            "offerings": offerings[: SHOWN + 1],
            "organizations": organizations.exclude(kind="pmo")[: SHOWN + 1],
        }
    return render(request, "pages/search.html", found)
