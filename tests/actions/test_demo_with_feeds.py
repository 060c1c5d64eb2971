"""The demo with a federal record: what its part of the tour names is there to try, and nobody is sent mail about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organization, User
from authorizations.audit_log.verify import verify
from authorizations.exchange.reconciliation.classes import Reconciliation, reconcile
from authorizations.models import Ato, ImportRun, Message, Offering, ReviewItem
from authorizations.models.feed_changes.facts import ChangeKind
from authorizations.models.feed_changes.lines import applied_runs, changes_of, entries_between
from authorizations.models.register.correction import correctable
from authorizations.models.register.reach import carried_by, current_links
from authorizations.models.register.record_classes import RecordClass
from authorizations.models.register.standing import ato_standing
from authorizations.presenters.disagreements import disagreements
from authorizations.vocabulary import AtoStanding, ClashKind
from authorizations.web.register.views_offerings import steps
from demo import federal_record as record
from demo.feeds import RENAMED, enter_feeds
from demo.walk_cases import demo_today

# Everything is entered, once: ten seconds.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_what_the_tour_names_is_there() -> None:
    now = timezone.now()
    assert enter_feeds(now)
    runs_are_read_and_not_stale()
    each_class_has_its_record()
    records_count_as_what_they_are()
    what_builds_on_it_is_three_deep()
    the_feeds_differ()
    a_provider_can_correct()
    the_overview_says_more_than_the_feed()
    assert verify().findings == []
    assert not enter_feeds(now)


def runs_are_read_and_not_stale() -> None:
    today = demo_today(timezone.now())
    runs = list(applied_runs().values_list("feed_version", "feed_as_of"))
    ages = [(version.removeprefix("marketplace-"), (today - day).days) for version, day in runs]
    assert ages == [("v2", record.OLDER), ("cso-pkg", record.OVERVIEWS), ("v2", record.NEWER)]
    assert ImportRun.objects.exclude(actor__email="paula@pmo.example").count() == 0
    # What is read is sent to nobody.
    told = Message.objects.filter(event__verb="ato.alerted", event__subject_id__in=_of_lantern())
    assert told.exists()
    assert not told.filter(read_at=None).exists()


def each_class_has_its_record() -> None:
    found = {
        (entry.record_class, str(entry.side.offering), entry.side.agency.name)
        for entry in _reconciled(record.HARBORS).entries
    }
    assert found >= {
        (RecordClass.SAME, "Nimbus Desk", record.LIGHTHOUSES),
        (RecordClass.DIFFERS, "Nimbus Desk", record.HARBORS),
        (RecordClass.UNPUBLISHED, "Nimbus Desk", record.PILOTS),
        (RecordClass.OURS_ONLY, "Willow Shelf", record.HARBORS),
        (RecordClass.FEED_ONLY, "Willow Shelf", record.PILOTS),
        (RecordClass.EXPIRED, "Granite Beacon", record.HARBORS),
        (RecordClass.RENAMED, "Granite Beacon", record.LIGHTHOUSES),
    }
    [differs] = [each for each in _reconciled(record.HARBORS).entries if each.record_class == RecordClass.DIFFERS]
    assert differs.facts == {"signed_on": ["2024-01-22", "2024-01-23"]}
    [renamed] = [each for each in _reconciled(record.HARBORS).entries if each.record_class == RecordClass.RENAMED]
    assert renamed.facts["offering"] == [RENAMED, "Granite Beacon"]


def records_count_as_what_they_are() -> None:
    atos = {(str(ato.offering.fedramp_id), ato.agency.name): ato for ato in Ato.objects.all()}
    today = timezone.localdate()
    assert ato_standing(atos[record.BEACON, record.HARBORS], today) == AtoStanding.PASSED
    assert ato_standing(atos[record.LANTERN, record.HARBORS], today) == AtoStanding.LEFT
    assert ato_standing(atos[record.BEACON, record.JAB], today) == AtoStanding.JAB
    assert ato_standing(atos[record.SHELF, "No agency named"], today) == AtoStanding.UNNAMED


def what_builds_on_it_is_three_deep() -> None:
    reach = carried_by(_offering(record.FOUNDRY).pk, current_links())
    names = {Offering.objects.get(pk=key).name: step.depth for key, step in reach.steps.items()}
    assert names == {"Nimbus Desk": 1, "Willow Library": 1, "Willow Shelf": 2, "Granite Beacon": 3}


def the_feeds_differ() -> None:
    older, _, newer = applied_runs()
    lead = User.objects.get(email="paula@pmo.example")
    lines = changes_of(lead, entries_between(older.started_at, newer.started_at))
    found = {(line.kind, line.record, line.fact, line.before, line.after) for line in lines}
    assert {(kind, name, after) for kind, name, _, _, after in found} >= {
        (ChangeKind.STATUS, "Granite Beacon", "FedRAMP Certified (In Remediation)"),
        (ChangeKind.LEVEL, "Willow Shelf", "Moderate"),
    }
    assert "Copper Lantern" in {name for kind, name, *_ in found if kind == ChangeKind.LEFT}
    assert "Nimbus Parcel" in {name for kind, name, *_ in found if kind == ChangeKind.CAME}


def a_provider_can_correct() -> None:
    desk = _offering(record.DESK)
    assert desk.get_deployment_model_display() == "Public cloud"
    assert "deployment_model" in {each.column for each in correctable(desk)}


def the_overview_says_more_than_the_feed() -> None:
    today, desk = timezone.localdate(), _offering(record.DESK)
    assert desk.overview.trust_center == "https://trust.nimbus.example/desk"
    assert today < desk.overview.next_report_on < desk.overview.next_review_on < today + timedelta(days=90)
    lead = User.objects.get(email="paula@pmo.example")
    assert "Willow Library" in str(disagreements(lead, desk))
    # What was entered here and the feed dates alike stands once.
    assert [step.label for step in steps(desk)] == ["Agency review", "PMO review", "FedRAMP Certified"]
    [item] = ReviewItem.objects.all()
    assert (item.clash, item.offering) == (ClashKind.OVERVIEW_ID, _offering(record.BEACON))


def _reconciled(name: str) -> Reconciliation:
    top = Organization.objects.get(name=name)
    keys = [top.pk, *Organization.objects.filter(parent=top).values_list("pk", flat=True)]
    return reconcile(keys, today=timezone.localdate())


def _offering(fedramp_id: str) -> Offering:
    return Offering.objects.get(fedramp_id=fedramp_id)


def _of_lantern() -> list[int]:
    return list(Ato.objects.filter(offering__fedramp_id=record.LANTERN).values_list("pk", flat=True))
