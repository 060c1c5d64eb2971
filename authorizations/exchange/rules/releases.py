"""A release of the rules from a file: read and checked, but not imported yet."""

from dataclasses import dataclass

from authorizations.exchange.rules.files import LARGEST_RELEASE, raw_document
from authorizations.models.machines import known_to_rules
from authorizations.rules import Release
from authorizations.rules.release import of_stated


@dataclass(frozen=True, slots=True)
class Candidate:
    name: str
    text: str
    sha256: str
    release: Release


def candidate_of(content: bytes, *, name: str) -> Candidate:
    """Raises Unreadable; BadRelease with everything that is wrong, place by place."""
    raw = raw_document(content, name=name, max_bytes=LARGEST_RELEASE)
    return Candidate(raw.name, raw.text, raw.sha256, of_stated(raw.stated, known_to_rules()))
