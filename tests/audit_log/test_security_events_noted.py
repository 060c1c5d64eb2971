"""What is noted of people's coming and going, of refusals and of what is taken away: through the doors themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.audit_log.security_events import enter_tallies
from authorizations.actions.people.people import make_token
from authorizations.models import Event, Tally
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.web.register.records import make_offerings

PASSWORD = "correct horse battery staple"


def counted() -> list[tuple[str, int | None, str, int]]:
    """What was counted, as the audit log has it: (verb, actor, record type, number)."""
    enter_tallies(timezone.now() + timedelta(minutes=3))
    entries = Event.objects.filter(verb__in=["access.refused", "session.refused"]).order_by("position")
    return [(entry.verb, entry.actor_id, entry.subject_type, entry.changes["count"][1]) for entry in entries]


@pytest.fixture
def lena(cast: Cast) -> Cast:
    cast.liaison.set_password(PASSWORD)
    cast.liaison.save()
    return cast


def test_who_signs_in_and_out_is_noted(client: Client, lena: Cast) -> None:
    client.post(reverse("sign_in"), {"username": lena.liaison.email, "password": PASSWORD})
    client.post(reverse("sign_out"))
    entries = Event.objects.order_by("position").values_list("verb", "actor", "subject_id", "changes")
    who = lena.liaison.pk
    assert list(entries) == [
        ("session.started", who, who, {"by": [None, "password"]}),
        ("session.ended", who, who, {}),
    ]


def test_failed_sign_ins_are_counted_and_never_hold_what_was_typed(client: Client, lena: Cast) -> None:
    for email in (lena.liaison.email, lena.liaison.email, "nobody@example.gov"):
        client.post(reverse("sign_in"), {"username": email, "password": "wrong"})
    assert sorted(counted()) == [("session.refused", None, "portal", 1), ("session.refused", None, "user", 2)]
    assert "nobody@" not in "".join(Event.objects.values_list("text", flat=True))


def test_a_stranger_who_asks_for_a_case_is_counted_like_one_who_asks_for_nothing(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.stranger_agency)
    for address in (case.get_absolute_url(), f"/api/cases/{case.public_id}", reverse("case", args=["2" * 14])):
        assert client.get(address).status_code == 404
    who = cast.stranger_agency.pk
    assert sorted(counted()) == [("access.refused", who, "case", 2), ("access.refused", who, "portal", 1)]


def test_a_page_that_a_role_may_not_open_is_counted_by_its_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert client.get(reverse("import_runs")).status_code == 403
    assert counted() == [("access.refused", cast.viewer.pk, "portal", 1)]
    assert Event.objects.get(verb="access.refused").changes["asked_for"] == [None, "page import_runs"]


def test_a_page_of_the_admin_is_counted_by_the_record_that_it_is_of(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.stranger_agency)
    address = reverse("admin:authorizations_case_change", args=[case.public_id])
    assert client.get(address).status_code in {403, 404}
    assert counted() == [("access.refused", cast.stranger_agency.pk, "case", 1)]


def test_a_token_that_opens_nothing_is_counted_and_one_that_does_names_its_person(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    now = timezone.now()
    expires = timezone.localdate(now)
    _, secret = make_token(actor=cast.stranger_csp, name="T", expires_on=expires, read_only=True, now=now)
    for shown, status in ((secret, 404), (f"{secret}x", 401)):
        headers = {"Authorization": f"Bearer {shown}"}
        assert client.get(f"/api/cases/{case.public_id}", headers=headers).status_code == status
    assert sorted(counted(), key=str) == [
        ("access.refused", cast.stranger_csp.pk, "case", 1),
        ("session.refused", None, "portal", 1),
    ]


def test_anonymous_visitors_and_pages_that_open_count_nothing(client: Client, cast: Cast) -> None:
    assert client.get(reverse("case", args=["2" * 14])).status_code == 302
    assert client.get("/nowhere/").status_code == 404
    client.force_login(cast.viewer)
    assert client.get(reverse("offerings")).status_code == 200
    assert not Tally.objects.exists()


def test_an_export_is_noted_with_the_rows_that_it_holds(client: Client, cast: Cast) -> None:
    make_offerings(cast.organizations["nimbus"], 1)
    client.force_login(cast.viewer)
    list(client.get(f"{reverse('offerings_csv')}?impact=moderate&q=cloud"))  # type: ignore[call-overload]
    entry = Event.objects.get()
    assert (entry.verb, entry.actor) == ("list.exported", cast.viewer)
    assert entry.changes == {
        "list": [None, "offerings"],
        "filters": [None, {"impact": ["moderate"]}],
        "searched": [None, True],
        "format": [None, "csv"],
    }
