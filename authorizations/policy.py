"""Who may do what: one table, read by pages, admin, commands and tests alike. Pure: it knows roles, not records.

Whether a person may do it to *this* record is the second half of the answer: every record is looked up through
`visible_to(user)`, and a verb that belongs to one organization checks membership in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, Self

from accounts.roles import KIND_OF, LEADS, ROLES_OF, OrganizationKind, Role

EVERYONE = frozenset(Role)


class Party(StrEnum):
    """Who a person is for one ATO or case; the letters are those of the machines' tables."""

    AL = "agency liaison"
    AR = "agency reviewer"
    AO = "authorizing official"
    CL = "CSP lead"
    CC = "CSP contributor"
    AS = "assessor"
    PR = "PMO reviewer"
    PL = "PMO lead"


PARTY_OF = {
    Role.AGENCY_LIAISON: Party.AL,
    Role.AGENCY_REVIEWER: Party.AR,
    Role.AUTHORIZING_OFFICIAL: Party.AO,
    Role.CSP_LEAD: Party.CL,
    Role.CSP_CONTRIBUTOR: Party.CC,
    Role.ASSESSOR_LEAD: Party.AS,
    Role.ASSESSOR_MEMBER: Party.AS,
    Role.PMO_REVIEWER: Party.PR,
    Role.PMO_LEAD: Party.PL,
}
OF_THE_PMO = PMO = frozenset({Role.PMO_REVIEWER, Role.PMO_LEAD})
OF_THE_AGENCY = frozenset({Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL})
OF_THE_PROVIDER = frozenset({Role.CSP_LEAD, Role.CSP_CONTRIBUTOR})
OF_THE_ASSESSOR = frozenset({Role.ASSESSOR_LEAD, Role.ASSESSOR_MEMBER})
# The four sides of a case, each with those who act for it.
SIDES: dict[OrganizationKind, frozenset[Party]] = {
    OrganizationKind.AGENCY: frozenset({Party.AL, Party.AR, Party.AO}),
    OrganizationKind.PROVIDER: frozenset({Party.CL, Party.CC}),
    OrganizationKind.ASSESSOR: frozenset({Party.AS}),
    OrganizationKind.PMO: frozenset({Party.PR, Party.PL}),
}
# For whom a PMO lead may act while the organization has no active member (machine tables, rule 5).
ON_BEHALF: dict[str, frozenset[Party]] = {
    OrganizationKind.AGENCY: frozenset({Party.AL, Party.AR}),
    OrganizationKind.PROVIDER: frozenset({Party.CL, Party.CC}),
    OrganizationKind.ASSESSOR: frozenset({Party.AS}),
}
# Rows of the machines that a lead of the case's own side records from evidence for a party without people here (machine
# tables, rule 5a), by that party. No decision of an official is among them, and no verdict of FedRAMP.
GRANTING = "U3 U4 U6 U8 U10"
RECORDED_FOR_ABSENT: dict[str, frozenset[str]] = {
    OrganizationKind.PROVIDER: frozenset(f"I1 I3 I8 I9 I11 I13 I18 I22 I29 I34 {GRANTING}".split()),
    OrganizationKind.ASSESSOR: frozenset({"I13", "I18"}),
    OrganizationKind.PMO: frozenset(f"I5 I6 I30 I31 I33 I35 I37 {GRANTING} U23 U24".split()),
}
# The last row of the initial machine that a lead of the provider records so, where the agency has nobody here.
LAST_BY_PROVIDER = 22


def parties(
    held: Iterable[tuple[str, int]],
    *,
    agency_line: Sequence[int],
    provider: int | None,
    is_named_official: bool,
    assessor: int | None = None,
) -> frozenset[Party]:
    """Who a person is for a record.

    Args:
        held: the person's roles now, each with the key of its organization.
        agency_line: keys of the record's agency and its ancestors, the agency first.
        is_named_official: whether the record names this very person as its authorizing official.
        assessor: key of the assessor that is assigned to the record.
    """
    roles = [(Role(role), organization) for role, organization in held]
    side = _side(
        roles,
        {
            OrganizationKind.PROVIDER: [provider],
            OrganizationKind.ASSESSOR: [assessor],
            OrganizationKind.AGENCY: agency_line,
        },
    )
    reach: dict[Role, Sequence[int]] = {
        # A liaison acts for everything below the own organization; a reviewer for the own agency alone.
        Role.AGENCY_LIAISON: agency_line,
        Role.AGENCY_REVIEWER: agency_line[:1],
        Role.AUTHORIZING_OFFICIAL: agency_line if is_named_official else (),
    }
    found = frozenset(
        PARTY_OF[role]
        for role, organization in roles
        if role in OF_THE_PMO
        or (role in OF_THE_PROVIDER and organization == provider)
        or (role in OF_THE_ASSESSOR and organization == assessor)
        or organization in reach.get(role, ())
    )
    # Who decides on a record does not review it, in whatever agency of the line that role is held.
    return found & SIDES[side] - ({Party.AR} if Party.AO in found else set())


