"""A world in which harbors work and others look on."""

from datetime import date

import pytest

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models import Offering
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import RECORDS, make_offering
from tests.web.register.records import make_atos

# Who has no part in any case of the harbors that Nimbus Cloud provides and Plumb Line assesses.
STRANGERS = ("stranger_agency", "stranger_csp", "bureau_liaison", "stranger_assessor")
# To whom a reuse case is not there until it is shared.
OUTSIDE = ("csp_lead", "csp_contributor", "csp_viewer", "assessor_lead", "assessor_member", "pmo_reviewer", "pmo_lead")


@pytest.fixture
def onlookers(cast: Cast) -> Cast:
    """The cast with an assessor who has nothing to do, and everything that a case may name already on record."""
    level = Organization.objects.create(kind=OrganizationKind.ASSESSOR, name="Spirit Level Assessments")
    cast.organizations["level"] = level
    user = User.objects.create(email="stranger_assessor@example.gov", name="Stella Level")
    Membership.objects.create(user=user, organization=level, role=Role.ASSESSOR_LEAD, started_on=SINCE)
    cast.people["stranger_assessor"] = user
    for make in RECORDS.values():
        make(cast)
    return cast


@pytest.fixture
def offering(onlookers: Cast) -> Offering:
    """An offering for an initial case; another agency holds a published ATO of another one."""
    other = make_offering(onlookers, "initial", name="Offering of others")
    make_atos(other, onlookers.organizations["meadows"], 1, expires_on=date(2027, 1, 31))
    return make_offering(onlookers, "initial")


@pytest.fixture
def certified(onlookers: Cast) -> Offering:
    """A certified offering, which agencies reuse; one does."""
    offering = make_offering(onlookers, "reuse")
    make_atos(offering, onlookers.organizations["meadows"], 1)
    return offering
