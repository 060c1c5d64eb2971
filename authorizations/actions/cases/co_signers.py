"""Joint authorization: the lead agency names who signs beside it, and each of them signs for itself (M-24-15 IV.c)."""

from datetime import datetime
from typing import Any

from accounts.models import Organization, User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.side_effects import issue_to_co_signer
from authorizations.actions.door import Action, Changes, action, insert, new_values, plain, update
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.stages import FROM_ATO_INITIAL, InitialStage
from authorizations.lifecycle.step import FactKind, wrong_expiry
from authorizations.models import Ato, Case, CoSigner, Offering
from authorizations.policy import Party
from authorizations.vocabulary import CaseKind

EXPIRES = next(fact for fact in asked.OF_A_NEW_ATO if fact.name == "expires_on")
SIGNATURE = (asked.SYSTEM, asked.OFFICIAL, asked.SIGNED, EXPIRES, asked.LETTER)
SIGNED_FROM = (InitialStage.AO_DECISION, *FROM_ATO_INITIAL, InitialStage.CERTIFIED)
SIGNERS = frozenset({Party.AL, Party.AO})
NOT_THE_LEADS = "Only a liaison of the lead agency says who signs beside it."
NOT_YOURS_TO_SIGN = "Only a liaison of this agency, or the official who signed, records its signature."


def may_name(case: Case, who: frozenset[Party]) -> bool:
    """Whether people who are this for a case name who signs beside its agency."""
    return case.kind == CaseKind.INITIAL and case.is_open and Party.AL in who


def name_co_signer(public_id: str, *, actor: User, now: datetime, agency: Organization) -> CoSigner:
    """Names an agency that signs beside the lead agency; its liaisons are told."""
    with action(actor, now=now, clash="This agency was named already.") as act:
        case = _led(act, public_id, actor)
        problems = []
        if agency.pk == case.agency_id:
            problems.append(Problem("agency", "The lead agency signs anyway. Choose another.", "agency"))
        if case.co_signers.filter(agency=agency, removed_at__isnull=True).exists():
            problems.append(Problem("agency", "This agency was named already.", "agency"))
        refuse_unready(problems)
        co_signer = CoSigner(case=case, agency=agency, named_at=now)
        insert(co_signer)
        _record(act, case, co_signer, "named")
    return co_signer


def remove_co_signer(public_id: str, *, actor: User, now: datetime) -> CoSigner:
    """Takes an agency that has not signed back; once it has signed, its ATO is its own to end."""
    with action(actor, now=now) as act:
        seen = CoSigner.objects.visible_to(actor).select_related("case").get(public_id=public_id)
        case = _led(act, seen.case.public_id, actor)
        co_signer = _held(actor, public_id)
        if co_signer.signed_on or co_signer.removed_at:
            raise NoLongerPossible("This agency has signed, or is no longer named.")
        update(co_signer, removed_at=now)
        _record(act, case, co_signer, "removed")
    return co_signer


def _led(act: Action, public_id: str, actor: User) -> Case:
    case: Case = Case.objects.held_by(actor).get(public_id=public_id)
    context = acting_context(case, actor, act.day).as_one_of(frozenset({Party.AL}))
    if Party.AL not in context.parties:
        raise NotPermitted(NOT_THE_LEADS)
    act.acted_for = context.acting_for
    if case.kind != CaseKind.INITIAL or not case.is_open:
        raise NoLongerPossible("Only an open initial case names who signs beside its agency.")
    return case


def _held(actor: User, public_id: str) -> CoSigner:
    rows = CoSigner.objects.visible_to(actor).select_related("agency__parent__parent", "case__offering__provider")
    held: CoSigner = rows.select_for_update(of=("self",)).get(public_id=public_id)
    return held


def sign_as_co_signer(public_id: str, *, actor: User, now: datetime, **facts: Any) -> CoSigner:
    """Records what the official of a co-signing agency signed. Its ATO enters the register with the lead agency's.

    Args:
        facts: those of `SIGNATURE`, by name.
    """
    with action(actor, now=now, clash="Someone else recorded this signature at this moment. Look again.") as act:
        offering = (
            CoSigner.objects.visible_to(actor).values("case__offering").get(public_id=public_id)["case__offering"]
        )
        # As the decision of the lead agency does, so that the two wait for each other.
        Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=offering)
        co_signer = _held(actor, public_id)
        given = {name: value for name, value in facts.items() if value not in (None, "")}
        act.acted_for = _signing(act, co_signer, actor, given)
        _refuse_signature(act, co_signer, given)
        changes: Changes = {name: [None, plain(value)] for name, value in given.items()}
        update(co_signer, **given)
        act.record("cosigner.signed", co_signer, changes=changes, decided_by=co_signer.authorizing_official)
        act.record("case.co_signer_signed", co_signer.case, changes=_named(co_signer))
        if co_signer.case.ato_id:
            issue_to_co_signer(act, co_signer)
    return co_signer


def may_sign(co_signer: CoSigner, user: User) -> bool:
    return not SIGNERS.isdisjoint(_ato_of(co_signer, None).parties_of(user))


def _ato_of(co_signer: CoSigner, official: User | None) -> Ato:
    ato: Ato = Ato(agency=co_signer.agency, offering=co_signer.case.offering, authorizing_official=official)
    return ato


def _signing(act: Action, co_signer: CoSigner, actor: User, given: dict[str, Any]) -> User | None:
    """For whom the actor records the signature. Raises NotPermitted, NoLongerPossible."""
    ato = _ato_of(co_signer, given.get("authorizing_official"))
    context = acting_context(ato, actor, act.day).as_one_of(SIGNERS)
    if SIGNERS.isdisjoint(context.parties):
        raise NotPermitted(NOT_YOURS_TO_SIGN)
    if co_signer.signed_on or co_signer.removed_at:
        raise NoLongerPossible("This agency has signed, or is no longer named.")
    if co_signer.case.stage not in SIGNED_FROM:
        raise NoLongerPossible("The case is not with its authorizing officials yet.")
    acting_for: User | None = context.acting_for
    return acting_for


def _refuse_signature(act: Action, co_signer: CoSigner, given: dict[str, Any]) -> None:
    known = {fact.name for fact in SIGNATURE}
    problems = [Problem("facts", f"This does not ask for {name!r}.") for name in given if name not in known]
    problems += [each for fact in SIGNATURE for each in fact.problems(given.get(fact.name), act.day)]
    problems += [
        Problem(fact.name, f"{fact.label}: choose one of the agency's own.", fact.name)
        for fact in SIGNATURE
        if fact.kind is FactKind.RECORD and fact.name in given
        if not co_signer.options(fact.name).filter(pk=given[fact.name].pk).exists()
    ]
    if not problems and (words := wrong_expiry(given.get("signed_on"), given.get("expires_on"))):
        problems.append(Problem("expires_on", words, "expires_on"))
    if problems:
        raise NotReady(problems)


def _record(act: Action, case: Case, co_signer: CoSigner, verb: str) -> None:
    """An entry about the co-signing agency, which its people read, and one about the case."""
    case.revision += 1
    case.save(update_fields=["revision"])
    act.record(f"cosigner.{verb}", co_signer, changes=new_values(agency=co_signer.agency_id, case=case.pk))
    counted: Changes = {"revision": [case.revision - 1, case.revision]}
    act.record(f"case.co_signer_{verb}", case, changes={**_named(co_signer), **counted})


def _named(co_signer: CoSigner) -> Changes:
    """What an entry about the case says of it: not as the case's own agency."""
    return new_values(co_signing_agency=co_signer.agency_id)
