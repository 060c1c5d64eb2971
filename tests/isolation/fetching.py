"""The whole portal as one person may fetch it: every address, and what it answers without what differs anyway."""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from accounts.models import Organization, User
from authorizations.models import Ato, Case, Offering
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering.formats import FORMATS
from authorizations.vocabulary import CaseKind
from authorizations.web.imports.listings import FOUND_FEEDS, IMPORT_RUNS, REVIEW_ITEMS
from authorizations.web.lists import registry as listings
from authorizations.web.lists.listing import Listing
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS
from tests.admin.admin_pages import autocomplete
from tests.attacks.urls import page_names

LISTINGS = (*listings.LISTINGS, CONDITIONS, ACCESSES, MESSAGES)
# What an agency, its offering, its system and its people are called, and letters that everything has.
WORDS = ("Harbors", "Offering", "Berth Plans", "Lena")
MISSING = "2" * 14
# The seconds that a session has left, and factors that are added with a secret or a challenge of their own.
NEVER_TWICE_THE_SAME = {"session", "mfa_activate_totp", "mfa_add_webauthn"}
# Of two answers to the same question these differ: tokens, keys of forms, ids of requests, the server's clock.
DIFFERING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'name="idempotency_key" value="[^"]*"'),
    re.compile(rb'nonce="[^"]*"'),
    # The admin signs what a form showed, with the time; the signed part before it stays and is compared.
    re.compile(rb'(?<=:)[A-Za-z0-9]{6}:[A-Za-z0-9_-]{43}(?=" [^>]*id="id_seen")'),
    re.compile(rb"<code>[0-9a-f]{32}</code>"),
    re.compile(rb'"x-csrftoken": "[^"]*"'),
    # When one's own session was used last, on the page of one's account.
    re.compile(rb"last used <time [^>]*>[^<]*"),
    # The clock of a report.
    re.compile(rb'"as_of": "[^"]*"'),
    re.compile(rb"As of <time [^>]*>[^<]*"),
    re.compile(rb'[^<>"]* \(US Eastern\)'),
    re.compile(rb"dcterms[^>]*>"),
    # Numbers of the tooltips on one page, counted on and on by the process.
    re.compile(rb'"source-[0-9]+"'),
)
# Counts every change of a record, also one that its reader may not know: an older form must be refused.
REVISION = (
    re.compile(rb'name="revision" value="\d+"'),
    re.compile(rb'"revision":\s*\d+'),
    re.compile(rb'(?<=name="row" form="bulk" value=")[a-z0-9]{14}:\d+'),
)

Answers = dict[str, tuple[int, str, bytes]]


def answers(client: Client, addresses: Iterable[str], also: Sequence[re.Pattern[bytes]] = ()) -> Answers:
    """What each address answers: status, where it leads, and the body."""
    # News is read by being seen at home, which every page counts: that tells no two rounds apart.
    client.get("/")
    return {address: answer(client, address, also) for address in addresses}


def answer(client: Client, address: str, also: Sequence[re.Pattern[bytes]] = ()) -> tuple[int, str, bytes]:
    """What one address answers."""
    response: Any = client.get(address)
    body = recorders_of(response)
    for pattern in (*DIFFERING, *also):
        body = pattern.sub(b"", body)
    return response.status_code, response.headers.get("Location", ""), body


