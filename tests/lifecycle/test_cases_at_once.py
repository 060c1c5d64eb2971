"""People who act on cases in the same moment: one of them wins, nobody waits for ever, nothing is half done."""

import itertools
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from authorizations.actions.cases.cases import adopt_case, open_case, record_facts
from authorizations.actions.refusals import Refused
from authorizations.actions.register.atos import register_ato
from authorizations.actions.register.designations import set_designation
from authorizations.actions.steps import perform
from authorizations.models import AgencySystem, Ato, Case, Event, InitialCase, Message, Offering, ReuseCase
from tests.cast import Cast, make_cast
from tests.lifecycle.documents import complete
from tests.lifecycle.world import DAY, NOW, make_system
from tests.web.register.records import make_offerings

ROOT = Path(__file__).resolve().parents[2]
COMMON: dict[str, Any] = {"release": "rev5-legacy", "opened_at": NOW, "stage_since": NOW, "waits_since": NOW}
DOCUMENTS = {**complete("initial"), **complete("reuse")}
pytestmark = pytest.mark.django_db(transaction=True)


def together(acts: list[Callable[[], Any]]) -> list[str]:
    """Runs each in a thread of its own, all at once; how each ended, in one word."""
    ended = ["hangs"] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        gate.wait()
        try:
            acts[place]()
            ended[place] = "done"
        except Refused as refusal:
            ended[place] = type(refusal).__name__
        except Exception as problem:  # noqa: BLE001  # the test says which
            ended[place] = repr(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def at_planning(cast: Cast) -> Case:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    return InitialCase.objects.create(
        kind="initial",
        stage="planning",
        waits_on="provider",
        shared_at=NOW,
        agency=cast.organizations["lighthouses"],
        offering=offering,
        **COMMON,
        document_summary=DOCUMENTS,
    )


@pytest.mark.slow
def test_eight_threads_that_sign_make_one_event_and_one_message_each() -> None:
    cast = make_cast()
    case = at_planning(cast)

    def sign() -> None:
        perform(Case, case.public_id, "sign_wbs", actor=fresh(cast.csp_lead), now=NOW, revision=0)

    assert sorted(together([sign] * 8)) == [*["StaleRevision"] * 7, "done"]
    assert Event.objects.filter(verb="case.sign_wbs").count() == 1
    told = list(Message.objects.values_list("recipient", flat=True))
    assert len(told) == len(set(told)) == 2


@pytest.mark.crash
def test_eight_processes_that_sign_make_one_event() -> None:
    cast = make_cast()
    case = at_planning(cast)
    line = [sys.executable, "-m", "tests.crash.pressing", str(connection.settings_dict["NAME"]), case.public_id]
    children = [
        subprocess.Popen(
            [*line, str(cast.csp_lead.pk)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("now\n")
        child.stdin.flush()
    assert sorted(child.communicate(timeout=60)[0].strip() for child in children) == [*["StaleRevision"] * 7, "done"]
    assert Event.objects.filter(verb="case.sign_wbs").count() == 1


def _two_cases(cast: Cast, offering: Offering, system: AgencySystem) -> tuple[Case, Case]:
    """An initial case before its decision and a reuse case after it, of two agencies."""
    initial = InitialCase.objects.create(
        kind="initial",
        stage="ao_decision",
        agency=cast.organizations["lighthouses"],
        offering=offering,
        shared_at=NOW,
        authorizing_official=cast.official,
        document_summary=DOCUMENTS,
        **COMMON,
    )
    reuse = ReuseCase.objects.create(
        kind="reuse",
        stage="ato_issued",
        agency=cast.organizations["meadows"],
        offering=offering,
        shared_at=NOW,
        system=system,
        document_summary=DOCUMENTS,
        **COMMON,
    )
    return initial, reuse


def decided_at_once(cast: Cast) -> list[Callable[[], Any]]:
    """Acts on two cases of one offering and on its ATOs, each of which writes several records."""
    one, two = cast.organizations["lighthouses"], cast.organizations["meadows"]
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    systems = {place.pk: make_system(cast, name) for place, name in ((one, "lighthouses"), (two, "meadows"))}
    initial, reuse = _two_cases(cast, offering, systems[two.pk])
    held = [_registered(cast, systems[one.pk], offering, role) for role in ("initial", "reuse")]
    Case.objects.filter(pk=reuse.pk).update(ato=Ato.objects.first())
    letter = {"fedramp_notified_on": DAY, "fedramp_channel": "form", "fedramp_reference": "Form 3"}
    told = {"recipient": "fedramp", "notified_on": DAY, "channel": "form", "reference": "Form 4"}

    def of(record_type: type[Case] | type[Ato], record: Any, name: str, actor: User, **facts: Any) -> None:
        seen = record_type.objects.get(pk=record.pk)
        given = {"actor": fresh(actor), "now": NOW, "revision": seen.revision, "reason": "Because."}
        perform(record_type, record.public_id, name, **given, **facts)

    return [
        lambda: of(Case, initial, "issue_ato", cast.official, system=systems[one.pk], ato_type="ato", signed_on=DAY),
        lambda: of(Case, initial, "report_letter", cast.bureau_liaison, **letter),
        lambda: of(Case, initial, "revise_decision", cast.official, in_error=True),
        lambda: of(Case, reuse, "record", cast.pmo_reviewer, letter_received_on=DAY, logged_on=DAY),
        lambda: of(Case, reuse, "report_letter", cast.stranger_agency, **letter),
        lambda: of(Ato, held[0], "record_notice", cast.bureau_liaison, **told),
        lambda: of(Ato, held[1], "alternate_agency", cast.pmo_lead),
        lambda: of(Ato, held[0], "end_service", cast.pmo_lead, service_ended_on=DAY, ground="csp_sunset"),
        lambda: _registered(cast, systems[one.pk], offering, "initial"),
        lambda: _designated(cast, offering),
        lambda: record_facts(
            initial.public_id,
            actor=fresh(cast.bureau_liaison),
            now=NOW,
            revision=Case.objects.get(pk=initial.pk).revision,
            agency_contact=f"Contact {next(DAYS)}",
        ),
    ]


DAYS = itertools.count()  # of two ATOs of one system for one offering, no two are signed on one day


def _registered(cast: Cast, system: AgencySystem, offering: Any, role: str) -> Ato:
    facts = {
        "listing_role": role,
        "ato_type": "ato",
        "signed_on": date(2024, 1, 5) + timedelta(days=next(DAYS)),
        "authorizing_official": cast.official,
        "letter": "Letter 3",
    }
    return register_ato(
        actor=fresh(cast.bureau_liaison),
        now=NOW,
        reason="Paper.",
        agency=system.agency,
        system=system,
        offering=offering,
        **facts,
    )


WORDS = itertools.cycle(["ready", "delisted", "certified"])


def _designated(cast: Cast, offering: Any) -> None:
    set_designation(
        actor=fresh(cast.pmo_lead),
        now=NOW,
        as_of=DAY,
        offering=offering,
        designation=next(WORDS),
        effective_on=DAY,
        reason="Because.",
        reference="Mail 3",
    )


@pytest.mark.crash
def test_acts_on_two_cases_and_their_atos_in_random_order_never_wait_for_each_other() -> None:
    acts = decided_at_once(make_cast())
    dice = random.Random(7)  # noqa: S311  # an order, no secret

    def many(order: list[int]) -> None:
        for place in order:
            try:
                acts[place]()
            except Refused:
                continue

    orders = [dice.sample(range(len(acts)), len(acts)) * 2 for _ in range(8)]
    assert together([lambda order=order: many(order) for order in orders]) == ["done"] * 8
    assert Ato.objects.filter(listing_role="initial", stage__in=["active", "suspended"]).count() <= 1
    assert Event.objects.filter(verb="case.issue_ato").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["initial", "reuse"])
def test_one_form_sent_from_eight_threads_begins_one_case(kind: str) -> None:
    cast = make_cast()
    offering, agency = make_offerings(cast.organizations["nimbus"], 1)[0], cast.organizations["harbors"]
    facts = {"intended_use": "Tides."} if kind == "reuse" else {"reason": "Its boundary is another."}
    act = {"now": NOW, "agency": agency, "offering": offering, "idempotency_key": "the same form", **facts}
    ended = together([lambda: open_case(kind, actor=fresh(cast.liaison), **act)] * 8)
    assert sorted(ended) == ["AlreadyOpened"] * 7 + ["done"]
    assert Case.objects.count() == 1


@pytest.mark.slow
def test_one_form_that_adopts_and_registers_does_both_once() -> None:
    cast = make_cast()
    system = make_system(cast)
    ato = {
        "system": system,
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": DAY,
        "authorizing_official": cast.official,
        "letter": "Letter 3",
    }
    act = {
        "now": NOW,
        "agency": cast.organizations["lighthouses"],
        "offering": make_offerings(cast.organizations["nimbus"], 1)[0],
        "stage": "ato_issued",
        "reason": "It was done on paper.",
        "evidence": "Folder 9",
        "idempotency_key": "the same form",
        "ato": ato,
    }
    ended = together([lambda: adopt_case("reuse", actor=fresh(cast.bureau_liaison), **act)] * 6)
    assert sorted(ended) == ["AlreadyOpened"] * 5 + ["done"]
    assert (Case.objects.count(), Ato.objects.count()) == (1, 1)


def test_one_form_sets_a_designation_once() -> None:
    cast = make_cast()
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    said = {"designation": "delisted", "effective_on": DAY, "reason": "Asked.", "reference": "Letter", "as_of": DAY}
    ended = together(
        [lambda: set_designation(actor=fresh(cast.pmo_lead), now=NOW, offering=offering, idempotency_key="a", **said)]
        * 6
    )
    assert sorted(ended) == ["AlreadySet"] * 5 + ["done"]
    assert offering.designation_events.count() == 1
