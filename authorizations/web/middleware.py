"""What happens to every request before a view sees it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control

from authorizations.models.rules import refresh_releases
from authorizations.sanitize import storable
from authorizations.web.documents.uploads import largest_request
from authorizations.web.error_pages import error_page
from authorizations.web.pages import views as site

Handler = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "POST")
FEATURES = ", ".join(f"{each}=()" for each in ("camera", "geolocation", "microphone", "payment", "serial", "usb"))
# The longest parameter that leads anywhere is the way back to a list with many filters.
LONGEST_PARAMETER = 4000


def without_features(get_response: Handler) -> Handler:
    """Lets no page use what the portal has no need of, so that nothing smuggled into one can."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", FEATURES)
        return response

    return respond


def without_content(get_response: Handler) -> Handler:
    """Leaves the content of an answer to HEAD out, which no server does by itself: the next answer would follow it."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()  # type: ignore[attr-defined]  # the type has no word for it
                # What the server would else read the file from.
                response.file_to_stream = None  # type: ignore[attr-defined]  # answers with a file have it
            else:
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
        return response

    return respond


def maintenance(get_response: Handler) -> Handler:
    """Answers every page with 503 and the sentence in `PORTAL_MAINTENANCE` while that is set."""

    def respond(request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE:
            page = render_to_string("errors/503.html", {"sentence": settings.MAINTENANCE})
            return HttpResponse(page, status=503, headers={"Retry-After": "600"})
        return get_response(request)

    return respond


def probes(get_response: Handler) -> Handler:
    """Answers monitoring before anything that reads the database, and under any host name."""
    answers = {reverse("healthz"): site.healthz, reverse("readyz"): site.readyz}

    def respond(request: HttpRequest) -> HttpResponse:
        answer = answers.get(request.path) if request.method in {"GET", "HEAD"} else None
        return answer(request) if answer else get_response(request)

    return respond


def known_methods(get_response: Handler) -> Handler:
    """Answers 405 to every method but those the pages know: a view would take OPTIONS or TRACE for a reading."""

    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return respond


def bounded_bodies(get_response: Handler) -> Handler:
    """Answers 413 before anything is read that is far larger than all that comes in here: else it would fill a disk.

    What is only a little too large is read, and refused at its field.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > largest_request():
            return error_page(request, 413)
        return get_response(request)

    return respond


def storable_query(get_response: Handler) -> Handler:
    """Leaves out of address and cookies what a database refuses, so that no page has to think of it."""

    def respond(request: HttpRequest) -> HttpResponse:
        query = QueryDict(mutable=True)
        for name, values in request.GET.lists():
            query.setlist(storable(name), [storable(value)[:LONGEST_PARAMETER] for value in values])
        request.GET = query  # type: ignore[assignment]  # the stubs know only one that cannot be changed
        request.COOKIES = {name: storable(value) for name, value in request.COOKIES.items()}
        return get_response(request)

    return respond


def known_rules(get_response: Handler) -> Handler:
    """Lets the process ask now and then which releases of the rules there are; between two askings no page pays."""

    def respond(request: HttpRequest) -> HttpResponse:
        refresh_releases()
        return get_response(request)

    return respond


def private_pages(get_response: Handler) -> Handler:
    """Keeps every answer to a request with a session out of caches, the browser's own included."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
