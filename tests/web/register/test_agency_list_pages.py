"""The pages of an agency's list: choose it, see what it would bring, correct its columns, bring it in, undo it."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.exchange.agency_lists.lines import ENDED_FIRST
from authorizations.models import AgencyList, Ato, Offering
from authorizations.web.desk.listing import DESK
from tests.cast import Cast
from tests.conftest import sign_in
from tests.exchange.agency_lists.lists import HEAD, saved, workbook

ROWS = [
    ("Nimbus Cloud", "Drive", "", "", date(2024, 3, 1), date(2027, 3, 1), "O. Fficial"),
    ("", "<script>alert(1)</script>", "", "", "2/29/2023", "", ""),
]


@pytest.fixture
def liaison(client: Client, cast: Cast) -> Client:
    Offering.objects.create(name="Drive", provider=cast.organizations["nimbus"])
    sign_in(client, cast.bureau_liaison)
    return client


def preview_of(client: Client, cast: Cast, head: tuple[str, ...] = HEAD) -> str:
    """Chooses the file; the address of its preview."""
    file = SimpleUploadedFile("atos.xlsx", saved(workbook(ROWS, head)))
    agency = cast.organizations["lighthouses"].public_id
    answer = client.post(reverse("choose_list"), {"agency": agency, "file": file})
    assert answer.status_code == 302
    return answer["Location"]


def hidden_fields(client: Client, address: str) -> dict[str, str]:
    form = client.get(address).context["form"]
    fields = {field.html_name: str(field.value() or "") for field in form}
    return {**fields, "agency": client.get(address).context["agency"].public_id}


@pytest.mark.slow
def test_a_list_is_shown_brought_in_compared_and_undone(liaison: Client, cast: Cast) -> None:
    address = preview_of(liaison, cast)
    page = liaison.get(address)
    assert page.context["counts"] == {"taken": 1, "waiting": 1, "refused": 0}
    assert "<script>alert" not in page.content.decode()
    assert not Ato.objects.exists()
    done = liaison.post(reverse("list_preview"), hidden_fields(liaison, address), follow=True)
    made = AgencyList.objects.get()
    assert done.redirect_chain[-1][0] == made.get_absolute_url()
    assert [(words, number) for words, number, _ in done.context["classes"]] == [("Ours only", 2)]
    assert "<script>alert" not in done.content.decode()
    assert "No Marketplace feed is here yet" in done.content.decode()
    assert "FedRAMP may never have had the letter" not in done.content.decode()
    # How far away its expiry is, the day of the test says.
    gaps = [(each.number, each.words, each.act) for each in done.context["gaps"] if "expir" not in each.words]
    assert gaps == [
        (1, "has no letter on record here", "Claim to the register"),
        (1, "has no proof that FedRAMP knows of it", "Record a notice"),
        (1, "has no owner", "Name an owner"),
    ]
    assert {liaison.get(each.act_url).status_code for each in done.context["gaps"]} == {200}
    assert liaison.post(reverse("undo_list", args=[made.public_id]), follow=True).status_code == 200
    assert not Ato.objects.exists()


@pytest.mark.slow
def test_what_a_list_says_stays_with_its_ato_and_each_row_is_to_be_seen(client: Client, cast: Cast) -> None:
    drive = Offering.objects.create(name="Drive", provider=cast.organizations["nimbus"])
    ato = Ato.objects.create(
        offering=drive, agency=cast.organizations["lighthouses"], ato_type="ato", source="feed",
        listing_role="initial", signed_on=date(2024, 3, 1), published_since=date(2025, 1, 1),
    )  # fmt: skip
    head = ("CSO", "Sub-Agency", "ATO date", "Expiry", "System", "Owner")
    rows = [("Drive", "Office of Buoys & Bells", date(2024, 3, 1), date(2023, 3, 1), "Tide <b>", "K. Eeper")]
    file = SimpleUploadedFile("atos.xlsx", saved(workbook(rows, head)))
    sign_in(client, cast.bureau_liaison)
    agency = cast.organizations["lighthouses"].public_id
    address = client.post(reverse("choose_list"), {"agency": agency, "file": file})["Location"]
    page = client.get(address)
    assert page.context["elsewhere"] == [("Office of Buoys & Bells", 1)]
    assert [(row.means, row.became) for row in page.context["taken"]] == [(ato, "Here already")]
    assert [each.sentence for _, each in page.context["issues"]] == [ENDED_FIRST]
    listed = client.post(reverse("list_preview"), hidden_fields(client, address), follow=True)
    assert [(row.says, row.means, row.became) for row in listed.context["taken"]] == [("Drive", ato, "Here already")]
    shown = client.get(ato.get_absolute_url())
    assert shown.context["list_words"] == [("System", "Tide <b>"), ("Owner", "K. Eeper")]
    assert "Tide &lt;b&gt;" in shown.content.decode()
    cells = {column.key: cell for column, cell in zip(DESK.columns, desk_cells(client), strict=True)}
    assert (cells["system"].text, cells["owner"].text, cells["owner"].note) == ("Tide <b>", "K. Eeper", "by your list")
    client.post(reverse("undo_list", args=[AgencyList.objects.get().public_id]))
    assert client.get(ato.get_absolute_url()).context["list_words"] == []


def desk_cells(client: Client) -> list[Any]:
    (row,) = client.get(reverse("desk")).context["table"].rows
    return list(row)[-len(DESK.columns) :]


@pytest.mark.slow
def test_rows_of_another_agency_and_other_days_are_said(client: Client, cast: Cast) -> None:
    drive = Offering.objects.create(name="Drive", provider=cast.organizations["nimbus"])
    Ato.objects.create(
        offering=drive, agency=cast.organizations["lighthouses"], ato_type="ato", source="feed",
        listing_role="initial", signed_on=date(2025, 6, 9), published_since=date(2026, 1, 1),
    )  # fmt: skip
    meadows, above = cast.organizations["meadows"].name, cast.organizations["harbors"].name
    rows = [("Drive", meadows, date(2024, 3, 1)), ("Drive", above.replace("Department", "Dept."), date(2024, 3, 1))]
    file = SimpleUploadedFile("atos.xlsx", saved(workbook(rows, ("CSO", "Agency", "ATO date"))))
    sign_in(client, cast.bureau_liaison)
    agency = cast.organizations["lighthouses"].public_id
    page = client.get(client.post(reverse("choose_list"), {"agency": agency, "file": file})["Location"])
    assert [row.why.split(",")[0] for row in page.context["refused"]] == [f"The row is of {meadows}"]
    (known,) = page.context["taken"]
    assert (known.became, "Its days here are others" in known.why) == ("Here already", True)


@pytest.mark.slow
def test_of_two_lists_the_older_says_which_counts(liaison: Client, cast: Cast) -> None:
    liaison.post(reverse("list_preview"), hidden_fields(liaison, preview_of(liaison, cast)))
    older = AgencyList.objects.get()
    assert liaison.get(older.get_absolute_url()).context["newer"] is None
    head = (*HEAD[:-1], "Signer")
    liaison.post(reverse("list_preview"), hidden_fields(liaison, preview_of(liaison, cast, head)))
    newer = AgencyList.objects.exclude(pk=older.pk).get()
    assert liaison.get(older.get_absolute_url()).context["newer"] == newer
    assert liaison.get(newer.get_absolute_url()).context["newer"] is None


@pytest.mark.slow
def test_columns_that_were_corrected_are_known_the_next_time(liaison: Client, cast: Cast) -> None:
    head = ("Maker", "What it is", "No.", "Where", "When", "Until", "Who")
    address = preview_of(liaison, cast, head)
    fields = hidden_fields(liaison, address)
    assert {value for name, value in fields.items() if name.startswith("column-")} == {""}
    meant = {
        f"column-{place}": name for place, name in enumerate(("provider", "offering", "", "", "signed_on"), start=1)
    }
    assert liaison.get(reverse("list_preview"), fields | meant).context["counts"]["taken"] == 1
    liaison.post(reverse("list_preview"), fields | meant)
    made = AgencyList.objects.get()
    liaison.post(reverse("undo_list", args=[made.public_id]))
    again = liaison.get(preview_of(liaison, cast, head))
    assert again.context["counts"]["taken"] == 1


@pytest.mark.slow
def test_two_columns_of_one_meaning_are_refused_at_the_column(liaison: Client, cast: Cast) -> None:
    address = preview_of(liaison, cast)
    fields = hidden_fields(liaison, address) | {"column-1": "offering"}
    page = liaison.post(reverse("list_preview"), fields)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not AgencyList.objects.exists()


@pytest.mark.slow
def test_a_row_is_decided_by_choice_or_by_id(liaison: Client, cast: Cast) -> None:
    other = Offering.objects.create(name="Script", provider=cast.organizations["stratus"], fedramp_id="FR9")
    liaison.post(reverse("list_preview"), hidden_fields(liaison, preview_of(liaison, cast)))
    made = AgencyList.objects.get()
    row = reverse("list_row", args=[made.public_id, 5])
    for nothing in ({"named": "FR8"}, {}):
        assert "waits still" in liaison.post(row, nothing, follow=True).content.decode()
    drive = Offering.objects.get(name="Drive")
    # What the browser proposes is in the form beside the id that was typed.
    liaison.post(row, {"named": " fr9 ", "offering": drive.public_id})
    assert made.rows.get(number=5).offering == other


@pytest.mark.slow
def test_a_preview_of_another_person_or_none_is_not_shown(liaison: Client, cast: Cast) -> None:
    address = preview_of(liaison, cast)
    sign_in(liaison, cast.liaison)
    assert liaison.get(address)["Location"] == reverse("choose_list")
    sign_in(liaison, cast.stranger_agency)
    assert liaison.get(address).status_code == 404


def test_what_is_no_list_is_refused_at_the_field(liaison: Client, cast: Cast) -> None:
    file = SimpleUploadedFile("a.xlsx", b"no list")
    page = liaison.post(reverse("choose_list"), {"agency": cast.organizations["lighthouses"].public_id, "file": file})
    assert page.context["form"].errors["file"]
