"""What exports call people: a word that stays the same for a person, and that leads to nobody without the portal's key.

A third party can follow one person through them, also where accounts were merged. With another secret key they differ.
"""

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from accounts.models import User

LENGTH = 20


def pseudonym(account: int) -> str:
    """The word for the person with this account: 80 bits of a keyed hash, which no list of accounts can be tried on."""
    digest = salted_hmac("people of the audit log", str(account), algorithm="sha256").hexdigest()
    return f"person-{digest[:LENGTH]}"


def pseudonyms(accounts: Iterable[int]) -> dict[int, str]:
    """The word for each account; accounts that were merged have that of their person."""
    into = dict(User.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    return {account: pseudonym(_person(account, into)) for account in accounts}


def _person(account: int, into: dict[int, int | None]) -> int:
    while first := into.get(account):
        account = first
    return account
