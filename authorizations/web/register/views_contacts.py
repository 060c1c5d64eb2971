"""The people to call of one's own organization: naming them, and saying that they are still correct."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authorizations.actions.register.contacts import add_own_contact, confirm_contact, named_by
from authorizations.sanitize import storable
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, choice, line, record
from authorizations.step_pages.inputs import email as mail
from authorizations.vocabulary import ContactFunction
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.steps.detours import way_back


class ContactForm(PageForm):
    organization = record(missing="Choose the organization.")
    name = line(missing="Enter the person's name.", most=150, autocomplete="off")
    email = mail("E-mail address", missing="Enter the e-mail address.")
    function = choice(
        "What they are asked for",
        [NOTHING_CHOSEN, *ContactFunction.choices],
        missing="Choose what this person is asked for.",
    )


def add_contact(request: HttpRequest) -> HttpResponse:
    user = person(request)
    choices = named_by(user)
    only = choices.first() if choices.count() == 1 else None
    initial = {"organization": only.public_id if only else storable(request.GET.get("organization", ""))}
    form = ContactForm(request.POST or None, initial=initial)
    form.set_rows("organization", choices)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        organization = facts.pop("organization")
        if form.carry_out(user, add_own_contact, organization=organization, facts=facts):
            added = f"{form.made.name} was added and can now be named in cases and for package access."
            return done(request, added, way_back(request) or organization)
    return render(request, "register/contact_add.html", {"form": form, "trail": []})


def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Says that a contact is still correct, and leads back: home where it was said there."""
    contact = confirm_contact(actor=person(request), public_id=public_id, now=timezone.now())
    back = "home" if request.POST.get("back") == "home" else contact.organization
    return done(request, f"{contact.name} is confirmed. In 90 days you are asked again.", back)
