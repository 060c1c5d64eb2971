"""What the search of the whole portal finds, by kind and best first; each kind begins at what its reader may see."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind
from authorizations.lifecycle.sources import SOURCES, source_of
from authorizations.models import Case, Document, DocumentVersion, Offering, RuleEdition
from authorizations.models.cases.case import OPEN
from authorizations.models.rules import refresh_releases
from authorizations.presenters.document_links import document_row
from authorizations.presenters.documents import readable
from authorizations.presenters.search import WordSearch, named, offering_named, with_initials
from authorizations.rules import releases
from authorizations.web.cases.listing import search_cases
from authorizations.web.rules.views import about_rule
from authorizations.web.url_converters import RuleId

# How well a name fits: it is the words, begins with them, holds them.
SAME, BEGINS, HOLDS = range(3)


@dataclass(frozen=True, slots=True)
class SearchHit:
    words: str
    url: str
    note: str = ""
    fit: int = HOLDS


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The best of one kind; has_more: whether others match too; lists: those that hold them, by words and address."""

    heading: str
    hits: list[SearchHit]
    has_more: bool
    lists: tuple[tuple[str, str], ...] = ()


def search_portal(user: User, words: str, most: int) -> list[HitGroup]:
    """What matches, at most so many of each kind; first the kinds of which one is called just so.

    Costs a few queries a kind, whatever is found.
    """
    refresh_releases()
    groups = []
    for heading, look, lists in KINDS:
        hits = list(look(user, words, most + 1))
        if hits:
            groups.append(HitGroup(heading, hits[:most], len(hits) > most, lists))
    return sorted(groups, key=lambda group: group.hits[0].fit != SAME)


def _best(rows: QuerySet[Any], same: Q, begins: Q, *order: str) -> QuerySet[Any]:
    fit = Either(When(same, then=Value(SAME)), When(begins, then=Value(BEGINS)), default=Value(HOLDS))
    ranked: QuerySet[Any] = rows.annotate(fit=fit).order_by("fit", *order)
    return ranked


def _rules(user: User, words: str, most: int) -> Iterator[SearchHit]:
    """Rules by their id or its beginning, and sources by the key that pages name them by."""
    wanted = words.upper()
    if re.fullmatch(RuleId.regex, wanted) and (about := about_rule(wanted)):
        edition = RuleEdition.objects.first()
        texts = list(edition.rules.filter(rule_id__startswith=wanted).order_by("rule_id")[:most]) if edition else []
        for rule in texts:
            yield SearchHit(
                rule.rule_id, rule.get_absolute_url(), rule.title, SAME if rule.rule_id == wanted else BEGINS
            )
        if not texts:
            yield SearchHit(wanted, reverse("rule", args=[wanted]), about, SAME)
        return
    exact = source_of(wanted)
    for source in SOURCES:
        keys = [key for key in source.keys if len(wanted) > 2 and key.upper().startswith(wanted)]
        if keys or source is exact:
            place = f"{reverse('glossary')}#{source.anchor}"
            fit = SAME if source is exact else BEGINS
            yield SearchHit(keys[0] if keys else words, place, f"{source.title} · {source.publisher}", fit)


def _cases(user: User, words: str, most: int) -> Iterator[SearchHit]:
    """By offering, agency or id; else by each of several words, so that “offering agency” finds its case."""
    # Asked of the few names, and not of each case with the names beside it.
    begins = Q(offering__in=Offering.objects.filter(name__istartswith=words).values("pk"))
    begins |= Q(agency__in=Organization.objects.filter(name__istartswith=words).values("pk"))
    # The whole name of an offering means the offering itself before its cases.
    rows = _best(Case.objects.visible_to(user), Q(public_id=words.lower()), begins)
    rows = rows.annotate(ended=Either(When(OPEN, then=Value(0)), default=Value(1)))
    # The best are found by their keys: all that match are sorted, and a case is wide.
    best = rows.order_by("fit", "ended", "-waits_since", "pk").values_list("pk", "fit")
    found = dict(search_cases(best, WordSearch(words, user))[:most])
    several = words.split()[:5]
    if not found and len(several) > 1:
        for word in several:
            best = search_cases(best, WordSearch(word, user))
        found = dict(best[:most])
    cases = Case.objects.select_related("offering", "agency").in_bulk(found) if found else {}
    for key, fit in found.items():
        case = cases[key]
        note = f"{case.agency.name} · {case.get_kind_display()} · {case.stage_label}"
        yield SearchHit(case.offering.name, case.get_absolute_url(), note, fit)


