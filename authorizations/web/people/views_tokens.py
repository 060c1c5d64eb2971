"""A person's own tokens: the list, making one (its secret is shown once), revoking one."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import AccessToken
from authorizations.actions.people.people import make_token, revoke_token
from authorizations.step_pages.inputs import SHORT, PageForm
from authorizations.web.page_access import person

# A token whose last day nobody chose.
USUAL = timedelta(days=90)


class TokenForm(PageForm):
    """What a token is for, until when it counts, and whether it may act."""

    name = forms.CharField(
        label="Name",
        help_text="What you use it for, such as “Nightly report”.",
        max_length=100,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "Enter a name, so that you know later what it is for."},
    )
    expires_on = forms.DateField(
        label="Last day",
        help_text="At most one year ahead.",
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the last day.", "invalid": "Enter the last day."},
    )
    may_act = forms.BooleanField(
        label="It may also act: take steps and register",
        help_text="Without this it only reads.",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "desk-checkbox"}),
    )


def tokens(request: HttpRequest) -> HttpResponse:
    """The person's own tokens, newest first."""
    own = AccessToken.objects.own(person(request))
    return render(request, "people/tokens.html", {"tokens": own, "today": timezone.localdate()})


@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """The form; then the secret, which no other page can show."""
    now = timezone.now()
    form = TokenForm(request.POST or None, initial={"expires_on": timezone.localdate(now) + USUAL})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            token, secret = make_token(
                actor=person(request),
                name=cleaned["name"],
                expires_on=cleaned["expires_on"],
                read_only=not cleaned["may_act"],
                now=now,
            )
        except ValidationError as mistakes:
            form.add_error(None, mistakes)
        else:
            return render(request, "people/token_created.html", {"token": token, "secret": secret})
    return render(request, "people/token_create.html", {"form": form})


def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ends a token of one's own."""
    try:
        token = revoke_token(actor=person(request), public_id=public_id, now=timezone.now())
    except AccessToken.DoesNotExist as none:
        raise Http404 from none
    messages.success(request, f"{token.name} was revoked. It opens nothing any more.")
    return redirect("tokens")
