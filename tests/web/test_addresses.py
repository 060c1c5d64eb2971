"""Every address of the portal × who asks for it. An address that is not listed here fails."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Membership, Organization
from authorizations.actions.cases import waive_gate
from authorizations.actions.verifications import ask_verification
from authorizations.models import ImportRun, ReviewItem
from authorizations.vocabulary import ClashKind, RunStatus
from tests.actions.accesses import granted, make_package
from tests.cast import PEOPLE, Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.samples import sample
from tests.web.register import FEED_DAY, make_atos, make_offerings

ANYONE, SIGNED_IN, PMO_AND_AUDITOR, CSP_LEADS, POST_ONLY = "anyone", "signed in", "PMO and auditor", "CSP leads", "POST"
OWN_POST_ONLY = "POST, signed in"
OF_THE_CASE, RECORDERS, WAIVERS, APPROVERS = "who is on the case", "who records", "who waives", "who approves"
NOTICERS, REGISTERING, LIAISONS = "who may record a notice", "liaisons and PMO leads", "liaisons"
# Addresses of the API answer 401 where a page would lead to the sign-in page.
API, API_REGISTERING, NOTHING = "API", "API for liaisons and PMO leads", "nothing there"
GRANTORS, ENDERS, NAMERS = "who opens packages", "who may end an access", "who names contacts"
SEES_ACCESS = "who may see an access"
# What leads on where there is nothing to do there, and what a person has none of yet.
ONWARDS, NONE_YET = "leads on", "none yet"
BEGINNING, REUSING = "liaisons, CSP leads and PMO leads", "liaisons, reviewers and PMO leads"
PMO, PMO_LEADS, AUDITORS = "PMO", "PMO leads", "auditors"
# Of the harbors: whose people each side sees, and who sets their roles.
SEES_PEOPLE, LEADS_PEOPLE, ONESELF = "who sees the people", "who leads the people", "the member"
API_PARTIES = "API for the parties and the PMO"
# An address that leads on to a list with its usual filter set.
LEADS_ON = {"review_items"}

# name of the address: who may open it
WHO_MAY = {
    "home": SIGNED_IN,
    "search": SIGNED_IN,
    "glossary": SIGNED_IN,
    "sign_in": ANYONE,
    "account_login": ANYONE,
    "mfa_authenticate": ONWARDS,
    "mfa_login_webauthn": ONWARDS,
    "through_organization": POST_ONLY,
    "openid_connect_callback": NOTHING,
    "sign_in_as": POST_ONLY,
    "kept_form": ONWARDS,
    "sign_out": POST_ONLY,
    "session": SIGNED_IN,
    "account": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "enrol": ONWARDS,
    "account_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate": ONWARDS,
    "mfa_reauthenticate_webauthn": ONWARDS,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": NONE_YET,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": NONE_YET,
    "mfa_view_recovery_codes": NONE_YET,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "change_password": SIGNED_IN,
    "end_session": OWN_POST_ONLY,
    "end_other_sessions": OWN_POST_ONLY,
    **{
        name: SIGNED_IN
        for listing in (
            "offerings",
            "atos",
            "agencies",
            "providers",
            "assessors",
            "conditions",
            "accesses",
            "messages",
            "cases",
        )
        for name in (listing, f"{listing}_csv")
    },
    "add_offering": CSP_LEADS,
    "offering": SIGNED_IN,
    "agency": SIGNED_IN,
    "provider": SIGNED_IN,
    "assessor": SIGNED_IN,
    "case": OF_THE_CASE,
    "case_facts": RECORDERS,
    "case_step": APPROVERS,
    "waive_gate": WAIVERS,
    "end_waiver": WAIVERS,
    "ato": SIGNED_IN,
    "ato_step": NOTICERS,
    "register_ato": REGISTERING,
    "add_system": LIAISONS,
    "ato_lifecycle": ANYONE,
    "access": SEES_ACCESS,
    "access_act": ENDERS,
    "grant_access": GRANTORS,
    "add_contact": NAMERS,
    "initial_lifecycle": ANYONE,
    "reuse_lifecycle": ANYONE,
    "permissions": ANYONE,
    "open_initial_case": BEGINNING,
    "open_reuse_case": REUSING,
    "adopt_initial_case": PMO_LEADS,
    "adopt_reuse_case": REGISTERING,
    "set_designation": PMO,
    "review_queue": OWN_POST_ONLY,
    "import_runs": PMO_AND_AUDITOR,
    "import_runs_csv": PMO_AND_AUDITOR,
    "import_troubles": PMO_AND_AUDITOR,
    "import_troubles_csv": PMO_AND_AUDITOR,
    "review_items": PMO_AND_AUDITOR,
    "review_items_csv": PMO_AND_AUDITOR,
    "review_item": PMO_AND_AUDITOR,
    "import_run": PMO_AND_AUDITOR,
    "people": ONWARDS,
    "people_of": SEES_PEOPLE,
    "invite": LEADS_PEOPLE,
    "change_role": LEADS_PEOPLE,
    "end_membership": LEADS_PEOPLE,
    "leave_organization": ONESELF,
    "merge_accounts": PMO_LEADS,
    # Without a link there is nothing to open or to answer.
    "open_invitation": NOTHING,
    "answer_invitation": NOTHING,
    "send_invitation_again": OWN_POST_ONLY,
    "revoke_invitation": OWN_POST_ONLY,
    "tokens": SIGNED_IN,
    "make_token": SIGNED_IN,
    "revoke_token": OWN_POST_ONLY,
    "api_page": ANYONE,
    "api_openapi": ANYONE,
    "api_atos": API,
    "api_register_ato": API_REGISTERING,
    "api_ato": API,
    "api_ato_step": POST_ONLY,
    "api_cases": API,
    "api_case": API_PARTIES,
    "api_case_step": POST_ONLY,
    "api_nothing": NOTHING,
    "readyz": ANYONE,
    "record": PMO_AND_AUDITOR,
    "verifications": PMO_AND_AUDITOR,
    "verification": PMO_AND_AUDITOR,
    "verify_record": OWN_POST_ONLY,
    "record_export": AUDITORS,
    "record_acts_file": AUDITORS,
    "record_security_file": AUDITORS,
    "accessibility": ANYONE,
    "security_contact": ANYONE,
    "security_txt": ANYONE,
    "styleguide": SIGNED_IN,
}
PMO_SIDE = {"pmo_lead", "pmo_reviewer", "auditor"}
CSP_LEAD_PEOPLE = {"csp_lead", "stranger_csp"}
LIAISON_PEOPLE = {"liaison", "bureau_liaison", "stranger_agency"}
PEOPLE_OF = {
    PMO_AND_AUDITOR: PMO_SIDE,
    CSP_LEADS: CSP_LEAD_PEOPLE,
    NOTICERS: {"liaison", "pmo_lead", "pmo_reviewer"},
    REGISTERING: LIAISON_PEOPLE | {"pmo_lead"},
    API_REGISTERING: LIAISON_PEOPLE | {"pmo_lead"},
    LIAISONS: LIAISON_PEOPLE,
    GRANTORS: CSP_LEAD_PEOPLE | {"pmo_lead", "pmo_reviewer"},
    ENDERS: {"liaison", "pmo_lead", "pmo_reviewer"},
    NAMERS: LIAISON_PEOPLE | CSP_LEAD_PEOPLE,
    BEGINNING: LIAISON_PEOPLE | CSP_LEAD_PEOPLE | {"pmo_lead"},
    REUSING: LIAISON_PEOPLE | {"reviewer", "pmo_lead"},
    PMO: {"pmo_lead", "pmo_reviewer"},
    PMO_LEADS: {"pmo_lead"},
    AUDITORS: {"auditor"},
    RECORDERS: {
        *("liaison", "reviewer", "official", "csp_lead", "csp_contributor", "assessor_lead", "assessor_member"),
        *("pmo_lead", "pmo_reviewer"),
    },
    WAIVERS: {"pmo_lead"},
    SEES_PEOPLE: {*("liaison", "reviewer", "official", "viewer"), *PMO_SIDE},
    LEADS_PEOPLE: {"liaison", "pmo_lead"},
    ONESELF: {"viewer"},
    APPROVERS: {"reviewer", "official"},
}
# For these the case, and everything below its address, is not there at all.
STRANGERS_TO_THE_CASE = {"stranger_agency", "stranger_csp", "bureau_liaison"}
# For these the people of the harbors are not there at all.
STRANGERS_TO_THE_PEOPLE = {
    *("stranger_agency", "stranger_csp", "bureau_liaison", "csp_lead", "csp_contributor", "csp_viewer"),
    *("assessor_lead", "assessor_member"),
}
# For these the register fields of the ATO with its steps, and package accesses, are not there at all.
STRANGERS_TO_THE_ATO = {"stranger_agency", "stranger_csp", "assessor_lead", "assessor_member", "bureau_liaison"}

# Whom each rule answers as if there were nothing.
HIDDEN_FROM = {
    **dict.fromkeys((NOTICERS, SEES_ACCESS, ENDERS), STRANGERS_TO_THE_ATO),
    **dict.fromkeys((OF_THE_CASE, API_PARTIES, RECORDERS, WAIVERS, APPROVERS), STRANGERS_TO_THE_CASE),
    **dict.fromkeys((SEES_PEOPLE, LEADS_PEOPLE), STRANGERS_TO_THE_PEOPLE),
    # Of somebody else's membership nobody leaves.
    ONESELF: {key for key, *_ in PEOPLE} - {"viewer"},
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address of the pages; the desk has a table of its own."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        elif one.app_name != "admin":
            yield from patterns(one)


@pytest.fixture
def addresses(cast: Cast) -> dict[str, str]:
    """Each name's address, of records that exist."""
    case = make_case(cast, "initial", "ssp")
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_atos(offering, cast.organizations["harbors"], 1)[0]
    access = granted(cast, make_package(cast))
    now = timezone.now()
    run = ImportRun.objects.create(
        feed_version="v2",
        file_name="f",
        sha256="0" * 64,
        size=1,
        feed_as_of=FEED_DAY,
        started_at=now,
        status=RunStatus.APPLIED,
    )
    item = ReviewItem.objects.create(
        run=run,
        table="Agencies",
        record_id="22-1",
        clash=ClashKind.NAME_CHANGED,
        sentence="Clash",
        opened_at=now,
        organization=cast.organizations["harbors"],
        ours="Department of Harbors",
        theirs="Harbors Department",
    )
    waiver = waive_gate(
        case.public_id, actor=cast.pmo_lead, now=NOW, gate="ssp_approved_on", reason="Lost.", until=date(2099, 1, 1)
    )
    records = {
        "offering": offering,
        "set_designation": offering,
        "case": case,
        "case_facts": case,
        "waive_gate": case,
        "ato": ato,
        "import_run": run,
        "review_item": item,
        "agency": cast.organizations["harbors"],
        "people_of": cast.organizations["harbors"],
        "invite": cast.organizations["harbors"],
        "provider": cast.organizations["nimbus"],
        "assessor": cast.organizations["plumb"],
        "sign_in_as": cast.liaison,
        "revoke_token": cast.liaison,
        "api_ato": ato,
        "access": access,
        "verification": ask_verification(actor=cast.auditor, now=NOW),
        "api_case": case,
    }
    harbors = cast.organizations["harbors"].public_id
    member = Membership.objects.get(user=cast.viewer).public_id
    given = {
        "ato_step": reverse("ato_step", args=[ato.public_id, "record_notice"]),
        "api_ato_step": reverse("api_ato_step", args=[ato.public_id, "record_notice"]),
        "api_case_step": reverse("api_case_step", args=[case.public_id, "withdraw"]),
        "api_nothing": "/api/nothing",
        "openid_connect_callback": reverse("openid_connect_callback", args=["nobody"]),
        "mfa_remove_webauthn": reverse("mfa_remove_webauthn", args=[1]),
        "end_session": reverse("end_session", args=["a" * 20]),
        "access_act": reverse("access_act", args=[access.public_id, "end"]),
        "change_role": reverse("change_role", args=[harbors, member]),
        "end_membership": reverse("end_membership", args=[harbors, member]),
        "leave_organization": reverse("leave_organization", args=[harbors, member]),
        "send_invitation_again": reverse("send_invitation_again", args=["2" * 14]),
        "revoke_invitation": reverse("revoke_invitation", args=["2" * 14]),
        "case_step": reverse("case_step", args=[case.public_id, "approve_ssp"]),
        "end_waiver": reverse("end_waiver", args=[case.public_id, waiver.public_id]),
        "review_queue": reverse("review_queue", args=["2" * 14, "claim"]),
    }
    return given | {
        name: reverse(name, args=[records[name].public_id]) if name in records else reverse(name)
        for name in WHO_MAY
        if name not in given
    }


