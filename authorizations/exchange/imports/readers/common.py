"""What several generations of the feed read alike."""

from authorizations.exchange.imports.cells import FeedCells
from authorizations.exchange.imports.feed_rows import FeedAtoRow
from authorizations.exchange.imports.readers.words import IMPACT_LEVELS
from authorizations.vocabulary import CertificationType, ServiceModel


def certification(cells: FeedCells, field: str) -> tuple[str, str, str]:
    """The type, the impact level, and the level as published; “20x Low” states both, “Low (High In Process)” Low."""
    raw = cells.text(field, 60)
    stated = raw.split("(")[0].strip()
    is_20x = stated.lower().startswith("20x")
    level = IMPACT_LEVELS.get(stated[3:].strip().lower() if is_20x else stated.lower(), "")
    if raw and not level:
        cells.issue(field, "unknown_word", "This level is not known here; it is kept as published.")
    return (CertificationType.TWENTY_X if is_20x else CertificationType.REV5), level, raw


def service_models(cells: FeedCells, field: str) -> str:
    """The models in their own order; the feed has them in any, in one text or several."""
    published = {word.strip() for item in cells.items(field, 60) for word in item.split(",")}
    for word in sorted(published - set(ServiceModel.values) - {""}):
        cells.issue(field, "unknown_word", "This service model is not known here; it was left out.", word)
    return ", ".join(model for model in ServiceModel.values if model in published)


def with_dates_noted(
    cells: FeedCells, row: FeedAtoRow, *, signed: str = "ato_date", expires: str = "exp_date"
) -> FeedAtoRow:
    """The row; dates that cannot both be right are taken and noted."""
    if row.signed.on and row.expires.on and row.expires.on < row.signed.on:
        cells.issue(expires, "odd_dates", "The ATO expires before it was signed; both dates were taken.")
    if row.signed.on and row.signed.on > cells.today:
        cells.issue(signed, "odd_dates", "The ATO is signed in the future; the date was taken.")
    return row
