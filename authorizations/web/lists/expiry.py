"""The filter by recorded expiry, of the ATO register and of the desk."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from authorizations.display import local_day
from authorizations.vocabulary import LIVE_ATO_STAGES
from authorizations.web.lists.filter_counts import Facet

GOES_ON = Q(stage__in=LIVE_ATO_STAGES)
WINDOWS = (30, 90, 180)
# A row that expires in 20 days stands under each of the windows; one that was signed that day, under the last too.
EXPIRY = {
    "passed": "Passed",
    **{f"in{days}": f"Within {days} days" for days in WINDOWS},
    "later": f"After {WINDOWS[-1]} days",
    "none": "None recorded",
    "over": "The ATO has ended",
    "same": "On the day it was signed",
}


def today_here() -> date:
    return local_day(timezone.now())


def expiry_state(today: date) -> Concat:
    """What stands ahead of each row, as the filter compares it."""
    last = {days: today + timedelta(days=days) for days in WINDOWS}
    within = [
        When(expires_on__lte=last[days], then=Value(" ".join(f"in{each}" for each in WINDOWS if each >= days)))
        for days in WINDOWS
    ]
    ahead = Case(
        When(~GOES_ON, then=Value("over")),
        When(expires_on__isnull=True, then=Value("none")),
        When(expires_on__lt=today, then=Value("passed")),
        *within,
        default=Value("later"),
        output_field=CharField(),
    )
    same = Case(When(expires_on=F("signed_on"), then=Value(" same")), default=Value(""), output_field=CharField())
    return Concat(ahead, same, output_field=CharField())


def _made() -> dict[str, Any]:
    return {"expiry": expiry_state(today_here())}


BY_EXPIRY = Facet("expiry", "Expiry", "expiry", EXPIRY, separator=" ", made_of=_made)
