"""The pages about imports: runs, their issues, and the decisions a person takes."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from authorizations.models import Event, ImportIssue, ImportRun, Message, ReviewItem
from authorizations.vocabulary import ClashKind, Resolution, RunStatus
from tests.audit_log.entries import entered
from tests.cast import Cast
from tests.samples import first
from tests.web.reading_pages import body_of, rows_behind
from tests.web.register.records import FEED_DAY

COUNTS = {
    "Products": {"rows": 1204, "create": 1000, "change": 200, "same": 3, "set_aside": 1, "implied": 0},
    "Agencies": {"rows": 10, "create": 10, "change": 0, "same": 0, "set_aside": 0, "implied": 2, "not_published": 5},
}


@pytest.fixture
def run(cast: Cast) -> ImportRun:
    """An applied feed with four issues of two kinds."""
    found = ImportRun.objects.create(
        feed_version="marketplace-v2",
        file_name="feed.json",
        sha256="ab" * 32,
        size=4096,
        feed_as_of=FEED_DAY,
        started_at=timezone.now(),
        finished_at=timezone.now(),
        status=RunStatus.APPLIED,
        counts=COUNTS,
        removals_reason="Checked by hand.",
    )
    for table, kind in (("Products", "date"), ("Products", "copy"), ("Agencies", "copy"), ("Agencies", "copy")):
        ImportIssue.objects.create(
            run=found, table=table, record_id="FR1", kind=kind, raw="<script>alert(1)</script>", sentence="Set aside."
        )
    return found


@pytest.fixture
def item(cast: Cast, run: ImportRun) -> ReviewItem:
    return ReviewItem.objects.create(
        run=run,
        table="Agencies",
        record_id="22-1",
        clash=ClashKind.NAME_CHANGED,
        sentence="The feed calls it otherwise.",
        ours="Department of Harbors",
        theirs="Harbors <script>alert(1)</script>",
        organization=cast.organizations["harbors"],
        opened_at=timezone.now(),
    )


def decide(client: Client, item: ReviewItem, **facts: str) -> object:
    return client.post(item.get_absolute_url(), {"resolution": "kept", "note": "Ours is right.", **facts})


def test_a_run_shows_its_counts_and_their_sums(client: Client, cast: Cast, run: ImportRun) -> None:
    client.force_login(cast.auditor)
    page = body_of(client, run.get_absolute_url())
    words = ("1,204", "1,214", "1,010", "Checked by hand.", "ab" * 32, "The command line", "4 things in the file")
    assert [word for word in words if word not in page] == []


def test_each_kind_of_issue_leads_to_exactly_its_rows(client: Client, cast: Cast, run: ImportRun) -> None:
    ImportIssue.objects.create(
        run=ImportRun.objects.create(
            feed_version="v2", file_name="b", sha256="0", size=1, feed_as_of=FEED_DAY, started_at=timezone.now(),
            status=RunStatus.APPLIED,
        ),
        table="Products",
        kind="copy",
        sentence="Of another run.",
    )  # fmt: skip
    client.force_login(cast.pmo_lead)
    page = body_of(client, run.get_absolute_url())
    address = f"/imports/issues/?run={run.public_id}"
    for narrowed, number in (("&kind=copy", 3), ("&kind=date", 1), ("&table=Agencies", 2), ("", 4)):
        assert f'href="{address}{narrowed}"'.replace("&", "&amp;") in page
        assert rows_behind(client, address + narrowed) == number


def test_a_raw_value_of_a_feed_is_shown_as_text(client: Client, cast: Cast, run: ImportRun) -> None:
    client.force_login(cast.pmo_lead)
    page = body_of(client, f"/imports/issues/?run={run.public_id}")
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") == 4


def test_the_runs_are_listed_with_what_they_did(client: Client, cast: Cast, run: ImportRun, item: ReviewItem) -> None:
    client.force_login(cast.auditor)
    page = body_of(client, "/imports/")
    assert [word for word in ("1 Jul 2025", "feed.json", "1,214", "1,010") if word not in page] == []


@pytest.mark.slow
def test_open_items_come_first_and_decided_ones_by_filter(client: Client, cast: Cast, item: ReviewItem) -> None:
    client.force_login(cast.pmo_lead)
    assert client.get("/imports/review/").headers["Location"] == "/imports/review/?state=open"
    decide(client, item)
    assert item.sentence not in body_of(client, "/imports/review/?state=open")
    assert item.sentence in body_of(client, "/imports/review/?state=decided")


@pytest.mark.parametrize(("person", "decides"), [("pmo_lead", True), ("pmo_reviewer", True), ("auditor", False)])
def test_only_those_who_decide_see_the_form(
    client: Client, cast: Cast, item: ReviewItem, *, person: str, decides: bool
) -> None:
    client.force_login(cast.people[person])
    page = body_of(client, item.get_absolute_url())
    assert ('name="resolution"' in page) is decides
    assert "<script>alert" not in page
    assert "Merge" not in page


def test_a_decision_is_written_with_its_reason(client: Client, cast: Cast, item: ReviewItem) -> None:
    client.force_login(cast.pmo_reviewer)
    assert decide(client, item).status_code == 302  # type: ignore[attr-defined]
    item.refresh_from_db()
    assert (item.resolution, item.resolution_note) == (Resolution.KEPT, "Ours is right.")
    assert item.resolved_by == cast.pmo_reviewer
    page = body_of(client, item.get_absolute_url())
    assert "Ours is right." in page
    assert 'name="resolution"' not in page


@pytest.mark.parametrize(
    ("facts", "mistake"),
    [
        ({"note": "  "}, "Say in a sentence why you decide so."),
        ({"resolution": ""}, "Choose one of the decisions."),
        ({"resolution": "merged"}, "Choose one of the decisions."),
    ],
)
def test_a_mistake_stands_at_the_top_and_at_its_field(
    client: Client, cast: Cast, item: ReviewItem, facts: dict[str, str], mistake: str
) -> None:
    client.force_login(cast.pmo_lead)
    page = decide(client, item, **facts).content.decode()  # type: ignore[attr-defined]
    assert page.count(mistake) == 2
    assert "One thing to correct" in page
    assert "<title>Error: " in page
    item.refresh_from_db()
    assert item.resolved_at is None


def test_the_auditor_who_posts_a_decision_is_refused(client: Client, cast: Cast, item: ReviewItem) -> None:
    client.force_login(cast.auditor)
    response = decide(client, item)
    assert response.status_code == 403  # type: ignore[attr-defined]
    assert "Your role does not allow this" in response.content.decode()  # type: ignore[attr-defined]
    assert not Event.objects.exists()


def test_the_second_of_two_decisions_is_told_that_it_came_late(client: Client, cast: Cast, item: ReviewItem) -> None:
    client.force_login(cast.pmo_lead)
    decide(client, item)
    response = decide(client, item, resolution="adopted")
    assert response.status_code == 409  # type: ignore[attr-defined]
    page = response.content.decode()  # type: ignore[attr-defined]
    assert "This was decided already." in page
    assert "Someone was here before you" in page
    assert "What to do next" in page


def test_a_decision_that_cannot_be_carried_out_says_why(client: Client, cast: Cast, item: ReviewItem) -> None:
    ReviewItem.objects.filter(pk=item.pk).update(
        clash=ClashKind.PARENT_CHANGED, other_organization=cast.organizations["lighthouses"]
    )
    client.force_login(cast.pmo_lead)
    response = decide(client, item, resolution="adopted")
    assert response.status_code == 409  # type: ignore[attr-defined]
    page = response.content.decode()  # type: ignore[attr-defined]
    assert "cannot be under Bureau of Lighthouses" in page
    assert "This cannot be done as it stands" in page
    assert not Event.objects.exists()


@pytest.mark.parametrize("number", first([1, 10, 100]))
@pytest.mark.parametrize(
    ("name", "queries"), first([("import_runs", 5), ("import_issues", 6), ("review_items", 5), ("import_run", 5)])
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client,
    cast: Cast,
    run: ImportRun,
    name: str,
    queries: int,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    now = timezone.now()
    facts = {"feed_version": "v2", "sha256": "0", "size": 1, "feed_as_of": FEED_DAY, "started_at": now}
    ImportRun.objects.bulk_create(
        ImportRun(file_name=f"{place}", status=RunStatus.APPLIED, **facts) for place in range(number)
    )
    ImportIssue.objects.bulk_create(
        ImportIssue(run=run, table="Products", kind="date", sentence="Odd.") for _ in range(number)
    )
    ReviewItem.objects.bulk_create(
        ReviewItem(
            run=run, table="Agencies", record_id=str(place), clash=ClashKind.ID_REUSED, sentence="Odd", opened_at=now
        )
        for place in range(number)
    )
    address = run.get_absolute_url() if name == "import_run" else f"{reverse(name)}?state=open"
    client.force_login(cast.pmo_lead)
    with django_assert_num_queries(queries):
        body_of(client, address)


@pytest.mark.parametrize(("person", "number"), [("pmo_lead", 2), ("viewer", 1)])
def test_messages_are_everyones_own_and_the_pmo_finds_all(
    client: Client, cast: Cast, run: ImportRun, person: str, number: int
) -> None:
    now = timezone.now()
    event = entered(Event(at=now, recorded_at=now, verb="import.applied", subject_type="importrun", subject_id=run.pk))
    people: tuple[User, ...] = (cast.viewer, cast.pmo_lead)
    for recipient in people:
        Message.objects.create(event=event, recipient=recipient, subject="News", body="", created_at=now)
    client.force_login(cast.people[person])
    assert rows_behind(client, "/messages/") == number
