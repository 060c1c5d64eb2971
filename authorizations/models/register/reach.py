"""How far offerings reach through what builds on them: directly, and by way of others (the blast radius)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authorizations.models.register.offering import Leverage

# (what builds on it, what it builds on), by the keys of offerings.
Links = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class LinkStep:
    """How many links away an offering is, and the nearer one by way of which."""

    depth: int
    via: int


@dataclass(frozen=True, slots=True)
class Reach:
    """The others that are reached from one offering, by their keys, the nearest first."""

    steps: Mapping[int, LinkStep]

    @property
    def direct(self) -> int:
        return sum(step.depth == 1 for step in self.steps.values())

    @property
    def deepest(self) -> int:
        return max((step.depth for step in self.steps.values()), default=0)

    @property
    def by_depth(self) -> list[int]:
        """How many are one link away, two, and so on."""
        return [sum(step.depth == depth for step in self.steps.values()) for depth in range(1, self.deepest + 1)]


def current_links() -> list[tuple[int, int]]:
    """The links of the newest feed, and those that were entered here."""
    return list(Leverage.objects.filter(not_published_since__isnull=True).values_list("offering", "underlying"))


def carried_by(start: int, links: Links) -> Reach:
    """What builds on an offering: what falls with it. Rings and links of an offering to itself end."""
    above: dict[int, list[int]] = defaultdict(list)
    for offering, underlying in links:
        above[underlying].append(offering)
    return _reached(start, above)


def resting_on(start: int, links: Links) -> Reach:
    """What an offering builds on, directly and by way of others."""
    below: dict[int, list[int]] = defaultdict(list)
    for offering, underlying in links:
        below[offering].append(underlying)
    return _reached(start, below)


def _reached(start: int, neighbors: Mapping[int, list[int]]) -> Reach:
    steps: dict[int, LinkStep] = {}
    ring = [start]
    for depth in range(1, len(neighbors) + 2):
        following = []
        for via in ring:
            for key in sorted(neighbors.get(via, ())):
                if key != start and key not in steps:
                    steps[key] = LinkStep(depth, via)
                    following.append(key)
        ring = following
        if not ring:
            break
    return Reach(steps)
