"""Organizations of all four kinds, the names they are known by and the ids feeds give them."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.fields import PublicIdField, SortKeyField
from accounts.models.published import Published
from accounts.roles import FeedList, OrganizationKind

if TYPE_CHECKING:
    from accounts.models.user import User

# Department, bureau, office: who sees what below them is computed for these three levels.
DEEPEST = 3


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: "User") -> "OrganizationQuerySet":
        """Organizations are public facts: every signed-in person sees them all."""
        return self if user.is_authenticated else self.none()

    def with_people_for(self, user: "User") -> "OrganizationQuerySet":
        """The organizations whose people a person may see: the own with all below; the PMO and the auditor all."""
        return self.all() if OrganizationKind.PMO in user.sides else self.within(user)

    def within(self, user: "User") -> "OrganizationQuerySet":
        """The organizations a person is a member of, and everything below them; never ancestors or siblings.

        A tree has at most `DEEPEST` levels, so three comparisons reach all of it.
        """
        return self.below([membership.organization_id for membership in user.current_memberships])

    def below(self, tops: list[int]) -> "OrganizationQuerySet":
        return self.filter(Q(pk__in=tops) | Q(parent__in=tops) | Q(parent__parent__in=tops))


class Organization(Published):
    """An agency (with its parent), a provider, an assessor or the PMO.

    No feed gives providers an id, and agency ids were reused for other agencies: an organization has its own key, and
    what feeds call it is in `FeedId` and `Alias` (shapes: Marketplace feed, tables Products, Agencies, Assessors).
    """

    public_id = PublicIdField()
    kind = models.CharField(max_length=10, choices=OrganizationKind.choices)
    name = models.CharField(max_length=300)
    sort_name = models.GeneratedField(
        expression=Lower("name"), output_field=SortKeyField(max_length=300), db_persist=True
    )
    abbreviation = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="bureaus", help_text="Agencies only."
    )
    is_pseudo = models.BooleanField(
        "not a real organization",
        default=False,
        help_text="A row that feeds use as a placeholder, such as “Legacy JAB Authorization”.",
    )
    website = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    join_domain = models.CharField(
        "domain whose people may ask to join",
        max_length=253,
        blank=True,
        help_text="A lead names the domain of the own address.",
    )
    uei = models.CharField("unique entity id", max_length=40, blank=True)
    small_business = models.BooleanField(null=True, blank=True)
    accredited_on = models.DateField(null=True, blank=True, help_text="Assessors only.")
    in_remediation = models.BooleanField(default=False, help_text="Assessors only.")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="organization_only_agencies_have_parents",
                condition=Q(parent__isnull=True) | Q(kind=OrganizationKind.AGENCY),
            ),
            models.CheckConstraint(
                name="organization_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
            models.CheckConstraint(
                name="organization_kind_known", condition=Q(kind__in=[kind.value for kind in OrganizationKind])
            ),
            models.UniqueConstraint(
                name="organization_one_pmo", fields=["kind"], condition=Q(kind=OrganizationKind.PMO)
            ),
            models.UniqueConstraint(
                name="organization_of_a_join_domain", fields=["join_domain"], condition=~Q(join_domain="")
            ),
            models.CheckConstraint(
                name="organization_published_before_not",
                condition=Q(not_published_since__isnull=True)
                | Q(published_since__isnull=True)
                | Q(published_since__lte=F("not_published_since")),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "sort_name"], name="organization_by_name"),
            # For lists of other records that are sorted by an organization's name.
            models.Index(fields=["sort_name", "id"], name="organization_in_order"),
        ]

    @property
    def line_up(self) -> list[int]:
        """Keys of the organization and its ancestors, from the bottom up; one query a level unless they are loaded."""
        line: list[int] = []
        each: Organization | None = self
        while each is not None and each.pk not in line:
            line.append(each.pk)
            each = each.parent
        return line

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent is None or Organization.objects.filter(pk=self.pk, parent=self.parent).exists():
            return
        sentence = misplaced(self, self.parent)
        if sentence:
            raise ValidationError({"parent": sentence})

    def get_absolute_url(self) -> str:
        """The organization's page; the PMO has none."""
        if self.kind == OrganizationKind.PMO:
            return reverse("home")
        return reverse(f"{self.kind}", args=[self.public_id])


def misplaced(organization: Organization, parent: Organization | None) -> str:
    """Why an organization cannot stand under a parent, in a sentence; blank where it can.

    Reads both trees from the database: call `hold_trees` first where the answer is then written.
    """
    if parent is None:
        return ""
    if parent.kind != OrganizationKind.AGENCY:
        return f"{parent} is no agency, and only agencies have parts."
    above = line_of(parent.pk)
    if organization.pk in above:
        return f"{organization} cannot be under {parent}, which is part of it."
    if len(above) + _height(organization) > DEEPEST:
        return f"{organization} and what belongs to it would stand more than {DEEPEST} levels deep."
    return ""


def hold_trees() -> None:
    """Makes everyone else who moves an agency wait until this transaction ends.

    Two moves that are each sound can make a ring together. One row stands for all trees, the PMO's: nobody takes a
    second lock of this sort, so no two can wait for each other.
    """
    Organization.objects.select_for_update(no_key=True).filter(kind=OrganizationKind.PMO).first()


def line_of(key: int | None) -> list[int]:
    """Keys of an organization and its ancestors, from the bottom up; it ends also where the data has a ring."""
    line: list[int] = []
    while key is not None and key not in line:
        line.append(key)
        key = Organization.objects.filter(pk=key).values_list("parent", flat=True).first()
    return line


def _height(organization: Organization) -> int:
    level, seen, height = {organization.pk}, set[int](), 0
    while level:
        seen |= level
        height += 1
        level = set(Organization.objects.filter(parent__in=level).values_list("pk", flat=True)) - seen
    return height


class FeedId(models.Model):
    """The id one feed list gave an organization, under which name, and from when to when (MAPPING of the feeds, 3)."""

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="feed_ids")
    feed = models.CharField(max_length=30, choices=FeedList.choices)
    feed_id = models.CharField(max_length=32)
    name = models.CharField(max_length=300, help_text="The name under which the feed gave the id.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["feed", "feed_id", "valid_from"]
        verbose_name = "id in the feed"
        verbose_name_plural = "ids in the feed"
        constraints = [
            models.UniqueConstraint(
                name="feed_id_names_one_organization", fields=["feed", "feed_id"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="feed_id_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} ({self.name})"


class Alias(models.Model):
    """Another name of an organization: a spelling in a feed, a former name, an abbreviation."""

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "aliases"
        constraints = [models.UniqueConstraint(name="alias_once", fields=["organization", "name"])]

    def __str__(self) -> str:
        return self.name
