"""Words of a case: the facts that steps note by themselves, whom it waits on by name, and for what."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from authorizations.actions.findings.drafts import side_of
from authorizations.display import day_text, label, lasting
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.lifecycle.turns import beside, what_for
from authorizations.models import Case, Waiver
from authorizations.vocabulary import CaseKind, CertificationPath, CertificationType, ImpactLevel, Turn

# What steps note by themselves with the day of the act, and the part of the path it belongs to.
NOTED: dict[str, tuple[tuple[Fact, str], ...]] = {
    CaseKind.INITIAL: (
        (Fact("requested_on", "In Process requested on", FactKind.DATE), "Preparation"),
        (Fact("pmo_review_since_on", "In FedRAMP's review since", FactKind.DATE), "FedRAMP review"),
    ),
    CaseKind.REUSE: ((Fact("access_requested_on", "Access requested on", FactKind.DATE), "Access"),),
}


def party_name(case: Case, turn: str) -> str:
    match turn:
        case Turn.AGENCY:
            return f"{case.agency.name} (agency)"
        case Turn.OFFICIAL:
            return f"{case.authorizing_official or 'the authorizing official'} (agency AO)"
        case Turn.PROVIDER:
            return f"{case.offering.provider.name} (provider)"
        case Turn.ASSESSOR:
            return f"{case.assessor or 'the assessor'} (assessor)"
    return "the FedRAMP PMO" if turn == Turn.PMO else "nobody"


def purpose(case: Case) -> str:
    return what_for(case.kind, case.stage, case.waits_on, case.facts.keys())


def turn_of(case: Case, today: date) -> str:
    """Whose turn it is, since when and for what, in a sentence; blank once the case has ended."""
    if not case.is_open:
        return ""
    days = max(0, (today - timezone.localdate(case.waits_since)).days)
    what = purpose(case)
    return f"Waiting on {party_name(case, case.waits_on)} {lasting(days)}{f': {what}' if what else ''}."


def finding_words(case: Case, user: User) -> str:
    """How many findings are open and unanswered, and how many drafts the reader's own side has; blank for none."""
    counts, side = case.finding_counts, side_of(case, user)
    drafts = counts.get("drafts", {}).get(side, 0) if side else 0
    unanswered = sum(counts.get("unanswered", {}).values())
    parts = ((counts.get("open", 0), "open"), (unanswered, "to answer"), (drafts, "draft" if drafts == 1 else "drafts"))
    return ", ".join(f"{number:,} {words}" for number, words in parts if number)


def second_party(case: Case) -> tuple[Turn, str] | None:
    """Of two parties that owe something the one that need not act first, and what it owes (machine tables, rule 8)."""
    other = beside(case.kind, case.stage, case.waits_on, case.fact_value)
    # Without an assessor the provider has the test done.
    return None if other is not None and other[0] is Turn.ASSESSOR and case.assessor_id is None else other


def also_waits_on(case: Case) -> str:
    """The same in a sentence; blank where one party owes."""
    other = second_party(case)
    if other is None:
        return ""
    owing = case.assessor if other[0] is Turn.ASSESSOR else case.offering.provider
    return f"{owing} owes {other[1]} too."


def letter_due(case: Case) -> str:
    """By when the ATO's letter is due to FedRAMP, while the case waits for it; blank for every other case.

    The rule says "upon" (AGU-AGC-NAA): no source gives a number of days, local policy may.
    """
    if not _owes_letter(case):
        return ""
    on = letter_due_on(case)
    if on is None:
        return "No rule gives a day by which the letter is due."
    return f"The letter is due on {day_text(on)}{case.rules.marked('letter_days')}."


def letter_due_on(case: Case) -> date | None:
    days, signed = case.rules.lengths["letter_days"], case.fact_value("signed_on")
    return signed + timedelta(days=days) if _owes_letter(case) and days is not None and signed is not None else None


def _owes_letter(case: Case) -> bool:
    return (case.stage, case.waits_on) == ("ato_issued", Turn.AGENCY)


def waivers_of(case: Case, today: date) -> list[tuple[Waiver, str]]:
    """The waivers that hold today, each with the rule it waives in words; everyone on the case sees them."""
    rules = case.machine().gates(case.rules)
    return [(each, rules.get(each.gate, each.gate)) for each in case.waivers if each.until >= today]


def key_facts(case: Case) -> Iterator[tuple[str, str]]:
    """What a case is about, as its parties may all know it; without a query where the case was read with its records.

    The level is the system's (FIPS 199); where no system is named yet, what the Marketplace says of the offering.
    """
    offering, system = case.offering, case.system
    yield "FedRAMP id", offering.fedramp_id or "not recorded yet"
    level = f"{system.impact_level.label} (system)" if system else label(ImpactLevel, offering.impact_level)
    yield "Impact level", level if system or not level else f"{level} (offering)"
    yield "Path", "Reuse" if case.kind == CaseKind.REUSE else _path(case)
    yield "Agency", case.agency.name
    yield "Authorizing official", str(case.authorizing_official or "not named yet")
    yield "Provider", offering.provider.name
    yield "Assessor", case.assessor.name if case.assessor else "not named yet"
    yield "System", system.name if system else "not named yet"


def _path(case: Case) -> str:
    kind, path = case.offering.certification_type, case.offering.certification_path
    words = label(CertificationType, kind), label(CertificationPath, path or CertificationPath.AGENCY)
    return f"Initial, {' '.join(filter(None, words))} path"
