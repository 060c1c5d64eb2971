import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0032_heartbeat"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="reportjob", name="report_job_failed_with_its_sentence"),
        migrations.RemoveConstraint(model_name="reportjob", name="report_job_claimed_while_it_runs"),
        migrations.RenameField(model_name="reportjob", old_name="seen_at", new_name="heartbeat_at"),
        migrations.RenameField(model_name="reportjob", old_name="written", new_name="progress"),
        migrations.RenameField(model_name="message", old_name="claimed_at", new_name="heartbeat_at"),
        migrations.RenameField(model_name="verification", old_name="seen_at", new_name="heartbeat_at"),
        migrations.RenameField(model_name="verification", old_name="finished_at", new_name="ended_at"),
        migrations.RenameField(model_name="verification", old_name="checked", new_name="progress"),
        migrations.AlterModelOptions(name="filecheck", options={"ordering": ["-asked_at", "-pk"]}),
        migrations.RenameField(model_name="filecheck", old_name="checked_at", new_name="asked_at"),
        migrations.AddField(
            model_name="filecheck",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, help_text="Of the worker that has it now.", null=True),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="failure",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="heartbeat_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it may be taken, or tried again."
            ),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="progress",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        # The checks on record have all ended.
        migrations.AddField(
            model_name="filecheck",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Under way"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                ],
                default="done",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="filecheck",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Under way"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="filecheck",
            name="total",
            field=models.BigIntegerField(default=0, help_text="0 while nobody knows."),
        ),
        migrations.AddField(
            model_name="verification",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="verification",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, help_text="Of the worker that has it now.", null=True),
        ),
        migrations.AddField(
            model_name="verification",
            name="failure",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="verification",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it may be taken, or tried again."
            ),
        ),
        migrations.AddField(
            model_name="verification",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="filecheck",
            name="files",
            field=models.PositiveIntegerField(default=0, help_text="How many files are kept."),
        ),
        migrations.AlterField(
            model_name="filecheck",
            name="versions",
            field=models.PositiveIntegerField(default=0, help_text="How many versions need one."),
        ),
        migrations.AlterField(
            model_name="message",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, help_text="Of the worker that has it now.", null=True),
        ),
        migrations.AlterField(
            model_name="message",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it may be taken, or tried again."
            ),
        ),
        migrations.AlterField(
            model_name="reportjob",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, help_text="Of the worker that has it now.", null=True),
        ),
        migrations.AlterField(
            model_name="reportjob",
            name="heartbeat_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="reportjob",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it may be taken, or tried again."
            ),
        ),
        migrations.AlterField(
            model_name="verification",
            name="heartbeat_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="verification",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Under way"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="verification",
            name="total",
            field=models.BigIntegerField(default=0, help_text="0 while nobody knows."),
        ),
        # What a worker has at this moment is begun again.
        migrations.RunSQL(
            "UPDATE authorizations_verification SET status = 'waiting' WHERE status = 'running'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="filecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("status", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="filecheck_failed_with_its_sentence",
            ),
        ),
        migrations.AddConstraint(
            model_name="filecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("heartbeat_at__isnull", False), ("status", "running")),
                    models.Q(models.Q(("status", "running"), _negated=True), ("claim__isnull", True)),
                    _connector="OR",
                ),
                name="filecheck_claimed_while_it_runs",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("status", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="reportjob_failed_with_its_sentence",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("heartbeat_at__isnull", False), ("status", "running")),
                    models.Q(models.Q(("status", "running"), _negated=True), ("claim__isnull", True)),
                    _connector="OR",
                ),
                name="reportjob_claimed_while_it_runs",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("status", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="verification_failed_with_its_sentence",
            ),
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("heartbeat_at__isnull", False), ("status", "running")),
                    models.Q(models.Q(("status", "running"), _negated=True), ("claim__isnull", True)),
                    _connector="OR",
                ),
                name="verification_claimed_while_it_runs",
            ),
        ),
    ]
