"""As whom a person acts on a record: in the own right, for a colleague, recording a decision, or standing in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.stages import InitialStage
from authorizations.lifecycle.step import Fact, Kind, Step
from authorizations.models import Ato, Case
from authorizations.policy import ON_BEHALF, Party

Subject = Ato | Case
RECOMMENDATION = "pmo_recommendation"
STANDING_IN = Fact(
    "standing_in_evidence",
    "Evidence for standing in",
    Kind.TEXT,
    help="Where it can be found what the organization, which has no active member here, decided or sent.",
    kept=False,
    waivable=False,
)
# What only the official could do waits for another one; what the former signed can still be recorded (rule 3).
VACANT = Problem(
    "ao_vacant",
    "AO vacant: the authorizing official of this case no longer holds that role here. A liaison of the agency names "
    "another, who can then do this.",
    "authorizing_official",
    waivable=False,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom a person takes a step: in the own right or for a colleague, recording what was signed, or standing in."""

    recording: bool = False  # the person enters what the authorizing official signed
    standing_in: bool = False  # a PMO lead acts for an organization that has no active member
    acted_for: User | None = None  # whose role it is, where the person acts by delegation
    vacant: bool = False  # the step is the authorizing official's alone, and there is none now

    def asked(self, step: Step) -> tuple[Fact, ...]:
        """The facts to ask for."""
        return step.asked(recording=self.recording) + ((STANDING_IN,) if self.standing_in else ())


def as_acting(subject: Subject, user: User, as_of: date) -> frozenset[Party]:
    """Who the person is for the record, which from now on knows it and the day."""
    subject.as_of, subject.actor_id, subject.acted_for_id = as_of, user.pk, None
    who = subject.parties_of(user)
    subject.acting = who | _stood_in_for(subject, who)
    subject.lent = _lent(subject, user)
    if isinstance(subject, Case):
        # Deciding on a recommendation takes two persons; an account of the one may be merged into the other's.
        decides = Party.PL in who and subject.stage == InitialStage.PMO_REVIEW
        subject.former_keys = user.former_keys if decides and subject.said(RECOMMENDATION) else frozenset()
    return who


def _lent(subject: Subject, user: User) -> dict[Party, User]:
    """For whom the person is what they are for the record by delegation alone."""
    lent: dict[Party, User] = {}
    own = subject.parties_of(user.holding(user.own_memberships)) if user.lent else frozenset()
    for membership in user.lent:
        for party in subject.parties_of(user.holding([membership])) - own:
            lent.setdefault(party, membership.user)
    return lent


def for_whom(subject: Subject, parties: Iterable[Party]) -> User | None:
    """In whose role the person is one of these for the record; None in the own right.

    The gates then know it too: where two persons are needed, who acts for another counts as both.
    """
    held = {party for party in parties if party in subject.acting}
    lender = next((subject.lent[party] for party in sorted(held) if party in subject.lent), None)
    in_own_right = any(party not in subject.lent for party in held)
    acted_for = None if in_own_right else lender
    subject.acted_for_id = acted_for.pk if acted_for else None
    return acted_for


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
        return Standing(acted_for=for_whom(subject, takers & who))
    if step.recorded and Party.AL in who:
        return Standing(recording=True, acted_for=for_whom(subject, {Party.AL}))
    stood_in_for = _stood_in_for(subject, who)
    if step.on_behalf and not takers.isdisjoint(stood_in_for):
        return Standing(standing_in=True, acted_for=for_whom(subject, {Party.PL}))
    if step.recorded and Party.AL in stood_in_for:
        return Standing(recording=True, standing_in=True, acted_for=for_whom(subject, {Party.PL}))
    if Party.AO in takers and subject.ao_is_vacant and _waits_for_an_official(subject, who):
        return Standing(vacant=True)
    return None


def _waits_for_an_official(subject: Subject, who: frozenset[Party]) -> bool:
    """Whether the person is told why nobody can do what is the official's: the agency's liaison, and who was it."""
    return Party.AL in who or subject.actor_id == subject.authorizing_official_id
