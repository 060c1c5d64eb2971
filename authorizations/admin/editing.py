"""Nouns that people keep at the desk: their forms, and saving by the verbs, never over a colleague's change."""

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.refusals import NotPermitted, NotReady, Refused
from authorizations.actions.register.records import (
    Overtaken,
    RecordAlreadyAdded,
    add_record,
    capability_to_add,
    capability_to_edit,
    closed_columns,
    columns_of_feeds,
    correct_record,
    is_corrected_by_feed,
    refuse_sent_before,
)
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.constraint_messages import SAVED_TWICE
from authorizations.admin.fields import DayInput, LinesField, RecordField
from authorizations.admin.forms import AdditionForm, CorrectionForm, RecordAdminForm
from authorizations.policy import allows


class EditableAdmin(RecordAdmin):
    """A noun whose records the PMO adds and corrects, through the verbs."""

    # The form for a new record; nouns whose new records come in by a verb of their own have their own.
    addition_form: ClassVar[type[AdditionForm]] = AdditionForm
    note = "Your role reads the desk. Ask a member of the PMO to have something corrected."

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may bring in records of this noun."""
        return allows(person(request), capability_to_add(self.model))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever keeps records of this noun; but what a feed stated, the next feed corrects."""
        keeps = allows(person(request), capability_to_edit(self.model))
        return keeps and (obj is None or not is_corrected_by_feed(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is stated once, when the record is added: another value is another record."""
        closed = closed_columns(self.model, adding=False) | columns_of_feeds(obj) if obj else frozenset()
        closed -= {*self.kept, *self.unseen}
        return tuple(sorted(closed))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001  # Django's signature
        """One form for adding, another for correcting; a person who only reads gets one without inputs."""
        base: type[RecordAdminForm] = self.addition_form
        if change:
            base = CorrectionForm if self.has_change_permission(request, obj) else AdditionForm
        return super().get_form(request, obj, change=change, form=base, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Native inputs; Django's need scripts, and its selects would list every record of a table."""
        if isinstance(db_field, models.ForeignKey):
            return self.record_field(db_field, request)
        if isinstance(db_field, models.JSONField):
            help_text = f"{db_field.help_text} One a line.".strip()
            field: Any = LinesField(required=not db_field.blank, help_text=help_text, label=_label(db_field))
        elif isinstance(db_field, models.DateField):
            field = db_field.formfield(widget=DayInput())
        else:
            field = db_field.formfield(**kwargs)
        if field is not None:
            _dress(field)
        return field

    def record_field(self, db_field: Any, request: HttpRequest) -> RecordField:
        """The input for a related record."""
        related = self.admin_site.get_model_admin(db_field.remote_field.model)
        names = (self.opts.app_label, self.opts.model_name, db_field.name)
        field = db_field.formfield(
            form_class=RecordField,
            queryset=related.get_queryset(request),
            search=lambda queryset, text: related.get_search_results(request, queryset, text)[0],
            suggestions_url=reverse("admin:{}_{}_suggestions".format(*names[:2]), args=names[2:]),
        )
        return cast(RecordField, field)

    # --- saving ---

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one record, or of a new one; a POST calls the verb."""
        record = None if object_id is None else self.existing(request, object_id)
        may_write = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied("Your role reads the desk and writes nothing.")
            return self.submit(request, record)
        if record is None and not may_write:
            raise PermissionDenied("Your role reads the desk and writes nothing.")
        return self.show(request, record, self.blank_form(request, record))

    def submit(self, request: HttpRequest, record: Any) -> HttpResponse:
        """Saves and goes on, or shows the form again with what is wrong."""
        # Validation writes into the form's record: what the page shows is a second one.
        shown = None if record is None else self.existing(request, record.public_id)
        form = self.form_class(request, record)(request.POST, instance=record)
        is_valid = form.is_valid()
        try:
            # First, for the record of the first sending may be what forbids the second.
            if isinstance(form, AdditionForm):
                refuse_sent_before(self.model, form.idempotency_key)
            saved = self.write(request, record, form) if is_valid else None
        except RecordAlreadyAdded as refusal:
            return self.lead_to(request, refusal)
        if saved is None:
            return self.show(request, shown, form)
        done = "corrected" if record else "added"
        messages.success(request, f"The {self.opts.verbose_name} “{saved}” was {done}.")
        return self.after(request, saved)

    def lead_to(self, request: HttpRequest, refusal: RecordAlreadyAdded) -> HttpResponse:
        """On to the record that this form has added before."""
        messages.info(request, refusal.sentence)
        added = self.model._default_manager.get(pk=refusal.key)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", added.public_id)

    def write(self, request: HttpRequest, record: Any, form: RecordAdminForm) -> Any:
        """Calls the verb; what it refuses becomes an error of the form, and then nothing was written."""
        try:
            if isinstance(form, CorrectionForm):
                return self.correct(request, record, form)
            assert isinstance(form, AdditionForm)  # noqa: S101  # there are these two forms
            return self.add(request, form)
        except RecordAlreadyAdded:
            raise
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Overtaken as refusal:
            self.explain_overtaken(form, refusal)
        except NotReady as refusal:
            form.refuse(refusal)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            if isinstance(form, AdditionForm):
                refuse_sent_before(self.model, form.idempotency_key)
            form.add_error(None, SAVED_TWICE)
        return None

    def add(self, request: HttpRequest, form: AdditionForm) -> Any:
        """The verb for a new record."""
        return add_record(
            self.model,
            actor=person(request),
            now=timezone.now(),
            facts=form.facts(),
            idempotency_key=form.idempotency_key,
        )

    def correct(self, request: HttpRequest, record: Any, form: CorrectionForm) -> Any:
        """The verb for a correction: only what the person changed."""
        return correct_record(
            record,
            actor=person(request),
            now=timezone.now(),
            facts=form.changes(),
            reason=form.cleaned_data["why"],
            seen=form.shown,
        )

    def explain_overtaken(self, form: RecordAdminForm, refusal: Overtaken) -> None:
        """Says at each field what it holds by now; saving again then replaces that on purpose."""
        assert isinstance(form, CorrectionForm)  # noqa: S101  # only corrections are overtaken
        form.add_error(None, refusal.sentence)
        for name, value in refusal.now.items():
            display = self.say(name, value)
            form.add_error(name, f"Someone else changed this to “{display}”. Save again to replace it with yours.")
        form.accept(refusal.now)

    def say(self, name: str, value: Any) -> str:
        """A stored value in words."""
        column = self.opts.get_field(name)
        if isinstance(column, models.ForeignKey) and value is not None:
            return str(column.remote_field.model._default_manager.filter(pk=value).first())
        words = dict(getattr(column, "flatchoices", ()))
        return str(words.get(value, value)) if value not in (None, "") else "nothing"

    def after(self, request: HttpRequest, saved: Any) -> HttpResponse:
        """Where to go when it is done: on with this record, to another new one, or back to the list."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if "_continue" in request.POST:
            return redirect(f"{name}_change", saved.public_id)
        if "_addanother" in request.POST:
            return redirect(f"{name}_add")
        return redirect(f"{name}_changelist")


def _label(column: Any) -> str:
    words = str(column.verbose_name)
    return words[:1].upper() + words[1:]


def _dress(field: Any) -> None:
    """Gives an input the class that the style sheet knows."""
    kinds = {
        "Textarea": "usa-textarea",
        "Select": "usa-select",
        "NullBooleanSelect": "usa-select",
        "CheckboxInput": "desk-checkbox",
    }
    widget = field.widget
    widget.attrs["class"] = kinds.get(type(widget).__name__, "usa-input")
    if type(widget).__name__ == "Textarea":
        widget.attrs["rows"] = 4