def recorders_of(response: Any) -> bytes:
    """The body of an answer; of a workbook, what its cells hold."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return cells_of(body) if response.headers.get("Content-Type") == FORMATS["xlsx"].content_type else body


def cells_of(workbook: bytes) -> bytes:
    """What the cells of a workbook hold, but for its clock; a file beside them says when it was made."""
    sheets = load_workbook(BytesIO(workbook), read_only=True)
    rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    return repr([row for row in rows if "As of (US Eastern)" not in row]).encode()


def changed(before: Answers, after: Answers) -> set[str]:
    """The addresses that answer otherwise than before, without their questions."""
    assert before.keys() == after.keys()
    return {address.partition("?")[0] for address in before if before[address] != after[address]}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages(ids: Iterable[str]) -> Iterator[str]:
    """Every address of pages and API: those that take no id, and the rest with each of these."""
    known = [*ids]
    for name in page_names():
        # The style guide makes its samples up and reads no record; its tooltips are numbered anew each time.
        if name in {"sign_in_as", "sign_in", "styleguide"} | NEVER_TWICE_THE_SAME:
            continue
        if name == "audit_log":
            # What these readers fetch is itself on the record of security, which a PMO lead reads.
            yield f"{reverse('audit_log')}?audit_log=acts"
            continue
        if name in {"report", "report_json"}:
            # As with the record itself: what a PMO lead fetches is among the security events that it then reads.
            yield from (f"{reverse(name, args=[report])}?audit_log=acts" for report in REPORTS)
            continue
        if name.startswith("report_") or (name.endswith("_xlsx") and name != "cases_xlsx"):
            # The same contents in other clothes, which take long to put on.
            continue
        try:
            yield reverse(name)
        except NoReverseMatch:
            yield from below(name, known)


def below(name: str, ids: Iterable[str]) -> Iterator[str]:
    """The addresses of a name for records of these ids."""
    for each in ids:
        for more in ((), ("withdraw",), ("end",), (MISSING,)):
            try:
                yield reverse(name, args=[each, *more])
                break
            except NoReverseMatch:
                continue


def lists(listing: Listing, *, words: Sequence[str], ids: Sequence[str]) -> Iterator[str]:
    """A list with each of its filters, sorts and narrowings, with words looked for, and its export.

    The page itself counts the rows of every value of every filter, so one value of each is chosen here.
    """
    page, export = reverse(listing.name), reverse(listing.export_name("csv"))
    yield from (page, f"{page}?page=2", export)
    yield from (f"{export}?sort=-{column.key}" for column in listing.columns if column.sort)
    yield from (f"{page}?{facet.key}={[*facet.words, *ids][0]}" for facet in listing.facets)
    yield from (f"{export}?{narrowing.key}={value}" for narrowing in listing.narrowings for value in ids[:3])
    yield from (f"{page}?q={word}" for word in words)


def api_lists(ids: Sequence[str]) -> Iterator[str]:
    """The lists of the API with each of their filters."""
    for name in ("api_cases", "api_atos"):
        address = reverse(name)
        for key in ("agency", "within", "offering", "provider", "assessor"):
            yield from (f"{address}?{key}={value}" for value in ids)
        yield from (f"{address}?{more}" for more in ("page=2", "per_page=1", "stage=ssp", "stage=active"))
    yield from (f"{reverse('api_cases')}?{more}" for more in ("is_open=true", "kind=reuse", "waits_on=agency"))


def beginnings(offerings: Iterable[str], agencies: Iterable[str]) -> Iterator[str]:
    """Where cases begin, for each offering and each agency."""
    own = [*agencies]
    for offering in offerings:
        for kind in CaseKind:
            yield from (reverse(f"{way}_{kind}_case") + f"?offering={offering}" for way in ("open", "adopt"))
            for agency in own:
                chosen = f"?offering={offering}&agency={agency}"
                yield reverse(f"open_{kind}_case") + chosen
                stage = "ssp" if kind == CaseKind.INITIAL else "ato_issued"
                yield f"{reverse(f'adopt_{kind}_case')}{chosen}&stage={stage}"
        yield from (f"{reverse('register_ato')}?offering={offering}&agency={agency}" for agency in own)
        yield from (f"{reverse('grant_access')}?offering={offering}&agency={agency}" for agency in own)


def admin_pages(words: Sequence[str]) -> Iterator[str]:
    """The admin: each noun's list, searched too, the newest records that are there now, and what can be chosen."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listing = reverse(f"{name}_changelist")
        yield from (listing, f"{listing}?o=1&p=2", *(f"{listing}?q={word}" for word in words))
        for column in model._meta.concrete_fields:
            if column.is_relation:
                yield autocomplete(model, column.name)
        for record in model._default_manager.order_by("-pk")[:1]:
            yield from (reverse(f"{name}_{page}", args=[record.public_id]) for page in ("change", "history"))


def of_records() -> Iterator[str]:
    """The pages of what everyone may see: each address with the records of its own noun that are there now."""
    kinds = {"agency", "provider", "assessor"}
    for kind in kinds:
        yield from below(kind, _ids(Organization.objects.filter(kind=kind)))
    for name in ("offering", "set_designation"):
        yield from below(name, _ids(Offering.objects.all()))
    for name in ("ato", "api_ato", "ato_step"):
        yield from below(name, _ids(Ato.objects.all()))
    yield from of_reports()


def of_reports() -> Iterator[str]:
    """Each report about each record that it can be about, also those that a reader may not know."""
    agencies, providers = (Organization.objects.filter(kind=kind) for kind in ("agency", "provider"))
    rows = {"case": Case.objects.all(), "ato": Ato.objects.all(), "offering": Offering.objects.all()}
    rows |= {"agency": agencies, "within": agencies, "provider": providers, "organization": Organization.objects.all()}
    for name, report in REPORTS.items():
        for key in rows.keys() & {parameter.key for parameter in report.parameters}:
            yield from (f"{reverse('report_json', args=[name])}?{key}={each}" for each in _ids(rows[key]))


def _ids(records: Any) -> list[str]:
    return [*records.values_list("public_id", flat=True)]


def everything(*, in_the_admin: bool = False) -> list[str]:
    """Every address there is, of every record there is now, with every filter, sort and word."""
    harbors, nimbus = (Organization.objects.get(name=name) for name in ("Department of Harbors", "Nimbus Cloud"))
    offerings = _ids(Offering.objects.all())
    few = [harbors.public_id, nimbus.public_id, *offerings]
    found = [*the_usual(), *api_lists(few)]
    for listing in (*LISTINGS, *((FOUND_FEEDS, IMPORT_RUNS, REVIEW_ITEMS) if in_the_admin else ())):
        found += lists(listing, words=WORDS, ids=few)
    meadows = Organization.objects.get(name="Meadow Commission")
    found += beginnings(offerings, [harbors.public_id, meadows.public_id])
    return [*dict.fromkeys([*found, *(admin_pages(("Harbors", "case.open")) if in_the_admin else ())])]


def the_usual() -> list[str]:
    """Each address once, the records that everyone may see, and a search: for every further person."""
    found = [*pages([MISSING]), *(reverse("search") + f"?q={word}" for word in WORDS), *of_records()]
    return [*dict.fromkeys(found)]
