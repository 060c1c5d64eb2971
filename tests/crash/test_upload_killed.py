"""An upload whose process dies between file and row leaves a file without a row, never a row without its file."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from authorizations.exchange.documents.file_checks import check
from authorizations.exchange.documents.upload import take_in
from authorizations.models import Case, Document, DocumentVersion
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.lifecycle.cases import make_case

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_an_upload_killed_between_file_and_row_leaves_a_file_that_the_check_names(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case(cast, "initial", "planning")
    name = str(connection.settings_dict["NAME"])
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.dying_upload", name, str(tmp_path), case.public_id, cast.liaison.public_id],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "halfway\n"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
    assert (Document.objects.count(), DocumentVersion.objects.count()) == (0, 0)
    assert Case.objects.get(pk=case.pk).revision == case.revision
    found = check(timezone.now() + timedelta(days=2))
    assert (found.missing, len(found.unneeded)) == ([], 1)
    version = add(case, cast.liaison, upload=take_in(BytesIO(PDF), "plan.pdf"))
    assert found.unneeded == [version.sha256]
    after = check(timezone.now() + timedelta(days=2))
    assert (after.files, after.missing, after.unneeded) == (1, [], [])
