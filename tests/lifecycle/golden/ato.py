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
    needs: str = ""  # facts that the act must bring
    may_say: str = ""  # facts that it may bring
    gates: str = ""
    notice_specs: str = ""  # of whose having been told it leaves a notice


PROVIDER = "provider_notified_on provider_channel provider_reference"
FEDRAMP = "fedramp_notified_on fedramp_channel fedramp_reference"
GOLDEN = (
    Row(
        "A3",
        "record_notice",
        ANY,
        "",
        "AL AO PR PL",
        source="",
        reason=False,
        may_say="notice recipient notified_on channel reference received_on",
        gates="notice_whole received_after_notified",
    ),
    Row(
        "A4",
        "extend",
        LIVE,
        "",
        "AO",
        recorded=True,
        reason=False,
        needs="decision_signed_on",
        may_say="expires_on decision_letter",
        gates="official_named expiry_after_signing",
    ),
    Row(
        "A5",
        "suspend",
        "active",
        "suspended",
        "AO",
        recorded=True,
        needs=f"{PROVIDER} exit_criteria",
        gates="official_named",
        notice_specs="provider",
    ),
    Row(
        "A6",
        "reinstate",
        "suspended",
        "active",
        "AO",
        recorded=True,
        needs=f"resolved_on {FEDRAMP}",
        may_say="decision_letter",
        gates="official_named",
        notice_specs="fedramp",
    ),
    Row(
        "A7",
        "revoke",
        LIVE,
        "revoked",
        "AO",
        recorded=True,
        needs=PROVIDER,
        gates="official_named",
        notice_specs="provider",
    ),
    Row(
        "A8",
        "rescind",
        LIVE,
        "rescinded",
        "AO AL",
        needs=f"rescinded_on {PROVIDER} {FEDRAMP}",
        gates="provider_before_fedramp",
        notice_specs="provider fedramp",
    ),
    Row("A9", "expire", LIVE, "expired", "AO AL PL", expired=True),
    Row(
        "A11",
        "end_service",
        LIVE,
        "service_ended",
        "AL AO PL",
        needs="service_ended_on ground",
        may_say="notice_reference",
    ),
    Row("A12", "alternate_agency", "active", "", "PL", role="reuse"),
    Row(
        "A13",
        "reverse_ending",
        "revoked rescinded expired service_ended",
        "active",
        "PL AO",
        needs="in_error",
        gates="no_live_initial_sibling",
    ),
    Row(
        "A14",
        "claim_to_register",
        "active",
        "",
        "AL PL",
        source="feed",
        needs="system authorizing_official signed_on letter",
        gates="signed_before_expiry",
    ),
)
# Rows that no person takes by itself, and the entries.
INSIDE = {"A0": "issue", "A2": "import", "A8": "rescind_in_error", "A10": "supersede"}
ENTRIES = {"A0": "issue", "A1": "register", "A2": "import"}
# Never by a PMO lead for an agency without an active member, but to enter what the official signed (rule 5).
NEVER_ON_BEHALF = "extend suspend reinstate revoke rescind"
# Registering names these; without the last there is no expiry.
REGISTERED = "agency offering system listing_role ato_type signed_on authorizing_official letter"
MAY_REGISTER = "expires_on"
ACROSS = "alternate_agency"  # it writes the offering's other ATO too
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
