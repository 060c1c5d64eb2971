"""Taking the provider's documents of the earlier case over into the one that continues it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authorizations.actions.documents import carry_over
from authorizations.actions.documents.versions import ENDED
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Case
from authorizations.presenters.document_links import documents_address
from authorizations.web.answers import carried_out
from authorizations.web.documents.forms import CarryOverForm
from authorizations.web.documents.views import frame, record_of
from authorizations.web.page_access import person


def take_over(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case, acting = record_of(user, Case, public_id)
    if not carry_over.takers(case, user):
        raise PermissionDenied(carry_over.NOT_THE_PROVIDERS)
    offered = carry_over.offers(case, acting)
    form = CarryOverForm(request.POST if request.method == "POST" else None, offered=offered)
    given = {"actor": user, "now": timezone.now()}
    if form.is_valid() and form.carry_out(carry_over.take_over, public_id, **given, **form.cleaned_data):
        count = "" if form.already else "One document is" if len(form.made) == 1 else f"{len(form.made)} documents are"
        done = f"{count} taken over as references. All who may see them see where each can be read."
        return carried_out(request, form, done, documents_address(case))
    if request.method != "POST" and not case.is_open and not offered:
        raise NoLongerPossible(ENDED)
    context = {
        **frame(case, documents=True),
        "record": case,
        "offered": offered,
        "form": form,
        "back": documents_address(case),
    }
    return render(request, "documents/carry_over.html", context)
