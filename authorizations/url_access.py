"""Who may ask for which address: one rule for each, read by the middleware, the menu, the checks and the tests. Pure.

An address without a rule is not there: the portal does not start with one (`checks.py`), and if it did, the middleware
would answer 404. Rules name addresses as Django does, with the namespace before a colon.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from authorizations.policy import Capability, may


class AccessLevel(StrEnum):
    """Who must have come before an address is asked for anything."""

    ANYONE = "anyone"
    PERSON = "a person who is signed in"
    # The API answers 401 by itself where a page would lead to the sign-in page.
    PROGRAM = "a program with a token, or a page within a session"


class ObjectScope(StrEnum):
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
    IN_ADMIN = "record of the desk"


@dataclass(frozen=True, slots=True)
class UrlRule:
    """Who may ask for one address, in the order in which it is asked.

    Attributes:
        way: who must be there; everyone else is led to the sign-in page, or told 401.
        factor: whether the person must have shown more than a password.
        capability: what the person's role must allow, before anything is looked up; else 403.
        posts: whether the address takes only what is sent; reading it answers 405.
        below: what is looked up among what the person may see; else 404.
        then: what the role must allow once that was found, so that strangers are told 404 first.
    """

    level: AccessLevel = AccessLevel.PERSON
    factor: bool = True
    capability: Capability | None = None
    post_only: bool = False
    scope: ObjectScope = ObjectScope.NOTHING
    then_capability: Capability | None = None


ANYONE, SIGNED_IN, PROGRAMS = UrlRule(AccessLevel.ANYONE), UrlRule(), UrlRule(AccessLevel.PROGRAM)
# The pages on which a person who has shown a password alone adds a second factor, and what belongs to them.
WITHOUT_FACTOR = UrlRule(factor=False)
SENT_BY_ANYONE, SENT = UrlRule(AccessLevel.ANYONE, post_only=True), UrlRule(post_only=True)


def requires(capability: Capability, scope: ObjectScope = ObjectScope.NOTHING, *, posts: bool = False) -> UrlRule:
    """Open to the roles of a capability."""
    return UrlRule(capability=capability, scope=scope, post_only=posts)


def scoped_to(
    record_type: ObjectScope,
    then: Capability | None = None,
    *,
    way: AccessLevel = AccessLevel.PERSON,
    posts: bool = False,
) -> UrlRule:
    """Open to whoever may see the record, and then, where that is asked, has the capability."""
    return UrlRule(way, scope=record_type, then_capability=then, post_only=posts)


def _list(name: str, rule: UrlRule) -> dict[str, UrlRule]:
    """A list, and its exports."""
    return {name: rule, **{f"{name}_{suffix}": rule for suffix in ("csv", "xlsx", "json")}}


RULES: dict[str, UrlRule] = {
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
    "local_policy": requires(Capability.SET_LOCAL_POLICY),
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
    "saved_form": SIGNED_IN,
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
    "mfa_remove_webauthn": scoped_to(ObjectScope.PASSKEY),
    "mfa_view_recovery_codes": WITHOUT_FACTOR,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "change_password": SIGNED_IN,
    "end_session": SENT,
    "end_other_sessions": SENT,
    "notification_settings": SIGNED_IN,
    "end_mute": scoped_to(ObjectScope.MUTE, posts=True),
    "tokens": SIGNED_IN,
    "make_token": SIGNED_IN,
    "revoke_token": scoped_to(ObjectScope.TOKEN, posts=True),
    "calendar": SIGNED_IN,
    # Its link holds a secret.
    "calendar_feed": ANYONE,
    "calendar_links": SIGNED_IN,
    "make_calendar_link": SIGNED_IN,
    "revoke_calendar_link": scoped_to(ObjectScope.CALENDAR_FEED, posts=True),
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
    "report_job": scoped_to(ObjectScope.REPORT),
    "report_job_file": scoped_to(ObjectScope.REPORT),
    **{
        name: scoped_to(ObjectScope.REPORT, posts=True)
        for name in ("cancel_report", "ask_report_again", "remove_report")
    },
    **{f"{act}_schedule": scoped_to(ObjectScope.REPORT_SCHEDULE, posts=True) for act in ("pause", "resume", "remove")},
    "delegations": SIGNED_IN,
    "delegate": requires(Capability.DELEGATE),
    "end_delegation": scoped_to(ObjectScope.DELEGATION, posts=True),
    "people": SIGNED_IN,
    "people_of": scoped_to(ObjectScope.PEOPLE),
    "invite": scoped_to(ObjectScope.PEOPLE, Capability.LEAD_PEOPLE),
    "change_role": scoped_to(ObjectScope.PEOPLE, Capability.LEAD_PEOPLE),
    "end_membership": scoped_to(ObjectScope.PEOPLE, Capability.LEAD_PEOPLE),
    "leave_organization": scoped_to(ObjectScope.OWN_MEMBERSHIP),
    "merge_accounts": requires(Capability.MANAGE_PEOPLE),
    "open_invitation": ANYONE,
    "answer_invitation": ANYONE,
    "send_invitation_again": requires(Capability.LEAD_PEOPLE, ObjectScope.INVITATION, posts=True),
    "revoke_invitation": requires(Capability.LEAD_PEOPLE, ObjectScope.INVITATION, posts=True),
    # the register
    **_list("offerings", SIGNED_IN),
    **_list("atos", SIGNED_IN),
    **_list("agencies", SIGNED_IN),
    **_list("providers", SIGNED_IN),
    **_list("assessors", SIGNED_IN),
    **_list("conditions", SIGNED_IN),
    **_list("accesses", SIGNED_IN),
    **_list("messages", SIGNED_IN),
    "add_offering": requires(Capability.ADD_OWN_OFFERING),
    "offering": scoped_to(ObjectScope.OFFERING),
    "mute_offering": scoped_to(ObjectScope.OFFERING),
    "deliver_offering": scoped_to(ObjectScope.OFFERING, Capability.DELIVER),
    "withdraw_offering_delivery": scoped_to(ObjectScope.OFFERING, Capability.DELIVER),
    "set_designation": requires(Capability.SET_DESIGNATION, ObjectScope.OFFERING),
    "agency": scoped_to(ObjectScope.AGENCY),
    "provider": scoped_to(ObjectScope.PROVIDER),
    "assessor": scoped_to(ObjectScope.ASSESSOR),
    "add_system": requires(Capability.ADD_OWN_SYSTEM),
    "add_contact": requires(Capability.ADD_OWN_CONTACT),
    "confirm_contact": scoped_to(ObjectScope.CONTACT, Capability.CONFIRM_CONTACT, posts=True),
    "register_ato": requires(Capability.REGISTER_ATO),
    "ato": scoped_to(ObjectScope.ATO),
    "ato_step": scoped_to(ObjectScope.REGISTER),
    "mute_ato": scoped_to(ObjectScope.REGISTER),
    "grant_access": requires(Capability.GRANT_ACCESS),
    "access": scoped_to(ObjectScope.ACCESS),
    "access_act": scoped_to(ObjectScope.ACCESS),
    # cases
    **_list("cases", SIGNED_IN),
    "open_initial_case": requires(Capability.OPEN_INITIAL_CASE),
    "open_reuse_case": requires(Capability.OPEN_REUSE_CASE),
    "adopt_initial_case": requires(Capability.ADOPT_INITIAL_CASE),
    "adopt_reuse_case": requires(Capability.ADOPT_REUSE_CASE),
    "case": scoped_to(ObjectScope.CASE),
    "case_facts": scoped_to(ObjectScope.CASE),
    "case_step": scoped_to(ObjectScope.CASE),
    "case_documents": scoped_to(ObjectScope.CASE),
    "add_case_document": scoped_to(ObjectScope.CASE),
    "deliver_ato": scoped_to(ObjectScope.REGISTER, Capability.DELIVER),
    "withdraw_ato_delivery": scoped_to(ObjectScope.REGISTER, Capability.DELIVER),
    "take_over_documents": scoped_to(ObjectScope.CASE),
    "ato_documents": scoped_to(ObjectScope.REGISTER),
    "add_ato_document": scoped_to(ObjectScope.REGISTER),
    "document_file": scoped_to(ObjectScope.DOCUMENT),
    "document_act": scoped_to(ObjectScope.DOCUMENT),
    "case_findings": scoped_to(ObjectScope.CASE),
    "case_findings_csv": scoped_to(ObjectScope.CASE),
    "add_finding": scoped_to(ObjectScope.CASE),
    "change_draft": scoped_to(ObjectScope.FINDING),
    "ask_finding_again": scoped_to(ObjectScope.FINDING),
    "mute_case": scoped_to(ObjectScope.CASE),
    "check_tip": scoped_to(ObjectScope.CASE, posts=True),
    "nudge": scoped_to(ObjectScope.CASE, posts=True),
    # what became of messages
    "own_messages": SIGNED_IN,
    "case_messages": scoped_to(ObjectScope.CASE),
    "ato_messages": scoped_to(ObjectScope.REGISTER),
    "organization_messages": scoped_to(ObjectScope.PEOPLE),
    "send_message_again": scoped_to(ObjectScope.MESSAGE, posts=True),
    "case_comments": scoped_to(ObjectScope.CASE),
    "change_comment": scoped_to(ObjectScope.CASE),
    "withdraw_comment": scoped_to(ObjectScope.CASE, posts=True),
    "move_to_release": scoped_to(ObjectScope.CASE, Capability.MOVE_TO_RELEASE),
    "case_wbs": scoped_to(ObjectScope.CASE),
    "case_wbs_csv": scoped_to(ObjectScope.CASE),
    "wbs_import": scoped_to(ObjectScope.CASE),
    "wbs_plan": scoped_to(ObjectScope.CASE),
    "wbs_dates": scoped_to(ObjectScope.CASE),
    "wbs_facts": scoped_to(ObjectScope.CASE, posts=True),
    "waive_gate": scoped_to(ObjectScope.CASE, Capability.WAIVE_GATE),
    "end_waiver": scoped_to(ObjectScope.CASE, Capability.WAIVE_GATE),
    "orphaned": requires(Capability.SEE_ORPHANED),
    "hand_over": scoped_to(ObjectScope.CASE, Capability.SEE_ORPHANED),
    "review_queue": scoped_to(ObjectScope.CASE, Capability.REVIEW_CASES, posts=True),
    # imports, and what they leave to decide
    **_list("import_runs", requires(Capability.SEE_IMPORTS)),
    **_list("import_issues", requires(Capability.SEE_IMPORTS)),
    **_list("review_items", requires(Capability.SEE_IMPORTS)),
    "review_item": requires(Capability.SEE_IMPORTS, ObjectScope.REVIEW_ITEM),
    "import_run": requires(Capability.SEE_IMPORTS, ObjectScope.IMPORT_RUN),
    # the record
    "record": requires(Capability.SEE_RECORD),
    "verifications": requires(Capability.VERIFY_RECORD),
    "verify_record": requires(Capability.VERIFY_RECORD, posts=True),
    "verification": requires(Capability.VERIFY_RECORD, ObjectScope.VERIFICATION),
    "record_export": requires(Capability.EXPORT_RECORD),
    "record_acts_file": requires(Capability.EXPORT_RECORD),
    "record_security_file": requires(Capability.EXPORT_RECORD),
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
    "api_register_ato": scoped_to(ObjectScope.NOTHING, Capability.REGISTER_ATO, way=AccessLevel.PROGRAM),
    "api_ato": scoped_to(ObjectScope.ATO, way=AccessLevel.PROGRAM),
    "api_ato_step": scoped_to(ObjectScope.REGISTER, way=AccessLevel.PROGRAM, posts=True),
    "api_cases": PROGRAMS,
    "api_case": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_comments": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_guidance": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_tick": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM, posts=True),
    "api_case_findings": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_case_wbs": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_case_step": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM, posts=True),
    "api_answer_finding": scoped_to(ObjectScope.FINDING, way=AccessLevel.PROGRAM, posts=True),
    "api_settle_finding": scoped_to(ObjectScope.FINDING, way=AccessLevel.PROGRAM, posts=True),
    "api_ask_finding_again": scoped_to(ObjectScope.FINDING, way=AccessLevel.PROGRAM, posts=True),
    "api_case_documents": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_case_document_file": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM, posts=True),
    "api_case_deadlines": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_ato_deadlines": scoped_to(ObjectScope.REGISTER, way=AccessLevel.PROGRAM),
    "api_offering_deadlines": scoped_to(ObjectScope.OFFERING, way=AccessLevel.PROGRAM),
    "api_ato_deliveries": scoped_to(ObjectScope.REGISTER, Capability.DELIVER, way=AccessLevel.PROGRAM, posts=True),
    "api_withdraw_ato_delivery": scoped_to(
        ObjectScope.REGISTER, Capability.DELIVER, way=AccessLevel.PROGRAM, posts=True
    ),
    "api_offering_deliveries": scoped_to(ObjectScope.OFFERING, Capability.DELIVER, way=AccessLevel.PROGRAM, posts=True),
    "api_withdraw_offering_delivery": scoped_to(
        ObjectScope.OFFERING, Capability.DELIVER, way=AccessLevel.PROGRAM, posts=True
    ),
    "api_take_over_documents": scoped_to(ObjectScope.CASE, way=AccessLevel.PROGRAM),
    "api_ato_documents": scoped_to(ObjectScope.REGISTER, way=AccessLevel.PROGRAM),
    "api_ato_document_file": scoped_to(ObjectScope.REGISTER, way=AccessLevel.PROGRAM, posts=True),
    "api_document_file": scoped_to(ObjectScope.DOCUMENT, way=AccessLevel.PROGRAM),
    "api_document_act": scoped_to(ObjectScope.DOCUMENT, way=AccessLevel.PROGRAM, posts=True),
    # the desk
    "admin:login": ANYONE,
    "admin:index": requires(Capability.USE_ADMIN),
    "admin:authorizations_importrun_import": requires(Capability.APPLY_IMPORT),
    "admin:authorizations_importrun_plan": requires(Capability.APPLY_IMPORT),
    "admin:authorizations_importrun_apply": requires(Capability.APPLY_IMPORT),
    **{
        f"admin:authorizations_{record_type}_{page}": requires(Capability.IMPORT_RULES)
        for record_type in ("rulesrelease", "ruleedition")
        for page in ("import", "plan", "apply")
    },
    "admin:authorizations_case_move": requires(Capability.MOVE_TO_RELEASE),
}
# The pages that each noun has at the desk. What of a noun may be written, its class there asks (`admin/editing.py`).
IN_ADMIN: dict[str, UrlRule] = {
    "changelist": requires(Capability.USE_ADMIN),
    "add": requires(Capability.USE_ADMIN),
    "suggestions": requires(Capability.USE_ADMIN),
    "bulk": requires(Capability.USE_ADMIN),
    "change": requires(Capability.USE_ADMIN, ObjectScope.IN_ADMIN),
    "history": requires(Capability.USE_ADMIN, ObjectScope.IN_ADMIN),
    "step": requires(Capability.USE_ADMIN, ObjectScope.IN_ADMIN),
}
PAGE_OF_A_RECORD_TYPE = re.compile("admin:(?:accounts|authorizations)_[a-z]+_([a-z]+)")
# What a refusal says, where that is more than that the role does not allow it.
SENTENCES = {
    Capability.USE_ADMIN: "The desk is open to the PMO and to auditors.",
    Capability.APPLY_IMPORT: "Only a lead of the PMO imports a Marketplace feed.",
    Capability.IMPORT_RULES: "Only a lead of the PMO imports rules.",
    Capability.MOVE_TO_RELEASE: "Only a lead of the PMO moves a case to another release.",
    Capability.SET_LOCAL_POLICY: "Only a lead of the PMO decides what the rules leave open.",
}


def rule_of(name: str) -> UrlRule | None:
    """The rule of an address; None where it has none, and is therefore closed."""
    page = PAGE_OF_A_RECORD_TYPE.fullmatch(name)
    return RULES.get(name) or (IN_ADMIN.get(page[1]) if page else None)


def opens(roles: Iterable[str], name: str) -> bool:
    """Whether an address is open to a person with these roles, before anything is looked up."""
    rule = rule_of(name)
    return rule is not None and (rule.capability is None or may(roles, rule.capability))
