"""A case with a plan: what the tests of its pages begin with."""

from pathlib import Path
from typing import Any

import pytest

from authorizations.models import Case
from tests.actions.cases.wbs import take_over
from tests.cast import Cast
from tests.lifecycle.cases import make_case


@pytest.fixture
def case(cast: Cast, settings: Any, tmp_path: Path) -> Case:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_case(cast, "initial", "planning")


@pytest.fixture
def planned(cast: Cast, case: Case) -> Case:
    take_over(case, cast.csp_lead)
    return Case.objects.get(pk=case.pk)
