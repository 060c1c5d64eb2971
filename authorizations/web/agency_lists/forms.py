"""The forms of an agency's list: choosing the file, what its columns mean, and which offering a row means."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from authorizations.exchange.agency_lists.columns import FIELDS, ListColumns
from authorizations.exchange.workbook import MEGABYTE, MOST_BYTES
from authorizations.step_pages.inputs import PageForm, choice, hidden, number, record

ACCEPTED = ".xlsx,.csv,.txt,.json,text/csv,application/json"


class ListFileForm(PageForm):
    agency = record("Agency", missing="Choose the agency whose list it is.")
    file = forms.FileField(
        label="Your list",
        help_text="A workbook (.xlsx), a text with columns (.csv) or an export of eMASS (.json), of "
        f"{MOST_BYTES // MEGABYTE} MB at most. Any columns will do. Nothing is taken in before you have seen it.",
        widget=forms.FileInput(attrs={"class": "usa-input", "accept": ACCEPTED}),
        error_messages={"required": "Choose the file of your list.", "empty": "The file is empty."},
    )

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_rows("agency", agencies)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(f"The file is larger than {MOST_BYTES // MEGABYTE} MB. Bring the list in by parts.")
        return file


def field_name(column: int) -> str:
    return f"column-{column}"


class ColumnsForm(PageForm):
    """What each column of the list means; blank: the column is not read."""

    token = hidden(required=True)
    sheet = choice("Sheet", invalid="Choose one of the sheets.")
    heading_row = number("Row of its headings", least=1, most=100_000, words="Enter the number of a row.")

    def __init__(self, *args: Any, columns: ListColumns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meanings = [("", "Not read"), *((name, field.label) for name, field in FIELDS.items())]
        by_column = {column: name for name, column in columns.meaning.items()}
        self.columns = columns
        self.set_choices("sheet", [(title, title) for title in columns.sheets])
        for column, heading in columns.headings.items():
            self.fields[field_name(column)] = choice(
                f"Column “{heading}”", meanings, invalid="Choose one of the meanings."
            )
            self.initial[field_name(column)] = by_column.get(column, "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen: dict[str, int] = {}
        for column in self.columns.headings:
            name = cleaned.get(field_name(column))
            if name and name in chosen:
                self.add_error(field_name(column), f"Two columns are “{FIELDS[name].label}”. Choose one of them.")
            elif name:
                chosen[name] = column
        self.meaning = chosen
        return cleaned

    @property
    def rows(self) -> list[tuple[str, list[str], forms.BoundField]]:
        """Each column: its heading, three of its values, and what it means."""
        headings = self.columns.headings
        return [
            (heading, self.columns.samples(column), self[field_name(column)]) for column, heading in headings.items()
        ]


class RowForm(PageForm):
    """Which offering a row means; blank: none of the register."""

    offering = choice("Offering", missing="", invalid="Choose one of the offerings, or none.")

    def __init__(self, *args: Any, options: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices("offering", options)
