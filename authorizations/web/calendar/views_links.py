"""A person's own calendar links: the list, making one (its secret is shown once), revoking one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from accounts.fields import LENGTH
from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.actions.calendar.calendar_feeds import make_feed, revoke_feed
from authorizations.actions.refusals import Blocked
from authorizations.models import CalendarFeed, Offering
from authorizations.sanitize import storable
from authorizations.step_pages.inputs import PageForm, radio
from authorizations.web.answers import done
from authorizations.web.page_access import person

MINE = "mine"


class LinkForm(PageForm):
    of = radio("Which calendar", missing="Choose a calendar.", invalid="Choose one of these calendars.")
    shows = (Blocked,)


def links(request: HttpRequest) -> HttpResponse:
    own = CalendarFeed.objects.own(person(request)).select_related("organization", "offering")
    return render(request, "calendar/links.html", {"feeds": own, "trail": [("Calendar", reverse("calendar"))]})


@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """The form; then the link, which no other page can show."""
    user = person(request)
    choices = _choices(request, user)
    form = LinkForm(request.POST or None, initial={"of": [*choices][-1] if _asked(request) else MINE})
    form.set_choices("of", ((key, CalendarFeed.words_of(**scope)) for key, scope in choices.items()))
    if form.is_valid() and form.carry_out(user, make_feed, **choices[form.cleaned_data["of"]]):
        feed, secret = form.made
        link = request.build_absolute_uri(f"{reverse('calendar_feed')}?{urlencode({'key': secret})}")
        return render(request, "calendar/link_created.html", {"feed": feed, "link": link})
    return render(request, "calendar/link_create.html", {"form": form})


def _asked(request: HttpRequest) -> str:
    return storable(request.GET.get("offering", ""))[:LENGTH]


def _choices(request: HttpRequest, user: User) -> dict[str, Any]:
    own = {each.organization for each in user.own_memberships if each.organization.kind != OrganizationKind.PMO}
    choices: dict[str, Any] = {MINE: {}, **{each.public_id: {"organization": each} for each in own}}
    if asked := _asked(request):
        offering = Offering.objects.visible_to(user).filter(public_id=asked).first()
        if offering is not None:
            choices[offering.public_id] = {"offering": offering}
    return choices


def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    revoke_feed(actor=person(request), public_id=public_id, now=timezone.now())
    words = "The link was revoked. Calendars that use it learn nothing new from now on."
    return done(request, words, "calendar_links")
