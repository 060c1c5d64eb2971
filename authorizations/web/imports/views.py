"""Import runs with their issues, and the clashes a person decides."""

from collections import Counter

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone

from authorizations.actions.imports.review_items import decisions, resolve_review_item
from authorizations.models import ImportRun, ReviewItem
from authorizations.policy import Capability, may
from authorizations.step_pages.inputs import PageForm, long_text, radio
from authorizations.vocabulary import Resolution
from authorizations.web.answers import done
from authorizations.web.imports.listings import REVIEW_ITEMS, issue_label, summed
from authorizations.web.lists.listing import show_list
from authorizations.web.lists.tables import list_address
from authorizations.web.page_access import person

COUNTS = (
    ("rows", "Rows"),
    ("create", "Created"),
    ("change", "Changed"),
    ("same", "Same"),
    ("set_aside", "Set aside"),
    ("implied", "Implied"),
    ("not_published", "No longer published"),
)


IMPORTS = ("Imports", reverse_lazy("import_runs"))


class DecisionForm(PageForm):
    resolution = radio("Decision", missing="Choose one of the decisions.")
    note = long_text(
        "Why",
        "One or two sentences for later questions. They stay on record.",
        missing="Say in a sentence why you decide so.",
    )


def review_items(request: HttpRequest) -> HttpResponse:
    if not request.GET:
        return redirect(list_address("review_items", {"state": "open"}))
    return show_list(request, REVIEW_ITEMS)


def import_run(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    run = get_object_or_404(ImportRun.objects.visible_to(user).select_related("actor"), public_id=public_id)
    kinds, tables = _issues(run)
    context = {
        "trail": [IMPORTS],
        "run": run,
        "counts": [(name, [numbers.get(key, 0) for key, _ in COUNTS]) for name, numbers in run.counts.items()],
        "sums": [summed(run.counts, key) for key, _ in COUNTS],
        "count_headings": [words for _, words in COUNTS],
        "kinds": kinds,
        "tables": tables,
        "issue_total": sum(number for *_, number in kinds),
        "issues_url": list_address("import_issues", {"run": run.public_id}),
        "waiting": ReviewItem.objects.visible_to(user).filter(run=run, resolved_at__isnull=True).count(),
        "items_url": list_address("review_items", {"run": run.public_id}),
    }
    return render(request, "imports/run.html", context)


def _issues(run: ImportRun) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """The run's issues by kind and by table: (words, address of the rows, number), most first."""
    kinds: Counter[str] = Counter()
    tables: Counter[str] = Counter()
    for row in run.issues.order_by().values("kind", "table").annotate(n=Count("pk")):
        kinds[row["kind"]] += row["n"]
        tables[row["table"]] += row["n"]

    def rows_of(key: str, value: str) -> str:
        return list_address("import_issues", {"run": run.public_id, key: value})

    return (
        [(issue_label(kind), rows_of("kind", kind), number) for kind, number in kinds.most_common()],
        [(name, rows_of("table", name), number) for name, number in tables.most_common()],
    )


def review_item(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    rows = ReviewItem.objects.visible_to(user).select_related(
        "run", "organization", "other_organization", "offering__provider", "resolved_by"
    )
    item = get_object_or_404(rows, public_id=public_id)
    may_decide = may(user.roles, Capability.RESOLVE_REVIEW)
    form = None
    if may_decide or request.method == "POST":
        form = DecisionForm(request.POST or None)
        form.set_choices("resolution", ((each.value, each.label) for each in decisions(item, user)))
        if form.is_valid():
            facts = {**form.cleaned_data, "resolution": Resolution(form.cleaned_data["resolution"])}
            resolve_review_item(actor=user, item=item, now=timezone.now(), **facts)
            return done(request, "Your decision is on record.", "review_items")
    shown = form if may_decide and item.resolved_at is None else None
    trail = [IMPORTS, ("Records to decide", list_address("review_items", {"state": "open"}))]
    context = {"item": item, "form": shown, "trail": trail}
    return render(request, "imports/review_item.html", context)
