"""Initial Implementation has a dated step, and a certified offering may be in remediation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("authorizations", "0003_find_whose_drafts_are"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="designationevent",
            name="designation_step_known",
        ),
        migrations.RemoveConstraint(
            model_name="offering",
            name="offering_designation_known",
        ),
        migrations.AlterField(
            model_name="designationevent",
            name="step",
            field=models.CharField(
                choices=[
                    ("initial_implementation", "Initial implementation"),
                    ("ready", "FedRAMP Ready"),
                    ("in_process_jab", "In process with the JAB"),
                    ("initial_program_review", "Initial program review"),
                    ("final_program_review", "Final program review"),
                    ("agency_review", "Agency review"),
                    ("pmo_review", "PMO review"),
                    ("certified", "FedRAMP Certified"),
                    ("in_remediation", "FedRAMP Certified (In Remediation)"),
                    ("delisted", "Delisted"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="designation",
            field=models.CharField(
                choices=[
                    ("initial_implementation", "Initial implementation"),
                    ("ready", "Legacy FedRAMP Ready"),
                    ("in_process_agency", "Agency authorization in process"),
                    ("in_process_fedramp", "FedRAMP in process"),
                    ("certified", "FedRAMP Certified"),
                    ("in_remediation", "FedRAMP Certified (In Remediation)"),
                    ("delisted", "Delisted"),
                    ("unknown", "Not stated"),
                ],
                default="unknown",
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="designationevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "initial_implementation",
                            "ready",
                            "in_process_jab",
                            "initial_program_review",
                            "final_program_review",
                            "agency_review",
                            "pmo_review",
                            "certified",
                            "in_remediation",
                            "delisted",
                        ],
                    )
                ),
                name="designation_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "designation__in",
                        [
                            "initial_implementation",
                            "ready",
                            "in_process_agency",
                            "in_process_fedramp",
                            "certified",
                            "in_remediation",
                            "delisted",
                            "unknown",
                        ],
                    )
                ),
                name="offering_designation_known",
            ),
        ),
    ]
