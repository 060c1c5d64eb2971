"""What reaches far is a PMO lead's to correct, with a reason: an ATO's signed facts, an agency's place, a provider."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.refusals import Blocked, NotPermitted, NotReady
from authorizations.actions.register.records import correct_record
from authorizations.models import Condition, Event, Message, Notice, Offering
from authorizations.notifications.mail.delivery import deliver
from tests.admin.admin_pages import address, form_of, signed_in
from tests.admin.records import MAKE
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import DAY, make_ato
from tests.samples import sample

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
PARTIES = {"liaison", "official", "csp_lead", "pmo_reviewer"}
# What is corrected, of which record, and who is told; by the names of the cast.
CORRECTIONS: dict[str, tuple[str, str, set[str]]] = {
    "ato_type": ("ato", "ato_with_conditions", PARTIES),
    "signed_on": ("ato", "2026-11-19", PARTIES),
    "signer": ("ato", "Somebody else", PARTIES),
    "authorizing_official": ("ato", "second", PARTIES | {"second"}),
    "text": ("condition", "Turn on both lamps.", PARTIES),
    "due_on": ("condition", "2027-11-19", PARTIES),
    "reference": ("notice", "Form 2", PARTIES),
    "notified_on": ("notice", "2026-11-19", PARTIES),
    "confidentiality": ("system", "high", {"liaison", "official"}),
    "parent": ("agency", "meadows", {"bureau_liaison", "liaison", "stranger_agency"}),
    "provider": ("offering", "stratus", {"csp_lead", "stranger_csp"}),
}


def world(cast: Cast, column: str) -> tuple[Any, Any]:
    """The ATO that a case issued, its offering or an agency, and what the column is corrected to."""
    case = make_case(cast, "initial", "ato_issued")
    second = User.objects.create(email="second@example.gov", name="Sec Official")
    held = {"organization": cast.organizations["harbors"], "role": Role.AUTHORIZING_OFFICIAL, "started_on": SINCE}
    second.memberships.create(**held)
    cast.people["second"] = second
    kind, word, _ = CORRECTIONS[column]
    found = {**cast.organizations, "second": second}.get(word)
    # What the feed states is corrected there.
    Offering.objects.update(source="portal", published_since=None)
    condition = Condition.objects.create(ato=case.ato, text="Turn on the lamp.", owner=case.ato.agency)
    facts = {"recipient": "fedramp", "notified_on": DAY, "channel": "form", "reference": "Form 1"}
    notice = Notice.objects.create(ato=case.ato, **facts)
    beside = {"condition": condition, "notice": notice, "system": case.ato.system, "offering": case.offering}
    record = {**beside, "ato": case.ato, "agency": cast.organizations["lighthouses"]}[kind]
    return record, found or (date.fromisoformat(word) if column.endswith("_on") else word)


def correct(cast: Cast, record: Any, column: str, value: Any, *, person: str = "pmo_lead", reason: str = "Why.") -> Any:
    return correct_record(record, actor=cast.people[person], now=NOW, facts={column: value}, reason=reason)


@pytest.mark.parametrize("column", CORRECTIONS)
def test_a_lead_corrects_it_with_a_reason_and_those_concerned_are_told(cast: Cast, column: str, settings: Any) -> None:
    record, value = world(cast, column)
    with pytest.raises(NotPermitted):
        correct(cast, record, column, value, person="pmo_reviewer")
    with pytest.raises(NotReady, match="why"):
        correct(cast, record, column, value, reason=" ")
    assert getattr(correct(cast, record, column, value), column) == value
    messages = Message.objects.filter(event=Event.objects.get(verb__endswith=".corrected"))
    assert {message.recipient for message in messages} == {cast.people[name] for name in CORRECTIONS[column][2]}
    assert {message.detail for message in messages} == {"Reason: Why."}
    Message.objects.exclude(pk__in=messages).delete()
    settings.MAIL_ALLOWED = None
    assert deliver(lambda: NOW) == {"sent": len(messages)}


@pytest.mark.parametrize("column", sample(CORRECTIONS, "signed_on", "provider"))
def test_no_form_of_a_reviewer_has_it(client: Client, cast: Cast, column: str) -> None:
    record, _ = world(cast, column)
    url = address(type(record), "change", record.public_id)
    assert column not in form_of(signed_in(client, cast.pmo_reviewer), url)
    assert column in form_of(signed_in(client, cast.pmo_lead), url)


@pytest.mark.parametrize("person", ["pmo_lead", "liaison", "csp_lead", "stranger_agency"])
def test_an_atos_official_is_one_of_its_agencys_line(cast: Cast, person: str) -> None:
    record, _ = world(cast, "authorizing_official")
    with pytest.raises(ValidationError, match="of the ATO's agency"):
        correct(cast, record, "authorizing_official", cast.people[person])


@pytest.mark.parametrize(("kind", "column"), [("condition", "ato"), ("notice", "ato"), ("package", "offering")])
def test_what_belongs_to_a_record_never_goes_to_another(cast: Cast, kind: str, column: str) -> None:
    with pytest.raises(Blocked, match=column):
        correct(cast, MAKE[kind](1), column, MAKE[column](2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "words", "other"),
    [
        ("parent", "1 person will see 0 cases and 1 ATO, with every reuse case that it has not shared. 5 people", ""),
        ("provider", "1 person will see 1 case and 1 ATO. 3 people will no longer see them.", "nimbus"),
    ],
)
def test_the_admin_says_who_will_see_what_before_it_is_done(
    client: Client, cast: Cast, column: str, words: str, other: str
) -> None:
    record, to = world(cast, column)
    make_ato(cast) if column == "parent" else make_case(cast, "reuse", "need_defined", offering=record)
    url = address(type(record), "change", record.public_id)
    sent = {**form_of(signed_in(client, cast.pmo_lead), url), column: to.public_id, "why": "As agreed."}
    first = client.post(url, sent)
    assert words in str(first.context["form"].errors)
    again = {**sent, "seen": first.context["form"]["seen"].value()}
    assert getattr(type(record).objects.get(pk=record.pk), column) != to
    if other:  # what was asked about is done, and nothing else
        assert client.post(url, {**again, column: cast.organizations[other].public_id}).status_code == 200
    assert client.post(url, again).status_code == 302
    assert getattr(type(record).objects.get(pk=record.pk), column) == to
