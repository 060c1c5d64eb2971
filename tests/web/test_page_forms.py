"""What every form of the pages leaves out of what is sent."""

from django import forms
from django.http import QueryDict

from authorizations.step_pages.inputs import PageForm


class Named(PageForm):
    """One field."""

    name = forms.CharField()


def test_characters_that_no_workbook_can_hold_are_taken_out_of_what_is_sent() -> None:
    sent = QueryDict(mutable=True)
    sent["name"] = "Ber\x01th\ufffe Pl\uffffans\x0b\x85"
    form = Named(sent)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"name": "Berth Plans"}
    assert sent["name"].startswith("Ber\x01"), "what was sent stays as it was"
