"""Who may do what: one table, read by pages, admin, commands and tests alike. Pure: it knows roles, not records.

Whether a person may do it to *this* record is the second half of the answer: every record is looked up through
`visible_to(user)`, and a verb that belongs to one organization checks membership in it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol

from django.db.models import TextChoices

from accounts.roles import LEADS, OrganizationKind, Role

EVERYONE = frozenset(Role)
PMO = frozenset({Role.PMO_LEAD, Role.PMO_REVIEWER})


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
OF_THE_PMO = frozenset({Role.PMO_REVIEWER, Role.PMO_LEAD})
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
    reach: dict[Role, Sequence[int]] = {
        # A liaison acts for everything below the own organization; a reviewer for the own agency alone.
        Role.AGENCY_LIAISON: agency_line,
        Role.AGENCY_REVIEWER: agency_line[:1],
        Role.AUTHORIZING_OFFICIAL: agency_line if is_named_official else (),
    }
    return frozenset(
        PARTY_OF[role]
        for role, organization in ((Role(role), organization) for role, organization in held)
        if role in OF_THE_PMO
        or (role in OF_THE_PROVIDER and organization == provider)
        or (role in OF_THE_ASSESSOR and organization == assessor)
        or organization in reach.get(role, ())
    )


def sides_of(who: Iterable[Party]) -> list[OrganizationKind]:
    """The sides of a case for which a person acts who is this for it, in their order; none for viewers and auditors."""
    held = frozenset(who)
    return [side for side, parties_of_it in SIDES.items() if not parties_of_it.isdisjoint(held)]


class Capability(TextChoices):
    """One thing a person may be allowed to do, in the order of the page that shows the policy."""

    SEE_REGISTER = "see_register", "Read offerings, organizations and published ATOs"
    OPEN_INITIAL_CASE = "open_initial_case", "Open an initial case"
    OPEN_REUSE_CASE = "open_reuse_case", "Open a reuse case"
    ADOPT_INITIAL_CASE = "adopt_initial_case", "Adopt an initial case that is under way"
    ADOPT_REUSE_CASE = "adopt_reuse_case", "Adopt a reuse case that is under way"
    REGISTER_ATO = "register_ato", "Register an ATO that was signed elsewhere"
    ADD_OWN_SYSTEM = "add_own_system", "Add a system of the own agency"
    ADD_OWN_CONTACT = "add_own_contact", "Name a contact of the own organization"
    CONFIRM_CONTACT = "confirm_contact", "Confirm that a contact of the own organization is still correct"
    DELEGATE = "delegate", "Let a colleague act in the own role for a time"
    DELEGATE_FOR_ABSENT = "delegate_for_absent", "Let a colleague act for an absent one of the own organization"
    SEE_ORPHANED = "see_orphaned", "See work whose person has left, and hand it over"
    GRANT_ACCESS = "grant_access", "Open a package to people of an agency, and end that"
    ADD_OWN_OFFERING = "add_own_offering", "Add an offering of the own provider"
    REVIEW_CASES = "review_cases", "Review cases for FedRAMP"
    WAIVE_GATE = "waive_gate", "Waive a gate of a case, and end the waiver"
    SET_DESIGNATION = "set_designation", "Set the designation of an offering"
    USE_ADMIN = "use_admin", "Open the PMO’s desk"
    EDIT_RECORDS = "edit_records", "Add and correct records of the register"
    LEAD_PEOPLE = "lead_people", "Invite people into the own organization, set their roles, end their memberships"
    MANAGE_PEOPLE = "manage_people", "The same for every organization; switch accounts off, merge two of one person"
    SEE_IMPORTS = "see_imports", "Read imports of the Marketplace feed"
    APPLY_IMPORT = "apply_import", "Apply an import"
    IMPORT_RULES = "import_rules", "Import a release of the rules, or the rules’ texts"
    SET_LOCAL_POLICY = "set_local_policy", "Decide what the rules leave open"
    MOVE_TO_RELEASE = "move_to_release", "Move a case to another release of the rules"
    ADD_OFFICE_CLOSURE = "add_office_closure", "Add a day on which federal offices are closed by order"
    DELIVER = "deliver", "Record that a recurring duty of the own side was met, and withdraw that"
    WAIVE_DUTY = "waive_duty", "Release from a recurring duty for one period"
    RESOLVE_REVIEW = "resolve_review", "Decide where feed and register disagree"
    SEE_RECORD = "see_record", "Read the record of every act"
    SEE_SECURITY_EVENTS = "see_security_events", "Read sign-ins, refusals, exports and changes of permissions"
    VERIFY_RECORD = "verify_record", "Have the record verified"
    EXPORT_RECORD = "export_record", "Export the whole record"


MAY: dict[Capability, frozenset[Role]] = {
    Capability.SEE_REGISTER: EVERYONE,
    Capability.SEE_IMPORTS: PMO | {Role.AUDITOR},
    Capability.SEE_RECORD: PMO | {Role.AUDITOR},
    # Who came when, and who was refused what, is nobody's business who does not have to answer for it.
    Capability.SEE_SECURITY_EVENTS: frozenset({Role.PMO_LEAD, Role.AUDITOR}),
    Capability.VERIFY_RECORD: PMO | {Role.AUDITOR},
    # The whole of it, with what stays inside agencies (rule c): the auditor alone reads all that.
    Capability.EXPORT_RECORD: frozenset({Role.AUDITOR}),
    # The auditor reads the desk; every act there needs one of the capabilities below.
    Capability.USE_ADMIN: PMO | {Role.AUDITOR},
    Capability.EDIT_RECORDS: PMO,
    Capability.MANAGE_PEOPLE: frozenset({Role.PMO_LEAD}),
    # Of the own organization; a lead of the PMO, of any.
    Capability.LEAD_PEOPLE: frozenset(LEADS.values()),
    Capability.APPLY_IMPORT: frozenset({Role.PMO_LEAD}),
    Capability.IMPORT_RULES: frozenset({Role.PMO_LEAD}),
    Capability.SET_LOCAL_POLICY: frozenset({Role.PMO_LEAD}),
    Capability.MOVE_TO_RELEASE: frozenset({Role.PMO_LEAD}),
    Capability.ADD_OFFICE_CLOSURE: PMO,
    # Whose duty it is stands with each duty; the PMO records what reached it.
    Capability.DELIVER: OF_THE_PROVIDER | PMO | {Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL},
    Capability.WAIVE_DUTY: frozenset({Role.PMO_LEAD}),
    Capability.RESOLVE_REVIEW: PMO,
    Capability.ADD_OWN_OFFERING: frozenset({Role.CSP_LEAD}),
    Capability.ADD_OWN_SYSTEM: frozenset({Role.AGENCY_LIAISON}),
    Capability.REGISTER_ATO: frozenset({Role.AGENCY_LIAISON, Role.PMO_LEAD}),
    Capability.OPEN_INITIAL_CASE: frozenset({Role.AGENCY_LIAISON, Role.CSP_LEAD, Role.PMO_LEAD}),
    Capability.OPEN_REUSE_CASE: frozenset({Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.PMO_LEAD}),
    Capability.ADOPT_INITIAL_CASE: frozenset({Role.PMO_LEAD}),
    Capability.ADOPT_REUSE_CASE: frozenset({Role.AGENCY_LIAISON, Role.PMO_LEAD}),
    Capability.SET_DESIGNATION: PMO,
    Capability.WAIVE_GATE: frozenset({Role.PMO_LEAD}),
    Capability.REVIEW_CASES: PMO,
    # The PMO opens packages at Connect.gov, a provider those it keeps itself.
    Capability.GRANT_ACCESS: PMO | {Role.CSP_LEAD},
    Capability.ADD_OWN_CONTACT: frozenset({Role.AGENCY_LIAISON, Role.CSP_LEAD}),
    Capability.CONFIRM_CONTACT: frozenset(LEADS.values()),
    # The official who accepts the risk is named, and nobody else signs for them.
    Capability.DELEGATE: EVERYONE - {Role.AUTHORIZING_OFFICIAL},
    Capability.DELEGATE_FOR_ABSENT: frozenset(LEADS.values()),
    # Who can name another: the agency's lead its official, the PMO its reviewer.
    Capability.SEE_ORPHANED: PMO | {Role.AGENCY_LIAISON},
}

# What nobody does in a role that was lent to them: it would make the loan permanent, or lend it on.
IN_THE_OWN_RIGHT = frozenset({Capability.MANAGE_PEOPLE, Capability.LEAD_PEOPLE})


class Holder(Protocol):
    """A person, as far as the policy looks at them."""

    @property
    def roles(self) -> frozenset[str]:
        """Every role that the person holds or acts in now."""
        ...

    @property
    def own_roles(self) -> frozenset[str]:
        """Those of them that are the person's own."""
        ...


def allows(person: Holder, capability: Capability) -> bool:
    """Whether a person has the capability, by the own roles alone where a lent one does not count."""
    return may(person.own_roles if capability in IN_THE_OWN_RIGHT else person.roles, capability)


def may(roles: Iterable[str], capability: Capability) -> bool:
    """Whether a person with these roles has the capability."""
    return not MAY[capability].isdisjoint(map(Role, roles))
