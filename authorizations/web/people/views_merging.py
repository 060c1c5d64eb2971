"""Two accounts of one person: the person agrees with each of them, and a lead of the PMO then merges them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from authorizations.actions.people.merge_accounts import agree_to_merge, merge_accounts
from authorizations.step_pages.inputs import email, mail_input
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.people.views import PeopleActForm, PeopleReasonForm, sent_of


def merge(request: HttpRequest) -> HttpResponse:
    form = MergeForm(sent_of(request))
    if form.is_valid() and form.carry_out(person(request), merge_accounts, **form.cleaned_data):
        words = f"{form.made.email} can no longer sign in; histories name {form.made.merged_into} beside it."
        return done(request, words, "people")
    status = 409 if form.refusal else 200
    return render(request, "people/merge.html", {"form": form, "refusal": form.refusal, "trail": []}, status=status)


def agree(request: HttpRequest) -> HttpResponse:
    form = AgreementForm(sent_of(request))
    if form.is_valid() and form.carry_out(person(request), agree_to_merge, **form.cleaned_data):
        words = "You agreed. Sign in with the other account and agree there too, then ask a lead of the PMO."
        return done(request, words, "account")
    trail = [("Your account", reverse("account"))]
    return render(request, "people/merge_agreement.html", {"form": form, "trail": trail})


class AccountField(forms.EmailField):
    def clean(self, value: Any) -> Any:
        cleaned = str(super().clean(value)).strip().lower()
        found = User.objects.filter(email=cleaned).first()
        if found is None:
            raise ValidationError("No account has this address.")
        return found


def _account(label: str, words: str) -> AccountField:
    missing, invalid = f"{label}: enter the address.", f"{label}: enter an address."
    return AccountField(max_length=254, **mail_input(label, words, missing=missing, invalid=invalid))


class MergeForm(PeopleReasonForm):
    second = _account("Second account", "The address that is out of use from now on.")
    first = _account("First account", "The address with which the person goes on.")
    field_order = ("second", "first", "reason")


class AgreementForm(PeopleActForm):
    other = email(
        "Address of your other account",
        "Both accounts must be yours. Nobody is told whether an account has this address.",
        missing="Enter the address of your other account.",
    )
