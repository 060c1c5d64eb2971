"""Small fictional feeds in the shape of v2, and the two ways to use one: plan it, apply it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps

from accounts.models import User
from authorizations.exchange.imports.feed_files import files_at, one_feed
from authorizations.exchange.imports.feed_rows import Feed
from authorizations.exchange.imports.marketplace import apply_feed, feed_from_bytes, plan_feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.models import ImportRun

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
MEGABYTE = 1024 * 1024
Row = dict[str, Any]


def feed_at(path: Path, *, max_bytes: int = 64 * MEGABYTE, now: datetime = NOW) -> Feed:
    """The feed of a file, as the command reads it."""
    return one_feed(files_at([path], max_bytes=max_bytes), max_bytes=max_bytes, now=now)


def at(day: str) -> str:
    """A date as the feed writes it."""
    return f"{day}T20:00:00.000Z"


def product(number: int = 1, **facts: Any) -> Row:
    return {
        "id": f"FR900000000{number}",
        "name": "Quartz Cloud",
        "csp": "Quartz Cloud",
        "cso": f"Quartz Vault {number}",
        "status": "FedRAMP Authorized",
        "authorization": 1,
        "reuse": 0,
        "ready_date": "No FRR Date",
        "ip_pmo_status": "Not Active",
        "auth_date": at("2024-03-01"),
        "auth_type": "Agency",
        "partnering_agency": "Not In Process",
        "annual_assessment": "03/08",
        "independent_assessor": "Level Assessments",
        "service_model": ["SaaS"],
        "deployment_model": "Public Cloud",
        "impact_level": "Moderate",
        "leveraged_systems": [],
        "service_desc": "Keeps minerals in order.",
        "uei": "",
        "small_business": "No",
        "business_function": ["Storage"],
        "service_last_90": [""],
        "all_others": [""],
        **facts,
    }


def agency(feed_id: str, parent: str, sub: str = "", **facts: Any) -> Row:
    row = {"id": feed_id, "parent": parent, "sub": sub, "email": "N/A", "website": "", **facts}
    return {**row, "sub_id": feed_id} if sub else row


def assessor(feed_id: int, name: str, **facts: Any) -> Row:
    return {"id": feed_id, "name": name, "accredited_since": at("2020-02-02"), "email": "", **facts}


def initial(number: int, feed_id: str, parent: str, sub: str = "", **facts: Any) -> Row:
    return {
        "id": f"FR900000000{number}",
        "agency_id": feed_id,
        "parent": parent,
        "sub": sub,
        "ato_date": at("2024-02-01"),
        "auth_date": at("2024-03-01"),
        "exp_date": "",
        "assessment_date": "",
        **facts,
    }


def reuse(number: int, feed_id: str, parent: str, sub: str = "", **facts: Any) -> Row:
    row = initial(number, feed_id, parent, sub, **{"sub_id": "", "auth_date": "", **facts})
    del row["assessment_date"]
    return row


def product_of_2026(number: int = 1, **facts: Any) -> Row:
    """The same offering as the export of May 2026 has it."""
    return {
        "id": f"FR900000000{number}",
        "csp": "Quartz Cloud",
        "cso": f"Quartz Vault {number}",
        "service_model": ["SaaS"],
        "auth_type": "Rev5",
        "auth_path": "Agency",
        "deployment_model": "Public Cloud",
        "impact_level": "Moderate",
        "3pao_name": "Level Assessments",
        "3pao_id": 700001,
        "description": "Keeps minerals in order.",
        "business_functions": [],
        "additional_info": "N/A",
        "public_status": "FedRAMP Authorized",
        "internal_status": "Authorized",
        "auth_date": at("2024-03-01"),
        "reuse": 0,
        "leveraged_systems": [],
        "annual_assessment": at("2026-03-08"),
        "authorizing_agency_id": "Department of Dunes",
        **facts,
    }


def products_of_2026(*rows: Row, as_of: str = "2026-03-01") -> Row:
    return {"metadata": {"export_timestamp": f"{as_of}T22:45:00.095Z", "total_products": 1}, "products": [*rows]}


DUNES, CANALS = ("22-101", "Department of Dunes"), ("22-102", "Department of Canals")


def feed(as_of: str = "2026-01-01", **tables: list[Any]) -> Row:
    """A feed of one offering, two agencies and an assessor; name a table to replace it."""
    standard: dict[str, list[Any]] = {
        "Products": [product()],
        "Agencies": [agency(*DUNES), agency(*CANALS)],
        "Assessors": [assessor(700001, "Level Assessments")],
        "AtoMapping": [initial(1, *DUNES)],
        "ReuseMapping": [reuse(1, *CANALS)],
    }
    return {"meta": {"last_change": f"{as_of}T23:50:39.232Z"}, "data": {**standard, **tables}}


def read(content: Any) -> Feed:
    return feed_from_bytes(json.dumps(content).encode(), name="feed.json", max_bytes=MEGABYTE, now=NOW)


def plan(content: Any) -> ImportPlan:
    return plan_feed(read(content), now=NOW)


def apply(content: Any, *, actor: User | None = None, reason: str = "") -> ImportRun:
    run, _ = apply_feed(read(content), actor=actor, now=NOW, removals_reason=reason)
    return run


def kinds(content: Any) -> list[str]:
    """The kinds of issue that a plan of the feed notes."""
    return [issue.kind for issue in plan(content).proposal.issues]


def row_counts() -> dict[str, int]:
    """How many rows every table of ours has."""
    models = [*apps.get_app_config("accounts").get_models(), *apps.get_app_config("authorizations").get_models()]
    return {model._meta.label: model._base_manager.count() for model in models}
