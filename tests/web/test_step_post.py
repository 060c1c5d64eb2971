"""What the POST of a step costs: one load of the record, one look at its gates."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authorizations.lifecycle.step import Step
from authorizations.models import Case
from tests.cast import Cast
from tests.lifecycle.cases import make_case


def test_the_post_of_a_step_loads_the_record_once_and_asks_its_gates_once(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, asked, ask = make_case(cast, "initial", "pmo_review"), [], Step.unmet
    monkeypatch.setattr(Step, "unmet", lambda step, *args: asked.append(step.name) or ask(step, *args))
    client.force_login(cast.pmo_reviewer)
    client.get(case.get_absolute_url())
    asked.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(reverse("case_step", args=[case.public_id, "claim"]), {"revision": case.revision})
    assert (answer.status_code, asked) == (302, ["claim"])
    loads = [each["sql"] for each in queries if each["sql"].startswith('SELECT "authorizations_case"."id"')]
    assert len(loads) == 1
    assert len(queries) <= 22
    assert Case.objects.get(pk=case.pk).claimed_by == cast.pmo_reviewer
