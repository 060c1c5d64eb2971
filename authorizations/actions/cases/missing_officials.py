"""Cases whose authorizing official is none any more: noted on the record, so that the right people are told."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from authorizations.actions.door import Action, action
from authorizations.actions.people.delegations import end_groundless
from authorizations.models import Case, Event
from authorizations.models.cases.case import OPEN
from authorizations.models.querysets import BESIDE_A_CASE, CaseQuerySet
from authorizations.notifications.catalog.catalog import AO_VACANT

# The official of whom an entry speaks, by key.
LEFT = "official_left"


@contextmanager
def ending_memberships(act: Action, people: Collection[int]) -> Iterator[None]:
    """Around whatever may end what these people are: notes each open case that loses its official by it.

    What they delegated or were delegated ends with it, and does not come back with them. Every verb that ends
    memberships, changes roles or takes accounts out of use does it within this.
    """
    named = Case.objects.filter(OPEN, authorizing_official__in=people).with_ao_status()
    served = list(named.filter(official_serves=True).values_list("pk", flat=True))
    yield
    if served:
        _note(act, named.filter(official_serves=False, pk__in=served))
    end_groundless(act, people)


def _note(act: Action, vacant: CaseQuerySet) -> None:
    for case in vacant.select_related(*BESIDE_A_CASE).order_by("pk"):
        act.record(AO_VACANT, case, changes={LEFT: [None, case.authorizing_official_id]})


def note_unnoted_vacancies(now: datetime) -> int:
    """Notes the vacancies that came by themselves, on the day from which a membership no longer counts.

    Returns: how many. The portal itself notes them; each official of a case is noted once in this way.
    """
    vacant = Case.objects.filter(OPEN, authorizing_official__isnull=False).with_ao_status()
    vacant = vacant.filter(official_serves=False).order_by("pk")
    if not _unnoted(vacant):
        return 0
    with transaction.atomic():
        # Asked again under the lock: another worker may be at the same work.
        list(Case.objects.select_for_update().filter(pk__in=[case.pk for case in vacant]).order_by("pk"))
        new = _unnoted(vacant.all())
        if new:
            with action(None, now=now) as act:
                _note(act, vacant.filter(pk__in=new))
    return len(new)


def _unnoted(vacant: CaseQuerySet) -> list[int]:
    found = list(vacant)
    noted = {
        (event.subject_id, (event.changes.get(LEFT) or [None, None])[1])
        for event in Event.objects.filter(
            subject_type="case", verb=AO_VACANT, subject_id__in=[each.pk for each in found]
        )
    }
    return [case.pk for case in found if (case.pk, case.authorizing_official_id) not in noted]
