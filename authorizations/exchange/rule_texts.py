"""The machine-readable Consolidated Rules (repository FedRAMP/rules): from the file to texts, or to what is wrong.

What is read must be of its kind; what is not read may be anything, so that a later version with more of it comes in.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from authorizations.actions.rule_texts import EditionDraft
from authorizations.display import day_text
from authorizations.exchange.documents import LARGEST_RULES, RawDocument, raw_document
from authorizations.models import RuleText
from authorizations.rules import BadRelease
from authorizations.vocabulary import RulePart

IDS = {
    RulePart.RULE: re.compile("[A-Z]{3}-[A-Z]{3}-[A-Z]{3}"),
    RulePart.DEFINITION: re.compile("FRD-[A-Z]{3}"),
    RulePart.INDICATOR: re.compile("KSI-[A-Z]{3}-[A-Z]{3}"),
}
VERSION = re.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
FORCES = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")
PARTIES = ("Advisors", "Agencies", "Assessors", "FedRAMP", "Providers", "Everyone")
BY_CLASS = "by class"
APPLIES = {"all": "20x and Rev5", "20x": "20x", "rev5": "Rev5"}
# Lists of texts that are kept under a heading, in the order in which they are shown.
HEADINGS = {
    "following_information": "What is to be supplied",
    "following_information_bullets": "In particular",
    "notes": "Notes",
    "corrective_actions": "Corrective actions",
    "related": "Related rules",
    "alts": "Also written",
}
LONGEST_TEXT, LONGEST_TITLE = 20_000, 200
MOST_RULES = 5_000


class BadRules(BadRelease):
    """The file is not the Consolidated Rules, or not whole; ``problems`` names each place."""


def rules_from_bytes(content: bytes, *, name: str) -> EditionDraft:
    """Reads the file.

    Raises:
        Unreadable: it is not JSON that can be read. BadRules: with everything that is wrong, place by place.
    """
    return draft_of(raw_document(content, name=name, max_bytes=LARGEST_RULES))


def draft_of(raw: RawDocument) -> EditionDraft:
    """The version that a document states.

    Raises:
        BadRules: with everything that is wrong, place by place.
    """
    reading = _Reading()
    whole = reading.object("document", raw.stated)
    info = reading.object("info", whole.get("info"))
    version = reading.text("info.version", info.get("version"), longest=40)
    if version and not VERSION.fullmatch(version):
        reading.wrong("info.version", "this is no version.")
    rules = [*_rules(reading, whole), *_definitions(reading, whole), *_indicators(reading, whole)]
    if not any(rule.part == RulePart.RULE for rule in rules):
        reading.wrong("FRR", "it holds no rule.")
    if len(rules) > MOST_RULES:
        reading.wrong("document", f"it holds more than {MOST_RULES:,} rules.")
    title = reading.text("info.title", info.get("title"), longest=LONGEST_TITLE)
    updated_on = reading.day("info.last_updated", info.get("last_updated"))
    if reading.problems:
        raise BadRules(reading.problems)
    return EditionDraft(version, title, updated_on, raw.sha256, rules)


class _Reading:
    """Reads values of their kind, and keeps what is wrong with them and which ids were read."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.ids: set[str] = set()

    def wrong(self, place: str, words: str) -> None:
        self.problems.append(f"{place}: {words}")

    def object(self, place: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(place, "this is no object.")
            return {}
        return value

    def text(self, place: str, value: Any, *, longest: int = LONGEST_TEXT) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.wrong(place, f"this is no text of at most {longest:,} letters.")
            return ""
        if not all(each.isprintable() or each == "\n" for each in value):
            self.wrong(place, "it holds letters that cannot be shown.")
            return ""
        return value.strip()

    def texts(self, place: str, value: Any) -> list[str]:
        if not isinstance(value, list):
            self.wrong(place, "this is no list.")
            return []
        return [self.text(f"{place}.{number}", each) for number, each in enumerate(value, 1)]

    def among(self, place: str, value: Any, known: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in known:
            self.wrong(place, f"“{str(value)[:60]}” is none of: {', '.join(known)}.")
            return ""
        return value

    def day(self, place: str, value: Any) -> date:
        try:
            return date.fromisoformat(value) if isinstance(value, str) else _no_day()
        except ValueError:
            self.wrong(place, f"“{str(value)[:60]}” is no day.")
            return date.min

    def identity(self, part: RulePart, rule_id: str) -> str:
        if not IDS[part].fullmatch(rule_id):
            self.wrong(rule_id[:60], f"this is no id of a {part.label.lower()}.")
        if rule_id in self.ids:
            self.wrong(rule_id[:60], "it stands there twice.")
        self.ids.add(rule_id)
        return rule_id


def _no_day() -> date:
    raise ValueError("no text")


def _rules(reading: _Reading, whole: Mapping[str, Any]) -> Iterator[RuleText]:
    for ruleset, document in reading.object("FRR", whole.get("FRR")).items():
        place = f"FRR.{str(ruleset)[:20]}"
        stated = reading.object(place, document)
        chapter = reading.text(
            f"{place}.info.name", reading.object(f"{place}.info", stated.get("info")).get("name"), longest=100
        )
        for applies, groups in reading.object(f"{place}.data", stated.get("data")).items():
            words = APPLIES[reading.among(f"{place}.data", applies, tuple(APPLIES)) or "all"]
            for group, rules in reading.object(f"{place}.data.{applies}", groups).items():
                for rule_id, rule in reading.object(f"{place}.data.{applies}.{str(group)[:20]}", rules).items():
                    yield _rule(reading, rule_id, rule, chapter, words)


def _rule(reading: _Reading, rule_id: str, value: Any, chapter: str, applies: str) -> RuleText:
    stated = reading.object(rule_id, value)
    classes = stated.get("varies_by_class")
    if classes is None:
        force = reading.among(f"{rule_id}.force", stated.get("force"), FORCES)
        text = reading.text(f"{rule_id}.statement", stated.get("statement"))
    else:
        force, text = BY_CLASS, "\n\n".join(_by_class(reading, rule_id, classes, forced=True))
    binds = [
        reading.among(f"{rule_id}.affects", each, PARTIES)
        for each in reading.texts(f"{rule_id}.affects", stated.get("affects"))
    ]
    more = [["Applies to", [applies]], *_more(reading, rule_id, stated)]
    return RuleText(
        rule_id=reading.identity(RulePart.RULE, rule_id),
        part=RulePart.RULE,
        chapter=chapter,
        title=reading.text(f"{rule_id}.name", stated.get("name"), longest=LONGEST_TITLE),
        force=force,
        binds=", ".join(binds)[:100],
        text=text,
        more=more,
    )


def _by_class(reading: _Reading, rule_id: str, value: Any, *, forced: bool) -> Iterator[str]:
    for name, level in reading.object(f"{rule_id}.varies_by_class", value).items():
        place = f"{rule_id}.varies_by_class.{str(name)[:10]}"
        reading.among(place, name, ("a", "b", "c", "d"))
        stated = reading.object(place, level)
        text = reading.text(f"{place}.statement", stated.get("statement"))
        force = reading.among(f"{place}.force", stated.get("force"), FORCES) if forced else ""
        yield f"Class {str(name).upper()}{f' ({force})' if force else ''}: {text}"


def _more(reading: _Reading, rule_id: str, stated: Mapping[str, Any]) -> Iterator[list[Any]]:
    if "note" in stated:
        yield ["Note", [reading.text(f"{rule_id}.note", stated["note"])]]
    for name, heading in HEADINGS.items():
        if stated.get(name):
            yield [heading, reading.texts(f"{rule_id}.{name}", stated[name])]
    told = stated.get("notification", [])
    if not isinstance(told, list):
        reading.wrong(f"{rule_id}.notification", "this is no list.")
    elif told:
        yield ["Where it is sent", [_notification(reading, f"{rule_id}.notification", each) for each in told]]
    if isinstance(changed := stated.get("updated"), list) and changed:
        last = [reading.object(f"{rule_id}.updated", each) for each in changed]
        yield ["Changed", [day_text(reading.day(f"{rule_id}.updated.date", each.get("date"))) for each in last]]


def _notification(reading: _Reading, place: str, value: Any) -> str:
    stated = reading.object(place, value)
    party, method, name, target = (
        reading.text(f"{place}.{part}", stated.get(part), longest=500) for part in ("party", "method", "name", "target")
    )
    return f"{party}, by {method}: {name}" + (f" ({target})" if target != name else "")


def _definitions(reading: _Reading, whole: Mapping[str, Any]) -> Iterator[RuleText]:
    stated = reading.object("FRD", whole.get("FRD"))
    for applies, terms in reading.object("FRD.data", stated.get("data")).items():
        for rule_id, value in reading.object(f"FRD.data.{str(applies)[:10]}", terms).items():
            term = reading.object(rule_id, value)
            yield RuleText(
                rule_id=reading.identity(RulePart.DEFINITION, rule_id),
                part=RulePart.DEFINITION,
                chapter="Definitions",
                title=reading.text(f"{rule_id}.term", term.get("term"), longest=LONGEST_TITLE),
                text=reading.text(f"{rule_id}.definition", term.get("definition")),
                more=list(_more(reading, rule_id, term)),
            )


def _indicators(reading: _Reading, whole: Mapping[str, Any]) -> Iterator[RuleText]:
    for theme, value in reading.object("KSI", whole.get("KSI")).items():
        place = f"KSI.{str(theme)[:20]}"
        stated = reading.object(place, value)
        chapter = reading.text(f"{place}.name", stated.get("name"), longest=100)
        for rule_id, indicator in reading.object(f"{place}.indicators", stated.get("indicators")).items():
            said = reading.object(rule_id, indicator)
            classes = said.get("varies_by_class")
            text = (
                reading.text(f"{rule_id}.statement", said.get("statement"))
                if classes is None
                else "\n\n".join(_by_class(reading, rule_id, classes, forced=False))
            )
            yield RuleText(
                rule_id=reading.identity(RulePart.INDICATOR, rule_id),
                part=RulePart.INDICATOR,
                chapter=chapter,
                title=reading.text(f"{rule_id}.name", said.get("name"), longest=LONGEST_TITLE),
                text=text,
                more=list(_more(reading, rule_id, said)),
            )
