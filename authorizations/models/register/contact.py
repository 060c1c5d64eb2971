"""People to call: contacts of an organization, whether or not they sign in here."""

from datetime import date, timedelta

from django.db import models

from accounts.fields import PublicIdField
from accounts.models import Organization, User
from authorizations.models.querysets import ContactQuerySet
from authorizations.rules import newest
from authorizations.vocabulary import ContactFunction


def last_fresh_day(today: date) -> date | None:
    """Who was confirmed before this day is asked for again; None where no release says after how long."""
    days = newest().lengths["contact_days"]
    return today - timedelta(days=days) if days else None


class Contact(models.Model):
    """A person of an organization and what to ask them for; ``user`` when they have an account.

    ``confirmed_on`` is the day on which a lead of the organization last said that all this is still correct.
    """

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField("e-mail address")
    function = models.CharField(max_length=30, choices=ContactFunction.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")

    confirmed_on = models.DateField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "name"]
        constraints = [
            models.UniqueConstraint(name="contact_once", fields=["organization", "email", "function"]),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_doubt(self, today: date) -> bool:
        """Whether it should be confirmed anew: nobody ever did, or too long ago (our design: 90 days)."""
        fresh = last_fresh_day(today)
        return self.confirmed_on is None or (fresh is not None and self.confirmed_on < fresh)
