"""Taking a step: what is written, what is refused and in which words, both sides of every gate."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from accounts.models import User
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.records import correct_record
from authorizations.actions.steps import StaleRevision, offers
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.problems import NotMet
from authorizations.models import Ato, Event, Message, Notice
from tests.cast import Cast
from tests.lifecycle.golden.ato import GOLDEN
from tests.lifecycle.world import (
    DAY,
    DECISION,
    FACTS,
    NOW,
    facts_of,
    make_ato,
    make_feed_row,
    make_system,
    ready_for,
    take,
)
from tests.web.register.records import make_offerings


def problems_of(ato: Ato, name: str, cast: Cast, **changed: Any) -> set[str]:
    """The names of what blocks a step by the official."""
    with pytest.raises(NotReady) as refusal:
        take(ato, name, cast.official, **changed)
    return {problem.gate for problem in refusal.value.problems}


def who_takes(row: Any, cast: Cast) -> User:
    """Somebody of the row's roles."""
    people = {"AO": cast.official, "AL": cast.bureau_liaison, "PL": cast.pmo_lead}
    return next(people[letters] for letters in people if letters in row.who.split())


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.name)
def test_a_step_moves_the_stage_and_leaves_one_event_with_who_why_and_when(cast: Cast, row: Any) -> None:
    ato = ready_for(row.name, cast)
    actor = who_takes(row, cast)
    before = Event.objects.count()
    take(ato, row.name, actor, **facts_of(row.name, cast))
    event = Event.objects.about(ato).first()
    after = Ato.objects.get(pk=ato.pk)
    assert Event.objects.count() == before + 1
    assert event.changes["stage"] == [ato.stage, row.target or ato.stage] == [ato.stage, after.stage]
    assert (event.verb, event.actor, event.reason) == (f"ato.{row.name}", actor, "Because.")
    assert after.revision == ato.revision + 1


@pytest.mark.parametrize("name", [row.name for row in GOLDEN if row.recorded])
def test_the_liaison_records_what_the_official_signed_and_the_event_names_both(cast: Cast, name: str) -> None:
    ato = ready_for(name, cast)
    with pytest.raises(NotReady, match="Reference of the signed letter"):
        take(ato, name, cast.bureau_liaison)
    take(ato, name, cast.bureau_liaison, **DECISION)
    event = Event.objects.about(ato).first()
    assert (event.actor, event.decided_by) == (cast.bureau_liaison, cast.official)


@pytest.mark.parametrize(("name", "fact"), [(name, fact) for name, facts in FACTS.items() for fact in facts])
def test_each_fact_that_a_step_must_have_blocks_it_while_absent(cast: Cast, name: str, fact: str) -> None:
    ato = ready_for(name, cast)
    if fact == "expires_on":
        assert take(ato, name, cast.official, expires_on=None).expires_on is None
        return
    before = Event.objects.count()
    with pytest.raises(NotReady) as refusal:
        take(ato, name, cast.official, **{fact: None})
    assert fact in {problem.where for problem in refusal.value.problems}
    assert (Event.objects.count(), Ato.objects.get(pk=ato.pk).stage) == (before, ato.stage)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.name)
def test_a_reason_is_owed_where_the_table_says(cast: Cast, row: Any) -> None:
    ato = ready_for(row.name, cast)
    actor = who_takes(row, cast)
    facts = {**facts_of(row.name, cast), "reason": " "}
    if row.reason:
        with pytest.raises(NotReady, match="why"):
            take(ato, row.name, actor, **facts)
    else:
        assert take(ato, row.name, actor, **facts).revision == ato.revision + 1


# --- both sides of each gate ---


def test_fedramp_is_not_told_before_the_provider(cast: Cast) -> None:
    ato = make_ato(cast)
    early = {"fedramp_notified_on": DAY - timedelta(days=1)}
    assert problems_of(ato, "rescind", cast, **early) == {"provider_before_fedramp"}
    assert take(ato, "rescind", cast.official).stage == "rescinded"


def test_a_new_expiry_lies_after_the_signing(cast: Cast) -> None:
    ato = make_ato(cast)
    assert problems_of(ato, "extend", cast, expires_on=DAY) == {"expiry_after_signing"}
    assert take(ato, "extend", cast.official, expires_on=DAY + timedelta(days=1)).expires_on > DAY


def test_without_a_named_official_there_is_no_decision_to_record(cast: Cast) -> None:
    ato = make_ato(cast)
    Ato.objects.filter(pk=ato.pk).update(authorizing_official=None)
    with pytest.raises(NotReady, match="No authorizing official is named"):
        take(ato, "suspend", cast.bureau_liaison, **DECISION)


@pytest.mark.slow
def test_an_ending_is_not_reversed_while_another_initial_ato_is_live(cast: Cast) -> None:
    ato = make_ato(cast, listing_role="initial")
    take(ato, "revoke", cast.official)
    sibling = make_ato(cast, offering=ato.offering, listing_role="initial", signed_on=date(2026, 1, 4))
    assert problems_of(ato, "reverse_ending", cast) == {"no_live_initial_sibling"}
    take(sibling, "revoke", cast.official)
    assert take(ato, "reverse_ending", cast.official).stage == "active"


