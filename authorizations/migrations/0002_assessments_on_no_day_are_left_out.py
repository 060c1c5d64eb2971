"""Blanks yearly assessments that are no day of a year, so that the next migration can forbid them."""

from datetime import date, timedelta
from typing import Any

from django.db import migrations

DAYS = [f"{date(2000, 1, 1) + timedelta(days=number):%m-%d}" for number in range(366)]


def leave_out(apps: Any, schema_editor: Any) -> None:
    offerings = apps.get_model("authorizations", "Offering").objects.using(schema_editor.connection.alias)
    offerings.exclude(annual_assessment__in=["", *DAYS]).update(annual_assessment="")


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0001_register")]

    # Backwards nothing is to be done: what was left out meant no day.
    operations = [migrations.RunPython(leave_out, migrations.RunPython.noop)]
