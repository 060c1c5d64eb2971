"""Importing a release of the rules, and deciding here what the rules leave open. Neither changes a document."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from authorizations.actions.calendar.deadline_changes import record_moved
from authorizations.actions.door import Action, action, insert, new_values, plain
from authorizations.actions.idempotency_key import sent_before
from authorizations.actions.refusals import Blocked, NoLongerPossible, refuse_unready
from authorizations.deadlines.changes import moved_by_release
from authorizations.display import day_text
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import wrong_day
from authorizations.models import LocalValue, RulesRelease
from authorizations.models.machines import known_to_rules
from authorizations.models.rules import local_values, refresh_releases
from authorizations.policy import Capability
from authorizations.rules import RELEASE_REGISTRY, Release, newest
from authorizations.rules.names import DATES, LENGTHS, unit_of
from authorizations.rules.release import read

LONGEST_LENGTH = 1000


class SameIdOtherText(Blocked):
    """A release of this id is known, and says something else."""


class AlreadyKnown(NoLongerPossible):
    """The very same document is known already."""


def refuse_known(release: Release, sha256: str) -> None:
    if release.id in RELEASE_REGISTRY.shipped:
        raise SameIdOtherText(
            f"The release {release.id} came with the portal, and a document never changes. Give it a new id."
        )
    row = RulesRelease.objects.filter(name=release.id).first()
    if row is None:
        return
    if row.sha256 == sha256:
        raise AlreadyKnown("This document was imported already. Nothing was changed.")
    raise SameIdOtherText(
        f"The release {release.id} was imported with another text, and cases may follow it. A document never changes: "
        "give yours a new id."
    )


def import_release(*, actor: User | None, now: datetime, text: str, sha256: str) -> RulesRelease:
    """Keeps a release; no case follows it until it is moved, but its effective dates hold once it is the newest.

    Args:
        actor: the person; None is the portal itself, from the command line.
        sha256: of the file as it was uploaded.

    Raises:
        BadRelease: the document is wrong, place by place.
    """
    release = read(text, known_to_rules())
    clash = "Someone else imported a release of this id at this moment. Look again."
    with action(actor, Capability.IMPORT_RULES, now=now, clash=clash) as act:
        refuse_known(release, sha256)
        row = RulesRelease.objects.create(
            name=release.id, title=release.title, document=text, sha256=sha256, imported_by=actor, imported_at=now
        )
        values = {"name": release.id, "title": release.title, "sha256": sha256, "active_from": release.active_from}
        entry = act.record("rulesrelease.imported", row, changes=new_values(**values))
        if release.active_from >= newest(act.day).active_from:
            words = f"{release.title} holds from {day_text(release.active_from)} on."
            entry.changes["dates_moved"] = [None, record_moved(act, moved_by_release(release, act.day), words)]
        transaction.on_commit(partial(refresh_releases, at_once=True))
    return row


# --- local policy ---


def open_names() -> dict[str, str]:
    """The dates and lengths that the newest release leaves open, each in words."""
    stated = RELEASE_REGISTRY.as_stated(newest().id)
    names = {**DATES, **LENGTHS}
    return {name: names[name] for name, value in {**stated.dates, **stated.lengths}.items() if value is None}


def set_local_value(
    *,
    actor: User,
    now: datetime,
    name: str,
    value: date | int | None,
    reason: str,
    seen: str = "",
    idempotency_key: str = "",
) -> LocalValue:
    """Decides a date or a length that no source gives, or takes that back with None.

    Args:
        seen: the id of the last decision that the person saw, of whatever name; blank where there was none.
    """
    clash = "This was set already."
    with action(actor, Capability.SET_LOCAL_POLICY, now=now, idempotency_key=idempotency_key, clash=clash) as act:
        if sent_before(idempotency_key):
            raise NoLongerPossible(clash)
        last, current = LocalValue.objects.first(), local_values().get(name)
        if (last.public_id if last else "") != seen:
            raise NoLongerPossible("This was changed since you opened the page. Nothing of yours was done yet.")
        _refuse_value(name, value, reason.strip(), current, act.day)
        return _set(act, name, value, reason.strip(), current)


def _set(act: Action, name: str, value: date | int | None, reason: str, current: LocalValue | None) -> LocalValue:
    before = (current.day or current.number) if current else None
    assert act.actor is not None  # noqa: S101  # a person alone decides
    row = LocalValue(name=name, reason=reason, set_by=act.actor, set_at=act.recorded_at)
    row.day, row.number = (value, None) if isinstance(value, date) else (None, value)
    insert(row)
    entry = act.record("localvalue.set", row, changes={name: [plain(before), plain(value)]}, reason=reason)
    if isinstance(before, int) and isinstance(value, int):
        rules = newest(act.day)
        to = replace(rules, lengths={**rules.lengths, name: value})
        words = f"Local policy: {LENGTHS[name].lower()}, {value} {unit_of(name)}."
        entry.changes["dates_moved"] = [None, record_moved(act, moved_by_release(to, act.day), words)]
    transaction.on_commit(partial(refresh_releases, at_once=True))
    return row


def _refuse_value(name: str, value: Any, reason: str, current: LocalValue | None, today: date) -> None:
    problems = []
    # What a newer document states can still be taken back, so that it does not come to life in another.
    if name not in open_names() and not (current and value is None):
        problems.append(
            Problem("name", "The rules state this; local policy decides only what they leave open.", "name")
        )
    elif value is None and current is None:
        problems.append(Problem("value", "Enter the decision.", "value"))
    elif value is not None and not _fits(name, value):
        words = "Give a day." if name in DATES else f"Give a whole number from 1 to {LONGEST_LENGTH:,}."
        problems.append(Problem("value", words, "value"))
    elif name in DATES and value and (wrong := wrong_day(value, today, may_be_later=True)):
        problems.append(Problem("value", f"{DATES[name]}: {wrong}", "value"))
    if not reason:
        problems.append(REASON)
    refuse_unready(problems)


def _fits(name: str, value: date | int) -> bool:
    if name in DATES:
        return isinstance(value, date)
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST_LENGTH
