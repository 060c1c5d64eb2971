"""What many pages answer alike: the way on after an act, the pages above a record, and a case by its id."""

from collections.abc import Hashable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.prepared_query import PreparedQuery, standing_of
from authorizations.models import Ato, Case, Offering
from authorizations.step_pages.inputs import PageForm
from authorizations.web.page_access import person

Trail = list[tuple[str, str]]
# The list in which a record stands: its words and its address.
LISTS: dict[type[Any], tuple[str, str]] = {
    Ato: ("ATO register", "atos"),
    Case: ("Cases", "cases"),
    Offering: ("Offerings", "offerings"),
}


def base_of(request: HttpRequest) -> str:
    """What links of a file that a page makes start from: what the settings say, else the address of that page."""
    return settings.PORTAL_URL or f"{request.scheme}://{request.get_host()}"


def done(request: HttpRequest, sentence: str, to: Any, *args: Any) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(to, *args)


def carried_out(request: HttpRequest, form: PageForm, sentence: str, to: Any = None) -> HttpResponse:
    """Leads on after a form was carried out, or had been before; to what it made unless ``to`` says where."""
    if form.already:
        messages.info(request, form.already)
    else:
        messages.success(request, sentence)
    return redirect(to or form.made)


def list_trail(record_type: type[Any]) -> Trail:
    words, name = next(above for listed, above in LISTS.items() if issubclass(record_type, listed))
    return [(words, reverse(name))]


def trail_of(record: Ato | Case | Offering, *below: tuple[str, str]) -> Trail:
    return [*list_trail(type(record)), (str(record), record.get_absolute_url()), *below]


ACTED_ON = PreparedQuery(lambda key, today, user: Case.objects.acting_for(user).filter(public_id=key))


def case_of(request: HttpRequest, public_id: str) -> Case:
    """A case on which the person may act; 404 where it is not there for them."""
    return one_of(ACTED_ON, person(request), public_id)


def one_of(query: PreparedQuery[Case], user: User, public_id: str, *shape: Hashable) -> Case:
    """The case that a prepared query finds for a person by its public id. Raises Http404 where there is none."""
    found = query.rows(public_id, timezone.localdate(), user, shape=(standing_of(user), *shape))
    if not found:
        raise Http404
    return found[0]
