"""A person's own account: second factors, password and sessions; and the page on which the first factor is added."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import reauthenticate as reauthenticate_view
from allauth.mfa.base.views import ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import ActivateTOTPView, deactivate_totp
from allauth.mfa.webauthn.views import RemoveWebAuthnView, add_webauthn
from allauth.mfa.webauthn.views import reauthenticate_webauthn as reauthenticate_passkey_view
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import sessions
from accounts.models import Session
from authorizations.actions.people.own_account import change_password, end_sessions
from authorizations.web.page_access import person
from authorizations.web.sign_in.allauth_hooks import Factors, has_factor, provider_of
from authorizations.web.sign_in.forms import ChangedPassword, ConfirmingCode, FirstCode
from authorizations.web.sign_in.sessions import must_enrol, seconds_left
from authorizations.web.sign_in.views import counted

View = Callable[..., HttpResponse]
ELSEWHERE = "You sign in through your organization. It decides about your password and your second factor."


def account(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    factors = list(Authenticator.objects.filter(user=user.pk).order_by("created_at"))
    codes = next((each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None)
    idle_since = now.timestamp() - settings.IDLE_SECONDS
    own = [
        {"session": each, "is_this": each.session_key == request.session.session_key}
        for each in Session.objects.own(user, now)
        if each.seen_at and each.seen_at.timestamp() > idle_since
    ]
    context = {
        "elsewhere": bool(provider_of(user.email)),
        "has_password": user.has_usable_password(),
        "app": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "own": own,
        "idle_minutes": round(settings.IDLE_SECONDS / 60),
    }
    return render(request, "sign_in/account.html", context)


def enrol(request: HttpRequest) -> HttpResponse:
    """The only page for a person without a second factor: it offers both kinds."""
    user = person(request)
    if not must_enrol(request):
        return redirect("home")
    return render(request, "sign_in/account_enrol.html", {"has_factor": has_factor(user)})


# --- second factors: the library's views, for those whose sign-in is here ---


def of_the_portal(view: View) -> View:
    """Refuses a page of factors to people who sign in through their organization, in words."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if provider_of(person(request).email):
            raise PermissionDenied(ELSEWHERE)
        if must_enrol(request) and has_factor(person(request)):
            # A factor was added elsewhere meanwhile: this session, of a password alone, may not add its own.
            return redirect("enrol")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def _own_id(request: HttpRequest) -> str:
    return str(person(request).public_id)


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        if not Factors().can_delete_authenticator(self.get_object()):
            messages.error(self.request, Factors.error_messages["cannot_delete_authenticator"])
            return redirect("account")
        removed: HttpResponse = super().form_valid(form)
        return removed


add_app = of_the_portal(counted(ActivateTOTPView.as_view(form_class=FirstCode), _own_id))
remove_app = of_the_portal(deactivate_totp)
add_passkey = of_the_portal(add_webauthn)
remove_passkey = of_the_portal(reauthentication_required(app="allauth.mfa")(RemovePasskey.as_view()))
recovery_codes = never_cache(view_recovery_codes)
new_recovery_codes = of_the_portal(generate_recovery_codes)
confirm = of_the_portal(counted(reauthenticate_view, _own_id))
confirm_code = of_the_portal(counted(ReauthenticateView.as_view(form_class=ConfirmingCode), _own_id))
confirm_passkey = of_the_portal(counted(reauthenticate_passkey_view, _own_id))


# --- password and sessions ---


def _password(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not user.has_usable_password():
        raise PermissionDenied("Your account has no password here.")
    form = ChangedPassword(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change_password(
            actor=user,
            password=form.cleaned_data["new_password1"],
            kept=str(request.session.session_key),
            now=timezone.now(),
        )
        update_session_auth_hash(request, user)
        messages.success(request, "Your password was changed. Every other session of yours has ended.")
        return redirect("account")
    return render(request, "sign_in/account_password.html", {"form": form})


password = of_the_portal(counted(_password, _own_id))


def end_one(request: HttpRequest, handle: str) -> HttpResponse:
    ended = end_sessions(actor=person(request), handle=handle, now=timezone.now())
    messages.success(request, "That session has ended." if ended else "That session had ended before.")
    return redirect("account")


def end_others(request: HttpRequest) -> HttpResponse:
    ended = end_sessions(actor=person(request), kept=str(request.session.session_key), now=timezone.now())
    messages.success(request, f"You are signed out everywhere else: {ended} ended.")
    return redirect("account")


@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """How many seconds the session lasts yet, and whose it is; a POST is a use of it, for “stay signed in”."""
    now = timezone.now()
    if request.method == "POST":
        sessions.note_use(request.session, now, 0)
    body = json.dumps({"left": max(0, round(seconds_left(request, now))), "person": person(request).public_id})
    return HttpResponse(body, content_type="application/json")
