"""The description of the API is one that others read, and nothing that follows it is answered with a 500."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from accounts.models import User
from authorizations.api.openapi import document
from authorizations.models import Ato, Case
from tests.api.world import program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
EXAMPLES = 12


def written() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document()))
    return found


@pytest.mark.slow
def test_the_description_is_valid() -> None:
    pytest.importorskip("openapi_spec_validator").validate(written())


@pytest.mark.nightly
@pytest.mark.parametrize("role", ["pmo_lead", "auditor", "liaison", "csp_lead", "assessor_lead", "nobody"])
def test_nothing_that_follows_the_description_is_answered_with_a_mistake_of_ours(cast: Cast, role: str) -> None:
    """Readings and writings of every address, with ids of records that are there and that are not."""
    schemathesis = pytest.importorskip("schemathesis")
    case, ato = make_case(cast, "initial", "agency_review"), make_ato(cast)
    cast.people["nobody"] = User.objects.create(email="nobody@nowhere.example", name="Nobody")
    program = program_of(cast.people[role])
    known = [case.public_id, ato.public_id, ato.offering.public_id, cast.organizations["harbors"].public_id]
    answered: Counter[int] = Counter()
    for found in schemathesis.openapi.from_dict(written()).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def follow(each: Any) -> None:
            # An id of the description is any text; of records that are there something comes of it.
            parts = {name: known[answered.total() % 4] for name in each.path_parameters or {} if name.endswith("id")}
            path = each.operation.path.format(**{**(each.path_parameters or {}), **parts})
            body = b"" if isinstance(each.body, type(schemathesis.core.NOT_SET)) else json.dumps(each.body).encode()
            answer = program.generic(
                each.method, path, body, content_type="application/json", query_params=each.query or None
            )
            assert answer.status_code < 500, (each.method, path, each.query, each.body, answer.content)
            answered[answer.status_code] += 1

        follow()
    assert answered[200] > EXAMPLES
    assert answered[400] > EXAMPLES
    assert Case.objects.exists()
    assert Ato.objects.exists()
