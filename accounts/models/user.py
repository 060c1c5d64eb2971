"""People who sign in, by e-mail address."""

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import PublicIdField
from accounts.models.membership import Membership
from accounts.roles import KIND_OF, OrganizationKind


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, since no agency distinguishes them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in with this address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


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
    def told_as(self) -> str:
        """The name that a history shows: of an account that was merged, the first account's, with a note."""
        return self.name if self.merged_into is None else f"{self.merged_into.name} (by a second account, since merged)"

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """Memberships that count today, with their organizations; read once per request."""
        current = Membership.objects.current(timezone.localdate())
        return list(current.filter(user=self).select_related("organization").order_by("pk"))

    # Keys of the person's organizations with all below them, where a page that asks for them often has read them.
    keys_within: list[int] | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Every role the person holds now, in any organization."""
        return frozenset(membership.role for membership in self.current_memberships)

    @property
    def sides(self) -> frozenset[str]:
        """The kinds of organization whose roles the person holds now."""
        return frozenset(KIND_OF[role] for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Django's name for "may enter the admin site": the PMO's desk."""
        return OrganizationKind.PMO in self.sides
