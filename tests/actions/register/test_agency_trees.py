"""Agencies are in trees of three levels, without rings, no matter who moves them and whenever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.refusals import Blocked
from authorizations.actions.register.records import add_record, correct_record
from tests.cast import Cast, make_cast

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def move(actor: User, organization: Organization, parent: Organization) -> None:
    correct_record(organization, actor=actor, now=NOW, facts={"parent": parent}, reason="Order 7.")


@pytest.mark.parametrize("below", ["lighthouses", "buoys"])
def test_an_agency_does_not_come_to_stand_under_a_part_of_itself(cast: Cast, below: str) -> None:
    with pytest.raises(ValidationError, match="part of it"):
        move(cast.pmo_lead, cast.organizations["harbors"], cast.organizations[below])
    assert Organization.objects.get(pk=cast.organizations["harbors"].pk).parent is None


def test_a_tree_has_three_levels_and_what_stands_below_counts(cast: Cast) -> None:
    office = {"kind": OrganizationKind.AGENCY, "name": "Rope Room", "parent": cast.organizations["buoys"]}
    with pytest.raises(ValidationError, match="3 levels"):
        add_record(Organization, actor=cast.pmo_lead, now=NOW, facts=office)
    with pytest.raises(ValidationError, match="3 levels"):
        move(cast.pmo_lead, cast.organizations["harbors"], cast.organizations["meadows"])
    move(cast.pmo_lead, cast.organizations["lighthouses"], cast.organizations["meadows"])


def test_only_agencies_have_parts(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="is no agency"):
        move(cast.pmo_lead, cast.organizations["meadows"], cast.organizations["nimbus"])


def test_an_old_flaw_in_a_tree_does_not_forbid_to_correct_a_name(cast: Cast) -> None:
    buoys = cast.organizations["buoys"]
    deep = Organization.objects.create(kind=OrganizationKind.AGENCY, name="Rope Room", parent=buoys)
    correct_record(deep, actor=cast.pmo_lead, now=NOW, facts={"name": "Rope Store"}, reason="Renamed.")
    assert Organization.objects.get(pk=deep.pk).name == "Rope Store"


def test_the_kind_of_an_organization_stays(cast: Cast) -> None:
    facts = {"kind": OrganizationKind.PROVIDER}
    with pytest.raises(Blocked, match="kind"):
        correct_record(cast.organizations["meadows"], actor=cast.pmo_lead, now=NOW, facts=facts, reason="-")


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_ring() -> None:
    cast = make_cast()
    one = cast.organizations["meadows"]
    two = Organization.objects.create(kind=OrganizationKind.AGENCY, name="Moor Board")
    start = Barrier(2)

    def move_when_both_are_ready(pair: tuple[Organization, Organization]) -> bool:
        start.wait()
        try:
            move(cast.pmo_lead, *pair)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(move_when_both_are_ready, [(one, two), (two, one)])) == [False, True]
