"""Taking the provider's documents of the earlier case over into the one that continues it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from authorizations.actions.documents import carry_over
from authorizations.actions.documents.versions import ENDED, VersionAlreadyAdded
from authorizations.actions.refusals import NoLongerPossible, NotReady
from authorizations.models import Case
from authorizations.presenters.document_links import documents_address
from authorizations.web.documents.forms import CarryOverForm
from authorizations.web.documents.views import frame, record_of
from authorizations.web.page_access import person


def take_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form with what is offered, and what became of it."""
    user = person(request)
    case, acting = record_of(user, Case, public_id)
    if not carry_over.takers(case, user):
        raise PermissionDenied(carry_over.NOT_THE_PROVIDERS)
    offered = carry_over.offers(case, acting)
    form = CarryOverForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST":
        answer = _take_over(request, case, form)
        if answer is not None:
            return answer
    elif not case.is_open and not offered:
        raise NoLongerPossible(ENDED)
    context = {
        **frame(case, documents=True),
        "record": case,
        "offered": offered,
        "form": form,
        "back": documents_address(case),
    }
    return render(request, "documents/carry_over.html", context)


def _take_over(request: HttpRequest, case: Case, form: CarryOverForm) -> HttpResponse | None:
    """Where it leads on; None where the form comes back."""
    if not form.is_valid():
        return None
    try:
        taken = carry_over.take_over(case.public_id, actor=person(request), now=timezone.now(), **form.said)
    except VersionAlreadyAdded as before:
        messages.info(request, before.sentence)
    except NotReady as unmet:
        form.refuse(unmet)
        return None
    except Case.DoesNotExist as gone:
        raise Http404 from gone
    else:
        count = "One document is" if len(taken) == 1 else f"{len(taken)} documents are"
        messages.success(request, f"{count} taken over as references. All who may see them see where each can be read.")
    return redirect(documents_address(case))
