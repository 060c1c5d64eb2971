"""What is said when the place where files are kept does not answer or takes nothing: a full folder, a bucket down."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from authorizations.actions.refusals import Refused

logger = logging.getLogger(__name__)
SENTENCE = (
    "Files cannot be saved or opened right now. Nothing was changed. Try again in a few minutes; if it goes on, tell "
    "your portal’s operator."
)


class StorageOutage(Refused):
    status = 503
    heading = "Files are out of reach"


@contextmanager
def raising_storage_outage() -> Iterator[None]:
    """Turns what a storage raises into a StorageOutage; that a file is not there stays what it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as problem:
        # Its own words may name an address.
        logger.exception("where files are kept: %s", type(problem).__name__)
        raise StorageOutage(SENTENCE) from problem
