"""Taking over: the provider's own documents of the earlier case become references, and nothing else comes over."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.documents import carry_over
from authorizations.actions.documents.documents import withdraw_version
from authorizations.actions.documents.versions import VersionAlreadyAdded
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, DocumentVersion, Event, Message
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import THERE, add, continued, kept_file
from tests.actions.people.test_delegations import lend
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import NOW

LATER = NOW + timedelta(days=30)
Pair = tuple[Case, Case, dict[str, DocumentVersion]]


@pytest.fixture
def pair(cast: Cast) -> Pair:
    return continued(cast)


def take(case: Case, actor: User, versions: Iterable[DocumentVersion], **said: Any) -> list[DocumentVersion]:
    """Takes over, as anyone who the person is today."""
    ids = [version.public_id for version in versions]
    given = {"now": LATER, **said}
    return carry_over.take_over(case.public_id, ids, actor=User.objects.get(pk=actor.pk), **given)


def offered(case: Case, actor: User) -> dict[str, DocumentVersion]:
    """What is offered to a person, by key."""
    held, user = Case.objects.get(pk=case.pk), User.objects.get(pk=actor.pk)
    context = acting_context(held, user, LATER.date())
    return {offer.version.document.key: offer.version for offer in carry_over.offers(held, context)}


def of(case: Case) -> dict[str, DocumentVersion]:
    return {version.document.key: version for version in DocumentVersion.objects.filter(document__case=case)}


@pytest.mark.slow
def test_the_providers_own_documents_become_references_that_say_only_where_they_are(cast: Cast, pair: Pair) -> None:
    former, case, ours = pair
    assert offered(case, cast.csp_lead) == ours
    taken = take(case, cast.csp_lead, ours.values())
    assert [version.document.key for version in taken] == ["wbs", "ssp"]
    plan, ssp = taken
    assert plan.location == f"With the provider: file “plan.txt”, SHA-256 {ours['wbs'].sha256}"
    assert (ssp.location, ssp.verified_on, plan.verified_on) == (THERE, date(2026, 11, 20), None)
    for version in taken:
        facts = (version.number, version.stated, version.note, version.side, version.name, version.sha256, version.scan)
        assert facts == (1, [], "", "provider", "", "", "")
        assert (version.added_by, version.added_at, version.shared_at) == (cast.csp_lead, LATER, LATER)
    assert len(of(former)) == 3


def test_each_is_recorded_and_told_as_an_added_document_and_in_force(cast: Cast, pair: Pair) -> None:
    _, case, ours = pair
    Message.objects.all().delete()
    take(case, cast.csp_lead, ours.values(), idempotency_key="k1")
    after = Case.objects.get(pk=case.pk)
    acts = list(Event.objects.filter(verb="case.document_added", subject_id=case.pk).order_by("pk"))
    assert [act.changes["document"][1] for act in acts] == ["wbs", "ssp"]
    assert [set(act.changes) for act in acts] == [{"document", "version", "number", "revision", "added"}] * 2
    assert (after.revision, [act.idempotency_key for act in acts]) == (case.revision + 2, ["k1", None])
    assert {key: paper["stated"] for key, paper in after.document_summary.items() if key in ours} == {
        "wbs": [],
        "ssp": [],
    }
    told = {(message.recipient, message.subject) for message in Message.objects.all()}
    assert told == {(cast.stranger_agency, f"Document added: {case}")}


def test_only_the_providers_people_take_over_and_each_what_they_may_add(cast: Cast, pair: Pair) -> None:
    former, case, ours = pair
    for who in ("stranger_agency", "csp_viewer", "pmo_lead", "auditor"):
        with pytest.raises(NotPermitted):
            take(case, cast.people[who], ours.values())
    for who in ("liaison", "stranger_csp", "assessor_lead"):
        with pytest.raises(Case.DoesNotExist):
            take(case, cast.people[who], ours.values())
    assert offered(case, cast.csp_contributor) == ours
    assert offered(former, cast.csp_lead) == {}
    assert of(case) == {}


@pytest.mark.slow
def test_a_document_that_only_the_lead_adds_is_not_offered_to_a_contributor(cast: Cast) -> None:
    former = make_case(cast, "initial", "partner_lost")
    plan = add(former, cast.csp_lead, "sap")
    press(former, "succeed", cast.csp_lead, new_agency=cast.organizations["meadows"])
    case = Case.objects.get(continues=former)
    assert (offered(case, cast.csp_lead), offered(case, cast.csp_contributor)) == ({"sap": plan}, {})
    with pytest.raises(NotReady, match="no longer offered"):
        take(case, cast.csp_contributor, [plan])
    lend(cast.csp_lead, cast.csp_contributor)
    (taken,) = take(case, cast.csp_contributor, [plan])
    act = Event.objects.get(changes__version=[None, taken.public_id])
    assert (act.actor, act.acted_for) == (cast.csp_contributor, cast.csp_lead)


def test_a_pmo_lead_stands_in_for_nobody_here(cast: Cast, pair: Pair) -> None:
    _, case, ours = pair
    Membership.objects.filter(role__in=[Role.CSP_LEAD, Role.CSP_CONTRIBUTOR, Role.CSP_VIEWER]).delete()
    with pytest.raises(NotPermitted, match="Only the provider"):
        take(case, cast.pmo_lead, ours.values())


@pytest.mark.slow
def test_of_each_document_the_newest_that_counts_is_offered(cast: Cast) -> None:
    former = make_case(cast, "initial", "partner_lost")
    first = add(former, cast.csp_lead, "ssp")
    newest = add(former, cast.csp_lead, "ssp", location="Folder 2")
    withdrawn = add(former, cast.csp_lead, "ssp", location="Folder 3")
    withdraw_version(withdrawn.public_id, actor=cast.csp_lead, now=NOW, reason="Wrong one.")
    add(former, cast.csp_lead, "ssp", location="Folder 4", draft=True)
    add(former, cast.csp_lead, "wbs", upload=kept_file(scan=Scan.WAITING))
    add(former, cast.csp_lead, "other", title="Minutes with the harbors")
    press(former, "succeed", cast.csp_lead, new_agency=cast.organizations["meadows"])
    case = Case.objects.get(continues=former)
    assert offered(case, cast.csp_lead) == {"ssp": newest}
    for foreign in (first, withdrawn, add(make_case(cast, "initial", "ssp"), cast.csp_lead, "ssp")):
        with pytest.raises(NotReady, match="no longer offered"):
            take(case, cast.csp_lead, [newest, foreign])
    assert of(case) == {}


@pytest.mark.slow
def test_what_is_here_already_is_not_offered_until_it_is_withdrawn(cast: Cast, pair: Pair) -> None:
    _, case, ours = pair
    taken = take(case, cast.csp_lead, [ours["ssp"]])
    assert set(offered(case, cast.csp_lead)) == {"wbs"}
    with pytest.raises(NotReady):
        take(case, cast.csp_lead, [ours["ssp"]])
    withdraw_version(taken[0].public_id, actor=cast.csp_lead, now=LATER, reason="It moved.")
    assert offered(case, cast.csp_lead) == ours


@pytest.mark.slow
def test_nothing_chosen_a_stale_revision_a_form_sent_twice_and_an_ended_case_are_refused(
    cast: Cast, pair: Pair
) -> None:
    _, case, ours = pair
    with pytest.raises(NotReady, match="Choose at least one"):
        take(case, cast.csp_lead, [])
    taken = take(case, cast.csp_lead, [ours["wbs"]], idempotency_key="k1", revision=case.revision)
    with pytest.raises(StaleRevision):
        take(case, cast.csp_lead, [ours["ssp"]], revision=case.revision)
    with pytest.raises(VersionAlreadyAdded) as refused:
        take(case, cast.csp_lead, [ours["ssp"]], idempotency_key="k1")
    assert refused.value.record == taken[0]
    press(Case.objects.get(pk=case.pk), "withdraw", cast.csp_lead, **step_facts("withdraw", cast))
    with pytest.raises(NoLongerPossible, match="ended"):
        take(case, cast.csp_lead, [ours["ssp"]])
    assert set(of(case)) == {"wbs"}
