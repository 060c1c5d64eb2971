"""Who belongs to two sides acts, for one record, for the side that the others check: nobody checks their own work."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.calendar.deliverables import deliver
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.refusals import NotPermitted
from authorizations.actions.register.package_access import opens_to
from authorizations.actions.rules.participation import set_participation
from authorizations.actions.steps import offers
from authorizations.models import Ato, Case, Package
from authorizations.policy import Party, parties
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import make_case

AGENCY, PROVIDER, ASSESSOR, PMO, ABOVE, OTHER = 1, 2, 3, 4, 5, 6
LIAISON, REVIEWER, OFFICIAL = Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL
LEAD, MEMBER, PMO_LEAD = Role.CSP_LEAD, Role.ASSESSOR_LEAD, Role.PMO_LEAD
# What a person holds, and as whom the person acts on a case of the agency, the provider and the assessor.
DOUBLE: list[tuple[list[tuple[Role, int]], set[Party]]] = [
    ([(LIAISON, AGENCY), (PMO_LEAD, PMO)], {Party.AL}),
    ([(LIAISON, OTHER), (PMO_LEAD, PMO)], {Party.PL}),
    ([(Role.AGENCY_VIEWER, ABOVE), (PMO_LEAD, PMO)], set()),
    ([(OFFICIAL, AGENCY), (Role.PMO_REVIEWER, PMO)], {Party.AO}),
    ([(LEAD, PROVIDER), (REVIEWER, AGENCY)], {Party.CL}),
    ([(LEAD, PROVIDER), (MEMBER, ASSESSOR)], {Party.CL}),
    ([(Role.CSP_VIEWER, PROVIDER), (MEMBER, ASSESSOR)], set()),
    ([(MEMBER, ASSESSOR), (REVIEWER, AGENCY)], {Party.AS}),
    ([(LEAD, OTHER), (REVIEWER, AGENCY), (LIAISON, ABOVE)], {Party.AR, Party.AL}),
    ([(LEAD, PROVIDER), (PMO_LEAD, PMO)], {Party.CL}),
    # Who decides on it does not review it.
    ([(OFFICIAL, ABOVE), (REVIEWER, AGENCY)], {Party.AO}),
    ([(Role.AUDITOR, PMO)], set()),
]


@pytest.mark.parametrize(("held", "acts_as"), DOUBLE)
def test_of_several_sides_a_person_acts_for_the_one_that_the_others_check(
    held: list[tuple[Role, int]], acts_as: set[Party]
) -> None:
    line = {"agency_line": [AGENCY, ABOVE], "provider": PROVIDER, "assessor": ASSESSOR}
    assert parties(held, **line, is_named_official=True) == acts_as  # type: ignore[arg-type]


def join(cast: Cast, name: str, organization: str, role: Role) -> User:
    facts = {"organization": cast.organizations[organization], "role": role, "started_on": SINCE}
    Membership.objects.create(user=cast.people[name], **facts)
    return User.objects.get(pk=cast.people[name].pk)


def names_offered(case: Any, user: User) -> set[str]:
    return {each.step.name for each in offers(Case.objects.get(pk=case.pk), user, as_of=timezone.localdate())}


@pytest.mark.parametrize("organization", ["harbors", "nimbus"])
def test_who_belongs_to_a_side_takes_no_step_of_fedramp_on_its_case(cast: Cast, organization: str) -> None:
    case = make_case(cast, "initial", "pmo_review")
    role = Role.AGENCY_VIEWER if organization == "harbors" else Role.CSP_VIEWER
    assert "claim" in names_offered(case, cast.pmo_lead)
    both = join(cast, "pmo_lead", organization, role)
    assert names_offered(case, both) == set()
    until = timezone.localdate() + timedelta(days=3)
    with pytest.raises(NotPermitted, match="Another lead of the PMO"):
        waive_gate(case.public_id, actor=both, now=timezone.now(), gate="x", reason="So.", until=until)


def test_nobody_releases_the_own_side_from_a_duty_or_opens_a_package_to_it(cast: Cast) -> None:
    case = make_case(cast, "reuse", "recorded")
    ato = Ato.objects.get(pk=case.ato_id)  # type: ignore[attr-defined]  # of a case
    package = Package.objects.get(offering=case.offering)
    Package.objects.update(location="connect")
    package.refresh_from_db()
    assert opens_to(cast.pmo_lead, package, cast.organizations["harbors"])
    both = join(cast, "pmo_lead", "harbors", LIAISON)
    assert not opens_to(both, package, cast.organizations["harbors"])
    assert opens_to(both, package, cast.organizations["meadows"])
    today = timezone.localdate()
    with pytest.raises(NotPermitted, match="Another lead of the PMO"):
        deliver(
            Ato, ato.public_id, actor=both, now=timezone.now(), duty="reevaluation", period=today, delivered_on=today,
            reference="So.", waived=True,
        )  # fmt: skip


def test_who_administers_a_portal_of_one_agency_works_there_as_its_liaison(cast: Cast, client: Client) -> None:
    set_participation(actor=cast.pmo_lead, now=timezone.now(), chosen="one_agency", reason="We are alone.")
    both = join(cast, "pmo_lead", "harbors", LIAISON)
    case = make_case(cast, "reuse", "need_defined")
    client.force_login(both)
    assert "Use this offering" in client.get(case.offering.get_absolute_url()).content.decode()
    assert "request_access" in names_offered(case, both)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Request access" in page
    assert "Waive" not in page
