"""Closed lists of words that are stored, each with what is shown for it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerChoices, TextChoices


class AuditLog(TextChoices):
    """The two audit logs: what people do to records; and who came, left, was refused or took copies away."""

    ACTS = "acts", "Acts"
    SECURITY = "security", "Security events"


class RulePart(TextChoices):
    RULE = "rule", "Rule"
    DEFINITION = "definition", "Definition"
    INDICATOR = "indicator", "Key security indicator"


class JobStatus(TextChoices):
    """How far a background job is; of a report that has expired the file is gone."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


class Rhythm(TextChoices):
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    ONCE = "once", "Once, on a day"


class Weekday(IntegerChoices):
    """A day of the week, as Python numbers it."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class StopReason(TextChoices):
    """Why a report is no longer sent by itself; the words end the sentence "It was stopped because"."""

    INACTIVE = "inactive", "the account of whoever set it was switched off"
    SIDE = "side", "your side no longer has this report"
    RECORD = "record", "what it is about is no longer there for you"
    UNFIT = "unfit", "it can no longer be made of what was asked for"
    GONE = "gone", "the portal no longer has this report"
    NO_LEAD = "no_lead", "whoever set it no longer leads the organization"


class CertificationType(TextChoices):
    """Which set of requirements the offering is certified against (FRD-CTY)."""

    REV5 = "rev5", "Rev5"
    TWENTY_X = "20x", "20x"


class CertificationPath(TextChoices):
    """How the certification was reached (FRD-CPH); JAB ended in 2024 and stays as history."""

    AGENCY = "agency", "Agency"
    PROGRAM = "program", "Program"
    JAB = "jab", "JAB (ended)"


class CertificationClass(TextChoices):
    """How much assurance information the provider commits to supply (FRC-CSF-BSL); not an impact level."""

    A = "A", "Class A"
    B = "B", "Class B"
    C = "C", "Class C"
    D = "D", "Class D"


class ImpactLevel(TextChoices):
    """The FIPS 199 level that the Marketplace publishes for an offering; LI-SaaS is the tailored Low baseline."""

    LI_SAAS = "li_saas", "LI-SaaS"
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class SecurityLevel(TextChoices):
    """A FIPS 199 level of an agency's own system, for one security objective."""

    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class ServiceModel(TextChoices):
    """The service models of NIST SP 800-145, in the order they are written."""

    IAAS = "IaaS", "Infrastructure (IaaS)"
    PAAS = "PaaS", "Platform (PaaS)"
    SAAS = "SaaS", "Software (SaaS)"


class DeploymentModel(TextChoices):
    """Deployment models as the Marketplace publishes them; a private cloud is never listed."""

    GOVERNMENT = "government_community", "Government community cloud"
    PUBLIC = "public", "Public cloud"
    HYBRID = "hybrid", "Hybrid cloud"
    PRIVATE = "private", "Private cloud"


class Designation(TextChoices):
    """What the Marketplace says of an offering, in the words of 2026; the words until then are in `terms.py`."""

    INITIAL_IMPLEMENTATION = "initial_implementation", "Initial implementation"
    READY = "ready", "Legacy FedRAMP Ready"
    IN_PROCESS_AGENCY = "in_process_agency", "Agency authorization in process"
    IN_PROCESS_FEDRAMP = "in_process_fedramp", "FedRAMP in process"
    CERTIFIED = "certified", "FedRAMP Certified"
    IN_REMEDIATION = "in_remediation", "FedRAMP Certified (In Remediation)"
    DELISTED = "delisted", "Delisted"
    UNKNOWN = "unknown", "Not stated"


# A certified offering stays certified while it remedies what was found.
CERTIFIED_DESIGNATIONS = (Designation.CERTIFIED, Designation.IN_REMEDIATION)


class DesignationStep(TextChoices):
    INITIAL_IMPLEMENTATION = "initial_implementation", "Initial implementation"
    READY = "ready", "FedRAMP Ready"
    IN_PROCESS_JAB = "in_process_jab", "In process with the JAB"
    INITIAL_PROGRAM_REVIEW = "initial_program_review", "Initial program review"
    FINAL_PROGRAM_REVIEW = "final_program_review", "Final program review"
    AGENCY_REVIEW = "agency_review", "Agency review"
    PMO_REVIEW = "pmo_review", "PMO review"
    CERTIFIED = "certified", "FedRAMP Certified"
    IN_REMEDIATION = "in_remediation", "FedRAMP Certified (In Remediation)"
    DELISTED = "delisted", "Delisted"