def test_an_alternate_agency_takes_the_place_of_the_former_initial_ato(cast: Cast) -> None:
    former = make_ato(cast, listing_role="initial")
    other = make_system(cast, name="Fog Signals")
    ato = make_ato(cast, offering=former.offering, system=other)
    assert take(ato, "alternate_agency", cast.pmo_lead).listing_role == "initial"
    former.refresh_from_db(fields=["listing_role", "superseded_by"])
    assert (Ato.objects.get(pk=former.pk).stage, former.superseded_by) == ("superseded", ato)
    assert [event.verb for event in Event.objects.about(former)[:1]] == ["ato.supersede"]


def test_a_receipt_is_not_older_than_its_notice(cast: Cast) -> None:
    ato = make_ato(cast)
    early = {"received_on": DAY - timedelta(days=1)}
    assert problems_of(ato, "record_notice", cast, **early) == {"received_after_notified"}
    take(ato, "record_notice", cast.official, received_on=DAY)
    assert Notice.objects.get().received_on == DAY


def test_the_pmo_records_the_receipt_of_a_notice_that_is_known(cast: Cast) -> None:
    ato = make_ato(cast)
    take(ato, "record_notice", cast.bureau_liaison)
    known = dict.fromkeys(FACTS["record_notice"]) | {"notice": Notice.objects.get(), "received_on": DAY}
    take(ato, "record_notice", cast.pmo_reviewer, **known)
    assert Notice.objects.get().received_on == DAY


def test_an_expiry_offers_the_step_from_the_day_after(cast: Cast) -> None:
    ato = make_ato(cast, expires_on=date(2026, 11, 24))
    for day, offered in ((date(2026, 11, 24), False), (date(2026, 11, 25), True)):
        names = {offer.step.name for offer in offers(Ato.objects.get(pk=ato.pk), cast.official, day)}
        assert ("expire" in names) is offered


def test_a_row_of_a_feed_is_not_moved_before_it_is_claimed(cast: Cast) -> None:
    ato = ready_for("claim_to_register", cast)
    with pytest.raises(NoLongerPossible, match="not open now"):
        take(ato, "rescind", cast.bureau_liaison)
    take(ato, "claim_to_register", cast.bureau_liaison, **facts_of("claim_to_register", cast))
    assert take(ato, "rescind", cast.bureau_liaison).stage == "rescinded"


@pytest.mark.parametrize("fact", ["system", "authorizing_official"])
def test_a_fact_never_names_a_record_of_someone_else(cast: Cast, fact: str) -> None:
    ato = ready_for("claim_to_register", cast)
    facts = facts_of("claim_to_register", cast)
    foreign = {"system": make_system(cast, "meadows", "Permits"), "authorizing_official": cast.stranger_agency}
    with pytest.raises(NotReady, match="choose one of those offered"):
        take(ato, "claim_to_register", cast.bureau_liaison, **{**facts, fact: foreign[fact]})


# --- time ---


def test_nothing_happened_in_the_future(cast: Cast) -> None:
    ato = make_ato(cast)
    assert problems_of(ato, "rescind", cast, at=NOW + timedelta(days=1)) == {"at"}
    assert problems_of(ato, "rescind", cast, rescinded_on=NOW.date() + timedelta(days=1)) == {"rescinded_on"}


def test_an_act_older_than_the_last_one_asks_for_a_reason_and_goes_on_with_it(cast: Cast) -> None:
    ato = make_ato(cast)
    old: dict[str, Any] = {"at": datetime(2026, 1, 5, 12, tzinfo=NOW.tzinfo)}
    old |= {"notified_on": date(2026, 1, 5)}
    assert problems_of(ato, "record_notice", cast, reason="", **old) == {"order", "reason"}
    take(ato, "record_notice", cast.official, reason="Found in the files.", **old)
    event = Event.objects.about(ato).get(verb="ato.record_notice")
    assert (event.at, event.recorded_at) == (old["at"], NOW)


# --- refusals ---


def test_an_old_page_is_refused_with_what_happened_since(cast: Cast) -> None:
    ato = make_ato(cast)
    take(ato, "record_notice", cast.bureau_liaison)
    with pytest.raises(StaleRevision) as refusal:
        take(ato, "rescind", cast.official, revision=ato.revision)
    assert [event.verb for event in refusal.value.since] == ["ato.record_notice"]


def test_a_correction_in_the_admin_makes_an_open_page_old_too(cast: Cast) -> None:
    ato = make_ato(cast)
    facts = {"signer": "Olu Official"}
    correct_record(Ato.objects.get(pk=ato.pk), actor=cast.pmo_lead, now=NOW, facts=facts, reason="A slip.")
    with pytest.raises(StaleRevision) as refusal:
        take(ato, "rescind", cast.official, revision=ato.revision)
    assert [event.verb for event in refusal.value.since] == ["ato.corrected"]


