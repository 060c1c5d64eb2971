"""Sweeps in two parts: a few values with every change, and all the others in a lane of `./portal test --all`."""

from collections.abc import Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def sample(values: Iterable[T], *few: T, lane: pytest.MarkDecorator = pytest.mark.slow) -> list[object]:
    """What a test is made for: ``few`` of the values in every run, the rest in a longer lane."""
    found = list(values)
    unknown = [value for value in few if value not in found]
    assert not unknown, f"{unknown} is none of the values"
    rows = [value if isinstance(value, tuple) else (value,) for value in found]
    return [pytest.param(*row, marks=() if value in few else lane) for value, row in zip(found, rows, strict=True)]
