"""The admin calls links by what they link."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0007_joint_authorization"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="calendarfeed",
            options={"ordering": ["-created_at", "-pk"], "verbose_name": "calendar link"},
        ),
        migrations.AlterModelOptions(
            name="leverage",
            options={
                "ordering": ["underlying", "offering"],
                "verbose_name": "link between offerings",
                "verbose_name_plural": "links between offerings",
            },
        ),
    ]
