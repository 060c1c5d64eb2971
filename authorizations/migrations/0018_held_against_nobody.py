"""A message of a day that is held against nobody any more says why it was not mailed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0017_when_atos_were_registered")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="skipped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_permitted", "No longer permitted"),
                    ("switched_off", "Switched off by the person"),
                    ("muted", "Muted by the person"),
                    ("satisfied", "Done meanwhile"),
                    ("moved", "Its day moved meanwhile"),
                    ("address_fails", "The address is marked as failing"),
                    ("not_allowed", "The address is not on this portal’s allow-list"),
                    ("late", "Too late to be of use"),
                    ("inactive", "The account is switched off"),
                    ("not_held", "Nobody kept records of it here when it fell due"),
                    ("counted", "Counted in a digest: nobody acts for who owes it"),
                ],
                max_length=15,
            ),
        ),
    ]
