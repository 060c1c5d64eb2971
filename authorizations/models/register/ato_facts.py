"""What is on record of an ATO: its columns, and what the database refuses of them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, Published, User
from accounts.roles import RecordSource
from authorizations.models.imports import ImportRun
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.offering import Offering
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoType, EndGround, ListingRole

# What the authorizing official put a name to, in the order of the message that tells of a correction.
SIGNED = ("ato_type", "authorizing_official", "signed_on", "signer")
# What a feed says of a row that is compared with what others keep.
PUBLISHED_FACTS = ("signed_on", "expires_on", "signer", "listing_role")


class AtoFacts(ConcurrentTransitionMixin, Published):
    """One ATO row: one agency, one offering, and (when made here) the agency's system.

    ``as_published`` is what feeds say of a row whose values they no longer set, by the names of its columns; days as
    ISO text. Blank where the columns themselves are a feed's.

    One letter may cover several rows. Feeds give no system and often no expiry: no expiry recorded is the normal case
    and never means a term of three years. ``logged_on`` is when FedRAMP logged the letter; for an initial row of the
    feed it is the date of the FedRAMP designation (tables AtoMapping and ReuseMapping, field auth_date).
    """

    # Each step of an ATO's official can be recorded, or taken by the liaison: nothing waits for the next one.
    ao_is_vacant = False

    public_id = PublicIdField()
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="atos", limit_choices_to={"kind": "agency"}
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="atos")
    system = optional_key(AgencySystem, related_name="atos")
    listing_role = models.CharField(max_length=10, choices=ListingRole.choices)
    ato_type = models.CharField("type", max_length=20, choices=AtoType.choices, default=AtoType.ATO)
    # Protected: only its transitions can set it on a record, and the queryset refuses it too.
    stage = FSMField(max_length=20, choices=AtoStage.choices, default=AtoStage.ACTIVE, protected=True)
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts the changes; a form of an older one is refused."
    )
    authorizing_official = optional_key(
        User, related_name="atos_to_decide", help_text="Who decides about this ATO; nobody else may sign for it here."
    )
    owner = optional_key(User, related_name="atos_looked_after", help_text="Who of the agency looks after it.")
    signed_on = models.DateField(null=True, blank=True)
    logged_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    exit_criteria = models.TextField(blank=True, help_text="While suspended: what must be true to reinstate it.")
    recorded_on = models.DateField(
        null=True, blank=True, help_text="When the program recorded it here; from then on everyone may know of it."
    )
    registered_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="When one that was signed elsewhere was registered, claimed or brought in with a list.",
    )
    use_confirmed_on = models.DateField(
        null=True, blank=True, help_text="The last day on which the agency said that it still uses the offering so."
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_ground = models.CharField(max_length=20, choices=EndGround.choices, blank=True)
    feed_uuid = models.CharField(max_length=40, blank=True, editable=False, help_text="What the feed calls this row.")
    ended_as_published = models.CharField(
        max_length=300, blank=True, editable=False, help_text="Why and when the feed says that it is not active."
    )
    as_published = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What the feed says of it, where others keep its values."
    )
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    document_summary = models.JSONField(default=dict, blank=True, editable=False, help_text="Summary of its documents.")
    import_run = optional_key(ImportRun, related_name="+", help_text="Last run to change it.")

    def said_by_feed(self) -> dict[str, Any]:
        """What `as_published` holds, from columns that are still a feed's own."""
        facts = {name: getattr(self, name) for name in PUBLISHED_FACTS}
        return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in facts.items()}

    class Meta:
        abstract = True
        verbose_name = "ATO"
        ordering = ["-signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="ato_one_live_initial_per_offering",
                fields=["offering"],
                condition=Q(listing_role=ListingRole.INITIAL, stage__in=[stage.value for stage in LIVE_ATO_STAGES]),
            ),
            models.CheckConstraint(name="ato_stage_known", condition=Q(stage__in=[s.value for s in AtoStage])),
            models.CheckConstraint(name="ato_type_known", condition=Q(ato_type__in=[t.value for t in AtoType])),
            models.CheckConstraint(
                name="ato_made_here_has_a_system", condition=~Q(source=RecordSource.PORTAL) | Q(system__isnull=False)
            ),
            models.CheckConstraint(
                name="ato_superseded_only_when_ended",
                condition=Q(superseded_by__isnull=True) | Q(stage=AtoStage.SUPERSEDED),
            ),
        ]
        indexes = [
            models.Index(fields=["-signed_on", "id"], name="ato_newest_first"),
            models.Index(fields=["offering", "listing_role"], name="ato_of_offering"),
        ]
