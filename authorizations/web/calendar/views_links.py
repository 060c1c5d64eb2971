"""A person's own calendar links: the list, making one (its secret is shown once), revoking one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
from authorizations.step_pages.inputs import PageForm
from authorizations.web.page_access import person

MINE = "mine"


class LinkForm(PageForm):
    """Which calendar a link is to."""

    of = forms.ChoiceField(
        label="Which calendar",
        widget=forms.RadioSelect(attrs={"class": "usa-radio__input"}),
        error_messages={"required": "Choose a calendar.", "invalid_choice": "Choose one of these calendars."},
    )

    def __init__(self, *args: Any, choices: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(key, CalendarFeed.words_of(**scope)) for key, scope in choices.items()]
        self.fields["of"].choices = words  # type: ignore[attr-defined]  # the stubs know only Field here


def links(request: HttpRequest) -> HttpResponse:
    """The person's own links, newest first."""
    own = CalendarFeed.objects.own(person(request)).select_related("organization", "offering")
    return render(request, "calendar/links.html", {"feeds": own, "trail": [("Calendar", reverse("calendar"))]})


@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """The form; then the link, which no other page can show."""
    user = person(request)
    choices = _choices(request, user)
    form = LinkForm(request.POST or None, choices=choices, initial={"of": [*choices][-1] if _asked(request) else MINE})
    if request.method == "POST" and form.is_valid():
        try:
            feed, secret = make_feed(actor=user, now=timezone.now(), **choices[form.cleaned_data["of"]])
        except Blocked as refusal:
            form.add_error("of", refusal.sentence)
        else:
            link = request.build_absolute_uri(f"{reverse('calendar_feed')}?{urlencode({'key': secret})}")
            return render(request, "calendar/link_created.html", {"feed": feed, "link": link})
    return render(request, "calendar/link_create.html", {"form": form})


def _asked(request: HttpRequest) -> str:
    return storable(request.GET.get("offering", ""))[:LENGTH]


def _choices(request: HttpRequest, user: User) -> dict[str, Any]:
    """The calendars that the person may have a link to; that of an offering where its page has led here."""
    own = {each.organization for each in user.own_memberships if each.organization.kind != OrganizationKind.PMO}
    choices: dict[str, Any] = {MINE: {}, **{each.public_id: {"organization": each} for each in own}}
    if asked := _asked(request):
        offering = Offering.objects.visible_to(user).filter(public_id=asked).first()
        if offering is not None:
            choices[offering.public_id] = {"offering": offering}
    return choices


def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ends a link of one's own."""
    try:
        revoke_feed(actor=person(request), public_id=public_id, now=timezone.now())
    except CalendarFeed.DoesNotExist as none:
        raise Http404 from none
    messages.success(request, "The link was revoked. Calendars that use it learn nothing new from now on.")
    return redirect("calendar_links")
