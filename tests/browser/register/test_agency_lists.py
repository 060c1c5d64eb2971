"""An agency's spreadsheet of 200 rows with every fault that people make: brought in, compared, decided and undone."""

import csv
import io
import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.browser.conftest import Reader
from tests.exchange.agency_lists.lists import saved, workbook

ROWS = 200
Row = list[Any]


def mistyped(name: str, chance: random.Random) -> str:
    place = chance.choice([place for place, letter in enumerate(name) if letter.isalpha()])
    return name[:place] + name[place + 1 :]


def row_of(offering: dict[str, str], place: int, chance: random.Random) -> Row:
    """A row about an offering with the fault of its place."""
    name, provider, fedramp_id = offering["Offering"], offering["Provider"], offering["FedRAMP id"]
    name = {0: name.upper(), 1: mistyped(name, chance), 2: f"{provider} - {name}"}.get(place % 5, name)
    named = {0: f" {fedramp_id[:4]} {fedramp_id[4:]} ", 1: fedramp_id}.get(place % 4, "")
    signed = date(2023, 1, 1) + timedelta(days=3 * place)
    written = {0: "2/29/2023", 1: f"{signed:%m/%d/%Y}", 2: 1_672_531_200 + 259_200 * place}.get(place % 7, signed)
    return [provider if place % 3 else "", name, named, "", written, "ongoing" if place % 2 else "", "O. Fficial"]


def planted(offerings: list[dict[str, str]]) -> bytes:
    """The list as a workbook: with a merged title, hidden rows, a formula, and two letters for one offering."""
    chance = random.Random(16)  # noqa: S311  # faults, no secrets
    rows = [row_of(offerings[place % len(offerings)], place, chance) for place in range(ROWS - 3)]
    rows += [["", "A toaster of our own", "", "", "", "", ""], ["", "", "", "", "1/1/2024", "", ""]]
    rows += [["", '="Typ"&"ed"', offerings[0]["FedRAMP id"], "", "", "", ""]]
    book = workbook(rows)
    sheet = book["Cloud ATOs"]
    sheet.merge_cells("A1:G1")
    for number in (10, 11, 12):
        sheet.row_dimensions[number].hidden = True
    return saved(book)


def numbers(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]


def test_a_list_full_of_faults_is_brought_in_compared_and_undone(reader: Reader, tmp_path: Path) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    listed = page.request.get(f"{reader.base}/offerings.csv?listed=now").text().lstrip("\ufeff")
    offerings = [each for each in csv.DictReader(io.StringIO(listed)) if each["FedRAMP id"]][: ROWS - 3]
    file = tmp_path / "atos.xlsx"
    file.write_bytes(planted(offerings))
    reader.open("/atos/")
    reader.follow(page.get_by_role("link", name="Bring in a list"))
    reader.check()
    if page.get_by_label("Agency").count():
        page.get_by_label("Agency").select_option(label="Department of Harbors")
    page.get_by_label("Your list").set_input_files(file)
    reader.follow(page.get_by_role("button", name="Show what it would bring"))
    reader.check()
    read, sure, _, _, waiting, refused, *_ = numbers(page.locator(".list__sentence").inner_text())
    assert (read, sure + waiting + refused) == (ROWS, ROWS)
    assert sure >= 0.95 * (ROWS - 2)
    reader.follow(page.get_by_role("button", name=re.compile(r"^Bring in \d+ rows")))
    reader.check()
    row = page.get_by_role("row").filter(has_text="A toaster of our own")
    reader.follow(row.get_by_role("button", name="Decide"))
    assert "none of the register" in page.get_by_role("main").inner_text()
    reader.follow(page.get_by_role("button", name="Undo this list"))
    reader.check("no ATO comes from it")
