"""Every page that takes a POST and shows no form of its own, buttons too: what it does not ask for changes nothing."""

import inspect
from typing import Any

import pytest
from django.urls import get_resolver

from tests.attacks.form_samples import sample_of
from tests.attacks.matrix import refused
from tests.attacks.records import paths_behind
from tests.attacks.scene import signed_in
from tests.attacks.test_smuggled import BUILDERS, smuggled, written
from tests.attacks.urls import Address, everywhere, patterns
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.usefixtures("quiet")]
# An address that only takes what is sent to a record writes. These do not, as the records behind them are.
WRITES_NOTHING = {
    **dict.fromkeys(("send_message_again", "check_tip"), "an entry and messages alone, which are not compared"),
    **dict.fromkeys(("ask_report_again", "remove_report"), "the report is still being made"),
    "resume_schedule": "it is not paused",
    **dict.fromkeys(("renew_webhook_secret", "repeat_webhook", "remove_webhook"), "webhooks are off as shipped"),
    "wbs_facts": "it names the revision that it saw",
    "drop_view": "it takes a row away, and rows that are there are compared",
    "bring": "nobody else waits for anything of the liaison",
    "nudge": "the case waits on the liaison",
    "review_queue": "the case is not under review yet",
}
# What is sent where fields are beside a list, and not in a form of their own.
SENT = {
    "list_row": {"offering": ""},
    "keep_view": {"name": "Mine", "query": "", "organization": ""},
    "let_people_ask": {"asking": "on"},
}
# The first of these to whom an address is open sends it.
WHO = (
    "liaison",
    "csp_lead",
    "pmo_lead",
    "reviewer",
    "official",
    "stranger_agency",
    "pmo_reviewer",
    "viewer",
    "auditor",
)


def pages_that_take_posts() -> list[Address]:
    """Those whose view speaks of a POST, or that answer nothing else."""
    views = dict(patterns(get_resolver()))
    return [
        each
        for each in everywhere()
        if not (each.is_api or each.is_admin)
        if each.rule.post_only or "POST" in inspect.getsource(_view_of(views[each.name].callback))
    ]


def _view_of(callback: Any) -> Any:
    view = inspect.unwrap(callback)
    return getattr(view, "view_class", view)


def done_by(world: Cast, who: str, each: Address, path: str) -> tuple[Any, Any]:
    """What the address does, and what it does with smuggled fields."""
    form: Any = None
    if not each.rule.post_only:
        form = (signed_in(world.people[who]).get(path).context or {}).get("form")
    # A button needs a reason at most.
    sent = sample_of(form) if hasattr(form, "fields") else SENT.get(each.name, {"reason": "So."})
    shown = {*sent, *getattr(form, "fields", ())}
    plain = written(lambda: signed_in(world.people[who]).post(path, sent))
    return plain, written(lambda: signed_in(world.people[who]).post(path, {**smuggled(world, shown), **sent}))


def test_no_other_page_takes_what_it_does_not_ask_for(world: Cast) -> None:
    paths, done = paths_behind(world), {}
    attacked = {name for builder in BUILDERS for name, *_ in builder(world)}
    others = [each for each in pages_that_take_posts() if each.name not in attacked]
    for each in others:
        who = next((who for who in WHO if not refused(each, who)), None)
        assert who is not None, f"say in WHO to whom “{each.name}” is open"
        done[each.name] = done_by(world, who, each, paths[each.name])
    assert {name: both for name, both in done.items() if both[0] != both[1]} == {}
    buttons = {each.name for each in others if each.rule.post_only and each.rule.scope}
    silent = {name for name in buttons if not done[name][0][1]}
    assert silent == set(WRITES_NOTHING), "put a record behind it that it changes, or say why not"
