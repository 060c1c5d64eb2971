"""A record behind every address: of the harbors, of Nimbus Cloud and of Plumb Line, so that it is known who sees it."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AccessToken, JoinRequest, Membership
from authorizations.actions.audit_log.verifications import ask_verification
from authorizations.actions.calendar.deliverables import deliver
from authorizations.actions.cases.co_signers import name_co_signer
from authorizations.actions.cases.comments import make_comment
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.notification_preferences import Muting, mute
from authorizations.actions.people.invitations import invite
from authorizations.models import CalendarFeed, Case, Correction, Message, SavedView
from authorizations.url_access import ObjectScope
from tests.actions.cases.wbs import take_over
from tests.actions.documents.documents import add, kept_file
from tests.actions.findings.findings import draft
from tests.actions.people.test_delegations import lend
from tests.actions.register.accesses import granted, make_package
from tests.admin.records import MAKE, agency_list
from tests.attacks.urls import MISSING, Address, everywhere
from tests.cast import Cast
from tests.lifecycle.cases import make_case, make_contact
from tests.lifecycle.world import DAY, NOW
from tests.reports.asking import report_of, schedule_of
from tests.web.register.records import make_atos, make_offerings

# The step, act or field in an address with which it is a page that somebody may open.
SAID: dict[str, dict[str, str]] = {
    "access_act": {"act": "end"},
    "admin:authorizations_ato_bulk": {"step": "expire"},
    "admin:authorizations_ato_step": {"step": "record_notice"},
    "admin:authorizations_case_bulk": {"step": "claim"},
    "admin:authorizations_case_step": {"step": "warn"},
    "api_ato_step": {"step": "record_notice"},
    "api_case_step": {"step": "withdraw"},
    "ato_step": {"step": "record_notice"},
    "case_step": {"step": "approve_ssp"},
    "document_act": {"act": "withdraw"},
    "api_document_act": {"act": "withdraw"},
    "hand_over": {"work": "decision"},
    "release": {"name": "rev5-legacy"},
    **{
        name: {"name": "ato-register"}
        for name in (
            *("report", "report_csv", "report_json", "report_schema", "report_print"),
            *("schedule_report", "make_report"),
        )
    },
    "review_queue": {"act": "claim"},
}
Records = dict[str, Any]


def unsent_message(cast: Cast) -> Message:
    """A message about an act of the liaison's that failed."""
    message = Message.objects.filter(event__actor=cast.liaison, event__subject_type="case")[0]
    message.status, message.failure = "failed", "The mail server refused the address (550)."
    message.save()
    return message


def muted(cast: Cast, case: Case) -> Any:
    """The liaison's mute of a case."""
    return mute(
        Case,
        case.public_id,
        actor=cast.liaison,
        what=Muting("Everything about it"),
        until=timezone.localdate() + timedelta(days=7),
        reason="On leave.",
        now=timezone.now(),
    )


def invited(cast: Cast) -> Any:
    """The invitation of a newcomer to an agency."""
    return invite(
        actor=cast.liaison,
        organization=cast.organizations["harbors"],
        email="newcomer@harbors.example",
        role="agency_viewer",
        now=NOW,
    )


def asking(cast: Cast) -> Any:
    """Somebody's request to join an agency."""
    into = cast.organizations["harbors"]
    return JoinRequest.objects.create(organization=into, email="asks@harbors.example", name="Ada Asks", asked_at=NOW)


def token_of(cast: Cast) -> AccessToken:
    """The liaison's."""
    given = {"name": "Nightly", "digest": "f" * 64, "created_at": NOW, "expires_on": date(2099, 1, 1)}
    return AccessToken.objects.create(user=cast.liaison, **given)


def delivered(cast: Cast, record: Any, duty: str) -> Any:
    """A delivery of a duty of an ATO or an offering."""
    return deliver(
        type(record),
        record.public_id,
        actor=cast.csp_lead,
        now=NOW,
        duty=duty,
        period=DAY,
        delivered_on=DAY,
        reference="Folder 7",
    )


def co_signed(cast: Cast, case: Any) -> Any:
    return name_co_signer(case.public_id, actor=cast.liaison, now=NOW, agency=cast.organizations["meadows"])


def correction_of(cast: Cast, ato: Any) -> Any:
    of_it = {"ato": ato, "field": "expires_on", "value": "2030-01-01", "by": cast.organizations["harbors"]}
    return Correction.objects.create(**of_it, evidence="The letter.", proposed_by=cast.liaison, proposed_at=NOW)


