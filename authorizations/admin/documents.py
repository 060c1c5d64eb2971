"""Documents of cases and ATOs in the admin, and what the nightly checks of their files found. Both are only read."""

from django.contrib import admin

from authorizations.admin.base import RecordAdmin
from authorizations.admin.columns import ATO
from authorizations.models import Document, DocumentVersion, FileCheck


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    list_display = ("key", "title", "case", ATO, "inside")
    search_fields = ("key", "title", "public_id")
    beside = ("case__agency", "case__offering", "ato__agency", "ato__offering")
    ordering = ("key", "title", "pk")


@admin.register(DocumentVersion)
class DocumentVersionAdmin(RecordAdmin):
    list_display = ("document", "number", "name", "location", "size", "scan", "side", "added_at", "withdrawn_at")
    list_filter = ("scan", "side")
    search_fields = ("document__key", "document__title", "name", "=sha256", "public_id")
    search_help_text = "Key or title of the document, name of the file, SHA-256 or id"
    beside = ("document__case__agency", "document__case__offering", "document__ato", "added_by", "withdrawn_by")
    ordering = ("-added_at", "-pk")
    note = "Documents are added, shared and withdrawn on the pages of their case or ATO."


@admin.register(FileCheck)
class FileCheckAdmin(RecordAdmin):
    list_display = ("asked_at", "files", "versions", "result")
    search_fields = ("=public_id",)
    ordering = ("-asked_at", "-pk")
    note = "Made every night, and by ./portal check_files."
