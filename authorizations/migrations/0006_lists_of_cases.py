from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0005_cases"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_by_turn",
        ),
        migrations.AddField(
            model_name="case",
            name="turn_since",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(models.Q(("waits_on", "nobody"), _negated=True), then=models.F("waits_since"))
                ),
                help_text="The same, but nothing where it waits on nobody: what lists are sorted by.",
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["turn_since", "id"], name="case_by_turn"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "stage", "waits_on", "waits_since", "shared_at"], name="case_counted"),
        ),
    ]
