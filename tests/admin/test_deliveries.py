"""Deliveries in the admin: in the words that people use."""

import re

from django.test import Client

from authorizations.models import Deliverable
from tests.admin.admin_pages import address, signed_in
from tests.admin.records import MAKE
from tests.cast import Cast
from tests.web.reading_pages import body_of


def test_deliveries_are_listed_and_shown_by_what_the_duty_is_called(client: Client, cast: Cast) -> None:
    made = MAKE["deliverable"](1)
    signed_in(client, cast.pmo_lead)
    for page in (address(Deliverable, "changelist"), address(Deliverable, "change", made.public_id)):
        body = body_of(client, page)
        assert "Ongoing certification report (N01)" in body
        assert "ATO" in body
        assert not re.search(r">\s*Ato\b", body)
