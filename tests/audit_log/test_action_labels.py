"""Every act that our source records has words, and the audit log can be asked for it by them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models.invitation import InvitationAnswer
from authorizations.models.querysets import event_subject_type
from authorizations.presenters.audit_log.action_labels import SECURITY, begun, in_words, known
from tests.cast import Cast
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2] / "authorizations"
VERB = re.compile(r"([a-z]+)\.[a-z]+(?:_[a-z]+)*")
# What verbs speak of beside the record types.
ALSO = {"access", "factor", "import", "list", "pmo", "record", "session"}


def verbs_in_source() -> Iterator[str]:
    """Every text of our source that has the shape of a verb and begins with a record type of the audit log."""
    record_types = ALSO | {
        event_subject_type(model) for app in ("accounts", "authorizations") for model in _models(app)
    }
    for path in ROOT.rglob("*.py"):
        if "migrations" not in path.parts:
            for each in ast.walk(ast.parse(path.read_text())):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    found = VERB.fullmatch(each.value)
                    if found and found[1] in record_types and not each.value.endswith((".html", ".csv")):
                        yield each.value


def _models(app: str) -> list[type]:
    return [model for model in apps.get_app_config(app).get_models() if not model._meta.proxy]


@pytest.mark.slow
def test_every_verb_in_our_source_has_words() -> None:
    found = set(verbs_in_source())
    assert {"case.checked_off", "comment.made", "session.started", "user.merged"} <= found
    missing = sorted(verb for verb in found if verb not in SECURITY and verb not in known())
    assert missing == [], (
        "say the act in words in authorizations/presenters/audit_log/action_labels.py, or in machine_models.py"
    )


def test_answers_to_invitations_and_steps_of_every_machine_have_words() -> None:
    assert {f"invitation.{answer.value}" for answer in InvitationAnswer} <= set(known())
    assert in_words("case.issue_ato").startswith("case: ")
    assert in_words("packageaccess.fedramp_told") == "package access FedRAMP told of the denial"


def test_no_words_hold_a_code() -> None:
    assert [words for words in (*known().values(), *SECURITY.values()) if "_" in words or not words] == []
    assert in_words("noun.what_it_did") == "noun what it did"


@pytest.mark.parametrize("key", ["pmo_lead", "auditor"])
def test_the_record_is_asked_for_an_act_by_its_words(client: Client, cast: Cast, key: str) -> None:
    client.force_login(cast.people[key])
    page = body_of(client, reverse("audit_log"))
    choices = page.split('name="verb"')[1].split("</select>")[0]
    assert '<option value="comment.made">Comment written</option>' in choices
    for verb in ("comment.made", "case.checked_off", "session.refused"):
        assert f">{begun(in_words(verb))}</option>" in choices
