"""Inviting many at once: addresses or a column of a sheet are pasted, the role is chosen once, each row is answered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Organization, User
from authorizations import throttle
from authorizations.actions.people.invitations import invite
from authorizations.actions.people.memberships import NOT_A_LEAD, leads
from authorizations.notifications.mail.secret_links import link_of
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, long_text
from authorizations.throttle import ThrottleScope
from authorizations.web.page_access import person
from authorizations.web.people.views import TOO_MANY, find, people_trail, role_field, roles_offered, sent_of

# Whatever stands around an address in a sheet or a list of a mail program.
ADDRESS = re.compile(r"(?<![^\s<>,;\"'()])[^\s<>,;\"'()]*@[^\s<>,;\"'()]*")
MOST = 100
# A row of a sheet has a name, an office and a number beside its address.
LONGEST_PASTE = 40_000
MORE_THAN_MOST = f"These are more than {MOST} addresses. Paste them in parts."
NO_ADDRESS = "This is not an address."
# The longest line of which something is shown.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row: the text that was pasted, and the link of its invitation or why there is none."""

    text: str
    link: str = ""
    why: str = ""
    is_here: bool = False


class SeveralForm(PageForm):
    addresses = long_text(
        "Addresses",
        "One a line, or as your mail program or a column of your spreadsheet has them; names beside them do no harm.",
        missing="Paste the addresses.",
        most=LONGEST_PASTE,
        spellcheck="false",
        rows=10,
    )
    role = role_field()

    def clean_addresses(self) -> list[str]:
        found = list(dict.fromkeys(rows_in(self.cleaned_data["addresses"])))
        if len(found) > MOST:
            raise ValidationError(MORE_THAN_MOST)
        return found


def rows_in(pasted: str) -> Iterator[str]:
    """Each address, and each line that has none."""
    for line in filter(None, map(str.strip, pasted.splitlines())):
        yield from [found.lower() for found in ADDRESS.findall(line)] or [line[:SHOWN]]


@never_cache
def invite_several(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form; then what became of each row, with the links, which no other page shows again."""
    user = person(request)
    found = find(user, public_id)
    if not leads(user, found):
        raise PermissionDenied(NOT_A_LEAD)
    form = SeveralForm(sent_of(request))
    form.set_choices("role", [NOTHING_CHOSEN, *roles_offered(found)])
    context = {"organization": found, "trail": people_trail(found, below=True)}
    if not form.is_valid():
        return render(request, "people/invite_several.html", {"form": form, **context})
    rows = list(_answers(request, user, found, form.cleaned_data["role"], form.cleaned_data["addresses"]))
    numbers = {
        "invited": sum(bool(each.link) for each in rows),
        "here": sum(each.is_here for each in rows),
        "refused": sum(not each.link and not each.is_here for each in rows),
    }
    return render(
        request,
        "people/several_invited.html",
        {"rows": rows, "numbers": numbers, "sends_mail": bool(settings.SMTP), **context},
    )


def _answers(
    request: HttpRequest, user: User, organization: Organization, role: str, rows: list[str]
) -> Iterator[PastedRow]:
    now = timezone.now()
    for text in rows:
        try:
            validate_email(text)
        except ValidationError:
            yield PastedRow(text, why=NO_ADDRESS)
        else:
            yield _answer(request, user, organization, role, text, now)


def _answer(
    request: HttpRequest, user: User, organization: Organization, role: str, address: str, now: datetime
) -> PastedRow:
    if not throttle.admits(ThrottleScope.INVITE, request, user.public_id, now):
        return PastedRow(address, why=TOO_MANY)
    try:
        made = invite(actor=user, organization=organization, email=address, role=role, now=now)
    except ValidationError as mistakes:
        throttle.take_back(ThrottleScope.INVITE, request, user.public_id, now)
        return PastedRow(address, why=" ".join(mistakes.messages), is_here=True)
    return PastedRow(address, link=request.build_absolute_uri(link_of(made)))
