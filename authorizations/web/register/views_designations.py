"""Setting what the Marketplace says of an offering: the page of the PMO."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from authorizations.actions.register.designations import STEPS
from authorizations.actions.register.designations import set_designation as set_it
from authorizations.actions.register.records import columns_of_feeds
from authorizations.models import Offering
from authorizations.step_pages.inputs import NOTHING_CHOSEN, KeyedForm, choice, day, line, long_text
from authorizations.vocabulary import Designation
from authorizations.web.answers import carried_out, trail_of
from authorizations.web.page_access import person
from authorizations.web.register.views_offerings import steps


class DesignationForm(KeyedForm):
    designation = choice(
        choices=[NOTHING_CHOSEN, *((each.value, each.label) for each in Designation if each in STEPS)],
        missing="Choose the designation.",
    )
    effective_on = day("Effective on", "The day from which it holds, not the day on which you enter it.")
    reason = long_text(
        help_text="One or two sentences. Everyone who is signed in can read them.",
        missing="Say in a sentence why. It stays on record.",
    )
    reference = line(
        help_text="Where it was stated: a letter, a page of the Marketplace, the subject of a mail.",
        missing="Say where it was stated.",
    )


def set_designation(request: HttpRequest, public_id: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    offering = get_object_or_404(Offering.objects.visible_to(user), public_id=public_id)
    form = DesignationForm(request.POST or None)
    given = {"actor": user, "now": now, "offering": offering, "as_of": timezone.localdate(now)}
    if form.is_valid() and form.carry_out(set_it, **given, **form.cleaned_data):
        return carried_out(
            request, form, "The designation was set. It stands in the history with its reason.", offering
        )
    context = {
        "offering": offering,
        "form": form,
        "history": steps(offering),
        "seen": set[str](),
        "feed_states_it": "designation" in columns_of_feeds(offering),
        "trail": trail_of(offering),
    }
    return render(request, "register/offering_designation.html", context)
