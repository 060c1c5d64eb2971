"""Columns of cases and ATOs that lists and reports share, each with its meaning."""

from dataclasses import replace

from authorizations.display import address, label, local_day
from authorizations.tables.columns import Column, ColumnKind, Link, computed_column, day_column, field_column
from authorizations.vocabulary import AtoType, CaseKind, ListingRole, Turn


def local_day_column(key: str, label: str, meaning: str, field: str) -> Column:
    """The US Eastern date of a moment."""
    return computed_column(key, label, meaning, (field,), local_day, ColumnKind.DAY, sort=(field,))


KINDS = "Initial: with the certification. Reuse: of a certified offering."
CASE_KIND = field_column("kind", "Kind", KINDS, "kind", "turn_since", words=CaseKind)
CASE_TURN = field_column("turn", "Waits on", "Which party it waits on.", "waits_on", "turn_since", words=Turn)
CASE_OPENED = local_day_column("opened", "Opened", "The day on which the case was opened.", "opened_at")
ROLES = "Initial: the authorization that the certification began with. Reuse: a later one."
ATO_ROLE = replace(
    computed_column(
        "role",
        "Role",
        ROLES,
        ("listing_role", "public_id"),
        lambda role, public_id: Link(label(ListingRole, role), address("ato", public_id)),
        sort=("listing_role", "agency__sort_name"),
    ),
    of="ato",
)
ISSUED = "What the agency issued, such as an ATO or an ATU."
ATO_TYPE = field_column("type", "Type", ISSUED, "ato_type", "agency__sort_name", words=AtoType)
ATO_SIGNED = day_column("signed", "Signed", "The day of the letter.", "signed_on")
ATO_LOGGED = day_column("logged", "Logged", "The day on which FedRAMP logged the letter.", "logged_on")
HOLDS = "The last day for which the letter holds, where it names one."
ATO_EXPIRES = day_column("expires", "Expires", HOLDS, "expires_on")
