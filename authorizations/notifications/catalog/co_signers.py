"""Who is told that an agency is asked to sign a joint authorization, and that it has signed."""

from collections.abc import Iterator

from authorizations.models import CoSigner, Event
from authorizations.notifications.catalog.message_content import MessageContent, acting, liaisons, official, to_each


def _co_signer_of(event: Event) -> CoSigner:
    beside = ("agency__parent__parent", "case__agency__parent__parent", "case__offering")
    found: CoSigner = CoSigner.objects.select_related(*beside).get(pk=event.subject_id)
    return found


def _named(event: Event) -> Iterator[MessageContent]:
    co_signer = _co_signer_of(event)
    case = co_signer.case
    body = (
        f"{case.agency.name} leads the authorization of {case.offering.name} and named {co_signer.agency.name} to sign "
        "beside it. Record what your authorizing official signed."
    )
    subject = f"Joint authorization of {case.offering.name}"
    yield from to_each(acting(event, liaisons(co_signer)), subject, body, co_signer.get_absolute_url())


def _removed(event: Event) -> Iterator[MessageContent]:
    co_signer = _co_signer_of(event)
    body = f"{co_signer.case.agency.name} no longer names {co_signer.agency.name} to sign beside it."
    subject = f"Joint authorization of {co_signer.case.offering.name}"
    yield from to_each(acting(event, liaisons(co_signer)), subject, body, co_signer.get_absolute_url())


def _signed(event: Event) -> Iterator[MessageContent]:
    co_signer = _co_signer_of(event)
    case = co_signer.case
    recipients = liaisons(case) | official(case, case.authorizing_official_id)
    subject = f"{co_signer.agency.name} signed: {case}"
    body = f"{event.who} recorded the signature of {co_signer.agency.name}."
    yield from to_each(acting(event, recipients), subject, body, case.get_absolute_url())


OF_CO_SIGNERS = {"cosigner.named": _named, "cosigner.removed": _removed, "cosigner.signed": _signed}
