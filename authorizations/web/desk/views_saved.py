"""The desk with the views that are kept of it, and keeping or removing one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.actions.register.saved_views import remove_view, save_view
from authorizations.models import SavedView
from authorizations.web.answers import done
from authorizations.web.desk.listing import DESK
from authorizations.web.lists.listing import show_list
from authorizations.web.page_access import person

# What of an address says which rows there are, and in which order.
KEPT = frozenset({"q", "sort", *(facet.key for facet in DESK.facets), *(each.key for each in DESK.narrowings)})


def desk(request: HttpRequest) -> HttpResponse:
    user = person(request)
    rows = SavedView.objects.visible_to(user).filter(listing=DESK.name).select_related("user")
    saved = [(view, view.user_id == user.pk) for view in rows]
    return show_list(request, DESK, saved=saved, shares_with=user.organizations)


def keep_view(request: HttpRequest) -> HttpResponse:
    user = person(request)
    kept = QueryDict(mutable=True)
    for key, values in QueryDict(request.POST.get("query", "")[:10_000]).lists():
        if key in KEPT:
            kept.setlist(key, values)
    query = kept.urlencode()
    back = f"{reverse('desk')}?{query}"
    shared = request.POST.get("organization", "")
    organization = next((each for each in user.organizations if each.public_id == shared), None)
    given: dict[str, Any] = {"actor": user, "listing": DESK.name, "query": query, "organization": organization}
    try:
        view = save_view(name=request.POST.get("name", ""), now=timezone.now(), **given)
    except (Blocked, NoLongerPossible) as refusal:
        return done(request, refusal.sentence, back)
    return done(request, f"The view “{view}” is kept.", back)


def drop_view(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    view = get_object_or_404(SavedView.objects.own(user), public_id=public_id)
    remove_view(view.public_id, actor=user, now=timezone.now())
    return done(request, f"The view “{view}” is gone.", "desk")
