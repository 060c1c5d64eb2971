"""Records that people keep in the admin: Django's forms, saved by the verbs and never over a colleague's change."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from authorizations.actions.refusals import NotPermitted, Refused
from authorizations.actions.register.records import (
    RecordAlreadyAdded,
    add_record,
    capability_to_add,
    capability_to_edit,
    closed_columns,
    columns_of_feeds,
    columns_of_leads,
    correct_record,
    is_corrected_by_feed,
)
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.fields import AddressField, DayInput, LinesField, RecordSelect
from authorizations.admin.forms import AdditionForm, CorrectionForm, RecordAdminForm
from authorizations.policy import Capability, allows
from authorizations.presenters.moves import who_will_see

# For columns with the address that a person signs in with, or that mail fails to reach.
ADDRESSES = {models.EmailField: {"form_class": AddressField}}


class EditableAdmin(RecordAdmin):
    # Models whose new records come in by a verb of their own have a form of their own.
    addition_form: ClassVar[type[AdditionForm]] = AdditionForm
    note = "Your role reads the admin. Ask a member of the PMO to have something corrected."
    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.JSONField: {"form_class": LinesField},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.URLField: {"widget": forms.URLInput},
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allows(person(request), capability_to_add(self.model))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a feed stated, the next feed corrects."""
        keeps = allows(person(request), capability_to_edit(self.model))
        return keeps and (obj is None or not is_corrected_by_feed(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Adds what is stated once, when the record is added: another value is another record."""
        closed = closed_columns(self.model, adding=False) | columns_of_feeds(obj) if obj else frozenset()
        if obj and not allows(person(request), Capability.CORRECT_GROUNDS):
            closed |= columns_of_leads(self.model)
        return tuple(sorted(closed.union(self.kept) - self.unseen))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        entered, *kept = super().get_fieldsets(request, obj)
        why = [("Why", {"fields": ["why"]})] if obj and self.has_change_permission(request, obj) else []
        return [entered, *why, *kept]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001  # Django's signature
        base: type[RecordAdminForm] = self.addition_form
        if change:
            base = CorrectionForm if self.has_change_permission(request, obj) else RecordAdminForm
        form: Any = super().get_form(request, obj, change=change, form=base, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.ForeignKey):
            # Without the wrapper that opens windows for related records.
            return self.formfield_for_foreignkey(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = self.admin_site.get_model_admin(db_field.remote_field.model)
        select = RecordSelect(db_field, self.admin_site)
        rows = related.get_queryset(request).prefetch_related(None)
        return super().formfield_for_foreignkey(
            db_field, request, widget=select, queryset=rows, to_field_name="public_id", **kwargs
        )

    # --- saving ---

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Django's. What a verb refuses undoes everything, and the form is shown again with it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except RecordAlreadyAdded as refusal:
            messages.info(request, refusal.sentence)
            return redirect(self.record_url(self.model._default_manager.get(pk=refusal.key)))
        except (Refused, ValidationError, IntegrityError) as refusal:
            if hasattr(request, "refusal"):
                raise
            request.refusal = refusal  # type: ignore[attr-defined]  # a request carries what its form is to tell
            return self.changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Calls the verb, whose record goes on in place of the form's."""
        saved = self.correct(request, obj, form) if change else self.add(request, form)
        obj.__dict__.update(saved.__dict__)

    def add(self, request: HttpRequest, form: AdditionForm) -> Any:
        given: dict[str, Any] = {"facts": form.facts(), "idempotency_key": form.idempotency_key}
        return add_record(self.model, actor=person(request), now=timezone.now(), **given)

    def correct(self, request: HttpRequest, record: Any, form: CorrectionForm) -> Any:
        """The verb for a correction: only what the person changed."""
        now, changes = timezone.now(), form.changes()
        form.refuse_unconfirmed(who_will_see(record, changes, person(request), timezone.localdate(now)))
        given: dict[str, Any] = {"facts": changes, "reason": form.cleaned_data["why"], "seen": form.shown}
        return correct_record(record, actor=person(request), now=now, **given)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The verb has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The verb has recorded it."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._after(request, obj, "added")

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._after(request, obj, "corrected")

    def _after(self, request: HttpRequest, saved: Any, done: str) -> HttpResponse:
        messages.success(request, f"The {self.opts.verbose_name} “{saved}” was {done}.")
        if "_continue" in request.POST:
            return redirect(self.record_url(saved))
        return redirect(self.url("add" if "_addanother" in request.POST else "changelist"))
