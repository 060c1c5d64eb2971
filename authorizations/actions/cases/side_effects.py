"""What follows from a step in other records, in the same transaction: the ATO, its notices, access, designation.

The door has locked the offering before it calls one of these, so that two of them never wait for each other.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.roles import RecordSource
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.new_case import agree, begin, enter
from authorizations.actions.door import Action, Changes, new_values, plain, subject_type, update
from authorizations.actions.findings.returns import RETURNS, sends
from authorizations.actions.register.designations import designate
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Ato, Case, CoSigner, Event, InitialCase, Notice, PackageAccess, ReuseCase
from authorizations.vocabulary import (
    LIVE_ATO_STAGES,
    AtoStage,
    Designation,
    ListingRole,
    NoticeRecipient,
)

Facts = Mapping[str, Any]
STATED_OF_AN_ATO = (
    *("stage", "agency", "offering", "system", "listing_role", "ato_type", "authorizing_official"),
    *("signed_on", "expires_on"),
)
SUPERSEDABLE = (*(stage.value for stage in LIVE_ATO_STAGES), AtoStage.EXPIRED.value)


# --- the next case ---


def succeed(act: Action, case: Case, facts: Facts) -> None:
    """I45: a case with the new agency opens, to which the provider has agreed; it sees nothing of this one."""
    actor: Any = act.actor
    following = begin(act, case.kind, InitialStage.PARTNERSHIP, facts["new_agency"], case.offering)
    following.continues = case
    agree(act, following, acting_context(following, actor, act.day))
    enter(act, following, "case.open", {})


# --- the ATO ---


def issue_ato(act: Action, case: Case, facts: Facts) -> None:
    """I25, U19 with A0: the ATO enters the register; the former ones are superseded by it (A10)."""
    is_initial = isinstance(case, InitialCase)
    ato = Ato(
        source=RecordSource.PORTAL,
        agency=case.agency,
        offering=case.offering,
        system=case.system,
        listing_role=ListingRole.INITIAL if is_initial else ListingRole.REUSE,
        ato_type=facts["ato_type"],
        authorizing_official=case.authorizing_official,
        signer=case.authorizing_official.name if case.authorizing_official else "",
        signed_on=facts["signed_on"],
        expires_on=facts.get("expires_on"),
    )
    formers = supersede_formers(act, ato, case.ato_id)
    if is_initial:
        _give_up_the_initial_role(act, case)
    ato.save(force_insert=True)
    case.ato = ato
    name_successor(formers, ato)
    act.record("ato.issue", ato, changes=new_values(**{name: getattr(ato, name) for name in STATED_OF_AN_ATO}))
    if is_initial:
        signed = CoSigner.objects.filter(case=case, signed_on__isnull=False, ato__isnull=True).order_by("pk")
        for co_signer in signed.select_related("agency", "system", "authorizing_official"):
            co_signer.case = case
            issue_to_co_signer(act, co_signer)


def issue_to_co_signer(act: Action, co_signer: CoSigner) -> None:
    """The ATO of an agency that signed beside the lead agency: one of reuse, because an offering has one initial."""
    lead: Any = co_signer.case.ato
    ato = Ato(
        source=RecordSource.PORTAL,
        agency=co_signer.agency,
        offering_id=co_signer.case.offering_id,
        system=co_signer.system,
        listing_role=ListingRole.REUSE,
        ato_type=lead.ato_type,
        authorizing_official=co_signer.authorizing_official,
        signer=co_signer.authorizing_official.name if co_signer.authorizing_official else "",
        signed_on=co_signer.signed_on,
        expires_on=co_signer.expires_on,
    )
    formers = supersede_formers(act, ato)
    ato.save(force_insert=True)
    name_successor(formers, ato)
    update(co_signer, ato=ato)
    act.record("ato.issue", ato, changes=new_values(**{name: getattr(ato, name) for name in STATED_OF_AN_ATO}))


def supersede_formers(act: Action, ato: Ato, former: int | None = None) -> list[tuple[Ato, Event]]:
    """A10: supersedes whatever made them the former ATOs of the same agency, system and offering.

    Once the successor is saved, `name_successor()` says which it is, in the rows and in their entries.

    Args:
        ato: the successor, unsaved.
        former: the key of the ATO that the same case issued before.
    """
    # An older letter that is entered late takes no newer one's place.
    same = Q(agency=ato.agency, offering=ato.offering, system=ato.system, signed_on__lt=ato.signed_on)
    formers = Ato.objects.filter(same | Q(pk=former), source=RecordSource.PORTAL, stage__in=SUPERSEDABLE)
    found = list(formers.select_for_update(of=("self",)).order_by("pk"))
    return [(each, move_ato(act, each, "supersede")) for each in found]


def name_successor(formers: list[tuple[Ato, Event]], ato: Ato) -> None:
    for former, entry in formers:
        entry.changes |= update(former, superseded_by=ato)


def _give_up_the_initial_role(act: Action, case: Case) -> None:
    """Another agency's live ATO with the role initial becomes one of reuse; its stage stays."""
    siblings = Ato.objects.select_for_update(of=("self",)).filter(
        offering=case.offering_id, listing_role=ListingRole.INITIAL, stage__in=LIVE_ATO_STAGES
    )
    for sibling in siblings.exclude(pk=case.ato_id).order_by("pk"):
        changes = update(sibling, listing_role=ListingRole.REUSE.value, revision=sibling.revision + 1)
        act.record("ato.became_reuse", sibling, changes=changes)


