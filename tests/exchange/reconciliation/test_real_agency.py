"""Veterans Affairs beside a copy of its own list: what was planted is named, and nothing else is."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Membership, Organization, User
from accounts.roles import Role
from authorizations.actions.register.agency_lists import bring_list
from authorizations.actions.register.differences import RecordDifference, Wish, decide_differences
from authorizations.actions.register.list_proposal import ListProposal
from authorizations.exchange.agency_lists.proposal import propose_list, read_columns
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes
from authorizations.exchange.reconciliation.classes import Entry, Reconciliation, reconcile
from authorizations.models import Ato, DifferenceDecision, Offering
from authorizations.models.register.record_classes import DifferenceReason, RecordClass
from tests.exchange.agency_lists.lists import saved, workbook
from tests.exchange.feeds import MEGABYTE, feed_at

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 7, 2, 15, tzinfo=UTC)
FEED = "marketplace-v2/2025-07-01.json"
HEAD = ("CSP", "Cloud Service Offering", "FedRAMP Package ID", "OpDiv", "ATO Date", "ATO Expiration", "Letter")
CSP, NAME, ID, BUREAU, SIGNED, EXPIRES, LETTER = range(7)
Line = list[Any]


def lines(agency: Organization) -> list[Line]:
    """The agency's list as a true copy of the feed's rows."""
    atos = Ato.objects.filter(agency__in=Organization.objects.below([agency.pk]), not_published_since=None)
    return [
        [
            *(ato.offering.provider.name, ato.offering.name, ato.offering.fedramp_id),
            *("" if ato.agency_id == agency.pk else ato.agency.name, ato.signed_on, ato.expires_on, f"{ato.pk}.pdf"),
        ]
        for ato in atos.select_related("offering__provider", "agency").order_by("offering__fedramp_id", "signed_on")
    ]  # fmt: skip


def bring(agency: Organization, rows: list[Line]) -> User:
    below, content = list(Organization.objects.below([agency.pk])), saved(workbook(rows, HEAD))

    def propose() -> ListProposal:
        return propose_list(read_columns(content), agency=agency, agencies=below, today=NOW.date())

    actor = User.objects.create(email="list@va.example", name="Val")
    Membership.objects.create(user=actor, organization=agency, role=Role.AGENCY_LIAISON, started_on=NOW.date())
    bring_list(actor=actor, agency=agency, file_name="va.xlsx", sha256="0" * 64, propose=propose, now=NOW)
    return actor


def compared(agency: Organization) -> Reconciliation:
    keys = Organization.objects.below([agency.pk]).values_list("pk", flat=True)
    return reconcile(list(keys), today=NOW.date())


def said(entry: Entry) -> tuple[str, str]:
    return entry.record_class.value, entry.side.offering.fedramp_id if entry.side.offering else ""


def plant(rows: list[Line], oig: str) -> dict[str, str]:
    """Changes a true copy in twelve places; gives what is to be found, by the offering's FedRAMP id."""
    once = [row for row in rows if sum(other[ID] == row[ID] for other in rows) == 1]
    live = [row for row in once if row[EXPIRES] and row[EXPIRES] > date(2025, 9, 1) and not row[BUREAU]]
    found: dict[str, str] = {}

    def change(row: Line, expected: RecordClass, **cells: Any) -> None:
        for column, value in cells.items():
            row[HEAD.index(column)] = value
        found[row[ID]] = expected.value

    signed, expires, blank, both, letter, moved, moved_back, renamed, gone, twice = live[:10]
    moved_back = next(row for row in once if row[BUREAU])
    signed_later, longer = date(2025, 1, 6), date(2030, 1, 1)
    signed[SIGNED], expires[EXPIRES], blank[EXPIRES] = signed_later, longer, None
    both[SIGNED], both[EXPIRES] = signed_later, longer
    for row in (signed, expires, blank, both):
        found[row[ID]] = "differs"
    letter[LETTER], found[letter[ID]] = "", "no_letter"
    moved[BUREAU], found[moved[ID]] = oig, "other_agency"
    moved_back[BUREAU], found[moved_back[ID]] = "", "other_agency"
    renamed[NAME], found[renamed[ID]] = f"{renamed[NAME]} Edition", "renamed"
    rows.remove(gone)
    found[gone[ID]] = "feed_only"
    rows.append([*twice[:SIGNED], signed_later, longer, "new.pdf"])
    found[twice[ID]] = "two_letters"
    known = {row[ID] for row in rows} | {gone[ID]}
    others = Offering.objects.exclude(fedramp_id__in=known).select_related("provider").order_by("fedramp_id")
    unpublished, unknown = others[3], others[8]
    for offering, name in ((unpublished, "letter.pdf"), (unknown, "")):
        rows.append([offering.provider.name, offering.name, offering.fedramp_id, "", date(2024, 2, 29), longer, name])
    found |= {str(unpublished.fedramp_id): "unpublished", str(unknown.fedramp_id): "ours_only"}
    return found


