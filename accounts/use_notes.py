"""Notes of when something was used last: no act of a person, and no reason to refuse one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InternalError, OperationalError, transaction

logger = logging.getLogger(__name__)


@contextmanager
def reading_goes_on(what: str) -> Iterator[None]:
    """Around a note of who read something: where nothing can be written, that is no reason to refuse the reading."""
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InternalError):
        logger.warning("%s was not noted: nothing can be written", what)
