"""What became of messages is in the audit log from now on: those that ended before are entered by the next run."""

from typing import Any
from uuid import uuid4

from django.db import migrations


def claim_what_ended(apps: Any, schema_editor: Any) -> None:
    ended = apps.get_model("authorizations", "Message").objects.exclude(status="planned")
    ended.filter(claim__isnull=True).update(claim=uuid4())


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0013_recorded_for_absent_parties")]
    operations = [migrations.RunPython(claim_what_ended, migrations.RunPython.noop, elidable=True)]
