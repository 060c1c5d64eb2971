"""What each address answers to each person: by its rule, and by who sees and may do what with the record behind it."""

from accounts.roles import Role
from authorizations.policy import may
from authorizations.url_access import AccessLevel, ObjectScope
from tests.admin.admin_pages import FOR_LEADS, READ_ONLY
from tests.attacks.records import record_type_in_the_admin
from tests.attacks.urls import Address
from tests.cast import PEOPLE

ROLES: dict[str, Role] = {key: role for key, _, _, role in PEOPLE}
EVERYBODY = frozenset(ROLES)
STRANGERS = {"stranger_agency", "stranger_csp", "bureau_liaison"}
ASSESSORS = {"assessor_lead", "assessor_member"}
# For whom the record is there that `records.py` puts behind an address; for everyone else it is 404.
SEES: dict[ObjectScope, frozenset[str]] = {
    ObjectScope.CASE: EVERYBODY - STRANGERS,
    ObjectScope.CO_SIGNER: EVERYBODY - STRANGERS | {"stranger_agency"},
    # A draft of the agency.
    ObjectScope.FINDING: frozenset({"liaison", "reviewer", "official", "viewer", "auditor"}),
    ObjectScope.ATO: EVERYBODY,
    ObjectScope.REGISTER: EVERYBODY - STRANGERS - ASSESSORS,
    ObjectScope.ACCESS: EVERYBODY - STRANGERS - ASSESSORS,
    ObjectScope.DOCUMENT: EVERYBODY - STRANGERS,
    **dict.fromkeys((ObjectScope.OFFERING, ObjectScope.AGENCY, ObjectScope.PROVIDER, ObjectScope.ASSESSOR), EVERYBODY),
    ObjectScope.ORGANIZATION: EVERYBODY,
    **dict.fromkeys(
        (
            ObjectScope.IMPORT_RUN,
            ObjectScope.FOUND_FEED,
            ObjectScope.REVIEW_ITEM,
            ObjectScope.VERIFICATION,
            ObjectScope.IN_ADMIN,
        ),
        EVERYBODY,
    ),
    ObjectScope.PEOPLE: frozenset({"liaison", "reviewer", "official", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}),
    ObjectScope.INVITATION: frozenset({"liaison", "pmo_lead"}),
    ObjectScope.JOIN_REQUEST: frozenset({"liaison", "pmo_lead"}),
    ObjectScope.DELEGATION: frozenset({"liaison", "reviewer", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}),
    ObjectScope.CONTACT: frozenset(
        {"liaison", "reviewer", "official", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}
    ),
    ObjectScope.AGENCY_LIST: frozenset(
        {"liaison", "reviewer", "official", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}
    ),
    ObjectScope.CORRECTION: frozenset(
        {"liaison", "reviewer", "official", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}
    ),
    ObjectScope.TOKEN: frozenset({"liaison"}),
    ObjectScope.CALENDAR_FEED: frozenset({"liaison"}),
    ObjectScope.REPORT: frozenset({"liaison"}),
    ObjectScope.REPORT_SCHEDULE: frozenset({"liaison"}),
    ObjectScope.OWN_MEMBERSHIP: frozenset({"viewer"}),
    ObjectScope.MESSAGE: frozenset({"liaison", "pmo_lead", "pmo_reviewer"}),
    ObjectScope.READ_MESSAGE: frozenset({"reviewer", "pmo_lead", "pmo_reviewer", "auditor"}),
    ObjectScope.MUTE: frozenset({"liaison"}),
    ObjectScope.SAVED_VIEW: frozenset({"liaison"}),
    ObjectScope.PASSKEY: frozenset(),
}
PMO = {"pmo_lead", "pmo_reviewer"}
PLANNERS = {"liaison", "reviewer", "official", "csp_lead", "csp_contributor"}
DELIVERING = {"csp_lead", "csp_contributor", *PMO}
OF_PROVIDERS = (
    *("withdraw_ato_delivery", "api_withdraw_ato_delivery", "deliver_offering", "api_offering_deliveries"),
    *("withdraw_offering_delivery", "api_withdraw_offering_delivery"),
)
# Those whose role does more than read.
ACTING = EVERYBODY - {"viewer", "csp_viewer", "auditor"}
# Of those who see the record, who may do to it what the address is for.
DOES: dict[str, set[str]] = {
    "case_facts": ACTING,
    "case_step": {"reviewer", "official"},
    "nudge": ACTING,
    "add_finding": {"liaison", "reviewer", *PMO},
    "change_draft": {"liaison", "reviewer"},
    "ask_finding_again": {"liaison", "reviewer"},
    "change_comment": {"liaison"},
    "withdraw_comment": {"liaison"},
    **dict.fromkeys(("add_case_document", "add_case_files"), ACTING),
    **{name: {"liaison", "reviewer", *DELIVERING} for name in ("deliver_ato", "api_ato_deliveries")},
    **dict.fromkeys(OF_PROVIDERS, DELIVERING),
    **{name: {"csp_lead", "csp_contributor"} for name in ("take_over_documents", "api_take_over_documents")},
    **{
        name: {"liaison", "reviewer", "csp_lead", "csp_contributor", *PMO}
        for name in ("add_ato_document", "add_ato_files")
    },
    "document_act": {"liaison", "reviewer"},
    "name_co_signer": {"liaison"},
    "locate_package": {"liaison"},
    "remove_co_signer": {"liaison"},
    "sign_joint_authorization": {"stranger_agency"},
    "api_co_signer": {"stranger_agency"},
    "api_tick": {"liaison", "reviewer", "official"},
    "wbs_import": PLANNERS,
    "wbs_plan": PLANNERS,
    "wbs_dates": PLANNERS | PMO,
    "wbs_facts": PLANNERS | ASSESSORS,
    "api_document_act": {"liaison", "reviewer"},
    "api_case_document_file": ACTING,
    "api_ato_document_file": {"liaison", "reviewer", "csp_lead", "csp_contributor", *PMO},
    "check_tip": {"liaison", "reviewer", "official"},
    "api_case_step": {"liaison", "official", "csp_lead", "pmo_lead"},
    "ato_step": {"liaison", *PMO},
    "api_ato_step": {"liaison", *PMO},
    "access_act": {"liaison", *PMO},
    **{name: {"liaison"} for name in ("invite", "invite_several", "change_role", "add_role")},
    **{name: {"liaison"} for name in ("webhook", "renew_webhook_secret", "repeat_webhook", "remove_webhook")},
    "end_delegation": {"liaison", "reviewer", "viewer"},
    "confirm_contact": {"liaison"},
    "hand_over": {"liaison"},
    "correct_offering": {"csp_lead"},
    "correct_ato": {"liaison"},
    "admin:authorizations_ato_step": PMO,
    "admin:authorizations_ato_bulk": {"pmo_lead"},
    "admin:authorizations_case_step": PMO,
    "admin:authorizations_case_bulk": PMO,
}
# What answers something else than a page once it is open: it leads on, or there is nothing of the person's there yet.
OTHERWISE = {
    # Without the relation whose records are asked for.
    "admin:autocomplete": 403,
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    "openid_connect_callback": 404,
    "saved_form": 302,
    "new_password": 404,
    # Without the secret of its link.
    "calendar_feed": 404,
    "unsubscribe": 404,
    # No timer runs beside this test: anyone who asks is told so.
    "readyz": 503,
    "people": 302,
    # The file of the record is not kept.
    "found_feed_plan": 302,
    # Nobody has answered the draft.
    "ask_finding_again": 409,
    # Anyone who is named there to decide is still there.
    "hand_over": 409,
    # No workbook was chosen, and no agency's list.
    "wbs_plan": 302,
    "list_preview": 404,
    # No row was chosen.
    "desk_act": 302,
    # No agency was named.
    **dict.fromkeys(("difference_act", "choose_decisions", "decisions_preview"), 404),
    **dict.fromkeys(("reconciliation_csv", "reconciliation_xlsx", "reconciliation_json"), 404),
    "desk_differences": 302,
    "open_invitation": 404,
    "answer_invitation": 404,
    "request_to_join": 404,
    "enrol": 302,
    "mfa_reauthenticate": 302,
    "mfa_reauthenticate_webauthn": 302,
    "mfa_deactivate_totp": 404,
    "mfa_view_recovery_codes": 404,
    "review_items": 302,
    # One was proposed already, and its page says so.
    "correct_ato": 302,
    # No feed publishes the agency.
    "correct_organization": 404,
    # It is not made yet.
    **dict.fromkeys(("report_job_file", "api_report_file"), 409),
    # The file is not where it should be.
    **dict.fromkeys(("document_file", "api_document_file"), 409),
    "admin:login": 302,
    # Nothing was chosen.
    "admin:authorizations_ato_bulk": 302,
    "admin:authorizations_case_bulk": 302,
    "admin:authorizations_case_move": 302,
    **{
        f"admin:authorizations_{record_type}_{page}": 302
        for record_type in ("rulesrelease", "ruleedition")
        for page in ("plan", "apply")
    },
    "admin:authorizations_importrun_plan": 302,
    "admin:authorizations_importrun_apply": 302,
}
# These lead on anyone who is signed in.
FOR_THE_SIGNED_OUT = {"sign_in", "account_login"}