class ListingRole(TextChoices):
    """What an ATO is for its offering: the first one, or a later agency's."""

    INITIAL = "initial", "Initial"
    REUSE = "reuse", "Reuse"


class AtoType(TextChoices):
    """The kind of decision the letter records (OMB M-24-15 IV; a P-ATO binds no agency and is history)."""

    ATO = "ato", "ATO"
    WITH_CONDITIONS = "ato_with_conditions", "ATO with conditions"
    INTERIM = "interim_ato", "Interim ATO"
    ATU = "atu", "ATU"
    TEMPORARY = "temporary_ato", "Temporary ATO"
    P_ATO = "p_ato", "JAB P-ATO (history)"


class AtoStage(TextChoices):
    """The stages of an ATO (machine tables 2.3)."""

    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"
    RESCINDED = "rescinded", "Rescinded"
    EXPIRED = "expired", "Expired"
    SUPERSEDED = "superseded", "Superseded"
    SERVICE_ENDED = "service_ended", "Service ended"


# The stages from which steps lead on. What is said and counted as live asks more: `AtoStanding`.
LIVE_ATO_STAGES = (AtoStage.ACTIVE, AtoStage.SUSPENDED)


class AtoStanding(TextChoices):
    """What an ATO counts as, in one class each; its stage alone does not say (the machine moves by steps of people)."""

    LIVE = "live", "Live"
    PASSED = "passed", "Expiry passed"
    LEFT = "left", "Left the feed"
    UNNAMED = "unnamed", "Agency not named"
    JAB = "jab", "JAB P-ATO"
    ENDED = "ended", "Ended"


LIVE_MEANING = (
    "active or suspended, not past its recorded expiry, still published or entered here, and of a named agency; "
    "the JAB is none"
)
LIVE_MEANS = f"An ATO is live while it is {LIVE_MEANING}."


class CaseKind(TextChoices):
    INITIAL = "initial", "Initial"
    REUSE = "reuse", "Reuse"


class CaseState(TextChoices):
    """How a case stands, in one word; the first that holds, from the end of this list."""

    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    LATE = "late", "Late"
    STOPPED = "stopped", "Stopped"
    ENDED = "ended", "Ended"


class WbsKind(TextChoices):
    HEADING = "heading", "Heading"
    TASK = "task", "Task"
    PLACEHOLDER = "placeholder", "Placeholder"


class Turn(TextChoices):
    """Which party a case waits on (machine tables, rule 8)."""

    AGENCY = "agency", "Agency"
    OFFICIAL = "official", "Agency AO"
    PROVIDER = "provider", "Provider"
    ASSESSOR = "assessor", "Assessor"
    PMO = "pmo", "PMO"
    NOBODY = "nobody", "Nobody"


class WhoTakesPart(TextChoices):
    """Who takes part in this portal; in the first two FedRAMP does not, and people of the PMO only administer."""

    ONE_AGENCY = "one_agency", "One agency"
    SEVERAL_AGENCIES = "several_agencies", "Several agencies"
    PROGRAM_OFFICE = "program_office", "Program office"


# For whom a lead of another side records from evidence, as readers are told (machine tables, rule 5a).
ABSENT_PARTY = {Turn.PROVIDER: "the provider", Turn.ASSESSOR: "the assessor", Turn.PMO: "FedRAMP"}
RECORDED_FOR = "recorded_for"


def recorded_for(changes: Mapping[str, Any]) -> str:
    """For whom an act was recorded from evidence, in words; blank for an act of its own party."""
    return ABSENT_PARTY[Turn(changes[RECORDED_FOR][1])] if changes.get(RECORDED_FOR) else ""


def recorded_words(who: str, changes: Mapping[str, Any]) -> str:
    """Who acted, and for which absent party it was recorded."""
    whom = recorded_for(changes)
    return f"Recorded for {whom} by {who}" if whom else who


class Answer(TextChoices):
    """What a party that was absent says of what was recorded for it."""

    CONFIRMED = "confirmed", "Confirmed"
    DISPUTED = "disputed", "Disputed"


class Scan(TextChoices):
    """What is known of an uploaded file's harmlessness; only a clean or an unscanned one is given out."""

    WAITING = "waiting", "In quarantine until it is scanned"
    CLEAN = "clean", "Scanned, nothing found"
    UNSCANNED = "unscanned", "Not scanned: no scanner is set up"
    INFECTED = "infected", "Refused by the scanner"


class Severity(TextChoices):
    BLOCKING = "blocking", "Must be fixed"
    MAJOR = "major", "Should be fixed"
    MINOR = "minor", "Editorial"


