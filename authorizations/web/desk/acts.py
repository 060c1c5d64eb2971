"""What can be done to several ATOs at once: each act by its words, what it asks for, and what it would do to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.register.portfolio import CLAIM, TENDING, is_known_alone
from authorizations.actions.steps import NOT_YOURS
from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.atos import NO_IMPORT_ORIGIN
from authorizations.lifecycle.step import Fact, FactKind, Step
from authorizations.models import Ato
from authorizations.policy import Capability, may
from authorizations.step_pages.bulk import would_be
from authorizations.vocabulary import LIVE_ATO_STAGES

OWNER, USED, RENEW = "owner", "still-used", "renew"
ENDED = "This ATO has ended, so nothing is used under it."


@dataclass(frozen=True, slots=True)
class DeskAct:
    """One act; ``step``: the row of the ATO machine that it takes for each, blank where no machine moves."""

    key: str
    label: str
    done: str
    about: str
    step: str = ""

    def found_step(self) -> Step:
        found: Step = Ato.machine().step(self.step)
        return found

    def is_for(self, user: User) -> bool:
        """By role alone; each ATO is asked again."""
        return may(user.roles, Capability.TEND_ATOS) and (not self.step or Role.AGENCY_LIAISON in user.roles)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the step asks of whoever records what was signed; records differ from ATO to ATO."""
        if not self.step or self.step == CLAIM:
            return ()
        step = self.found_step()
        return tuple(fact for fact in step.requested_facts(recording=step.recorded) if fact.kind is not FactKind.RECORD)

    def claims(self, ato: Ato) -> bool:
        """Whether the ATO is claimed to the register in the same act: what is known alone takes no such step."""
        return bool(self.step) and is_known_alone(ato) and self._needs_register

    @property
    def _needs_register(self) -> bool:
        return self.step == CLAIM or NO_IMPORT_ORIGIN in self.found_step().offered

    def preview(self, user: User, ato: Ato, today: date) -> tuple[bool, str]:
        """Whether it can be done to an ATO, and what it would do or what is missing."""
        if not self.step:
            return self._tended(user, ato)
        if not self.claims(ato):
            return would_be(user, ato, self.step)
        is_open, words = would_be(user, ato, CLAIM)
        if not is_open or self.step == CLAIM:
            return is_open, words
        step, context = self.found_step(), ActingContext(user, today)
        others = (each for each in step.offered if each is not NO_IMPORT_ORIGIN and not each.holds(ato, context))
        if closed := next(others, None):
            return False, f"Open only when this holds: {closed.words}"
        return True, f"Claimed to the register, then {step.done.lower()}"

    def _tended(self, user: User, ato: Ato) -> tuple[bool, str]:
        if TENDING.isdisjoint(ato.parties_of(user)):
            return False, NOT_YOURS
        if self.key == OWNER:
            return True, f"Owner now: {ato.owner.name if ato.owner else 'nobody'}"
        if ato.stage not in LIVE_ATO_STAGES:
            return False, ENDED
        last = ato.use_confirmed_on
        return True, f"Last said on {day_text(last)}" if last else "Never said so far"


ACTS = (
    DeskAct(
        RENEW,
        "Renew until a day",
        "Renewed",
        "The authorizing official signed a new expiry. The agency owes FedRAMP a notice of each.",
        "extend",
    ),
    DeskAct(USED, "Still used", "Said to be still used", "Your agency still uses the offering under this ATO."),
    DeskAct(
        "no-longer-used",
        "No longer used",
        "Rescinded",
        "The agency stops using the offering and ends the ATO. The provider is told first, then FedRAMP.",
        "rescind",
    ),
    DeskAct(OWNER, "Name an owner", "Owner named", "Who of the agency looks after it. Nobody is told by mail."),
    DeskAct(
        "claim",
        "Claim to the register",
        "Claimed",
        "The agency keeps these ATOs here from now on; feeds and lists no longer change them.",
        CLAIM,
    ),
    DeskAct(
        "notice",
        "Record a notice",
        "Notice recorded",
        "Keeps the proof that somebody was told, such as FedRAMP of a new letter.",
        "record_notice",
    ),
    DeskAct(
        "expired",
        "Mark as expired",
        "Marked as expired",
        "The recorded expiry has passed, and no newer letter was signed.",
        "expire",
    ),
)


def acts_of(user: User) -> Sequence[DeskAct]:
    return [act for act in ACTS if act.is_for(user)]
