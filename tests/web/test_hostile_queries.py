"""Any text in any parameter of a list: it is read, counted and ordered. No page is drawn, so many texts are tried."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authorizations.web.lists.listing import ListState
from tests.cast import Cast
from tests.hostile import HOSTILE
from tests.samples import sample
from tests.web.test_hostile_input import LISTS, parameters

TEXTS = st.one_of(st.text(max_size=60), st.sampled_from(list(HOSTILE.values())))
# The world of a test is the same for each text: reading changes nothing.
READING = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(cast: Cast, name: str, parameter: str, text: str | bytes) -> None:
    state = ListState(LISTS[name], cast.pmo_lead, QueryDict(urlencode({parameter: text}, errors="replace")))
    assert 1 <= state.paging.page <= state.paging.pages
    assert state.body is not None
    assert state.active is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", sample(LISTS, "cases"))
def test_nothing_that_nobody_types_breaks_a_list(cast: Cast, name: str) -> None:
    for kind in ("nul", "lone surrogate", "17 digits"):
        for parameter in parameters(name):
            read(cast, name, parameter, HOSTILE[kind])


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@given(data=st.data())
@settings(READING, max_examples=30, derandomize=True)
def test_no_text_breaks_a_list(cast: Cast, name: str, data: st.DataObject) -> None:
    read(cast, name, data.draw(st.sampled_from(parameters(name))), data.draw(TEXTS))


@pytest.mark.nightly
@pytest.mark.parametrize("name", LISTS)
@given(data=st.data())
@settings(READING, max_examples=500)
def test_none_of_very_many_texts_breaks_a_list(cast: Cast, name: str, data: st.DataObject) -> None:
    read(cast, name, data.draw(st.sampled_from(parameters(name))), data.draw(TEXTS))
