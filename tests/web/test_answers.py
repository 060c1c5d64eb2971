"""What every answer keeps to, and every line of the log: methods, caches, control characters."""

import logging
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from authorizations.web.access_log import OneLine, WithoutTracebackOfRefusals
from authorizations.web.register.labels import safe_link
from tests.cast import Cast
from tests.samples import first
from tests.web.register.records import make_offerings


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", ["home", "offerings", "sign_in", "admin:index"])
def test_other_methods_than_reading_and_sending_are_refused(client: Client, cast: Cast, method: str, name: str) -> None:
    client.force_login(cast.pmo_lead)
    answer = client.generic(method, reverse(name))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", first(["home", "offerings", "offerings_csv", "admin:index", "admin:accounts_user_changelist"])
)
def test_what_a_person_sees_stays_in_no_cache(client: Client, cast: Cast, name: str) -> None:
    make_offerings(cast.organizations["nimbus"], 1)
    client.force_login(cast.pmo_lead)
    control = client.get(reverse(name)).headers["Cache-Control"]
    assert {"private", "no-store"} <= {word.strip() for word in control.split(",")}


def test_a_file_of_the_design_may_be_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    answer = client.get("/static/portal/icon.svg")
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def line(message: str, *arguments: object, exc_info: object = None, name: str = "portal.access") -> str:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, exc_info)  # type: ignore[arg-type]
    WithoutTracebackOfRefusals().filter(record)
    return OneLine("%(levelname)s %(message)s").format(record)


def test_no_address_begins_a_line_of_the_log_or_sends_codes_to_its_reader() -> None:
    assert line("GET %s", "/atos/\nFAKE LOG\r\x1b[31m\u2028/") == "INFO GET /atos/\\x0aFAKE LOG\\x0d\\x1b[31m\\x2028/"


def test_a_traceback_keeps_its_lines_but_what_is_refused_as_suspicious_has_none() -> None:
    try:
        int("broken")
    except ValueError:
        broken = sys.exc_info()
    assert "\nTraceback" in line("broken", exc_info=broken, name="django.request")
    assert line("foreign host", exc_info=broken, name="django.security.DisallowedHost") == "INFO foreign host"


def test_the_logs_of_the_portal_are_written_so() -> None:
    assert settings.LOGGING["formatters"]["plain"]["()"].endswith(".OneLine")
    assert "brief" in settings.LOGGING["handlers"]["stdout"]["filters"]


@pytest.mark.parametrize("address", ["javascript://h/%0aalert(1)", "data://h/x", "ftp://h/", "//h/", "https:", "h"])
def test_only_addresses_of_the_web_are_linked(address: str) -> None:
    assert safe_link(address) == ""
    assert safe_link(" https://h/x ") == "https://h/x"


def test_who_may_not_leaves_one_line_of_the_log(client: Client, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    client.force_login(cast.liaison)
    assert client.get(reverse("admin:index")).status_code == 403
    (refused,) = [record for record in caplog.records if record.name == "django.request"]
    assert WithoutTracebackOfRefusals().filter(refused)
    assert OneLine("%(message)s").format(refused) == f"Forbidden (Permission denied): {reverse('admin:index')}"