def _offerings(user: User, words: str, most: int) -> Iterator[SearchHit]:
    rows = Offering.objects.visible_to(user).filter(offering_named("", words)).select_related("provider")
    same = Q(name__iexact=words) | Q(fedramp_id__iexact=words)
    for row in _best(rows, same, Q(name__istartswith=words), "sort_name", "pk")[:most]:
        facts = (row.provider.name, row.fedramp_id, row.get_designation_display())
        yield SearchHit(row.name, row.get_absolute_url(), " · ".join(str(fact) for fact in facts if fact), row.fit)


def _organizations(user: User, words: str, most: int) -> Iterator[SearchHit]:
    rows = Organization.objects.visible_to(user).filter(named("", words)).exclude(kind=OrganizationKind.PMO)
    called = with_initials(words) & Q(kind=OrganizationKind.AGENCY)
    same = Q(name__iexact=words) | Q(abbreviation__iexact=words) | called
    rows = rows.select_related("parent")
    for row in _best(rows, same, Q(name__istartswith=words), "sort_name", "pk")[:most]:
        above = f" · part of {row.parent.name}" if row.parent else ""
        yield SearchHit(row.name, row.get_absolute_url(), f"{row.get_kind_display()}{above}", row.fit)


def _people(user: User, words: str, most: int) -> Iterator[SearchHit]:
    """Members of the organizations whose people the reader may look up, by name or address."""
    rows = Membership.objects.visible_to(user).current(timezone.localdate())
    rows = rows.filter(Q(user__name__icontains=words) | Q(user__email__istartswith=words))
    same = Q(user__name__iexact=words) | Q(user__email__iexact=words)
    rows = rows.select_related("user", "organization")
    for row in _best(rows, same, Q(user__name__istartswith=words), "user__name", "pk")[:most]:
        place = reverse("people_of", args=[row.organization.public_id])
        yield SearchHit(row.user.name, place, f"{row.get_role_display()} · {row.organization.name}", row.fit)


def _documents(user: User, words: str, most: int) -> Iterator[SearchHit]:
    """By what a release calls them, by the title of others, and by the names of files that the reader may know of."""
    lower = words.lower()
    labels = [each for release in releases().values() for each in release.documents.values()]
    keys = {each.key for each in labels if lower in each.label.lower() or lower == each.key}
    called = Q(key__in=keys) | Q(title__icontains=words)
    # Whether the document is open to the reader is asked beside it, once.
    files = DocumentVersion.objects.known_to(user).filter(
        document=OuterRef("pk"), name__icontains=words, withdrawn_at__isnull=True
    )
    rows = Document.objects.visible_to(user).filter(called | Exists(files))
    rows = rows.select_related("case__offering", "case__agency", "ato__offering", "ato__agency")
    for row in _best(rows, Q(title__iexact=words), Q(title__istartswith=words), "-pk")[:most]:
        record = row.case or row.ato
        rule = readable(record, user).get(row.key)
        of = f"{'Case' if row.case else 'ATO'}: {record.offering.name} · {record.agency.name}"
        yield SearchHit(row.title or (rule.label if rule else row.key), document_row(record, row.key), of, row.fit)


Look = Callable[[User, str, int], Iterator[SearchHit]]
KINDS: tuple[tuple[str, Look, tuple[tuple[str, str], ...]], ...] = (
    ("Rules and sources", _rules, ()),
    ("Cases", _cases, (("All matching cases", "cases"),)),
    ("Offerings", _offerings, (("All matching offerings", "offerings"), ("matching ATO rows", "atos"))),
    (
        "Organizations",
        _organizations,
        (("Matching agencies", "agencies"), ("providers", "providers"), ("assessors", "assessors")),
    ),
    ("People", _people, ()),
    ("Documents", _documents, ()),
)
