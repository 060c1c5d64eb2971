"""Which offering of the register a line of an agency's list means: by its FedRAMP id, else by the likeness of names."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from authorizations.actions.register.list_proposal import OfferingMatch
from authorizations.exchange.imports.name_matching import key, words

# Of 100: from here on a name is taken without asking, where it leads before the second by so much; a name less alike
# must lead by more.
CERTAIN, LEAD = 93, 4
NEARLY_CERTAIN, CLEAR_LEAD = 89, 10
# Below this a name is not even offered.
LIKELY = 55
OFFERED = 5
# How alike the names of one provider are at least; and the most that a service of another provider comes to.
SAME_PROVIDER, MOST_OF_ANOTHER = 60, 70
SHORT = 7
# What lists add to the name of a service without meaning another one.
FILLERS = frozenset(
    (
        *("the", "a", "for", "of", "us", "federal", "government", "service", "services", "cloud", "platform"),
        *("offering", "saas", "paas", "iaas"),
    )
)
NUMBER = re.compile(r"\d+")
BRACKETS = re.compile(r"\s*\([^)]*\)\s*$")
FEDRAMP_ID = re.compile(r"(?:fr|f)\d{6,}|[a-z]{2,}\d{6,}")


@dataclass(frozen=True)
class KnownOffering:
    """An offering as lists may name it; providers: every name of its provider."""

    pk: int
    fedramp_id: str
    name: str
    providers: tuple[str, ...]
    former: tuple[str, ...] = ()

    @cached_property
    def plain_names(self) -> tuple[str, ...]:
        """What it is and was called, with and without what is in brackets behind."""
        called = (self.name, *self.former)
        return tuple(dict.fromkeys(_plain(each) for name in called for each in (name, BRACKETS.sub("", name)) if each))

    @cached_property
    def plain_providers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(_plain, self.providers)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(NUMBER.findall(" ".join((*self.plain_names, *self.with_providers))))

    @cached_property
    def with_providers(self) -> tuple[str, ...]:
        return tuple(_plain(f"{each} {self.name}") for each in self.providers)


@dataclass(slots=True)
class OfferingMatcher:
    """Finds offerings by what lists say of them; each answer is kept, since lists repeat themselves."""

    offerings: list[KnownOffering]
    _by_id: dict[str, KnownOffering] = field(default_factory=dict)
    _by_key: dict[str, list[KnownOffering]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, str, str], OfferingMatch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.offerings:
            if each.fedramp_id:
                self._by_id[key(each.fedramp_id)] = each
            called = (each.name, *each.former)
            whole = (f"{provider} {name}" for provider in each.providers for name in called)
            for name in {*map(key, called), *map(key, whole)}:
                self._by_key[name].append(each)

    def find(self, fedramp_id: str, name: str, provider: str) -> OfferingMatch:
        asked = (fedramp_id, name, provider)
        if asked not in self._known:
            self._known[asked] = self._find(*asked)
        return self._known[asked]

    def _find(self, fedramp_id: str, name: str, provider: str) -> OfferingMatch:
        by_id = self._by_id.get(key(fedramp_id)) or self._id_within(fedramp_id, name)
        if by_id is not None:
            return self._by_its_id(by_id, name, provider)
        ranked = self._ranked(name, provider)
        if not ranked:
            return OfferingMatch(why="No offering here has a name like it.")
        best, second = ranked[0], ranked[1] if len(ranked) > 1 else (0, 0)
        lead = best[1] - second[1]
        if (best[1] >= CERTAIN and lead >= LEAD) or (best[1] >= NEARLY_CERTAIN and lead >= CLEAR_LEAD):
            return OfferingMatch(*best, f"{best[1]} % alike by name", tuple(ranked))
        why = "Several offerings have names like it." if second[1] >= CERTAIN - LEAD else "No name is near enough."
        return OfferingMatch(score=best[1], why=why, candidates=tuple(ranked))

    def _id_within(self, *texts: str) -> KnownOffering | None:
        """An id that stands in the middle of a text, or has blanks in it."""
        found = {
            found.group()
            for text in texts
            for found in FEDRAMP_ID.finditer(re.sub(r"[\s_-]+", "", text.lower()))
        }  # fmt: skip
        known = {self._by_id[each].pk: self._by_id[each] for each in found if each in self._by_id}
        return next(iter(known.values())) if len(known) == 1 else None

    def _by_its_id(self, found: KnownOffering, name: str, provider: str) -> OfferingMatch:
        """An id is certain, unless the names beside it are those of another offering."""
        rivals = [each for each in self._ranked(name, provider) if each[0] != found.pk and each[1] >= CERTAIN]
        own = _alike(name, provider, found) if name else 100
        if rivals and rivals[0][1] - own >= LEAD:
            why = f"The id is of “{found.name}”, and the name is of another offering."
            return OfferingMatch(score=100, why=why, candidates=((found.pk, 100), *rivals))
        # An old name beside a right id is still right: nothing else here is called so.
        return OfferingMatch(found.pk, 100, "by its FedRAMP id")

    @staticmethod
    def _is_of(found: KnownOffering, provider: str) -> bool:
        return bool(provider) and _plain(provider) in found.plain_providers

    def _ranked(self, name: str, provider: str) -> list[tuple[int, int]]:
        if not name.strip():
            return []
        exact = self._by_key.get(key(name), []) or self._by_key.get(key(f"{provider} {name}"), [])
        of_provider = [each for each in exact if self._is_of(each, provider)]
        if len(of_provider or exact) == 1 and (of_provider or not provider):
            return [((of_provider or exact)[0].pk, 100)]
        scored = (
            (each.pk, round(_alike(name, provider, each)))
            for each in of_provider or (self.offerings if provider else exact) or self.offerings
        )
        likely = sorted((each for each in scored if each[1] >= LIKELY), key=lambda each: (-each[1], each[0]))
        return likely[:OFFERED]


@lru_cache(maxsize=1_000)
def _plain(name: str) -> str:
    return " ".join(words(name))


def _alike(name: str, provider: str, known: KnownOffering) -> float:
    """How alike a name is to an offering's, of 100: with and without the provider's, and words that say little."""
    theirs, both = _plain(name), _plain(f"{provider} {name}")
    score = max(_likeness(theirs, called) for called in known.plain_names)
    for whole in known.with_providers:
        score = max(score, fuzz.token_sort_ratio(both, whole), fuzz.token_sort_ratio(theirs, whole))
    # One letter less is a slip, another number another service.
    if not set(NUMBER.findall(theirs)) <= known.numbers:
        score = min(score, MOST_OF_ANOTHER)
    if provider:
        plain = _plain(provider)
        same = max((fuzz.token_set_ratio(plain, each) for each in known.plain_providers), default=0)
        # Another provider's service of the same name is another service.
        score = min(score, MOST_OF_ANOTHER) if same < SAME_PROVIDER else score + (3 if same >= 90 else 0)
    return min(score, 99)


def _likeness(theirs: str, ours: str) -> float:
    return max(fuzz.ratio(theirs, ours), fuzz.token_sort_ratio(theirs, ours), _without_fillers(theirs, ours))


def _without_fillers(one: str, other: str) -> float:
    a, b = _telling(one), _telling(other)
    # What is left of “Google Services” is in too many names to say anything.
    return fuzz.ratio(a, b) - 2 if min(len(a), len(b)) > SHORT else 0


@lru_cache(maxsize=5_000)
def _telling(text: str) -> str:
    return " ".join(sorted(word for word in text.split() if word not in FILLERS))
