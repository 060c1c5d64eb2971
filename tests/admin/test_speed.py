"""The admin's lists and forms make the same number of queries whatever there is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.admin_pages import RECORD_TYPES, address, signed_in
from tests.admin.records import MAKE
from tests.cast import Cast
from tests.samples import first


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("record_type", first(RECORD_TYPES))
def test_a_list_makes_the_same_queries_with_1_10_and_30_rows(client: Client, cast: Cast, record_type: str) -> None:
    url = address(RECORD_TYPES[record_type], "changelist")
    signed_in(client, cast.pmo_lead)
    counts, made = [], 0
    for wanted in (1, 10, 30):
        for number in range(made, wanted):
            MAKE[record_type](number + 1)
        made = wanted
        counts.append(queries(client, url))
    assert len(set(counts)) == 1, f"{record_type}: {counts} queries; name what the list shows in `beside`"
    assert 0 < counts[0] <= 7


@pytest.mark.parametrize("record_type", first(RECORD_TYPES))
def test_a_form_makes_few_queries_and_lists_no_table(client: Client, cast: Cast, record_type: str) -> None:
    record = MAKE[record_type](1)
    url = address(RECORD_TYPES[record_type], "change", record.public_id)
    signed_in(client, cast.pmo_lead)
    few = queries(client, url)
    for number in range(2, 30):
        MAKE[record_type](number)
    assert 0 < queries(client, url) == few <= 7
