"""When the ATOs of before were registered here: by the entries of their registration or their claim."""

from typing import Any

from django.db import migrations
from django.utils import timezone

CAME = ("ato.register", "ato.claim_to_register")


def fill(apps: Any, schema_editor: Any) -> None:
    event, ato = apps.get_model("authorizations", "Event"), apps.get_model("authorizations", "Ato")
    entries = event.objects.filter(verb__in=CAME, subject_type="ato").order_by("pk")
    days = {key: timezone.localdate(at) for key, at in entries.values_list("subject_id", "recorded_at").iterator()}
    keys = list(days)
    for start in range(0, len(keys), 500):
        rows = list(ato.objects.filter(pk__in=keys[start : start + 500], source="portal"))
        for row in rows:
            row.registered_on = days[row.pk]
        ato.objects.bulk_update(rows, ["registered_on"])


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0016_atos_registered_on")]

    # Backwards, the column goes.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
