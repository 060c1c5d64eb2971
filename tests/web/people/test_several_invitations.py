"""Many are invited at once: what was pasted is read row by row, and each row is answered."""

import html
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation
from accounts.roles import Role
from authorizations import throttle
from authorizations.models import Message
from authorizations.notifications.mail.secret_links import link_of
from authorizations.web.people.views_several import LONGEST_PASTE, MORE_THAN_MOST, MOST, SeveralForm, rows_in
from tests.cast import Cast

PASTED = """E-mail
Nia New <nia@harbors.gov>, tom@harbors.gov; NIA@harbors.gov
Ines\tines@harbors.gov\tOffice 12
viewer@example.gov
@example
"""


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def send(client: Client, cast: Cast, addresses: str, organization: str = "harbors") -> Any:
    client.force_login(cast.liaison)
    at = reverse("invite_several", args=[cast.organizations[organization].public_id])
    return client.post(at, {"addresses": addresses, "role": "agency_reviewer"})


@pytest.mark.parametrize(
    ("pasted", "rows"),
    [
        ("a@b.gov\r\n\r\n c@d.gov ", ["a@b.gov", "c@d.gov"]),
        ('"Doe, Jane" <J.Doe@b.gov>; x@y.gov', ["j.doe@b.gov", "x@y.gov"]),
        ("Jane\tjane@b.gov\tRoom 5", ["jane@b.gov"]),
        ("Name\njane at b.gov", ["Name", "jane at b.gov"]),
        ("jane@@b.gov", ["jane@@b.gov"]),
        ("\n \n", []),
    ],
)
def test_each_address_is_a_row_and_each_line_without_one(pasted: str, rows: list[str]) -> None:
    assert list(rows_in(pasted)) == rows


def test_a_sheet_of_the_most_people_fits_and_a_text_without_an_address_takes_no_time() -> None:
    rows = (f"Jane Doe of the Office\tjane.doe{number}@office.harbors.gov\tRoom {number}" for number in range(MOST))
    form = SeveralForm({"addresses": "\n".join(rows), "role": ""})
    form.is_valid()
    assert len(form.cleaned_data["addresses"]) == MOST
    begun = time.perf_counter()
    assert len(list(rows_in("a" * LONGEST_PASTE))) == 1
    assert time.perf_counter() - begun < 1


def test_each_row_is_told_what_became_of_it_and_each_invitation_is_one_like_any_other(
    client: Client, cast: Cast
) -> None:
    page = html.unescape(send(client, cast, PASTED).content.decode())
    made = {each.email: each for each in Invitation.objects.all()}
    assert set(made) == {"nia@harbors.gov", "tom@harbors.gov", "ines@harbors.gov"}
    assert {(each.role, each.invited_by_id) for each in made.values()} == {(Role.AGENCY_REVIEWER, cast.liaison.pk)}
    assert "3 people invited" in page
    assert "Of 6 rows: 3 invited, 1 here already, 2 not sent." in page
    assert "belongs to a member" in page
    assert page.count("This is not an address.") == 2
    for each in made.values():
        assert link_of(each) in page
    assert set(Message.objects.values_list("address", flat=True)) >= set(made)


def test_the_same_paste_again_invites_nobody_twice(client: Client, cast: Cast) -> None:
    send(client, cast, "nia@harbors.gov")
    again = reverse("invite_several", args=[cast.organizations["harbors"].public_id])
    said = {"addresses": "nia@harbors.gov tom@harbors.gov", "role": "agency_reviewer"}
    assert "1 invited, 1 here already" in client.post(again, said).content.decode()
    assert Invitation.objects.count() == 2


def test_so_many_and_no_more(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many = "\n".join(f"p{number}@harbors.gov" for number in range(MOST + 1))
    assert MORE_THAN_MOST in send(client, cast, many).content.decode()
    assert not Invitation.objects.exists()
    monkeypatch.setattr(throttle, "MOST_INVITATIONS", 2)
    assert "2 invited, 0 here already, 1 not sent" in send(client, cast, "a@h.gov b@h.gov c@h.gov").content.decode()


def test_only_its_own_leads_invite_into_an_organization(client: Client, cast: Cast) -> None:
    assert send(client, cast, "nia@harbors.gov", "meadows").status_code == 404
    assert send(client, cast, "nia@harbors.gov", "lighthouses").status_code == 403
    client.force_login(cast.viewer)
    own = reverse("invite_several", args=[cast.organizations["harbors"].public_id])
    assert client.get(own).status_code == 403
    assert not Invitation.objects.exists()
