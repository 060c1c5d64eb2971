"""`lifecycle_docs`: writes docs/lifecycle.md from the machines."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from authorizations.lifecycle.machine_docs import as_markdown
from authorizations.models.machines import machines_and_sources


class Command(BaseCommand):
    help = "Writes docs/lifecycle.md from the machines. Run it after a change to a machine; a test asks for it."

    def handle(self, *args: Any, **options: Any) -> None:
        document = settings.BASE_DIR / "docs" / "lifecycle.md"
        document.write_text(as_markdown(machines_and_sources()))
        self.stdout.write(f"{document} was written.")
