"""The strong form: what others do in a case changes no byte of what a stranger may fetch, until it is public."""

import pytest
from django.urls import reverse

from authorizations.actions.cases.cases import adopt_case, open_case, record_facts
from authorizations.actions.cases.waivers import end_waiver, waive_gate
from authorizations.models import Ato, Case, Event, Message, Offering, PackageAccess
from tests.cast import Cast
from tests.isolation.conftest import OUTSIDE, STRANGERS
from tests.isolation.fetching import REVISION, Answers, answers, changed, everything, signed_in, the_usual
from tests.lifecycle.cases import make_move, make_system, moves_to, press, record, step_facts
from tests.lifecycle.world import DAY, NOW

# Pages before and after: which rows there are for whom, `test_lists.py` and `test_entries.py` ask either database.
# Half a minute or more each: everything that several people may fetch, before and after.
pytestmark = [pytest.mark.nightly, pytest.mark.sqlite]
LATER = DAY.replace(year=2030)
# Lists that hold nothing for a stranger, whatever becomes public of others; where a case begins, designations stand.
OF_CASES = ("cases", "cases_csv", "accesses", "accesses_csv", "messages", "messages_csv", "api_cases")
NOTHING: dict[str, set[str]] = {key: set() for key in STRANGERS}


class Onlooker:
    """One person who fetches the same addresses again and again."""

    def __init__(self, cast: Cast, key: str, addresses: list[str]) -> None:
        self.key, self.client, self.addresses = key, signed_in(cast.people[key]), addresses
        self.seen: Answers = answers(self.client, addresses)

    def learned(self) -> set[str]:
        """The addresses that answer otherwise since they were fetched last."""
        before, self.seen = self.seen, answers(self.client, self.addresses)
        return changed(before, self.seen)


def onlooking(cast: Cast, keys: tuple[str, ...], *, thorough: str) -> list[Onlooker]:
    """Everyone who looks on; one of them at everything there is."""
    return [Onlooker(cast, key, everything() if key == thorough else the_usual()) for key in keys]


def walk(case: Case, cast: Cast, start: str, stage: str) -> Case:
    """The moves that lead a case from one stage to another."""
    for move in moves_to(case.kind, stage)[len(moves_to(case.kind, start)) :]:
        case = make_move(case, move, cast)
    return case


def told(people: list[Onlooker], cast: Cast) -> list[str]:
    """Who was written to."""
    keys = {cast.people[each.key].pk for each in people}
    return [message.subject for message in Message.objects.filter(recipient__in=keys)]


def test_a_stranger_learns_of_an_initial_case_when_it_is_listed_and_when_it_is_certified(
    onlookers: Cast, offering: Offering
) -> None:
    cast = onlookers
    people = onlooking(cast, STRANGERS, thorough="stranger_agency")

    case = open_case("initial", actor=cast.liaison, now=NOW, offering=offering, agency=cast.organizations["harbors"])
    case = walk(case, cast, "partnership", "in_process_requested")
    press(case, "return_request", cast.pmo_reviewer)
    case = press(case, "request_in_process", cast.official, **step_facts("request_in_process", cast))
    assert {each.key: each.learned() for each in people} == NOTHING

    case = walk(case, cast, "in_process_requested", "in_process")
    listed = {
        reverse("offering", args=[offering.public_id]),
        *(reverse(name) for name in ("offerings", "search", "home")),
        *(reverse(f"{name}_{suffix}") for name in ("offerings", "providers") for suffix in ("csv", "json")),
        *(reverse(f"{way}_{kind}_case") for way in ("open", "adopt") for kind in ("initial", "reuse")),
        reverse("provider", args=[offering.provider.public_id]),
        reverse("register_ato"),
        reverse("grant_access"),
        reverse("providers"),
    }
    for each in people:
        learned = each.learned()
        assert learned <= listed, each.key
        assert reverse("offering", args=[offering.public_id]) in learned

    waiver = waive_gate(
        case.public_id, actor=cast.pmo_lead, now=NOW, gate="ssp_approved_on", reason="Lost.", until=LATER
    )
    case = walk(case, cast, "in_process", "ssp")
    press(case, "return_ssp", cast.reviewer)
    press(case, "resubmit_ssp", cast.csp_lead)
    case = walk(case, cast, "ssp", "agency_review")
    end_waiver(waiver.public_id, actor=cast.pmo_lead, now=NOW, reason="Found.")
    case = walk(case, cast, "agency_review", "remediation")
    case = press(case, "resubmit", cast.csp_lead, **step_facts("resubmit", cast))
    case = walk(case, cast, "agency_review", "pmo_review")
    record(case, cast.pmo_reviewer, pmo_recommendation="certify")
    assert Ato.objects.get(agency=case.agency).recorded_on is None
    assert {each.key: each.learned() for each in people} == NOTHING

    press(case, "certify", cast.pmo_lead, **step_facts("certify", cast))
    for each in people:
        learned = each.learned()
        public = {reverse("atos"), reverse("agency", args=[case.agency.public_id])}
        assert learned >= public, each.key
        assert learned.isdisjoint(reverse(name) for name in OF_CASES)
    assert told(people, cast) == []


