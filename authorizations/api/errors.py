"""How the API says no: the refusal's own sentence, its problems and its status, always as JSON."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as Malformation

from authorizations.actions.refusals import AlreadyDone, Malformed, NotReady, Refused
from authorizations.actions.steps import StaleRevision
from authorizations.api.lists.times import TimesInUtc
from authorizations.api.schemas import HistoryEntryOut, ProblemOut
from authorizations.lifecycle.problems import Problem
from authorizations.presenters.audit_log import history
from authorizations.throttle import UnfitToken

PREFIX = "/api/"
SIGN_IN_FIRST = (
    "Sign in first: send a personal token in the header “Authorization: Bearer …”, or the cookie of a session. "
    "You make tokens at /tokens/."
)
UNREADABLE = "The body cannot be read. Send one JSON object, in UTF-8, of at most 2.5 MB."
NOTHING_HERE = (
    "Not found, or you don’t have access. Addresses of the API begin with /api/ and have no slash at the end."
)
AT_ONCE = "Someone else did the same at this moment. Nothing of yours was done; look again."
# What an answer of the portal that is no JSON yet says in words.
SENTENCES = {
    400: "The request cannot be read.",
    401: SIGN_IN_FIRST,
    403: "Your role does not allow this.",
    404: NOTHING_HERE,
    405: "This address does not take this method. The header “Allow” names those that it takes.",
    413: UNREADABLE,
    500: "Something went wrong on our side. Nothing of yours was done. Try again; then tell us the id in X-Request-ID.",
    503: "The portal cannot save or read right now. Look whether what you sent was saved, and try again in a minute.",
}


class SignInRequired(Exception):
    """Nobody is signed in, or the token opens nothing."""

    def __init__(self, sentence: str = SIGN_IN_FIRST) -> None:
        super().__init__(sentence)


class TooManyTries(Exception):
    """Showing tokens that open nothing has failed too often."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def refusal(status: int, sentence: str, problems: Sequence[Problem] = (), **more: Any) -> JsonResponse:
    listed = [ProblemOut.of(each).model_dump() for each in problems]
    return JsonResponse({"error": sentence, "problems": listed, **more}, status=status, encoder=TimesInUtc)


# --- from exceptions ---


def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    if isinstance(refused, NotReady | Malformed):
        return refusal(refused.status, refused.sentence, refused.problems)
    if isinstance(refused, AlreadyDone):
        found = {"id": refused.record.public_id}
        if hasattr(refused.record, "get_absolute_url"):
            found["url"] = refused.record.get_absolute_url()
        return refusal(refused.status, refused.sentence, record=found)
    if isinstance(refused, StaleRevision):
        since = [HistoryEntryOut.of(history.RecordedAct.of(event)).model_dump() for event in refused.since]
        return refusal(refused.status, refused.sentence, since=since)
    return refusal(refused.status, refused.sentence)


def _of_the_wrong_shape(request: HttpRequest, mistakes: Any) -> HttpResponse:
    return _refused(request, Malformed([_problem(mistake) for mistake in mistakes.errors]))


def _problem(mistake: Mapping[str, Any]) -> Problem:
    # The first step says body or query, the second the name of the argument in our code.
    skipped = 2 if mistake["loc"][0] == "body" else 1
    where = ".".join(str(step) for step in mistake["loc"][skipped:])
    kind = str(mistake["type"])
    found = next((words for start, words in SHAPE_WORDS if kind.startswith(start)), f"{mistake['msg']}.")
    if kind in {"enum", "literal_error"}:
        values = str(mistake["ctx"]["expected"]).replace("'", "")
        found = f"choose one of {values}."
    # What our own checks of a shape raise says it in words already.
    words = str(mistake["msg"]).removeprefix("Value error, ") if kind == "value_error" else found
    return Problem("shape", f"{where}: {words}" if where else UNREADABLE, where)


