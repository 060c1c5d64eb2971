import accounts.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0019_rules_imported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FileCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", accounts.fields.PublicIdField()),
                ("checked_at", models.DateTimeField()),
                ("files", models.PositiveIntegerField(help_text="How many files are kept.")),
                ("versions", models.PositiveIntegerField(help_text="How many versions need one.")),
                (
                    "missing",
                    models.JSONField(blank=True, default=list, help_text="Ids of versions whose file is not there."),
                ),
                (
                    "changed",
                    models.JSONField(
                        blank=True, default=list, help_text="Ids of versions whose file has another hash."
                    ),
                ),
                (
                    "unneeded",
                    models.JSONField(blank=True, default=list, help_text="Names of files that no version needs."),
                ),
            ],
            options={
                "ordering": ["-checked_at", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="artifactversion",
            index=models.Index(condition=models.Q(("scan", "waiting")), fields=["id"], name="artifact_waiting"),
        ),
    ]
