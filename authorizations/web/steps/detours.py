"""The way from the form of a step to where something is added that it lacks, and back with all that was typed.

What was typed waits in the session, under the address of the step's page, until that form is sent.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from authorizations.actions.people.memberships import leads
from authorizations.models import Ato, Case
from authorizations.policy import Capability, may

TYPED = "typed_before_detour"
# In the address of a page that is on the way.
BACK = "back"
# A form has some thousand characters; a session is read with every page.
LONGEST = 50_000
# What belongs to one showing of a form, or to the way. The revision stays: who comes back late is told so.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "sends", "idempotency_key", "detour", "save"})
# What is added; a system and an official by the fact for which they are chosen.
SYSTEM, OFFICIAL, CONTACT = "system", "authorizing_official", "contact"


def detours(user: User, record: Ato | Case) -> dict[str, str]:
    """Where this person adds what a step may lack, by the word of its button."""
    found = {}
    if may(user.roles, Capability.ADD_OWN_SYSTEM):
        found[SYSTEM] = f"{reverse('add_system')}?{urlencode({'agency': record.agency.public_id, BACK: 'yes'})}"
    if may(user.roles, Capability.ADD_OWN_CONTACT):
        query = {"organization": record.agency.public_id, BACK: "yes"}
        found[CONTACT] = f"{reverse('add_contact')}?{urlencode(query)}"
    if may(user.roles, Capability.LEAD_PEOPLE) and leads(user, record.agency):
        found[OFFICIAL] = f"{reverse('invite', args=[record.agency.public_id])}?{urlencode({BACK: 'yes'})}"
    return found


def leave(request: HttpRequest, to: str, typed: QueryDict) -> HttpResponse:
    """Keeps what was typed and leads on; 404 for a way that is not this person's."""
    if not to:
        raise Http404
    kept = QueryDict(mutable=True)
    for name, values in typed.lists():
        if name not in NOT_KEPT:
            kept.setlist(name, values)
    text = kept.urlencode()
    request.session[TYPED] = {"path": request.path, "fields": text if len(text) <= LONGEST else ""}
    return redirect(to)


def forget(request: HttpRequest) -> None:
    if _path(request) == request.path:
        del request.session[TYPED]


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before a detour; None for nothing."""
    if request.method != "GET" or _path(request) != request.path:
        return None
    return QueryDict(request.session[TYPED]["fields"])


def way_back(request: HttpRequest) -> str:
    """The page from which the person came to add something; blank where they came otherwise."""
    return _path(request) if BACK in request.GET else ""


def _path(request: HttpRequest) -> str:
    return str(request.session.get(TYPED, {}).get("path", ""))


def choose(request: HttpRequest, name: str, public_id: str) -> None:
    """Chooses what was added in the form that waits."""
    kept = QueryDict(request.session[TYPED]["fields"], mutable=True)
    kept[name] = kept[f"needed-{name}"] = public_id
    request.session[TYPED] |= {"fields": kept.urlencode()}
    request.session.modified = True


def initial_of(form: BaseForm, typed: QueryDict) -> dict[str, Any]:
    """What was typed in a form, as it is shown before it is sent again."""
    return dict(_values(form, typed))


def _values(form: BaseForm, typed: QueryDict) -> Iterator[tuple[str, Any]]:
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if key in typed:
            yield name, field.widget.value_from_datadict(typed, {}, key)
