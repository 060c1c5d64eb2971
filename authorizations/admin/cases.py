"""Cases in the admin: read, and moved by the steps of their machine, several at once where the PMO reviews them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest

from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.columns import ATO, AnswerFilter, column
from authorizations.admin.rules.case_release import MovingAdmin
from authorizations.lifecycle.machine import Machine
from authorizations.models import Case, Comment, CoSigner, Finding, RecordedForAbsent, Waiver, Wbs, WbsTask
from authorizations.models.querysets import BESIDE_A_CASE
from authorizations.presenters.audit_log.history import facts_on_record
from authorizations.presenters.machine_record import stage_words


class StageFilter(AnswerFilter):
    """Stages of one name in both machines are one choice."""

    title = parameter_name = "stage"
    answers = {
        value: (label, Q(stage=value))
        for record_type in Case.machines.values()
        for value, label in record_type.machine().stages.items()
    }


HEADED = {
    "public_id": column("public_id", "id"),
    "access_person": column("access_person", "who is to open the package"),
    "access_approver": column("access_approver", "approver of the access"),
    "ato": ATO,
    "release": column("release", "rules"),
    "send_backs": column("send_backs", "times sent back"),
    **{
        name: column(name, name.replace("_", " "), stage_words)
        for name in ("stage", "resumes_at", "left_stage", "adopted_at_stage")
    },
}


@admin.register(Case)
class CaseAdmin(MovingAdmin):
    list_display = ("offering", "agency", "kind", HEADED["stage"], "waits_on", "waits_since", "claimed_by")
    list_filter = ("kind", "waits_on", StageFilter)
    search_fields = ("offering__name", "offering__fedramp_id", "agency__name", "system__name", "public_id")
    search_help_text = "Offering, agency, system, FedRAMP id or id"
    # The oldest turn first; what waits on nobody comes last.
    ordering = (F("turn_since").asc(nulls_last=True), "pk")  # type: ignore[assignment]  # Django takes expressions too
    beside = ("offering", "agency", "claimed_by")
    beside_one = (*BESIDE_A_CASE, "ato__agency", "ato__offering", "continues__agency", "continues__offering")
    # Summaries of what stays inside a side, beside all that may be read.
    unseen = RecordAdmin.unseen | {"facts", "document_summary", "finding_counts"}
    note = "Cases cannot be edited here. Take a step to change one."
    headed = HEADED
    bulk_steps = ("claim", "release_claim", "hand_over")

    @property
    def machines(self) -> tuple[Machine, ...]:
        return tuple(record_type.machine() for record_type in Case.machines.values())

    def beside_the_form(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {**super().beside_the_form(request, record), "facts": facts_on_record(record, person(request))}


@admin.register(CoSigner)
class CoSignerAdmin(RecordAdmin):
    list_display = ("agency", "case", "authorizing_official", "signed_on", "ato", "removed_at")
    search_fields = ("agency__name", "case__offering__name", "case__agency__name", "public_id")
    beside = ("agency", "case__agency", "case__offering", "authorizing_official", "ato__agency", "ato__offering")
    note = "The lead agency names who signs beside it on the page of its case."


@admin.register(RecordedForAbsent)
class RecordedForAbsentAdmin(RecordAdmin):
    list_display = ("step", "case", "side", "recorded_by", "recorded_at", "answer", "answered_by")
    search_fields = ("step", "case__offering__name", "case__agency__name", "public_id")
    beside = ("case__agency", "case__offering", "recorded_by", "answered_by")
    note = "The party for which it was recorded answers on the page of its case."


@admin.register(Waiver)
class WaiverAdmin(RecordAdmin):
    list_display = ("gate", "case", "until", "granted_by", "reason", "ended_at")
    search_fields = ("gate", "case__offering__name", "case__agency__name", "public_id")
    beside = ("case__agency", "case__offering", "granted_by")
    note = "A waiver is granted, and ended, on the page of its case."

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(case__in=Case.objects.visible_to(person(request)).values("pk"))

    def portal_url(self, record: Any) -> str:
        return str(record.case.get_absolute_url())


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
    list_display = ("case", "side", "is_shared", "author", "made_at", "withdrawn_at")
    list_filter = ("side", "is_shared")
    search_fields = ("case__offering__name", "case__agency__name", "author__name", "public_id")
    beside = ("case__agency", "case__offering", "author")
    beside_one = ("organization", "acted_for")
    note = "A comment is written, changed and withdrawn by its author, on the page of the case's comments."


@admin.register(Finding)
class FindingAdmin(RecordAdmin):
    list_display = ("case", "severity", "side", "owed_by", "sent_at", "answered_at", "resolved_at")
    list_filter = ("severity", "side", "owed_by")
    search_fields = ("case__offering__name", "case__agency__name", "fact", "public_id")
    beside = ("case__agency", "case__offering")
    beside_one = ("version__document", "drafted_by", "answered_by", "resolved_by")
    ordering = ("-drafted_at", "-pk")
    note = "A finding is drafted, answered and settled on the page of the case's findings; a return sends it."


@admin.register(Wbs)
class WbsAdmin(RecordAdmin):
    list_display = ("case", "file_name", "sheet", "imported_by", "imported_at")
    search_fields = ("case__offering__name", "case__agency__name", "file_name", "=sha256", "public_id")
    beside = ("case__agency", "case__offering", "imported_by")
    note = "A plan is imported and kept on the page of its case."


@admin.register(WbsTask)
class WbsTaskAdmin(RecordAdmin):
    list_display = ("wbs", "number", "title", "owner", "planned_start", "planned_finish", "actual_finish")
    list_filter = ("kind", "is_pmo")
    search_fields = ("wbs__case__offering__name", "wbs__case__agency__name", "title", "public_id")
    beside = ("wbs__case__agency", "wbs__case__offering")
    ordering = ("-wbs", "pk")
    note = "The dates of a task are kept on the page of its case's plan, those of the PMO's part by the PMO."

    def portal_url(self, record: Any) -> str:
        return str(record.wbs.get_absolute_url())