class EndGround(TextChoices):
    """Why a service ended under a live ATO (termination reasons of the Marketplace's ATO tables)."""

    CSP_SUNSET = "csp_sunset", "The provider ends the service"
    PMO_REMOVAL = "pmo_removal", "The PMO removed the offering"


class AddedBy(TextChoices):
    FEED = "feed", "Marketplace feed"
    CSP = "csp", "CSP lead"
    PMO = "pmo", "PMO"


class ContactFunction(TextChoices):
    LIAISON = "liaison", "FedRAMP liaison"
    AUTHORIZING_OFFICIAL = "authorizing_official", "Authorizing official"
    ISSO = "isso", "Information system security officer"
    APPROVER = "approver", "Package access approver (CIO, CISO or designee)"
    REVIEWER = "reviewer", "Technical reviewer"
    PROGRAM_MANAGER = "program_manager", "Program manager"
    SECURITY = "security", "Security contact"
    SALES = "sales", "Sales contact"
    ASSESSMENT = "assessment", "Assessment lead"
    OTHER = "other", "Other"


class NoticeRecipient(TextChoices):
    FEDRAMP = "fedramp", "FedRAMP"
    PROVIDER = "provider", "Provider"
    AGENCY = "agency", "Agency"


class Channel(TextChoices):
    FORM = "form", "FedRAMP form"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    PORTAL = "portal", "This portal"
    OTHER = "other", "Other"


class PackageLocation(TextChoices):
    """Where an offering's certification package lives; it never lives here (CDS ruleset; PARF v7)."""

    CONNECT = "connect", "Connect.gov"
    REPOSITORY = "repository", "Provider's repository"
    TRUST_CENTER = "trust_center", "Trust center"


class ClashKind(TextChoices):
    NAME_CHANGED = "name_changed", "Name differs from ours"
    ID_REUSED = "id_reused", "Id now names another organization"
    PARENT_CHANGED = "parent_changed", "Parent differs from ours"
    PROVIDER_CHANGED = "provider_changed", "Provider differs from ours"
    INITIAL_MADE_HERE = "initial_made_here", "Another initial ATO was made here"
    OVERVIEW_ID = "overview_id", "Package overview states another id"


class Resolution(TextChoices):
    ADOPTED = "adopted", "Adopt what the feed says"
    KEPT = "kept", "Keep our record"
    MERGED = "merged", "Same organization: join the two records"


class MessageStatus(TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Skipped"


class SkipReason(TextChoices):
    """Why a message was not mailed, and will not be unless somebody asks for it."""

    NOT_PERMITTED = "not_permitted", "No longer permitted"
    SWITCHED_OFF = "switched_off", "Switched off by the person"
    MUTED = "muted", "Muted by the person"
    SATISFIED = "satisfied", "Done meanwhile"
    MOVED = "moved", "Its day moved meanwhile"
    ADDRESS_FAILS = "address_fails", "The address is marked as failing"
    NOT_ALLOWED = "not_allowed", "The address is not on this portal’s allow-list"
    LATE = "late", "Too late to be of use"
    INACTIVE = "inactive", "The account is switched off"
    NOT_HELD = "not_held", "Nobody kept records of it here when it fell due"
    COUNTED = "counted", "Counted in a digest: nobody acts for who owes it"


class Topic(TextChoices):
    CASES = "cases", "Steps of cases"
    ATOS = "atos", "Steps of ATOs"
    ACCESS = "access", "Package access"
    DOCUMENTS = "documents", "Documents"
    FINDINGS = "findings", "Findings"
    COMMENTS = "comments", "Comments on cases"
    DEADLINES = "deadlines", "Deadlines"
    PEOPLE = "people", "People, roles and delegations"
    SECURITY = "security", "Security"
    REGISTER = "register", "The register and its imports"
    FEED = "feed", "What a Marketplace feed changed of your organization"
    REPORTS = "reports", "Reports that are sent to you on a schedule"


class Pace(TextChoices):
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "In a daily digest"
    WEEKLY = "weekly", "In a weekly digest"
    OFF = "off", "Not by mail"


class ListRowState(TextChoices):
    """What became of a row of an agency's list; rows = taken + waiting + refused."""

    TAKEN = "taken", "Taken"
    WAITING = "waiting", "Waiting for a decision"
    REFUSED = "refused", "Refused"


class RunStatus(TextChoices):
    """How far an import run is; a refused or failed run changes nothing and leaves no row."""

    RUNNING = "running", "Running"
    APPLIED = "applied", "Applied"
