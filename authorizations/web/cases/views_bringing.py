"""What a person brings from the box of a case for a step that another takes."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.refusals import NoLongerPossible
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.cases.action_box import needs_of_others
from authorizations.web.page_access import person

READERS_ONLY = "Your role reads this case. Its parties bring what the next step waits for."
NOTHING = "The case does not wait for this now. Its page says what it waits for."


def bring(request: HttpRequest, public_id: str) -> HttpResponse:
    """Files the documents and facts that were sent, and leads back to the case.

    Raises:
        PermissionDenied: the person only reads the case.
        NoLongerPossible: the case waits for none of it now.
    """
    user, case = person(request), case_of(request, public_id)
    if not case.parties_of(user):
        raise PermissionDenied(READERS_ONLY)
    needs = needs_of_others(user, case, acting_context(case, user, timezone.localdate()), request)
    if needs is None:
        raise NoLongerPossible(NOTHING)
    if needs.carry_out(case.revision) is None:
        return render(
            request,
            "cases/bring.html",
            {"trail": trail_of(case), "case": case, "needs": needs, "mistakes": needs.mistakes},
            status=409,
        )
    return done(request, "What you brought is filed. All who may see it see it.", case)
