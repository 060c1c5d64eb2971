"""What every form of the pages leaves out of what is sent."""

from django import forms
from django.http import QueryDict

from authorizations.step_pages.inputs import PageForm, choice, long_text, number


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


class Everything(PageForm):
    """A field of each kind, without words of their own but for one."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    users = number("Users", least=0, most=99_999)
    remark = long_text("Remark", most=2000)
    owner = forms.ChoiceField(label="Who owns it?", choices=[("agency", "Agency")])
    signed_on = forms.DateField(label="Signed on")
    topic = choice("Topic", [("a", "A")], missing="Choose a topic.")


def test_what_django_would_say_is_said_with_the_name_of_the_field_and_what_to_do() -> None:
    form = Everything({"users": 100_000, "remark": "x" * 2001, "owner": "nobody", "signed_on": "soon", "topic": "b"})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "revision": "Part of this form is missing. Open the page again and repeat what you typed.",
        "users": "Users: enter 99999 or less.",
        "remark": "Remark: use at most 2000 characters. You have 2001.",
        "owner": "Who owns it: choose one of those offered.",
        "signed_on": "Signed on: enter a date, such as 2026-11-30.",
        "topic": "Topic: choose one of those offered.",
    }


def test_what_is_left_blank_is_asked_for_by_its_name_or_in_the_forms_own_words() -> None:
    form = Everything({"revision": 1})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "owner": "Who owns it: choose one.",
        "signed_on": "Signed on: enter a date.",
        "topic": "Choose a topic.",
    }
