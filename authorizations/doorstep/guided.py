"""What doors show of the guidance: the duties and tips of one place, for one person."""

from dataclasses import dataclass, field

from accounts.models import User
from authorizations.lifecycle.guidance import AT_THE_END, OF_AN_ATO, START, Here, ends_an_ato, here, sides_of
from authorizations.lifecycle.step import Step


@dataclass(frozen=True, slots=True)
class Guided:
    """The guidance of one place, and where that is, in words; ``seen`` keeps the words explained so far.

    Where there is little of it and it matters at once, it ``is_open``; elsewhere the reader opens it.
    """

    here: Here
    where: str
    is_open: bool = False
    seen: set[str] = field(default_factory=set)


def at_stage(user: User, kind: str, stage: str) -> Guided | None:
    """At a stage of a case; None where nobody has a duty any more."""
    return _guided(user, f"{kind}/{stage}", "at this stage")


def at_start(user: User, kind: str) -> Guided | None:
    """Where a case is started."""
    return _guided(user, f"{kind}/{START}", "before a case starts", is_open=True)


def of_an_ato(user: User) -> Guided | None:
    """On the page of an ATO."""
    return _guided(user, OF_AN_ATO, "while an ATO is in force")


def at_the_end(user: User, step: Step) -> Guided | None:
    """On the form of a step that ends an ATO; None for every other step."""
    return _guided(user, AT_THE_END, "when an ATO ends", is_open=True) if ends_an_ato(step) else None


def _guided(user: User, place: str, where: str, *, is_open: bool = False) -> Guided | None:
    found = here(place, sides_of(user.roles))
    return Guided(found, where, is_open) if found else None