def expected(rule: str, person: str | None) -> int:
    if rule == POST_ONLY:
        return 405
    if rule == ANYONE:
        return 200
    if rule == NOTHING:
        return 404
    if person is None:
        return 401 if rule in {API, API_REGISTERING, API_PARTIES} else 302
    if rule == OWN_POST_ONLY:
        return 405
    if rule == ONWARDS:
        return 302
    if rule == NONE_YET:
        return 404
    if person in HIDDEN_FROM.get(rule, set()):
        return 404
    allowed = PEOPLE_OF.get(rule)
    return 200 if allowed is None or person in allowed else 403


def test_every_address_says_who_may_open_it() -> None:
    names = {pattern.name for pattern in patterns(get_resolver())}
    assert names == set(WHO_MAY), "add the address to WHO_MAY, with the people who may open it"


@pytest.mark.parametrize(
    "person", sample([None, *(key for key, *_ in PEOPLE)], None, "liaison", "stranger_csp", "pmo_lead")
)
def test_each_address_opens_to_those_who_may_and_to_nobody_else(
    client: Client, cast: Cast, addresses: dict[str, str], person: str | None
) -> None:
    if person:
        client.force_login(cast.people[person])
    got = {}
    for name, address in addresses.items():
        # The sign-in page sends people who are signed in to their home.
        if name in {"sign_in", "account_login"} and person:
            continue
        got[name] = client.get(address, follow=name in LEADS_ON and person is not None).status_code
    assert got == {name: expected(WHO_MAY[name], person) for name in got}


