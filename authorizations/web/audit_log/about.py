"""What entries are about, as their reader asks for it: an address, an id, or what people call the record."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.fields import is_public_id
from accounts.models import Organization, User
from authorizations.models import Ato, Case, Offering
from authorizations.models.querysets import event_subject_type
from authorizations.presenters.search import named, offering_named
from authorizations.sanitize import search_words


def about(found: Any, user: User, words: str) -> Any:
    """The entries about the record whose address or id the words hold; else about those that they name."""
    keys = [part for part in words.replace("?", "/").split("/") if is_public_id(part.strip())]
    if not keys:
        return found.filter(_named(user, search_words(words)))
    # Behind the id of a record an address may have that of a part of it.
    record = next(_records(keys[-1].strip()), None)
    return found.filter(subject_type=record[0], subject_id=record[1]) if record else found.none()


def _named(user: User, words: str) -> Q:
    """Offerings and agencies of this name, with their cases and ATOs, as far as the reader may know of each."""
    parties = offering_named("offering__", words) | named("agency__", words)
    offering, between, agency = words.partition(" for ")
    if between:
        # As cases are titled.
        parties |= offering_named("offering__", offering) & named("agency__", agency)
    some = Q(pk__in=[])
    for record_type, condition in (
        (Offering, offering_named("", words)),
        (Organization, named("", words)),
        (Case, parties),
        (Ato, parties),
    ):
        rows: Any = record_type._default_manager
        # Their keys, not a query: the database then looks the entries up by its index.
        keys = list(rows.visible_to(user).filter(condition).order_by().values_list("pk", flat=True))
        some |= Q(subject_type=event_subject_type(record_type), subject_id__in=keys)
    return some


def _records(public_id: str) -> Iterator[tuple[str, int]]:
    """The record type and the key of the record with this id; an id is in one record type alone."""
    for app in ("authorizations", "accounts"):
        for record_type in apps.get_app_config(app).get_models():
            if record_type._meta.proxy or not any(
                column.name == "public_id" for column in record_type._meta.concrete_fields
            ):
                continue
            if key := record_type._base_manager.filter(public_id=public_id).values_list("pk", flat=True).first():
                yield event_subject_type(record_type), key
