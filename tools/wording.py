"""Checks the sentences of the interface for `./portal lint`: their grade level, their length, and words to avoid.

The sentences are those of templates, of strings in Python that hold a sentence, and of the JSON documents of the rules.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import textstat

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "authorizations", "fedramp_portal", "demo")
# Nobody reads these in the portal.
LEFT_OUT = {"migrations", "management"}
# Flesch-Kincaid, on average over all sentences, each weighed by its words.
HIGHEST_GRADE = 9.0
MOST_WORDS = 25
FEWEST_WORDS = 4
# The field's own terms count as one short word: nobody can say them in others.
TERMS = re.compile(
    r"\b(authoriz\w+|certif\w+|fedramp|marketplace|agenc\w+|provider\w*|assess\w+|offering\w*|official\w*|organi[sz]ation\w*"
    r"|document\w*|recommend\w*|remediation|liaison\w*|deadline\w*|calendar|federal|security|designation\w*|requirement\w*"
    r"|vulnerabilit\w+|monitoring|delegat\w+|notification\w*|invitation\w*|membership\w*|administrator\w*)\b",
    re.IGNORECASE,
)
AVOIDED = re.compile(
    r"\b(whoever|whomever|no more\b(?! than)|any ?more\b|of which|in whose|reckon\w*|mended|what is\b"
    r"|stands? (?:in|on|at|here|there|beside|behind|below|as|with|for)\b)",
    re.IGNORECASE,
)
# Sentences that must be longer, or must use such a word: the beginning of each, and why.
EXCEPTIONS = {
    "The side of whoever added it.": "a help text that the initial migration repeats; no page shows it",
    "Stands in the portal alone, and in no mail.": "a help text that the initial migration repeats; no page shows it",
}

NOT_TEXT = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|<script.*?</script>|<style.*?</style>|<svg.*?</svg>", re.DOTALL
)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
# Where one of these is, a sentence ends; inline elements are part of the sentence.
BOUNDARY = re.compile(
    r"\{%.*?%\}|</?(?:p|li|ul|ol|div|td|th|tr|h\d|table|thead|tbody|caption|label|option|button|section|summary|details"
    r"|dd|dt|dl|legend|fieldset|br|form|nav|header|footer|main|title|figure|figcaption|aside|body|html|head)\b[^>]*>",
    re.DOTALL,
)
# Strings in Python that are no sentences: patterns, SQL, paths, markup.
NO_SENTENCE = re.compile(r"[\\^$|=_<>]|SELECT|INSERT|CREATE|  ")


@dataclass(frozen=True)
class Sentence:
    """One sentence of the interface, and where it is written."""

    place: str
    text: str

    @property
    def words(self) -> int:
        return len(re.findall(r"[A-Za-z][\w’'-]*", self.text))

    @property
    def problem(self) -> str:
        """What to change; empty when there is nothing."""
        if any(self.text.startswith(beginning) for beginning in EXCEPTIONS):
            return ""
        if found := AVOIDED.search(self.text):
            return f"say it without “{found.group()}”"
        return f"{self.words} words; make it two sentences" if self.words > MOST_WORDS else ""


def split(place: str, text: str) -> Iterator[Sentence]:
    plain = " ".join(text.split())
    for part in re.split(r"(?<=[.!?:;])\s+(?=[A-Z“\"])", plain):
        sentence = Sentence(place, part.strip())
        if sentence.words >= FEWEST_WORDS:
            yield sentence


def of_template(path: Path, place: str) -> Iterator[Sentence]:
    text = VALUE.sub("X", NOT_TEXT.sub("", path.read_text()))
    for part in BOUNDARY.split(text):
        yield from split(place, re.sub(r"<[^>]*>", " ", part))


def of_python(path: Path, place: str) -> Iterator[Sentence]:
    tree = ast.parse(path.read_text())
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            text = node.value
        else:
            continue
        text = re.sub(r"%\(\w+\)s|%s|\{\w*\}", "X", text)
        if re.match(r"[A-Z“]", text) and re.search(r"[a-z]{2,} [a-z]", text) and not NO_SENTENCE.search(text):
            yield from split(f"{place}:{node.lineno}", text)


def of_json(path: Path, place: str) -> Iterator[Sentence]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                yield from strings(each)
        elif isinstance(value, str):
            yield value

    for text in strings(json.loads(path.read_text())):
        yield from split(place, text)


READERS = {".html": of_template, ".txt": of_template, ".py": of_python, ".json": of_json}


def sentences(root: Path) -> Iterator[Sentence]:
    """Every sentence of the interface, in the order of the files' names."""
    for folder in ("templates", *PACKAGES):
        for path in sorted((root / folder).rglob("*")):
            place = path.relative_to(root)
            if path.suffix in READERS and not LEFT_OUT & set(place.parts):
                yield from READERS[path.suffix](path, str(place))


def grade(found: list[Sentence]) -> float:
    """The average Flesch-Kincaid grade of the sentences, each weighed by its words."""
    grades = [float(textstat.flesch_kincaid_grade(TERMS.sub("term", each.text))) for each in found]
    weighed = sum(max(0.0, level) * each.words for level, each in zip(grades, found, strict=True))
    return weighed / max(sum(each.words for each in found), 1)


def main() -> int:
    found = list(sentences(ROOT))
    wrong = [each for each in found if each.problem]
    for each in wrong:
        print(f"{each.place}: {each.problem}: {each.text}")
    level = grade(found)
    print(f"{len(found):,} sentences, grade {level:.1f} on average (at most {HIGHEST_GRADE}), {len(wrong)} to change")
    return int(bool(wrong) or level > HIGHEST_GRADE)


if __name__ == "__main__":
    sys.exit(main())
