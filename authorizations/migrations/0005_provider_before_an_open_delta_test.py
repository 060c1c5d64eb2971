"""A case whose provider still owes answers waits on the provider, with the assessor's delta test beside it."""

from typing import Any

from django.db import migrations


def hand_back(apps: Any, schema_editor: Any) -> None:
    case = apps.get_model("authorizations", "Case")
    waiting = case.objects.filter(
        kind="initial", stage="remediation", waits_on="assessor", finding_counts__unanswered__provider__gt=0
    )
    waiting.update(waits_on="provider")


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0004_designations_of_2026")]

    # Backwards, the next act on the case says whose turn it is.
    operations = [migrations.RunPython(hand_back, migrations.RunPython.noop)]
