"""One log line per page: what was asked, how it ended, how long it took. No query string, address, name or token.

And the form of all lines: nobody who asks for a page can begin a line of the log, or send codes to who reads it.
"""

import logging
import re
import time
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("portal.access")
# Control characters, and the separators that some readers of logs take for the end of a line.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Writes control characters of a message as escapes; a traceback below it keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the library's name
        return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", super().formatMessage(record))


class WithoutTracebackOfRefusals(logging.Filter):
    """Leaves one line of what is refused, a foreign host name or who may not: it is no error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        is_refused = record.exc_info and isinstance(record.exc_info[1], PermissionDenied)
        if is_refused or record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


def access_log(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Logs each request; the web servers' own access logs, which carry addresses, stay off."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        milliseconds = round((time.perf_counter() - began) * 1000)
        logger.info("%s %s %d %d ms", request.method, request.path, response.status_code, milliseconds)
        return response

    return respond