def test_a_stranger_learns_of_a_reuse_case_when_its_ato_is_recorded(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    people = onlooking(cast, STRANGERS, thorough="stranger_agency")
    case = open_case(
        "reuse",
        actor=cast.liaison,
        now=NOW,
        offering=certified,
        agency=cast.organizations["harbors"],
        intended_use="Berth plans.",
    )
    case = walk(case, cast, "need_defined", "access_requested")
    press(case, "return_access_request", cast.pmo_reviewer)
    press(case, "resubmit_access_request", cast.liaison)
    press(case, "deny_access", cast.pmo_reviewer, **step_facts("deny_access", cast, "reuse"))
    case = press(case, "request_again", cast.liaison)
    case = walk(case, cast, "access_requested", "gap_analysis")
    press(case, "review_again", cast.reviewer)
    case = press(case, "finish_review", cast.reviewer, **step_facts("finish_review", cast, "reuse"))
    case = walk(case, cast, "gap_analysis", "risk_decision")
    press(case, "return_for_work", cast.official)
    case = press(case, "submit_for_decision", cast.reviewer, **step_facts("submit_for_decision", cast, "reuse"))
    case = walk(case, cast, "risk_decision", "ato_issued")
    case = press(case, "report_letter", cast.liaison, **step_facts("report_letter", cast, "reuse"))
    open_case(
        "reuse",
        actor=cast.liaison,
        now=NOW,
        offering=certified,
        agency=cast.organizations["harbors"],
        intended_use="Tide tables.",
    )
    assert PackageAccess.objects.exists()
    assert {each.key: each.learned() for each in people} == NOTHING

    press(case, "record", cast.pmo_reviewer, **step_facts("record", cast, "reuse"))
    for each in people:
        learned = each.learned()
        assert learned >= {reverse("atos"), reverse("offering", args=[certified.public_id])}, each.key
        assert learned.isdisjoint(reverse(name) for name in OF_CASES)
    assert told(people, cast) == []


def test_nobody_outside_learns_of_a_reuse_case_that_was_never_shared(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    make_system(cast, "Tide Tables")
    people = [
        Onlooker(cast, key, everything(in_the_admin=True) if key == "pmo_reviewer" else the_usual()) for key in OUTSIDE
    ]
    given = {"actor": cast.liaison, "now": NOW, "offering": certified, "agency": cast.organizations["harbors"]}
    case = open_case("reuse", intended_use="Berth plans.", **given)
    facts = step_facts("request_access", cast, "reuse") | {"recommendation": "Authorize; the rest is ours."}
    case = record_facts(case.public_id, actor=cast.liaison, now=NOW, revision=case.revision, **facts)
    press(case, "withdraw", cast.liaison)
    open_case("reuse", intended_use="Berth plans again.", **given)
    adopt_case("reuse", stage="need_defined", reason="On paper.", evidence="Memo 3.", **given)
    assert Case.objects.filter(shared_at=None).count() == 3
    assert Event.objects.visible_to(cast.auditor).filter(subject_type="case").count() == 5
    assert {each.key: each.learned() for each in people} == {key: set() for key in OUTSIDE}
    assert told(people, cast) == []
    auditor = signed_in(cast.auditor)
    assert auditor.get(case.get_absolute_url()).status_code == 200
    assert b"Withdrawn" in auditor.get(reverse("cases")).content


def test_what_stays_inside_the_agency_changes_nothing_for_anyone_else(onlookers: Cast, certified: Offering) -> None:
    cast = onlookers
    given = {"actor": cast.liaison, "now": NOW, "offering": certified, "agency": cast.organizations["harbors"]}
    case = walk(open_case("reuse", intended_use="Berths.", **given), cast, "need_defined", "implementation")
    before = {key: signed_in(cast.people[key]) for key in ("csp_lead", "pmo_reviewer", "pmo_lead")}
    own = [
        case.get_absolute_url(),
        reverse("case_facts", args=[case.public_id]),
        reverse("api_case", args=[case.public_id]),
        *(reverse(f"admin:authorizations_case_{page}", args=[case.public_id]) for page in ("history",)),
    ]
    addresses = [*the_usual(), *own]
    admin_pages = [
        *addresses,
        reverse("admin:authorizations_event_changelist"),
        reverse("admin:authorizations_case_changelist"),
    ]
    # A PMO lead reads the record of security too, and finds there what these readers themselves fetched.
    read = {"csp_lead": addresses, "pmo_reviewer": admin_pages, "pmo_lead": [*addresses, admin_pages[-1]]}
    seen = {key: answers(client, read[key], REVISION) for key, client in before.items()}
    record(case, cast.liaison, recommendation="Authorize; the pier is ours to bear.", reason="The pier.")
    record(case, cast.liaison, recommendation=None, reason="It was the other pier.")
    for key, client in before.items():
        after = answers(client, read[key], REVISION)
        assert changed(seen[key], after) == set(), key
    assert b"It was the other pier." in signed_in(cast.reviewer).get(case.get_absolute_url()).content
    assert b"It was the other pier." in signed_in(cast.auditor).get(case.get_absolute_url()).content
