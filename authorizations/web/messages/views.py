"""Messages: the ledger of one record, a person's own, and sending one again."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Organization, User
from accounts.prepared_query import PreparedQuery, standing_of
from authorizations.actions.messages import MAY_BE_SENT_AGAIN, mark_read, send_again
from authorizations.models import Ato, Bounce, Case, Message
from authorizations.models.querysets import reads_everything
from authorizations.policy import Capability, may
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.page_access import person
from authorizations.web.people.views import find

SHOWN = 40


def of_case(request: HttpRequest, public_id: str) -> HttpResponse:
    case = case_of(request, public_id)
    return _message_log(request, case, trail_of(case), case_frame(case, person(request), "case_messages"))


def of_ato(request: HttpRequest, public_id: str) -> HttpResponse:
    ato = get_object_or_404(Ato.objects.acting_for(person(request)), public_id=public_id)
    return _message_log(request, ato, trail_of(ato))


def of_organization(request: HttpRequest, public_id: str) -> HttpResponse:
    organization = find(person(request), public_id)
    trail = [("People", reverse("people")), (str(organization), reverse("people_of", args=[public_id]))]
    return _message_log(request, organization, trail)


def _about(record: Case | Ato | Organization, user: User) -> QuerySet[Message]:
    return Message.objects.about_record(record, user).select_related("recipient", "event").order_by("-pk")


OF_RECORD = PreparedQuery(
    lambda key, today, user, kind, first: _about(kind(pk=key), user)[first : first + SHOWN + 1],
)


def _message_log(
    request: HttpRequest,
    record: Case | Ato | Organization,
    trail: list[tuple[str, str]],
    frame: dict[str, Any] | None = None,
) -> HttpResponse:
    user = person(request)

    def find(first: int, end: int) -> list[Message]:
        if not reads_everything(user):
            return list(_about(record, user)[first:end])
        # To those who read everything nothing of the record decides, but what it is.
        kind = type(record)
        return OF_RECORD.rows(
            record.pk, timezone.localdate(), user, kind, first, shape=(standing_of(user), kind, first)
        )

    shown, pages = _page(request, find)
    entries = [{"message": each, "again": _may_send_again(each, user), "to": _to(each)} for each in shown]
    beside = {"trail": trail, "pages": pages, "now": timezone.now(), "sends_mail": bool(settings.SMTP)}
    context = {"record": record, "entries": entries, **beside, **(frame or {})}
    return render(request, "messages/of_record.html", context)


def _to(message: Message) -> str:
    """Whom it is for. An address that nobody here has is named to those who invite, and to the PMO."""
    return message.recipient.name if message.recipient else message.address


def _may_send_again(message: Message, user: User) -> bool:
    if message.status not in MAY_BE_SENT_AGAIN:
        return False
    is_own = message.event is not None and message.event.actor_id in user.stands_for
    return is_own or may(user.roles, Capability.EDIT_RECORDS)


def _page(request: HttpRequest, find: Callable[[int, int], list[Message]]) -> tuple[list[Message], dict[str, int]]:
    """One page, and the numbers of those beside it; without a total, which would cost as much as all of them."""
    word = request.GET.get("page", "1")
    page = int(word) if word.isascii() and word.isdigit() and 0 < len(word) < 6 else 1
    first = max(0, page - 1) * SHOWN
    found = find(first, first + SHOWN + 1)
    pages = {"newer": page - 1} if page > 1 else {}
    if len(found) > SHOWN:
        pages["older"] = page + 1
    return found[:SHOWN], pages


def again(request: HttpRequest, public_id: str) -> HttpResponse:
    message = send_again(public_id, actor=person(request), now=timezone.now())
    back = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return done(request, f"“{message.subject}” will be mailed again.", back if is_here else "messages")


def own(request: HttpRequest) -> HttpResponse:
    """A person's own messages, the newest first; sending the form notes that some, or all, were read."""
    user = person(request)
    if request.method == "POST":
        chosen = request.POST.getlist("message")
        number = mark_read(chosen or None, actor=user, now=timezone.now())
        return done(request, f"Marked as read: {number}.", "own_messages")
    rows = Message.objects.addressed_to(user).exclude(key__startswith="digest:").order_by("-created_at", "-pk")
    shown, pages = _page(request, lambda first, end: list(rows[first:end]))
    failing = Bounce.objects.visible_to(user).failing().filter(address=user.email).first()
    context = {"entries": shown, "pages": pages, "failing": failing}
    return render(request, "messages/own.html", context)
