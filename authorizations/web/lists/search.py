"""What the search of lists and of the whole portal finds: names, other names, ids, old and new terms."""

from django.db.models import Q, TextChoices

from accounts.models import Alias
from authorizations.terms import Term, terms_named
from authorizations.vocabulary import CertificationClass, CertificationType, ImpactLevel


def named(prefix: str, words: str) -> Q:
    """Organizations whose name, abbreviation or other name contains the words; prefix leads to the organization."""
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
        | named(f"{prefix}provider__", words)
        | _term_condition(list(terms_named(words)), prefix)
        | _labelled(prefix, words)
    )
