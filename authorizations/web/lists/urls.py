from dataclasses import replace

from django.urls import URLPattern

from authorizations.url_access import SIGNED_IN, UrlRule, page
from authorizations.web.lists.export import export_list
from authorizations.web.lists.listing import Listing, show_list
from authorizations.web.lists.registry import LISTINGS
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS


def exports(listing: Listing, at: str, access: UrlRule) -> list[URLPattern]:
    rule = replace(access, tokens=True)
    return [
        page(f"{at}.{suffix}", export_list, listing.export_name(suffix), rule, listing=listing, suffix=suffix)
        for suffix in ("csv", "xlsx", "json")
    ]


urlpatterns: list[URLPattern] = [
    address
    for listing in (*LISTINGS, CONDITIONS, ACCESSES, MESSAGES)
    for address in (
        page(f"{listing.name}/", show_list, listing.name, SIGNED_IN, listing=listing),
        *exports(listing, listing.name, SIGNED_IN),
    )
]
