"""Whether a contact is still correct: who says so, and until when that counts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.contacts import add_own_contact, confirm_contact
from authorizations.actions.register.records import correct_record
from authorizations.models import Contact, Event
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.web.register.contacts import contacts_of, in_doubt
from tests.cast import Cast
from tests.lifecycle.cases import make_contact

TODAY = timezone.localdate


def contact(cast: Cast, organization: str = "nimbus", confirmed_on: date | None = None) -> Contact:
    made = make_contact(cast.organizations[organization], "Cal Called", "isso")
    Contact.objects.filter(pk=made.pk).update(confirmed_on=confirmed_on)
    return Contact.objects.get(pk=made.pk)


def confirm(cast: Cast, key: str, one: Contact) -> Contact:
    return confirm_contact(actor=User.objects.get(pk=cast.people[key].pk), public_id=one.public_id, now=timezone.now())


@pytest.mark.parametrize(("days", "doubt"), [(None, True), (91, True), (90, False), (0, False)])
def test_a_contact_is_in_doubt_after_ninety_days(days: int | None, *, doubt: bool) -> None:
    confirmed_on = None if days is None else TODAY() - timedelta(days=days)
    assert Contact(confirmed_on=confirmed_on).is_in_doubt(TODAY()) is doubt


@pytest.mark.parametrize(
    ("organization", "key"),
    [
        ("nimbus", "csp_lead"),
        ("harbors", "liaison"),
        ("lighthouses", "liaison"),
        ("plumb", "assessor_lead"),
        ("pmo", "pmo_lead"),
    ],
)
def test_a_lead_says_that_a_contact_is_still_correct(cast: Cast, organization: str, key: str) -> None:
    one = confirm(cast, key, contact(cast, organization))
    assert one.confirmed_on == TODAY()
    event = Event.objects.about(one).get()
    assert (event.verb, event.changes) == ("contact.confirmed", {"confirmed_on": [None, TODAY().isoformat()]})
    with pytest.raises(NoLongerPossible):
        confirm(cast, key, one)


@pytest.mark.parametrize(
    ("organization", "key", "refusal"),
    [
        ("nimbus", "csp_contributor", NotPermitted),
        ("nimbus", "pmo_lead", NotPermitted),
        ("nimbus", "stranger_csp", Contact.DoesNotExist),
        ("nimbus", "liaison", Contact.DoesNotExist),
        ("harbors", "bureau_liaison", Contact.DoesNotExist),
        ("harbors", "viewer", NotPermitted),
    ],
)
def test_nobody_else_does(cast: Cast, organization: str, key: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        confirm(cast, key, contact(cast, organization))


def test_who_is_named_today_is_confirmed_today_and_the_admin_states_no_such_day(cast: Cast) -> None:
    facts = {"name": "Nia New", "email": "nia@example.com", "function": "isso"}
    place = cast.organizations["nimbus"]
    one = add_own_contact(actor=cast.csp_lead, organization=place, now=timezone.now(), facts=facts)
    assert one.confirmed_on == TODAY()
    with pytest.raises(Blocked):
        correct_record(one, actor=cast.pmo_lead, now=timezone.now(), facts={"confirmed_on": None}, reason="-")


def test_the_home_asks_leads_for_those_in_doubt_and_the_page_those_who_may(cast: Cast) -> None:
    one = contact(cast)
    assert [each.contact for each in in_doubt(cast.csp_lead, TODAY(), CacheStamp(0, None))] == [one]
    for stranger in (cast.stranger_csp, cast.pmo_lead):
        assert in_doubt(stranger, TODAY(), CacheStamp(0, None)) == []
    shown = {
        key: [(each.in_doubt, each.may_confirm) for each in contacts_of(cast.people[key], one.organization, TODAY())]
        for key in ("csp_lead", "csp_viewer", "pmo_lead", "liaison")
    }
    assert shown == {
        "csp_lead": [(True, True)],
        "csp_viewer": [(True, False)],
        "pmo_lead": [(True, False)],
        "liaison": [],
    }
    confirm(cast, "csp_lead", one)
    assert in_doubt(cast.csp_lead, TODAY(), CacheStamp(1, None)) == []
    assert [(each.in_doubt, each.may_confirm) for each in contacts_of(cast.csp_lead, one.organization, TODAY())] == [
        (False, False)
    ]
