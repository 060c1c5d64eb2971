"""When an ATO that was signed elsewhere was registered here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0015_find_claimed_messages")]

    operations = [
        migrations.AddField(
            model_name="ato",
            name="registered_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="When one that was signed elsewhere was registered here, or claimed from the feed.",
                null=True,
            ),
        ),
    ]
