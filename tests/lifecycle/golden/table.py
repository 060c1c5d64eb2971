"""What the golden tables of the two case machines are written in; the tables themselves hold no code.

The tables hold the columns of facts. The column of documents (documents, findings) is no part of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of a table; lists are blank-separated words, blank means none.

    who: AL AR AO CL CC AS PR PL as the specification's roles, or GRANTOR (by the package's location).
    Names of facts and gates are those of the code; what they ask is worked out from the specification.

    turn: what must hold for the row to be offered: a party the case waits on (or one of several), or a condition.
    after: the party it waits on afterwards, or one of the words that `COMPUTED` of the table explains.
    """

    row: str
    name: str
    sources: str  # blank: an entry, the "(new)" rows
    target: str  # blank: the same stage; "*": computed
    who: str
    recorded: bool = False  # "(rec)": AL may record the official's signed decision, and PL where the agency has no one
    reason: bool = False
    needs: str = ""  # facts the act must find or bring
    asks: str = ""  # facts and gates that are asked for; the person goes on with a reason
    gates: str = ""  # what else must hold
    turn: str = ""
    after: str = ""
    on_behalf: bool = True  # False: a PMO lead never acts on behalf, but may enter a signed decision where `recorded`
    alert: bool = False  # where the case has an ATO in force, its official is alerted


@dataclass(frozen=True)
class Dated:
    """A gate on dates worked out by hand: with these facts, on this day of the act, is it met?"""

    gate: str
    facts: dict[str, Any]
    day: date
    met: bool
