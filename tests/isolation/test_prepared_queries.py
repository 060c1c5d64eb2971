"""A query that is put together once for a person answers as their standing is now, and each person by their own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from authorizations.models import CoSigner
from tests.cast import Cast
from tests.lifecycle.cases import make_case

PAGES = ("case", "case_messages", "recorded_facts")


def answers(client: Client, cast: Cast, person: str, public_id: str) -> set[int]:
    client.force_login(cast.people[person])
    return {client.get(reverse(page, args=[public_id])).status_code for page in PAGES}


@pytest.mark.slow
@pytest.mark.parametrize("person", ["liaison", "csp_lead", "pmo_lead", "pmo_reviewer"])
def test_who_leaves_finds_the_case_no_more(client: Client, cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "pmo_review")
    assert answers(client, cast, person, case.public_id) == {200}
    Membership.objects.filter(user=cast.people[person]).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert answers(client, cast, person, case.public_id) == {404}


@pytest.mark.slow
def test_a_stranger_finds_nothing_after_a_party_has_looked(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    assert answers(client, cast, "liaison", case.public_id) == {200}
    assert answers(client, cast, "stranger_agency", case.public_id) == {404}


@pytest.mark.slow
def test_each_case_is_its_own_and_its_signers_are_told_as_they_are_now(client: Client, cast: Cast) -> None:
    first, second = make_case(cast, "initial", "ao_decision"), make_case(cast, "reuse", "risk_decision")
    client.force_login(cast.liaison)
    for case in (first, second, first):
        assert client.get(reverse("case", args=[case.public_id])).context["case"] == case
    CoSigner.objects.create(case=first, agency=cast.organizations["lighthouses"], named_at=timezone.now())
    assert client.get(reverse("case", args=[first.public_id])).context["co_signers"]
    assert not client.get(reverse("case", args=[second.public_id])).context["co_signers"]
