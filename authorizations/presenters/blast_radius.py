"""What falls with an offering: the offerings that build on it, and the agencies whose live ATOs rest on any of them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import Organization, User
from authorizations.models import Ato, Offering
from authorizations.models.register.reach import Reach, carried_by, current_links
from authorizations.presenters.disagreements import Disagreement, disagreements


@dataclass(frozen=True, slots=True)
class FallingOffering:
    """One that builds on the first: how many links away, by way of which, and how many rely on it."""

    public_id: str
    name: str
    provider: str
    depth: int
    via: str
    atos: int
    agencies: int


@dataclass(frozen=True, slots=True)
class HitAgency:
    """An agency with how many of its live ATO rows are of the offering itself, and of others that build on it."""

    pk: int
    public_id: str
    name: str
    direct: int
    through: int
    offerings: int


@dataclass(frozen=True, slots=True)
class BlastRadius:
    reach: Reach
    offerings: list[FallingOffering]
    agencies: list[HitAgency]
    disagreements: list[Disagreement]

    @property
    def direct_atos(self) -> int:
        return sum(agency.direct for agency in self.agencies)

    @property
    def atos(self) -> int:
        return self.direct_atos + sum(agency.through for agency in self.agencies)


def blast_radius(user: User, offering: Offering, today: date) -> BlastRadius:
    """What a person may know of what falls with an offering: eight queries, however much that is."""
    reach = carried_by(offering.pk, current_links())
    falling = [offering.pk, *reach.steps]
    live = Ato.objects.visible_to(user).live(today).filter(offering__in=falling).order_by()
    held = list(live.values_list("offering", "agency").annotate(number=Count("pk")))
    return BlastRadius(
        reach, _offerings(user, offering, reach, held), _agencies(user, offering, held), disagreements(user, offering)
    )


Held = list[tuple[int, int, int]]


def _offerings(user: User, first: Offering, reach: Reach, held: Held) -> list[FallingOffering]:
    """The nearest first; of those as near, those that most agencies rely on."""
    atos, agencies = Counter[int](), Counter[int]()
    for offering, _, number in held:
        atos[offering] += number
        agencies[offering] += 1
    rows = Offering.objects.visible_to(user).filter(pk__in=reach.steps)
    named = {key: rest for key, *rest in rows.values_list("pk", "public_id", "name", "provider__name")}
    names = {first.pk: first.name, **{key: name for key, (_, name, _) in named.items()}}
    found = []
    for key, (public_id, name, provider) in named.items():
        step = reach.steps[key]
        via = names[step.via] if step.depth > 1 else ""
        found.append(FallingOffering(public_id, name, provider, step.depth, via, atos[key], agencies[key]))
    return sorted(found, key=lambda each: (each.depth, -each.agencies, each.name.casefold()))


def _agencies(user: User, first: Offering, held: Held) -> list[HitAgency]:
    direct, through = Counter[int](), Counter[int]()
    offerings: dict[int, set[int]] = defaultdict(set)
    for offering, agency, number in held:
        (direct if offering == first.pk else through)[agency] += number
        offerings[agency].add(offering)
    rows = (
        Organization.objects.visible_to(user)
        .filter(pk__in=offerings)
        .order_by("sort_name")
        .values_list("pk", "public_id", "name")
    )
    found = [HitAgency(key, public, name, direct[key], through[key], len(offerings[key])) for key, public, name in rows]
    return sorted(found, key=lambda each: -(each.direct + each.through))
