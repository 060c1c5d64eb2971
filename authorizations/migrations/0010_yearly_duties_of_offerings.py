"""The provider's yearly duties are its duties for the offering: what was recorded of them goes there from its ATO."""

from typing import Any

from django.db import migrations
from django.utils import timezone

YEARLY = ("L13", "L14", "L16", "L17")
TWICE = "The same period was recorded on another ATO of the offering."


def to_offerings(apps: Any, schema_editor: Any) -> None:
    deliverable = apps.get_model("authorizations", "Deliverable")
    there = set(
        deliverable.objects.filter(duty__in=YEARLY, offering__isnull=False, withdrawn_at__isnull=True).values_list(
            "offering", "duty", "period"
        )
    )
    for row in deliverable.objects.filter(duty__in=YEARLY, ato__isnull=False).select_related("ato").order_by("pk"):
        row.offering_id, row.ato = row.ato.offering_id, None
        key = (row.offering_id, row.duty, row.period)
        if row.withdrawn_at is None and key in there:
            row.withdrawn_at, row.withdrawn_reason = timezone.now(), TWICE
        elif row.withdrawn_at is None:
            there.add(key)
        row.save()
    _mutes(apps)
    _messages(apps)


def _mutes(apps: Any) -> None:
    mute, ato = apps.get_model("authorizations", "Mute"), apps.get_model("authorizations", "Ato")
    muted = mute.objects.filter(subject_type="ato", kind__in=YEARLY)
    offerings = dict(ato.objects.filter(pk__in=muted.values("subject_id")).values_list("pk", "offering"))
    for row in muted:
        row.subject_type, row.subject_id = "offering", offerings[row.subject_id]
        row.save()


def _messages(apps: Any) -> None:
    """A reminder that was written is not written again: its key names the offering, and so does what it leads to."""
    message, ato = apps.get_model("authorizations", "Message"), apps.get_model("authorizations", "Ato")
    offerings = {
        key: rest for key, *rest in ato.objects.values_list("pk", "offering", "offering__public_id").iterator()
    }
    for kind in YEARLY:
        begins = f"due:{kind}:ato:"

        for row in message.objects.filter(key__startswith=begins).iterator():
            ato_key, rest = row.key.removeprefix(begins).split(":", 1)
            offering, public_id = offerings[int(ato_key)]
            key = f"due:{kind}:offering:{offering}:{rest}"
            if not message.objects.filter(key=key).exists():
                row.key, row.subject_type, row.subject_id = key, "offering", offering
                row.link = f"/offerings/{public_id}/"
                row.save()


def to_atos(apps: Any, schema_editor: Any) -> None:
    """Back to the newest initial ATO; where there is none, a delivery stays with its offering."""
    deliverable, ato = apps.get_model("authorizations", "Deliverable"), apps.get_model("authorizations", "Ato")
    for row in deliverable.objects.filter(duty__in=YEARLY, offering__isnull=False):
        newest = ato.objects.filter(offering=row.offering_id, listing_role="initial").order_by("pk").last()
        if newest is not None:
            row.ato, row.offering = newest, None
            row.save()


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0009_count_what_nobody_acts_for")]

    operations = [migrations.RunPython(to_offerings, to_atos)]
