"""Asking to join: the form for anyone, the page that a mailed link leads to, and what leads do about both."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import JoinRequest
from accounts.models.join_request import organization_to_ask
from authorizations import throttle
from authorizations.actions.people.join_requests import (
    USED_UP,
    ask_to_join,
    decline_request,
    let_nobody_ask,
    let_people_ask,
    mail_join_link,
)
from authorizations.notifications.mail.secret_links import address_shown
from authorizations.step_pages.inputs import email
from authorizations.throttle import ThrottleScope
from authorizations.web.answers import done
from authorizations.web.error_pages import error_page
from authorizations.web.page_access import person
from authorizations.web.people.views import PeopleReasonForm, find, people_trail, sent_of
from authorizations.web.people.views_invitations import NameForm
from authorizations.web.sign_in.views import entered_email

TOO_MANY_ASKED = "Asked too often from here, or for this address. Try again in a quarter of an hour."


class AddressForm(forms.Form):
    email = email("E-mail address at work", "A link is mailed to it.", missing="Enter your e-mail address at work.")
    # The own one, which the browser may fill in.
    email.widget.attrs["autocomplete"] = "email"


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the link. What follows is the same page and the same work, whether anybody can be asked or not."""
    form, now = AddressForm(sent_of(request)), timezone.now()
    asked = request.method == "POST" and form.is_valid()
    if asked:
        address = entered_email(request, "email")
        if not throttle.admits(ThrottleScope.JOIN, request, address, now):
            page = error_page(request, 429, sentence=TOO_MANY_ASKED)
            page.headers["Retry-After"] = str(throttle.seconds_left(now))
            return page
        mail_join_link(email=address, now=now)
    return render(request, "people/ask_to_join.html", {"form": form, "sends_mail": bool(settings.SMTP), "asked": asked})


@never_cache
def request_to_join(request: HttpRequest) -> HttpResponse:
    """Where the mailed link leads: names the organization to the owner of the address, and has one button.

    The link's token is in the query, which no line of the log keeps.
    """
    address, now = address_shown(request.GET.get("token", "")), timezone.now()
    waiting = JoinRequest.objects.unanswered().filter(email=address).select_related("organization").first()
    if waiting is not None:
        return render(request, "people/request_to_join.html", {"waiting": waiting})
    organization = organization_to_ask(address, now) if address else None
    if organization is None:
        return render(request, "sign_in/refused.html", {"sentence": USED_UP}, status=404)
    form = NameForm(sent_of(request))
    if request.method == "POST" and form.is_valid():
        ask_to_join(email=address, name=form.cleaned_data["name"], now=now)
        return redirect(request.get_full_path())
    context = {"form": form, "organization": organization, "address": address}
    return render(request, "people/request_to_join.html", context)


# --- for the leads ---


def let_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    found = find(user, public_id)
    if request.POST.get("asking") == "on":
        domain = let_people_ask(actor=user, organization=found, now=now)
        words = f"People with an address at {domain} may ask to join. You are told of each request."
    else:
        let_nobody_ask(actor=user, organization=found, now=now)
        words = "Nobody may ask to join now."
    return done(request, words, "people_of", found.public_id)


@never_cache
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    seen = JoinRequest.objects.visible_to(user).select_related("organization__parent__parent")
    asked = get_object_or_404(seen, public_id=public_id)
    form = PeopleReasonForm(sent_of(request))
    if form.is_valid() and form.carry_out(user, decline_request, public_id=public_id, **form.cleaned_data):
        return done(request, f"You declined the request of {asked.name}.", "people_of", asked.organization.public_id)
    context = {
        "form": form,
        "refusal": form.refusal,
        "heading": f"Decline the request of {asked.name}",
        "about": f"{asked.email} asks to join {asked.organization} since",
        "since": asked.asked_at,
        "description": "They are told nothing, and can ask again in 30 days.",
        "button": "Decline",
        "back": reverse("people_of", args=[asked.organization.public_id]),
        "trail": people_trail(asked.organization, below=True),
    }
    return render(request, "people/act.html", context, status=409 if form.refusal else 200)
