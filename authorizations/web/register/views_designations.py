"""Setting what the Marketplace says of an offering: the page of the PMO."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.refusals import NotReady
from authorizations.actions.register.designations import AlreadySet
from authorizations.actions.register.designations import set_designation as set_it
from authorizations.actions.register.records import columns_of_feeds
from authorizations.models import Offering
from authorizations.web.forms import DesignationForm
from authorizations.web.page_access import person
from authorizations.web.register.views_offerings import steps


def set_designation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form, and what became of it."""
    offering = get_object_or_404(Offering.objects.visible_to(person(request)), public_id=public_id)
    form = DesignationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set(request, offering, form):
        return redirect(offering)
    context = {
        "offering": offering,
        "form": form,
        "history": steps(offering),
        "seen": set[str](),
        "feed_states_it": "designation" in columns_of_feeds(offering),
        "trail": [("Offerings", reverse("offerings")), (offering.name, offering.get_absolute_url())],
    }
    return render(request, "register/offering_designation.html", context)


def _set(request: HttpRequest, offering: Offering, form: DesignationForm) -> bool:
    """Whether the designation stands as the form says; what the verb found missing the form then shows."""
    now = timezone.now()
    cleaned = form.cleaned_data
    try:
        set_it(actor=person(request), now=now, offering=offering, as_of=timezone.localdate(now), **cleaned)
    except AlreadySet as sent:
        messages.info(request, sent.sentence)
    except NotReady as refusal:
        for problem in refusal.problems:
            form.add_error(problem.where, problem.sentence)
        return False
    else:
        messages.success(request, "The designation was set. It stands in the history with its reason.")
    return True
