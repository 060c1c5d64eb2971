"""What the admin says when a rule of the database refuses a record: one sentence per constraint, by its name."""

import re

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

_CONSTRAINT = re.compile(r"^Constraint “(\w+)” is violated\.$")

SENTENCES: dict[str, str] = {
    "alias_once": "This organization already has this alias.",
    "ato_made_here_has_a_system": "An ATO that is entered here needs the agency's system.",
    "ato_one_live_initial_per_offering": "This offering already has an initial ATO in force. Enter this one as reuse.",
    "ato_stage_known": "The portal does not know this stage.",
    "ato_superseded_only_when_ended": "Only a superseded ATO names the one that follows it.",
    "ato_type_known": "The portal does not know this type of ATO.",
    "office_closure_once_a_day": "This day is a closing already.",
    "condition_met_with_evidence": "A condition that is met needs its evidence: say where it can be seen.",
    "contact_once": "This organization already has this contact with this function.",
    "leverage_not_of_itself": "An offering does not build on itself.",
    "leverage_once": "The portal already knows that this offering builds on that one.",
    "membership_ends_after_it_starts": "The last day must not be before the first.",
    "membership_role_once_at_a_time": "This person already has this role in this organization.",
    "membership_role_known": "The portal does not know this role.",
    "bounce_once": "This address is marked as failing already.",
    "bounce_address_in_lower_case": "Addresses are kept in lower case.",
    "bounce_cleared_after_it_failed": "An address is cleared on the day it failed or later.",
    "notice_received_after_notified": "The day of receipt must not be before the day of the notice.",
    "offering_assessed_on_a_day": "The yearly assessment needs a month and a day as MM-DD, such as 09-30.",
    "offering_class_known": "The portal does not know this certification class.",
    "offering_designation_known": "The portal does not know this designation.",
    "offering_id_absent_not_blank": "Leave the FedRAMP id empty where there is none yet.",
    "offering_published_before_not": "An offering cannot leave the feed before it was in it.",
    "organization_kind_known": "The portal does not know this kind of organization.",
    "organization_not_its_own_parent": "An organization is not its own parent.",
    "organization_of_a_join_domain": "People with an address at this domain may ask another organization already.",
    "organization_one_pmo": "There is one PMO, and the portal already has it.",
    "organization_only_agencies_have_parents": "Only agencies have a parent. Remove it, or choose the kind agency.",
    "organization_published_before_not": "An organization cannot leave the feed before it was in it.",
    "system_name_once_per_agency": "This agency already has a system of this name.",
    "user_email_in_lower_case": "Write the address in lower case.",
    "user_merged_signs_in_no_more": "This account was merged into another one and stays switched off.",
    "user_not_merged_into_itself": "An account is not merged into itself.",
}
# Two people, or one with two clicks, saved the same thing in the same moment: the second comes too late.
SAVED_TWICE = (
    "A record with these values was saved a moment ago. Look for it in the list before you save this one again."
)


def in_words(error: ValidationError, fields: set[str]) -> ValidationError:
    """The same error with sentences for names of constraints, and on top what no field of the form shows."""
    if not hasattr(error, "error_dict"):
        return ValidationError([_sentence(one) for one in error.error_list])
    by_field: dict[str, list[ValidationError]] = {}
    for field, errors in error.error_dict.items():
        place = field if field in fields else NON_FIELD_ERRORS
        by_field.setdefault(place, []).extend(_sentence(one) for one in errors)
    return ValidationError(by_field)


def _sentence(error: ValidationError) -> ValidationError:
    text = "".join(error.messages)
    named = _CONSTRAINT.match(text)
    return ValidationError(SENTENCES[named[1]], code=error.code) if named and named[1] in SENTENCES else error
