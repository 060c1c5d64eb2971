"""The contacts that a page shows, each with how long ago somebody said that it is still correct."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import Organization, User
from authorizations.actions.register.contacts import confirmed_by
from authorizations.models import Contact
from authorizations.models.querysets import reads_everything
from authorizations.models.register.contact import last_fresh_day
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts

ON_HOME = 10


@dataclass(frozen=True, slots=True)
class Called:
    contact: Contact
    in_doubt: bool
    may_confirm: bool


def contacts_of(user: User, organization: Organization, today: date) -> list[Called]:
    """The contacts of an organization, as far as this person may see them.

    One query, and one more for a lead, since an agency may lie below one's own.
    """
    contacts = list(Contact.objects.visible_to(user).filter(organization=organization).order_by("name", "pk"))
    leads = bool(contacts) and may(user.roles, Capability.CONFIRM_CONTACT)
    confirms = leads and confirmed_by(user).filter(pk=organization.pk).exists()
    return list(_called(contacts, today, confirms=confirms))


def may_see_contacts(user: User, organization: Organization) -> bool:
    """Whether a person may see the contacts of a provider, which lies below no other; no query."""
    return reads_everything(user) or any(each.pk == organization.pk for each in user.organizations)


def in_doubt(user: User, today: date, asked: CacheStamp) -> list[Called]:
    """The first contacts that this person should confirm, those in doubt for longest first, as of the last act."""

    def find() -> list[Contact]:
        old = Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=last_fresh_day(today) or date.min)
        rows = Contact.objects.visible_to(user).filter(old, organization__in=confirmed_by(user).values("pk"))
        return list(rows.select_related("organization").order_by("confirmed_on", "name", "pk")[:ON_HOME])

    return list(_called(cached_counts(asked, user, "in doubt", find, rows=always), today, confirms=True))


def _called(contacts: Iterable[Contact], today: date, *, confirms: bool) -> Iterator[Called]:
    for contact in contacts:
        yield Called(contact, contact.is_in_doubt(today), confirms and contact.confirmed_on != today)
