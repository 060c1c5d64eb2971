"""The settings run bare, refuse what is unsafe with one sentence, and are in the documentation."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from authorizations.management.commands.serve import why_not_listen
from fedramp_portal import database_settings, s3_settings

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    "PORTAL_PRODUCTION": "yes",
    "PORTAL_SECRET_KEY": "a-random-text-0123456789-BCFGHJKLQSUVWYZ-bcfghjklpqsuvwyz",
    "PORTAL_HOSTS": "portal.example.gov",
    "DATABASE_URL": "postgresql://portal:a%2Fb@db.example.gov:5433/portal?sslmode=require",
    "REDIS_URL": "redis://cache.example.gov:6379/0",
}

KEY = "PORTAL_SECRET_KEY must be a random text of 50 characters or more, 20 of them different"
HOSTS = "PORTAL_HOSTS must name the portal's host names, without *, gaps or whole domains such as .gov"


def load(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> dict[str, Any]:
    """The settings as they would be in this environment and no other."""
    for name in set(variables()) - set(environment):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"PORTAL_DATA": str(folder), **environment}.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "fedramp_portal/settings.py"))


def variables() -> list[str]:
    return re.findall(r'env(?:_flag|_number)?\(\s*"([A-Z_0-9]+)"', (ROOT / "fedramp_portal/settings.py").read_text())


def test_without_any_environment_the_portal_is_a_demo_on_sqlite(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load(monkeypatch, tmp_path)

    assert settings["DATABASES"]["default"]["NAME"] == tmp_path / "portal.sqlite3"
    assert settings["DEMO_SIGN_IN"] is True
    assert settings["DEBUG"] is False
    assert settings["CELERY_BROKER_URL"].startswith("memory://")


def test_a_complete_production_environment_is_accepted_and_safe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load(monkeypatch, tmp_path, **SAFE)

    assert settings["DEMO_SIGN_IN"] is False
    assert (
        settings["SECURE_SSL_REDIRECT"] is settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    )
    assert settings["LOGGING"]["handlers"]["stdout"]["formatter"] == "json"


PUBLIC = (
    "PORTAL_HOSTS: anyone may reach “{}”; set PORTAL_PRODUCTION to yes, or name this machine (localhost) "
    "or a private network (192.168.1.7, portal.local)."
)
EVERYWHERE = "0.0.0.0"  # noqa: S104  # asked about, not listened on
PRIVATE = [
    "192.168.1.7",
    "localhost,10.0.0.7",
    "[fd00::7]",
    "portal",
    "portal.local",
    "Portal.Internal",
    "nas.home.arpa",
]


@pytest.mark.parametrize(
    "hosts", ["portal.example.gov", "*", "localhost,100.64.0.7", ".example.gov", "[2600::7]", ".local"]
)
def test_a_host_that_anyone_may_reach_is_served_in_production_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hosts: str
) -> None:
    safe = {"PORTAL_SECRET_KEY": SAFE["PORTAL_SECRET_KEY"], "PORTAL_DEMO": "no"}
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, PORTAL_HOSTS=hosts, **safe)

    assert str(refusal.value) == PUBLIC.format(hosts.rpartition(",")[2])


@pytest.mark.parametrize("hosts", PRIVATE)
@pytest.mark.parametrize("half", [{}, {"PORTAL_DEMO": "no"}, {"PORTAL_SECRET_KEY": SAFE["PORTAL_SECRET_KEY"]}])
def test_a_host_of_a_private_network_needs_a_key_of_its_own_and_no_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hosts: str, half: dict[str, str]
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_HOSTS: others can reach “.*”; set PORTAL_SECRET_KEY .*\.$"):
        load(monkeypatch, tmp_path, PORTAL_HOSTS=hosts, **half)


@pytest.mark.parametrize(
    "unsafe", [{"PORTAL_DEBUG": "yes"}, {"PORTAL_OLD_SECRET_KEY": "weak"}, {"PORTAL_SECRET_KEY": "weak"}]
)
def test_a_host_that_others_can_reach_shows_no_tracebacks_and_trusts_no_weak_old_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unsafe: dict[str, str]
) -> None:
    safe = {"PORTAL_SECRET_KEY": SAFE["PORTAL_SECRET_KEY"], "PORTAL_DEMO": "no"}
    with pytest.raises(ImproperlyConfigured, match="PORTAL_HOSTS: others can reach"):
        load(monkeypatch, tmp_path, PORTAL_HOSTS="portal.local", **(safe | unsafe))


@pytest.mark.parametrize("old", ["weak", "a" * 60])
def test_a_weak_old_key_is_refused_in_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_OLD_SECRET_KEY must be as random as the new one"):
        load(monkeypatch, tmp_path, **SAFE, PORTAL_OLD_SECRET_KEY=old)


@pytest.mark.parametrize("hosts", PRIVATE)
def test_a_host_of_a_private_network_is_served_with_a_key_of_its_own_and_no_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hosts: str
) -> None:
    safe = {"PORTAL_SECRET_KEY": SAFE["PORTAL_SECRET_KEY"], "PORTAL_DEMO": "no"}
    assert load(monkeypatch, tmp_path, PORTAL_HOSTS=hosts, **safe)["PRODUCTION"] is False


@pytest.mark.parametrize(
    ("environment", "host", "sentence"),
    [
        ({}, "127.0.0.1", ""),
        ({}, EVERYWHERE, "--host: others can reach “0.0.0.0”; set PORTAL_SECRET_KEY"),
        ({"PORTAL_DEMO": "no"}, "::", "--host: others can reach “::”; set PORTAL_SECRET_KEY"),
        ({"PORTAL_DEMO": "yes"}, EVERYWHERE, ""),
        ({"PORTAL_DEMO": "yes", "PORTAL_DEBUG": "yes"}, EVERYWHERE, "--host: others can reach"),
        ({"PORTAL_DEMO": "no", "PORTAL_SECRET_KEY": SAFE["PORTAL_SECRET_KEY"]}, "192.168.1.7", ""),
        ({"PORTAL_DEMO": "yes"}, "2600::7", "--host: anyone may reach “2600::7”; set PORTAL_PRODUCTION"),
        (SAFE, "2600::7", ""),
    ],
)
def test_serve_listens_where_others_reach_it_only_as_the_names_of_hosts_allow_or_for_a_demo_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    environment: dict[str, str],
    host: str,
    sentence: str,
) -> None:
    for name, value in load(monkeypatch, tmp_path, **environment).items():
        if name in {"PRODUCTION", "FOR_ONE_MACHINE", "DEMO_FOR_OTHERS"}:
            setattr(settings, name, value)

    assert why_not_listen(host)[: len(sentence) or None] == sentence


def test_a_public_trial_in_production_mails_only_those_who_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load(monkeypatch, tmp_path, **SAFE)["MAIL_ALLOWED"] is None
    assert load(monkeypatch, tmp_path, **SAFE, PORTAL_MAIL_ALLOWED="@example.gov")["MAIL_ALLOWED"] == {"@example.gov"}


@pytest.mark.parametrize("hosts", ["localhost", "127.0.0.2,[::1]", "portal.localhost", "portal.test", "testserver"])
def test_names_of_ones_own_machine_need_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hosts: str) -> None:
    assert load(monkeypatch, tmp_path, PORTAL_HOSTS=hosts)["DEMO_SIGN_IN"] is True


def test_a_database_address_is_read_in_all_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    database = load(monkeypatch, tmp_path, **SAFE)["DATABASES"]["default"]

    assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("portal", "portal", "a/b")
    assert (database["HOST"], database["PORT"]) == ("db.example.gov", "5433")
    assert database["OPTIONS"] == {**database_settings.NOTICED, **database_settings.QUICK, "sslmode": "require"}


def test_the_address_of_a_bucket_is_read_in_all_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = "https://key:se%2Fcret@s3.example.gov:9000/files?region=us-gov-west-1"
    files = load(monkeypatch, tmp_path, PORTAL_FILES_S3=address)["STORAGES"]["documents"]["OPTIONS"]

    assert (files["endpoint_url"], files["bucket_name"]) == ("https://s3.example.gov:9000", "files")
    assert (files["access_key"], files["secret_key"], files["region_name"]) == ("key", "se/cret", "us-gov-west-1")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"PORTAL_SECRET_KEY": ""}, KEY),
        ({"PORTAL_SECRET_KEY": "short"}, KEY),
        ({"PORTAL_SECRET_KEY": "a-random-text-" * 5}, KEY),
        *(
            ({"PORTAL_HOSTS": hosts}, HOSTS)
            for hosts in ("", "*", ",", "portal.example.gov,", ".gov", "portal.example.gov,.gov", "*.example.gov", ".")
        ),
        ({"PORTAL_DEBUG": "on"}, "PORTAL_DEBUG must be off"),
        ({"PORTAL_DEMO": "yes"}, "PORTAL_DEMO must be off: it lets anyone sign in as anyone"),
        ({"PORTAL_HTTPS": "no"}, "PORTAL_HTTPS must be on"),
        ({"DATABASE_URL": ""}, "DATABASE_URL must name a PostgreSQL database"),
        ({"REDIS_URL": ""}, "REDIS_URL must name the broker"),
    ],
)
def test_production_refuses_each_unsafe_setting_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, **(SAFE | change))

    assert str(refusal.value) == f"Unsafe for production: {sentence}."


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORTAL_PRODUCTION": "perhaps"}, "PORTAL_PRODUCTION must be yes or no, not “perhaps”."),
        ({"DATABASE_URL": "mysql://db/portal"}, "DATABASE_URL must begin with postgresql://; leave it out for SQLite."),
        (
            {"REDIS_URL": "amqp://broker"},
            "REDIS_URL must begin with redis:// or rediss://; leave it out for one machine.",
        ),
        ({"PORTAL_FILES_S3": "files"}, f"{s3_settings.FORM}."),
        ({"PORTAL_FILES_S3": "https://s3.example.gov/files?acl=public"}, f"{s3_settings.FORM}."),
        (
            {"PORTAL_FILES_S3": "https://s3.example.gov/files/portal"},
            f"{s3_settings.FORM}; after the host stands the bucket's name alone.",
        ),
        (
            {**SAFE, "PORTAL_FILES_S3": "http://s3.example.gov/files"},
            "PORTAL_FILES_S3 must begin with https:// in production.",
        ),
        (
            {"PORTAL_LOG_LEVEL": "loud"},
            "PORTAL_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not “LOUD”.",
        ),
        ({"PORTAL_DATA": "/dev/null/x"}, "PORTAL_DATA: the folder /dev/null/x cannot be made: Not a directory."),
    ],
)
def test_a_setting_that_cannot_be_understood_is_refused_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, **environment)

    assert str(refusal.value) == sentence


@pytest.mark.slow  # A command is started: a second.
def test_a_refusal_ends_a_command_with_its_sentence_alone(tmp_path: Path) -> None:
    environment = {"PORTAL_DATA": str(tmp_path), **SAFE, "PORTAL_DEMO": "yes"}

    ended = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"], env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stdout + ended.stderr == (
        "Unsafe for production: PORTAL_DEMO must be off: it lets anyone sign in as anyone.\n"
    )


def test_every_variable_stands_in_the_documentation_and_no_other_does() -> None:
    documented = re.findall(r"^\| `([A-Z_0-9]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(set(variables()))


@pytest.mark.parametrize(
    "address",
    [
        "portal.example.gov",
        "//portal.example.gov",
        "ftp://portal.example.gov",
        "https://",
        "https://portal.example.gov/portal",
        "https://portal.example.gov?a=b",
        "https://ann@portal.example.gov",
        "https://portal.example.gov:port",
        "http://portal.example.gov",
    ],
)
def test_an_address_of_which_no_link_can_be_made_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PORTAL_URL must "):
        load(monkeypatch, tmp_path, **SAFE, PORTAL_URL=address)


@pytest.mark.parametrize("address", ["https://portal.example.gov/", "https://portal.example.gov:8443"])
def test_links_start_at_the_address_that_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    assert load(monkeypatch, tmp_path, **SAFE, PORTAL_URL=address)["OWN_ADDRESS"] == address.rstrip("/")
    assert load(monkeypatch, tmp_path, PORTAL_URL="http://localhost:8000")["OWN_ADDRESS"] == "http://localhost:8000"
