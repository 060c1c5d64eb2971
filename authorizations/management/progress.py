"""A progress bar on a terminal; silence elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def progress_bar(unit: str, *, silent: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Hands out what is called with (done, in all)."""
    with tqdm(unit=f" {unit}", disable=True if silent else None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
