"""Closed lists about people and organizations: kinds of organization, and the roles each kind knows."""

from django.db.models import TextChoices


class OrganizationKind(TextChoices):
    """What an organization is in the authorization process (roles as in FedRAMP's Agency Authorization Playbook)."""

    AGENCY = "agency", "Agency"
    PROVIDER = "provider", "Cloud service provider"
    ASSESSOR = "assessor", "Independent assessor"
    PMO = "pmo", "FedRAMP PMO"


class Role(TextChoices):
    """What a member may be in an organization; the value names its side, so a role never fits two kinds."""

    AGENCY_LIAISON = "agency_liaison", "Agency liaison"
    AGENCY_REVIEWER = "agency_reviewer", "Agency reviewer"
    AUTHORIZING_OFFICIAL = "authorizing_official", "Authorizing official"
    AGENCY_VIEWER = "agency_viewer", "Agency viewer"
    CSP_LEAD = "csp_lead", "CSP lead"
    CSP_CONTRIBUTOR = "csp_contributor", "CSP contributor"
    CSP_VIEWER = "csp_viewer", "CSP viewer"
    ASSESSOR_LEAD = "assessor_lead", "Assessor lead"
    ASSESSOR_MEMBER = "assessor_member", "Assessor member"
    PMO_LEAD = "pmo_lead", "PMO lead"
    PMO_REVIEWER = "pmo_reviewer", "PMO reviewer"
    AUDITOR = "auditor", "Auditor"


ROLES_OF: dict[str, tuple[Role, ...]] = {
    OrganizationKind.AGENCY: (
        Role.AGENCY_LIAISON,
        Role.AGENCY_REVIEWER,
        Role.AUTHORIZING_OFFICIAL,
        Role.AGENCY_VIEWER,
    ),
    OrganizationKind.PROVIDER: (Role.CSP_LEAD, Role.CSP_CONTRIBUTOR, Role.CSP_VIEWER),
    OrganizationKind.ASSESSOR: (Role.ASSESSOR_LEAD, Role.ASSESSOR_MEMBER),
    # The auditor is appointed by the PMO and belongs to it on paper; the policy gives the role no act at all.
    OrganizationKind.PMO: (Role.PMO_LEAD, Role.PMO_REVIEWER, Role.AUDITOR),
}

KIND_OF: dict[str, str] = {role: kind for kind, roles in ROLES_OF.items() for role in roles}

# Who accepts the risk does none of the work that is decided about, and who checks does none at all: they hold no other
# role in their organization.
ALONE = frozenset({Role.AUTHORIZING_OFFICIAL, Role.AUDITOR})

LEADS: dict[str, Role] = {
    OrganizationKind.AGENCY: Role.AGENCY_LIAISON,
    OrganizationKind.PROVIDER: Role.CSP_LEAD,
    OrganizationKind.ASSESSOR: Role.ASSESSOR_LEAD,
    OrganizationKind.PMO: Role.PMO_LEAD,
}


class RecordSource(TextChoices):
    FEED = "feed", "Marketplace feed"
    PORTAL = "portal", "Entered here"
    # Known from what an agency brought in, as a feed's rows are known from the feed: nobody keeps it here yet.
    LIST = "list", "Agency’s own list"


class FeedList(TextChoices):
    """The lists of the Marketplace feed whose ids name organizations."""

    AGENCIES = "marketplace_agencies", "Marketplace agencies"
    ASSESSORS = "marketplace_assessors", "Marketplace assessors"
