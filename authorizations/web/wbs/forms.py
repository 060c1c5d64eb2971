"""The forms of a plan: choosing its workbook, taking it over, and keeping its dates."""

from collections.abc import Sequence
from typing import Any

from django import forms

from authorizations.exchange.workbook import MEGABYTE, MOST_BYTES
from authorizations.lifecycle.wbs import COLUMNS, DATES
from authorizations.models import WbsTask
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.inputs import PageForm, checkboxes, day, hidden

ACCEPTED = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(PageForm):
    file = forms.FileField(
        label="WBS workbook",
        help_text=f"The Excel file (.xlsx) that agency and provider fill in, of {MOST_BYTES // MEGABYTE} MB at most. "
        "Nothing is changed before you have seen what it would change.",
        widget=forms.FileInput(attrs={"class": "usa-input", "accept": ACCEPTED}),
        error_messages={"required": "Choose the workbook.", "empty": "The file is empty."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {MOST_BYTES // MEGABYTE} MB, the most that is accepted. Nothing was stored."
            )
        return file


class WbsImportForm(PageForm):
    """Takes over what was previewed; ``rule``: of the document as which the workbook is filed, None for nowhere."""

    token = hidden(required=True)
    revision = hidden(forms.IntegerField, required=True)
    stated = checkboxes("Who signed this workbook", help_text="It is filed among the documents of the case, too.")

    def __init__(self, *args: Any, rule: DocumentRule | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices("stated", rule.statements.items() if rule else ())
        if rule is None:
            del self.fields["stated"]


def field_name(task: WbsTask, column: str) -> str:
    return f"{task.public_id}-{column}"


class DatesForm(PageForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, tasks: Sequence[WbsTask], revision: int, **kwargs: Any) -> None:
        self.tasks = tasks
        seen = {field_name(task, column): getattr(task, column) for task in tasks for column in DATES}
        kwargs["initial"] = {**seen, "revision": revision}
        super().__init__(*args, **kwargs)
        for task in tasks:
            for column in DATES:
                self.fields[field_name(task, column)] = _date_field(task, column)

    @property
    def rows(self) -> list[tuple[WbsTask, list[tuple[str, forms.BoundField]]]]:
        return [(task, [(COLUMNS[column], self[field_name(task, column)]) for column in DATES]) for task in self.tasks]

    @property
    def changed(self) -> dict[str, dict[str, Any]]:
        names = set(self.changed_data)
        dates = {
            task.public_id: {
                column: self.cleaned_data[field_name(task, column)]
                for column in DATES
                if field_name(task, column) in names
            }
            for task in self.tasks
        }
        return {key: columns for key, columns in dates.items() if columns}

    def place_of(self, where: str) -> str:
        """A date is refused by its task and its column."""
        return where.replace(" ", "-")

    def renewed(self, tasks: Sequence[WbsTask], revision: int) -> "DatesForm":
        fresh = DatesForm(tasks=tasks, revision=revision)
        return DatesForm(self.typed_on(fresh), tasks=tasks, revision=revision)


def _date_field(task: WbsTask, column: str) -> forms.DateField:
    words = f"Task {task.number}, {COLUMNS[column].lower()}"
    field = day(words, required=False, show_hidden_initial=True)
    field.widget.attrs["aria-label"] = words
    return field
