"""Feeds that came by themselves: the list, one with what a person decides, and how much goes without a person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode

from authorizations.actions.imports.found_feeds import MOST, leave_found_feed, set_feed_limit
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.watching import is_watching, last_look
from authorizations.models import FeedLimit, FoundFeed, ImportRun
from authorizations.models.feed_watch import FeedOutcome
from authorizations.policy import Capability, may
from authorizations.step_pages.inputs import PageForm, number, reason_field
from authorizations.web.answers import done
from authorizations.web.imports.listings import FOUND_FEEDS, FOUND_TONES
from authorizations.web.imports.views import IMPORTS
from authorizations.web.lists.listing import ListState
from authorizations.web.page_access import person

FOUND = ("Feeds found", reverse_lazy("found_feeds"))
# The page of the admin that shows a plan opens what was kept for its salt and person.
SALT = "admin.previewed-importrun"
GONE = "The file is kept no longer. Import it from where it came from."


def found_feeds(request: HttpRequest) -> HttpResponse:
    user, looked = person(request), last_look()
    context = {
        "listing": FOUND_FEEDS,
        "state": ListState(FOUND_FEEDS, user, request.GET),
        "sources": settings.FEEDS,
        "is_watching": is_watching(),
        "limit": FeedLimit.objects.select_related("set_by").first(),
        "looked_at": looked[0] if looked else None,
        "troubles": looked[1] if looked else [],
        "may_set": may(user.roles, Capability.APPLY_IMPORT),
    }
    return render(request, "imports/found_feeds.html", context)


class LeaveFeedForm(PageForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field("portal", required=True)
        self.fields["reason"].help_text = "One or two sentences. The PMO and the auditor can read them."


class LimitForm(LeaveFeedForm):
    most_changes_now = number(
        "Most records that may change without a person",
        "Records added, changed or no longer published. With 0 a person is asked each time.",
        least=0,
        most=MOST,
    )
    field_order = ("most_changes_now", "reason")


def found_feed(request: HttpRequest, public_id: str) -> HttpResponse:
    """One found feed; who may import it looks at its plan, or leaves it aside."""
    user = person(request)
    found = get_object_or_404(FoundFeed.objects.visible_to(user).select_related("decided_by"), public_id=public_id)
    form = LeaveFeedForm(request.POST or None)
    if form.is_valid() and form.carry_out(user, leave_found_feed, found=found, **form.cleaned_data):
        return done(request, "Left aside. It is not asked about again.", "found_feeds")
    decides = found.waits and may(user.roles, Capability.APPLY_IMPORT)
    run = ImportRun.objects.visible_to(user).filter(sha256=found.feed_sha256).first() if found.feed_sha256 else None
    context = {
        "trail": [IMPORTS, FOUND],
        "found": found,
        "tone": FOUND_TONES[FeedOutcome(found.outcome)],
        "run": run,
        "form": form if decides else None,
    }
    return render(request, "imports/found_feed.html", context)


def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Opens what was found where a chosen file would be shown."""
    user = person(request)
    found = get_object_or_404(FoundFeed.objects.visible_to(user), public_id=public_id)
    try:
        content = previewed_files.reopen(found.sha256)
    except FileNotFoundError:
        return done(request, GONE, found.get_absolute_url())
    token = previewed_files.token_for(content, found.file_name, SALT, user.pk)
    return redirect(f"{reverse('admin:authorizations_importrun_plan')}?{urlencode({'token': token})}")


def feed_limit(request: HttpRequest) -> HttpResponse:
    current = FeedLimit.objects.first()
    form = LimitForm(request.POST or None, initial={"most_changes_now": current.most_changes if current else 0})
    if form.is_valid() and form.carry_out(person(request), set_feed_limit, **form.cleaned_data):
        return done(request, "Decided. It counts from the next look on.", "found_feeds")
    context = {"trail": [IMPORTS, FOUND], "form": form, "back": reverse("found_feeds")}
    return render(request, "imports/feed_limit.html", context)
