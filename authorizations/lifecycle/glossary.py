"""Abbreviations of the process, words of this project that readers meet, and old words found in a text. Pure."""

import re
from collections.abc import Iterator, MutableSet
from dataclasses import dataclass
from functools import cache, lru_cache

from authorizations.terms import TERMS, Term
from authorizations.vocabulary import LIVE_MEANING


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form with the long one (blank where there is none), and what the thing is."""

    short: str
    long: str
    meaning: str


# Rows of docs/glossary.md, which a test compares.
ABBREVIATIONS = (
    Abbreviation("AO", "authorizing official", "who accepts the risk for an agency and signs its ATO"),
    Abbreviation(
        "WBS",
        "work breakdown structure",
        "the plan of an initial authorization, task by task; valid once agency and provider have signed it",
    ),
    Abbreviation("IPR", "In Process Request", "the AO's request that FedRAMP list the offering as In Process"),
    Abbreviation("SSP", "system security plan", "what the provider built and how it is protected"),
    Abbreviation("SAP", "security assessment plan", "what the assessor will test, and how; agreed before testing"),
    Abbreviation("SAR", "security assessment report", "what the tests found, with the assessor's recommendation"),
    Abbreviation("POA&M", "plan of action and milestones", "the open findings, who resolves each and by when"),
    Abbreviation("kickoff", "", "the meeting at which the provider shows the system before the agency reviews"),
    Abbreviation(
        "debrief",
        "SAR debrief",
        "the meeting at which assessor and provider present the results; two weeks after delivery at the earliest",
    ),
    Abbreviation("delta test", "", "testing again, by the assessor, of what remediation has changed"),
    Abbreviation("SCG", "secure configuration guide", "how an agency sets up its own side"),
    Abbreviation("PARF", "package access request form", "how an agency asks for a package at Connect.gov"),
    Abbreviation("Connect.gov", "", "FedRAMP's repository of packages; others are in the provider's own trust center"),
)
WORDS = (
    ("organization", "an agency (with its parent), a provider, an assessor, or the PMO"),
    ("bureau", "an agency below another; an office is one below a bureau"),
    ("offering", "a cloud service offering, as listed in the Marketplace or added by its provider"),
    ("listing role", "what an ATO is for its offering: initial (the first one) or reuse"),
    ("direct reuse", "reuse rows of the offering itself"),
    ("indirect reuse", "rows of the offerings that build on it"),
    (
        "published",
        "in the newest feed that was applied here; “not published since” is the date of the first feed without it",
    ),
    ("live", f"of an ATO: {LIVE_MEANING}"),
    (
        "case",
        (
            "one agency's path to one ATO for one offering; initial for the first agency, its sponsor, "
            "reuse for a later one"
        ),
    ),
    ("stage", "where a case or an ATO stands; moved by a step of its machine and by nothing else"),
    ("step", "one thing that can happen to a case or an ATO, with who may take it, what it needs and where it leads"),
    ("fact", "something recorded of a case: a date, a name, a count, a yes or no, with who recorded it and when"),
    ("gate", "what must be met before a step; “firm” when nobody may waive it, “or a reason” when it only asks"),
    ("waiver", "a gate that a PMO lead left out for one case, with a reason and until a day"),
    ("to adopt", "to bring in a case that is under way, at its stage, with the known dates of what came before"),
    (
        "designation",
        (
            "what the Marketplace says of an offering; set by three steps of cases, by an import, "
            "or by the PMO with a reason"
        ),
    ),
    ("cut-off", "the day after which no new Rev5 application is taken (11 Jun 2027)"),
    (
        "release",
        (
            "one version of the rules: labels, documents, dates, lengths and forms, with their sources; a case is "
            "pinned to one until it is moved"
        ),
    ),
    ("local policy", "what a PMO lead decided here where the rules leave a date or a length open"),
)
# Old names that are everyday words too: explaining them where they are meant plainly would mislead.
EVERYDAY = frozenset({"Authorized", "Compliant", "Certified", "Ready", "Removed"})


@cache
def explanations() -> dict[str, str]:
    """What a reader is told of each old name and of each abbreviation."""
    found = {old: _old(term) for term in reversed(TERMS) for old in term.formerly if old not in EVERYDAY}
    found |= {term.name: term.meaning for term in TERMS if term.name.isupper()}
    for each in ABBREVIATIONS:
        meaning = f"{each.meaning[:1].upper()}{each.meaning[1:]}."
        found[each.short] = f"{each.long[:1].upper()}{each.long[1:]}: {each.meaning}." if each.long else meaning
    return found


def _old(term: Term) -> str:
    return f"Since 2026: {term.name}. {term.meaning}"


@cache
def _wanted() -> re.Pattern[str]:
    words = sorted(explanations(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?!\w)")


@lru_cache(maxsize=2000)
def _named(text: str) -> tuple[tuple[int, int], ...]:
    """Where what is explained is in a text; most are our own, and the same on every page."""
    return tuple(match.span() for match in _wanted().finditer(text))


def explained(text: str, seen: MutableSet[str]) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with what explains it; blank for plain ones, and for words that were ``seen`` before.

    What it explains, it adds to ``seen``: a page explains each word once.
    """
    done = 0
    for start, end in _named(text):
        word = text[start:end]
        if word in seen:
            continue
        seen.add(word)
        yield text[done:start], ""
        yield word, explanations()[word]
        done = end
    yield text[done:], ""
