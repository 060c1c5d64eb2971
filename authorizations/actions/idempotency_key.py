"""One form, one act: of a form that is sent twice the first one's record is returned, whichever came first."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import User
from authorizations.actions.refusals import AlreadyDone
from authorizations.models import Event

R = TypeVar("R")


def sent_before(idempotency_key: str, **about: Any) -> Event | None:
    """The entry of the form with this key, if it was sent before; of a form without a key, none."""
    return Event.objects.filter(idempotency_key=idempotency_key, **about).first() if idempotency_key else None


def refuse_resent(already: type[AlreadyDone], idempotency_key: str, actor: User, rows: QuerySet[Any]) -> None:
    """Leads who sent the actor's form before to what it made; the key of another person's form leads nowhere."""
    sent = _sent(idempotency_key, actor, rows)
    if sent is not None:
        raise already(sent)


def perform_once(idempotency_key: str, actor: User, rows: QuerySet[Any], act: Callable[[str], R]) -> R:
    """What an act makes of a form; of one that was sent before, what it made then.

    Where that is gone (removed since, as where somebody comes back to the page), or the key was another form's, another
    one is made: that is what its sender wants.

    Args:
        rows: those among which the actor may find what was made.
        act: carries the form out under a key; the audit log keeps each key once.
    """
    sent: R | None = _sent(idempotency_key, actor, rows)
    if sent is not None:
        return sent
    try:
        return act(idempotency_key)
    except IntegrityError:
        # Sent twice at once: both found that it had not been sent before.
        sent = _sent(idempotency_key, actor, rows)
        if sent is not None:
            return sent
        if not idempotency_key:
            raise
        return act("")


def _sent(idempotency_key: str, actor: User, rows: QuerySet[Any]) -> Any:
    event = sent_before(idempotency_key, actor=actor, subject_type=rows.model._meta.model_name)
    return rows.filter(pk=event.subject_id).first() if event else None
