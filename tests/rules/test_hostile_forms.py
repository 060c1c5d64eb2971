"""The forms of the rules, sent with text that nobody types: each answers, nothing is changed, and never with a 500."""

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, LocalValue, RulesRelease
from tests.cast import Cast
from tests.hostile import HOSTILE
from tests.rules.documents import CR26, LEGACY
from tests.rules.test_moving import at

pytestmark = [pytest.mark.pages, pytest.mark.django_db, pytest.mark.slow]


def text(kind: str) -> str:
    """The text as a form would hold it."""
    said = HOSTILE[kind]
    return said if isinstance(said, str) else said.decode(errors="replace")


@pytest.mark.parametrize("kind", HOSTILE)
def test_local_policy_is_not_decided_by_hostile_text(client: Client, cast: Cast, kind: str) -> None:
    client.force_login(cast.pmo_lead)
    good = {"name": "letter_days", "number": "10", "day": "", "reason": "Agreed.", "seen": "", "idempotency_key": ""}
    for field in ("name", "number", "day", "seen", "idempotency_key"):
        answer = client.post(reverse("local_policy"), {**good, field: text(kind)})
        assert answer.status_code in {200, 302, 409}, field
    # A key may be any text of its length; every other field must be what it is.
    assert set(LocalValue.objects.values_list("number", flat=True)) <= {10}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_case_is_moved_by_hostile_text(client: Client, cast: Cast, kind: str) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    client.force_login(cast.pmo_lead)
    url = reverse("move_to_release", args=[case.public_id])
    good = {"release": CR26, "revision": case.revision, "reason": "Asked for.", "idempotency_key": ""}
    for field in ("release", "revision"):
        assert client.post(url, {**good, field: text(kind)}).status_code == 409, field
    row = f"{case.public_id}:{case.revision}"
    sent = {"row": row, "sure": "yes", "release": text(kind), "reason": "Asked for."}
    address = reverse("admin:authorizations_case_move")
    assert client.post(address, sent).status_code == 200
    assert client.post(address, {**sent, "row": text(kind)}).status_code == 302
    assert Case.objects.get(pk=case.pk).release == LEGACY


@pytest.mark.parametrize("record_type", ["rulesrelease", "ruleedition"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_token_opens_no_file(client: Client, cast: Cast, kind: str, record_type: str) -> None:
    client.force_login(cast.pmo_lead)
    for page in ("plan", "apply"):
        url = reverse(f"admin:authorizations_{record_type}_{page}")
        given = {"token": text(kind), "against": text(kind)}
        answer = client.get(url, given) if page == "plan" else client.post(url, given)
        assert answer.status_code == 302
    assert not RulesRelease.objects.exists()
