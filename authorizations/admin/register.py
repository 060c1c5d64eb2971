"""Offerings, what ATOs come with, and package access in the admin."""

from django.contrib import admin

from authorizations.admin.base import RecordAdmin
from authorizations.admin.columns import ATO, EndedFilter, MetFilter, PublishedFilter, published, yes_or_no
from authorizations.admin.editing import EditableAdmin
from authorizations.models import (
    AgencyList,
    AgencySystem,
    Condition,
    Deliverable,
    DesignationEvent,
    DifferenceDecision,
    Leverage,
    Notice,
    Offering,
    Package,
    PackageAccess,
    PackageOverview,
)


@admin.register(Offering)
class OfferingAdmin(EditableAdmin):
    list_display = ("name", "provider", "fedramp_id", "designation", "impact_level", "source", published)
    list_filter = ("designation", "impact_level", "certification_path", "source", PublishedFilter)
    search_fields = ("name", "fedramp_id", "provider__name", "public_id")
    search_help_text = "Name, FedRAMP id, provider or id"
    ordering = ("sort_name", "pk")
    beside = ("provider", "assessor", "partner_agency")


@admin.register(AgencyList)
class AgencyListAdmin(RecordAdmin):
    list_display = ("file_name", "agency", "brought_by", "brought_at", "undone_at")
    search_fields = ("file_name", "agency__name", "public_id")
    beside = ("agency", "brought_by")
    note = "Brought in and undone by the agency's liaison, on the pages of the portal."


@admin.register(DifferenceDecision)
class DifferenceDecisionAdmin(RecordAdmin):
    list_display = ("ato", "agency", "record_class", "reason", "decided_by", "decided_at")
    list_filter = ("record_class", "reason")
    search_fields = ("ato__offering__name", "agency__name", "public_id")
    beside = ("ato__offering", "ato__agency", "agency", "decided_by")
    note = "Made and taken back on the page of a reconciliation."


@admin.register(DesignationEvent)
class DesignationEventAdmin(RecordAdmin):
    list_display = ("offering", "step", "effective_on", "source")
    list_filter = ("step", "source")
    search_fields = ("offering__name", "offering__fedramp_id", "public_id")
    beside = ("offering", "import_run")
    ordering = ("-effective_on", "pk")
    note = "Written by imports, by steps of a case, and where a designation is set; nothing here is changed by hand."


@admin.register(Leverage)
class LeverageAdmin(EditableAdmin):
    list_display = ("offering", "underlying", "source", published)
    list_filter = ("source", PublishedFilter)
    search_fields = ("offering__name", "underlying__name")
    beside = ("offering", "underlying")
    ordering = ("pk",)
    note = "Read from the Marketplace feed; the next feed corrects it."


@admin.register(PackageOverview)
class PackageOverviewAdmin(RecordAdmin):
    list_display = ("offering", "stated_id", "next_report_on", "next_review_on", "fetched_at", published)
    list_filter = (PublishedFilter,)
    search_fields = ("offering__name", "offering__fedramp_id", "stated_id", "provider_as_published", "public_id")
    beside = ("offering", "import_run")
    note = "What the provider publishes, as FedRAMP passes it on; the next file corrects it."


@admin.register(AgencySystem)
class AgencySystemAdmin(EditableAdmin):
    list_display = ("name", "agency", "abbreviation", "confidentiality", "integrity", "availability")
    list_filter = ("confidentiality", "integrity", "availability")
    search_fields = ("name", "abbreviation", "agency__name", "public_id")
    beside = ("agency",)
    ordering = ("name", "pk")


@admin.register(Condition)
class ConditionAdmin(EditableAdmin):
    list_display = ("text", ATO, "owner", "due_on", "met_on")
    list_filter = (MetFilter,)
    search_fields = ("text", "ato__agency__name", "ato__offering__name", "owner__name")
    beside = ("owner", "ato__agency", "ato__offering")


@admin.register(Notice)
class NoticeAdmin(EditableAdmin):
    list_display = ("reference", ATO, "recipient", "notified_on", "channel", "received_on")
    list_filter = ("recipient", "channel")
    search_fields = ("reference", "ato__agency__name", "ato__offering__name")
    beside = ("ato__agency", "ato__offering")
    ordering = ("-notified_on", "pk")


@admin.register(Package)
class PackageAdmin(EditableAdmin):
    list_display = ("offering", "location", "address", "verified_on")
    list_filter = ("location",)
    search_fields = ("offering__name", "offering__fedramp_id", "address")
    beside = ("offering",)
    ordering = ("offering__sort_name", "pk")


@admin.register(PackageAccess)
class PackageAccessAdmin(RecordAdmin):
    list_display = (
        "person",
        "agency",
        "package",
        "granted_on",
        "until",
        yes_or_no("permanent", "permanent"),
        "ended_on",
    )
    list_filter = ("permanent", EndedFilter)
    search_fields = ("person__name", "person__email", "agency__name", "package__offering__name", "public_id")
    beside = ("person", "agency", "package__offering", "approver")
    ordering = ("-asked_on", "pk")


@admin.display(description="duty", ordering="duty")
def duty_in_words(record: Deliverable) -> str:
    return f"{record.label} ({record.duty})"


@admin.register(Deliverable)
class DeliverableAdmin(RecordAdmin):
    list_display = (duty_in_words, "period", ATO, "offering", "delivered_on", "by", yes_or_no("waived", "waived"))
    list_filter = ("waived",)
    search_fields = ("duty", "reference", "ato__agency__name", "ato__offering__name", "offering__name", "public_id")
    beside = ("ato__agency", "ato__offering", "offering", "by", "recorded_by")
    ordering = ("-delivered_on", "pk")
    note = "Recorded and withdrawn on the page of the ATO or the offering; nothing here is changed by hand."
    headed = {"duty": duty_in_words, "ato": ATO}