@pytest.mark.slow  # Two real feeds are applied.
def test_veterans_affairs_with_twelve_planted_differences(shared_data: Path) -> None:
    apply_feed(feed_at(shared_data / FEED, now=NOW), actor=None, now=NOW)
    agency = Organization.objects.get(name="Department of Veterans Affairs")
    oig = Organization.objects.get(name="VA Office of the Inspector General")
    rows = lines(agency)
    past = {row[ID] for row in rows if row[EXPIRES] and row[EXPIRES] < NOW.date()}
    planted = plant(rows, oig.name)
    assert len(planted) == 12
    actor = bring(agency, rows)
    found = compared(agency)
    assert (found.ours, found.feed) == (len(rows), 97)
    others = {each: name for name, each in map(said, found.entries) if name != RecordClass.SAME}
    assert {key: value for key, value in others.items() if key in planted} == planted
    assert {key for key in others if key not in planted} == past
    assert sum(found.counts.values()) == len(found.entries)
    assert sum(each.ours is not None for each in found.entries) == found.ours
    assert sum(each.feed is not None for each in found.entries) == found.feed
    _decisions_hold(agency, actor, found, shared_data)


def _decisions_hold(agency: Organization, actor: User, found: Reconciliation, shared_data: Path) -> None:
    """Each difference is decided; the next feed gives one of them another day, and every other decision holds."""
    deciding = [each for each in found.entries if each.record_class != RecordClass.SAME]
    wishes = [Wish(each.ato.public_id, each.mark, DifferenceReason.ASK_FEDRAMP) for each in deciding]

    def find() -> dict[str, RecordDifference]:
        now = compared(agency).by_ato
        return {key: RecordDifference(each.record_class, each.facts, each.mark) for key, each in now.items()}

    outcomes = decide_differences(actor=actor, wishes=wishes, find=find, now=NOW)
    assert all(outcome.is_done for outcome in outcomes)
    moved = next(each for each in deciding if each.fields == ["Signed"])
    feed = json.loads((shared_data / FEED).read_text())
    feed["meta"]["last_change"] = "2025-07-08T20:00:00.000Z"
    for row in feed["data"]["AtoMapping"] + feed["data"]["ReuseMapping"]:
        if row["parent"] == agency.name and row["id"] == moved.side.offering.fedramp_id:  # type: ignore[union-attr]
            row["ato_date"] = "2025-01-06T20:00:00.000Z"
        elif row["parent"] == agency.name and row["exp_date"] == "":
            row["exp_date"] = "2031-01-01T20:00:00.000Z"
    later = NOW + timedelta(days=7)
    content = json.dumps(feed).encode()
    newer = feed_from_bytes(content, name="later.json", max_bytes=64 * MEGABYTE, now=later)
    apply_feed(newer, actor=None, now=later)
    now, decisions = compared(agency).by_ato, DifferenceDecision.objects.select_related("ato")
    changed = {each.ato.public_id for each in decisions if each.facts != now[each.ato.public_id].facts}
    assert changed == {moved.ato.public_id}
    assert now[moved.ato.public_id].record_class == RecordClass.SAME
