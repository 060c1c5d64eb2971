"""Names of uploaded files: never a path, never a script, and shown as the file is called."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from authorizations.models import ImportRun
from authorizations.sanitize import file_name
from tests.attacks.scene import signed_in
from tests.attacks.test_scripts import troubles_of
from tests.cast import Cast
from tests.exchange.feeds import feed
from tests.samples import ends

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

# What a browser may be made to call a file, and what of it the portal keeps.
NAMES = {
    "../../../etc/passwd.json": "passwd.json",
    "..\\..\\windows\\feed.json": "feed.json",
    "/etc/cron.d/feed.json": "feed.json",
    "\"'><x-evil evil=1>.json": "\"'><x-evil evil=1>.json",
    "javascript:evil()//.json": ".json",
    "=cmd|evil.json": "=cmd|evil.json",
    "feed\u202enosj.exe": "feednosj.exe",
    "feed\u2066\u200b.json": "feed.json",
    "feed\r\nX-Evil: 1.json": "feedX-Evil: 1.json",
    "feed\x1b[2J.json": "feed[2J.json",
    "x" * 300 + ".json": ("x" * 300 + ".json")[-200:],
}


# A browser writes a line end in a name as %0D%0A, so only another program's request could hold one.
@pytest.mark.parametrize("name", ends([name for name in NAMES if "\r" not in name], lane=pytest.mark.nightly))
def test_the_name_of_an_uploaded_file_runs_nowhere_and_is_no_path(
    world: Cast, settings: Any, tmp_path: Path, name: str
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    client = signed_in(world.pmo_lead)
    file = SimpleUploadedFile("feed.json", json.dumps(feed()).encode(), "application/json")
    # Django's own class would clean the name here; a browser's request is read by another.
    file._name = name
    shown = client.post(reverse("admin:authorizations_importrun_import"), {"file": file}, follow=True)
    assert troubles_of(shown)[0] == []
    token = shown.context["form"]["token"].value()
    done = client.post(reverse("admin:authorizations_importrun_apply"), {"token": token}, follow=True)
    assert done.status_code == 200
    run = ImportRun.objects.get()
    assert run.file_name in {NAMES[name], file_name(NAMES[name])}
    pages = [run.get_absolute_url(), reverse("import_runs"), reverse("import_runs_csv"), reverse("audit_log")]
    for path in (*pages, reverse("admin:authorizations_importrun_changelist")):
        assert troubles_of(client.get(path))[0] == [], path
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_of_a_name_only_its_last_part_is_kept_and_every_letter_of_it_can_be_seen(name: str) -> None:
    kept = file_name(name)
    assert kept.isprintable()
    assert not {"/", "\\"} & set(kept)
