"""What the register, reports, exports, the API and a PDF say of the same rows, for one person."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Organization, User
from authorizations.models import Ato
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering import pdf
from authorizations.reports.scope import listed
from authorizations.tables.contents import Contents
from authorizations.vocabulary import AtoStanding
from tests.api.world import program_of
from tests.attacks.scene import signed_in
from tests.reports.contents import contents_of, rows_of, written
from tests.reports.demo.test_numbers import behind
from tests.reports.files import texts_of
from tests.reports.newcomer import content

STANDINGS = ("live", "passed", "left", "jab", "unnamed")


def of_an_export(client: Client, query: dict[str, str]) -> int:
    """Rows of the list's CSV."""
    address = listed("atos", query).replace("/atos/", "/atos.csv")
    text = content(client.get(address)).decode().removeprefix("\ufeff")
    return sum(1 for _ in csv.reader(io.StringIO(text))) - 1


def of_the_api(program: Client, query: dict[str, str]) -> int:
    answer = program.get("/api/atos", query)
    assert answer.status_code == 200, answer.content
    return int(json.loads(answer.content)["total"])


def figure(contents: Contents, words: str) -> int:
    """A figure by its words; what is nought is left out."""
    found = {each.label.removesuffix("s"): each.number for each in contents.figures}
    return int(found.get(words, 0))


def of_the_register(user: User) -> Iterator[tuple[str, dict[str, int]]]:
    """Of each standing, the rows of everything that the person may see."""
    client, program = signed_in(user), program_of(user, read_only=True)
    told = Counter(str(row["standing"]) for row in rows_of(contents_of("ato-register", user)[1], "rows"))
    for standing in STANDINGS:
        query = {"standing": standing}
        yield (
            standing,
            {
                "list": behind(user, listed("atos", query)) or 0,
                "export": of_an_export(client, query),
                "API": of_the_api(program, query),
                "report": told[str(AtoStanding(standing).label)],
            },
        )


def of_a_portfolio(user: User, name: str, whose: Organization) -> Iterator[tuple[str, dict[str, int]]]:
    """The live rows of an agency with its bureaus, or of a provider, and those that expired on paper."""
    key, filtered = ("agency", "within") if name == "agency-portfolio" else ("provider", "provider")
    _, contents = contents_of(name, user, **{key: whose.public_id})
    # Whoever says nothing is told of their own.
    narrowed = {"within": "", "provider": "", filtered: whose.public_id}
    _, dashboard = contents_of("dashboard", user, **narrowed)
    client, program = signed_in(user), program_of(user, read_only=True)
    live = {filtered: whose.public_id, "standing": "live"}
    found = {
        "list": behind(user, listed("atos", live)) or 0,
        "export": of_an_export(client, live),
        "API": of_the_api(program, live),
        "dashboard": figure(dashboard, "live ATO row"),
        "portfolio": figure(contents, "live ATO row"),
        "its rows": len(rows_of(contents, "atos")),
        "by role": figure(contents, "initial") + figure(contents, "reuse"),
    }
    for ranked in ("by_agency", "by_offering"):
        if contents.table(ranked):
            found[ranked] = sum(row["rows"] for row in rows_of(contents, ranked))
    if key == "agency" and REPORTS["ato-data-call"].is_for(user):
        _, call = contents_of("ato-data-call", user, agency=whose.public_id)
        found["data call"] = len(rows_of(call, "rows"))
    if pdf.is_possible() and found["list"]:
        text = " ".join(texts_of(written(name, user, "pdf", **{key: whose.public_id}))[0].split())
        said = re.search(r"under ([\d,]+) live ATO row", text)
        assert said, text
        found["PDF"] = int(said[1].replace(",", ""))
    yield "live", found
    passed = {**live, "standing": "passed"}
    yield (
        "passed",
        {
            "list": behind(user, listed("atos", passed)) or 0,
            "API": of_the_api(program, passed),
            "portfolio": figure(contents, "expired on paper"),
        },
    )


def most_used(user: User, field: str, number: int) -> list[Any]:
    """The organizations with the most live rows that the person may see."""
    rows = Ato.objects.visible_to(user).live(timezone.localdate()).order_by().values_list(field, flat=True)
    keys = [key for key, _ in Counter(rows).most_common(number)]
    return list(Organization.objects.filter(pk__in=keys))


def agree(user: User, number: int = 1) -> None:
    """Fails where two doors count the same rows differently."""
    for what, found in of_the_register(user):
        assert len(set(found.values())) == 1, (what, found)
    portfolios = (("agency-portfolio", "agency"), ("provider-portfolio", "offering__provider"))
    for name, field in portfolios:
        for whose in most_used(user, field, number) if REPORTS[name].is_for(user) else ():
            for what, found in of_a_portfolio(user, name, whose):
                assert len(set(found.values())) == 1, (whose.name, what, found)
