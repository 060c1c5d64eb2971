"""The record: searched by person, object, act and time, newest first; verified on request; exported whole."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property

from accounts.models import User
from authorizations.actions.audit_log.security_events import note
from authorizations.actions.audit_log.verifications import ask_verification
from authorizations.audit_log.export import HOW_TO_CHECK, lines
from authorizations.models import AuditLogHead, Event, Verification
from authorizations.policy import Capability, may
from authorizations.presenters.audit_log.action_labels import SECURITY, begun, in_words, known
from authorizations.sanitize import LONGEST_SEARCH, search_words
from authorizations.step_pages.inputs import PageForm, choice, day, line
from authorizations.vocabulary import AuditLog
from authorizations.web.answers import done
from authorizations.web.audit_log.about import about
from authorizations.web.audit_log.entries import PLACE, entries_table
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person

ROWS = 50
PEOPLE = 20
VERIFICATIONS = 5
AUDIT_LOG = ("Audit log", "/audit-log/")
# A list of all verbs without reading all entries: from each verb the index leads to the next.
VERBS = """
WITH RECURSIVE each(verb) AS (
    SELECT min(verb) FROM authorizations_event
    UNION ALL
    SELECT (SELECT min(verb) FROM authorizations_event WHERE verb > each.verb) FROM each WHERE each.verb IS NOT NULL
)
SELECT verb FROM each WHERE verb IS NOT NULL
"""


class SearchForm(PageForm):
    """What to look for; every field may stay blank, and all that are filled must hold."""

    audit_log = choice("Entries", [("", "All"), *AuditLog.choices])
    who = line("Person", "Name or e-mail address.", most=LONGEST_SEARCH, autocomplete="off")
    part = choice(
        "The person",
        [("", "Acted"), ("acted_for", "Had somebody act for them"), ("decided_by", "Decided what another recorded")],
    )
    about = line(
        "Record",
        "Its address or id, or an offering, an agency, a case’s title or a FedRAMP id.",
        most=500,
        autocomplete="off",
    )
    verb = choice("Act")
    since = day("From", words="Enter a date, such as 2026-11-24.", required=False)
    until = day("To", words="Enter a date, such as 2026-11-24.", required=False)

    def __init__(self, *args: Any, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labelled = sorted(((verb, in_words(verb)) for verb in verbs), key=lambda pair: pair[1].lower())
        self.set_choices("verb", [("", "Any act"), *((verb, begun(words)) for verb, words in labelled)])


@dataclass(frozen=True, slots=True)
class PersonChoice:
    name: str
    email: str
    url: str


class Search:
    """The record as one person asked for it. No total: counting a million entries takes longer than showing fifty."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = person(request)
        self.query = request.GET
        self.form = SearchForm(self.query or None, verbs=verbs())
        self.criteria: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}

    @cached_property
    def people(self) -> list[User]:
        """The people whom the words mean, or the one whom a choice among them named."""
        if key := self.query.get("person", ""):
            return list(User.objects.filter(public_id=key))
        words = search_words(self.criteria.get("who", ""))
        if not words:
            return []
        exact = list(User.objects.filter(email=words.lower()))
        named = Q(name__icontains=words) | Q(email__icontains=words)
        return exact or list(User.objects.filter(named).order_by("name", "pk")[: PEOPLE + 1])

    @cached_property
    def choices(self) -> list[PersonChoice]:
        if len(self.people) < 2:
            return []
        kept = {key: value for key, value in self._kept.items() if key != "who"}
        return [
            PersonChoice(each.name, each.email, list_address("audit_log", {**kept, "person": each.public_id}))
            for each in self.people[:PEOPLE]
        ]

    @cached_property
    def rows(self) -> list[Event]:
        if self.form.errors or self.choices:
            return []
        return list(self._found().with_people()[: ROWS + 1])

    def _found(self) -> Any:
        found: Any = Event.objects.visible_to(self.user).order_by("-recorded_at", "-pk")
        if audit_log := self.criteria.get("audit_log"):
            found = found.filter(audit_log=audit_log)
        part = self.criteria.get("part") or "actor"
        if self.query.get("person") or search_words(self.criteria.get("who", "")):
            found = found.filter(**{part: self.people[0]}) if self.people else found.none()
        elif self.criteria.get("part"):
            # Anyone who it was; a comparison, because SQLite reads no index for "is not null".
            found = found.filter(**{f"{part}__gt": 0})
        if words := self.criteria.get("about"):
            found = about(found, self.user, words)
        if verb := self.criteria.get("verb"):
            found = found.filter(verb=verb)
        return self._within(found)

    def _within(self, found: QuerySet[Any]) -> QuerySet[Any]:
        if since := self.criteria.get("since"):
            found = found.filter(recorded_at__gte=_midnight(since))
        # No day comes after the last one that there is.
        if (until := self.criteria.get("until")) and until < date.max:
            found = found.filter(recorded_at__lt=_midnight(until + timedelta(days=1)))
        if place := _place(self.query.get("before", "")):
            at, key = place
            found = found.filter(recorded_at__lte=at).exclude(recorded_at=at, pk__gte=key)
        return found

    @property
    def table(self) -> Any:
        return entries_table("Entries of the audit log, newest first", self.user, self.rows[:ROWS], PLACE)

    @property
    def older_url(self) -> str:
        if len(self.rows) <= ROWS:
            return ""
        last = self.rows[ROWS - 1]
        return list_address("audit_log", {**self._kept, "before": f"{last.recorded_at.isoformat()}~{last.pk}"})

    @property
    def newest_url(self) -> str:
        return list_address("audit_log", self._kept) if self.query.get("before") else ""

    @property
    def _kept(self) -> dict[str, str]:
        return {key: str(value) for key, value in self.query.items() if key != "before" and value}

    @property
    def chosen(self) -> str:
        return self.people[0].name if self.query.get("person") and self.people else ""

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.values())


