"""What tests read off a page: its figures, the rows behind them, its words."""

import csv
import html
import io
import re
from typing import Any

from django.test import Client
from django.urls import reverse

FURTHER = ("recorded_facts", "case_history")
FIGURE = re.compile(r'<a href="([^"]+)"><b>([\d,]+)</b><span>([^<]+)</span></a>')


def body_of(client: Client, address: str) -> str:
    """The page's HTML; it must be there."""
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    return response.content.decode()


def case_pages(client: Client, case: Any) -> str:
    """All that a person reads of a case on its overview, its facts and its history."""
    addresses = (case.get_absolute_url(), *(reverse(name, args=[case.public_id]) for name in FURTHER))
    return "".join(body_of(client, address) for address in addresses)


def figures(page: str) -> dict[str, tuple[int, str]]:
    """The figures of a page: {what is counted: (number, address)}."""
    return {
        label: (int(number.replace(",", "")), html.unescape(address)) for address, number, label in FIGURE.findall(page)
    }


def rows_behind(client: Client, address: str) -> int:
    """How many rows the list at an address has, all pages of it."""
    path, _, query = address.partition("?")
    response = client.get(f"{path.rstrip('/')}.csv?{query}")
    assert response.status_code == 200, address
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return len(list(csv.reader(io.StringIO(text)))) - 1


def differing(client: Client, address: str) -> dict[str, tuple[int, int]]:
    """The figures of a page that differ from the rows behind them: {label: (figure, rows)}; every page has figures."""
    shown = figures(body_of(client, address))
    assert shown, address
    counted = {label: (number, rows_behind(client, url)) for label, (number, url) in shown.items()}
    return {label: both for label, both in counted.items() if both[0] != both[1]}
