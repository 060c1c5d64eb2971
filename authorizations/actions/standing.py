"""As whom a person acts on a record: in the own right, for the official whose decision is recorded, or standing in."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from authorizations.lifecycle.step import Fact, Kind, Step
from authorizations.models import Ato, Case
from authorizations.policy import ON_BEHALF, Party

Subject = Ato | Case
STANDING_IN = Fact(
    "standing_in_evidence",
    "Evidence for standing in",
    Kind.TEXT,
    help="Where it can be found what the organization, which has no active member here, decided or sent.",
    kept=False,
    waivable=False,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom a person takes a step: in the own right, for the official whose decision is recorded, or standing in."""

    recording: bool = False  # the person enters what the authorizing official signed
    standing_in: bool = False  # a PMO lead acts for an organization that has no active member

    def asked(self, step: Step) -> tuple[Fact, ...]:
        """The facts to ask for."""
        return step.asked(recording=self.recording) + ((STANDING_IN,) if self.standing_in else ())


def as_acting(subject: Subject, user: User, as_of: date) -> frozenset[Party]:
    """Who the person is for the record, which from now on knows it and the day."""
    subject.as_of, subject.actor_id = as_of, user.pk
    who = subject.parties_of(user)
    subject.acting = who | _stood_in_for(subject, who)
    return who


def _stood_in_for(subject: Subject, who: frozenset[Party]) -> frozenset[Party]:
    """For whom a PMO lead may act, because an organization of the record has no active member (rule 5)."""
    if Party.PL not in who:
        return frozenset()
    return frozenset(party for kind in subject.unmanned for party in ON_BEHALF[kind])


def standing_of(subject: Subject, step: Step, who: frozenset[Party], *, ever: bool = False) -> Standing | None:
    """As whom people who are this for the record may take the step; None for nobody.

    ever: ask for every state of the record; as it stands, fewer may.
    """
    if step.inside:
        return None
    takers = step.who if ever else step.parties(subject)
    if not takers.isdisjoint(who):
        return Standing()
    if step.recorded and Party.AL in who:
        return Standing(recording=True)
    stood_in_for = _stood_in_for(subject, who)
    if step.on_behalf and not takers.isdisjoint(stood_in_for):
        return Standing(standing_in=True)
    if step.recorded and Party.AL in stood_in_for:
        return Standing(recording=True, standing_in=True)
    return None
