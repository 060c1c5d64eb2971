"""What lets a person in, taken from anyone who is let go: open sessions, and the tokens and links of their programs."""

from datetime import datetime

from accounts.models import AccessToken, Session, User
from authorizations.models import CalendarFeed


def revoke_credentials(person: User, at: datetime) -> None:
    """Ends every session and revokes every token and calendar link of a person, who makes them anew on coming back."""
    Session.objects.filter(user=person).delete()
    AccessToken.objects.own(person).filter(revoked_at__isnull=True).update(revoked_at=at)
    CalendarFeed.objects.own(person).not_revoked().update(revoked_at=at, published={})
