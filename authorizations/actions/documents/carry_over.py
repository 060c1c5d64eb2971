"""What a provider takes over from the case that its case continues, after the former partner was lost (rule 6).

The new agency sees nothing of the first agency's file. So the provider's own documents come over as references, and
each says nothing but where its content is: neither who added it, when, to which case, nor what was stated of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from authorizations.actions.documents.requirements import VersionInput, adders, known_documents, may_be_added
from authorizations.actions.documents.versions import (
    ENDED,
    adding,
    enter_version,
    hold,
    refuse_added,
    store_version,
    version_added,
)
from authorizations.actions.door import Action
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import refuse_stale
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.models import Case, DocumentVersion
from authorizations.policy import Party
from authorizations.vocabulary import Turn

OWN = frozenset({Party.CL, Party.CC})
NOT_THE_PROVIDERS = "Only the provider takes its own documents over."
NONE_CHOSEN = Problem("versions", "Choose at least one document.", "versions")
NOT_OFFERED = Problem(
    "versions", "One of these is no longer offered: it was withdrawn, or is here already. Choose again.", "versions"
)


@dataclass(frozen=True, slots=True)
class ReusableVersion:
    """A version of the earlier case that may be taken over, and the reference that it becomes.

    label: the document's name in the rules of the case that continues; verified_on: when the reference was last found.
    """

    version: DocumentVersion
    label: str
    location: str
    verified_on: date | None


def takers(case: Case, actor: User) -> frozenset[Party]:
    """As whom a person takes over; empty for all but the provider's own people. Nobody acts for them here."""
    return OWN & case.parties_of(actor)


def is_open_to(case: Case, actor: User) -> bool:
    return case.continues_id is not None and case.is_open and bool(takers(case, actor))


def offers(case: Case, context: ActingContext) -> list[ReusableVersion]:
    """What a person may take over now, in the order of the rules.

    Of each document of the earlier case, the newest version of the provider's that counts; not what is here already.
    """
    if case.continues_id is None:
        return []
    actor = context.user
    here = {
        (version.document.key, version.location)
        for version in DocumentVersion.objects.visible_to(actor)
        .filter(document__case=case, withdrawn_at__isnull=True, shared_at__isnull=False)
        .select_related("document")
    }
    former = _newest(case.continues_id, actor)
    found = [
        ReusableVersion(former[key], rule.label, _reference(former[key]), former[key].verified_on)
        for key, rule in known_documents(case).items()
        if key in former and _adds(case, key, context) and may_be_added(case, key)
    ]
    return [offer for offer in found if (offer.version.document.key, offer.location) not in here]


def take_over(
    public_id: str,
    versions: Iterable[str],
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
    idempotency_key: str = "",
) -> list[DocumentVersion]:
    """Adds a reference to each of these versions of the earlier case, all of them or none.

    Args:
        versions: ids of those that `offers()` names.
        revision: of the case as the person saw it; None where it does not matter, since nothing is replaced.
    """
    with adding(actor, now=now, idempotency_key=idempotency_key) as act:
        case, context = hold(Case, public_id, act, actor)
        refuse_added(idempotency_key, actor)
        _refuse(case, act, context, revision)
        return [_attach(act, case, context, offer) for offer in _chosen(case, context, versions)]


def _refuse(case: Case, act: Action, context: ActingContext, revision: int | None) -> None:
    who = takers(case, context.user)
    if not who:
        raise NotPermitted(NOT_THE_PROVIDERS)
    act.acted_for = context.as_one_of(who).acting_for
    if revision is not None:
        refuse_stale(case, revision, context.user)


def _chosen(case: Case, context: ActingContext, versions: Iterable[str]) -> list[ReusableVersion]:
    wanted = set(versions)
    if not wanted:
        raise NotReady([NONE_CHOSEN])
    offered = offers(case, context)
    if not offered and not case.is_open:
        raise NoLongerPossible(ENDED)
    if not wanted <= {offer.version.public_id for offer in offered}:
        raise NotReady([NOT_OFFERED])
    return [offer for offer in offered if offer.version.public_id in wanted]


def _attach(act: Action, case: Case, context: ActingContext, offer: ReusableVersion) -> DocumentVersion:
    key = offer.version.document.key
    act.acted_for = context.as_one_of(_adds(case, key, context)).acting_for
    reference = VersionInput("", None, offer.location, offer.verified_on, stated=(), note="", draft=False)
    version = store_version(act, context, case, key, reference)
    enter_version(act, case, version, "document_added", version_added(version))
    return version


def _adds(case: Case, key: str, context: ActingContext) -> frozenset[Party]:
    return adders(case, key, context) & takers(case, context.user)


def _newest(former: int, actor: User) -> dict[str, DocumentVersion]:
    """Of each document of the former case that is open to all its parties, the provider's newest that counts."""
    rows = (
        DocumentVersion.objects.visible_to(actor)
        .filter(document__case=former, document__inside="", side=Turn.PROVIDER)
        .select_related("document")
        .order_by("number")
    )
    return {version.document.key: version for version in rows if version.counts}


def _reference(version: DocumentVersion) -> str:
    """Where the content is: as the reference said; a file is with the provider, known by its name and its SHA-256."""
    return (
        f"With the provider: file “{version.name}”, SHA-256 {version.sha256}" if version.is_file else version.location
    )
