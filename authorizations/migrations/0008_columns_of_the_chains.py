import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

AUDIT_LOGS = [("acts", "Acts"), ("security", "Security events")]


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0007_long_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("chain", models.CharField(choices=AUDIT_LOGS, max_length=10, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="0" * 64, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=60)),
                ("actor_key", models.BigIntegerField(default=0)),
                ("subject_type", models.CharField(max_length=40)),
                (
                    "subject_key",
                    models.CharField(blank=True, help_text="Its public id, as it was asked for.", max_length=64),
                ),
                ("minute", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("minute", "verb", "actor_key", "subject_type", "subject_key"), name="tally_once_a_minute"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="acted_for",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose role it was, where another person acted by delegation.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "event", "chain", models.CharField(choices=AUDIT_LOGS, editable=False, max_length=10, default="")
        ),
        migrations.AddField("event", "position", models.BigIntegerField(editable=False, null=True)),
        migrations.AddField("event", "previous", models.CharField(editable=False, max_length=64, default="")),
        migrations.AddField("event", "hash", models.CharField(editable=False, max_length=64, default="")),
        migrations.AddField("event", "text", models.TextField(editable=False, default="")),
    ]
