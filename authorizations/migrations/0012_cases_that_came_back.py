from django.conf import settings
from django.db import migrations, models

# The steps as they were named when this was written: those that leave whose turn it is, and those that give work back.
ASIDE = ("case.warn", "case.extend_access", "case.claim", "case.release_claim", "case.hand_over")
RETURNS = (
    "return_request",
    "replan",
    "return_ssp",
    "return_sap",
    "reopen_ssp",
    "amend_sap",
    "reopen_assessment",
    "send_to_remediation",
    "return_from_ao",
    "return_package",
    "request_pmo_remediation",
    "send_back",
    "return_access_request",
    "deny_access",
    "return_for_work",
    "return_to_gap",
    "return_letter",
)


def read_from_the_record(apps, schema_editor):
    """What came back before there were columns for it."""
    Case = apps.get_model("authorizations", "Case")
    Event = apps.get_model("authorizations", "Event")
    steps = Event.objects.filter(subject_type="case", changes__has_key="stage").exclude(verb__in=ASIDE)
    for case in Case.objects.exclude(waits_on="nobody").only("pk").iterator():
        newest = steps.filter(subject_id=case.pk).order_by("-recorded_at", "-pk").first()
        step = newest.verb.removeprefix("case.") if newest else ""
        if step in RETURNS:
            Case.objects.filter(pk=case.pk).update(came_back_step=step, came_back_by=newest.actor_id)


class Migration(migrations.Migration):
    dependencies = [
        ("authorizations", "0011_verifications_and_searching_the_record"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="came_back_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Who gave the work back.",
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="came_back_step",
            field=models.CharField(
                blank=True, help_text="The step that gave it back; blank again once it is handed on.", max_length=40
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("shared_at__isnull", True)), fields=["id"], name="case_inside"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("chain", "acts"), models.Q(("verb__endswith", ".imported"), _negated=True)),
                fields=["-recorded_at", "-id"],
                name="event_of_people",
            ),
        ),
        migrations.RunPython(read_from_the_record, migrations.RunPython.noop),
    ]
