"""The demo of one agency that has just begun is as its page of the tour says, and accuses nobody who is absent."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization, User
from authorizations.audit_log.verify import verify
from authorizations.deadlines.queries import sweep
from authorizations.models import AgencyListRow, Ato, Case, RecordedForAbsent
from authorizations.models.rules import participation
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.vocabulary import LIVE_ATO_STAGES, ListRowState, WhoTakesPart
from authorizations.web.home.first_steps import first_steps
from demo.agency import LIAISON, OURS, enter_agency

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # the whole of it is entered: two seconds


def test_one_agency_is_half_way_and_alone() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    assert enter_agency(now)
    assert participation() == WhoTakesPart.ONE_AGENCY
    assert set(Membership.objects.values_list("organization__name", flat=True)) == {*OURS[:2], "FedRAMP PMO"}
    rows = Counter(AgencyListRow.objects.values_list("state", flat=True))
    assert rows == {ListRowState.TAKEN: 17, ListRowState.WAITING: 2, ListRowState.REFUSED: 1}
    live = Ato.objects.filter(stage__in=LIVE_ATO_STAGES)
    assert live.filter(expires_on__lt=today).count() >= 2
    assert live.filter(expires_on__range=(today, today + timedelta(days=90))).exists()
    assert live.filter(expires_on__isnull=True).exists()
    liaison = User.objects.get(name=LIAISON)
    steps = first_steps(liaison, today, CacheStamp(0, None))
    assert steps
    assert (steps.done, len(steps.steps)) == (4, 6)
    [case] = Case.objects.all()
    assert case.stage == "package_review"
    assert list(RecordedForAbsent.objects.values_list("case", flat=True)) == [case.pk]
    overdue = {each.owed_by.organization for each in sweep(today, today) if each.is_overdue(today)}
    assert overdue <= {each.pk for each in Organization.objects.filter(name__in=OURS)}
    assert verify().findings == []
    assert not enter_agency(now)
