"""People who sign in, by e-mail address."""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import PublicIdField
from accounts.models.delegation import Delegation
from accounts.models.membership import Membership
from accounts.models.organization import Organization
from accounts.prepared_query import PreparedQuery
from accounts.roles import KIND_OF, LEADS, OrganizationKind


def display_name(name: str, first: str | None) -> str:
    """The name that a history shows of who acted; ``first``: that of the account into which theirs was merged."""
    return name if first is None else f"{name} (account since merged into that of {first})"


def acting_words(actor: str, acted_for: str) -> str:
    """Who acted, and for whom; nobody is the portal itself."""
    return f"{actor} for {acted_for}" if acted_for else actor or "The portal"


def in_role(who: str, acted_as: str | None) -> str:
    """Who acted, with the role of that day where it is known."""
    return f"{who}, {acted_as}" if acted_as else who


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def acting_in(self, memberships: models.QuerySet[Membership], today: date) -> list["User"]:
        """Everyone who may sign in and holds one of these memberships, or acts for anyone who does; each once.

        One query, and one more while anybody acts for anybody.
        """
        holds, delegated = models.Q(pk__in=memberships.order_by().values("user")), models.Q(deputy_until__gte=today)
        found = list(self.filter(holds | delegated, is_active=True).order_by("pk"))
        deputies = [each.pk for each in found if each.may_be_deputy(today)]
        if not deputies:
            return found
        keys = memberships.order_by().values("pk")
        running = Delegation.objects.running(today).filter(membership__in=keys).order_by().values("deputy")
        acting = set(self.filter(holds | models.Q(pk__in=running), pk__in=deputies).values_list("pk", flat=True))
        return [each for each in found if each.pk in acting or each.pk not in deputies]


OWN_MEMBERSHIPS = PreparedQuery(
    lambda key, today: Membership.objects.current(today).filter(user=key).select_related("organization").order_by("pk")
)


class User(AbstractBaseUser):
    """A person. What they may do follows from their memberships alone; there are no superusers."""

    public_id = PublicIdField()
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField("may sign in", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The first account of the same person. What was done with this one stays under it.",
    )
    # Asking with every request for delegations of everyone would cost a page some milliseconds.
    deputy_until = models.DateField(
        null=True, blank=True, editable=False, help_text="The last day of all delegations to the person."
    )
    first_steps_put_away_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the person put the first steps away."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(name="user_email_in_lower_case", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(
                name="user_merged_signs_in_no_more",
                condition=models.Q(merged_into__isnull=True) | models.Q(is_active=False),
            ),
            models.CheckConstraint(
                name="user_not_merged_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return display_name(self.name, self.merged_into.name if self.merged_into else None)

    @property
    def is_unclaimed(self) -> bool:
        """Whether nobody could ever sign in: others made the account, and it has no password."""
        return self.is_active and self.last_login is None and not self.has_usable_password()

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """Memberships that count today, with their organizations; read once per request.

        First the person's own, then those of colleagues in whose role the person acts now (`delegated`).
        """
        today = timezone.localdate()
        if not self.may_be_deputy(today):
            return OWN_MEMBERSHIPS.rows(self.pk, today)
        own = Membership.objects.current(today).filter(user=self).order_by().values("pk")
        delegated = Delegation.objects.running(today).filter(deputy=self).order_by().values("membership")
        # One query for both, in which each half has its index.
        current = Membership.objects.filter(pk__in=own.union(delegated, all=True))
        return sorted(current.select_related("organization").order_by("pk"), key=self._is_delegated)

    def may_be_deputy(self, today: date) -> bool:
        """Whether anybody may have delegated the person a role for this day: only then is it asked which."""
        return self.deputy_until is not None and self.deputy_until >= today

    def _is_delegated(self, membership: Membership) -> bool:
        return membership.user_id != self.pk

    @property
    def own_memberships(self) -> list[Membership]:
        return [each for each in self.current_memberships if not self._is_delegated(each)]

    @property
    def delegated(self) -> list[Membership]:
        """Those of the current memberships that are a colleague's, in whose role the person acts by delegation."""
        return [each for each in self.current_memberships if self._is_delegated(each)]

    @property
    def stands_for(self) -> list[int]:
        """Keys of the person and of everyone for whom the person acts now."""
        return [self.pk, *{each.user_id for each in self.delegated}]

    @property
    def organizations(self) -> list[Organization]:
        return list({each.organization_id: each.organization for each in self.current_memberships}.values())

    @property
    def led(self) -> list[int]:
        """Keys of the organizations that the person leads in the own right: who leads for another leads no people."""
        return [each.organization_id for each in self.own_memberships if each.role in LEADS.values()]

    def holding(self, memberships: Iterable[Membership]) -> "User":
        """The same person, as if these were all of their memberships."""
        other = copy(self)
        other.keys_within = None
        vars(other)["current_memberships"] = list(memberships)
        return other

    def for_whom(self, permits: Callable[["User"], bool]) -> "User | None":
        """In whose role the person does what ``permits`` allows; None in the own right.

        One query, and what ``permits`` asks, for anyone who acts for somebody now; none for everybody else.
        """
        delegated = self.delegated
        if not delegated or permits(self.holding(self.own_memberships)):
            return None
        return next((each.user for each in delegated if permits(self.holding([each]))), None)

    @cached_property
    def former_keys(self) -> frozenset[int]:
        return frozenset(self.merged.values_list("pk", flat=True))

    # Keys of the person's organizations with all below them, where a page that asks for them often has read them.
    keys_within: list[int] | None = None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.current_memberships)

    @property
    def own_roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.own_memberships)

    @property
    def sides(self) -> frozenset[str]:
        return frozenset(KIND_OF[role] for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Django's name for "may enter the admin site": the admin."""
        return OrganizationKind.PMO in self.sides
