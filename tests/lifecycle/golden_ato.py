"""The table of the ATO machine, written by hand from its specification; the code is held against it."""

from dataclasses import dataclass

ANY = "active suspended revoked rescinded expired superseded service_ended"
LIVE = "active suspended"


@dataclass(frozen=True)
class Row:
    """One row: stages from and to (blank: the same), who may, and what must hold for it to be offered."""

    row: str
    name: str
    sources: str
    target: str
    who: str
    recorded: bool = False
    source: str = "portal"
    expired: bool = False
    reason: bool = True
    role: str = ""  # the listing role that the ATO must have


GOLDEN = (
    Row("A3", "record_notice", ANY, "", "AL AO PR PL", source="", reason=False),
    Row("A4", "extend", LIVE, "", "AO", recorded=True, reason=False),
    Row("A5", "suspend", "active", "suspended", "AO", recorded=True),
    Row("A6", "reinstate", "suspended", "active", "AO", recorded=True),
    Row("A7", "revoke", LIVE, "revoked", "AO", recorded=True),
    Row("A8", "rescind", LIVE, "rescinded", "AO AL"),
    Row("A9", "expire", LIVE, "expired", "AO AL PL", expired=True),
    Row("A11", "end_service", LIVE, "service_ended", "AL AO PL"),
    Row("A12", "alternate_agency", "active", "", "PL", role="reuse"),
    Row("A13", "reverse_ending", "revoked rescinded expired service_ended", "active", "PL AO"),
    Row("A14", "claim_to_register", "active", "", "AL PL", source="feed"),
)
# Rows that no person takes by itself, and the entries.
INSIDE = {"A0": "issue", "A2": "import", "A8": "rescind_in_error", "A10": "supersede"}
ENTRIES = {"A0": "issue", "A1": "register", "A2": "import"}
# Never by a PMO lead for an agency without an active member, but to enter what the official signed (rule 5).
NEVER_ON_BEHALF = "extend suspend reinstate revoke rescind"
SUPERSEDED_FROM = {"active", "suspended", "expired"}

# Who a role is, by where it is held: relation of the organization → letters of the table.
PARTY = {
    "agency_liaison": {"own": "AL", "ancestor": "AL"},
    "agency_reviewer": {"own": "AR"},
    "authorizing_official": {"own": "AO", "ancestor": "AO"},  # where named
    "agency_viewer": {},
    "csp_lead": {"provider": "CL"},
    "csp_contributor": {"provider": "CC"},
    "csp_viewer": {},
    "assessor_lead": {},
    "assessor_member": {},
    "pmo_lead": {"pmo": "PL"},
    "pmo_reviewer": {"pmo": "PR"},
    "auditor": {},
}
