"""Eight people press one button in the same moment."""

import pytest
from django.test import Client

from authorizations.models import Ato, Event, Message
from tests.admin.admin_pages import signed_in
from tests.admin.test_at_once import post_together
from tests.cast import make_cast
from tests.lifecycle.world import FACTS, as_entered, make_ato


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_presses_of_one_button_make_one_event_and_one_message_each() -> None:
    cast = make_cast()
    ato = make_ato(cast)
    before = Message.objects.count()
    form = {**as_entered(FACTS["suspend"]), "reason": "Because.", "revision": ato.revision}
    clicks = [(signed_in(Client(), cast.official), f"{ato.get_absolute_url()}suspend/", form) for _ in range(8)]
    assert post_together(clicks) == [302, *[409] * 7]
    assert Ato.objects.get(pk=ato.pk).stage == "suspended"
    assert Event.objects.filter(verb="ato.suspend").count() == 1
    assert Message.objects.count() - before == 5
