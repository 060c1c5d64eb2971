"""The parts of addresses that have a form of their own."""

from accounts.fields import ALPHABET, LENGTH


class PublicId:
    """A public id; anything else in its place is an address that does not exist."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        """The id as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The id as it stands."""
        return value
