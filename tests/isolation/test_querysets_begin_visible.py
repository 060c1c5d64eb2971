"""In our source every list and lookup begins at what its reader may see; each place that does not says why not."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2] / "authorizations"
# Where people's requests are answered and where their acts are carried out; below, nothing knows who asks.
FLOORS = ("web", "api", "admin", "presenters", "step_pages", "templatetags", "actions")
# What a chain may begin with: the rows of somebody, none, or a new one.
OF_SOMEBODY = {
    "visible_to",
    "acting_for",
    "held_by",
    "addressed_to",
    "readable_history",
    "register_visible_to",
    "with_people_for",
    "about_record",
}
BEGINS = OF_SOMEBODY | {"none", "create", "bulk_create"}

NAMES = "it only narrows rows that the reader may see already"
TYPED = "a name or an id that was typed, of a public fact"
TREE = "the tree of agencies is public"
PARTS = "it stands beside one record that the reader may see"
ASKED = "the policy is asked before"
HELD = "the record, or its offering, was found for the actor before, and is locked now"
CLASHES = "whatever the actor may see, the same must not be there twice"
FOLLOWS = "what follows in other records of a case that the actor moves, whosever they are"
PORTAL = "the portal's own work for everybody"
SECRET = "whoever has the secret of the link, or is the person who answered it"
OWN = "the person's own"
COLLEAGUES = "the members of an organization that the person belongs to or leads"
# (file, what begins there): how often, and why.
KNOWN: dict[tuple[str, str], tuple[int, str]] = {
    ("presenters/audit_log/subjects.py", "Invitation.select_related"): (1, ASKED),
    ("presenters/audit_log/subjects.py", "JoinRequest.select_related"): (1, ASKED),
    ("presenters/audit_log/subjects.py", "Membership.select_related"): (1, ASKED),
    ("web/desk/listing.py", "Case.filter"): (1, "whether a letter is in the case of an own ATO, and no more"),
    ("web/desk/listing.py", "Membership.current"): (1, "whether the owner of an own ATO is still here, and no more"),
    ("web/reconciliation/scope.py", "Organization.all"): (1, TREE),
    ("api/lists/paging.py", "Event.filter"): (
        1,
        "Of rows that their reader sees: whether a column of theirs was written.",
    ),
    ("presenters/provenance.py", "ImportRun.filter"): (1, "the day of the newest feed, which every page says"),
    ("presenters/search.py", "Offering.filter"): (1, NAMES),
    ("presenters/search.py", "Organization.filter"): (2, NAMES),
    ("presenters/cached_counts.py", "ImportRun.filter"): (1, "the day of the newest feed stands on every page"),
    ("web/pages/readiness.py", "Message.filter"): (1, "how long the oldest waits, and no more"),
    ("web/home/first_steps.py", "Message.filter"): (1, "whether any mail ever left, told to who administers"),
    ("web/home/pmo.py", "Message.filter"): (
        1,
        "whether anything was sent since; shown is what the reader may see",
    ),
    ("web/calendar/entries.py", "Organization.filter"): (1, NAMES),
    ("web/calendar/views_links.py", "CalendarFeed.own"): (1, OWN),
    ("web/register/views_access.py", "Contact.filter"): (1, ASKED),
    ("web/register/views_access.py", "Event.about"): (1, PARTS),
    ("web/register/views_access.py", "Organization.filter"): (1, TYPED),
    ("web/people/views_delegations.py", "Delegation.running"): (1, NAMES),
    ("web/home/case_rows.py", "Event.filter"): (1, PARTS),
    ("web/people/views_invitations.py", "Invitation.filter"): (2, SECRET),
    ("web/people/views_joining.py", "JoinRequest.unanswered"): (1, SECRET),
    ("web/people/views.py", "Membership.current"): (2, COLLEAGUES),
    ("web/register/views_register_ato.py", "Offering.filter"): (2, TYPED),
    ("web/sign_in/views.py", "Membership.current"): (1, PORTAL),
    ("web/sign_in/auth_backend.py", "Membership.current"): (1, OWN),
    ("web/sign_in/auth_backend.py", "Message.all"): (1, OWN),
    ("web/sign_in/auth_backend.py", "Mute.in_effect"): (1, OWN),
    ("presenters/moves.py", "Membership.current"): (1, "how many people an organization has, and no more"),
    ("presenters/cases/your_turn.py", "Organization.all"): (1, TREE),
    ("admin/imports.py", "ImportRun.filter"): (1, ASKED),
    ("admin/people.py", "Membership.current"): (1, ASKED),
    ("admin/audit_log.py", "Case.filter"): (1, PARTS),
    ("actions/cases/wbs.py", "WbsTask.bulk_update"): (1, HELD),
    ("actions/cases/plan_dates.py", "WbsTask.filter"): (1, HELD),
    ("actions/cases/plan_dates.py", "WbsTask.bulk_update"): (1, HELD),
    ("actions/documents/requirements.py", "Organization.values_list"): (1, PORTAL),
    ("actions/documents/documents.py", "Document.get"): (1, PORTAL),
    ("actions/documents/documents.py", "DocumentVersion.select_related"): (1, HELD),
    ("actions/documents/versions.py", "Document.filter"): (1, HELD),
    ("actions/documents/versions.py", "Document.get_or_create"): (1, HELD),
    ("actions/documents/versions.py", "DocumentVersion.get"): (1, "what the actor's own form added"),
    ("actions/documents/versions.py", "DocumentVersion.select_related"): (1, HELD),
    ("actions/documents/attached_documents.py", "Document.get_or_create"): (1, HELD),
    ("actions/register/package_access.py", "Ato.filter"): (1, PARTS),
    ("actions/register/package_access.py", "Offering.select_for_update"): (1, HELD),
    ("actions/register/package_access.py", "PackageAccess.filter"): (1, CLASHES),
    ("actions/register/atos.py", "AgencySystem.filter"): (1, CLASHES),
    ("actions/register/atos.py", "AgencySystem.select_for_update"): (1, HELD),
    ("actions/register/atos.py", "Ato.filter"): (1, CLASHES),
    ("actions/register/atos.py", "Offering.select_for_update"): (1, HELD),
    ("actions/register/atos.py", "Organization.select_for_update"): (1, HELD),
    ("actions/calendar/calendar_feeds.py", "CalendarFeed.filter"): (1, PORTAL),
    ("actions/calendar/calendar_feeds.py", "CalendarFeed.opening"): (1, SECRET),
    ("actions/calendar/calendar_feeds.py", "CalendarFeed.own"): (2, OWN),
    ("actions/calendar/calendar_feeds.py", "CalendarFeed.select_for_update"): (1, PORTAL),
    ("actions/calendar/calendar_feeds.py", "CalendarFeed.not_revoked"): (1, PORTAL),
    ("actions/register/corrections.py", "Correction.unsettled"): (2, CLASHES),
    ("web/corrections/listing.py", "Correction.all"): (1, NAMES),
    ("actions/register/saved_views.py", "SavedView.own"): (2, OWN),
    ("web/desk/views_saved.py", "SavedView.own"): (1, OWN),
    ("actions/register/portfolio.py", "Membership.current"): (
        1,
        "narrowed to an agency whose ATO the actor looks after",
    ),
    ("actions/register/agency_lists.py", "AgencyList.filter"): (1, CLASHES),
    ("actions/register/agency_lists.py", "DifferenceDecision.filter"): (1, "whether anybody decided, and no more"),
    ("actions/register/agency_lists.py", "Ato.filter"): (1, "those of the actor's own agency"),
    ("actions/register/agency_lists.py", "Ato.select_for_update"): (1, HELD),
    ("actions/register/agency_lists.py", "Event.acts"): (1, "whether anybody acted, and no more"),
    ("actions/register/agency_lists.py", "Organization.select_for_update"): (1, HELD),
    ("actions/cases/cases.py", "Case.filter"): (2, "what the actor's own form opened, and what makes way unseen"),
    ("actions/cases/cases.py", "Offering.select_for_update"): (1, HELD),
    ("actions/cases/eligibility.py", "Membership.current"): (1, "whether an organization has members, and no more"),
    ("actions/cases/comments.py", "Membership.current"): (
        1,
        "narrowed to colleagues and to those named on the case already",
    ),
    ("actions/people/credentials.py", "CalendarFeed.own"): (1, OWN),
    ("actions/register/contacts.py", "Contact.filter"): (1, CLASHES),
    ("actions/register/contacts.py", "Organization.select_for_update"): (1, HELD),
    ("actions/people/delegations.py", "Delegation.not_over"): (2, CLASHES),
    ("actions/people/delegations.py", "Membership.not_over"): (1, PARTS),
    ("actions/people/delegations.py", "Membership.current"): (4, "those of the actor's own organizations"),
    ("actions/report_schedules.py", "Membership.current"): (1, COLLEAGUES),
    ("actions/cases/side_effects.py", "Ato.filter"): (1, FOLLOWS),
    ("actions/cases/side_effects.py", "Ato.select_for_update"): (4, FOLLOWS),
    ("actions/cases/side_effects.py", "PackageAccess.filter"): (1, FOLLOWS),
    ("actions/cases/side_effects.py", "PackageAccess.select_for_update"): (1, FOLLOWS),
    ("actions/register/alerts.py", "Ato.filter"): (1, FOLLOWS),
    ("actions/cases/co_signers.py", "Offering.select_for_update"): (1, HELD),
    ("actions/cases/side_effects.py", "CoSigner.filter"): (1, FOLLOWS),
    ("web/cases/new_comments.py", "Message.unread_by"): (1, OWN),
    ("presenters/absent_parties.py", "Membership.current"): (1, "whether the agency has a liaison, and no more"),
    ("actions/messages.py", "Message.filter"): (2, PORTAL),
    ("web/cases/views_co_signers.py", "Organization.filter"): (1, TREE),
    ("web/pages/portal_search.py", "Offering.filter"): (1, "to put the reader's own cases in order"),
    ("web/pages/portal_search.py", "Organization.filter"): (1, "to put the reader's own cases in order"),
    ("web/pages/portal_search.py", "Case.select_related"): (1, "those that were found among the reader's"),
    ("web/pages/portal_search.py", "DocumentVersion.known_to"): (1, "of documents that are open to the reader"),
    ("actions/imports/apply.py", "Ato.bulk_update"): (3, PORTAL),
    ("actions/imports/apply.py", "FoundFeed.select_for_update"): (1, PORTAL),
    ("actions/imports/apply.py", "ImportRun.filter"): (2, PORTAL),
    ("actions/people/invitations.py", "Invitation.get"): (1, SECRET),
    ("actions/people/invitations.py", "Invitation.select_for_update"): (2, HELD),
    ("actions/people/invitations.py", "Invitation.select_related"): (1, SECRET),
    ("actions/people/invitations.py", "Invitation.unanswered"): (1, CLASHES),
    ("actions/people/invitations.py", "Membership.current"): (1, CLASHES),
    ("actions/people/invitations.py", "Membership.filter"): (1, SECRET),
    ("actions/register/packages.py", "Case.filter"): (1, FOLLOWS),
    ("actions/register/packages.py", "Offering.select_for_update"): (2, HELD),
    ("actions/people/invitations.py", "Membership.not_over"): (3, CLASHES),
    ("actions/people/join_requests.py", "JoinRequest.select_for_update"): (1, HELD),
    ("actions/people/join_requests.py", "JoinRequest.unanswered"): (1, CLASHES),
    ("actions/people/memberships.py", "Case.filter"): (1, PORTAL),
    ("actions/people/memberships.py", "Membership.current"): (2, COLLEAGUES),
    ("actions/people/memberships.py", "Membership.leading"): (2, CLASHES),
    ("actions/people/memberships.py", "Membership.select_for_update"): (2, HELD),
    ("actions/people/memberships.py", "Organization.all"): (1, TREE),
    ("actions/people/memberships.py", "Organization.select_for_update"): (1, HELD),
    ("actions/people/merge_accounts.py", "Event.filter"): (1, "whether the person agreed, signed in with both"),
    ("actions/people/merge_accounts.py", "Membership.select_for_update"): (1, ASKED),
    ("actions/people/password_reset.py", "Event.filter"): (1, PORTAL),
    ("actions/people/webhooks.py", "Event.acts"): (1, "each is then asked for as the organization's lead would see it"),
    ("actions/people/webhooks.py", "Webhook.filter"): (3, PORTAL),
    ("actions/people/webhooks.py", "WebhookDelivery.filter"): (2, PORTAL),
    ("actions/people/webhooks.py", "WebhookDelivery.held"): (1, PORTAL),
    ("actions/register/offerings.py", "Offering.filter"): (1, CLASHES),
    ("actions/register/offerings.py", "Organization.select_for_update"): (1, HELD),
    ("actions/idempotency_key.py", "Event.filter"): (1, "whether a form was sent before, and what it made"),
    ("actions/cases/new_case.py", "Offering.select_related"): (1, HELD),
    ("actions/cases/new_case.py", "Organization.select_related"): (1, HELD),
    ("actions/cases/reassignment.py", "Organization.all"): (1, TREE),
    ("actions/people/people.py", "Organization.filter"): (1, PORTAL),
    ("actions/register/records.py", "AgencySystem.select_for_update"): (1, HELD),
    ("actions/register/records.py", "Membership.leading"): (1, PORTAL),
    ("actions/findings/returns.py", "Finding.filter"): (2, HELD),
    ("actions/report_schedules.py", "ReportSchedule.due"): (1, PORTAL),
    ("actions/reports.py", "ReportJob.exclude"): (1, PORTAL),
    ("actions/reports.py", "ReportJob.filter"): (1, PORTAL),
    ("actions/reports.py", "ReportJob.select_for_update"): (1, PORTAL),
    ("actions/imports/review_items.py", "Membership.not_over"): (1, ASKED),
    ("actions/imports/review_items.py", "Organization.filter"): (1, ASKED),
    ("actions/steps.py", "Offering.select_for_update"): (1, HELD),
    ("actions/cases/missing_officials.py", "Case.filter"): (2, PORTAL),
    ("actions/cases/missing_officials.py", "Case.select_for_update"): (1, PORTAL),
    ("actions/cases/missing_officials.py", "Event.filter"): (1, PORTAL),
    ("actions/cases/nudges.py", "Event.about"): (1, PARTS),
    ("actions/cases/checklist.py", "Event.about"): (1, PARTS),
    ("actions/audit_log/acting_roles.py", "Membership.filter"): (1, PARTS),
    ("actions/audit_log/acting_roles.py", "Event.filter"): (1, PARTS),
    ("actions/audit_log/verifications.py", "Verification.filter"): (1, PORTAL),
    ("actions/audit_log/verifications.py", "Verification.latest"): (1, PORTAL),
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def record_types() -> set[str]:
    """The record types whose rows have a rule of who may see them."""
    return {model.__name__ for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}


def begun(source: str, ruled: set[str]) -> Counter[str]:
    """Where chains of rows of these record types begin otherwise in a text, and how often."""
    found = (
        (each.value.value.id, each.attr)
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Attribute)
        and each.value.attr in MANAGERS
        and isinstance(each.value.value, ast.Name)
    )
    return Counter(
        f"{record_type}.{first}" for record_type, first in found if record_type in ruled and first not in BEGINS
    )


@pytest.mark.slow
def test_every_list_and_lookup_begins_at_what_its_reader_may_see() -> None:
    ruled = record_types()
    found = {
        (str(path.relative_to(ROOT)), audit_log): number
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        for audit_log, number in begun(path.read_text(), ruled).items()
    }
    assert found == {place: number for place, (number, _) in KNOWN.items()}, "begin at visible_to(user), or say why not"


def test_the_search_finds_each_way_past_the_rule() -> None:
    for line in (
        "Case.objects.all()",
        "Case.objects.filter(pk=1).exists()",
        "Case._base_manager.get(pk=1)",
        "{'a': lambda user: Case.objects.select_related('agency')}",
    ):
        assert begun(line, {"Case"}), line
    assert not begun("Case.objects.visible_to(user).filter(pk=1); Offering.objects.all(); rows.all()", {"Case"})
