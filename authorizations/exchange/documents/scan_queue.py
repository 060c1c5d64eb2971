"""What the scanner still has to look at: every file that waits, oldest first, and what becomes of it."""

import logging
from datetime import datetime

from authorizations.actions.documents.documents import enter_scan
from authorizations.actions.refusals import NoLongerPossible
from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.virus_scanner import NoScanner, is_harmless
from authorizations.models import DocumentVersion
from authorizations.vocabulary import Scan

logger = logging.getLogger(__name__)


def waiting() -> list[tuple[str, str]]:
    rows = DocumentVersion.objects.filter(scan=Scan.WAITING).order_by("pk")
    return list(rows.values_list("public_id", "sha256"))


def scan_waiting(now: datetime) -> int:
    """Has every file scanned that waits; how many got a verdict.

    Where the scanner does not answer, everything waits on: the next call asks again.
    """
    verdicts = 0
    for public_id, sha256 in waiting():
        try:
            harmless = _is_harmless(sha256)
        except NoScanner as problem:
            logger.warning("documents wait for the scanner: %s", problem)
            return verdicts
        except FileNotFoundError:
            # The nightly check names it; nobody gets what is not there.
            logger.error("document %s has no file to scan", public_id)  # noqa: TRY400  # the trace says no more
            continue
        verdicts += _enter(public_id, harmless=harmless, now=now)
        if not harmless:
            _refuse_all(sha256, now)
    return verdicts


def _is_harmless(sha256: str) -> bool:
    try:
        with file_store.open_stored(sha256) as file:
            return is_harmless(file)
    except FileNotFoundError:
        # The same content was refused before, and deleted, while this version was added.
        if DocumentVersion.objects.filter(sha256=sha256, scan=Scan.INFECTED).exists():
            return False
        raise


def _refuse_all(sha256: str, now: datetime) -> None:
    """Refuses the same content wherever it was added, also where an older scanner let it pass, and deletes it."""
    others = DocumentVersion.objects.filter(sha256=sha256).exclude(scan=Scan.INFECTED)
    for public_id in others.values_list("public_id", flat=True):
        _enter(public_id, harmless=False, now=now)
    file_store.forget(sha256)
    logger.warning("a document was refused by the scanner: %s", sha256)


def _enter(public_id: str, *, harmless: bool, now: datetime) -> bool:
    try:
        enter_scan(public_id, harmless=harmless, now=now)
    except NoLongerPossible:
        return False  # another worker was quicker
    return True
