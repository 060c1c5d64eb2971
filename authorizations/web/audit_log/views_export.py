"""The whole record as files that a third party can check."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.audit_log.security_events import note
from authorizations.audit_log.export import HOW_TO_CHECK, lines
from authorizations.models import Head
from authorizations.web.audit_log.views import RECORD
from authorizations.web.page_access import person


def export(request: HttpRequest) -> HttpResponse:
    """What the files hold, and how to check them."""
    files = [(head, reverse(f"record_{head.chain}_file")) for head in Head.objects.order_by("chain")]
    return render(request, "audit_log/export.html", {"trail": [RECORD], "files": files, "how_to_check": HOW_TO_CHECK})


def chain_file(request: HttpRequest, chain: str) -> StreamingHttpResponse:
    """One chain from its beginning, as JSON lines."""
    now = timezone.now()
    note("record.exported", actor=person(request), now=now, said={"chain": chain})
    head = Head.objects.filter(chain=chain).first()
    if head is None:
        raise Http404
    response = StreamingHttpResponse(lines(head, now), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="record-{chain}-{timezone.localdate(now):%Y-%m-%d}.jsonl"'
    return response
