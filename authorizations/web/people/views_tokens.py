"""A person's own tokens: the list, making one (its secret is shown once), revoking one."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import AccessToken
from authorizations.actions.people.people import make_token, revoke_token
from authorizations.step_pages.inputs import PageForm, day, line, tick
from authorizations.web.answers import done
from authorizations.web.page_access import person

# A token whose last day nobody chose.
USUAL = timedelta(days=90)


class TokenForm(PageForm):
    name = line(
        "Name",
        "What you use it for, such as “Nightly report”.",
        missing="Enter a name, so that you know later what it is for.",
        most=100,
    )
    expires_on = day("Last day", "At most one year ahead.", words="Enter the last day.")
    may_act = tick("It may also act: take steps and register", "Without this it only reads.")


def tokens(request: HttpRequest) -> HttpResponse:
    own = AccessToken.objects.own(person(request))
    return render(request, "people/tokens.html", {"tokens": own, "today": timezone.localdate()})


@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """The form; then the secret, which no other page can show."""
    now = timezone.now()
    form = TokenForm(request.POST or None, initial={"expires_on": timezone.localdate(now) + USUAL})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        if form.carry_out(person(request), make_token, read_only=not facts.pop("may_act"), **facts):
            token, secret = form.made
            return render(request, "people/token_created.html", {"token": token, "secret": secret})
    return render(request, "people/token_create.html", {"form": form})


def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    token = revoke_token(actor=person(request), public_id=public_id, now=timezone.now())
    return done(request, f"{token.name} was revoked. It no longer works.", "tokens")
