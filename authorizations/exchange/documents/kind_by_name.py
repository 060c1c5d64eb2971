"""Which document a file is, as far as its name tells."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from authorizations.rules.documents import DocumentRule

WORD = re.compile(r"[a-z]+|\d+")
SHORT_FORM = re.compile(r"\(([^()]+)\)")
# Where a capital begins a word, as in “AtoLetter”.
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
SAYS_NOTHING = frozenset({"the", "of", "a", "an", "and", "in", "to", "for", "with", "or", "at", "that", "was", "is"})
ENOUGH, ENOUGH_WHERE_ASKED = 2 / 3, 1 / 2


def guess_kind(name: str, rules: Mapping[str, DocumentRule], asked: Collection[str]) -> str:
    """The key of the document that most of a file's name speaks of; blank where it speaks of none.

    asked: the keys of those that are asked for now, of which less needs to be said.
    """
    stem = HUMP.sub(" ", PurePosixPath(name).stem).replace("&", "").lower()
    said = set(WORD.findall(stem))
    best: tuple[float, int, bool] = (0, 0, False)
    found = ""
    for key, rule in rules.items():
        for names in _names_of(key, rule):
            score = len(names & said) / len(names), len(names & said), key in asked
            is_enough = score[0] >= (ENOUGH_WHERE_ASKED if key in asked else ENOUGH)
            if is_enough and score > best:
                best, found = score, key
    return found


def _names_of(key: str, rule: DocumentRule) -> Iterator[frozenset[str]]:
    """The words of each name of a document: of its key, of its label, and of each short form in the label."""
    label = rule.label.replace("&", "").replace("’s", "").lower()
    for words in (key, SHORT_FORM.sub("", label), *SHORT_FORM.findall(label)):
        if names := frozenset(WORD.findall(words)) - SAYS_NOTHING:
            yield names


def title_by_name(name: str, most: int) -> str:
    """What a file is called, as a title."""
    return " ".join(PurePosixPath(name).stem.replace("_", " ").split())[:most]
