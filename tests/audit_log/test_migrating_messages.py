"""Messages that were written before there was mail are mailed to nobody, and stand on the page they speak of."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from authorizations.models import Message
from tests.actions.cases.test_comments import say
from tests.cast import Cast
from tests.lifecycle.cases import make_case

MIGRATION = import_module("authorizations.migrations.0023_fates_of_messages")


def test_messages_from_before_there_was_mail_are_mailed_to_nobody_and_know_their_page(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    say(case, cast.liaison, text="Look.", mentions=[cast.reviewer.public_id])
    assert Message.objects.filter(subject_type="case", subject_id=case.pk, topic="comments").count() == 1
    Message.objects.update(subject_type="", subject_id=None, topic="cases", read_at=None)
    before = Message.objects.count()
    MIGRATION.say_what_they_were(apps, SimpleNamespace(connection=connection))
    assert not Message.objects.filter(read_at=None).exists()
    assert Message.objects.filter(status="skipped", skipped="late").count() == before
    assert Message.objects.filter(subject_type="case", subject_id=case.pk, topic="comments").count() == 1
