"""Keeps what was recorded from evidence for a party without people here, and what that party says of it."""

import accounts.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0012_days_of_plans_from_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordedForAbsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", accounts.fields.PublicIdField()),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("agency", "Agency"),
                            ("official", "Agency AO"),
                            ("provider", "Provider"),
                            ("assessor", "Assessor"),
                            ("pmo", "PMO"),
                            ("nobody", "Nobody"),
                        ],
                        max_length=10,
                    ),
                ),
                ("step", models.CharField(max_length=40)),
                ("revision", models.PositiveIntegerField(help_text="Of the case after the step.")),
                ("recorded_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("confirmed", "Confirmed"), ("disputed", "Disputed")], max_length=10
                    ),
                ),
                ("statement", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_for_absent",
                        to="authorizations.case",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "line recorded for an absent party",
                "verbose_name_plural": "lines recorded for absent parties",
                "ordering": ["case", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "revision"), name="recorded_for_absent_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="recorded_for_absent_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "disputed"), _negated=True),
                            models.Q(("statement", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recorded_for_absent_disputed_in_words",
                    ),
                ],
            },
        ),
    ]
