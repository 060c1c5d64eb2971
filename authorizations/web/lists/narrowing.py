"""What an address narrows a list to beside its filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User

# So many values of a filter count.
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An exact condition that links from other pages set, such as one offering; several values mean any of them."""

    key: str
    label: str
    condition: Callable[[str], Q]
    word: Callable[[User, str], str]
    # Where it hangs on rows of another list: on those that the person may see.
    through: Callable[[User, str], Q] | None = None
    # What a value must be, in words, and whether one is; a record's id may be any text.
    must_be: str = ""
    reads: Callable[[str], object] = bool

    def conditions(self, user: User, values: Sequence[str]) -> Q:
        some = Q(pk__in=[])
        for value in values:
            some |= self.condition(value)
            if self.through is not None:
                some |= self.through(user, value)
        return some
