"""Adding an offering: the page of a CSP lead."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.actions.register.offerings import add_own_offering
from authorizations.models import Offering
from authorizations.web.forms import OfferingForm
from authorizations.web.page_access import person


def add_offering(request: HttpRequest) -> HttpResponse:
    providers = led_by(person(request))
    form = OfferingForm(request.POST or None, providers=providers, initial={"provider": providers.first()})
    if request.method == "POST" and form.is_valid():
        offering = _add(request, form)
        if offering is not None:
            messages.success(request, f"{offering.name} was added. Everyone who is signed in can see it.")
            return redirect(offering)
    return render(
        request,
        "register/offering_add.html",
        {"form": form, "providers": providers, "trail": [("Offerings", reverse("offerings"))]},
    )


def led_by(user: User) -> Any:
    """The providers of which the person is a CSP lead now."""
    provider_ids = [each.organization_id for each in user.current_memberships if each.role == Role.CSP_LEAD]
    return Organization.objects.visible_to(user).filter(pk__in=provider_ids)


def _add(request: HttpRequest, form: OfferingForm) -> Offering | None:
    """The new offering; None where the verb found a mistake, which the form then shows."""
    facts = dict(form.cleaned_data)
    provider = facts.pop("provider")
    try:
        return add_own_offering(actor=person(request), provider=provider, now=timezone.now(), facts=facts)
    except ValidationError as mistakes:
        form.add_error(None, mistakes)
        return None
