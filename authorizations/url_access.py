"""Who may ask for which address: one rule for each, read by the middleware, the menu, the checks and the tests. Pure.

An address without a rule is not there: the portal does not start with one (`checks.py`), and if it did, the middleware
would answer 404. Rules name addresses as Django does, with the namespace before a colon.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from authorizations.policy import Capability, may


class Way(StrEnum):
    """Who must have come before an address is asked for anything."""

    ANYONE = "anyone"
    PERSON = "a person who is signed in"
    # The API answers 401 by itself where a page would lead to the sign-in page.
    PROGRAM = "a program with a token, or a page within a session"


class Below(StrEnum):
    """What an address is below: for whom that is not there, the address answers 404, read or written."""

    NOTHING = ""
    CASE = "case"
    FINDING = "finding of a case"
    ATO = "ato"
    REGISTER = "register fields of an ATO"
    ACCESS = "packageaccess"
    DOCUMENT = "version of a document"
    OFFERING = "offering"
    AGENCY = "agency"
    PEOPLE = "people of an organization"
    INVITATION = "invitation"
    DELEGATION = "delegation"
    CONTACT = "contact"
    PROVIDER = "provider"
    ASSESSOR = "assessor"
    IMPORT_RUN = "importrun"
    # One of a person's own acts; to the PMO all that it reads.
    MESSAGE = "message that may be sent again"
    REVIEW_ITEM = "reviewitem"
    VERIFICATION = "verification"
    # What is a person's own is there for nobody else.
    TOKEN = "own token"  # noqa: S105  # a noun
    CALENDAR_FEED = "own calendar link"
    REPORT = "own report"
    # Or one of an organization that the person leads.
    REPORT_SCHEDULE = "own schedule of a report"
    PASSKEY = "own passkey"
    MUTE = "own mute"
    OWN_MEMBERSHIP = "own membership"
    # One record of whatever noun stands in the address of the desk.
    OF_THE_DESK = "record of the desk"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may ask for one address, in the order in which it is asked.

    Attributes:
        way: who must be there; everyone else is led to the sign-in page, or told 401.
        factor: whether the person must have shown more than a password.
        capability: what the person's role must allow, before anything is looked up; else 403.
        posts: whether the address takes only what is sent; reading it answers 405.
        below: what is looked up among what the person may see; else 404.
        then: what the role must allow once that was found, so that strangers are told 404 first.
    """

    way: Way = Way.PERSON
    factor: bool = True
    capability: Capability | None = None
    posts: bool = False
    below: Below = Below.NOTHING
    then: Capability | None = None


ANYONE, SIGNED_IN, PROGRAMS = Rule(Way.ANYONE), Rule(), Rule(Way.PROGRAM)
# The pages on which a person who has shown a password alone adds a second factor, and what belongs to them.
WITHOUT_FACTOR = Rule(factor=False)
SENT_BY_ANYONE, SENT = Rule(Way.ANYONE, posts=True), Rule(posts=True)


def needs(capability: Capability, below: Below = Below.NOTHING, *, posts: bool = False) -> Rule:
    """Open to the roles of a capability."""
    return Rule(capability=capability, below=below, posts=posts)


def below(noun: Below, then: Capability | None = None, *, way: Way = Way.PERSON, posts: bool = False) -> Rule:
    """Open to whoever may see the record, and then, where that is asked, has the capability."""
    return Rule(way, below=noun, then=then, posts=posts)


def _list(name: str, rule: Rule) -> dict[str, Rule]:
    """A list, and its exports."""
    return {name: rule, **{f"{name}_{suffix}": rule for suffix in ("csv", "xlsx", "json")}}


