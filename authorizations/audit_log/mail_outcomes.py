"""Compares what became of messages with what was entered of it: one entry names all that a run of the sender ended."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Max

from authorizations.actions.messages import ENDED, SENT_AGAIN, SENT_BETWEEN, outcome_of
from authorizations.models import Event, Message
from authorizations.vocabulary import MessageStatus

BATCH = 500
# A message may end between the reading of entries and of rows: what differs is read again.
TRIES = 3
PLANNED = MessageStatus.PLANNED.value


def differing_messages() -> Iterator[str]:
    """A sentence for each message that ended otherwise than was entered, or that is gone.

    What has a claim and has ended will be entered by the next run.
    """
    found: dict[str, str] = {}
    for number in range(TRIES):
        differing = dict(_Outcomes().differing())
        found = differing if number == 0 else {name: differing[name] for name in found if name in differing}
        if not found:
            return
    yield from (f"message {public_id}: {words}" for public_id, words in sorted(found.items()))


class _Outcomes:
    """What was entered last of each message: a byte for each key, because a portal may hold millions."""

    def __init__(self) -> None:
        last = Message._base_manager.aggregate(last=Max("pk"))["last"] or 0
        self.words, self.codes = [PLANNED], bytearray(last + 1)
        self.wrong: dict[str, str] = {}
        # The order of keys is that in which a message's row was held, whatever the log.
        entries = Event.objects.filter(verb__in=(ENDED, SENT_AGAIN)).order_by("pk")
        for verb, subject, changes in entries.values_list("verb", "subject_id", "changes").iterator(chunk_size=BATCH):
            if verb == ENDED:
                self._enter(changes)
            elif subject <= last:
                self.codes[subject] = 0

    def _enter(self, changes: dict[str, Any]) -> None:
        _, between = changes.get(SENT_BETWEEN) or [None, None]
        times = [datetime.fromisoformat(each) for each in between or ()]
        for words, (_, public_ids) in changes.items():
            if words == SENT_BETWEEN:
                continue
            if words not in self.words:
                self.words.append(words)
            rest = iter(public_ids)
            while some := list(islice(rest, BATCH)):
                self._enter_some(some, self.words.index(words), times if words == MessageStatus.SENT else [])

    def _enter_some(self, public_ids: list[str], code: int, times: list[datetime]) -> None:
        rows = Message._base_manager.filter(public_id__in=public_ids).values_list("public_id", "pk", "sent_at")
        there = {public_id: (key, sent_at) for public_id, key, sent_at in rows}
        for public_id in public_ids:
            key, sent_at = there.get(public_id, (0, None))
            if not key:
                self.wrong[public_id] = "its row is gone, and an entry about it is there"
            elif key < len(self.codes):
                self.codes[key] = code
                if times and sent_at and not times[0] <= sent_at <= times[1]:
                    self.wrong[public_id] = "its row says that it was sent at another time"

    def differing(self) -> Iterator[tuple[str, str]]:
        yield from self.wrong.items()
        ended_now = Message.objects.filter(claim__isnull=False).exclude(status=PLANNED)
        rows = Message._base_manager.exclude(pk__in=ended_now.values("pk")).order_by("pk")
        columns = rows.values_list("pk", "public_id", "status", "skipped")
        for key, public_id, status, skipped in columns.iterator(chunk_size=BATCH):
            entered = self.words[self.codes[key]] if key < len(self.codes) else PLANNED
            if entered != (outcome := outcome_of(status, skipped)):
                yield public_id, f"entered as {entered}, its row says {outcome}"