def records_behind(cast: Cast) -> Records:
    """One record for each noun that an address can be below, and one of each noun in the admin, by their names."""
    case = make_case(cast, "initial", "ssp")
    take_over(case, cast.csp_lead)
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_atos(offering, cast.organizations["harbors"], 1)[0]
    in_admin = {
        record_type: make(place) for place, record_type in enumerate(MAKE, 7000) for make in [MAKE[record_type]]
    }
    return {
        **in_admin,
        ObjectScope.CASE: case,
        ObjectScope.CO_SIGNER: co_signed(cast, case),
        ObjectScope.AGENCY_LIST: agency_list(cast.organizations["harbors"], cast.liaison),
        ObjectScope.FINDING: draft(case, cast.reviewer),
        ObjectScope.ATO: ato,
        ObjectScope.REGISTER: ato,
        ObjectScope.ACCESS: granted(cast, make_package(cast)),
        ObjectScope.MUTE: muted(cast, case),
        ObjectScope.SAVED_VIEW: SavedView.objects.create(user=cast.liaison, listing="desk", name="Soon"),
        ObjectScope.CORRECTION: correction_of(cast, ato),
        ObjectScope.MESSAGE: unsent_message(cast),
        ObjectScope.READ_MESSAGE: unsent_message(cast),
        ObjectScope.DOCUMENT: add(case, cast.liaison, "wbs", upload=kept_file()),
        ObjectScope.OFFERING: offering,
        ObjectScope.AGENCY: cast.organizations["harbors"],
        ObjectScope.ORGANIZATION: cast.organizations["harbors"],
        ObjectScope.PROVIDER: cast.organizations["nimbus"],
        ObjectScope.ASSESSOR: cast.organizations["plumb"],
        ObjectScope.PEOPLE: cast.organizations["harbors"],
        ObjectScope.OWN_MEMBERSHIP: cast.organizations["harbors"],
        ObjectScope.INVITATION: invited(cast),
        ObjectScope.JOIN_REQUEST: asking(cast),
        # From tomorrow on, so that nobody is more today than the cast says.
        ObjectScope.DELEGATION: lend(cast.reviewer, cast.viewer, starts_on=timezone.localdate() + timedelta(days=1)),
        ObjectScope.CONTACT: make_contact(cast.organizations["harbors"], "Cal Called", "isso"),
        "member_id": Membership.objects.get(user=cast.people["viewer"]),
        ObjectScope.VERIFICATION: ask_verification(actor=cast.auditor, now=NOW),
        ObjectScope.TOKEN: token_of(cast),
        ObjectScope.REPORT: report_of(cast.liaison),
        ObjectScope.REPORT_SCHEDULE: schedule_of(cast.liaison),
        ObjectScope.CALENDAR_FEED: CalendarFeed.objects.create(owner=cast.liaison, digest="e" * 64, created_at=NOW),
        "delivery of ato": delivered(cast, ato, "L34"),
        "delivery of offering": delivered(cast, offering, "N01"),
        # So new that its author may still change it.
        "comment_id": make_comment(case.public_id, actor=cast.liaison, now=timezone.now(), text="Berths?", shared=True),
        "waiver_id": waive_gate(
            case.public_id, actor=cast.pmo_lead, now=NOW, gate="ssp_approved_on", reason="Lost.", until=date(2030, 1, 1)
        ),
    }


def record_type_in_the_admin(address: Address) -> str:
    """The noun whose page in the admin it is; blank elsewhere."""
    return address.name.split("_")[1] if address.is_admin and "_" in address.name else ""


def path_of(address: Address, records: Records) -> str:
    """The path of an address, with the record that its rule says it is below."""
    record_type = record_type_in_the_admin(address)
    record = records.get(record_type or address.rule.scope)
    kept = {name: records[name].public_id for name in ("waiver_id", "member_id", "comment_id")}
    if "delivery" in address.name:
        kept["delivery_id"] = records[f"delivery of {'ato' if '_ato_' in address.name else 'offering'}"].public_id
    said = {**kept, **SAID.get(address.name, {})}
    return address.path(getattr(record, "public_id", MISSING), **said)


def paths_behind(cast: Cast, *, admin: bool = False) -> dict[str, str]:
    """The path of each address, by its name."""
    records = records_behind(cast)
    return {each.name: path_of(each, records) for each in everywhere() if admin or not each.is_admin}
