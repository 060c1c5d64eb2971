"""An act that a person sends again from a page opened anew, as after Back, is asked about before it is recorded twice.

The session remembers, for each address, what its last form that led on had said and when. A form with the key or
revision of that one is the same sending: the action knows it itself. Where doing it again is wanted, the address's rule
says so.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from authorizations.display import clock_text, moment_text
from authorizations.url_access import rule_of

REMEMBERED = "acts sent"
MOST = 10
CONFIRMED = "again"
# What tells one page of a form from another opened later, in the pages and in the admin.
ONE_PAGE = ("idempotency_key", "form_key", "revision")
# Where a request keeps the digest of its act: a view may move its files away.
SENT = "act_sent"
LEFT_OUT = frozenset({*ONE_PAGE, CONFIRMED, "csrfmiddlewaretoken"})


class RepeatedActs:
    """Remembers acts that led on, and answers 409 with a question where one is sent again from another page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        sent = getattr(request, SENT, "")
        if sent and answer.status_code == 302:
            acts = request.session.get(REMEMBERED, {})
            acts.pop(request.path, None)
            acts[request.path] = (sent, _page(request), timezone.now().timestamp(), answer["Location"])
            request.session[REMEMBERED] = dict(list(acts.items())[-MOST:])
        return answer

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """None where the view may go on."""
        if not _is_act(request):
            return None
        sent = _content(request)
        setattr(request, SENT, sent)
        content, page, at, led_to = request.session.get(REMEMBERED, {}).get(request.path, ("", "", 0, ""))
        if CONFIRMED in request.POST or content != sent or page == _page(request):
            return None
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            "when": _when(datetime.fromtimestamp(at, UTC)),
            "made": led_to,
            "fields": [each for each in fields if each[0] != "csrfmiddlewaretoken"],
            "files": [(name, file.name) for name, files in request.FILES.lists() for file in files],
        }
        return render(request, "pages/again.html", context, status=409)


def _is_act(request: HttpRequest) -> bool:
    """Whether a person sent a form of a page that names itself, where doing it again is not wanted."""
    is_form = request.method == "POST" and isinstance(request.user, User)
    if not is_form or not any(name in request.POST for name in ONE_PAGE):
        return False
    rule = rule_of(request.resolver_match.view_name) if request.resolver_match else None
    return rule is None or not rule.wanted_again


def _page(request: HttpRequest) -> str:
    return " ".join(request.POST.get(name, "") for name in ONE_PAGE)


def _content(request: HttpRequest) -> str:
    """A digest of what was entered, so that the session holds no text twice."""
    entered = sorted((name, values) for name, values in request.POST.lists() if name not in LEFT_OUT)
    files = sorted((name, [digest_of(file) for file in files]) for name, files in request.FILES.lists())
    return hashlib.sha256(json.dumps([entered, files]).encode()).hexdigest()


def digest_of(file: UploadedFile) -> tuple[str, int, str]:
    """Name, size and SHA-256 of a file, read in parts and left at its beginning for the view."""
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    return file.name or "", file.size or 0, digest.hexdigest()


def _when(moment: datetime) -> str:
    is_today = timezone.localdate(moment) == timezone.localdate()
    return f"at {clock_text(moment)}" if is_today else f"on {moment_text(moment)}"
