"""What is changed in a row behind the portal differs from the last entry about it, and verifying says so."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Membership
from accounts.roles import Role
from authorizations.actions.people.memberships import change_role
from authorizations.audit_log.verify import verify
from authorizations.models import Ato, Case, DocumentVersion, Event, Finding, PackageAccess
from tests.actions.documents.documents import add, kept_file
from tests.actions.findings.findings import returned
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW


@pytest.fixture
def worked(cast: Cast) -> dict[type, Any]:
    """A record of each kind that entries tell the last facts of."""
    case = make_case(cast, "reuse", "ato_issued")
    with_findings, (finding, *_) = returned(cast, "The boundary misses the backup site.")
    version = add(with_findings, cast.csp_lead, "wbs", upload=kept_file())
    member = Membership.objects.get(user=cast.viewer)
    asked = {"public_id": member.public_id, "role": Role.AGENCY_REVIEWER, "seen": member.role, "reason": "She reviews."}
    change_role(actor=cast.liaison, now=NOW, **asked)
    access = PackageAccess.objects.filter(
        pk__in=Event.objects.filter(subject_type="packageaccess").values("subject_id")
    )
    return {
        Ato: case.ato,
        Case: with_findings,
        Finding: finding,
        DocumentVersion: version,
        Membership: member,
        PackageAccess: access.get(),
    }


CHANGES: tuple[tuple[type, str, object], ...] = (
    (Ato, "stage", "revoked"),
    (Ato, "signed_on", date(2025, 1, 1)),
    (Case, "stage", "withdrawn"),
    (Case, "revision", 1),
    (Finding, "case_id", None),
    (DocumentVersion, "sha256", "0" * 64),
    (Membership, "role", Role.AGENCY_LIAISON),
    (PackageAccess, "until", date(2036, 1, 1)),
)


def test_rows_of_what_was_done_through_the_portal_are_as_the_entries_say(worked: dict[type, Any]) -> None:
    assert verify().findings == []


@pytest.mark.parametrize(("record_type", "column", "value"), CHANGES)
def test_a_row_that_was_changed_behind_the_portal_is_named(
    worked: dict[type, Any], cast: Cast, record_type: Any, column: str, value: object
) -> None:
    row = worked[record_type]
    if record_type is Finding:
        value = Case.objects.exclude(pk=row.case_id).values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        table = record_type._meta.db_table
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
        assert cursor.rowcount == 1
    (finding,) = verify().findings
    named = f"document {row.public_id}" if column == "sha256" else column.removesuffix("_id")
    assert finding.startswith("Rows: ")
    assert named in finding
    with pytest.raises(CommandError, match=named):
        call_command("verify_audit_log", stdout=StringIO())


def test_a_row_that_is_gone_is_named(worked: dict[type, Any]) -> None:
    Membership.objects.filter(pk=worked[Membership].pk).delete()
    assert verify().findings == [
        f"Rows: membership {worked[Membership].pk}: its row is gone, and entries about it are there."
    ]