def verbs() -> list[str]:
    """Every verb that can be asked for, in alphabetical order: those that are known, and others that happened.

    Those of cases and comments come from what is known and not from the record: its reader may not know that a case
    has begun, or that there is something to read.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERBS)
        others = [verb for (verb,) in cursor.fetchall() if not verb.startswith(("case.", "comment."))]
    return sorted({*others, *SECURITY, *known()})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _place(text: str) -> tuple[datetime, int] | None:
    at, _, key = text.partition("~")
    try:
        moment = parse_datetime(at)
        known = moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
    is_key = key.isascii() and key.isdigit() and len(key) < 19
    return (known, int(key)) if known and is_key else None


def audit_log(request: HttpRequest) -> HttpResponse:
    search = Search(request)
    may_export = may(search.user.roles, Capability.EXPORT_AUDIT_LOG)
    return render(request, "audit_log/list.html", {"search": search, "may_export": may_export})


def verifications(request: HttpRequest) -> HttpResponse:
    newest = Verification.objects.visible_to(person(request)).select_related("asked_by")[:VERIFICATIONS]
    return render(request, "audit_log/verifications.html", {"trail": [AUDIT_LOG], "verifications": newest})


def verify(request: HttpRequest) -> HttpResponseBase:
    job = ask_verification(actor=person(request), now=timezone.now())
    return done(request, "The audit log is being verified. You may leave this page; the result stays here.", job)


def verification(request: HttpRequest, public_id: str) -> HttpResponse:
    jobs = Verification.objects.visible_to(person(request)).select_related("asked_by")
    job = get_object_or_404(jobs, public_id=public_id)
    trail = [AUDIT_LOG, ("Verifications", "/audit-log/verifications/")]
    return render(request, "audit_log/verification.html", {"trail": trail, "job": job})


# --- the whole record as files that a third party can check ---


def export(request: HttpRequest) -> HttpResponse:
    files = [(head, reverse(f"audit_log_{head.audit_log}_file")) for head in AuditLogHead.objects.order_by("audit_log")]
    return render(
        request, "audit_log/export.html", {"trail": [AUDIT_LOG], "files": files, "how_to_check": HOW_TO_CHECK}
    )


def audit_log_file(request: HttpRequest, audit_log: str) -> StreamingHttpResponse:
    now = timezone.now()
    note("record.exported", actor=person(request), now=now, details={"audit_log": audit_log})
    head = AuditLogHead.objects.filter(audit_log=audit_log).first()
    if head is None:
        raise Http404
    response = StreamingHttpResponse(lines(head, now), content_type="application/jsonl")
    response["Content-Disposition"] = (
        f'attachment; filename="record-{audit_log}-{timezone.localdate(now):%Y-%m-%d}.jsonl"'
    )
    return response
