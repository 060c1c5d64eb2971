"""Giving out a copy of a document's file: always saved by who asks, never shown within the portal, and counted."""

from datetime import datetime

from django.http import FileResponse

from accounts.models import User
from authorizations.actions.documents.documents import note_download
from authorizations.actions.refusals import Blocked
from authorizations.exchange.documents import file_store

# Whatever the file holds can then ask the portal for nothing, also where a browser shows it all the same.
OF_A_COPY = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}


def copy_of(user: User, public_id: str, now: datetime) -> FileResponse:
    """Raises DocumentVersion.DoesNotExist; Blocked where it is not given out, or is not where it was kept."""
    version = note_download(public_id, actor=user, now=now)
    try:
        file = file_store.open_stored(version.sha256)
    except FileNotFoundError as missing:
        raise Blocked("This file is not where it was kept. The nightly check of the files tells the PMO.") from missing
    return FileResponse(
        file, as_attachment=True, filename=version.name, content_type=version.content_type, headers=OF_A_COPY
    )
