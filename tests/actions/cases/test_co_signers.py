"""Joint authorization: one agency leads, others sign beside it, and each has an ATO of its own (M-24-15 IV.c)."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.cases.co_signers import name_co_signer, remove_co_signer, sign_as_co_signer
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.models import Ato, Case, CoSigner, Event, Message
from tests.cached_rows import cached_rows
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import make_case, make_system, press, step_facts
from tests.lifecycle.world import DAY, NOW


@cached_rows
def joint(cast: Cast, stage: str = "ao_decision") -> CoSigner:
    """The Meadow Commission is to sign beside the Department of Harbors; it has an official and a system."""
    case = make_case(cast, "initial", stage)
    official = User.objects.create(email="mo@example.gov", name="Mo Meadows")
    meadows = cast.organizations["meadows"]
    Membership.objects.create(user=official, organization=meadows, role=Role.AUTHORIZING_OFFICIAL, started_on=SINCE)
    make_system(cast, name="Grass Census", agency="meadows")
    return name_co_signer(case.public_id, actor=cast.liaison, now=NOW, agency=meadows)


def signature(cast: Cast, **changed: Any) -> dict[str, Any]:
    official = User.objects.get(email="mo@example.gov")
    system = make_system(cast, name="Grass Census", agency="meadows")
    given = {"system": system, "authorizing_official": official, "signed_on": DAY, "letter": "Letter 8"}
    return {**given, **changed}


def sign(co_signer: CoSigner, actor: User, cast: Cast, **changed: Any) -> CoSigner:
    return sign_as_co_signer(co_signer.public_id, actor=actor, now=NOW, **signature(cast, **changed))


def issue(co_signer: CoSigner, cast: Cast) -> Case:
    return press(co_signer.case, "issue_ato", cast.official, **step_facts("issue_ato", cast))


def of_the_register(offering: int) -> set[tuple[str, str, str, str]]:
    rows = Ato.objects.filter(offering=offering).select_related("agency", "authorizing_official")
    return {(row.agency.name, row.listing_role, row.stage, row.signer) for row in rows}


EACH = {
    ("Department of Harbors", "initial", "active", "Olu Official"),
    ("Meadow Commission", "reuse", "active", "Mo Meadows"),
}


@pytest.mark.slow
@pytest.mark.parametrize("first", ["co-signer", "lead agency"])
def test_each_agency_has_an_ato_of_its_own_whoever_signs_first(cast: Cast, first: str) -> None:
    co_signer = joint(cast)
    if first == "co-signer":
        sign(co_signer, cast.stranger_agency, cast)
        assert not Ato.objects.exists()
        issue(co_signer, cast)
    else:
        issue(co_signer, cast)
        sign(co_signer, cast.stranger_agency, cast)
    assert of_the_register(co_signer.case.offering_id) == EACH
    co_signer.refresh_from_db()
    assert co_signer.ato is not None
    assert (co_signer.ato.signed_on, co_signer.ato.system) == (DAY, co_signer.system)
    assert Event.objects.filter(verb="ato.issue").count() == 2


@pytest.mark.slow
def test_a_second_decision_of_the_lead_agency_leaves_the_atos_of_the_others(cast: Cast) -> None:
    co_signer = joint(cast)
    sign(co_signer, cast.stranger_agency, cast)
    case = issue(co_signer, cast)
    press(case, "revise_decision", cast.official, in_error=True)
    issue(co_signer, cast)
    assert Ato.objects.filter(agency=cast.organizations["meadows"]).count() == 1


def test_who_is_named_is_told_and_the_lead_agency_hears_of_the_signature(cast: Cast) -> None:
    co_signer = joint(cast)
    [named] = Message.objects.filter(event__verb="cosigner.named")
    assert (named.recipient, named.link) == (cast.stranger_agency, co_signer.get_absolute_url())
    sign(co_signer, cast.stranger_agency, cast)
    told = Message.objects.filter(event__verb="cosigner.signed").values_list("recipient__name", flat=True)
    assert set(told) == {"Lena Liaison", "Olu Official"}
    verbs = set(Event.objects.filter(subject_type="case").values_list("verb", flat=True))
    assert {"case.co_signer_named", "case.co_signer_signed"} <= verbs


def test_a_co_signing_agency_sees_its_own_line_and_nothing_of_the_case(cast: Cast) -> None:
    co_signer = joint(cast)
    seen = CoSigner.objects.visible_to(cast.stranger_agency)
    assert list(seen) == [co_signer]
    assert not Case.objects.visible_to(cast.stranger_agency).exists()
    assert not CoSigner.objects.visible_to(cast.stranger_csp).exists()
    assert CoSigner.objects.visible_to(cast.csp_lead).exists()


@pytest.mark.parametrize("who", ["liaison", "reviewer", "csp_lead", "pmo_reviewer", "pmo_lead"])
def test_nobody_signs_for_another_agency_that_has_people_here(cast: Cast, who: str) -> None:
    co_signer = joint(cast)
    with pytest.raises(NotPermitted):
        sign(co_signer, cast.people[who], cast)


def test_the_official_records_the_own_signature(cast: Cast) -> None:
    co_signer = joint(cast)
    assert sign(co_signer, User.objects.get(email="mo@example.gov"), cast).signed_on == DAY


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"signed_on": None}, "signed_on"),
        ({"signed_on": date(2026, 11, 25)}, "signed_on"),
        ({"expires_on": DAY}, "expires_on"),
        ({"letter": ""}, "letter"),
        ({"authorizing_official": "official"}, "authorizing_official"),
        ({"ato_type": "atu"}, ""),
    ],
)
def test_what_is_missing_or_foreign_in_a_signature_is_named(cast: Cast, changed: dict[str, Any], where: str) -> None:
    co_signer = joint(cast)
    given = {
        name: cast.people.get(value, value) if isinstance(value, str) else value for name, value in changed.items()
    }
    with pytest.raises(NotReady) as refusal:
        sign(co_signer, cast.stranger_agency, cast, **given)
    assert [problem.where for problem in refusal.value.problems] == [where]


def test_nobody_signs_before_the_case_is_with_its_officials_nor_twice(cast: Cast) -> None:
    early = joint(cast, "ssp")
    with pytest.raises(NoLongerPossible, match="not with its authorizing officials"):
        sign(early, cast.stranger_agency, cast)
    remove_co_signer(early.public_id, actor=cast.liaison, now=NOW)
    with pytest.raises(NoLongerPossible, match="no longer named"):
        sign(early, cast.stranger_agency, cast)


def test_who_has_signed_is_not_removed_and_does_not_sign_again(cast: Cast) -> None:
    co_signer = sign(joint(cast), cast.stranger_agency, cast)
    with pytest.raises(NoLongerPossible):
        sign(co_signer, cast.stranger_agency, cast)
    with pytest.raises(NoLongerPossible):
        remove_co_signer(co_signer.public_id, actor=cast.liaison, now=NOW)


@pytest.mark.parametrize("who", ["reviewer", "official", "csp_lead", "pmo_lead"])
def test_a_liaison_of_the_lead_agency_alone_names_and_removes(cast: Cast, who: str) -> None:
    co_signer = joint(cast)
    with pytest.raises(NotPermitted):
        remove_co_signer(co_signer.public_id, actor=cast.people[who], now=NOW)
    with pytest.raises(NotPermitted):
        name_co_signer(
            co_signer.case.public_id, actor=cast.people[who], now=NOW, agency=cast.organizations["lighthouses"]
        )


@pytest.mark.parametrize("agency", ["harbors", "meadows"])
def test_the_lead_agency_and_who_is_named_already_are_not_named(cast: Cast, agency: str) -> None:
    co_signer = joint(cast)
    with pytest.raises(NotReady):
        name_co_signer(co_signer.case.public_id, actor=cast.liaison, now=NOW, agency=cast.organizations[agency])


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage"), [("reuse", "risk_decision"), ("initial", "withdrawn")])
def test_only_an_open_initial_case_is_joint(cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    with pytest.raises(NoLongerPossible):
        name_co_signer(case.public_id, actor=cast.liaison, now=NOW, agency=cast.organizations["meadows"])
