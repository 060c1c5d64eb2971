"""The API's addresses. They have no slash at the end, and none of them leads to the sign-in page."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from authorizations.api.errors import NOTHING_HERE, refusal
from authorizations.api.openapi import api_page, openapi
from authorizations.api.registry import api


def nothing(request: HttpRequest) -> HttpResponse:
    """404 in JSON for every other address below."""
    return refusal(404, NOTHING_HERE)


def _patterns() -> list[URLPattern]:
    """The library's addresses without its first page. Its views answer 401 by themselves."""
    return [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]


urlpatterns: list[URLPattern] = [
    path("", api_page, name="api_page"),
    path("openapi.json", openapi, name="api_openapi"),
    *_patterns(),
    re_path(".*", nothing, name="api_nothing"),
]
