"""What the search of lists and of the whole portal finds: names, other names, ids, old and new terms."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextChoices

from accounts.models import Alias, Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import Offering
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.terms import Term, terms_named
from authorizations.vocabulary import CertificationClass, CertificationType, ImpactLevel

# Words of a name that may give an abbreviation its letter (DOJ) or not (HHS), and those before a name that need not.
SMALL, HEADS = "of|the|and|for|on|in|to|a|&", "the|department of|u\\.?s\\.?|united states"
BETWEEN = rf"[\s,/&-]+((?:{SMALL})[\s,]+)*"
# What agencies are called for short where it is not the initials of their names.
OTHERWISE = {
    "aid": "Agency for International Development", "usaid": "Agency for International Development",
    "atf": "Alcohol, Tobacco, Firearms", "cdc": "Centers for Disease Control", "cms": "Centers for Medicare",
    "dod": "Department of War", "ed": "Department of Education", "usaf": "Department of the Air Force",
    "usda": "Department of Agriculture",
}  # fmt: skip


def with_initials(words: str) -> Q:
    """Agencies that are called so for short: HHS, DHS, USDA. None where the words are no abbreviation.

    From the initials of their names, with or without small words and “Department of”; else from a short table.
    """
    # Longer small letters are a word, for which it would not pay to look through every name.
    if re.fullmatch("[A-Za-z]{2,4}|[A-Z]{5,8}", words) is None and words.lower() not in OTHERWISE:
        return Q(pk__in=[])
    # The letters of U.S. are two of the abbreviation and one word of the name.
    beyond = [words, *([words[2:]] if words[:2].lower() == "us" and len(words) > 3 else [])]
    letters = "|".join(BETWEEN.join(rf"{letter}[\w'.]*" for letter in each) for each in beyond)
    some = Q(name__iregex=rf"^((?:{HEADS})\s+)*({letters})$")
    if words.lower() in OTHERWISE:
        some |= Q(name__icontains=OTHERWISE[words.lower()])
    return some


def named(prefix: str, words: str) -> Q:
    """Organizations by a part of any of their names, or by abbreviation; prefix leads to the organization."""
    agencies = Organization.objects.filter(with_initials(words), kind=OrganizationKind.AGENCY).values("pk")
    return _called(prefix, words) | Q(**{f"{prefix}pk__in": agencies})


def _called(prefix: str, words: str) -> Q:
    """The same but for the initials, which are of agencies alone."""
    # Not tied to the outer row: the database looks the words up once, not once for each row.
    other_names = Alias.objects.filter(name__icontains=words).values("organization")
    return (
        Q(**{f"{prefix}name__icontains": words})
        | Q(**{f"{prefix}abbreviation__iexact": words})
        | Q(**{f"{prefix}pk__in": other_names})
    )


def _term_condition(terms: list[Term], offering: str) -> Q:
    some = Q(pk__in=[])
    for term in terms:
        if term.designation:
            some |= Q(**{f"{offering}designation": term.designation})
        if term.path:
            some |= Q(**{f"{offering}certification_path": term.path})
    return some


# Published facts that people search by their whole name, such as “LI-SaaS”, “20x” or “Class C”.
LABELLED: dict[str, type[TextChoices]] = {
    "impact_level": ImpactLevel,
    "certification_type": CertificationType,
    "certification_class": CertificationClass,
}


def _labelled(offering: str, words: str) -> Q:
    some = Q(pk__in=[])
    for field, vocabulary in LABELLED.items():
        named_so = [value for value, label in vocabulary.choices if label.lower() == words.lower()]
        some |= Q(**{f"{offering}{field}__in": named_so})
    return some


def offering_named(prefix: str, words: str) -> Q:
    """Offerings by name, FedRAMP id, provider (any of its names) and old or new terms; prefix leads to the offering."""
    return (
        Q(**{f"{prefix}name__icontains": words})
        | Q(**{f"{prefix}fedramp_id__icontains": words})
        | Q(**{f"{prefix}provider_as_published__icontains": words})
        | _called(f"{prefix}provider__", words)
        | _term_condition(list(terms_named(words)), prefix)
        | _labelled(prefix, words)
    )


@dataclass(frozen=True, slots=True)
class WordSearch:
    """The words of a search, who searches, and how far the record of acts went; None where nothing is remembered."""

    words: str
    user: User
    asked: CacheStamp | None = None

    def naming(self) -> Q:
        """Rows that name an agency or an offering of these words.

        They are few beside the rows, and looked up once for all pages, filters and orders of the same search.
        """
        offerings = self._keys("offerings", Offering.objects.filter(offering_named("", self.words)))
        agencies = self._keys(
            "agencies", Organization.objects.filter(named("", self.words), kind=OrganizationKind.AGENCY)
        )
        # Without an alternative a database starts from the few offerings; with one it reads all rows.
        return Q(offering__in=offerings) | Q(agency__in=agencies) if agencies else Q(offering__in=offerings)

    def _keys(self, of: str, rows: QuerySet[Any]) -> list[int]:
        keys = rows.order_by().values_list("pk", flat=True)
        if self.asked is None:
            return list(keys)
        return cached_counts(self.asked, self.user, (of, self.words), lambda: list(keys), rows=always)
