"""Sessions end when nobody uses them; what a form sent too late held is kept until its sender has signed in again.

Neither costs a page a query: all it asks is in the session, which a page reads anyway, and that a session is used
is noted at most once a minute. So a session ends 14 to 15 minutes after the last page.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from authorizations import throttle
from authorizations.url_access import AccessLevel, UrlRule, rule_of
from authorizations.web.error_pages import because, error_page
from authorizations.web.page_access import refuse_by_role

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
# Asking how long the session lasts is no use of it.
ASKS = "session"
KEPT = "kept form"
# Whose session this browser ended by signing out: another tab may still send that person's form.
LEFT = "signed out"
RETAINED_FOR = 60 * 60
MAX_RETAINED = 100_000
# Never kept: secrets, and what belongs to the machinery of one page.
LEFT_OUT = ("password", "code", "credential", "csrfmiddlewaretoken")
READING = ("GET", "HEAD")
BEARER = 'Bearer realm="Authorization portal"'
ENROL_FIRST = "Your account needs a second factor first. Open the portal in a browser to add one."


def noting() -> float:
    """Seconds between two notes that a session is used."""
    return min(60.0, settings.IDLE_SECONDS / 15)


def seconds_left(request: HttpRequest, now: datetime) -> float:
    """Seconds until the session ends."""
    return sessions.seconds_left(request.session, now, idle=settings.IDLE_SECONDS, longest=settings.SESSION_COOKIE_AGE)


def at_least(request: HttpRequest) -> int:
    """Seconds that the session lasts at least after this page; the browser asks again before it warns."""
    unused = settings.IDLE_SECONDS - noting()
    began = request.session.get(sessions.BEGAN, 0)
    longest: float = began + settings.SESSION_COOKIE_AGE - timezone.now().timestamp()
    return max(0, round(min(unused, longest)))


def must_enrol(request: HttpRequest) -> bool:
    """Whether the person has shown no more than a password, and the portal asks for more."""
    return settings.SECOND_FACTOR and not sessions.is_strong(request.session)


def end_unused_sessions(get_response: Handler) -> Handler:
    """Ends a session that nobody used for too long, before anything is done in it; notes the use of the others."""

    def respond(request: HttpRequest) -> HttpResponse:
        owner = request.session.get(SESSION_KEY) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if owner is not None:
            now = timezone.now()
            if seconds_left(request, now) <= 0:
                request.session.flush()
                request.user = AnonymousUser()
                request.ended_for = owner  # type: ignore[attr-defined]  # read below, in the same request
            elif request.path != reverse(ASKS) or request.method != "GET":
                sessions.note_use(request.session, now, noting())
        return get_response(request)

    return respond


class UrlAccessMiddleware(LoginRequiredMiddleware):
    """Asks what the rule of an address asks, before its view is called; an address without a rule is not there.

    Anyone who is not signed in is sent to the sign-in page, and anyone who lacks a second factor to where one is added.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """None where the view may go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        rule = rule_of(name)
        if rule is None:
            logger.error("the address %s has no rule and stays closed", name)
            raise Http404
        if rule.level is AccessLevel.PROGRAM:
            return None
        if rule.tokens and request.method in READING and _is_of_program(request):
            return _of_a_program(request, rule)
        if rule.level is AccessLevel.PERSON:
            if not isinstance(request.user, User):
                return self.handle_no_permission(request, view_func)
            if rule.factor and must_enrol(request):
                return _enrol_first(request)
            refuse_by_role(request.user, rule)
        return HttpResponseNotAllowed(["POST"]) if rule.post_only and request.method != "POST" else None

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """Leads to the sign-in page; a form that came too late is offered again after it."""
        if request.method == "POST" and save_form(request):
            return HttpResponseRedirect(f"{reverse('sign_in')}?ended=form&next={reverse('saved_form')}")
        answer = super().handle_no_permission(request, view_func)
        if getattr(request, "ended_for", None) and request.method == "GET":
            answer.headers["Location"] += "&ended=idle"
        return answer


def _is_of_program(request: HttpRequest) -> bool:
    """Whether a token is shown, or missing: a browser says that it takes pages, and can show the one to sign in."""
    if "Authorization" in request.headers:
        return True
    return not isinstance(request.user, User) and "text/html" not in request.headers.get("Accept", "")


def _of_a_program(request: HttpRequest, rule: UrlRule) -> HttpResponse | None:
    """Lets a program in as the person of its token, whether or not the browser has a session; else says why not."""
    request.is_of_program = True  # type: ignore[attr-defined]  # read where answers to programs are made
    if "Authorization" not in request.headers:
        return HttpResponse(status=401, headers={"WWW-Authenticate": BEARER})
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    try:
        request.user = throttle.shown_token(request, secret.strip() if scheme.lower() == "bearer" else "").user
    except throttle.UnfitToken as why:
        answer = because(HttpResponse(status=429 if why.seconds else 401), why)
        if why.seconds:
            answer.headers["Retry-After"] = str(why.seconds)
        else:
            answer.headers["WWW-Authenticate"] = BEARER
        return answer
    refuse_by_role(request.user, rule)
    return None


def _enrol_first(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return error_page(request, 403, sentence=ENROL_FIRST)
    return redirect("enrol")


def save_form(request: HttpRequest) -> bool:
    """Keeps what a form held whose session had just ended; False where there is nothing to keep.

    Files are not kept: the next page says so. The check against other sites has passed before this is called.
    """
    owner = getattr(request, "ended_for", None) or request.session.get(LEFT)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name for word in LEFT_OUT)
        for value in values
    ]
    if owner is None or not fields or sum(len(name) + len(value) for name, value in fields) > MAX_RETAINED:
        return False
    request.session[KEPT] = {
        "owner": str(owner),
        "path": request.path,
        "fields": fields,
        "at": timezone.now().timestamp(),
        "had_files": bool(request.FILES),
    }
    return True


def saved_form(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What is kept for this person; what is another's or too old is forgotten."""
    saved: dict[str, Any] | None = request.session.get(KEPT)
    if saved is None:
        return None
    if saved["owner"] != str(user.pk) or timezone.now().timestamp() - saved["at"] > RETAINED_FOR:
        forget_form(request)
        return None
    return saved


def forget_form(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)
