"""Twenty acts that one side keeps to itself, and everything that each other side can read: nothing changes.

Pages, lists and exports, the API, reports, the admin for the PMO, messages, mail and digests.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.cases import adopt_case, open_case
from authorizations.actions.cases.comments import change_comment, make_comment, withdraw_comment
from authorizations.actions.documents.documents import withdraw_version
from authorizations.actions.findings.drafts import drop_finding
from authorizations.actions.notification_preferences import Muting, mute
from authorizations.actions.reports import ReportOrder, ask_for_report
from authorizations.models import Case, Comment, Event, Message, Offering
from authorizations.notifications.reminders.reminders import remind
from tests.actions.documents.documents import add
from tests.actions.findings.findings import draft
from tests.cast import Cast
from tests.isolation.fetching import REVISION, Answers, admin_pages, answers, below, changed, signed_in, the_usual
from tests.lifecycle.cases import make_case, make_system, press, record, step_facts
from tests.lifecycle.world import NOW
from tests.reports.asking import schedule_of

# Minutes: everything that several people may fetch, before and after.
EVERYTHING = pytest.mark.nightly
pytestmark = pytest.mark.sqlite
# Who reads on each side; a lead of the PMO reads of sign-ins and exports too, but of none of these acts.
READERS = {
    "agency": ("liaison",),
    "provider": ("csp_lead",),
    "assessor": ("assessor_lead",),
    "pmo": ("pmo_reviewer", "pmo_lead"),
    "nobody": ("stranger_agency", "stranger_csp"),
}
OF_THE_CASE = ("case", "case_comments", "case_facts", "case_documents", "case_findings", "api_case", "api_comments")


class World:
    """A case that all sides share, a certified offering that the agency may reuse, and what was hidden so far."""

    def __init__(self, cast: Cast, offering: Offering, certified: Offering) -> None:
        self.cast, self.certified = cast, certified
        self.shared = make_case(cast, "initial", "pmo_review", offering=offering)
        # Of findings that gates ask for there is the summary alone, which the first draft would make anew.
        Case.objects.filter(pk=self.shared.pk).update(finding_counts={})
        self.system = make_system(cast, "Tide Tables")
        self.hidden: Any = None

    def person(self, key: str) -> User:
        return User.objects.get(pk=self.cast.people[key].pk)

    def given(self, key: str) -> dict[str, Any]:
        return {"actor": self.person(key), "now": timezone.now()}


def open_reuse(world: World) -> None:
    use = {"agency": world.cast.organizations["harbors"], "offering": world.certified, "intended_use": "Berth plans."}
    world.hidden = open_case("reuse", **world.given("liaison"), **use)


def request(world: World) -> dict[str, Any]:
    return step_facts("request_access", world.cast, "reuse")


def mute_it(world: World) -> None:
    until = timezone.localdate() + timedelta(days=7)
    given = {**world.given("liaison"), "what": Muting("Everything about it"), "until": until, "reason": "On leave."}
    mute(Case, world.hidden.public_id, **given)


def order(world: World) -> ReportOrder:
    return ReportOrder("case-status", "Berth plans", {"case": world.hidden.public_id}, "pdf")


def take(world: World, *addresses: str) -> None:
    reader = signed_in(world.person("liaison"))
    for address in addresses:
        assert reader.get(address).status_code == 200, address


def adopt(world: World) -> None:
    use = {"agency": world.cast.organizations["harbors"], "offering": world.certified, "stage": "need_defined"}
    adopt_case("reuse", **world.given("liaison"), **use, reason="On paper.", evidence="Memo 3.")


def say(key: str, colleague: str) -> Callable[[World], Any]:
    def act(world: World) -> None:
        mentions = [world.cast.people[colleague].public_id]
        given = {**world.given(key), "text": "The vault is empty.", "shared": False, "mentions": mentions}
        make_comment(world.shared.public_id, **given)

    return act


def last_comment(world: World) -> Comment:
    return Comment.objects.filter(case=world.shared).order_by("-pk")[0]


# Of each side, what it keeps to itself, in this order.
HIDDEN: dict[str, tuple[Callable[[World], Any], ...]] = {
    "agency": (
        open_reuse,
        lambda world: record(
            world.hidden, world.person("liaison"), **step_facts("request_access", world.cast, "reuse")
        ),
        mute_it,
        lambda world: ask_for_report(**world.given("liaison"), wanted=order(world), marking=""),
        lambda world: schedule_of(world.person("liaison"), order(world)),
        lambda world: take(world, f"{reverse('report_json', args=['case-status'])}?case={world.hidden.public_id}"),
        lambda world: take(world, reverse("case_findings_csv", args=[world.hidden.public_id])),
        lambda world: make_comment(world.hidden.public_id, **world.given("liaison"), text="Ask Rae.", shared=False),
        lambda world: add(world.hidden, world.person("liaison"), "other", title="Berths", location="Drive", draft=True),
        lambda world: press(world.hidden, "withdraw", world.person("liaison")),
        adopt,
        say("liaison", "reviewer"),
    ),
    "provider": (
        lambda world: add(world.shared, world.person("csp_lead"), "ssp", location="Folder 9", draft=True),
        lambda world: withdraw_version(_draft(world), **world.given("csp_lead"), reason="Too early."),
        say("csp_lead", "csp_viewer"),
    ),
    "assessor": (
        lambda world: add(world.shared, world.person("assessor_lead"), "sar", location="Folder 8", draft=True),
        say("assessor_lead", "assessor_member"),
        lambda world: change_comment(
            world.shared.public_id,
            last_comment(world).public_id,
            revision=0,
            text="Full.",
            **world.given("assessor_lead"),
        ),
    ),
    "pmo": (
        lambda world: draft(world.shared, world.person("pmo_reviewer"), fact="package_uploaded_on"),
        lambda world: drop_finding(world.shared.findings.get().public_id, **world.given("pmo_reviewer")),
        say("pmo_reviewer", "pmo_lead"),
        lambda world: withdraw_comment(
            world.shared.public_id, last_comment(world).public_id, **world.given("pmo_reviewer")
        ),
    ),
}


def _draft(world: World) -> str:
    event = Event.objects.filter(subject_type="documentversion").order_by("-pk")[0]
    return str(event.changes["version"][1])


class Reader:
    """One person of another side, who fetches the same addresses before and after."""

    def __init__(self, world: World, key: str) -> None:
        of_the_case = (each for name in OF_THE_CASE for each in below(name, [world.shared.public_id]))
        log = f"{reverse('audit_log')}?about={world.shared.public_id}&audit_log=acts"
        in_the_admin = admin_pages(("Harbors", "case.open")) if key.startswith("pmo") else ()
        self.client = signed_in(world.person(key))
        found = [*dict.fromkeys([*the_usual(), *of_the_case, log, *in_the_admin])]
        # A lead of the PMO finds among the security events what all these readers fetch: `entries` asks for the rest.
        self.addresses = [each for each in found if key != "pmo_lead" or "event" not in each]
        self.seen = self.read()

    def read(self) -> Answers:
        return answers(self.client, self.addresses, REVISION)


def messages(world: World, side: str) -> list[tuple[int, str, str]]:
    """Everything that they were or will be told, by mail, in digests or on a page."""
    keys = [world.cast.people[key].pk for of, keys in READERS.items() if of != side for key in keys]
    rows = Message.objects.filter(recipient__in=keys).order_by("pk")
    return list(rows.values_list("recipient", "subject", "body"))


def entries(world: World, readers: dict[str, Reader]) -> set[tuple[str, int]]:
    """The entries of the audit log that they may read, but for those of what they fetch here themselves."""
    themselves = [world.cast.people[key].pk for key in readers]
    return {
        (key, pk)
        for key in readers
        for pk in Event.objects.visible_to(world.person(key)).exclude(actor__in=themselves).values_list("pk", flat=True)
    }


@EVERYTHING
@pytest.mark.parametrize("side", HIDDEN)
def test_nothing_that_others_read_changes_by_what_a_side_keeps_to_itself(
    onlookers: Cast, offering: Offering, certified: Offering, side: str
) -> None:
    world = World(onlookers, offering, certified)
    remind(NOW.date(), NOW)
    readers = {key: Reader(world, key) for of, keys in READERS.items() if of != side for key in keys}
    told, known = messages(world, side), entries(world, readers)
    number = Event.objects.count()
    for act in HIDDEN[side]:
        act(world)
    assert Event.objects.count() >= number + len(HIDDEN[side])
    remind(NOW.date(), NOW)
    assert messages(world, side) == told
    assert entries(world, readers) == known
    assert {key: changed(each.seen, each.read()) for key, each in readers.items()} == {key: set() for key in readers}


def test_twenty_acts_are_hidden() -> None:
    assert sum(len(acts) for acts in HIDDEN.values()) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["need_defined", "access_requested"])
def test_a_case_that_its_agency_shared_with_nobody_is_in_no_refusal(
    onlookers: Cast, certified: Offering, stage: str
) -> None:
    """The PMO adopts as if it were not there; it names no system then, and its agency reads why."""
    world = World.__new__(World)
    world.cast, world.certified = onlookers, certified
    open_reuse(world)
    facts = step_facts("request_access", onlookers, "reuse")
    record(world.hidden, onlookers.liaison, **facts)
    use = {"agency": onlookers.organizations["harbors"], "offering": certified, "stage": stage}
    given = {**world.given("pmo_lead"), **use, "reason": "On paper.", "evidence": "Memo 3.", "system": facts["system"]}
    adopted = adopt_case("reuse", **given)
    twin = Case.objects.get(pk=world.hidden.pk)
    assert (adopted.system, twin.system) == (facts["system"], None)
    made_way = Event.objects.about(twin).latest("pk")
    assert "names no system now" in made_way.reason
    for key in ("pmo_lead", "pmo_reviewer", "csp_lead"):
        assert not Event.objects.visible_to(onlookers.people[key]).filter(pk=made_way.pk).exists()
