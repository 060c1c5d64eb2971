"""What is said inside a side of a case changes no byte of what others fetch: pages, lists, API, audit log, admin."""

import pytest
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.cases.comments import change_comment, make_comment, withdraw_comment
from authorizations.models import Case, Event, Message, Offering
from tests.cast import Cast
from tests.isolation.fetching import admin_pages, answers, below, changed, everything, signed_in, the_usual
from tests.lifecycle.cases import make_case

# Pages before and after: which rows there are for whom, `test_lists.py` and `test_entries.py` ask either database.
# Half a minute or more each: everything that several people may fetch, before and after.
pytestmark = [pytest.mark.nightly, pytest.mark.sqlite]

# Who writes for each side, a colleague who is told, and somebody of each other side who looks on; for the PMO a
# reviewer, since a lead also reads of what was fetched here.
SIDES = {
    "agency": ("liaison", "reviewer", ("csp_lead", "assessor_lead", "pmo_reviewer")),
    "provider": ("csp_lead", "csp_viewer", ("liaison", "assessor_lead", "pmo_reviewer")),
    "assessor": ("assessor_lead", "assessor_member", ("liaison", "csp_lead", "pmo_reviewer")),
    "pmo": ("pmo_lead", "pmo_reviewer", ("liaison", "csp_lead", "assessor_lead")),
}
OF_THE_CASE = ("case", "case_comments", "case_facts", "api_case", "api_comments", "api_guidance")


@pytest.mark.parametrize("side", SIDES)
def test_nobody_else_learns_that_something_was_said(onlookers: Cast, offering: Offering, side: str) -> None:
    cast = onlookers
    writer, colleague, others = SIDES[side]
    case: Case = make_case(cast, "initial", "ssp", offering=offering)
    clients = {key: signed_in(cast.people[key]) for key in (*others, "stranger_agency")}
    addresses = {key: addresses_of(case, key, thorough=side == "agency") for key in clients}
    before = {key: answers(clients[key], addresses[key]) for key in clients}

    given = {"actor": cast.people[writer], "now": timezone.now()}
    said = make_comment(
        case.public_id, text="The vault is empty.", shared=False, mentions=[cast.people[colleague].public_id], **given
    )
    change_comment(case.public_id, said.public_id, revision=0, text="The vault is full.", **given)
    make_comment(case.public_id, text="And the pier.", shared=False, **given)
    withdraw_comment(case.public_id, said.public_id, **given)
    assert Event.objects.filter(subject_type="comment").count() == 4
    assert Message.objects.filter(event__subject_type="comment").count() == 1

    learned = {key: changed(before[key], answers(clients[key], addresses[key])) for key in clients}
    assert learned == {key: set() for key in clients}
    reader = signed_in(cast.people[colleague])
    assert "And the pier." in reader.get(reverse("case_comments", args=[case.public_id])).content.decode()


def addresses_of(case: Case, key: str, *, thorough: bool) -> list[str]:
    """The usual, the pages of the case, and for the PMO its admin; once everything there is."""
    found = everything(in_the_admin=True) if thorough and key == "pmo_reviewer" else the_usual()
    found += [*admin_pages(("comment.made",))] if key == "pmo_reviewer" else []
    found += [address for name in OF_THE_CASE for address in below(name, [case.public_id])]
    return [*dict.fromkeys([*found, f"{reverse('audit_log')}?about={case.public_id}&audit_log=acts"])]