# Kinds of pydantic's mistakes by how they begin.
SHAPE_WORDS = (
    ("missing", "this is needed."),
    ("extra_forbidden", "this is not known here."),
    ("int", "give a whole number."),
    ("greater_than", "the number is too small."),
    ("less_than", "the number is too large."),
    ("date", "give a date as YYYY-MM-DD."),
    ("bool", "say true or false."),
    ("string_too_long", "this is too long."),
    ("string_pattern", "this is no id."),
    ("string", "give it in words."),
    ("dict", "give an object: names with their values."),
)


def _impossible(request: HttpRequest, mistakes: Any) -> HttpResponse:
    found = mistakes.message_dict if hasattr(mistakes, "error_dict") else {"": mistakes.messages}
    problems = [Problem("rule", text, where.replace("__all__", "")) for where, texts in found.items() for text in texts]
    return _refused(request, NotReady(problems))


def _signed_out(request: HttpRequest, why: Any) -> HttpResponse:
    answer = refusal(401, str(why) if isinstance(why, SignInRequired) else SIGN_IN_FIRST)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Authorization portal"'
    return answer


def _too_often(request: HttpRequest, why: Any) -> HttpResponse:
    answer = refusal(429, str(why))
    answer.headers["Retry-After"] = str(why.seconds)
    return answer


def _unreadable(request: HttpRequest, why: Any) -> HttpResponse:
    return refusal(why.status_code, UNREADABLE if why.status_code == 400 else SENTENCES.get(why.status_code, str(why)))


def _ours(request: HttpRequest, why: Any) -> HttpResponse:
    """Django logs it and answers 500; the library would show a traceback while debugging."""
    raise why


def add_error_handlers(api: NinjaAPI) -> None:
    for kind, handler in (
        (Refused, _refused),
        (Malformation, _of_the_wrong_shape),
        (ValidationError, _impossible),
        (IntegrityError, lambda request, clash: refusal(409, AT_ONCE)),
        (SignInRequired, _signed_out),
        (AuthenticationError, _signed_out),
        (TooManyTries, _too_often),
        # Of `get_object_or_404`; the library's own answer has another shape.
        (Http404, lambda request, why: refusal(404, NOTHING_HERE)),
        (ObjectDoesNotExist, lambda request, why: refusal(404, NOTHING_HERE)),
        (PermissionDenied, lambda request, why: refusal(403, str(why) or SENTENCES[403])),
        (HttpError, _unreadable),
        (Exception, _ours),
    ):
        api.add_exception_handler(kind, handler)


# --- from everything around the API ---


def api_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keeps what programs get out of caches, and turns the portal's own error pages into JSON for them.

    That is every answer below the API, and those of files that a program asks for.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        is_of_api, method = request.path.startswith(PREFIX), request.method
        if is_of_api and method == "HEAD":
            # The library knows no HEAD; the content is left out later.
            request.method = "GET"
        response = get_response(request)
        request.method = method
        if not is_of_api and not _is_of_program(request):
            return response
        patch_cache_control(response, private=True, no_store=True)
        if is_of_api and response.status_code == 200 and method in {"GET", "HEAD"} and not response.streaming:
            return _unless_known(request, response)
        if response.status_code >= 400 and not response.headers["Content-Type"].startswith("application/json"):
            return _as_json(request, response)
        return response

    return respond


def _is_of_program(request: HttpRequest) -> bool:
    """Whether a program asks for a file: it shows a token, or was found to lack one."""
    shown = request.headers.get("Authorization", "").lower()
    return shown.startswith("bearer ") or getattr(request, "is_of_program", False)


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the tag of its content, or 304 for a program that has this content already."""
    response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def _as_json(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    why, text = getattr(page, "why", None), settings.MAINTENANCE if page.status_code == 503 else ""
    if isinstance(why, PermissionDenied | UnfitToken):
        text = str(why)
    answer = (
        _refused(request, why)
        if isinstance(why, Refused)
        else refusal(page.status_code, text or SENTENCES.get(page.status_code, page.reason_phrase))
    )
    for name, value in page.headers.items():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    answer.cookies = page.cookies
    return answer
