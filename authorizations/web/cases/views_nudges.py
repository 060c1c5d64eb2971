"""The button that asks the side whose turn it is how a case stands."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from authorizations.actions.cases.nudges import nudge
from authorizations.models import Case
from authorizations.presenters.cases.labels import party_name
from authorizations.web.page_access import person


def send(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sends a nudge to the party that the page showed, then the case's page again.

    Raises:
        Http404: no such case for this person.
    """
    try:
        case = nudge(public_id, actor=person(request), now=timezone.now(), seen=request.POST.get("seen", ""))
    except Case.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, f"The nudge went to {party_name(case, case.waits_on)}. It stands in the history.")
    return redirect(case)
