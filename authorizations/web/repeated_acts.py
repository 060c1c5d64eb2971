"""An act that a person sends again from a page opened anew, as after Back, is asked about before it is recorded twice.

The session remembers, for each address, what its last form that led on had said and when. A form with the key or
revision of that one is the same sending: the action knows it itself.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from authorizations.display import clock_text, moment_text

REMEMBERED = "acts sent"
MOST = 10
CONFIRMED = "again"
# What tells one page of a form from another opened later, in the pages and in the admin.
ONE_PAGE = ("idempotency_key", "form_key", "revision")
# Made anew on purpose: a report of now differs from the one of an hour ago.
WANTED_AGAIN = frozenset({"make_report"})
LEFT_OUT = frozenset({*ONE_PAGE, CONFIRMED, "csrfmiddlewaretoken"})


class RepeatedActs:
    """Remembers acts that led on, and answers 409 with a question where one is sent again from another page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if _is_act(request) and answer.status_code == 302:
            acts = request.session.get(REMEMBERED, {})
            acts.pop(request.path, None)
            acts[request.path] = (_content(request), _page(request), timezone.now().timestamp(), answer["Location"])
            request.session[REMEMBERED] = dict(list(acts.items())[-MOST:])
        return answer

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """None where the view may go on."""
        if not _is_act(request) or CONFIRMED in request.POST:
            return None
        content, page, at, led_to = request.session.get(REMEMBERED, {}).get(request.path, ("", "", 0, ""))
        if content != _content(request) or page == _page(request):
            return None
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            "when": _when(datetime.fromtimestamp(at, UTC)),
            "made": led_to,
            "fields": [each for each in fields if each[0] != "csrfmiddlewaretoken"],
        }
        return render(request, "pages/again.html", context, status=409)


def _is_act(request: HttpRequest) -> bool:
    """Whether a person sent a form of a page that names itself; files could not be sent on from the question."""
    is_form = request.method == "POST" and isinstance(request.user, User) and not request.FILES
    if request.resolver_match and request.resolver_match.url_name in WANTED_AGAIN:
        return False
    return is_form and any(name in request.POST for name in ONE_PAGE)


def _page(request: HttpRequest) -> str:
    return " ".join(request.POST.get(name, "") for name in ONE_PAGE)


def _content(request: HttpRequest) -> str:
    """A digest of what was entered, so that the session holds no text twice."""
    entered = sorted((name, values) for name, values in request.POST.lists() if name not in LEFT_OUT)
    return hashlib.sha256(json.dumps(entered).encode()).hexdigest()


def _when(moment: datetime) -> str:
    is_today = timezone.localdate(moment) == timezone.localdate()
    return f"at {clock_text(moment)}" if is_today else f"on {moment_text(moment)}"
