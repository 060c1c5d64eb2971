"""What describes production says the same as the settings, docs/operations.md and the processes that are tested."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.own_services import GUNICORN, MAILER, TIMER, WORKER
from tests.test_settings import variables

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("web", "worker", "mailer", "timer")


def without_address(command: str) -> str:
    """Where it listens differs from machine to machine."""
    return re.sub(r" --bind \S+", "", command)


def test_the_example_of_an_environment_names_every_setting_and_nothing_else() -> None:
    named = re.findall(r"^(?:# )?([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    of_compose = re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())
    assert sorted(named) == sorted({*variables(), *of_compose})


def test_every_process_is_started_as_the_documents_say_and_as_the_tests_do() -> None:
    operations = (ROOT / "docs/operations.md").read_text()
    for service, tested in zip(OURS, (GUNICORN, WORKER, MAILER, TIMER), strict=True):
        assert without_address(SERVICES[service]["command"]) == tested
        (documented,) = re.findall(rf"^\| {service}[^|]*\| `\.venv/bin/([^`]+)` \|$", operations, re.MULTILINE)
        assert without_address(documented) == tested
    before = re.search(r"^\| before each start \| (.+) \|$", operations, re.MULTILINE)
    assert before is not None
    assert SERVICES["prepare"]["command"][-1] == " && ".join(
        f"python manage.py {words}" for words in re.findall(r"`\./portal ([^`]+)`", before[1])
    )


def test_every_queue_has_its_worker_and_the_one_for_mail_takes_nothing_else() -> None:
    taken = re.findall(r"--queues (\S+)", SERVICES["worker"]["command"] + SERVICES["mailer"]["command"])
    assert taken[1] == "mail"
    assert sorted(",".join(taken).split(",")) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_the_image_alone_is_a_web_server() -> None:
    (command,) = re.findall(r"^CMD (\[.+\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert shlex.join(yaml.safe_load(command)) == SERVICES["web"]["command"]


def test_a_password_of_any_characters_reaches_the_database_beside_its_address() -> None:
    assert re.search(r"^DATABASE_URL=postgresql://portal_app@", (ROOT / ".env.example").read_text(), re.MULTILINE)
    for service in OURS:
        assert SERVICES[service]["environment"]["PGPASSWORD"].startswith("${POSTGRES_APPLICATION_PASSWORD")


def test_the_role_that_serves_is_another_than_the_one_that_owns_the_tables() -> None:
    owner = SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    prepare = SERVICES["prepare"]
    assert prepare["environment"]["DATABASE_URL"] == f"postgresql://{owner}@postgres:5432/portal"
    assert prepare["environment"]["PGPASSWORD"].startswith("${POSTGRES_PASSWORD")
    assert "grant_application portal_app" in prepare["command"][-1]
    assert all("DATABASE_URL" not in SERVICES[service]["environment"] for service in OURS)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_container_is_hardened(service: str) -> None:
    shape = SERVICES[service]
    assert shape["read_only"]
    assert shape["cap_drop"] == ["ALL"]
    assert shape["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in shape["tmpfs"]  # noqa: S108
    assert shape["user"] not in {"", "0", "root"}


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - {"prepare"}))
def test_every_lasting_container_is_looked_after(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_the_database_is_brought_up_to_date_once_before_the_portal_starts() -> None:
    for service in OURS:
        assert SERVICES[service]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert SERVICES["prepare"]["restart"] == "no"


def test_the_image_runs_as_nobody_special_for_production_and_leaves_secrets_out() -> None:
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", image, re.MULTILINE)
    assert re.search(r"^ENV PORTAL_PRODUCTION=yes$", image, re.MULTILINE)
    assert {".env", ".git", ".venv", "var"} <= set((ROOT / ".dockerignore").read_text().split())
