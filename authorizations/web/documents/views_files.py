"""The page on which several files are added at once."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from authorizations.actions.documents import versions
from authorizations.actions.documents.requirements import adders
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.document import OTHER
from authorizations.presenters.document_links import document_name, documents_address
from authorizations.presenters.documents import record_of
from authorizations.web.answers import trail_of
from authorizations.web.documents.forms import files_taken
from authorizations.web.documents.several_files import SeveralFiles, adds_files
from authorizations.web.documents.uploads import largest_request
from authorizations.web.page_access import person


def add_files(request: HttpRequest, public_id: str, record_type: type[Ato] | type[Case]) -> HttpResponse:
    """Takes files in and shows what each is taken for; sent again without further files, adds them.

    Raises:
        PermissionDenied: the person adds no documents here.
        NoLongerPossible: the record has ended.
    """
    user = person(request)
    record, context = record_of(user, record_type, public_id)
    if not adders(record, OTHER, context):
        raise PermissionDenied(versions.NOT_YOURS)
    files = SeveralFiles(user, record, context, request.POST)
    if not adds_files(record, context):
        raise NoLongerPossible(versions.ENDED)
    came = request.FILES.getlist("files")
    back = record.get_absolute_url() if request.GET.get("from") == "case" else documents_address(record)
    if came:
        files.take_in(came)
    elif files.rows:
        files.carry_out()
        if not files.rows:
            messages.success(request, _added(record, files.added))
            return redirect(back)
    shown = {
        "trail": trail_of(record, ("Documents", documents_address(record))),
        "record": record,
        "files": files,
        "mistakes": files.mistakes,
        "back": back,
        "taken": files_taken(),
        "most_sent": largest_request(),
        "nothing_chosen": request.method == "POST" and not came and not files.rows,
        "scans": settings.CLAMAV is not None,
    }
    return render(request, "documents/files.html", shown)


def _added(record: Ato | Case, added: list[DocumentVersion]) -> str:
    each = "; ".join(f"“{version.name}” ({document_name(record, version)})" for version in added)
    what = "One file is added" if len(added) == 1 else f"{len(added)} files are added"
    if any(version.is_draft for version in added):
        what = f"{what} as drafts" if len(added) > 1 else f"{what} as a draft"
    waiting = "" if all(version.is_draft or version.counts for version in added) else " They count once scanned."
    return f"{what}: {each}.{waiting}"
