"""Tags and filters of every template: dates in words with their source, status tags, numbers. They only format."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from authorizations.display import address, day_text
from authorizations.lifecycle.glossary import explained as explained_pieces
from authorizations.rules.names import RULESETS
from authorizations.tables.columns import TagCell
from authorizations.tables.html import cell_html, day_html, filled

register = template.Library()
# A rule by its id, or the rules of a ruleset or of a part of it.
RULE_ID = re.compile(rf"\b(?:{'|'.join([*RULESETS, 'FRD', 'KSI'])})(?:-[A-Z]{{3}}){{0,2}}\b(?!-)")
_numbers = count(1)
# An address in a plain text; what ends a sentence or a bracket is not of it.
_ADDRESS = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}])")


@register.filter
def day(value: date | None) -> SafeString:
    """A date in words inside a <time>; a dash where there is none."""
    return day_html(value) if value else cell_html(None)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """A time in US Eastern with the zone named."""
    return cell_html(value or None)


@register.filter
def as_entered(text: str) -> SafeString:
    """A plain text with its line breaks, in which addresses lead on; the words of a link are its address."""
    pieces = _ADDRESS.split(text)
    linked = format_html_join(
        "",
        '{}<a href="{}" rel="noreferrer nofollow">{}</a>',
        zip(pieces[::2], pieces[1::2], pieces[1::2], strict=False),
    )
    return mark_safe(f"{linked}{format_html('{}', pieces[-1])}".replace("\n", "<br>"))  # noqa: S308  # both parts are escaped above


@register.filter
def checkboxes(choices: Iterable[Any], name: str) -> SafeString:
    """The values of a filter. Put together here: a list has hundreds."""
    boxes = (
        filled(
            "choice" if choice.count is None else "choice_counted",
            safe=" checked" if choice.chosen else "",
            name=name,
            place=str(place),
            value=choice.value,
            text=choice.label,
            count=str(choice.count),
        )
        for place, choice in enumerate(choices, 1)
    )
    return SafeString("".join(boxes))


@register.filter
def act(entry: Any) -> SafeString:
    """One act of a history. Put together here: a page has a hundred, and a template takes its time for each."""
    before = f"{entry.before} → " if entry.before and entry.before != entry.after else ""
    stages = f": {before}{entry.after}" if entry.after else ""
    decided = f", recording the signed decision of {entry.decided_by}" if entry.decided_by else ""
    who: str = f"{entry.who}{decided}"
    if entry.recorded_at:
        who = format_html("{} · recorded {}", who, moment(entry.recorded_at))
    reason = [f"Reason: {entry.reason}"] if entry.reason else []
    notes = [who, *reason, *(f"{label}: {words}" for label, words in entry.facts)]
    return format_html(
        '<li><span class="history__day">{}</span><span class="history__what"><strong>{}</strong>{}{}</span></li>',
        moment(entry.at),
        entry.what,
        stages,
        format_html_join("", ' <span class="cell-note">{}</span>', ((note,) for note in notes)),
    )


@register.filter
def deadline_row(line: Any) -> SafeString:
    """One deadline (`DeadlineRow`) in a table of them. Put together here as well: an offering has dozens."""
    return _deadline_row(line)


@lru_cache(maxsize=1_000)
def _deadline_row(line: Any) -> SafeString:
    due = line.due
    anchored = format_html(", {}", day(due.anchored_on)) if due.anchored_on else ""
    record = (
        format_html(' <a href="{}">Record it<span class="usa-sr-only">: {}</span></a>', line.url, line.label)
        if line.url
        else ""
    )
    source = _note("Stated in {}", sourced(due.source)) if due.source and due.source != due.rule else ""
    release = format_html(' · <a href="{}">{}</a>', _release(due.release), due.release) if due.release else ""
    return format_html(
        '<tr><th scope="row">{}{}{}</th><td data-label="Due"><span>{}</span></td>'
        '<td data-label="Who owes whom"><span>{}{}</span></td>'
        '<td data-label="By which rule"><span class="due-rule">{}{}{}</span></td></tr>',
        line.label,
        _note("from: {}{}", due.anchor, anchored),
        record,
        _due(line),
        line.who,
        _note("to {}", line.to),
        sourced(due.rule),
        source,
        _note("{}{}", line.force, release),
    )


def _due(line: Any) -> SafeString:
    """When a deadline is due, how far off that is, and how it was met."""
    due = line.due
    time = format_html(", {}", moment(due.time)) if due.time else ""
    met = format_html("{}{}", day(due.satisfied_on), f": {due.satisfied_by}" if due.satisfied_by else "")
    parts = (
        format_html("{}{}", day(due.on), time) if due.on else SafeString('<span class="missing">Not stated</span>'),
        _note("not before {}", day(due.opens_on)) if due.opens_on else "",
        status(line.left, line.tone) if line.left else "",
        status(line.met, "good") + _note("{}", met) if due.satisfied_on else "",
    )
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def _note(words: str, *values: object) -> SafeString:
    return format_html(f'<span class="cell-note">{words}</span>', *values)


@lru_cache(maxsize=100)
def _release(name: str) -> str:
    return reverse("release", args=[name])


@register.filter
def sourced(text: object) -> SafeString:
    """Sources, or a text that names rules, in which each id of a rule leads to its page."""
    return _sourced(str(text))


@lru_cache(maxsize=1_000)
def _sourced(linked: str) -> SafeString:
    # The same few rules are named on every page.
    pieces, end = [], 0
    for found in RULE_ID.finditer(linked):
        pieces += [(linked[end : found.start()], "", ""), ("", found[0], reverse("rule", args=[found[0]]))]
        end = found.end()
    pieces.append((linked[end:], "", ""))
    return format_html_join("", "{}{}", ((before, _link(rule, url)) for before, rule, url in pieces))


def _link(words: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words) if url else SafeString("")


@register.simple_tag
def dated(value: date | None, source: str, missing: str = "Not recorded") -> SafeString:
    """A date whose source shows on hover and on focus (a button, so that it can be reached by keyboard)."""
    if not value:
        return format_html('<span class="missing">{}</span>', missing)
    name = f"source-{next(_numbers) % 100_000}"
    return format_html(
        '<span class="dated"><button type="button" class="dated__day" aria-describedby="{0}">'
        '<time datetime="{1}">{2}</time></button>'
        '<span class="dated__source" role="tooltip" id="{0}">{1}. {3}</span></span>',
        name,
        value.isoformat(),
        day_text(value),
        source,
    )


@register.filter
def explained(text: object, seen: set[str]) -> SafeString:
    """A text whose old names and abbreviations say on hover and focus what they stand for, each once for ``seen``."""
    return format_html_join("", "{}", ((_explained(*piece),) for piece in explained_pieces(str(text), seen)))


def _explained(words: str, explanation: str) -> SafeString | str:
    if not explanation:
        return words
    # Explained once on the page, the word itself names its explanation: the same page is the same to the byte.
    name = f"word-{slugify(words)}"
    return format_html(
        '<span class="dated explained"><button type="button" class="dated__day" aria-describedby="{0}">{1}</button>'
        '<span class="dated__source" role="tooltip" id="{0}">{2}</span></span>',
        name,
        words,
        explanation,
    )


@register.simple_tag
def status(text: str, tone: str = "plain") -> SafeString:
    """A status tag: tones are plain, good, wait, warn, bad, past."""
    return cell_html(TagCell(text, tone))


@register.filter
def plural(number: int, words: str) -> str:
    """`3|plural:"offering,offerings"` → "3 offerings", with thousands separated."""
    one, many = words.split(",")
    return f"{number:,} {one if number == 1 else many}"


@register.filter
def of_so_many(here: int, asked: int) -> str:
    """`2|of_so_many:3` → "2 of 3 needed at this stage are here"."""
    return f"{here} of {asked} needed at this stage {'is' if here == 1 else 'are'} here"


DOCUMENT_ACTS = {
    "share": "Share it",
    "withdraw": "Withdraw it",
    "verify": "Note that it was looked up",
    "state": "Record a signature or statement",
}


@register.filter
def document_act(name: str) -> str:
    """What is done with a version of a document, as a link says it."""
    return DOCUMENT_ACTS[name]


@register.simple_tag
def page(name: str, public_id: str) -> str:
    """The address of one record's page; in long lists cheaper than the `url` tag."""
    return address(name, public_id)


@register.filter
def field_of(form: Any, name: str) -> Any:
    """The field of a form by its name; None where it has none."""
    return form[name] if name in form.fields else None


@register.filter
def thousands(number: int | str) -> str:
    """A number with its thousands separated; words that stand for one as they are."""
    return number if isinstance(number, str) else f"{number:,}"


@register.filter
def recorded(value: object) -> object:
    """The value as it is, or words for an absent one that no reader takes for a value."""
    return value or mark_safe('<span class="missing">Not recorded</span>')
