"""Whether page one of a case's status, its body, the case's page and the API say the same of a case to one reader."""

import html
import re
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.display import day_text
from authorizations.models import Case
from tests.attacks.scene import signed_in
from tests.reports.contents import contents_of, rows_of

# What a case owes beside its deadlines: they follow from its facts, which the report lists too.
FROM_FACTS = {"Letter to FedRAMP": "Signed on", "Planned ATO": "ATO planned on"}


def words_of(page: str) -> str:
    """The text of a page without its markup, with single spaces."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", text)


def summary_by_api(case: Case, user: User) -> dict[str, Any]:
    answer = signed_in(user).get(reverse("api_case", args=[case.public_id]))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["summary"]
    return found


def say_the_same(case: Case, user: User) -> dict[str, Any]:
    """Fails where two of them differ; returns what the API says."""
    said = summary_by_api(case, user)
    page = words_of(signed_in(user).get(case.get_absolute_url()).content.decode())
    _, contents = contents_of("case-status", user, case=case.public_id)
    first = " ".join(contents.summary)
    state = contents.summary[0].partition(":")[0]
    assert state.lower().replace(" ", "_") == said["state"]
    assert f"{state} {said['why'][:1].upper()}{said['why'][1:]}".lower() in page.lower(), (said, page[:3000])
    for words in (said["why"], said["blocked"], said["planned"], said["turn"]):
        assert words in first, words
    for words in (said["blocked"], said["planned"]):
        assert re.sub(r"\s+", " ", words) in page, words
    _return(said, first, page, contents)
    _late(said, first, page, contents)
    _blocks(said, contents)
    return said


def _return(said: dict[str, Any], first: str, page: str, contents: Any) -> None:
    last = said["last_return"]
    if last is None:
        assert "Last return" not in first + page
        return
    assert last["reason"] in first
    assert re.sub(r"\s+", " ", last["reason"]) in page
    acts = [row for row in rows_of(contents, "history") if row["what"] == last["what"]]
    assert any(last["reason"] in (row["reason"] or "No reason was recorded.") for row in acts), (last, acts)


def _late(said: dict[str, Any], first: str, page: str, contents: Any) -> None:
    late = [(each["what"], each["who"], each["on"]) for each in said["late"]]
    rows = [row for key in ("deadlines", "plan") for row in rows_of(contents, key)]
    overdue = [row for row in rows if row["state"] == "Overdue"]
    of_facts = [each for each in late if each[0] in FROM_FACTS]
    assert len(overdue) == len(late) - len(of_facts), (late, overdue)
    recorded = {row["fact"] for row in rows_of(contents, "facts")}
    assert {FROM_FACTS[each[0]] for each in of_facts} <= recorded
    for what, _, on in late[:3]:
        day = day_text(timezone.datetime.fromisoformat(on).date())  # type: ignore[attr-defined]
        assert what in first
        assert day in first
        assert re.sub(r"\s+", " ", what) in page
        assert day in page
    assert not (late and said["state"] in {"on_track", "at_risk"})
    assert ("Late:" in first) is bool(late)


def _blocks(said: dict[str, Any], contents: Any) -> None:
    due = [row for row in rows_of(contents, "next") if row["step"] == f"{said['next_step']} (the case waits for it)"]
    assert [row["needs"] for row in due if row["state"] == "Not met"] == said["blocks"]
    assert bool(due) is bool(said["next_step"])