def test_a_step_that_is_offered_again_two_steps_later_does_not_revive_an_old_page(cast: Cast) -> None:
    ato = make_ato(cast)
    take(ato, "suspend", cast.official)
    take(ato, "reinstate", cast.official)
    with pytest.raises(StaleRevision):
        take(ato, "suspend", cast.official, revision=ato.revision)


@pytest.mark.parametrize("person", ["csp_lead", "viewer", "reviewer", "auditor", "pmo_reviewer", "pmo_lead"])
def test_a_party_without_the_role_is_refused_in_words(cast: Cast, person: str) -> None:
    with pytest.raises(NotPermitted, match="Your role does not allow this step"):
        take(make_ato(cast), "suspend", cast.people[person])


@pytest.mark.parametrize("person", ["stranger_agency", "stranger_csp", "assessor_lead"])
def test_for_a_stranger_there_is_no_such_record(cast: Cast, person: str) -> None:
    with pytest.raises(Ato.DoesNotExist):
        take(make_feed_row(cast), "record_notice", cast.people[person])


@pytest.mark.parametrize("name", ["supersede", "issue", "rescind_in_error", "register", "import", "nonsense"])
def test_no_person_takes_a_step_that_happens_inside_another_act(cast: Cast, name: str) -> None:
    with pytest.raises(Ato.DoesNotExist):
        take(make_ato(cast), name, cast.pmo_lead)


def test_a_fact_that_is_not_asked_for_is_refused(cast: Cast) -> None:
    with pytest.raises(NotReady, match="does not ask for 'stage'"):
        take(make_ato(cast), "record_notice", cast.official, stage="revoked")


# --- around the machine ---


def test_the_machine_itself_refuses_what_its_gates_refuse(cast: Cast) -> None:
    ato = make_ato(cast)
    act = CurrentAct(ActingContext(cast.official, DAY), NOW, NOW, "Because.")
    with pytest.raises(NotMet, match="Exit criteria"):
        ato.suspend(act, **{**FACTS["suspend"], "exit_criteria": ""})
    with pytest.raises(TransitionNotAllowed):
        ato.reinstate(act, **FACTS["reinstate"])
    assert ato.stage == "active"


def test_a_step_without_the_act_it_belongs_to_is_refused(cast: Cast) -> None:
    ato = make_ato(cast)
    with pytest.raises(TypeError, match="act"):
        ato.rescind(**FACTS["rescind"])
    assert ato.stage == "active"


@pytest.mark.parametrize(
    "write",
    [
        lambda ato: setattr(ato, "stage", "revoked"),
        lambda ato: Ato.objects.filter(pk=ato.pk).update(stage="revoked"),
        lambda ato: Ato.objects.bulk_update([ato], ["stage"]),
        lambda ato: Ato.objects.update_or_create(pk=ato.pk, defaults={"stage": "revoked"}),
    ],
)
def test_no_other_way_sets_a_stage(cast: Cast, write: Any) -> None:
    ato = make_ato(cast)
    with pytest.raises(AttributeError):
        write(ato)
    assert Ato.objects.get(pk=ato.pk).stage == "active"


def test_a_stale_copy_of_a_record_cannot_be_saved_over_a_newer_stage(cast: Cast) -> None:
    old = make_ato(cast)
    take(old, "revoke", cast.official)
    with pytest.raises(ConcurrentTransition):
        old.save()


# --- notices and messages ---


def test_steps_that_tell_somebody_leave_their_notices(cast: Cast) -> None:
    ato = make_ato(cast)
    take(ato, "rescind", cast.official)
    told = [
        (notice.recipient, notice.notified_on, notice.channel, notice.reference)
        for notice in ato.notices.order_by("pk")
    ]
    assert told == [("provider", DAY, "letter", "Letter 7"), ("fedramp", DAY, "form", "Form 8")]


def test_the_parties_are_told_and_nobody_else(cast: Cast) -> None:
    ato = make_ato(cast)
    Message.objects.all().delete()
    take(ato, "suspend", cast.official)
    told = {message.recipient for message in Message.objects.all()}
    assert told == {cast.liaison, cast.bureau_liaison, cast.csp_lead, cast.pmo_lead, cast.pmo_reviewer}
    message = Message.objects.all()[0]
    # What people typed is in the portal alone, and in no mail.
    assert ("Because." in message.detail, "Because." in message.body) == (True, False)


def test_registering_refuses_a_second_live_initial_ato_and_one_signed_by_nobody_of_the_agency(cast: Cast) -> None:
    ato = make_ato(cast, listing_role="initial")
    with pytest.raises(NotReady, match="Another initial ATO"):
        make_ato(cast, offering=ato.offering, listing_role="initial", signed_on=date(2026, 1, 4))
    other = make_offerings(cast.organizations["nimbus"], 1)[0]
    with pytest.raises(NotReady, match="one of the agency's own"):
        make_ato(cast, offering=other, authorizing_official=cast.stranger_agency)


def test_registering_twice_leaves_one(cast: Cast) -> None:
    ato = make_ato(cast)
    with pytest.raises(NotReady, match="here already"):
        make_ato(cast, offering=ato.offering)


def test_a_liaison_registers_for_the_own_agency_alone(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        make_ato(cast, agency=cast.organizations["harbors"])
