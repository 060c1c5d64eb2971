"""What every noun's pages at the desk have in common: permissions from the policy, no deletion, reading."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from authorizations.actions.register.records import closed_columns
from authorizations.admin.forms import RecordAdminForm
from authorizations.admin.history import entries_of
from authorizations.admin.suggestions import suggestions
from authorizations.policy import Capability, may
from authorizations.sanitize import search_words
from authorizations.url_access import ADMIN_LIST, ADMIN_RECORD, page

if TYPE_CHECKING:
    ModelAdminOfAny = ModelAdmin[Any]
else:  # Django's admin takes type parameters only in the eyes of the type checker
    ModelAdminOfAny = ModelAdmin


def person(request: HttpRequest) -> User:
    """The person at the desk; the site has let nobody else in."""
    return cast(User, request.user)


class RecordList(ChangeList):
    """Django's list, with public ids in its links: keys could be counted."""

    def url_for_result(self, result: Any) -> str:
        """Address of a row's record."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[result.public_id])


class RecordAdmin(ModelAdminOfAny):
    """A noun that people read at the desk. Subclasses say which columns a list shows, and what can be searched."""

    actions = None
    list_per_page = 100
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    # Records that a list and a form show beside the noun's own, each as a path for `select_related`.
    beside: ClassVar[tuple[str, ...]] = ()
    # What the page of one record shows in addition: a list would pay for each of these joins in every row.
    beside_one: ClassVar[tuple[str, ...]] = ()
    # Columns of the noun that no form shows because they say the same as another, or nothing to a person.
    unseen: ClassVar[frozenset[str]] = frozenset({"id", "sort_name", "idempotency_key"})
    note: ClassVar[str] = "Written by the portal and by imports; nothing here can be changed by hand."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """What the person may see, with what is shown beside it."""
        records = self.model._default_manager.all()
        visible = records.visible_to(person(request)) if hasattr(records, "visible_to") else records
        return cast("models.QuerySet[Any]", visible.select_related(*self.beside) if self.beside else visible)

    # --- who may do what ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everyone at the desk sees that there is such a noun."""
        return may(person(request).roles, Capability.USE_ADMIN)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everyone at the desk reads."""
        return may(person(request).roles, Capability.USE_ADMIN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody, unless a noun is kept by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, unless a noun is kept by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: records are ended or corrected, never deleted."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters of the list ask: others read out secrets letter by letter, or never end."""
        return lookup in self.filter_parameters

    # --- the list ---

    @property
    def filter_parameters(self) -> set[str]:
        """The parameters that the filters of the list set."""
        columns = [each for each in self.list_filter if isinstance(each, str)]
        ours = {str(getattr(each, "parameter_name", "")) for each in self.list_filter if each not in columns}
        return ours | {f"{column}__{lookup}" for column in columns for lookup in ("exact", "isnull")}

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
        """What the words find, for lists, inputs and suggestions."""
        return super().get_search_results(request, queryset, search_words(search_term))

    # --- addresses ---

    def get_urls(self) -> list[Any]:
        """List, add, change, history and suggestions; there is no address for deleting."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        open_view = self.admin_site.admin_view
        return [
            page("", open_view(self.changelist_view), f"{name}_changelist", ADMIN_LIST),
            page("add/", open_view(self.add_view), f"{name}_add", ADMIN_LIST),
            page("suggestions/<str:field>/", open_view(self.suggestions_view), f"{name}_suggestions", ADMIN_LIST),
            page("<public_id:object_id>/history/", open_view(self.history_view), f"{name}_history", ADMIN_RECORD),
            page("<public_id:object_id>/change/", open_view(self.change_view), f"{name}_change", ADMIN_RECORD),
        ]

    def existing(self, request: HttpRequest, object_id: str) -> Any:
        """The record of an address.

        Raises:
            Http404: there is none that this person may see.
        """
        records = self.get_queryset(request)
        if self.beside_one:
            records = records.select_related(*self.beside_one)
        record = records.filter(public_id=object_id).first()
        if record is None:
            raise Http404
        return record

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A list whose rows lead to the addresses above."""
        return RecordList

    # --- the form ---

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that no form writes: the portal's own and the public id."""
        closed = closed_columns(self.model, adding=True)
        return tuple(c.name for c in self.opts.concrete_fields if c.name in closed and c.name not in self.unseen)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is entered, then what the portal keeps."""
        kept = (*self.kept, *self.get_readonly_fields(request, obj))
        shown = [c.name for c in self.opts.concrete_fields if c.name not in self.unseen]
        entered = [name for name in shown if name not in kept]
        rest = [name for name in shown if name in kept and name != "password"]
        return (
            [(None, {"fields": entered}), ("Kept by the portal", {"fields": rest})]
            if obj
            else [(None, {"fields": entered})]
        )

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one record."""
        if object_id is None or request.method == "POST":
            raise PermissionDenied
        record = self.existing(request, object_id)
        return self.show(request, record, self.blank_form(request, record))

    def form_class(self, request: HttpRequest, record: Any) -> type[RecordAdminForm]:
        """The form for adding (no record) or correcting."""
        shown = flatten_fieldsets(self.get_fieldsets(request, record))
        fields = [name for name in shown if isinstance(name, str) and name not in self.kept]
        return cast(type[RecordAdminForm], self.get_form(request, record, change=record is not None, fields=fields))

    def blank_form(self, request: HttpRequest, record: Any) -> RecordAdminForm:
        """The form as it is first shown."""
        form_class = self.form_class(request, record)
        return form_class(instance=record) if record else form_class(initial=self.get_changeform_initial_data(request))

    def show(self, request: HttpRequest, record: Any, form: RecordAdminForm) -> HttpResponse:
        """Renders the page; fields that this person may not write are text."""
        may_write = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        fieldsets = self.get_fieldsets(request, record)
        if may_write and form.asks_why:
            fieldsets = [*fieldsets[:1], ("Why", {"fields": ["why"]}), *fieldsets[1:]]
        readonly = [*self.kept, *self.get_readonly_fields(request, record)]
        if not may_write:
            readonly = flatten_fieldsets(fieldsets)
        name = str(self.opts.verbose_name)
        context = {
            **self.admin_site.each_context(request),
            "title": str(record) if record else f"Add {'an' if name[0] in 'aeiouA' else 'a'} {name}",
            "opts": self.opts,
            "original": record,
            "adminform": AdminForm(form, fieldsets, {}, readonly, model_admin=self),
            "form": form,
            "may_write": may_write,
            "note": "" if may_write else self.note,
            "list_url": self.list_url,
            "portal_url": self.portal_url(record),
            **(self.beside_the_form(request, record) if record else {}),
        }
        return render(request, "admin/change_form.html", context)

    def beside_the_form(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the page of a record shows besides its fields."""
        return {}

    def portal_url(self, record: Any) -> str:
        """The record's page in the portal, where it has one."""
        return record.get_absolute_url() if record and hasattr(record, "get_absolute_url") else ""

    @property
    def list_url(self) -> str:
        """Address of the list."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    # --- history and suggestions ---

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What the record says of this one: who changed what, when and why."""
        record = self.existing(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {record}",
            "opts": self.opts,
            "original": record,
            "entries": entries_of(record, person(request)),
            "list_url": self.list_url,
        }
        return render(request, "admin/object_history.html", context)

    def suggestions_view(self, request: HttpRequest, field: str) -> HttpResponse:
        """Records that fit what is being typed into the input of ``field``, as options."""
        return suggestions(self, request, field)
