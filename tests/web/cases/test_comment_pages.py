"""The page of a case's comments, its forms, and the same in JSON."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from authorizations.actions.cases.comments import make_comment
from authorizations.models import Case, Comment, Message
from authorizations.templatetags.portal import as_entered
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.isolation.fetching import answer
from tests.lifecycle.cases import make_case
from tests.samples import first
from tests.web.reading_pages import body_of

# Each test draws pages of a case that was walked far.
pytestmark = pytest.mark.slow

SECRET = "The vault is empty."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "ssp")


def address(case: Case) -> str:
    return reverse("case_comments", args=[case.public_id])


def say(case: Case, cast: Cast, key: str, text: str = SECRET, *, shared: bool = False) -> Comment:
    return make_comment(case.public_id, actor=cast.people[key], now=timezone.now(), text=text, shared=shared)


def test_a_comment_is_written_on_the_page_and_once_however_often_it_is_sent(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.liaison)
    page = body_of(client, address(case))
    assert f'href="{address(case)}"' in body_of(client, case.get_absolute_url())
    idempotency_key = re.findall(r'name="idempotency_key" value="([^"]+)"', page)[0]
    # Internal to the own side is what is chosen where nobody chooses.
    assert re.search(r'value="agency"[^>]*checked', page)
    said = {"idempotency_key": idempotency_key, "audience": "agency", "text": "First line\r\nSecond <b>line</b>"}
    made = client.post(address(case), said)
    comment = Comment.objects.get()
    assert made.headers["Location"] == comment.get_absolute_url()
    assert client.post(address(case), said).headers["Location"] == comment.get_absolute_url()
    assert Comment.objects.count() == 1
    assert "First line<br>Second &lt;b&gt;line&lt;/b&gt;" in body_of(client, address(case))


@pytest.mark.parametrize(("key", "writes"), first([("viewer", False), ("auditor", False), ("official", True)]))
def test_viewers_and_the_auditor_read_without_a_form(
    client: Client, cast: Cast, case: Case, key: str, *, writes: bool
) -> None:
    say(case, cast, "liaison")
    client.force_login(cast.people[key])
    page = body_of(client, address(case))
    assert SECRET in page
    assert ('name="text"' in page) is writes
    if not writes:
        assert client.post(address(case), {"audience": "agency", "text": "No"}).status_code == 403


@pytest.mark.parametrize("key", first(["stranger_agency", "stranger_csp", "bureau_liaison"]))
def test_for_strangers_there_is_no_such_page(client: Client, cast: Cast, case: Case, key: str) -> None:
    comment = say(case, cast, "liaison", shared=True)
    client.force_login(cast.people[key])
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case), {"audience": "agency", "text": "No"}).status_code == 404
    for name in ("change_comment", "withdraw_comment"):
        assert client.post(reverse(name, args=[case.public_id, comment.public_id])).status_code == 404


@pytest.mark.parametrize(
    "writer", first(["liaison", "csp_lead", "assessor_lead", "pmo_reviewer"], lane=pytest.mark.nightly)
)
@pytest.mark.parametrize("reader", first(["liaison", "csp_lead", "assessor_lead", "pmo_lead", "auditor"]))
def test_what_is_said_inside_a_side_changes_nothing_that_another_side_reads(
    client: Client, cast: Cast, case: Case, writer: str, reader: str
) -> None:
    inside = {"liaison": "agency", "csp_lead": "provider", "assessor_lead": "assessor"}
    reads = reader == "auditor" or inside.get(reader, "pmo") == inside.get(writer, "pmo")
    client.force_login(cast.people[reader])
    places = [address(case), case.get_absolute_url(), reverse("api_comments", args=[case.public_id])]
    if reader in {"pmo_lead", "auditor"}:
        places += [f"{reverse('audit_log')}?audit_log=acts", reverse("admin:authorizations_event_changelist")]
        places += [reverse("admin:authorizations_message_changelist")]
    before = [plain(client, each) for each in places]
    say(case, cast, writer)
    after = [plain(client, each) for each in places]
    assert (before[1] == after[1]) is True
    assert (before == after) is not reads
    assert (SECRET.encode() in after[0], SECRET.encode() in after[2]) == (reads, reads)


def plain(client: Client, place: str) -> bytes:
    """A page without what differs each time."""
    return answer(client, place)[2]


@pytest.mark.slow
def test_an_own_comment_is_changed_and_withdrawn_on_the_page(client: Client, cast: Cast, case: Case) -> None:
    comment = say(case, cast, "liaison")
    change = reverse("change_comment", args=[case.public_id, comment.public_id])
    client.force_login(cast.liaison)
    assert change in body_of(client, address(case))
    assert SECRET in body_of(client, change)
    assert client.post(change, {"revision": "0", "text": "The vault is full."}).status_code == 302
    # A second window with the text of before; what was typed stays.
    stale = client.post(change, {"revision": "0", "text": "Once more"})
    assert (stale.status_code, "Once more" in stale.content.decode()) == (409, True)
    page = body_of(client, address(case))
    assert ("The vault is full." in page, "changed" in page) == (True, True)
    client.force_login(cast.reviewer)
    assert change not in body_of(client, address(case))
    assert client.get(change).status_code == 403
    withdraw = reverse("withdraw_comment", args=[case.public_id, comment.public_id])
    assert client.post(withdraw).status_code == 403
    client.force_login(cast.liaison)
    assert client.get(withdraw).status_code == 405
    assert [client.post(withdraw).status_code for _ in range(2)] == [302, 409]
    page = body_of(client, address(case))
    assert ("vault" in page, "Withdrawn by Lena Liaison on" in page) == (False, True)
    assert client.get(change).status_code == 409


def test_a_comment_that_is_refused_keeps_what_was_typed(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.liaison)
    sent = client.post(address(case), {"audience": "everybody", "text": SECRET})
    assert (sent.status_code, SECRET in sent.content.decode()) == (409, True)
    assert "Choose who reads it." in sent.content.decode()
    assert client.post(address(case), {"audience": "agency", "text": " "}).status_code == 409
    chosen = {"audience": "agency", "text": SECRET, "mentions": [cast.csp_lead.public_id]}
    sent = client.post(address(case), chosen)
    assert "Cleo Lead could not read this comment." in sent.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.slow
def test_another_side_is_not_told_which_colleagues_were_mentioned(client: Client, cast: Cast, case: Case) -> None:
    told = [cast.viewer.public_id, cast.csp_lead.public_id]
    given = {"actor": cast.liaison, "now": timezone.now(), "shared": True, "mentions": told}
    make_comment(case.public_id, text="See the diagram.", **given)
    for key, words in (("reviewer", "Told: Cleo Lead, Vic Viewer"), ("csp_lead", "Told: Cleo Lead</p>")):
        client.force_login(cast.people[key])
        assert words in body_of(client, address(case))
    client.force_login(cast.assessor_lead)
    assert "Told:" not in body_of(client, address(case))


# Seconds: very many comments are made first.
@pytest.mark.slow
def test_the_page_costs_the_same_with_many_comments(
    client: Client, cast: Cast, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(52):
        say(case, cast, "liaison", f"Number {number}.")
    client.force_login(cast.liaison)
    with django_assert_max_num_queries(11):
        page = body_of(client, address(case))
    assert ("Number 51." in page, "Number 1." in page) == (True, False)
    assert "Number 1." in body_of(client, f"{address(case)}?comments=all")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb", "a<br>b"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("javascript:alert(1) ftp://x.example", "javascript:alert(1) ftp://x.example"),
        ("(see https://a.example/b?c=1&d=2).", '(see <a href="https://a.example/b?c=1&amp;d=2" '),
        (
            'https://a.example/"onclick="x',
            '<a href="https://a.example/" rel="noreferrer nofollow">https://a.example/</a>&quot;',
        ),
    ],
)
def test_a_text_shows_as_it_was_typed_and_its_addresses_lead_on(text: str, html: str) -> None:
    assert as_entered(text).startswith(html)


# --- in JSON ---


@pytest.mark.slow
def test_a_program_reads_and_writes_comments_of_its_person(cast: Cast, case: Case) -> None:
    place = reverse("api_comments", args=[case.public_id])
    program = program_of(cast.liaison)
    body = {"audience": "internal", "text": SECRET, "mentions": [cast.reviewer.public_id], "idempotency_key": "a key"}
    made = post(program, place, body)
    assert (made.status_code, made.json()["text"], made.json()["side"]) == (201, SECRET, "agency")  # type: ignore[attr-defined]
    again = post(program, place, body)
    assert (again.status_code, again.json()["record"]["id"]) == (409, made.json()["id"])  # type: ignore[attr-defined]
    for key, number in (("viewer", 1), ("auditor", 1), ("csp_lead", 0), ("pmo_lead", 0)):
        found = program_of(cast.people[key]).get(place).json()
        assert (found["total"], len(found["items"])) == (number, number), key
    assert post(program_of(cast.viewer), place, body).status_code == 403
    assert program_of(cast.stranger_agency).get(place).status_code == 404
    assert post(program_of(cast.stranger_agency), place, body).status_code == 404
    assert post(program, place, {"audience": "nobody", "text": "x"}).status_code == 400
    assert (
        post(program, place, {**body, "idempotency_key": "", "mentions": [cast.csp_lead.public_id]}).status_code == 409
    )
    assert Comment.objects.count() == 1


def tab_note(client: Client, page: str) -> str:
    frame = client.get(page).context["case_frame"]
    return next(tab.note for tab in frame.tabs if tab.name == "case_comments")


def test_the_list_of_cases_says_which_have_new_comments_with_one_query_more(
    client: Client, cast: Cast, case: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quiet = make_case(cast, "reuse", "gap_analysis")
    for text in ("One.", "Two."):
        say(case, cast, "csp_lead", text=text, shared=True)
    client.force_login(cast.liaison)
    client.get("/")  # home tells that there is one, without its words
    # session, person, what is below the agency, length, filter counts, rows, what they are of; the new comments
    with django_assert_num_queries(8):
        page = body_of(client, reverse("cases"))
    assert page.count("new comments") == 1
    assert page.index(case.get_absolute_url()) < page.index("2 new comments")
    assert "new comment" not in client.get(reverse("cases_csv")).getvalue().decode()
    client.get(address(case))
    assert "new comment" not in body_of(client, reverse("cases"))
    assert quiet.get_absolute_url() in page


def test_a_comment_for_everyone_counts_as_new_until_its_reader_opens_the_comments(
    client: Client, cast: Cast, case: Case
) -> None:
    say(case, cast, "csp_lead", shared=True)
    say(case, cast, "csp_lead", text="Two.", shared=True)
    say(case, cast, "csp_lead", text="Inside.")
    client.force_login(cast.liaison)
    assert tab_note(client, case.get_absolute_url()) == "2 new"
    opened = client.get(address(case))
    assert [row.is_new for row in opened.context["shown"]] == [True, True]
    assert opened.content.decode().count(">New<") == 2
    assert tab_note(client, case.get_absolute_url()) == ""
    assert Message.objects.unread_by(cast.liaison).filter(event__verb="comment.made").count() == 0
    # What one person read is still new to another.
    assert Message.objects.unread_by(cast.assessor_lead).filter(event__verb="comment.made").count() == 2
