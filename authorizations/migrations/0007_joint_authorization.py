"""A case may name agencies that sign beside the one that leads it."""

import accounts.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("authorizations", "0006_republished_rule_editions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CoSigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", accounts.fields.PublicIdField()),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                (
                    "letter",
                    models.CharField(blank=True, help_text="Where the signed letter can be found.", max_length=300),
                ),
                ("named_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        limit_choices_to={"kind": "agency"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "ato",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="authorizations.ato",
                    ),
                ),
                (
                    "authorizing_official",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="co_signers", to="authorizations.case"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="authorizations.agencysystem",
                    ),
                ),
            ],
            options={
                "verbose_name": "co-signing agency",
                "verbose_name_plural": "co-signing agencies",
                "ordering": ["case", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("case", "agency"),
                        name="co_signer_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ato__isnull", True), ("signed_on__isnull", True)),
                            models.Q(
                                ("authorizing_official__isnull", False),
                                ("removed_at__isnull", True),
                                ("system__isnull", False),
                                models.Q(("letter", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="co_signer_signs_whole",
                    ),
                ],
            },
        ),
    ]
