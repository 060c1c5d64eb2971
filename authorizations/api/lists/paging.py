"""Lists of records, all alike: filters, words, what changed since a time, pages by number or by cursor."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from pydantic import Field

from accounts.models import User
from authorizations.actions.refusals import Malformed, refuse_unknown
from authorizations.api.authentication import person
from authorizations.api.lists.times import Moment
from authorizations.api.schemas import PageOut, PageQuery
from authorizations.lifecycle.problems import Problem
from authorizations.models import Event
from authorizations.models.querysets import event_subject_type
from authorizations.presenters.cached_counts import cache_stamp, cached_counts
from authorizations.presenters.search import WordSearch
from authorizations.sanitize import search_words

T = TypeVar("T")
START = "start"
Search = Callable[[WordSearch], Q]
GONE = Problem("shape", "cursor: the record that it stood at is gone. Send “start” and walk anew.", "cursor")
NO_CURSOR = Problem("shape", "cursor: send “start”, or what “next” held.", "cursor")


class ListQuery(PageQuery):
    """What every list of records takes beside its own filters."""

    q: str | None = Field(None, max_length=300, description="Words of names, ids or terms, as in the portal's lists.")
    changed_since: Moment | None = Field(
        None,
        description="A time or date: new rows, and rows with a fact that was written since, by the portal's clock.",
    )
    cursor: str | None = Field(
        None,
        max_length=300,
        description="“start” walks all rows by address “next”, in the order in which they came in: none is passed over "
        "or comes twice, whatever changes meanwhile. “page” does not count then.",
    )


def words_in(*names: str) -> Search:
    """Rows of which one of these columns holds the words."""
    return lambda search: Q(*((f"{name}__icontains", search.words) for name in names), _connector=Q.OR)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any],
    asked: PageQuery,
    row: Callable[[Any], T],
    search: Search | None = None,
    changed: Callable[[Any], Q] | None = None,
) -> PageOut[T]:
    """One page of a list; the rows come in the order of the queryset, and how many there are is remembered.

    Args:
        search: which rows have some words. changed: which changed since a time; else the audit log is asked.

    Raises:
        Malformed: the address names a filter that there is not, or a cursor that nobody gave out.
    """
    # A mistyped filter: without it the list would hold more than was asked for.
    refuse_unknown(request.GET, type(asked).model_fields)
    user = person(request)
    if isinstance(asked, ListQuery):
        if search is not None and (words := search_words(asked.q or "")):
            rows = rows.filter(search(WordSearch(words, user)))
        if asked.changed_since is not None:
            rows = rows.filter((changed or _written(rows.model))(asked.changed_since))
        if asked.cursor is not None:
            return _after(request, rows, asked, row, user)
    return _numbered(request, rows, asked, row, lambda: _total(request, rows, user))


def page_of_some(request: HttpRequest, rows: Sequence[Any], asked: PageQuery, row: Callable[[Any], T]) -> PageOut[T]:
    """One page of rows that no table holds."""
    refuse_unknown(request.GET, type(asked).model_fields)
    return _numbered(request, rows, asked, row, lambda: len(rows))


def _numbered(
    request: HttpRequest, rows: Any, asked: PageQuery, row: Callable[[Any], T], count: Callable[[], int]
) -> PageOut[T]:
    total = count()
    first = (asked.page - 1) * asked.per_page
    pages = max(1, -(-total // asked.per_page))
    return PageOut(
        total=total,
        page=asked.page,
        pages=pages,
        next=_address(request, page=str(asked.page + 1)) if asked.page < pages else None,
        items=[row(each) for each in rows[first : first + asked.per_page]],
    )


def _total(request: HttpRequest, rows: QuerySet[Any], user: User) -> int:
    what = (
        rows.model.__name__,
        request.path,
        [each for each in sorted(request.GET.lists()) if each[0] not in ("page", "per_page")],
    )
    return cached_counts(cache_stamp(request), user, what, rows.count, rows=int)


def _after(
    request: HttpRequest, rows: QuerySet[Any], asked: ListQuery, row: Callable[[Any], T], user: User
) -> PageOut[T]:
    """The rows after a cursor, by their keys: the last row's own id, signed for this person and list."""
    signer = Signer(salt=f"api.cursor.{request.path}.{user.pk}")
    if asked.cursor != START:
        try:
            last = signer.unsign(asked.cursor or "")
        except BadSignature as problem:
            raise Malformed([NO_CURSOR]) from problem
        # Of all rows: the last one may be there for this person no more, and the walk goes on behind it.
        key = rows.model._base_manager.filter(public_id=last).values_list("pk", flat=True).first()
        if key is None:
            raise Malformed([GONE])
        rows = rows.filter(pk__gt=key)
    found = list(rows.order_by("pk")[: asked.per_page + 1])
    shown = found[: asked.per_page]
    more = len(found) > asked.per_page
    return PageOut(
        total=None,
        page=None,
        pages=None,
        next=_address(request, cursor=signer.sign(shown[-1].public_id)) if more else None,
        items=[row(each) for each in shown],
    )


def _written(record_type: Any) -> Callable[[Any], Q]:
    """Rows with an entry of the audit log about a column of theirs.

    Which entries a person may read is not asked: that a row changed says no more than the row itself, which has the
    column; what only the parties of a record know is in no column of it, or in none that is named here.
    """
    shown = sorted(SHOWN.get(record_type.__name__, {field.name for field in record_type._meta.concrete_fields}))

    def since(moment: Any) -> Q:
        entries = Event.objects.filter(
            subject_type=event_subject_type(record_type), subject_id=OuterRef("pk"), recorded_at__gte=moment
        )
        return Q(Exists(entries.filter(changes__has_any_keys=shown)))

    return since


# Of what others know less than the parties: the columns of a row that everybody sees who sees the row.
SHOWN: dict[str, set[str]] = {
    "Ato": {
        *("agency", "offering", "listing_role", "ato_type", "stage", "signed_on", "logged_on", "expires_on"),
        *("source", "published_since", "not_published_since"),
    },
    "Case": {
        *("kind", "stage", "waits_on", "waits_since", "agency", "offering", "assessor", "release"),
    },
}


def _address(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"
