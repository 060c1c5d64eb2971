"""Two accounts of one person: the second can no longer sign in, and what was done with it stays as it was."""

from datetime import UTC, datetime

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from accounts.models import Membership, Session, User
from accounts.roles import Role
from accounts.sessions import SessionStore
from authorizations.actions.people.merge_accounts import AGREED, AGREED_FOR, agree_to_merge, merge_accounts
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.models import Event
from authorizations.presenters.audit_log.history import acts, entries
from authorizations.web.audit_log.entries import who
from authorizations.web.sign_in.allauth_hooks import Accounts
from tests.api.world import token_of
from tests.cast import Cast
from tests.conftest import sign_in
from tests.lifecycle.cases import make_case

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def agreed(second: User, first: User, now: datetime = NOW) -> None:
    """The person agrees, signed in with each of the two accounts."""
    for one, other in ((second, first), (first, second)):
        agree_to_merge(actor=one, other=other.email.upper(), now=now)


def merge(cast: Cast, second: User, first: User, reason: str = "One person, by telephone.") -> User:
    agreed(second, first)
    return merge_accounts(actor=cast.pmo_lead, second=second, first=first, reason=reason, now=NOW)


def test_the_second_account_is_out_of_use_and_none_of_its_roles_moves_over(cast: Cast) -> None:
    sign_in(Client(), cast.csp_viewer)
    token_of(cast.csp_viewer)
    merge(cast, cast.csp_viewer, cast.csp_contributor)
    second = User.objects.get(pk=cast.csp_viewer.pk)
    assert (second.is_active, second.merged_into, second.roles) == (False, cast.csp_contributor, frozenset())
    assert User.objects.get(pk=cast.csp_contributor.pk).roles == {Role.CSP_CONTRIBUTOR}
    assert not Session.objects.filter(user=second).exists()
    assert not second.access_tokens.filter(revoked_at__isnull=True).exists()
    verbs = list(Event.objects.filter(actor=cast.pmo_lead).order_by("pk").values_list("verb", "audit_log"))
    assert verbs == [("membership.ended", "security"), ("user.merged", "security")]


def test_who_comes_with_the_second_account_through_the_organization_is_told_which_one_to_use(
    cast: Cast, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    second = merge(cast, cast.csp_viewer, cast.csp_contributor)
    with pytest.raises(ImmediateHttpResponse) as refused:
        Accounts().pre_login(request, second)
    assert b"was merged into another account of yours" in refused.value.response.content


def test_entries_keep_their_actor_and_histories_show_the_acting_account_with_a_note(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    before = list(Event.objects.about(case).values_list("pk", "actor", "hash"))
    merge(cast, cast.csp_lead, cast.csp_contributor)
    assert list(Event.objects.about(case).values_list("pk", "actor", "hash")) == before
    shown = [each.who for each in entries(case, cast.liaison, acts(case, cast.liaison))]
    assert "Cleo Lead (account since merged into that of Con Tributor), CSP lead of Nimbus Cloud" in shown
    assert "Con Tributor" not in shown
    of_the_record = {who(event) for event in Event.objects.about(case).with_people()}
    assert "Cleo Lead (account since merged into that of Con Tributor), CSP lead of Nimbus Cloud" in of_the_record


@pytest.mark.parametrize(
    ("second", "first", "refusal", "words"),
    [
        ("viewer", "viewer", Blocked, "one and the same"),
        ("pmo_lead", "viewer", Blocked, "signed in with the second account"),
        ("viewer", "off", Blocked, "may not sign in"),
        ("old", "viewer", NoLongerPossible, "was merged before"),
        ("first_of_old", "viewer", Blocked, "merge the first into it instead"),
    ],
)
def test_what_cannot_be_merged_is_refused_in_words(
    cast: Cast, second: str, first: str, refusal: type[Exception], words: str
) -> None:
    more = {
        "off": User.objects.create(email="off@example.gov", name="Off", is_active=False),
        "first_of_old": cast.reviewer,
        "old": User.objects.create(email="old@x.gov", name="Old", is_active=False, merged_into=cast.reviewer),
    }
    found = {**cast.people, **more}
    with pytest.raises(refusal, match=words):
        merge(cast, found[second], found[first])
    assert not Event.objects.exclude(verb=AGREED).exists()


NOBODYS = "no.account@example.gov"


@pytest.mark.parametrize(
    "agreements",
    [
        (),
        (("csp_viewer", "csp_contributor@example.gov"),),
        (("csp_contributor", "csp_viewer@example.gov"),),
        (("csp_viewer", "csp_contributor@example.gov"), ("csp_contributor", NOBODYS)),
        (("csp_viewer", "csp_lead@example.gov"), ("csp_contributor", "csp_viewer@example.gov")),
    ],
)
def test_the_person_has_agreed_with_both_accounts(cast: Cast, agreements: tuple[tuple[str, str], ...]) -> None:
    for key, other in agreements:
        agree_to_merge(actor=cast.people[key], other=other, now=NOW)
    given = {"actor": cast.pmo_lead, "second": cast.csp_viewer, "first": cast.csp_contributor}
    with pytest.raises(Blocked, match="must agree first"):
        merge_accounts(**given, reason="One person.", now=NOW)


def test_an_agreement_counts_for_thirty_days(cast: Cast) -> None:
    agreed(cast.csp_viewer, cast.csp_contributor, NOW - AGREED_FOR)
    given = {"actor": cast.pmo_lead, "second": cast.csp_viewer, "first": cast.csp_contributor}
    with pytest.raises(Blocked, match="must agree first"):
        merge_accounts(**given, reason="One person.", now=NOW)


def test_it_takes_a_lead_of_the_pmo_and_a_reason(cast: Cast) -> None:
    with pytest.raises(NotReady, match="why"):
        merge(cast, cast.viewer, cast.reviewer, " ")
    given = {"second": cast.viewer, "first": cast.reviewer, "reason": "One person.", "now": NOW}
    for key in ("liaison", "pmo_reviewer", "auditor"):
        with pytest.raises(NotPermitted):
            merge_accounts(actor=cast.people[key], **given)  # type: ignore[arg-type]
    assert Membership.objects.filter(user=cast.viewer, ended_on__isnull=True).exists()
