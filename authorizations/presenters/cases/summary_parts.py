"""The parts of a case's summary, each with its words: what has a day, what came back, what is asked of whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from authorizations.display import ago, counted, day_text

# So many are named in a sentence; lists have them all.
NAMED = 3


@dataclass(frozen=True, slots=True)
class SummaryDate:
    """Something with a day: what, who owes it, and when it is, or was, due.

    ``record``: the fact that nobody recorded, where it may be done; ``is_planned``: a date of the plan.
    """

    what: str
    who: str
    on: date
    record: str = ""
    is_planned: bool = False

    def late(self, today: date) -> str:
        untold = f", and no “{self.record}” is recorded" if self.record else ""
        return f"“{self.what}” was due from {self.who} on {day_text(self.on)}, {ago((today - self.on).days)}{untold}"

    def ahead(self, today: date) -> str:
        left = (self.on - today).days
        when = f"in {counted(left, 'day')}" if left else "today"
        return f"“{self.what}” from {self.who} on {day_text(self.on)} ({when})"

    @property
    def asked(self) -> str:
        begun = f". If it has begun, record “{self.record}” under Facts" if self.record else ""
        return f"“{self.what}”, due on {day_text(self.on)}{begun}"


@dataclass(frozen=True, slots=True)
class LastReturn:
    """What gave the work back, or refused it, last.

    ``is_open``: nothing was handed on since; ``ended_it``: the case ended by it.
    """

    what: str
    on: date
    who: str
    reason: str
    is_open: bool
    ended_it: bool

    @property
    def words(self) -> str:
        after = " It has not been handed on since." if self.is_open else ""
        return f"{self.what} on {day_text(self.on)}, by {self.who}: “{self.reason.rstrip()}”{after}"


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What is asked of somebody; ``part`` of the page it is answered on: turn, findings or deadlines."""

    who: str
    what: str
    part: str

    @property
    def words(self) -> str:
        return f"{self.who[:1].upper()}{self.who[1:]}: {self.what}."


def listed(head: str, said: Sequence[str]) -> str:
    if not said:
        return ""
    more = len(said) - NAMED
    return f"{head}: {'; '.join(said[:NAMED])}{f'; and {more:,} more' if more > 0 else ''}."


def asked_of_late(late: Iterable[SummaryDate]) -> Iterator[SummaryRequest]:
    """What is asked where a day has passed; of one who is behind with much of the plan, the plan in one sentence."""
    dates = list(late)
    of_plans = {each.who: [other for other in dates if other.is_planned and other.who == each.who] for each in dates}
    for each in dates:
        behind = of_plans[each.who] if each.is_planned else []
        if len(behind) <= NAMED:
            yield SummaryRequest(each.who, each.asked, "deadlines")
        elif each is behind[0]:
            words = f"{len(behind):,} dates of the plan have passed, the first of them on {day_text(each.on)}"
            yield SummaryRequest(each.who, words, "deadlines")