def move_ato(act: Action, ato: Ato, name: str) -> Event:
    """Moves an ATO inside another act, by a step that no person takes by itself."""
    before = ato.stage
    getattr(ato, name)(act.current(ActingContext(act.actor, act.day)))
    ato.revision += 1
    ato.save()
    changes: Changes = {"stage": [before, ato.stage], "revision": [ato.revision - 1, ato.revision]}
    return act.record(f"ato.{name}", ato, changes=changes)


def rescind_in_error(act: Action, case: Case, facts: Facts) -> None:
    """I27, U21 with A8: the ATO was issued in error."""
    ato = Ato.objects.select_for_update().filter(pk=case.ato_id, stage__in=LIVE_ATO_STAGES).first()
    if ato is not None:
        move_ato(act, ato, "rescind_in_error")


def supersede_former_initial(act: Action, ato: Ato, facts: Facts) -> None:
    """A12: the offering's former initial ATO is superseded first, because an offering has one."""
    formers = Ato.objects.select_for_update().filter(
        offering=ato.offering_id, listing_role=ListingRole.INITIAL, stage__in=LIVE_ATO_STAGES
    )
    for former in formers.exclude(pk=ato.pk):
        name_successor([(former, move_ato(act, former, "supersede"))], ato)


# --- notices ---


def report_letter(act: Action, case: Case, facts: Facts) -> None:
    """I28, U22 with A3: the notice that FedRAMP was sent the letter."""
    if case.ato_id:
        Notice.objects.create(
            ato_id=case.ato_id,
            recipient=NoticeRecipient.FEDRAMP,
            notified_on=facts["fedramp_notified_on"],
            channel=facts["fedramp_channel"],
            reference=facts["fedramp_reference"],
        )


def note_receipt(act: Action, case: Case, facts: Facts) -> None:
    """I31, U24: the day on which FedRAMP received the letter is on the newest notice too."""
    received = facts.get("letter_received_on")
    notices = Notice.objects.filter(ato=case.ato_id, recipient=NoticeRecipient.FEDRAMP, received_on__isnull=True)
    newest = notices.order_by("-notified_on", "-pk").first()
    if newest is not None and received and received >= newest.notified_on:
        update(newest, received_on=received)


def publish(act: Action, case: Case, on: date, **columns: Any) -> None:
    """From now on everyone may know of the ATO; an entry about it says since when."""
    ato = Ato.objects.select_for_update(of=("self",)).filter(pk=case.ato_id).first()
    if ato is None:
        return
    columns |= {} if ato.recorded_on else {"recorded_on": on}
    changes = {name: both for name, both in update(ato, **columns).items() if both[0] != both[1]} if columns else {}
    if changes:
        act.record("ato.published", ato, changes=changes)


# --- designation ---


def list_in_process(act: Action, case: Case, facts: Facts) -> None:
    """I6: the offering is In Process with the agency as its partner."""
    designate(act, case.offering, Designation.IN_PROCESS_AGENCY, facts["in_process_on"], partner=case.agency, case=case)


def certify(act: Action, case: Case, facts: Facts) -> None:
    """I36, I37: the offering is certified, and its ATO is public."""
    on = facts.get("certified_on") or act.day
    names = ("certification_type", "certification_path", "certification_class")
    columns = {name: facts[name] for name in names if facts.get(name)}
    # What was recorded from evidence, the designation says already.
    if not facts.get("evidence_seen"):
        designate(act, case.offering, Designation.CERTIFIED, on, case=case, **columns)
    publish(act, case, on)


# --- package access ---


def grant_access(act: Action, case: Case, facts: Facts) -> None:
    """U3: the person who is named may open the package."""
    _grant(act, case, facts["access_granted_on"], facts.get("access_until"))


