"""Reconciliation: an agency's ATOs beside the Marketplace, on a page and in files; and for the PMO every agency's."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.audit_log.security_events import note
from authorizations.exchange.reconciliation.classes import Reconciliation, reconcile_each
from authorizations.models.register.record_classes import RecordClass
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import always, cache_stamp, cached_counts
from authorizations.presenters.provenance import atos_as_of
from authorizations.sanitize import one_line
from authorizations.tables.columns import Column, ColumnKind, Link, Row, plain
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.html import view_of
from authorizations.web.answers import base_of
from authorizations.web.lists.export import table_file
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person
from authorizations.web.reconciliation.acts import acts_for
from authorizations.web.reconciliation.scope import agencies_to_compare, compared

OVERVIEW = (
    Column("agency", "Agency", "With its bureaus."),
    *(
        Column(key, label, "", ColumnKind.NUMBER)
        for key, label in (
            ("ours", "Theirs here"),
            ("feed", "In the feed"),
            ("same", "Same in both"),
            ("differ", "To look at"),
        )
    ),
)


def reconciliation(request: HttpRequest) -> HttpResponse:
    user = person(request)
    own = [each.public_id for each in user.organizations if each.kind == OrganizationKind.AGENCY]
    is_one = len(own) == 1 and OrganizationKind.PMO not in user.sides
    asked = request.GET.get("agency", own[0] if is_one else "")
    if not asked:
        return _overview(request, user)
    comparison = compared(user, request, asked, chooses=bool(acts_for(user)))
    context = {
        "trail": _trail(user, comparison.agency),
        "comparison": comparison,
        "has_feed": cache_stamp(request).feed_as_of is not None,
        "feed_as_of": atos_as_of() or cache_stamp(request).feed_as_of,
        "brings_lists": may(user.roles, Capability.BRING_LIST),
        "acts": acts_for(user),
        "brings_decisions": may(user.roles, Capability.RECONCILE),
    }
    return render(request, "reconciliation/agency.html", context)


def _trail(user: User, agency: Organization) -> list[tuple[str, str]]:
    if OrganizationKind.PMO in user.sides:
        return [("Reconciliation", list_address("reconciliation", {}))]
    return [(agency.name, agency.get_absolute_url())]


def _overview(request: HttpRequest, user: User) -> HttpResponse:
    """Every agency that stands below none, with how many of its records are to be looked at."""
    rows: list[Row] = cached_counts(cache_stamp(request), user, "reconciliation", lambda: _counted(user), rows=always)
    text, only_open = one_line(request.GET.get("q", "")), request.GET.get("open") == "1"
    wanted = [row for row in rows if text.lower() in str(plain(row[0])).lower() and (row[-1] or not only_open)]
    table = view_of("Agencies, the most to look at first", OVERVIEW, wanted)
    context = {"table": table, "is_empty": not rows, "number": len(wanted), "text": text, "only_open": only_open}
    return render(request, "reconciliation/overview.html", context)


def _counted(user: User) -> list[Row]:
    top = Coalesce(F("parent__parent"), F("parent"), F("pk"))
    groups: dict[int, list[int]] = defaultdict(list)
    agencies = agencies_to_compare(user)
    for key, above in agencies.values_list("pk", top):
        groups[above].append(key)
    names = agencies.in_bulk(groups)
    found = reconcile_each({key: groups[key] for key in names}, today=timezone.localdate())
    rows = [_row(names[key], each) for key, each in found.items() if each.entries]
    return sorted(rows, key=_most_first)


def _most_first(row: Sequence[Any]) -> tuple[int, str]:
    return -row[4], str(row[0].text)


def _row(agency: Organization, found: Reconciliation) -> Sequence[Any]:
    same = found.counts[RecordClass.SAME]
    url = list_address("reconciliation", {"agency": agency.public_id})
    return [Link(agency.name, url), found.ours, found.feed, same, len(found.entries) - same]


def export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The rows of the page, all pages of it, as a file."""
    user, now = person(request), timezone.now()
    comparison = compared(user, request, request.GET.get("agency", ""))
    details = {"list": "reconciliation", "format": suffix, "filters": {"agency": [comparison.agency.public_id]}}
    note("list.exported", actor=user, now=now, details=details)
    spec = ReportSpec(user, now, marking=settings.REPORT_MARKING, base=base_of(request))
    return table_file(
        "reconciliation",
        comparison.file_table,
        spec,
        suffix,
        lambda table: Contents(comparison.title, (table,), (comparison.sentence,)),
    )
