"""What builds on what in a real feed, against a reckoning of its own: sets that grow until they stay as they are."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from django.core.management import call_command

from authorizations.models import Offering
from authorizations.models.register.reach import carried_by, current_links

# A whole feed is imported.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db]
FEED = "marketplace-v2/2025-07-01.json"


def reckoned(products: list[dict]) -> dict[str, set[str]]:
    above: dict[str, set[str]] = defaultdict(set)
    known = {each["id"].strip() for each in products}
    for each in products:
        above[each["id"].strip()] |= {link["id"].strip() for link in each["leveraged_systems"]} & known
    grown = True
    while grown:
        grown = False
        for key in list(above):
            more = set().union(*(above.get(each, set()) for each in above[key]), above[key])
            grown |= more != above[key]
            above[key] = more
    return {key: reached - {key} for key, reached in above.items()}


def test_each_offering_reaches_what_a_reckoning_of_its_own_says(shared_data: Path) -> None:
    call_command("import_marketplace", str(shared_data / FEED), apply=True, verbosity=0)
    products = json.loads((shared_data / FEED).read_text())["data"]["Products"]
    expected, links = reckoned(products), current_links()
    ids = dict(Offering.objects.exclude(fedramp_id="").values_list("pk", "fedramp_id"))
    assert {ids[key]: {ids[each] for each in carried_by(key, links).steps} for key in ids} == expected
    cloud = carried_by(Offering.objects.get(name="AWS GovCloud").pk, links)
    assert (cloud.direct, len(cloud.steps), cloud.deepest) == (169, 298, 4)
