"""What ATO rows count as, in lists: the annotation, the filter, and how figures of live rows lead to them."""

from typing import Any

from accounts.models import User
from authorizations.models import Ato
from authorizations.models.register.standing import standing
from authorizations.presenters.standing import APART, standing_words
from authorizations.tables.columns import TagCell
from authorizations.vocabulary import AtoStage, AtoStanding
from authorizations.web.lists.expiry import today_here
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import TONES

# What a link says that leads to the live rows of a list, and to those that are counted apart.
LIVE_ROWS = {"standing": AtoStanding.LIVE.value}
ROWS_APART = {"standing": [each.value for each in APART]}


def live_rows(user: User) -> Any:
    """The live ATO rows that a person may know of."""
    return Ato.objects.visible_to(user).live(today_here())


def with_standing() -> dict[str, Any]:
    return {"standing": standing(today_here())}


BY_STANDING = Facet("standing", "Counts as", "standing", dict(AtoStanding.choices), made_of=with_standing)
TONES_APART = {
    AtoStanding.PASSED: "warn",
    AtoStanding.LEFT: "past",
    AtoStanding.UNNAMED: "past",
    AtoStanding.JAB: "past",
}


def standing_tag(stage: str, standing: str) -> TagCell:
    """Where an ATO stands, with its colour: never as active where it does not count as live."""
    tone = TONES_APART.get(AtoStanding(standing), TONES[AtoStage(stage)])
    return TagCell(standing_words(stage, standing), tone)
