"""When two names mean one organization: the same but for case, blanks and punctuation, or nearly so."""

import re
import unicodedata
from difflib import SequenceMatcher

NEARLY = 0.85
LEGAL_FORMS = frozenset(
    {"inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "corp", "corporation", "co", "company", "plc", "gmbh"}
)
# What the feed appends to an assessor's name instead of stating it in a column of its own (MAPPING of the feeds, 4).
REMEDIATION = re.compile(r"\s*\(\s*in[-\s]*remed\w*\s*\)", re.IGNORECASE)
REMARK = re.compile(r"\s*\(\s*advisory[-\s]focused\s*\)", re.IGNORECASE)


def key(name: str) -> str:
    """The name without case, blanks and punctuation; two names with one key are one name."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    return re.sub(r"[\W_]+", "", plain) or plain.strip()


def words(name: str) -> list[str]:
    """The words of a name without its legal form: “Cirrus, Inc.” and “Cirrus Corporation” have the same."""
    plain = re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold().replace("&", " and "))
    return [word for word in plain if word not in LEGAL_FORMS] or plain


def same_but_legal_form(one: str, other: str) -> bool:
    return words(one) == words(other)


def similar(one: str, other: str) -> bool:
    """Whether a name may be another spelling or a longer form of the other; a person has the last word."""
    a, b = f" {' '.join(words(one))} ", f" {' '.join(words(other))} "
    if a in b or b in a:
        return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= NEARLY