def _side(held: Iterable[tuple[Role, int]], lines: Mapping[OrganizationKind, Sequence[int | None]]) -> OrganizationKind:
    """For which side of a record a person acts who belongs to several: the one whose work the others check.

    Else one person could deliver and approve, or sign for the agency and then certify for FedRAMP.
    """
    of_sides = (
        side for side, line in lines.items() if any(KIND_OF[role] == side and key in line for role, key in held)
    )
    return next(of_sides, OrganizationKind.PMO)


def sides_of(who: Iterable[Party]) -> list[OrganizationKind]:
    """The sides of a case for which a person acts who is this for it, in their order; none for viewers and auditors."""
    held = frozenset(who)
    return [side for side, parties_of_it in SIDES.items() if not parties_of_it.isdisjoint(held)]


PMO_LEAD, AUDITOR = frozenset({Role.PMO_LEAD}), frozenset({Role.AUDITOR})
LIAISON, REVIEWER = frozenset({Role.AGENCY_LIAISON}), frozenset({Role.AGENCY_REVIEWER})
CSP_LEAD, ALL_LEADS = frozenset({Role.CSP_LEAD}), frozenset(LEADS.values())
IN_AN_AGENCY = frozenset(ROLES_OF[OrganizationKind.AGENCY])


class Capability(StrEnum):
    """What a person may be allowed to do: who may, and the words for it, in the order of the page that shows them."""

    roles: frozenset[Role]
    label: str

    def __new__(cls, value: str, roles: frozenset[Role], label: str) -> Self:
        made = str.__new__(cls, value)
        made._value_, made.roles, made.label = value, roles, label
        return made

    SEE_REGISTER = "see_register", EVERYONE, "Read offerings, organizations and published ATOs"
    OPEN_INITIAL_CASE = "open_initial_case", LIAISON | CSP_LEAD | PMO_LEAD, "Open an initial case"
    OPEN_REUSE_CASE = "open_reuse_case", LIAISON | REVIEWER | PMO_LEAD, "Open a reuse case"
    ADOPT_INITIAL_CASE = "adopt_initial_case", PMO_LEAD, "Adopt an initial case that is under way"
    ADOPT_REUSE_CASE = "adopt_reuse_case", LIAISON | PMO_LEAD, "Adopt a reuse case that is under way"
    REGISTER_ATO = "register_ato", LIAISON | PMO_LEAD, "Register an ATO that was signed elsewhere"
    BRING_LIST = "bring_list", LIAISON, "Bring in a list of ATOs"
    SEE_DESK = (
        "see_desk",
        IN_AN_AGENCY,
        "See all ATOs of the own agency at once, with who looks after each and the gaps",
    )
    TEND_ATOS = (
        "tend_atos",
        LIAISON | REVIEWER,
        "Say who looks after an ATO of the own agency, and that it is still used",
    )
    SEE_RECONCILIATION = (
        "see_reconciliation",
        IN_AN_AGENCY | PMO | AUDITOR,
        "Compare the agency’s own ATOs with the Marketplace; the PMO those of any",
    )
    RECONCILE = "reconcile", LIAISON | REVIEWER | PMO, "Say why an ATO and the Marketplace differ"
    ADD_OWN_SYSTEM = "add_own_system", LIAISON, "Add a system of the own agency"
    ADD_OWN_CONTACT = "add_own_contact", LIAISON | CSP_LEAD, "Name a contact of the own organization"
    CONFIRM_CONTACT = "confirm_contact", ALL_LEADS, "Confirm that a contact of the own organization is still correct"
    # The official who accepts the risk is named, and nobody else signs for them.
    DELEGATE = "delegate", EVERYONE - {Role.AUTHORIZING_OFFICIAL}, "Let a colleague act in the own role for a time"
    DELEGATE_FOR_ABSENT = (
        "delegate_for_absent",
        ALL_LEADS,
        "Let a colleague act for an absent one of the own organization",
    )
    # Who can name another: the agency's lead its official, the PMO its reviewer.
    SEE_ORPHANED = "see_orphaned", PMO | LIAISON, "See work whose person has left, and hand it over"
    # The PMO opens packages at Connect.gov, a provider those it keeps itself.
    GRANT_ACCESS = "grant_access", PMO | CSP_LEAD, "Open a package to people of an agency, and end that"
    ADD_OWN_OFFERING = "add_own_offering", CSP_LEAD, "Add an offering of the own provider"
    REVIEW_CASES = "review_cases", PMO, "Review cases for FedRAMP"
    WAIVE_GATE = "waive_gate", PMO_LEAD, "Waive a gate of a case, and end the waiver"
    SET_DESIGNATION = "set_designation", PMO, "Set the designation of an offering"
    # The auditor reads the admin; every act there needs one of the capabilities below.
    USE_ADMIN = "use_admin", PMO | AUDITOR, "Open Admin"
    EDIT_RECORDS = "edit_records", PMO, "Add and correct records of the register"
    # Who signed an ATO, and whose people see an agency's or an offering's cases.
    CORRECT_GROUNDS = (
        "correct_grounds",
        PMO_LEAD,
        "Correct what was signed with an ATO, what an agency is part of, and whose an offering is",
    )
    # Of the own organization. A lead of the PMO ends memberships in any, and invites the first lead where none is.
    LEAD_PEOPLE = (
        "lead_people",
        ALL_LEADS,
        "Invite people into the own organization, set their roles, end their memberships",
    )
    MANAGE_PEOPLE = (
        "manage_people",
        PMO_LEAD,
        "End memberships everywhere, invite the first lead of an organization, switch accounts off, merge two",
    )
    SEE_IMPORTS = "see_imports", PMO | AUDITOR, "Read imports of the Marketplace feed"
    APPLY_IMPORT = "apply_import", PMO_LEAD, "Apply an import"
    IMPORT_RULES = "import_rules", PMO_LEAD, "Import a release of the rules, or the rules’ texts"
    SET_LOCAL_POLICY = "set_local_policy", PMO_LEAD, "Decide what the rules leave open"
    MOVE_TO_RELEASE = "move_to_release", PMO_LEAD, "Move a case to another release of the rules"
    ADD_OFFICE_CLOSURE = "add_office_closure", PMO, "Add a day on which federal offices are closed by order"
    # Whose duty it is stands with each duty; the PMO records what reached it.
    DELIVER = (
        "deliver",
        OF_THE_PROVIDER | PMO | OF_THE_AGENCY,
        "Record that a recurring duty of the own side was met, and withdraw that",
    )
    WAIVE_DUTY = "waive_duty", PMO_LEAD, "Release from a recurring duty for one period"
    RESOLVE_REVIEW = "resolve_review", PMO, "Decide where feed and register disagree"
    PROPOSE_CORRECTION = (
        "propose_correction",
        LIAISON | CSP_LEAD | frozenset({Role.ASSESSOR_LEAD}),
        "Propose the right value of a published field of the own record",
    )
    SEE_AUDIT_LOG = "see_audit_log", PMO | AUDITOR, "Read the audit log"
    # Who came when, and who was refused what, is nobody's business who does not have to answer for it.
    SEE_SECURITY_EVENTS = (
        "see_security_events",
        PMO_LEAD | AUDITOR,
        "Read sign-ins, refusals, exports and changes of permissions",
    )
    VERIFY_AUDIT_LOG = "verify_audit_log", PMO | AUDITOR, "Have the audit log verified"
    # The whole of it, with what stays inside agencies (rule c): the auditor alone reads all that.
    EXPORT_AUDIT_LOG = "export_audit_log", AUDITOR, "Export the whole audit log"


# What nobody does in a role that was delegated to them: it would make the loan permanent, or lend it on.
IN_THE_OWN_RIGHT = frozenset({Capability.MANAGE_PEOPLE, Capability.LEAD_PEOPLE})


class Holder(Protocol):
    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def own_roles(self) -> frozenset[str]: ...


def allows(person: Holder, capability: Capability) -> bool:
    """Whether a person has the capability, by the own roles alone where a delegated one does not count."""
    return may(person.own_roles if capability in IN_THE_OWN_RIGHT else person.roles, capability)


def may(roles: Iterable[str], capability: Capability) -> bool:
    return not capability.roles.isdisjoint(map(Role, roles))
