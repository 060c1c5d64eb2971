"""What the system checks say about a machine."""

import pytest
from django.core.management import call_command

from authorizations import checks


def test_a_machine_without_the_libraries_for_pdfs_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIBRARIES", {"libabsent.so.0": "libabsent0", "libc.so.6": "libc6"})

    (finding,) = checks.pdf_libraries(None)

    assert finding.msg == "PDFs cannot be made on this machine."
    assert finding.hint
    assert finding.hint.startswith("To have them: apt-get install libabsent0 libc6. Until then")
    assert not finding.is_serious()


def test_a_machine_that_has_them_all_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIBRARIES", {"libc.so.6": "libc6"})

    assert checks.pdf_libraries(None) == []


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
