"""Where sources disagree on what builds on what: the links of feeds, and what providers say in their overviews."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.display import local_day
from authorizations.models import Leverage, Offering, PackageOverview

BY_OVERVIEW, BY_FEED = "The package overview alone", "The Marketplace feed alone"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A link that one published source names and another, which speaks of the same offering, does not.

    Each end is its name and public id; the latter is blank where an id is not known here. ``read_on``: when FedRAMP
    read the overview.
    """

    offering: tuple[str, str]
    underlying: tuple[str, str]
    named_by: str
    read_on: date | None


def disagreements(user: User, first: Offering) -> list[Disagreement]:
    """The links from or to an offering on which its sources differ: three queries.

    Of an offering without a published overview nothing is said: nobody disagrees.
    """
    published = PackageOverview.objects.filter(not_published_since__isnull=True)
    overviews = {key: rest for key, *rest in published.values_list("offering", "builds_on", "fetched_at")}
    either = Q(offering=first.pk) | Q(underlying=first.pk)
    near = Leverage.objects.filter(either, not_published_since__isnull=True)
    links = {(above, below): source for above, below, source in near.values_list("offering", "underlying", "source")}
    own = overviews[first.pk][0] if first.pk in overviews else []
    naming = {key for key, (ids, _) in overviews.items() if first.fedramp_id in ids}
    keys = {first.pk, *naming, *(key for link in links for key in link)}
    rows = Offering.objects.visible_to(user).filter(Q(pk__in=keys) | Q(fedramp_id__in=own)).order_by()
    known = {key: rest for key, *rest in rows.values_list("pk", "fedramp_id", "name", "public_id")}
    by_id = {fedramp_id: key for key, (fedramp_id, *_) in known.items()}
    said = {(first.pk, by_id[each]) for each in own if each in by_id} | {(key, first.pk) for key in naming}
    found = [(above, known[below][1:], BY_OVERVIEW) for above, below in said - links.keys()]
    found += [(first.pk, [f"{each} (not known here)", ""], BY_OVERVIEW) for each in own if each not in by_id]
    found += [
        (above, known[below][1:], BY_FEED)
        for (above, below), source in links.items()
        # What was entered here nobody published.
        if source != RecordSource.PORTAL and above in overviews and (above, below) not in said
    ]
    days = {key: local_day(at) if at else None for key, (_, at) in overviews.items()}
    result = [
        Disagreement((known[above][1], known[above][2]), (below[0], below[1]), named_by, days[above])
        for above, below, named_by in found
    ]
    return sorted(result, key=lambda each: (each.named_by, each.offering, each.underlying))
