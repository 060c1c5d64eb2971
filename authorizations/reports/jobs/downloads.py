"""Giving out the file of a report of the background: to its asker, who must still have the right to it."""

from datetime import datetime

from django.http import FileResponse

from accounts.models import User
from authorizations.actions.audit_log.security_events import note
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.exchange.documents.downloads import OF_A_COPY
from authorizations.models import Ato, Case, ReportJob
from authorizations.models.querysets import reads_everything
from authorizations.presenters.provenance import headers_of
from authorizations.reports import registry
from authorizations.reports.jobs import files
from authorizations.reports.registry import refusal
from authorizations.reports.rendering.formats import ARCHIVE, FORMATS
from authorizations.reports.schema import schema_address
from authorizations.tables.contents import ReportSpec
from authorizations.vocabulary import JobStatus, StopReason

LOST = "What you may see has changed since this report was made, so it may say more than that. Ask for it again."


def copy_of(user: User, public_id: str, now: datetime) -> FileResponse:
    """The answer with a report's file.

    Raises:
        ReportJob.DoesNotExist: this person has no such report.
        NotPermitted: the right to it was lost since it was made.
        NoLongerPossible: it is not done, or its file is kept no longer.
        Blocked: its file is not where it was kept.
    """
    job: ReportJob = ReportJob.objects.visible_to(user).get(public_id=public_id)
    if job.status != JobStatus.DONE or job.expires_at is None or job.expires_at <= now:
        raise NoLongerPossible("There is no file of this report. Its page says what became of it.")
    if why := why_lost(user, job, now):
        raise NotPermitted(why)
    try:
        file = files.reopen(job.path)
    except FileNotFoundError as missing:
        raise Blocked("The file of this report is not where it was kept. Remove it, and ask for it again.") from missing
    case = Case.objects.visible_to(user).filter(public_id=job.given.get("case", "")).first()
    note("report.taken", actor=user, now=now, subject=case or job, details={"report": job.report, "format": job.format})
    ending, archive = ARCHIVE
    kind = archive if job.file_name.endswith(f".{ending}") else FORMATS[job.format].content_type
    told = headers_of(ReportSpec(user, job.as_of), schema_address(job.report, job.given))
    return FileResponse(file, as_attachment=True, filename=job.file_name, content_type=kind, headers=OF_A_COPY | told)


def rights_of(user: User) -> list[list[object]]:
    return sorted([each.organization_id, str(each.role)] for each in user.current_memberships)


def known_to(user: User) -> dict[str, list[int]]:
    """The keys of the cases, and of the ATOs whose register fields, a person may see now; none for who reads all.

    These can be lost while the roles stay: another assessor takes over, an offering changes hands.
    """
    if reads_everything(user):
        return {}
    rows = {
        "case": Case.objects.visible_to(user),
        "ato": Ato.objects.visible_to(user).register_visible_to(user),
    }
    return {record_type: sorted(found.values_list("pk", flat=True)) for record_type, found in rows.items()}


def why_lost(user: User, job: ReportJob, now: datetime) -> str:
    """Why a person may not have a report any more that was made for them; blank where they may.

    Whatever is in it they saw by the roles that they had then, and in the cases and ATOs that they had then. With
    one of these gone, nobody knows which rows.
    """
    if why := refusal(job.report, user, job.given, now):
        return registry.LOST if why[0] is StopReason.UNFIT else why[1]
    held, known = rights_of(user), known_to(user)
    is_lost = any(each not in held for each in job.rights) or (
        not reads_everything(user)
        and any(set(keys) - set(known[record_type]) for record_type, keys in job.known.items())
    )
    return LOST if is_lost else ""
