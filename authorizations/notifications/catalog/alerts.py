"""Alerts of ATOs that stay as they are while something befalls their offering (machine tables, rule 4)."""

from collections.abc import Iterator

from authorizations.models import Ato, Event
from authorizations.notifications.catalog.message_content import MessageContent, acting, liaisons, official, to_each
from authorizations.vocabulary import Designation

ATO_ALERTED = "ato.alerted"
NOT_PUBLISHED = "not_published"
# By step, and for what the Marketplace says of the offering.
ALERT_GROUNDS = {
    "send_back": "FedRAMP sent the offering's case back to the agency",
    "reject": "FedRAMP rejected the offering's certification",
    "remove": "FedRAMP removed the offering from those in process",
    "withdraw": "a case of the offering was withdrawn",
    NOT_PUBLISHED: "the Marketplace no longer lists the offering",
    **{each.value: f"the offering is no longer certified: it is “{each.label}”" for each in Designation},
}


def _alerted(event: Event) -> Iterator[MessageContent]:
    """The authorizing official and the liaisons of the ATO's agency decide what follows from it."""
    ato = Ato.objects.select_related("agency__parent__parent", "offering").get(pk=event.subject_id)
    words = ALERT_GROUNDS[event.changes["alert"][1]]
    body = (
        f"{words[:1].upper()}{words[1:]}. The ATO stays as it is. "
        "Decide whether your agency goes on using the offering."
    )
    people = acting(event, liaisons(ato) | official(ato, ato.authorizing_official_id))
    yield from to_each(people, f"Alert, your ATO stays as it is: {ato.offering}", body, ato.get_absolute_url())


OF_ALERTS = {ATO_ALERTED: _alerted}
