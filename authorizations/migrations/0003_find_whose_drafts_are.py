"""Whose a version is: of the organizations of its side, the one for which its author worked on that day."""

from typing import Any

from django.db import migrations
from django.db.models import Q


def find(apps: Any, schema_editor: Any) -> None:
    versions = apps.get_model("authorizations", "DocumentVersion").objects
    memberships = apps.get_model("accounts", "Membership").objects
    beside = ("document__case__offering", "document__ato__offering")
    for version in versions.filter(organization=None).select_related(*beside).iterator(chunk_size=500):
        record = version.document.case or version.document.ato
        held = memberships.filter(user=version.added_by_id, organization__kind=version.side)
        held = held.filter(started_on__lte=version.added_at.date())
        held = held.filter(Q(ended_on=None) | Q(ended_on__gte=version.added_at.date()))
        now = {
            "agency": record.agency_id,
            "provider": record.offering.provider_id,
            "assessor": getattr(record, "assessor_id", None),
        }.get(version.side)
        theirs = set(held.values_list("organization", flat=True))
        # A liaison above the agency adds for it; a lead of the PMO may have stood in for an organization.
        stays = version.side == "agency" or now in theirs or not theirs
        key = now if stays and now else min(theirs, default=None)
        versions.filter(pk=version.pk).update(organization=key)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("authorizations", "0002_keep_whose_a_draft_is"),
    ]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
