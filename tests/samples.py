"""Sweeps in two parts: a few values with every change, and all the others in `./portal test --all` or at night."""

from collections.abc import Collection, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def sample(
    values: Iterable[T], *few: T, more: Collection[T] = (), lane: pytest.MarkDecorator = pytest.mark.slow
) -> list[object]:
    """What a test is made for: ``few`` values in every run, ``more`` in the full one, the rest in a longer one."""
    found = list(values)
    unknown = [value for value in (*few, *more) if value not in found]
    assert not unknown, f"{unknown} is none of the values"
    rows = [value if isinstance(value, tuple) else (value,) for value in found]
    marks = [() if value in few else pytest.mark.slow if value in more else lane for value in found]
    return [pytest.param(*row, marks=mark) for row, mark in zip(rows, marks, strict=True)]


def ends(values: Iterable[T], lane: pytest.MarkDecorator = pytest.mark.slow) -> list[object]:
    """The first and the last of the values in every run, where both sides of a rule are at the ends."""
    found = list(values)
    return sample(found, found[0], found[-1], lane=lane)


def first(values: Iterable[T], lane: pytest.MarkDecorator = pytest.mark.slow) -> list[object]:
    """The first of the values in every run."""
    found = list(values)
    return sample(found, found[0], lane=lane)
