"""One message, before it is a row."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Telling:
    """One message to one person; where no account of theirs is known, to their address."""

    recipient: User | None
    subject: str
    body: str
    link: str = ""
    address: str = ""
