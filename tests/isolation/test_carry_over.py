"""What a provider takes over tells the new agency nothing of the first, and the first nothing of the new."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.actions.documents.carry_over import take_over
from authorizations.actions.documents.documents import withdraw_version
from authorizations.models import Case, Event, Message
from tests.actions.documents.documents import continued
from tests.cast import Cast
from tests.isolation.fetching import answers, changed, signed_in, the_usual
from tests.lifecycle.world import NOW
from tests.samples import first

# Pages before and after: which rows there are for whom, `test_lists.py` and `test_entries.py` ask either database.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

LATER = NOW + timedelta(days=1)
# What the first agency, its people and its file are known by.
NAMES = ("Harbor", "harbor", "pier", "Lena Liaison", "Rae Reviewer", "Olu Official", "Con Tributor", "Stated:")


def addresses_of(case: Case) -> list[str]:
    """Where a case's documents show: its pages, its API, its history, and the lists and exports it is in."""
    names = ("case", "case_documents", "case_facts", "case_comments", "case_findings", "api_case", "api_case_documents")
    plain = ("home", "cases", "cases_csv", "messages", "messages_csv", "api_cases")
    return [*(reverse(name, args=[case.public_id]) for name in names), *(reverse(name) for name in plain)]


def read(client: Client, addresses: list[str]) -> str:
    return "\n".join(body.decode() for _, _, body in answers(client, addresses).values())


def test_the_new_agency_reads_the_references_and_nothing_of_the_first(cast: Cast) -> None:
    former, case, ours = continued(cast)
    keys = [version.public_id for version in ours.values()]
    take_over(case.public_id, keys, actor=cast.csp_lead, now=LATER)
    page = read(signed_in(cast.stranger_agency), addresses_of(case))
    # on the page, and in the API
    assert page.count(f"SHA-256 {ours['wbs'].sha256}") == 2
    assert "Document added" in page
    for word in (*NAMES, former.public_id, *keys):
        assert word not in page, word
    told = Message.objects.filter(recipient=cast.stranger_agency, detail__contains="version 1")
    assert told.count() == 2
    for message in told:
        assert not any(word in f"{message.subject} {message.text}" for word in NAMES)


def test_the_record_of_it_names_neither_the_first_case_nor_its_people(cast: Cast) -> None:
    former, case, ours = continued(cast)
    before = set(Event.objects.values_list("pk", flat=True))
    take_over(case.public_id, [each.public_id for each in ours.values()], actor=cast.csp_lead, now=LATER)
    entries = Event.objects.exclude(pk__in=before)
    assert {(entry.verb, entry.subject_id) for entry in entries} == {("case.document_added", case.pk)}
    # The text is what an export holds of an entry.
    for entry in entries:
        for word in (*NAMES, former.public_id, *(each.public_id for each in ours.values()), ours["wbs"].sha256):
            assert word not in entry.text


@pytest.mark.parametrize("who", first(["liaison", "bureau_liaison"], lane=pytest.mark.nightly))
def test_the_first_agency_learns_nothing_of_what_was_taken_over(cast: Cast, who: str) -> None:
    """Every page there is, before and after: some seconds."""
    former, case, ours = continued(cast)
    client = signed_in(cast.people[who])
    addresses = [*the_usual(), *addresses_of(former)]
    before = answers(client, addresses)
    messages = Message.objects.filter(recipient=cast.people[who]).count()
    (taken, _) = take_over(case.public_id, [each.public_id for each in ours.values()], actor=cast.csp_lead, now=LATER)
    withdraw_version(taken.public_id, actor=cast.csp_lead, now=LATER, reason="It moved.")
    assert changed(before, answers(client, addresses)) == set()
    assert Message.objects.filter(recipient=cast.people[who]).count() == messages
