"""ATOs for the tests of the machine, and what each step is told when it is taken."""

from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.actions.register.atos import register_ato
from authorizations.actions.steps import perform
from authorizations.models import AgencySystem, Ato, Offering
from tests.cached_rows import cached_rows
from tests.cast import Cast
from tests.lifecycle.documents import furnish
from tests.web.register.records import make_offerings

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
DAY = date(2026, 11, 20)
LEVELS = dict.fromkeys(("confidentiality", "integrity", "availability"), "low")
PROVIDER = {"provider_notified_on": DAY, "provider_channel": "letter", "provider_reference": "Letter 7"}
FEDRAMP = {"fedramp_notified_on": DAY, "fedramp_channel": "form", "fedramp_reference": "Form 8"}
DECISION = {"decision_signed_on": DAY, "decision_letter": "Memo 9"}

# What a person enters, by step.
FACTS: dict[str, dict[str, Any]] = {
    "record_notice": {"recipient": "fedramp", "notified_on": DAY, "channel": "form", "reference": "Form 1"},
    "extend": {"expires_on": date(2028, 1, 1), "decision_signed_on": DAY},
    "suspend": {**PROVIDER, "exit_criteria": "Patch the gateway."},
    "reinstate": {"resolved_on": DAY, **FEDRAMP},
    "revoke": PROVIDER,
    "rescind": {"rescinded_on": DAY, **PROVIDER, **FEDRAMP},
    "expire": {},
    "alternate_agency": {},
    "end_service": {"service_ended_on": DAY, "ground": "csp_sunset"},
    "reverse_ending": {"in_error": True},
}
# The stage from which each step is taken in the tests, as the steps that lead there.
WAY = {"reinstate": ("suspend",), "reverse_ending": ("revoke",)}


def make_system(cast: Cast, agency: str = "lighthouses", name: str = "Lamp Records") -> AgencySystem:
    return AgencySystem.objects.create(agency=cast.organizations[agency], name=name, **LEVELS)


@cached_rows
def make_ato(cast: Cast, offering: Offering | None = None, **facts: Any) -> Ato:
    """An active ATO of the lighthouses, registered by their liaison; the official of the department signed it."""
    agency = cast.organizations["lighthouses"]
    given = {
        "agency": agency,
        "offering": offering or make_offerings(cast.organizations["nimbus"], 1)[0],
        "system": AgencySystem.objects.filter(agency=agency).first() or make_system(cast),
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": date(2026, 1, 5),
        "authorizing_official": cast.official,
        "letter": "Letter 3",
        **facts,
    }
    now = datetime(2026, 1, 6, 15, tzinfo=UTC)
    return furnish(register_ato(actor=cast.bureau_liaison, now=now, reason="Signed on paper.", **given))


def make_feed_row(cast: Cast, **facts: Any) -> Ato:
    """A row of the lighthouses as a feed publishes it."""
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    row = {"agency": cast.organizations["lighthouses"], "offering": offering, "listing_role": "reuse", **facts}
    return furnish(Ato.objects.create(source=RecordSource.FEED, published_since=date(2025, 7, 1), **row))


def take(ato: Ato, name: str, actor: User, **changed: Any) -> Ato:
    """One step with everything it asks for, on the record as it is now."""
    facts = {**FACTS.get(name, {}), **changed}
    given = {"now": NOW, "reason": "Because.", "revision": Ato.objects.get(pk=ato.pk).revision, **facts}
    return perform(Ato, ato.public_id, name, actor=User.objects.get(pk=actor.pk), **given)


@cached_rows
def ready_for(name: str, cast: Cast) -> Ato:
    """An ATO from which a step can be taken."""
    if name == "claim_to_register":
        make_system(cast)
        return make_feed_row(cast)
    ato = make_ato(cast, expires_on=date(2026, 6, 30) if name == "expire" else None)
    for step in WAY.get(name, ()):
        ato = take(ato, step, cast.official)
    return ato


def facts_of(name: str, cast: Cast) -> dict[str, Any]:
    """What a step is told, records included."""
    if name != "claim_to_register":
        return FACTS[name]
    return {
        "system": AgencySystem.objects.get(),
        "authorizing_official": cast.official,
        "signed_on": date(2025, 5, 5),
        "letter": "Letter 4",
    }


def as_entered(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as a browser sends them."""
    return {name: _typed(value) for name, value in facts.items()}


def _typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else getattr(value, "public_id", value)
