"""The parts of addresses that have a form of their own."""

from django.urls.converters import StringConverter

from accounts.fields import ALPHABET, LENGTH


class PublicId(StringConverter):
    """A public id; anything else in its place is an address that does not exist."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"
