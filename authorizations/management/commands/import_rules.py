"""`import_rules FILE`: shows what a version of the Consolidated Rules says otherwise; `--apply` imports its texts."""

from pathlib import Path
from typing import Any

from django.utils import timezone

from authorizations.actions.refusals import NoLongerPossible
from authorizations.actions.rules.rule_texts import changes_of, import_rule_texts, notes_of, refuse_known_edition
from authorizations.exchange.imports.feed_file import content_of
from authorizations.exchange.rules.files import LARGEST_RULES
from authorizations.exchange.rules.rule_texts import rules_from_bytes
from authorizations.management.rules_command import RulesCommand


class Command(RulesCommand):
    help = "Shows what a version of the machine-readable Consolidated Rules says otherwise, or imports its texts."
    file_help = "fedramp-consolidated-rules.json of the repository FedRAMP/rules."
    apply_help = "Import the texts instead of showing what differs."
    known, shown, imported = NoLongerPossible, "Nothing was changed. Import them with --apply.", "Imported."

    def show_or_import(self, file: Path, options: dict[str, Any], *, apply: bool) -> None:
        draft = rules_from_bytes(content_of(file, max_bytes=LARGEST_RULES), name=file.name)
        refuse_known_edition(draft)
        self.stdout.write(f"{draft.title}, version {draft.version}: {len(draft.rules):,} texts.")
        for change in changes_of(draft):
            self.stdout.write(f"  {change.rule_id} {change.title}: {change.words}")
        for note in notes_of(draft):
            self.stdout.write(f"  {note}")
        if apply:
            import_rule_texts(draft, actor=None, now=timezone.now())
