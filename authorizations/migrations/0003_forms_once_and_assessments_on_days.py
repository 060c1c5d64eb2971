"""A form is carried out once, and a yearly assessment falls on a day of the year."""

from datetime import date, timedelta

from django.db import migrations, models

import authorizations.models.register.offering

DAYS = [f"{date(2000, 1, 1) + timedelta(days=number):%m-%d}" for number in range(366)]


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0002_assessments_on_no_day_are_left_out")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="once",
            field=models.CharField(blank=True, editable=False, max_length=32, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="offering",
            name="annual_assessment",
            field=models.CharField(
                blank=True,
                help_text="Month and day of the yearly assessment, as MM-DD.",
                max_length=5,
                validators=[authorizations.models.register.offering.refuse_no_day],
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                name="offering_assessed_on_a_day", condition=models.Q(annual_assessment__in=["", *DAYS])
            ),
        ),
    ]
