"""Columns of cases and ATOs that lists and reports share, each with its meaning."""

from django.utils import timezone

from authorizations.display import address, label
from authorizations.tables.columns import Column, ColumnKind, Link, field_column
from authorizations.vocabulary import AtoType, CaseKind, ListingRole, Turn

CASE_KIND = field_column(
    "kind",
    "Kind",
    "Initial: with the certification. Reuse: of a certified offering.",
    "kind",
    "turn_since",
    words=CaseKind,
)
CASE_TURN = field_column("turn", "Waits on", "Which party it waits on.", "waits_on", "turn_since", words=Turn)
CASE_OPENED = Column(
    "opened",
    "Opened",
    "The day on which the case was opened.",
    ColumnKind.DAY,
    needs=("opened_at",),
    value=lambda row: timezone.localdate(row["opened_at"]),
    sort=("opened_at",),
)
ATO_ROLE = Column(
    "role",
    "Role",
    "Initial: the authorization that the certification began with. Reuse: a later one.",
    needs=("listing_role", "public_id"),
    value=lambda row: Link(label(ListingRole, row["listing_role"]), address("ato", row["public_id"])),
    sort=("listing_role", "agency__sort_name"),
)
ATO_TYPE = field_column(
    "type", "Type", "What the agency issued, such as an ATO or an ATU.", "ato_type", "agency__sort_name", words=AtoType
)
ATO_SIGNED = field_column("signed", "Signed", "The day of the letter.", "signed_on", kind=ColumnKind.DAY)
ATO_LOGGED = field_column(
    "logged", "Logged", "The day on which FedRAMP logged the letter.", "logged_on", kind=ColumnKind.DAY
)
ATO_EXPIRES = field_column(
    "expires",
    "Expires",
    "The last day for which the letter holds, where it names one.",
    "expires_on",
    kind=ColumnKind.DAY,
)