@pytest.mark.parametrize(
    "name",
    [
        "offering",
        "agency",
        "provider",
        "assessor",
        "people_of",
        "invite",
        "ato",
        "case",
        "case_facts",
        "waive_gate",
        "import_run",
        "review_item",
    ],
)
def test_an_id_that_does_not_exist_is_not_found(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.pmo_lead)
    assert client.get(reverse(name, args=["2" * 14])).status_code == 404


def test_an_unpublished_ato_of_another_agency_is_not_found_exactly_like_a_missing_one(
    client: Client, cast: Cast
) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    ato = make_atos(offering, cast.organizations["harbors"], 1, published_since=None)[0]
    client.force_login(cast.stranger_agency)
    hidden = client.get(ato.get_absolute_url())
    missing = client.get(reverse("ato", args=["2" * 14]))
    assert hidden.status_code == missing.status_code == 404
    assert _without_id(hidden.content) == _without_id(missing.content)


def test_an_agency_is_not_found_under_the_address_of_a_provider(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    harbors: Organization = cast.organizations["harbors"]
    assert client.get(reverse("provider", args=[harbors.public_id])).status_code == 404


def _without_id(page: bytes) -> bytes:
    """The page without its request id, which differs for every request."""
    before, _, rest = page.partition(b"<code>")
    return before + rest.partition(b"</code>")[2]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_demos_sign_in_never_leads_off_the_portal(client: Client, cast: Cast, target: str) -> None:
    cast.liaison.email = "liaison@harbors.example"
    cast.liaison.save()
    response = client.post(reverse("sign_in_as", args=[cast.liaison.public_id]), {"next": target})
    assert response.headers["Location"] == reverse("home")


def test_nobody_outside_the_demo_can_be_signed_in_by_a_click(client: Client, cast: Cast) -> None:
    assert client.post(reverse("sign_in_as", args=[cast.liaison.public_id])).status_code == 404


def test_without_the_demo_setting_no_click_signs_in(client: Client, cast: Cast, settings: object) -> None:
    settings.DEMO_SIGN_IN = False  # type: ignore[attr-defined]
    cast.liaison.email = "liaison@harbors.example"
    cast.liaison.save()
    assert client.post(reverse("sign_in_as", args=[cast.liaison.public_id])).status_code == 404
    assert "Lena Liaison" not in client.get(reverse("sign_in")).content.decode()
