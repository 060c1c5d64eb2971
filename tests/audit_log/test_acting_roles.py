"""Every place that tells an act says in which role, of which organization, its person acted then."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from authorizations.actions.audit_log.acting_roles import add_past_roles
from authorizations.actions.people.memberships import change_role
from authorizations.audit_log.verify import verify
from authorizations.models import Case, Event
from tests.api.world import program_of
from tests.audit_log.conftest import Tamper
from tests.audit_log.entries import entered, summarize_anew
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.reports.contents import contents_of, rows_of

THEN = "Rae Reviewer, agency reviewer of Department of Harbors"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case whose reviewer became a viewer since."""
    case = make_case(cast, "initial", "sap")
    membership = Membership.objects.get(user=cast.reviewer)
    now = timezone.now()
    change_role(
        actor=User.objects.get(pk=cast.liaison.pk),
        public_id=membership.public_id,
        role="agency_viewer",
        seen="agency_reviewer",
        reason="Moves on.",
        now=now,
    )
    return case


@pytest.mark.slow
def test_pages_and_the_api_tell_the_role_of_that_day(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    assert THEN in client.get(case.get_absolute_url()).content.decode()
    history = program_of(cast.liaison).get(reverse("api_case", args=[case.public_id])).json()["history"]
    assert tuple(THEN.split(", ")) in {(act["by"], act["role"]) for act in history}
    client.force_login(cast.auditor)
    assert THEN in client.get(reverse("audit_log")).content.decode()


def test_the_extract_has_the_role_of_that_day(cast: Cast, case: Case) -> None:
    _, contents = contents_of("audit-extract", cast.auditor, since="2000-01-01")
    roles = {(row["who"], row["role"]) for row in rows_of(contents, "entries")}
    assert ("Rae Reviewer", "agency reviewer of Department of Harbors") in roles
    assert ("Rae Reviewer", "agency viewer of Department of Harbors") not in roles


def test_who_acts_for_another_has_the_role_of_the_other() -> None:
    act = Event(actor=User(name="Dee Deputy"), acted_for=User(name="Rae Reviewer"), acted_as="agency reviewer of Ponds")
    assert act.who_as == "Dee Deputy for Rae Reviewer, agency reviewer of Ponds"


@pytest.mark.slow
def test_of_two_memberships_the_one_that_the_record_knows_is_told(cast: Cast) -> None:
    Membership.objects.create(user=cast.csp_lead, organization=cast.organizations["stratus"], role="csp_lead")
    case = make_case(cast, "initial", "in_process")
    told = set(Event.objects.about(case).filter(actor=cast.csp_lead).values_list("acted_as", flat=True))
    assert told == {"CSP lead of Nimbus Cloud"}


def test_an_old_entry_has_the_role_of_its_moment_from_the_memberships(cast: Cast, case: Case) -> None:
    early = timezone.now() - timedelta(days=400)
    old = [
        entered(Event(at=at, recorded_at=at, actor=who, verb="case.noted", subject_type="case", subject_id=case.pk))
        for who, at in ((cast.reviewer, early), (cast.reviewer, timezone.now()), (None, early))
    ]
    add_past_roles(old)
    assert [each.acted_as or "" for each in old] == [
        "agency reviewer of Department of Harbors",
        "agency viewer of Department of Harbors",
        "",
    ]
    # Of two memberships an old entry does not say which.
    Membership.objects.create(user=cast.reviewer, organization=cast.organizations["meadows"], role="agency_viewer")
    new = entered(
        Event(
            at=early,
            recorded_at=timezone.now(),
            actor=cast.reviewer,
            verb="case.noted",
            subject_type="case",
            subject_id=case.pk,
        )
    )
    add_past_roles([new])
    assert not new.acted_as


def test_a_role_that_was_rewritten_is_found(cast: Cast, case: Case, tamper: Tamper) -> None:
    summarize_anew()
    assert verify().is_whole
    tamper("UPDATE authorizations_event SET acted_as = 'PMO lead of FedRAMP PMO' WHERE actor_id = %s", cast.reviewer.pk)
    assert "acted_as" in verify().findings[0]
