"""The list pages of the register and their exports."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from authorizations.web.lists.export import export_list
from authorizations.web.lists.listing import Listing, show_list


def listing_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """One list page."""
    return show_list(request, listing)


def export(request: HttpRequest, listing: Listing, suffix: str) -> HttpResponseBase:
    """The rows of a list page as a file."""
    return export_list(request, listing, suffix, timezone.now())
