"""From the text of a release's document to the release, or to the list of what is wrong with it, place by place."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from authorizations.rules.artifacts import read_artifacts
from authorizations.rules.checking import WHOLE, Checking, Known
from authorizations.rules.names import DATES, EFFECTIVE, LENGTHS, NEXT_ASSESSMENT, RULESETS, SET_DAYS, TYPES, WAYS
from authorizations.rules.release import BadRelease, Effective, Form, Lead, Named, Release

ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
NEEDED = ("id", "title", "active_from", "source", "guidance", "stages", "artifacts", "dates", "lengths")
ALSO = ("about", "effective", "forms", "leads")
MACHINES = ("initial", "reuse")
AFTERWARDS = ("repeat", "give_up", "escalate")
ROW = "row of the machines’ tables"


def read(text: str, known: Known | None = None) -> Release:
    """The release of a document.

    Args:
        known: what it may name. Without it, which is for documents of our own at a start, names are taken as they are.

    Raises:
        BadRelease: with everything that is missing, unknown, or of the wrong kind, place by place.
    """
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadRelease([f"{WHOLE}: it is not JSON that can be read."]) from problem
    return of_stated(stated, known)


def of_stated(stated: Any, known: Known | None = None) -> Release:
    """The release of a document that is read as JSON already.

    Raises:
        BadRelease: as `read`.
    """
    check = Checking(known)
    whole = check.record(WHOLE, stated, NEEDED, ALSO)
    dates, of_dates = _dates(check, whole.get("dates"))
    lengths, of_lengths = _lengths(check, whole.get("lengths"))
    effective, effective_source = _effective(check, whole.get("effective"))
    found = Release(
        id=_id(check, whole.get("id")),
        title=check.text("title", whole.get("title", "")),
        active_from=check.day("active_from", whole.get("active_from"), open_end=False) or date.min,
        source=check.text("source", whole.get("source", "")),
        about=check.text("about", whole.get("about", ""), blank=True),
        guidance=_guidance(check, whole.get("guidance")),
        stages=_stages(check, whole.get("stages")),
        artifacts=read_artifacts(check, whole.get("artifacts")),
        dates=dates,
        lengths=lengths,
        sources={**of_dates, **of_lengths},
        effective=effective,
        effective_source=effective_source,
        forms=_forms(check, whole.get("forms", {})),
        leads=_leads(check, whole.get("leads", {})),
    )
    if check.problems:
        # What is missing was said once already.
        raise BadRelease(dict.fromkeys(check.problems))
    return found


def _id(check: Checking, value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        check.wrong("id", "this is no id: 2 to 40 small letters, digits, dots and hyphens.")
        return ""
    return value


def _guidance(check: Checking, value: Any) -> str:
    said = check.text("guidance", value if value is not None else "")
    if check.known is not None and said and said not in check.known.guidance:
        check.wrong("guidance", f"the portal knows no duties and tips “{said}”.")
    return said


def _stages(check: Checking, value: Any) -> dict[str, dict[str, Named]]:
    found: dict[str, dict[str, Named]] = {}
    for machine, stages in check.record("stages", value, MACHINES).items():
        place = f"stages.{machine}"
        wanted = check.known.stages[machine] if check.known else (stages if isinstance(stages, dict) else ())
        found[machine] = {
            stage: _named(check, f"{place}.{stage}", said)
            for stage, said in check.record(place, stages, wanted).items()
        }
    return found


def _named(check: Checking, place: str, value: Any) -> Named:
    label, source = check.pair(place, value)
    return Named(check.text(place, label or ""), check.source(place, source))


def _opened(check: Checking, value: Any, names: Iterable[str]) -> Any:
    """The section, in which a document that was checked by another version of the portal leaves open what it lacks."""
    return (
        {**{name: [None, ""] for name in names}, **value} if check.known is None and isinstance(value, dict) else value
    )


def _dates(check: Checking, value: Any) -> tuple[dict[str, date | None], dict[str, str]]:
    found: dict[str, date | None] = {}
    sources = {}
    for name, said in check.record("dates", _opened(check, value, DATES), DATES).items():
        stated, source = check.pair(f"dates.{name}", said)
        found[name] = check.day(f"dates.{name}", stated)
        sources[name] = check.source(f"dates.{name}", source, blank=found[name] is None)
    for first, last in (("conversion_from", "conversion_to"), ("evidence_from", "evidence_to")):
        begins, ends = found.get(first), found.get(last)
        if begins and ends and begins > ends:
            check.wrong(f"dates.{last}", f"it is before {first}.")
    return found, sources


def _lengths(check: Checking, value: Any) -> tuple[dict[str, int | None], dict[str, str]]:
    found: dict[str, int | None] = {}
    sources = {}
    for name, said in check.record("lengths", _opened(check, value, LENGTHS), LENGTHS).items():
        stated, source = check.pair(f"lengths.{name}", said)
        found[name] = check.number(f"lengths.{name}", stated)
        sources[name] = check.source(f"lengths.{name}", source, blank=found[name] is None)
    return found, sources


def _effective(check: Checking, value: Any) -> tuple[dict[str, dict[str, Effective]], str]:
    if value is None:
        return {}, ""
    whole = check.record("effective", value, ("source",), RULESETS)
    found = {}
    for ruleset, types in whole.items():
        if ruleset != "source":
            place = f"effective.{ruleset}"
            said = check.record(place, types, (), TYPES)
            found[ruleset] = {each: _of_type(check, f"{place}.{each}", dates) for each, dates in said.items()}
    return found, check.source("effective.source", whole.get("source", ""))


def _of_type(check: Checking, place: str, value: Any) -> Effective:
    said = check.record(place, value, EFFECTIVE, (NEXT_ASSESSMENT,))
    days = {name: check.day(f"{place}.{name}", said.get(name)) for name in EFFECTIVE}
    waits = check.truth(f"{place}.{NEXT_ASSESSMENT}", said.get(NEXT_ASSESSMENT, False))
    return Effective(**days, next_assessment=waits)


def _forms(check: Checking, value: Any) -> dict[str, Form]:
    found = {}
    for key, said in _keyed(check, "forms", value):
        place = f"forms.{key}"
        form = check.record(place, said, ("label", "way", "target", "source"), ("at", "url"))
        found[key] = Form(
            label=check.text(f"{place}.label", form.get("label", "")),
            way=check.choice(f"{place}.way", form.get("way"), WAYS, "way"),
            target=check.text(f"{place}.target", form.get("target", "")),
            source=check.source(f"{place}.source", form.get("source", "")),
            at=check.words(f"{place}.at", form.get("at", []), check.known.rows if check.known else None, ROW),
            url=_url(check, f"{place}.url", form.get("url", "")),
        )
    return found


def _url(check: Checking, place: str, value: Any) -> str:
    said = check.text(place, value, blank=True)
    if said and not said.startswith("https://"):
        check.wrong(place, "an address begins with https://.")
    return said


def _leads(check: Checking, value: Any) -> dict[str, Lead]:
    found = {}
    for name, said in check.record("leads", value, (), (*DATES, *LENGTHS, *SET_DAYS)).items():
        place = f"leads.{name}"
        # Only how long before, and the source; or an object that says what happens afterwards, too.
        stated = dict(zip(("before", "source"), said, strict=False)) if isinstance(said, list) else said
        lead = check.record(place, stated, ("before", "source"), AFTERWARDS)
        after = {each: check.number(f"{place}.{each}", lead.get(each)) for each in AFTERWARDS}
        found[name] = Lead(
            _before(check, place, lead.get("before")), check.source(place, lead.get("source", "")), **after
        )
    return found


def _before(check: Checking, place: str, value: Any) -> tuple[int, ...]:
    numbers = [check.number(place, each) for each in value] if isinstance(value, list) else []
    given = tuple(each for each in numbers if each is not None)
    if not given or list(given) != sorted(set(given), reverse=True):
        check.wrong(place, "this is no list of days before, the longest first.")
    return given


def _keyed(check: Checking, place: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        check.wrong(place, "this is no object.")
        return []
    return [(key, said) for key, said in value.items() if check.key(f"{place}.{key[:60]}", key)]
