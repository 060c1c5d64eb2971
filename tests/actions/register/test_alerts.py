"""Who is told that an offering lost its certification, by whomever that is said (machine tables, rule 4)."""

from authorizations.actions.register.designations import set_designation
from authorizations.models import Ato, Event, Message, Offering
from authorizations.presenters.audit_log.history import history
from tests.cast import Cast
from tests.exchange.feeds import apply, feed, product
from tests.lifecycle.cases import make_offering
from tests.lifecycle.world import DAY, NOW, make_ato
from tests.web.register.records import make_atos

LOST = "Alert, your ATO stays as it is: "


def certified(cast: Cast) -> Ato:
    """A live ATO of the lighthouses for a certified offering, beside an ended one of the meadows."""
    ato = make_ato(cast, offering=make_offering(cast, "reuse", fedramp_id="FR9000000001"))
    make_atos(ato.offering, cast.organizations["meadows"], 1, listing_role="reuse", stage="revoked")
    Message.objects.all().delete()
    return ato


def alerted(ato: Ato) -> set[str]:
    """Who got the alert, with the words of its ground."""
    assert Ato.objects.get(pk=ato.pk).stage == "active"
    rows = Message.objects.filter(subject__startswith=LOST, subject_type="ato", subject_id=ato.pk)
    return {f"{row.recipient}: {row.body.partition('. ')[0]}" for row in rows}


def set_to(ato: Ato, cast: Cast, designation: str) -> None:
    set_designation(
        actor=cast.pmo_lead,
        now=NOW,
        offering=Offering.objects.get(pk=ato.offering_id),
        designation=designation,
        effective_on=DAY,
        reason="The provider asked.",
        reference="Letter 7",
        as_of=DAY,
    )


def everyone(ground: str) -> set[str]:
    return {f"{name}: {ground}" for name in ("Lena Liaison", "Bo Bureau", "Olu Official")}


def test_a_designation_that_ends_the_certification_alerts_official_and_liaisons(cast: Cast) -> None:
    ato = certified(cast)
    # It stays certified while it remedies what was found.
    set_to(ato, cast, "in_remediation")
    assert alerted(ato) == set()
    set_to(ato, cast, "delisted")
    assert alerted(ato) == everyone("The offering is no longer certified: it is “Delisted”")
    (entry,) = [each for each in history(ato, cast.liaison) if each.what == "Alert about its offering"]
    assert entry.facts == [("Because", "the offering is no longer certified: it is “Delisted”")]
    set_to(ato, cast, "ready")
    assert Event.objects.filter(verb="ato.alerted").count() == 1


def test_an_import_that_says_another_status_or_drops_the_offering_alerts_them_too(cast: Cast) -> None:
    ato = certified(cast)
    apply(feed("2026-01-01", Products=[product(1), product(2)]), reason="its ATOs are not listed")
    assert alerted(ato) == set()
    apply(feed("2026-02-01", Products=[product(2)]), reason="one left")
    assert alerted(ato) == everyone("The Marketplace no longer lists the offering")
    apply(feed("2026-03-01", Products=[product(1), product(2)]))
    Message.objects.all().delete()
    apply(feed("2026-04-01", Products=[product(1, status="FedRAMP Ready"), product(2)]))
    assert alerted(ato) == everyone("The offering is no longer certified: it is “Legacy FedRAMP Ready”")
    assert Offering.objects.get(pk=ato.offering_id).not_published_since is None