def _grant(act: Action, case: Case, granted_on: date, until: date | None) -> None:
    access = _access(case, min(_asked_on(case, act), granted_on))
    access.granted_on, access.until, access.permanent = granted_on, until, until is None
    access.save(force_insert=True)
    _recorded(act, case, access, "granted", _stated_of(access, "granted_on", "until", "permanent"))


def deny_access(act: Action, case: Case, facts: Facts) -> None:
    """U6: the denial is kept beside the grants."""
    access = _access(case, _asked_on(case, act))
    access.denied_on, access.denied_reason = facts["access_denied_on"], "See the case."
    access.save(force_insert=True)
    _recorded(act, case, access, "denied", _stated_of(access, "denied_on"))


def _stated_of(access: PackageAccess, *more: str) -> Facts:
    return {name: getattr(access, name) for name in ("person", "agency", "package", "approver", "asked_on", *more)}


def _access(case: Case, asked_on: date) -> PackageAccess:
    about = {"agency": case.agency, "package": case.offering.package, "asked_on": asked_on}
    return PackageAccess(person=case.access_person, approver=case.access_approver, **about)


def _asked_on(case: Case, act: Action) -> date:
    requested_on: date = min(case.fact_value("access_requested_on") or act.day, act.day)
    return requested_on


def move_end(act: Action, case: Case, facts: Facts) -> int:
    """U8: the agency's grants to this package last until the new day; how many there are."""
    grants = PackageAccess.objects.select_for_update(of=("self",)).filter(
        agency=case.agency_id,
        package__offering=case.offering_id,
        granted_on__isnull=False,
        ended_on__isnull=True,
        until__isnull=False,
    )
    moved = list(grants.order_by("pk"))
    for access in moved:
        before, access.until = access.until, facts["new_end"]
        access.extensions += 1
        access.save(update_fields=["until", "extensions"])
        _recorded(act, case, access, "extended", {"until": access.until}, {"until": before})
    vars(case).pop("accesses", None)
    return len(moved)


def renew_access(act: Action, case: Case, facts: Facts) -> None:
    """U10: the grants last until the new day; where each was ended early, the person who is named gets a new one."""
    if not move_end(act, case, facts):
        _grant(act, case, act.day, facts["new_end"])


def make_permanent(act: Action, case: Case, facts: Facts) -> None:
    """U24: the receipt, the public row, and access without an end."""
    note_receipt(act, case, facts)
    publish(act, case, facts.get("logged_on") or act.day, logged_on=facts.get("logged_on"))
    grants = PackageAccess.objects.filter(
        Q(agency=case.agency_id, package__offering=case.offering_id), granted_on__isnull=False, ended_on__isnull=True
    )
    for access in grants.filter(permanent=False).order_by("pk"):
        before, access.until, access.permanent = access.until, None, True
        access.save(update_fields=["until", "permanent"])
        _recorded(act, case, access, "made_permanent", {"until": None, "permanent": True}, {"until": before})


def _recorded(
    act: Action, case: Case, access: PackageAccess, verb: str, after: Facts, before: Facts | None = None
) -> None:
    changes: Changes = {name: [plain((before or {}).get(name)), plain(value)] for name, value in after.items()}
    # The case is named, so that its own message is the only one.
    act.record(f"{subject_type(access)}.{verb}", access, changes={"case": [None, case.pk], **changes})


Effect = Callable[[Action, Any, Facts], object]
EFFECTS: dict[tuple[type, str], Effect] = {
    (InitialCase, "list_in_process"): list_in_process,
    (InitialCase, "issue_ato"): issue_ato,
    (InitialCase, "revise_decision"): rescind_in_error,
    (InitialCase, "report_letter"): report_letter,
    (InitialCase, "accept_package"): note_receipt,
    (InitialCase, "succeed"): succeed,
    (InitialCase, "certify"): certify,
    (InitialCase, "certify_without_review"): certify,
    (ReuseCase, "grant_access"): grant_access,
    (ReuseCase, "deny_access"): deny_access,
    (ReuseCase, "extend_access"): move_end,
    (ReuseCase, "renew_access"): renew_access,
    (ReuseCase, "issue_ato"): issue_ato,
    (ReuseCase, "revise_decision"): rescind_in_error,
    (ReuseCase, "report_letter"): report_letter,
    (ReuseCase, "record"): make_permanent,
    (Ato, "alternate_agency"): supersede_former_initial,
    **{(InitialCase, name): sends(name) for name in RETURNS},
}
