"""Days and times: in addresses and bodies what is none cannot be read; in answers they have one form."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from pydantic import BeforeValidator

from authorizations.display import utc_text

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(sent: Any) -> Any:
    # The library takes a number for seconds since 1970, and so 0 for a day.
    if isinstance(sent, date) or (isinstance(sent, str) and ISO_DAY.fullmatch(sent)):
        return sent
    raise ValueError("give a date as YYYY-MM-DD.")


def _moment(sent: Any) -> Any:
    found = None
    try:
        if isinstance(sent, str) and ISO_DAY.match(sent):
            found = parse_datetime(sent if len(sent) > 10 else f"{sent}T00:00")
    except ValueError:
        found = None
    if found is None:
        raise ValueError("give a time such as 2026-11-24T09:00:00-05:00, or a date.")
    try:
        # In UTC, because databases compare there: a zone can push the first and the last day over the edge.
        return (found if timezone.is_aware(found) else timezone.make_aware(found)).astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("give a time of this century.") from problem


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class TimesInUtc(NinjaJSONEncoder):
    """JSON with all times alike, so that programs can compare them as texts and read them as one column."""

    def default(self, o: Any) -> Any:
        return utc_text(o) if isinstance(o, datetime) else super().default(o)


class Renderer(JSONRenderer):
    encoder_class = TimesInUtc
