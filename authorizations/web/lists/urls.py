"""The lists of the register: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.lists import views
from authorizations.web.lists.listing import Listing
from authorizations.web.lists.registry import LISTINGS
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS


def exports(listing: Listing, at: str) -> list[URLPattern]:
    """The addresses that give the rows of a list as a file."""
    return [
        path(f"{at}.{suffix}", views.export, {"listing": listing, "suffix": suffix}, name=listing.export_name(suffix))
        for suffix in ("csv", "xlsx", "json")
    ]


urlpatterns: list[URLPattern] = [
    *(path(f"{listing.name}/", views.listing_page, {"listing": listing}, name=listing.name) for listing in LISTINGS),
    *(each for listing in LISTINGS for each in exports(listing, listing.name)),
    *(
        path(f"{listing.name}/", views.listing_page, {"listing": listing}, name=listing.name)
        for listing in (CONDITIONS, ACCESSES, MESSAGES)
    ),
    *(each for listing in (CONDITIONS, ACCESSES, MESSAGES) for each in exports(listing, listing.name)),
]
