"""The whole record as files that a third party can check."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.audit_log.security_events import note
from authorizations.audit_log.export import HOW_TO_CHECK, lines
from authorizations.models import AuditLogHead
from authorizations.web.audit_log.views import RECORD
from authorizations.web.page_access import person


def export(request: HttpRequest) -> HttpResponse:
    files = [(head, reverse(f"record_{head.audit_log}_file")) for head in AuditLogHead.objects.order_by("audit_log")]
    return render(request, "audit_log/export.html", {"trail": [RECORD], "files": files, "how_to_check": HOW_TO_CHECK})


def audit_log_file(request: HttpRequest, audit_log: str) -> StreamingHttpResponse:
    now = timezone.now()
    note("record.exported", actor=person(request), now=now, details={"audit_log": audit_log})
    head = AuditLogHead.objects.filter(audit_log=audit_log).first()
    if head is None:
        raise Http404
    response = StreamingHttpResponse(lines(head, now), content_type="application/jsonl")
    response["Content-Disposition"] = (
        f'attachment; filename="record-{audit_log}-{timezone.localdate(now):%Y-%m-%d}.jsonl"'
    )
    return response
