"""The demo's world with a fictional federal record: two feeds, an agency's own list between them, and overviews."""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Organization, User
from authorizations.actions.register.agency_lists import bring_list
from authorizations.exchange.agency_lists.proposal import propose_list, read_columns
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes
from authorizations.models import Message
from authorizations.presenters.demo_progress import set_demo_progress
from demo import federal_record as record
from demo import world
from demo.entering import enter_demo, morning
from demo.walk_cases import demo_today

# Between the two feeds.
LISTED = 30
LIAISON = "ann@harbors.example"
FILE = "Cloud services of the Department of Harbors.csv"
HEADINGS = "CSP,CSO,Package ID,Agency,Sub-Agency,ATO Date,ATO Expiration Date"
# What the agency calls one that the Marketplace calls otherwise.
RENAMED = "Granite Storm Warnings"
# Signed here for an offering of the feed, and unknown to FedRAMP: days ago.
UNKNOWN_TO_FEDRAMP = 145
REMOVALS = "Copper Lantern left the Marketplace; the feed is small, so that one offering is many."


def own_list(today: date) -> str:
    """The agency's spreadsheet: one ATO that expired on paper, one under another name, one that no feed has."""
    signed = {(offering, agency): (days, left) for offering, agency, _, days, left in record.SIGNED}
    rows = (
        ("Granite Peak Software", "Granite Beacon", record.BEACON, "", *signed[record.BEACON, record.HARBORS]),
        ("Granite Peak Software", RENAMED, record.BEACON, record.LIGHTHOUSES,
            *signed[record.BEACON, record.LIGHTHOUSES]),
        ("Willow Data Works", "Willow Shelf", record.SHELF, "", UNKNOWN_TO_FEDRAMP, None),
    )  # fmt: skip
    lines = [HEADINGS]
    for provider, name, fedramp_id, bureau, days, left in rows:
        on, until = today - timedelta(days=days), "" if left is None else f"{today + timedelta(days=left):%m/%d/%Y}"
        lines.append(f"{provider},{name},{fedramp_id},{record.HARBORS},{bureau},{on:%m/%d/%Y},{until}")
    return "\n".join(lines)


def _import(content: dict[str, Any], name: str, now: datetime, lead: User, reason: str = "") -> None:
    written = json.dumps(content).encode()
    feed = feed_from_bytes(written, name=name, max_bytes=settings.IMPORT_MAX_BYTES, now=now)
    apply_feed(feed, actor=lead, now=now, removals_reason=reason)


def _bring_list(today: date, now: datetime) -> None:
    content = own_list(today).encode()
    agency = Organization.objects.get(name=record.HARBORS)
    agencies = [agency, *Organization.objects.filter(parent=agency)]
    bring_list(
        actor=User.objects.get(email=LIAISON),
        agency=agency,
        file_name=FILE,
        sha256=hashlib.sha256(content).hexdigest(),
        propose=lambda: propose_list(read_columns(content), agency=agency, agencies=agencies, today=today),
        now=now,
    )


@transaction.atomic
def enter_feeds(now: datetime) -> bool:
    """Enters the demo with its federal record into an empty portal, whole or not at all; says whether it did.

    Everything is imported the morning after its day, by the PMO's lead; the news of it is read by now, and so no mail.
    """
    if not enter_demo(now):
        return False
    set_demo_progress(99)
    today, lead = demo_today(now), User.objects.get(email=world.PMO_LEAD[1])
    older, listed, overviews, newer = (
        morning(today - timedelta(days=days - 1)) for days in (record.OLDER, LISTED, record.OVERVIEWS, record.NEWER)
    )
    _import(record.feed(today, record.OLDER), "fictional feed, older.json", older, lead)
    _bring_list(today, listed)
    _import(record.overviews(today), "fictional package overviews.json", overviews, lead)
    _import(record.feed(today, record.NEWER), "fictional feed, newer.json", newer, lead, REMOVALS)
    Message.objects.filter(created_at__lt=now - timedelta(days=7)).update(read_at=now)
    return True
