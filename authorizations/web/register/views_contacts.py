"""The people to call of one's own organization: naming them, and saying that they are still correct."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Organization
from authorizations.actions.register.contacts import add_own_contact, confirm_contact, named_by
from authorizations.models import Contact
from authorizations.sanitize import storable
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm
from authorizations.vocabulary import ContactFunction
from authorizations.web.page_access import person


class ContactForm(PageForm):
    """A person of an organization, and what to ask them for."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        to_field_name="public_id",
        empty_label="Choose one",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose the organization.", "invalid_choice": "Choose one of those offered."},
    )
    name = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={**SHORT, "autocomplete": "off"}),
        error_messages={"required": "Enter the person's name."},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={**SHORT, "autocomplete": "off"}),
        error_messages={
            "required": "Enter the e-mail address.",
            "invalid": "Enter an e-mail address, such as name@example.gov.",
        },
    )
    function = forms.ChoiceField(
        label="What they are asked for",
        choices=[("", "Choose one"), *ContactFunction.choices],
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose what this person is asked for."},
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]  # the stubs know only Field here


def add_contact(request: HttpRequest) -> HttpResponse:
    """The form, and what became of it."""
    user = person(request)
    choices = named_by(user)
    only = choices.first() if choices.count() == 1 else None
    initial = {"organization": only.public_id if only else storable(request.GET.get("organization", ""))}
    form = ContactForm(request.POST or None, organizations=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        organization = facts.pop("organization")
        try:
            contact = add_own_contact(actor=user, organization=organization, now=timezone.now(), facts=facts)
        except ValidationError as mistakes:
            form.add_error(None, mistakes)
        else:
            messages.success(request, f"{contact.name} was added and can now be named in cases and for package access.")
            return redirect(organization)
    return render(request, "register/contact_add.html", {"form": form, "trail": []})


@require_POST
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Says that a contact is still correct, and leads back: home where it was said there."""
    try:
        contact = confirm_contact(actor=person(request), public_id=public_id, now=timezone.now())
    except Contact.DoesNotExist as none:
        raise Http404 from none
    messages.success(request, f"{contact.name} is confirmed. In 90 days you are asked again.")
    return redirect("home") if request.POST.get("back") == "home" else redirect(contact.organization)
