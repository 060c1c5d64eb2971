"""The buttons that tick a tip of a case, and take a tick back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from authorizations.actions.cases.checklist import check_off
from authorizations.lifecycle.guidance import tip_of
from authorizations.models import Case
from authorizations.web.page_access import person

# What takes a tick back; anything else that is sent ticks.
OPEN = "no"


def check_tip(request: HttpRequest, public_id: str, tip: str) -> HttpResponse:
    """Ticks one tip, or takes the tick back where ``done`` is no; then the case's page again, at that tip.

    Raises:
        Http404: no such case for this person, or no such tip.
    """
    user = person(request)
    get_object_or_404(Case.objects.visible_to(user), public_id=public_id)
    if tip_of(tip) is None:
        raise Http404
    done = request.POST.get("done") != OPEN
    case = check_off(public_id, actor=user, now=timezone.now(), tip=tip, done=done)
    messages.success(request, f"The tip is {'ticked' if done else 'open again'}. It stands in the history.")
    return redirect(f"{case.get_absolute_url()}#{tip}")