RULES: dict[str, Rule] = {
    "home": SIGNED_IN,
    "search": SIGNED_IN,
    "glossary": ANYONE,
    "roles": ANYONE,
    "agency_practices": ANYONE,
    "csp_practices": ANYONE,
    "initial_lifecycle": ANYONE,
    "reuse_lifecycle": ANYONE,
    "ato_lifecycle": ANYONE,
    "permissions": ANYONE,
    "releases": ANYONE,
    "compare_releases": ANYONE,
    "release": ANYONE,
    "rule_texts": ANYONE,
    "rule": ANYONE,
    "local_policy": needs(Capability.SET_LOCAL_POLICY),
    # people
    "sign_in": ANYONE,
    "account_login": ANYONE,
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "through_organization": SENT_BY_ANYONE,
    "openid_connect_callback": ANYONE,
    "sign_in_as": SENT_BY_ANYONE,
    "forgotten_password": ANYONE,
    "new_password": ANYONE,
    "sign_out": SENT_BY_ANYONE,
    "kept_form": SIGNED_IN,
    "session": WITHOUT_FACTOR,
    "enrol": WITHOUT_FACTOR,
    "account": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "account_reauthenticate": WITHOUT_FACTOR,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": WITHOUT_FACTOR,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_add_webauthn": WITHOUT_FACTOR,
    "mfa_remove_webauthn": below(Below.PASSKEY),
    "mfa_view_recovery_codes": WITHOUT_FACTOR,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "change_password": SIGNED_IN,
    "end_session": SENT,
    "end_other_sessions": SENT,
    "notification_settings": SIGNED_IN,
    "end_mute": below(Below.MUTE, posts=True),
    "tokens": SIGNED_IN,
    "make_token": SIGNED_IN,
    "revoke_token": below(Below.TOKEN, posts=True),
    "calendar": SIGNED_IN,
    # Its link holds a secret.
    "calendar_feed": ANYONE,
    "calendar_links": SIGNED_IN,
    "make_calendar_link": SIGNED_IN,
    "revoke_calendar_link": below(Below.CALENDAR_FEED, posts=True),
    # Whose side has no such report is told 403; what a report is about is found among what the person may see.
    "reports": SIGNED_IN,
    "report": SIGNED_IN,
    "report_csv": SIGNED_IN,
    "report_json": SIGNED_IN,
    "report_schema": SIGNED_IN,
    "report_print": SIGNED_IN,
    "make_report": SENT,
    "schedule_report": SIGNED_IN,
    "my_reports": SIGNED_IN,
    "report_job": below(Below.REPORT),
    "report_job_file": below(Below.REPORT),
    **{name: below(Below.REPORT, posts=True) for name in ("cancel_report", "ask_report_again", "remove_report")},
    **{f"{act}_schedule": below(Below.REPORT_SCHEDULE, posts=True) for act in ("pause", "resume", "remove")},
    "delegations": SIGNED_IN,
    "delegate": needs(Capability.DELEGATE),
    "end_delegation": below(Below.DELEGATION, posts=True),
    "people": SIGNED_IN,
    "people_of": below(Below.PEOPLE),
    "invite": below(Below.PEOPLE, Capability.LEAD_PEOPLE),
    "change_role": below(Below.PEOPLE, Capability.LEAD_PEOPLE),
    "end_membership": below(Below.PEOPLE, Capability.LEAD_PEOPLE),
    "leave_organization": below(Below.OWN_MEMBERSHIP),
    "merge_accounts": needs(Capability.KEEP_PEOPLE),
    "open_invitation": ANYONE,
    "answer_invitation": ANYONE,
    "send_invitation_again": needs(Capability.LEAD_PEOPLE, Below.INVITATION, posts=True),
    "revoke_invitation": needs(Capability.LEAD_PEOPLE, Below.INVITATION, posts=True),
    # the register
    **_list("offerings", SIGNED_IN),
    **_list("atos", SIGNED_IN),
    **_list("agencies", SIGNED_IN),
    **_list("providers", SIGNED_IN),
    **_list("assessors", SIGNED_IN),
    **_list("conditions", SIGNED_IN),
    **_list("accesses", SIGNED_IN),
    **_list("messages", SIGNED_IN),
    "add_offering": needs(Capability.ADD_OWN_OFFERING),
    "offering": below(Below.OFFERING),
    "mute_offering": below(Below.OFFERING),
    "deliver_offering": below(Below.OFFERING, Capability.DELIVER),
    "withdraw_offering_delivery": below(Below.OFFERING, Capability.DELIVER),
    "set_designation": needs(Capability.SET_DESIGNATION, Below.OFFERING),
    "agency": below(Below.AGENCY),
    "provider": below(Below.PROVIDER),
    "assessor": below(Below.ASSESSOR),
    "add_system": needs(Capability.ADD_OWN_SYSTEM),
    "add_contact": needs(Capability.ADD_OWN_CONTACT),
    "confirm_contact": below(Below.CONTACT, Capability.CONFIRM_CONTACT, posts=True),
    "register_ato": needs(Capability.REGISTER_ATO),
    "ato": below(Below.ATO),
    "ato_step": below(Below.REGISTER),
    "mute_ato": below(Below.REGISTER),
    "grant_access": needs(Capability.GRANT_ACCESS),
    "access": below(Below.ACCESS),
    "access_act": below(Below.ACCESS),
    # cases
    **_list("cases", SIGNED_IN),
    "open_initial_case": needs(Capability.OPEN_INITIAL_CASE),
    "open_reuse_case": needs(Capability.OPEN_REUSE_CASE),
    "adopt_initial_case": needs(Capability.ADOPT_INITIAL_CASE),
    "adopt_reuse_case": needs(Capability.ADOPT_REUSE_CASE),
    "case": below(Below.CASE),
    "case_facts": below(Below.CASE),
    "case_step": below(Below.CASE),
    "case_documents": below(Below.CASE),
    "add_case_document": below(Below.CASE),
    "deliver_ato": below(Below.REGISTER, Capability.DELIVER),
    "withdraw_ato_delivery": below(Below.REGISTER, Capability.DELIVER),
    "take_over_documents": below(Below.CASE),
    "ato_documents": below(Below.REGISTER),
    "add_ato_document": below(Below.REGISTER),
    "document_file": below(Below.DOCUMENT),
    "document_act": below(Below.DOCUMENT),
    "case_findings": below(Below.CASE),
    "case_findings_csv": below(Below.CASE),
    "add_finding": below(Below.CASE),
    "change_draft": below(Below.FINDING),
    "ask_finding_again": below(Below.FINDING),
    "mute_case": below(Below.CASE),
    "tick_tip": below(Below.CASE, posts=True),
    "nudge": below(Below.CASE, posts=True),
    # what became of messages
    "own_messages": SIGNED_IN,
    "case_messages": below(Below.CASE),
    "ato_messages": below(Below.REGISTER),
    "organization_messages": below(Below.PEOPLE),
    "send_message_again": below(Below.MESSAGE, posts=True),
    "case_comments": below(Below.CASE),
    "change_comment": below(Below.CASE),
    "withdraw_comment": below(Below.CASE, posts=True),
    "move_to_release": below(Below.CASE, Capability.MOVE_TO_RELEASE),
    "case_wbs": below(Below.CASE),
    "case_wbs_csv": below(Below.CASE),
    "wbs_import": below(Below.CASE),
    "wbs_plan": below(Below.CASE),
    "wbs_dates": below(Below.CASE),
    "wbs_facts": below(Below.CASE, posts=True),
    "waive_gate": below(Below.CASE, Capability.WAIVE_GATE),
    "end_waiver": below(Below.CASE, Capability.WAIVE_GATE),
    "orphaned": needs(Capability.SEE_ORPHANED),
    "hand_over": below(Below.CASE, Capability.SEE_ORPHANED),
    "review_queue": below(Below.CASE, Capability.REVIEW_CASES, posts=True),
    # imports, and what they leave to decide
    **_list("import_runs", needs(Capability.SEE_IMPORTS)),
    **_list("import_troubles", needs(Capability.SEE_IMPORTS)),
    **_list("review_items", needs(Capability.SEE_IMPORTS)),
    "review_item": needs(Capability.SEE_IMPORTS, Below.REVIEW_ITEM),
    "import_run": needs(Capability.SEE_IMPORTS, Below.IMPORT_RUN),
    # the record
    "record": needs(Capability.SEE_RECORD),
    "verifications": needs(Capability.VERIFY_RECORD),
    "verify_record": needs(Capability.VERIFY_RECORD, posts=True),
    "verification": needs(Capability.VERIFY_RECORD, Below.VERIFICATION),
    "record_export": needs(Capability.EXPORT_RECORD),
    "record_acts_file": needs(Capability.EXPORT_RECORD),
    "record_security_file": needs(Capability.EXPORT_RECORD),
    # the site itself
    "healthz": ANYONE,
    "readyz": ANYONE,
    "accessibility": ANYONE,
    "security_contact": ANYONE,
    "security_txt": ANYONE,
    "styleguide": SIGNED_IN,
    # the API
    "api_page": ANYONE,
    "api_openapi": ANYONE,
    "api_nothing": ANYONE,
    "api_atos": PROGRAMS,
    "api_register_ato": below(Below.NOTHING, Capability.REGISTER_ATO, way=Way.PROGRAM),
    "api_ato": below(Below.ATO, way=Way.PROGRAM),
    "api_ato_step": below(Below.REGISTER, way=Way.PROGRAM, posts=True),
    "api_cases": PROGRAMS,
    "api_case": below(Below.CASE, way=Way.PROGRAM),
    "api_comments": below(Below.CASE, way=Way.PROGRAM),
    "api_guidance": below(Below.CASE, way=Way.PROGRAM),
    "api_tick": below(Below.CASE, way=Way.PROGRAM, posts=True),
    "api_case_findings": below(Below.CASE, way=Way.PROGRAM),
    "api_case_wbs": below(Below.CASE, way=Way.PROGRAM),
    "api_case_step": below(Below.CASE, way=Way.PROGRAM, posts=True),
    "api_answer_finding": below(Below.FINDING, way=Way.PROGRAM, posts=True),
    "api_settle_finding": below(Below.FINDING, way=Way.PROGRAM, posts=True),
    "api_ask_finding_again": below(Below.FINDING, way=Way.PROGRAM, posts=True),
    "api_case_documents": below(Below.CASE, way=Way.PROGRAM),
    "api_case_document_file": below(Below.CASE, way=Way.PROGRAM, posts=True),
    "api_case_deadlines": below(Below.CASE, way=Way.PROGRAM),
    "api_ato_deadlines": below(Below.REGISTER, way=Way.PROGRAM),
    "api_offering_deadlines": below(Below.OFFERING, way=Way.PROGRAM),
    "api_ato_deliveries": below(Below.REGISTER, Capability.DELIVER, way=Way.PROGRAM, posts=True),
    "api_withdraw_ato_delivery": below(Below.REGISTER, Capability.DELIVER, way=Way.PROGRAM, posts=True),
    "api_offering_deliveries": below(Below.OFFERING, Capability.DELIVER, way=Way.PROGRAM, posts=True),
    "api_withdraw_offering_delivery": below(Below.OFFERING, Capability.DELIVER, way=Way.PROGRAM, posts=True),
    "api_take_over_documents": below(Below.CASE, way=Way.PROGRAM),
    "api_ato_documents": below(Below.REGISTER, way=Way.PROGRAM),
    "api_ato_document_file": below(Below.REGISTER, way=Way.PROGRAM, posts=True),
    "api_document_file": below(Below.DOCUMENT, way=Way.PROGRAM),
    "api_document_act": below(Below.DOCUMENT, way=Way.PROGRAM, posts=True),
    # the desk
    "admin:login": ANYONE,
    "admin:index": needs(Capability.ENTER_DESK),
    "admin:authorizations_importrun_import": needs(Capability.APPLY_IMPORT),
    "admin:authorizations_importrun_plan": needs(Capability.APPLY_IMPORT),
    "admin:authorizations_importrun_apply": needs(Capability.APPLY_IMPORT),
    **{
        f"admin:authorizations_{noun}_{page}": needs(Capability.IMPORT_RULES)
        for noun in ("rulesrelease", "ruleedition")
        for page in ("import", "plan", "apply")
    },
    "admin:authorizations_case_move": needs(Capability.MOVE_TO_RELEASE),
}
# The pages that each noun has at the desk. What of a noun may be written, its class there asks (`admin/editing.py`).
OF_THE_DESK: dict[str, Rule] = {
    "changelist": needs(Capability.ENTER_DESK),
    "add": needs(Capability.ENTER_DESK),
    "suggestions": needs(Capability.ENTER_DESK),
    "bulk": needs(Capability.ENTER_DESK),
    "change": needs(Capability.ENTER_DESK, Below.OF_THE_DESK),
    "history": needs(Capability.ENTER_DESK, Below.OF_THE_DESK),
    "step": needs(Capability.ENTER_DESK, Below.OF_THE_DESK),
}
PAGE_OF_A_NOUN = re.compile("admin:(?:accounts|authorizations)_[a-z]+_([a-z]+)")
# What a refusal says, where that is more than that the role does not allow it.
SENTENCES = {
    Capability.ENTER_DESK: "The desk is open to the PMO and to auditors.",
    Capability.APPLY_IMPORT: "Only a lead of the PMO imports a Marketplace feed.",
    Capability.IMPORT_RULES: "Only a lead of the PMO imports rules.",
    Capability.MOVE_TO_RELEASE: "Only a lead of the PMO moves a case to another release.",
    Capability.SET_LOCAL_POLICY: "Only a lead of the PMO decides what the rules leave open.",
}


def rule_of(name: str) -> Rule | None:
    """The rule of an address; None where it has none, and is therefore closed."""
    page = PAGE_OF_A_NOUN.fullmatch(name)
    return RULES.get(name) or (OF_THE_DESK.get(page[1]) if page else None)


def opens(roles: Iterable[str], name: str) -> bool:
    """Whether an address is open to a person with these roles, before anything is looked up."""
    rule = rule_of(name)
    return rule is not None and (rule.capability is None or may(roles, rule.capability))
