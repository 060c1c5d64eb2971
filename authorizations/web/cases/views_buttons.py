"""What the buttons of a case's page do: asking the side whose turn it is how the case stands, and ticking tips."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.roles import OrganizationKind
from authorizations.actions.cases.checklist import check_off
from authorizations.actions.cases.nudges import nudge
from authorizations.lifecycle.guidance import tip_of
from authorizations.models import Case
from authorizations.presenters.cases.labels import party_name
from authorizations.vocabulary import Turn
from authorizations.web.answers import done
from authorizations.web.page_access import person

# What takes a tick back; anything else that is sent ticks.
OPEN = "no"


def send_nudge(request: HttpRequest, public_id: str) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("seen", "note")}
    case = nudge(public_id, actor=person(request), now=timezone.now(), **sent)
    kind = OrganizationKind.AGENCY if case.waits_on == Turn.OFFICIAL else case.waits_on
    party = party_name(case, case.waits_on)
    is_absent = kind in case.without_active_members
    words = f"Nobody of {party} is here to be told. Your nudge" if is_absent else f"The nudge went to {party}. It"
    return done(request, f"{words} is in the history.", case)


def check_tip(request: HttpRequest, public_id: str, tip: str) -> HttpResponse:
    user = person(request)
    get_object_or_404(Case.objects.visible_to(user), public_id=public_id)
    if tip_of(tip) is None:
        raise Http404
    ticked = request.POST.get("done") != OPEN
    case = check_off(public_id, actor=user, now=timezone.now(), tip=tip, done=ticked)
    words = f"The tip is {'ticked' if ticked else 'open again'}. It is in the history."
    return done(request, words, f"{case.get_absolute_url()}#{tip}")