def refused(address: Address, key: str | None, *, by_rule: bool = False) -> int:
    """The status with which a person is refused an address, read or written; 0 where nothing keeps them out.

    Args:
        key: the person in the cast; None is anyone who is not signed in.
        by_rule: as the rule of the address alone says, whatever `DOES` adds.
    """
    rule = address.rule
    if rule.level is AccessLevel.ANYONE:
        return 0
    if key is None:
        return 401 if rule.level is AccessLevel.PROGRAM else 302
    role = [ROLES[key]]
    if rule.capability is not None and not may(role, rule.capability):
        return 403
    if rule.scope and key not in SEES[rule.scope]:
        return 404
    is_let = rule.then_capability is None or may(role, rule.then_capability)
    does = EVERYBODY if by_rule else DOES.get(address.name, EVERYBODY)
    return 0 if is_let and key in does and adds(address, key) else 403


def adds(address: Address, key: str) -> bool:
    """Whether the page is any but the admin's for adding a record of a type, or the person adds such."""
    record_type = record_type_in_the_admin(address)
    if not record_type or not address.name.endswith("_add"):
        return True
    leads_only = record_type in FOR_LEADS | {"ato"}
    return record_type not in READ_ONLY and (key == "pmo_lead" or (key == "pmo_reviewer" and not leads_only))


def answer_to_reading(address: Address, key: str | None) -> int:
    """The status of a GET."""
    rule = address.rule
    # The API knows no reading at addresses of acts, no matter who asks; elsewhere who one is comes first.
    if rule.post_only and (rule.level is not AccessLevel.PERSON or (key is not None and not _by_role(address, key))):
        return 405
    if key is not None and address.name in FOR_THE_SIGNED_OUT:
        return 302
    return refused(address, key) or OTHERWISE.get(address.name, 200)


def _by_role(address: Address, key: str) -> bool:
    """Whether the role alone refuses, before it is asked how the address was called."""
    capability = address.rule.capability
    return capability is not None and not may([ROLES[key]], capability)
