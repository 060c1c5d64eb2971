"""What the register holds when a plan is made: read once, in a dozen queries, whatever the size of the feed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Alias, FeedId, Membership, Organization
from accounts.roles import RecordSource
from authorizations.exchange.imports.precedence import Knowledge
from authorizations.models import Ato, DesignationEvent, ImportRun, Leverage, Offering, PackageOverview, ReviewItem
from authorizations.vocabulary import RunStatus

ReviewKey = tuple[str, str, str, str]


@dataclass(slots=True)
class RegisterSnapshot:
    """Everything an import is compared with; ``kept`` are the organizations an import must not rename or move."""

    organizations: list[Organization]
    aliases: dict[int, list[str]]
    feed_ids: list[FeedId]
    kept: set[int]
    offerings: dict[str, Offering]
    atos: list[Ato]
    steps: dict[tuple[int, str], DesignationEvent]
    leverages: dict[tuple[int, int], Leverage]
    overviews: dict[int, PackageOverview]
    knowledge: Knowledge
    reviewed: set[ReviewKey] = field(default_factory=set)


def read_register(today: date) -> RegisterSnapshot:
    organizations = list(Organization.objects.order_by("pk"))
    aliases: dict[int, list[str]] = defaultdict(list)
    for organization_id, name in Alias.objects.order_by("pk").values_list("organization_id", "name"):
        aliases[organization_id].append(name)
    return RegisterSnapshot(
        organizations=organizations,
        aliases=aliases,
        feed_ids=list(FeedId.objects.filter(valid_to__isnull=True).order_by("pk")),
        kept=_kept(organizations, today),
        offerings={str(offering.fedramp_id): offering for offering in Offering.objects.exclude(fedramp_id=None)},
        atos=list(Ato.objects.order_by("pk")),
        steps={
            (event.offering_id, event.source_field): event
            for event in DesignationEvent.objects.filter(source=RecordSource.FEED).order_by("pk")
        },
        leverages={(link.offering_id, link.underlying_id): link for link in Leverage.objects.order_by("pk")},
        overviews={each.offering_id: each for each in PackageOverview.objects.select_related("offering")},
        knowledge=Knowledge(
            ImportRun.objects.filter(status=RunStatus.APPLIED).values_list("feed_version", "feed_as_of", "counts")
        ),
        reviewed=set(ReviewItem.objects.values_list("table", "record_id", "clash", "theirs")),
    )


def _kept(organizations: list[Organization], today: date) -> set[int]:
    """Organizations entered here, with members, or with ATOs made here: people work under their names."""
    kept = {organization.pk for organization in organizations if organization.source == RecordSource.PORTAL}
    kept.update(Membership.objects.not_over(today).values_list("organization_id", flat=True))
    made_here = Ato.objects.filter(source=RecordSource.PORTAL)
    for agency, provider in made_here.values_list("agency_id", "offering__provider_id"):
        kept.update((agency, provider))
    return kept
