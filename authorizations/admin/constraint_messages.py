"""What the desk says when a rule of the database refuses a record: one sentence per constraint, by its name."""

import re

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

_CONSTRAINT = re.compile(r"^Constraint “(\w+)” is violated\.$")

SENTENCES: dict[str, str] = {
    "document_file_or_reference": "A version is a file or a reference, not both.",
    "document_named_or_titled": "A document has its name from the rules, or a title of its own.",
    "document_of_a_case_or_an_ato": "A document belongs to a case or to an ATO.",
    "document_once_in_a_case": "This case has such a document already.",
    "document_once_in_an_ato": "This ATO has such a document already.",
    "document_version_once": "This document has a version of this number already.",
    "document_withdrawn_with_reason": "A version is withdrawn by somebody, with a reason.",
    "access_token_name_once": "This person has a token of this name.",
    "alias_once": "This organization already has this alias.",
    "ato_made_here_has_a_system": "An ATO that is entered here needs the agency's system.",
    "ato_one_live_initial_per_offering": "This offering already has an initial ATO in force. Enter this one as reuse.",
    "ato_stage_known": "The portal does not know this stage.",
    "ato_superseded_only_when_ended": "Only a superseded ATO names the one that follows it.",
    "ato_type_known": "The portal does not know this type of ATO.",
    "calendar_feed_of_one_thing": "A calendar link is to an organization or to an offering, not to both.",
    "calendar_feed_once_of_offering": "This person has a link to the calendar of this offering.",
    "calendar_feed_once_of_organization": "This person has a link to the calendar of this organization.",
    "calendar_feed_once_of_person": "This person has a link to their own calendar.",
    "case_one_listed_per_offering": "This offering already has an initial case in the Marketplace's list.",
    "case_one_open_reuse_per_system": "The agency already has an open reuse case of this offering for this system.",
    "case_stage_of_its_kind": "The portal does not know this stage for this kind of case.",
    "office_closure_once_a_day": "This day is a closing already.",
    "comment_says_something_until_withdrawn": "A comment says something until it is withdrawn.",
    "condition_met_with_evidence": "A condition that is met needs its evidence: say where it can be seen.",
    "contact_once": "This organization already has this contact with this function.",
    "delegation_ends_after_it_starts": "The last day must not be before the first.",
    "delegation_never_of_officials": "An authorizing official's role is never lent.",
    "deliverable_of_one_record": "A delivery belongs to an ATO or to an offering, and to one of both.",
    "deliverable_once_of_ato": "This duty is met for this period already.",
    "deliverable_once_of_offering": "This duty is met for this period already.",
    "designation_step_known": "The portal does not know this step.",
    "designation_step_once_per_feed_field": "The feed already gave this step of the offering.",
    "event_position_from_one": "Positions in a chain begin with 1.",
    "event_position_once": "Another entry has this place in its chain.",
    "feed_id_ends_after_it_starts": "The last day must not be before the first.",
    "feed_id_names_one_organization": "This feed id already names an organization.",
    "import_run_one_at_a_time": "Another import is running. Wait until it has ended.",
    "invitation_accepted_by_someone": "An invitation that was accepted names the person who accepted it.",
    "invitation_email_in_lower_case": "Write the address in lower case.",
    "invitation_ended_whole": "An invitation that has ended says how.",
    "filecheck_claimed_while_it_runs": "A check of files names its worker exactly while it runs.",
    "filecheck_failed_with_its_sentence": "A check of files that failed says why, and no other does.",
    "finding_answered_by_somebody": "An answer needs its person and its time.",
    "finding_resolved_once_sent": "Only a finding that was sent is settled, by somebody and at a time.",
    "finding_sent_to_somebody": "A finding that is sent needs its return and the side that answers.",
    "invitation_open_once": "This address has an open invitation of the organization already.",
    "invitation_role_known": "The portal does not know this role.",
    "leverage_not_of_itself": "An offering does not build on itself.",
    "leverage_once": "The portal already knows that this offering builds on that one.",
    "local_value_of_one_kind": "Local policy decides a day or a number, not both.",
    "membership_ends_after_it_starts": "The last day must not be before the first.",
    "membership_once_at_a_time": "This person already is a member of this organization. End that membership first.",
    "membership_role_known": "The portal does not know this role.",
    "message_once_per_act": "This person has already been told of this act.",
    "bounce_once": "This address is marked as failing already.",
    "bounce_address_in_lower_case": "Addresses are kept in lower case.",
    "bounce_cleared_after_it_failed": "An address is cleared on the day it failed or later.",
    "message_of_an_act_or_a_key": "A message speaks of an act, or has a key that says of what.",
    "message_sent_with_its_time": "A message that was sent says when, and no other does.",
    "message_skipped_with_its_reason": "A message that was skipped says why, and no other does.",
    "message_to_a_person_or_an_address": "A message is for a person or for an address, not for both.",
    "notice_received_after_notified": "The day of receipt must not be before the day of the notice.",
    "offering_assessed_on_a_day": "The yearly assessment needs a month and a day as MM-DD, such as 09-30.",
    "offering_class_known": "The portal does not know this certification class.",
    "offering_designation_known": "The portal does not know this designation.",
    "offering_id_absent_not_blank": "Leave the FedRAMP id empty where there is none yet.",
    "offering_published_before_not": "An offering cannot leave the feed before it was in it.",
    "organization_kind_known": "The portal does not know this kind of organization.",
    "organization_not_its_own_parent": "An organization is not its own parent.",
    "organization_one_pmo": "There is one PMO, and the portal already has it.",
    "organization_only_agencies_have_parents": "Only agencies have a parent. Remove it, or choose the kind agency.",
    "organization_published_before_not": "An organization cannot leave the feed before it was in it.",
    "package_access_denied_with_reason": "A denial needs its day and its reason; FedRAMP is told of denials only.",
    "package_access_ended_with_reason": "An access that ended needs the day and the reason together.",
    "package_access_granted_has_approver": "A grant names the person who approved it.",
    "package_access_granted_or_denied": "An access is granted or denied, not both.",
    "package_access_has_an_end_or_none": "A grant has a last day or is permanent, not both; else neither.",
    "package_access_until_after_grant": "The last day must not be before the grant.",
    "review_item_open_once": "This clash already waits for a decision.",
    "review_item_resolved_whole": "A decision needs its person, its day and its outcome together.",
    "rule_once_in_an_edition": "This version of the rules already has a text under this id.",
    "system_name_once_per_agency": "This agency already has a system of this name.",
    "user_email_in_lower_case": "Write the address in lower case.",
    "user_merged_signs_in_no_more": "This account was merged into another one and stays switched off.",
    "user_not_merged_into_itself": "An account is not merged into itself.",
    "verification_claimed_while_it_runs": "A verification names its worker exactly while it runs.",
    "verification_failed_with_its_sentence": "A verification that failed says why, and no other does.",
    "verification_one_waits": "A verification waits already.",
    "wbs_actual_in_order": "A task cannot be done before it began.",
    "wbs_number_once": "This number stands in the plan already.",
    "wbs_only_tasks_happen": "Only tasks have actual dates, no headings and no placeholders.",
    "wbs_planned_in_order": "A task cannot be planned to end before it starts.",
    "waiver_once_at_a_time": "This gate of the case is waived already. End that waiver first.",
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
