"""Whatever people did with a case, page one, the body, its page and the API tell each reader the same of it."""

import pytest

from authorizations.models import Case
from demo.random_walk import Walk
from tests.reports.cases.saying_the_same import say_the_same
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.pages, pytest.mark.django_db]


@pytest.mark.parametrize("seed", sample(list(range(200)), 7, more=[21, 84], lane=pytest.mark.nightly))
def test_after_a_random_walk_all_say_the_same(seed: int) -> None:
    walk = Walk(seed, 300)
    for _ in range(120):
        walk.step()
    told = 0
    for case in Case.objects.order_by("pk"):
        known = [each for each in walk.world.people if Case.objects.visible_to(each).filter(pk=case.pk).exists()]
        for user in walk.dice.sample(known, min(3, len(known))):
            say_the_same(case, user)
            told += 1
    assert told
