"""A version of the rules may be published again: an edition is known by its version and its hash."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0005_provider_before_an_open_delta_test"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="ruleedition",
            options={
                "ordering": ["-updated_on", "-version", "-publication"],
                "verbose_name": "version of the rules’ texts",
                "verbose_name_plural": "versions of the rules’ texts",
            },
        ),
        migrations.AddField(
            model_name="ruleedition",
            name="notes",
            field=models.JSONField(
                blank=True, default=list, help_text="What of it this portal does not know, in sentences."
            ),
        ),
        migrations.AddField(
            model_name="ruleedition",
            name="publication",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="How often the version had been published when this file of it was imported."
            ),
        ),
        migrations.AlterField(
            model_name="ruleedition",
            name="version",
            field=models.CharField(max_length=40),
        ),
        migrations.AddConstraint(
            model_name="ruleedition",
            constraint=models.UniqueConstraint(fields=("version", "sha256"), name="rule_edition_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleedition",
            constraint=models.UniqueConstraint(fields=("version", "publication"), name="rule_edition_publication"),
        ),
    ]
