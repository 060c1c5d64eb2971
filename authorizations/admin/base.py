"""What every model's pages in the admin have in common: permissions from the policy, no deletion, reading."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from authorizations.actions.register.records import closed_columns
from authorizations.admin.history import entries_of
from authorizations.policy import Capability, may
from authorizations.sanitize import search_words
from authorizations.url_access import ADMIN_LIST, ADMIN_RECORD, UrlRule, page

if TYPE_CHECKING:
    ModelAdminOfAny = ModelAdmin[Any]
else:  # Django's admin takes type parameters only in the eyes of the type checker
    ModelAdminOfAny = ModelAdmin


def person(request: HttpRequest) -> User:
    """The person in the admin; the site has let nobody else in."""
    return cast(User, request.user)


class RecordList(ChangeList):
    """Django's list, with public ids in its links: keys could be counted."""

    def url_for_result(self, result: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[result.public_id])


class RecordAdmin(ModelAdminOfAny):
    """A model that people read in the admin. Subclasses say which columns a list shows, and what can be searched."""

    actions = None
    list_per_page = 100
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    # Records that a list and a form show beside the model's own, each as a path for `select_related`.
    beside: ClassVar[tuple[str, ...]] = ()
    # What the page of one record shows in addition: a list would pay for each of these joins in every row.
    beside_one: ClassVar[tuple[str, ...]] = ()
    # Columns that no form shows because they say the same as another, or nothing to a person.
    unseen: ClassVar[frozenset[str]] = frozenset({"id", "sort_name", "idempotency_key"})
    # Columns under words of their own, for a model that nobody writes in the admin.
    headed: ClassVar[dict[str, Any]] = {}
    note: ClassVar[str] = "Written by the portal and by imports; nothing here can be changed by hand."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        records = self.model._default_manager.all()
        visible = records.visible_to(person(request)) if hasattr(records, "visible_to") else records
        return cast("models.QuerySet[Any]", visible.select_related(*self.beside) if self.beside else visible)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record of an address, which holds public ids; 404 where there is none that this person may see."""
        records = self.get_queryset(request)
        if self.beside_one:
            records = records.select_related(*self.beside_one)
        record = records.filter(public_id=object_id).first()
        if record is None:
            raise Http404
        return record

    # --- who may do what ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(person(request).roles, Capability.USE_ADMIN)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(person(request).roles, Capability.USE_ADMIN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records are ended or corrected, never deleted."""
        return False

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Records are found by their public ids, whatever an address says."""
        return True

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters of the list ask: others read out secrets letter by letter, or never end."""
        return lookup in self.filter_parameters

    # --- the list ---

    @property
    def filter_parameters(self) -> set[str]:
        columns = [each for each in self.list_filter if isinstance(each, str)]
        ours = {str(getattr(each, "parameter_name", "")) for each in self.list_filter if each not in columns}
        return ours | {f"{column}__{lookup}" for column in columns for lookup in ("exact", "isnull")}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list; what neither it nor its filters know of the address is left out."""
        known = {SEARCH_VAR, ORDER_VAR, PAGE_VAR} | self.filter_parameters
        query = QueryDict(mutable=True)
        for name, values in request.GET.lists():
            if name in known:
                query.setlist(name, values)
        request.GET = query  # type: ignore[assignment]  # the stubs know only one that cannot be changed
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_words(search_term))

    # --- addresses ---

    def page_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def url(self, page: str, *args: str) -> str:
        return reverse(f"admin:{self.page_name(page)}", args=args)

    def record_url(self, record: Any) -> str:
        return self.url("change", record.public_id)

    def page(self, route: str, view: Any, name: str, access: UrlRule = ADMIN_LIST) -> Any:
        return page(route, self.admin_site.admin_view(view), self.page_name(name), access)

    def get_urls(self) -> list[Any]:
        """Django's without deleting, and with public ids."""
        return [
            self.page("", self.changelist_view, "changelist"),
            self.page("add/", self.add_view, "add"),
            self.page("<public_id:object_id>/history/", self.history_view, "history", ADMIN_RECORD),
            self.page("<public_id:object_id>/change/", self.change_view, "change", ADMIN_RECORD),
        ]

    def frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "list_url": self.url("changelist"),
        }

    # --- one record ---

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that no form writes: the portal's own and the public id."""
        closed = closed_columns(self.model, adding=True)
        return tuple(c.name for c in self.opts.concrete_fields if c.name in closed and c.name not in self.unseen)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        kept = {*self.kept, *self.get_readonly_fields(request, obj)}
        shown = [c.name for c in self.opts.concrete_fields if c.name not in self.unseen]
        if self.headed:
            return [("Kept by the portal", {"fields": [self.headed.get(name, name) for name in shown]})]
        entered = (None, {"fields": [name for name in shown if name not in kept]})
        rest = [name for name in shown if name in kept and name != "password"]
        return [entered, ("Kept by the portal", {"fields": rest})] if obj else [entered]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record, form = context["original"], context["adminform"].form
        if record and form.is_bound:
            # Validation writes into the form's record.
            record = self.get_object(request, record.public_id)
        may_write = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        name = str(self.opts.verbose_name)
        title = str(record) if record else f"Add {'an' if name[0] in 'aeiouA' else 'a'} {name}"
        context |= {
            **self.frame(request, title),
            "original": record,
            "form": form,
            "may_write": may_write,
            "note": "" if may_write else self.note,
            "portal_url": self.portal_url(record) if record else "",
            **(self.beside_the_form(request, record) if record else {}),
        }
        return TemplateResponse(request, "admin/change_form.html", context)

    def beside_the_form(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {}

    def portal_url(self, record: Any) -> str:
        return str(record.get_absolute_url()) if hasattr(record, "get_absolute_url") else ""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, object_id)
        frame = self.frame(request, f"History of {record}")
        entries = entries_of(record, person(request))
        return render(request, "admin/object_history.html", {**frame, "original": record, "entries": entries})
