"""Field types of all record types: ids that may be in an address, and keys that sort alike on every database."""

import secrets
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    Text = models.CharField[str, str]
else:  # Django's fields take type parameters only in the eyes of the type checker
    Text = models.CharField

M = TypeVar("M", bound=models.Model)

# No vowels and no look-alikes: an id never spells a word and can be read over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 14
# The letter of each random byte. The last few bytes are left out, so that every letter is as likely as any other.
LETTERS = (ALPHABET * (256 // len(ALPHABET) + 1))[:256].encode()
LEFT_OUT = bytes(range(256 // len(ALPHABET) * len(ALPHABET), 256))


def new_public_id() -> str:
    """A random id of 14 characters (67 bits): it can be neither guessed nor counted."""
    letters = b""
    while len(letters) < LENGTH:
        letters += secrets.token_bytes(LENGTH + 6).translate(LETTERS, LEFT_OUT)
    return letters[:LENGTH].decode()


def is_public_id(text: str) -> bool:
    return len(text) == LENGTH and all(letter in ALPHABET for letter in text)


def optional_key(to: type[M], **options: Any) -> "models.ForeignKey[M | None, M | None]":
    """A column that may name another record, which then cannot be deleted."""
    return models.ForeignKey(to, null=True, blank=True, on_delete=models.PROTECT, **options)


class PublicIdField(Text):
    """The id of a record in addresses and exports; random, unique, never changed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(max_length=LENGTH, unique=True, editable=False, default=new_public_id)
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Leaves out what the field sets itself, so that migrations name no function of ours."""
        name, path, args, kwargs = super().deconstruct()
        for set_here in ("max_length", "unique", "editable", "default"):
            kwargs.pop(set_here, None)
        return name, path, args, kwargs


class SortKeyField(Text):
    """Text compared byte by byte on every database: PostgreSQL would otherwise sort by the server's locale."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Adds PostgreSQL's byte-wise collation; SQLite's default already is one."""
        parameters = super().db_parameters(connection)
        parameters["collation"] = "C" if connection.vendor == "postgresql" else None
        return parameters
