"""What lets a person in, taken from whoever is let go: the sessions that are open, and the tokens of their programs."""

from datetime import datetime

from accounts.models import AccessToken, Session, User


def take_keys(person: User, at: datetime) -> None:
    """Ends every session and revokes every token of a person: who comes back signs in, and makes tokens, anew."""
    Session.objects.filter(user=person).delete()
    AccessToken.objects.own(person).filter(revoked_at__isnull=True).update(revoked_at=at)
