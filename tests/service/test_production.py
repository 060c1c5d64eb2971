"""Production as docs/operations.md describes it, over real connections."""

import json
import re

import pytest

from tests.own_services import Production, ask, wait_for

pytestmark = pytest.mark.service

BEHIND_TLS = {"Host": "portal.example.gov", "X-Forwarded-Proto": "https"}


def test_the_sign_in_page_carries_the_headers_of_a_public_site(production: Production) -> None:
    answer, _ = ask(production.port, "/sign-in/", **BEHIND_TLS)

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_travel_over_tls_only(production: Production) -> None:
    answer, _ = ask(production.port, "/sign-in/", **BEHIND_TLS)

    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_nobody_is_offered_a_sign_in_by_one_click(production: Production) -> None:
    _, page = ask(production.port, "/sign-in/", **BEHIND_TLS)

    assert "/sign-in/as/" not in page


def test_a_request_without_tls_is_sent_to_https(production: Production) -> None:
    answer, _ = ask(production.port, "/sign-in/", Host="portal.example.gov")

    assert answer.status == 301
    assert answer.headers["Location"] == "https://portal.example.gov/sign-in/"


def test_another_host_name_is_refused(production: Production) -> None:
    answer, _ = ask(production.port, "/sign-in/", **{**BEHIND_TLS, "Host": "portal.example.com"})

    assert answer.status == 400


def test_every_file_of_the_page_is_there_under_a_name_that_may_be_kept_for_ever(production: Production) -> None:
    _, page = ask(production.port, "/sign-in/", **BEHIND_TLS)
    files = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)

    assert files
    for file in files:
        answer, _ = ask(production.port, file, **BEHIND_TLS, **{"Accept-Encoding": "identity"})
        assert answer.status == 200, file
        assert "immutable" in answer.headers["Cache-Control"], file


def test_a_task_sent_by_one_process_is_done_by_the_worker_over_redis(production: Production) -> None:
    task = "from authorizations.tasks import forget_ended_sessions as task; task.apply_async(queue='timer')"
    production.manage("shell", "--no-imports", "-c", task)

    line = json.loads(production.wait_for("worker", "ended sessions forgotten"))
    assert len(line["correlation_id"]) == 32
    assert line["levelname"] == "INFO"


def test_the_timer_shows_that_it_is_alive_and_the_portal_is_ready(production: Production) -> None:
    wait_for(lambda: (production.folder / "timer").exists(), "what the timer touches")
    wait_for(lambda: production.ready()[0] == 200, "readiness")


def test_a_page_leaves_one_json_line_without_query_string_or_address(production: Production) -> None:
    answer, _ = ask(production.port, "/sign-in/?token=secret", **BEHIND_TLS)

    line = json.loads(production.wait_for("web", answer.headers["X-Request-ID"]))
    assert re.fullmatch(r"GET /sign-in/ 200 \d+ ms", line["message"])
    assert "secret" not in (production.folder / "web.log").read_text()


def test_the_processes_start_without_a_warning_of_their_settings(production: Production) -> None:
    for name in ("web", "timer"):
        assert "Warning" not in (production.folder / f"{name}.log").read_text()
