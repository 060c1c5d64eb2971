"""The admin says whose ids these are: those of the feed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="feedid",
            options={
                "ordering": ["feed", "feed_id", "valid_from"],
                "verbose_name": "id in the feed",
                "verbose_name_plural": "ids in the feed",
            },
        ),
    ]
