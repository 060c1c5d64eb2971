"""The machine-readable Consolidated Rules (repository FedRAMP/rules): from the file to texts, or to what is wrong.

What is read must be of its kind; what is not read may be anything, so that a later version with more of it comes in.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from authorizations.actions.rules.rule_texts import EditionDraft
from authorizations.display import day_text
from authorizations.exchange.rules.files import LARGEST_RULES, RawDocument, raw_document
from authorizations.models import RuleText
from authorizations.rules import BadRelease
from authorizations.rules.validation import Day, matching, refuse, sentences
from authorizations.vocabulary import RulePart

VERSION = "[0-9A-Za-z][0-9A-Za-z.-]{0,39}"
BY_CLASS = "by class"
APPLIES = {"all": "20x and Rev5", "20x": "20x", "rev5": "Rev5"}
# Lists of texts that are kept under a heading, in the order in which they are shown.
HEADINGS = {
    "following_information": "Information to supply",
    "following_information_bullets": "In particular",
    "notes": "Notes",
    "corrective_actions": "Corrective actions",
    "related": "Related rules",
    "alts": "Also written",
}
MOST_RULES = 5_000


class BadRules(BadRelease):
    """The file is not the Consolidated Rules, or not whole; ``problems`` names each place."""


# --- the file ---


def _showable(value: str) -> str:
    if not value.strip():
        raise ValueError("This must not be blank.")
    if not all(each.isprintable() or each == "\n" for each in value):
        raise ValueError("This holds characters that cannot be shown.")
    return value.strip()


Paragraph = Annotated[str, Field(max_length=20_000), AfterValidator(_showable)]
Title = Annotated[str, Field(max_length=200), AfterValidator(_showable)]
Chapter = Annotated[str, Field(max_length=100), AfterValidator(_showable)]
Word = Annotated[str, Field(max_length=500), AfterValidator(_showable)]
Force = Annotated[str, matching("[A-Z][A-Z ]{1,19}", "a force")]
RuleId = Annotated[str, matching("[A-Z]{3}-[A-Z]{3}-[A-Z]{3}", "an id of a rule")]
DefinitionId = Annotated[str, matching("FRD-[A-Z]{3}", "an id of a definition")]
IndicatorId = Annotated[str, matching("KSI-[A-Z]{3}-[A-Z]{3}", "an id of an indicator")]
Paragraphs = tuple[Paragraph, ...]


# What versions since 2026 say, by the field that says it; another word is kept, and listed.
WORDS: dict[str, frozenset[str]] = {
    "force": frozenset({"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"}),
    "affects": frozenset({"Advisors", "Agencies", "Assessors", "FedRAMP", "Providers", "Everyone"}),
    "varies_by_class": frozenset("abcd"),
    "pain_timeframes": frozenset("12345"),
    "data": frozenset({*APPLIES, "rules", "definitions"}),
}
# What is known not to be read.
UNREAD = frozenset(
    {
        *("CTL", "artifacts", "controls", "danger", "default_artifacts", "description", "do_not_link", "effective"),
        *("examples", "flows", "following_information", "id", "info", "note", "purpose", "reference", "reference_url"),
        *("rev5", "20x", "rev5_controls_list", "schema", "short_name", "status", "subsets", "tag", "terms"),
        *("timeframe_num", "timeframe_type", "web_name"),
    }
)
MOST_NOTES = 100


class FilePart(BaseModel):
    """A part of the file; what is not named here is not read, but listed where it is new."""

    model_config = ConfigDict(frozen=True, extra="allow")

    def unknown(self, place: str = "") -> Iterator[str]:
        """What of this part and those below it this portal does not know, each by its place."""
        for name, value in (self.model_extra or {}).items():
            if name in WORDS:
                yield from _new_words(name, value, f"{place}{name}")
            elif name not in UNREAD:
                yield f"{place}{name} is not known here. It was left out."
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in WORDS:
                yield from _new_words(name, value, f"{place}{name}")
            yield from _unknown_below(value, f"{place}{field.alias or name}")


def _new_words(name: str, value: Any, place: str) -> Iterator[str]:
    words = [value] if isinstance(value, str) else value or ()
    yield from (f"{place}: “{word}” is new. It was kept as it is." for word in words if word not in WORDS[name])


def _unknown_below(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, FilePart):
        yield from value.unknown(f"{place}.")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _unknown_below(each, f"{place}.{name}")


class Notification(FilePart):
    party: Word
    method: Word
    name: Word
    target: Word

    @property
    def words(self) -> str:
        target = f" ({self.target})" if self.target != self.name else ""
        return f"{self.party}, by {self.method}: {self.name}{target}"


class DateOfChange(FilePart):
    date: Day


class Clause(FilePart):
    note: Paragraph | None = None
    following_information: Paragraphs = ()
    following_information_bullets: Paragraphs = ()
    notes: Paragraphs = ()
    corrective_actions: Paragraphs = ()
    related: Paragraphs = ()
    alts: Paragraphs = ()
    notification: tuple[Notification, ...] = ()
    updated: tuple[DateOfChange, ...] = ()

    def row(self, rule_id: str, part: RulePart, chapter: str) -> RuleText:
        kind: Any = self  # each kind has its title and its text
        more, title, text = list(self.more()), kind.title, kind.text
        return RuleText(rule_id=rule_id, part=part, chapter=chapter, title=title, text=text, more=more)

    def more(self) -> Iterator[list[str | list[str]]]:
        """What belongs to the text, under its headings."""
        if self.note is not None:
            yield ["Note", [self.note]]
        for name, heading in HEADINGS.items():
            if paragraphs := getattr(self, name):
                yield [heading, list(paragraphs)]
        if self.notification:
            yield ["Where it is sent", [each.words for each in self.notification]]
        if self.updated:
            yield ["Changed", [day_text(each.date) for each in self.updated]]


class Level(FilePart):
    statement: Paragraph
    force: Force | None = None


class Statement(Clause):
    """A rule or an indicator: one statement, or one for each class."""

    title: Title = Field(alias="name")
    statement: Paragraph | None = None
    varies_by_class: dict[Annotated[str, matching("[a-z]", "a class")], Level] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Statement":
        missing = self.varies_by_class is None and self.statement is None
        refuse([(("statement",), "This is required.")] if missing else [])
        return self

    @property
    def text(self) -> str:
        if self.varies_by_class is None:
            return self.statement or ""
        return "\n\n".join(
            f"Class {name.upper()}{f' ({level.force})' if level.force else ''}: {level.statement}"
            for name, level in self.varies_by_class.items()
        )


class RuleClause(Statement):
    force: Force | None = None
    affects: tuple[Word, ...]

    @model_validator(mode="after")
    def _has_force(self) -> "RuleClause":
        levels = self.varies_by_class
        places: list[tuple[str, ...]] = [("force",)] if levels is None and self.force is None else []
        places += [("varies_by_class", name, "force") for name, level in (levels or {}).items() if level.force is None]
        refuse((place, "This is required.") for place in places)
        return self


class Definition(Clause):
    title: Title = Field(alias="term")
    text: Paragraph = Field(alias="definition")


class Ruleset(FilePart):
    class RulesetInfo(FilePart):
        name: Chapter

    info: RulesetInfo
    data: dict[Chapter, dict[str, dict[RuleId, RuleClause]]]


class Definitions(FilePart):
    data: dict[str, dict[DefinitionId, Definition]]


class Theme(FilePart):
    name: Chapter
    indicators: dict[IndicatorId, Statement]


class RulesFile(FilePart):
    class RulesFileInfo(FilePart):
        version: Annotated[str, matching(VERSION, "a version")]
        title: Title
        last_updated: Day

    info: RulesFileInfo
    rulesets: dict[str, Ruleset] = Field(alias="FRR")
    definitions: Definitions = Field(alias="FRD")
    themes: dict[str, Theme] = Field(alias="KSI")

    def texts(self) -> Iterator[RuleText]:
        """All that the file holds, as rows that are not saved."""
        for ruleset in self.rulesets.values():
            for applies, groups in ruleset.data.items():
                for rule_id, rule in (pair for rules in groups.values() for pair in rules.items()):
                    row = rule.row(rule_id, RulePart.RULE, ruleset.info.name)
                    row.force = BY_CLASS if rule.varies_by_class is not None else rule.force or ""
                    row.binds = ", ".join(rule.affects)[:100]
                    row.more = [["Applies to", [APPLIES.get(applies, applies)]], *row.more]
                    yield row
        for rule_id, term in (pair for terms in self.definitions.data.values() for pair in terms.items()):
            yield term.row(rule_id, RulePart.DEFINITION, "Definitions")
        for theme in self.themes.values():
            for rule_id, indicator in theme.indicators.items():
                yield indicator.row(rule_id, RulePart.INDICATOR, theme.name)


# --- reading it ---


def rules_from_bytes(content: bytes, *, name: str) -> EditionDraft:
    """Raises Unreadable; BadRules with everything that is wrong, place by place."""
    return draft_of(raw_document(content, name=name, max_bytes=LARGEST_RULES))


def draft_of(raw: RawDocument) -> EditionDraft:
    """The version that a document states. Raises BadRules: with everything that is wrong, place by place."""
    try:
        found = RulesFile.model_validate(raw.stated)
    except ValidationError as error:
        raise BadRules(sentences(error, raw.stated)) from error
    rules = list(found.texts())
    if problems := list(_problems(rules)):
        raise BadRules(problems)
    info, notes = found.info, list(islice(found.unknown(), MOST_NOTES))
    return EditionDraft(info.version, info.title, info.last_updated, raw.sha256, rules, notes)


def _problems(rules: list[RuleText]) -> Iterator[str]:
    if not any(rule.part == RulePart.RULE for rule in rules):
        yield "FRR: This must hold at least one rule."
    if len(rules) > MOST_RULES:
        yield f"document: This must hold at most {MOST_RULES:,} rules."
    seen = set[str]()
    for rule in rules:
        if rule.rule_id in seen:
            yield f"{rule.rule_id}: This id is here twice."
        seen.add(rule.rule_id)
