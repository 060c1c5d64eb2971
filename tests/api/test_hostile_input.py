"""Text that nobody types, in every filter and every fact: the API answers in JSON, and never with a 500."""

import pytest

from authorizations.api.atos import AtoFilters
from authorizations.api.cases import CaseFilters
from authorizations.models import Ato, Case
from tests.api.test_atos import registration
from tests.api.test_cases import CASES, adoption, make_case
from tests.api.world import ATOS, body_for, post, program_of, step_address
from tests.cast import Cast
from tests.hostile import HOSTILE, WORDS
from tests.lifecycle.world import make_ato

pytestmark = pytest.mark.slow

# As JSON carries it: half a character is an escape there.
TEXTS = {kind: text if isinstance(text, str) else "\ud800" for kind, text in HOSTILE.items()}


@pytest.mark.parametrize("kind", WORDS)
def test_no_filter_breaks_the_list(cast: Cast, kind: str) -> None:
    make_ato(cast)
    program = program_of(cast.pmo_lead)
    answers = {name: program.get(ATOS, {name: HOSTILE[kind]}).status_code for name in AtoFilters.model_fields}
    assert set(answers.values()) <= {200, 400}


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("step", ["suspend", "record_notice"])
def test_no_fact_breaks_a_step_or_is_taken_for_another(cast: Cast, kind: str, step: str) -> None:
    made = make_ato(cast)
    program, whole = program_of(cast.official), body_for(made, step, cast)
    for name in (*whole["facts"], "reason"):
        body = {**whole, "facts": {**whole["facts"], name: TEXTS[kind]}}
        assert post(program, step_address(made, step), body).status_code in {200, 400, 409}
    for name in ("reason", "happened_on", "revision"):
        assert post(program, step_address(made, step), {**whole, name: TEXTS[kind]}).status_code in {200, 400, 409}


@pytest.mark.parametrize("kind", WORDS)
def test_no_filter_and_no_fact_breaks_a_case(cast: Cast, kind: str) -> None:
    make_case(cast)
    program, whole = program_of(cast.pmo_lead), adoption(cast, "ato_issued")
    answers = {name: program.get(CASES, {name: HOSTILE[kind]}).status_code for name in CaseFilters.model_fields}
    assert set(answers.values()) <= {200, 400}
    for name in whole["facts"]:
        body = {**whole, "facts": {**whole["facts"], name: TEXTS[kind]}}
        assert post(program, CASES, body).status_code in {400, 409}
    for name in ("reason", "idempotency_key", "ato", "stage", "resumes_at"):
        assert post(program, CASES, {**whole, name: TEXTS[kind]}).status_code in {400, 409}
    assert Case.objects.count() == 1


@pytest.mark.parametrize("kind", WORDS)
def test_no_fact_breaks_registering(cast: Cast, kind: str) -> None:
    program, whole = program_of(cast.pmo_lead), registration(cast)
    # Where the letter is, is said in any words.
    for name in whole["facts"].keys() - {"letter"}:
        body = {**whole, "facts": {**whole["facts"], name: TEXTS[kind]}}
        assert post(program, ATOS, body).status_code in {400, 409}
    assert not Ato.objects.exists()
    worded = {**whole, "facts": {**whole["facts"], "letter": TEXTS[kind]}}
    assert post(program, ATOS, worded).status_code in {201, 400, 409}
