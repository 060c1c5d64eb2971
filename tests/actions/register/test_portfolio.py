"""Looking after many ATOs: owners, what is still used, and a step that claims what is known alone first."""

from datetime import date
from typing import Any

import pytest

from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.portfolio import AlreadySo, assign_owner, confirm_use, take_step
from authorizations.actions.steps import StaleRevision
from authorizations.models import AgencySystem, Ato, Event
from tests.cast import Cast
from tests.lifecycle.world import DAY, DECISION, NOW, make_ato, make_feed_row, make_system

pytestmark = pytest.mark.django_db
UNTIL = date(2029, 1, 1)


def given(ato: Ato, actor: Any) -> dict[str, Any]:
    return {"actor": actor, "public_id": ato.public_id, "revision": ato.revision, "now": NOW}


def renewal(cast: Cast, *, claim: bool, **changed: Any) -> dict[str, Any]:
    official = {"authorizing_official": cast.official, "signed_on": date(2025, 5, 5), "letter": "Letter 4"}
    return {
        "facts": {"expires_on": UNTIL, **DECISION, **changed},
        "claim": {"system": AgencySystem.objects.get(), **official} if claim else None,
        "reason": "Renewed.",
    }


def test_an_owner_is_one_of_the_agency_or_of_one_above_it(cast: Cast) -> None:
    ato = make_ato(cast)
    with pytest.raises(Blocked, match="belongs to neither"):
        assign_owner(owner=cast.stranger_agency, **given(ato, cast.bureau_liaison))
    done = assign_owner(owner=cast.reviewer, **given(ato, cast.liaison))
    assert Ato.objects.get().owner == cast.reviewer
    entry = Event.objects.get(verb="ato.owner_assigned")
    assert (entry.changes["owner"], entry.changes["revision"]) == ([None, cast.reviewer.pk], [0, done.revision])
    assert assign_owner(owner=None, **given(done, cast.liaison)).owner is None


def test_the_second_press_is_told_that_it_was_recorded(cast: Cast) -> None:
    ato = make_ato(cast)
    assign_owner(owner=cast.reviewer, **given(ato, cast.liaison))
    with pytest.raises(AlreadySo):
        assign_owner(owner=cast.reviewer, **given(ato, cast.liaison))
    with pytest.raises(StaleRevision):
        assign_owner(owner=cast.bureau_liaison, **given(ato, cast.liaison))


@pytest.mark.parametrize("who", ["csp_lead", "pmo_lead", "official", "viewer"])
def test_who_is_no_liaison_or_reviewer_of_the_agency_looks_after_nothing(cast: Cast, who: str) -> None:
    ato = make_ato(cast)
    with pytest.raises(NotPermitted):
        assign_owner(owner=None, **given(ato, cast.people[who]))


def test_a_reviewer_of_the_department_looks_after_no_ato_of_a_bureau(cast: Cast) -> None:
    ato = make_ato(cast)
    with pytest.raises(NotPermitted):
        confirm_use(used_on=DAY, reference="Review 7", **given(ato, cast.reviewer))


def test_a_stranger_finds_no_ato_to_look_after(cast: Cast) -> None:
    ato = make_ato(cast)
    with pytest.raises(Ato.DoesNotExist):
        assign_owner(owner=None, **given(ato, cast.stranger_agency))


def test_that_it_is_still_used_is_said_with_its_day_and_where_this_can_be_read(cast: Cast) -> None:
    ato = make_feed_row(cast)
    with pytest.raises(NotReady, match="Say where"):
        confirm_use(used_on=DAY, reference=" ", **given(ato, cast.bureau_liaison))
    for wrong, words in ((date(2027, 1, 1), "cannot be after"), (date(1, 1, 1), "cannot be before")):
        with pytest.raises(NotReady, match=words):
            confirm_use(used_on=wrong, reference="Review 7", **given(ato, cast.bureau_liaison))
    done = confirm_use(used_on=DAY, reference="Review 7", **given(ato, cast.bureau_liaison))
    assert Ato.objects.get().use_confirmed_on == DAY
    assert Event.objects.get(verb="ato.use_confirmed").changes["reference"] == [None, "Review 7"]
    with pytest.raises(AlreadySo):
        confirm_use(used_on=DAY, reference="Review 7", **given(ato, cast.bureau_liaison))
    with pytest.raises(NoLongerPossible, match="later day"):
        confirm_use(used_on=date(2026, 1, 2), reference="Review 6", **given(done, cast.bureau_liaison))


def test_a_row_of_a_feed_is_claimed_and_renewed_in_one_act(cast: Cast) -> None:
    make_system(cast)
    ato = make_feed_row(cast, expires_on=date(2027, 1, 1))
    done = take_step("extend", **given(ato, cast.bureau_liaison), **renewal(cast, claim=True))
    assert (done.source, done.expires_on, done.revision) == ("portal", UNTIL, 2)
    assert {"ato_letter", "extension_letter"} <= done.document_summary.keys()
    verbs = Event.objects.about(ato).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["ato.claim_to_register", "ato.extend"]
    with pytest.raises(AlreadySo):
        take_step("extend", **given(ato, cast.bureau_liaison), **renewal(cast, claim=True))
    later = renewal(cast, claim=True, expires_on=date(2030, 1, 1))
    with pytest.raises(StaleRevision):
        take_step("extend", **given(ato, cast.bureau_liaison), **later)


def test_what_cannot_be_renewed_is_not_claimed_either(cast: Cast) -> None:
    make_system(cast)
    ato = make_feed_row(cast)
    wrong = renewal(cast, claim=True, expires_on=date(2026, 1, 1))
    with pytest.raises(NotReady, match="must lie after"):
        take_step("extend", **given(ato, cast.bureau_liaison), **wrong)
    assert Ato.objects.get().source == "feed"
    assert not Event.objects.about(ato).exists()


def test_an_act_of_somebody_else_is_no_second_press(cast: Cast) -> None:
    ato = make_ato(cast)
    take_step("extend", **given(ato, cast.bureau_liaison), **renewal(cast, claim=False))
    with pytest.raises(StaleRevision):
        take_step("extend", **given(ato, cast.liaison), **renewal(cast, claim=False))
