"""From a file to its raw content, or to one sentence that says why not. Nothing here trusts the file."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authorizations.sanitize import file_name

# Python refuses longer numbers by itself, but only from 4,300 digits on; a database holds 18.
LONGEST_NUMBER = 18
# The largest table of a real feed has 2,615 records.
MOST_RECORDS = 100_000


class Unreadable(Exception):
    """The file cannot be imported; ``sentence`` says why, for the person who chose it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that is valid JSON, with its name, SHA-256 and size in bytes."""

    name: str
    sha256: str
    size: int
    content: Any


def content_of(path: Path, *, max_bytes: int) -> bytes:
    """Raises Unreadable: no such file, not a plain file, or no permission."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path.name or path} is {'a folder' if path.is_dir() else 'not a plain file'}.")
        with path.open("rb") as file:
            # One byte more than allowed tells a file that is too large without reading all of it.
            return file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}.") from error
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path.name} cannot be read. Check its permissions and its name.") from error


def read_bytes(content: bytes, *, name: str, max_bytes: int) -> RawFile:
    """Raises Unreadable: too large, empty, not UTF-8, not JSON, or hostile JSON."""
    raw = parse(text_of(content, max_bytes=max_bytes))
    return RawFile(file_name(name)[-200:], hashlib.sha256(content).hexdigest(), len(content), raw)


def text_of(content: bytes, *, max_bytes: int, what: str = "a feed") -> str:
    """The text of a file. Raises Unreadable: too large, empty, or not UTF-8."""
    if len(content) > max_bytes:
        raise Unreadable(f"The file is larger than {max_bytes // (1024 * 1024) or 1} MB, the most {what} may have.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not text in UTF-8. It must be a JSON file in UTF-8.") from error
    if not text.strip():
        raise Unreadable("The file is empty.")
    return text


def parse(text: str, what: str = "a feed") -> Any:
    """What a text states as JSON. Raises Unreadable: it is not JSON, or JSON that would harm anyone who reads it."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_once_each,
            parse_constant=_no_number,
            parse_int=_short_number,
            parse_float=_finite_number,
        )
    except RecursionError as error:
        raise Unreadable(f"The file nests lists or objects too deeply to be {what}.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"The file is not complete JSON: it cannot be understood from line {error.lineno}, column {error.colno} on."
        ) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise Unreadable(f"The file states “{_printable(twice)}” twice in one record, so it is unclear which counts.")
    return record


def _no_number(word: str) -> Any:
    raise Unreadable(f"The file holds {word} where a number belongs.")


def _short_number(digits: str) -> int:
    length = len(digits.removeprefix("-"))
    if length > LONGEST_NUMBER:
        raise Unreadable(f"The file holds a number of {length} digits, which no feed has.")
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Unreadable("The file holds a number too large to be one.")
    return number


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text[:60])
