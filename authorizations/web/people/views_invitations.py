"""An invitation: opening its link, answering, and for the leads who sent it, sending it again and taking it back."""

from datetime import datetime
from typing import Any, cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Invitation, User
from accounts.models.access_token import digest_of
from authorizations import throttle
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.people.invitations import (
    OTHER_ADDRESS,
    accept,
    accept_as_new,
    decline,
    found_by,
    revoke,
    send_again,
)
from authorizations.actions.refusals import Refused
from authorizations.step_pages.inputs import SHORT, PageForm, line
from authorizations.throttle import ThrottleScope
from authorizations.web.answers import done
from authorizations.web.error_pages import error_page
from authorizations.web.page_access import person
from authorizations.web.people import invitation_session
from authorizations.web.people.views import TOO_MANY, sent_page
from authorizations.web.sign_in.allauth_hooks import provider_of
from authorizations.web.sign_in.sessions import must_enrol
from authorizations.web.sign_in.views import leading_to_organization

OPENS_NOTHING = (
    "This link opens no invitation. Perhaps it was cut short on the way, or a newer one was sent since: open the "
    "newest, whole."
)

TOO_MANY_TRIES = "Links that open nothing were tried too often from here. Try again in a quarter of an hour."


@never_cache
def open_link(request: HttpRequest) -> HttpResponse:
    """Where the link leads: keeps its secret in the session, and leads on to a page without it."""
    now, secret = timezone.now(), request.GET.get("key", "")
    if not throttle.admits(ThrottleScope.INVITATION, request, secret, now):
        return error_page(request, 429, sentence=TOO_MANY_TRIES)
    try:
        found_by(secret, now=now)
    except Invitation.DoesNotExist:
        if not secret:
            throttle.take_back(ThrottleScope.INVITATION, request, secret, now)
        return _refused(request, OPENS_NOTHING, 404)
    except Refused as refusal:
        throttle.take_back(ThrottleScope.INVITATION, request, secret, now)
        return _refused(request, refusal.sentence, refusal.status)
    throttle.take_back(ThrottleScope.INVITATION, request, secret, now)
    invitation_session.hold(request, secret)
    return redirect("answer_invitation")


@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    secret = invitation_session.secret_held(request)
    try:
        invitation = found_by(secret, now=timezone.now())
    except Invitation.DoesNotExist:
        return _refused(request, OPENS_NOTHING, 404)
    except Refused as refusal:
        return _over(request, secret, refusal)
    if not isinstance(request.user, User):
        return _answered_by_anyone(request, invitation, secret)
    if must_enrol(request):
        return redirect("enrol")
    if request.user.email != invitation.email:
        return _refused(request, OTHER_ADDRESS, 403)
    return _answered_by(request, request.user, invitation, secret)


def _over(request: HttpRequest, secret: str, refusal: Refused) -> HttpResponse:
    """An invitation that was accepted a moment ago by this very person, through their organization, is no refusal."""
    if isinstance(request.user, User):
        accepted = Invitation.objects.filter(accepted_by=request.user).select_related("organization")
        taken = accepted.filter(digest=digest_of(secret)).first()
        if taken is not None:
            return _welcome(request, taken)
    return _refused(request, refusal.sentence, refusal.status)


def _answered_by(request: HttpRequest, user: User, invitation: Invitation, secret: str) -> HttpResponse:
    chosen = request.POST.get("answer", "") if request.method == "POST" else ""
    try:
        if chosen == "decline":
            return _declined(request, user, secret)
        if chosen == "accept":
            accept(actor=user, secret=secret, now=timezone.now())
            return _welcome(request, invitation)
    except Refused as refusal:
        return _refused(request, refusal.sentence, refusal.status)
    return render(request, "people/invitation_answer.html", {"invitation": invitation, "signed_in": True})


def _answered_by_anyone(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    """The page for anyone who has the link and is not signed in. It is the same whether or not there is an account."""
    provider = provider_of(invitation.email)
    chosen = request.POST.get("answer", "") if request.method == "POST" else ""
    form = (NameForm if provider else AccountForm)(request.POST if chosen == "account" else None)
    try:
        if chosen == "decline":
            return _declined(request, None, secret)
        if chosen == "account" and form.is_valid():
            if provider:
                invitation_session.name_for_account(request, form.cleaned_data["name"])
                return leading_to_organization(request, provider, invitation.email, reverse("answer_invitation"))
            return _made_account(request, form, secret, timezone.now())
    except ValidationError as mistakes:
        form.add_error(None, mistakes)
    except Refused as refusal:
        return _refused(request, refusal.sentence, refusal.status)
    names = {each["id"]: each["name"] for each in settings.IDENTITY_PROVIDERS}
    context = {"invitation": invitation, "form": form, "provider": names.get(provider, "")}
    return render(request, "people/invitation_answer.html", {**context, "next": reverse("answer_invitation")})


def _made_account(request: HttpRequest, form: forms.Form, secret: str, now: datetime) -> HttpResponse:
    cleaned = form.cleaned_data
    made = accept_as_new(secret=secret, name=cleaned["name"], password=cleaned["password"], now=now)
    invitation_session.forget(request)
    # As after any password: what comes next is a second factor.
    return cast(HttpResponse, perform_password_login(request, {}, Login(user=made, redirect_url=reverse("home"))))


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    invitation_session.forget(request)
    return done(request, f"You are now {invitation.get_role_display()} of {invitation.organization}.", "home")


def _declined(request: HttpRequest, user: User | None, secret: str) -> HttpResponse:
    declined = decline(actor=user, secret=secret, now=timezone.now())
    invitation_session.forget(request)
    return render(request, "people/invitation_declined.html", {"invitation": declined})


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Says why the invitation does not open; the record of security counts that it was tried."""
    who = request.user if isinstance(request.user, User) else None
    secret = request.GET.get("key", "") or invitation_session.secret_held(request)
    about = Invitation.objects.filter(digest=digest_of(secret)).values_list("public_id", flat=True).first()
    tally("invitation.refused", actor=who, now=timezone.now(), subject=("invitation", about or ""))
    return render(request, "people/invitation_refused.html", {"sentence": sentence}, status=status)


# --- for the leads ---


@never_cache
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    if not throttle.admits(ThrottleScope.INVITE, request, user.public_id, now):
        return error_page(request, 429, sentence=TOO_MANY)
    return sent_page(request, send_again(actor=user, public_id=public_id, now=now))


def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    taken = revoke(actor=person(request), public_id=public_id, now=timezone.now())
    words = f"The invitation of {taken.email} was taken back. Its link no longer works."
    return done(request, words, "people_of", taken.organization.public_id)


# --- forms ---


class NameForm(PageForm):
    """The name of a person whose organization signs them in."""

    name = line(
        "Your name",
        "As colleagues and the other sides are to read it.",
        missing="Enter your name.",
        most=150,
        autocomplete="name",
    )


def _password(label: str, words: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=words,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={**SHORT, "autocomplete": "new-password"}),
        error_messages={"required": f"{label}: enter it."},
    )


class AccountForm(NameForm):
    password = _password("Password", "At least 15 characters; a sentence of five or six words is good.")
    password_again = _password("Password, once more", "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"password", "password_again"} <= cleaned.keys() and cleaned["password"] != cleaned["password_again"]:
            self.add_error("password_again", "The two passwords differ. Enter the same one twice.")
        return cleaned
