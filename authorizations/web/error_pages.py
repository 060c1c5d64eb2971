"""Error pages: what happened, what to do next, and the request id to quote. They work without database or session."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_guid import get_guid

from authorizations.actions.refusals import Blocked, Refused
from authorizations.sanitize import storable
from authorizations.web.outages import outage_of


def error_page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """One of the error pages; ``templates/errors/{status}.html`` says what to do next."""
    return render(request, f"errors/{status}.html", {"request_id": get_guid(), **context}, status=status)


class RefusalPages:
    """Turns a refusal that a view lets through into its page: the sentence, with the status of the refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal; any other exception goes its way.

        An act that finds no such record among those the person may see is answered like a page of it: 404.
        """
        if isinstance(exception, ObjectDoesNotExist):
            return not_found(request, exception)
        if isinstance(exception, Refused):
            context = {"sentence": exception.sentence, "heading": exception.heading}
            page = error_page(request, exception.status, is_blocked=isinstance(exception, Blocked), **context)
            return because(page, exception)
        # PostgreSQL refuses NUL in a name by which a view looks for a record; forms leave it out by themselves.
        if isinstance(exception, ValueError | DataError) and _is_unstorable(request):
            return error_page(request, 400)
        return None


def _is_unstorable(request: HttpRequest) -> bool:
    return any(storable(text) != text for name, values in request.POST.lists() for text in (name, *values))


def because(page: HttpResponse, why: Exception) -> HttpResponse:
    """The page with what it answers: a program gets that without the page around it."""
    page.why = why  # type: ignore[attr-defined]  # read where answers to programs are made
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request cannot be read; 413 where it was too large to be read."""
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413)
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return because(error_page(request, 403, sentence=str(exception)), exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with its own words: the form is too old, or came from another site."""
    return render(request, "errors/csrf.html", {"request_id": get_guid()}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where a server or a disk failed: rendered without the request, so that nothing can fail again.

    Django calls it while it handles the exception, whichever middleware or view raised that.
    """
    if outage := outage_of(sys.exc_info()[1]):
        context = {"request_id": get_guid(), "heading": outage.heading, "sentence": outage.sentence}
        page = render_to_string("errors/503.html", context)
        return HttpResponse(page, status=503, headers={"Retry-After": "60"})
    page = render_to_string("errors/500.html", {"request_id": get_guid(), "portal_version": settings.VERSION})
    return HttpResponse(page, status=500)
