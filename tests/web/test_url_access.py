"""Every address has a rule, the rules are the ones that were agreed, and nothing opens without one."""

from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Organization
from accounts.roles import Role
from authorizations import checks, url_access
from authorizations.url_access import AccessLevel, ObjectScope, UrlRule, addresses, opens
from tests.attacks.matrix import DOES, OTHERWISE, SEES
from tests.attacks.urls import everywhere, patterns
from tests.cast import Cast
from tests.samples import ends
from tests.web.register.records import make_atos, make_offerings

LISTS_OF_IMPORTS = ("import_runs", "import_issues", "review_items", "found_feeds")
# Written by hand, beside the table: a rule that is loosened by mistake is noticed here.
OPEN_TO_ANYONE = {
    *("initial_lifecycle", "reuse_lifecycle", "ato_lifecycle", "permissions"),
    *("glossary", "roles", "agency_practices", "csp_practices"),
    *("releases", "compare_releases", "release", "rule_texts", "rule"),
    *("sign_in", "account_login", "mfa_authenticate", "mfa_login_webauthn", "through_organization"),
    *("openid_connect_callback", "sign_in_as", "sign_out", "admin:login"),
    *(
        "forgotten_password",
        "new_password",
        "open_invitation",
        "answer_invitation",
        "ask_to_join",
        "request_to_join",
        "calendar_feed",
        "unsubscribe",
    ),
    *(
        "healthz",
        "readyz",
        "accessibility",
        "security_contact",
        "security_txt",
        "api_page",
        "api_openapi",
        "api_nothing",
    ),
}
OPEN_WITHOUT_A_FACTOR = {
    *("enrol", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
    *("account_reauthenticate", "session"),
}
LEAD, PMO, AUDITOR = {Role.PMO_LEAD}, {Role.PMO_LEAD, Role.PMO_REVIEWER}, {Role.AUDITOR}
LEADS = {Role.AGENCY_LIAISON, Role.CSP_LEAD, Role.ASSESSOR_LEAD, Role.PMO_LEAD}
LIAISON, CSP_LEAD = {Role.AGENCY_LIAISON}, {Role.CSP_LEAD}
IN_AN_AGENCY = {Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL, Role.AGENCY_VIEWER}
OPEN_TO: dict[str, set[Role]] = {
    "add_offering": CSP_LEAD,
    "set_designation": PMO,
    "package_places": PMO,
    **dict.fromkeys(("add_system", "choose_list", "list_preview"), LIAISON),
    **{
        f"{desk}{suffix}": IN_AN_AGENCY
        for desk in ("desk", "desk_offerings", "desk_bureaus")
        for suffix in ("", "_csv", "_xlsx", "_json")
    },
    **dict.fromkeys(
        ("correct_offering", "correct_ato", "correct_organization"), LIAISON | CSP_LEAD | {Role.ASSESSOR_LEAD}
    ),
    "keep_view": IN_AN_AGENCY,
    **dict.fromkeys(
        ("difference_act", "choose_decisions", "decisions_preview"), LIAISON | {Role.AGENCY_REVIEWER} | PMO
    ),
    **{f"reconciliation{suffix}": IN_AN_AGENCY | PMO | AUDITOR for suffix in ("", "_csv", "_xlsx", "_json")},
    **dict.fromkeys(("desk_act", "desk_sheet", "desk_differences"), LIAISON | {Role.AGENCY_REVIEWER}),
    "add_contact": LIAISON | CSP_LEAD,
    "register_ato": LIAISON | LEAD,
    "grant_access": CSP_LEAD | PMO,
    "open_initial_case": LIAISON | CSP_LEAD | LEAD,
    "open_reuse_case": LIAISON | {Role.AGENCY_REVIEWER} | LEAD,
    "adopt_initial_case": LEAD,
    "merge_accounts": LEAD,
    "delegate": set(Role) - {Role.AUTHORIZING_OFFICIAL},
    "orphaned": LIAISON | PMO,
    "local_policy": LEAD,
    "who_takes_part": LEAD,
    "feed_limit": LEAD,
    "found_feed_plan": LEAD,
    "admin:authorizations_case_move": LEAD,
    **dict.fromkeys(
        ("send_invitation_again", "revoke_invitation", "decline_join_request", "put_first_steps_away"), LEADS
    ),
    "adopt_reuse_case": LIAISON | LEAD,
    **dict.fromkeys(
        (
            *("import_runs", "import_issues", "review_items", "review_item", "import_run", "found_feeds", "found_feed"),
            "api_import",
            *(f"{name}_{suffix}" for name in LISTS_OF_IMPORTS for suffix in ("csv", "xlsx", "json")),
            *("audit_log", "verifications", "verify_audit_log", "verification"),
            *("admin:index", "admin:autocomplete"),
        ),
        PMO | AUDITOR,
    ),
    **dict.fromkeys(("audit_log_export", "audit_log_acts_file", "audit_log_security_file"), AUDITOR),
    **{
        f"admin:authorizations_{record_type}_{page}": LEAD
        for record_type in ("importrun", "rulesrelease", "ruleedition")
        for page in ("import", "plan", "apply")
    },
}


def test_every_address_has_a_rule() -> None:
    assert checks.check_url_rules(None) == []


def test_addresses_of_one_name_have_one_rule() -> None:
    rules: dict[str, UrlRule | None] = {}
    for name, rule in addresses(get_resolver()):
        assert rules.setdefault(name, rule) == rule, name


def test_the_rules_are_those_that_were_agreed() -> None:
    rules = {name: rule for name, rule in addresses(get_resolver()) if rule}
    assert {name for name, rule in rules.items() if rule.level is AccessLevel.ANYONE} == OPEN_TO_ANYONE
    assert {name for name, rule in rules.items() if not rule.factor} == OPEN_WITHOUT_A_FACTOR
    by_role = {
        name: {role for role in Role if opens([role], name)}
        for name, rule in rules.items()
        if rule.capability and not is_of_a_record_type(name)
    }
    assert by_role == OPEN_TO
    assert {role for role in Role if opens([role], "admin:accounts_user_add")} == PMO | AUDITOR


def is_of_a_record_type(name: str) -> bool:
    """Whether it is one of the pages that each noun has in the admin."""
    pages = ("changelist", "add", "bulk", "change", "history", "step")
    return name.startswith("admin:") and name.endswith(tuple(f"_{page}" for page in pages))


@pytest.fixture
def take_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Takes the rules of addresses away for a test."""

    def take(*names: str) -> None:
        for name, pattern in patterns(get_resolver()):
            if name in names:
                monkeypatch.delattr(pattern, "access")
        url_access._rules.cache_clear()

    yield take
    monkeypatch.undo()
    url_access._rules.cache_clear()


def test_the_portal_does_not_start_with_an_address_that_has_no_rule(take_rules: Callable[..., None]) -> None:
    take_rules("search", "admin:accounts_user_history")
    found = checks.check_url_rules(None)
    assert {each.id for each in found} == {"portal.E001"}
    assert all(each.is_serious() for each in found)
    assert "The address “search” has no rule." in [each.msg for each in found]
    assert "The address “admin:accounts_user_history” has no rule." in [each.msg for each in found]
    with pytest.raises(ImproperlyConfigured, match="The address “search” has no rule"):
        checks.refuse_to_start()


@pytest.mark.parametrize("who", [None, "viewer"])
def test_an_address_without_a_rule_is_not_there(
    client: Client, cast: Cast, take_rules: Callable[..., None], who: str | None
) -> None:
    take_rules("search", "sign_in")
    if who:
        client.force_login(cast.people[who])
    assert [client.get(reverse(name)).status_code for name in ("search", "sign_in")] == [404, 404]
    assert client.post(reverse("sign_in"), {"username": "a@b.example"}).status_code == 404


def test_an_address_that_only_takes_what_is_sent_is_not_read(client: Client, cast: Cast) -> None:
    assert client.get(reverse("sign_out")).status_code == 405
    assert client.get(reverse("verify_audit_log")).status_code == 302
    client.force_login(cast.viewer)
    assert client.get(reverse("end_other_sessions")).status_code == 405
    assert client.get(reverse("verify_audit_log")).status_code == 403


def test_the_matrix_knows_what_each_address_is_below_and_names_no_other() -> None:
    names = {address.name for address in everywhere()}
    assert {address.rule.scope for address in everywhere()} - {ObjectScope.NOTHING} == set(SEES)
    assert set(DOES) | set(OTHERWISE) <= names
    for address in everywhere():
        # Anyone who takes an id must say whose it is; the files of imports and sign-in are named by other words.
        assert (address.ids > 0) <= bool(address.rule.scope) or address.name == "sign_in_as", address.name


@pytest.mark.parametrize(
    "name",
    ends(
        [
            "offering",
            "agency",
            "provider",
            "assessor",
            "ato",
            "case",
            "case_facts",
            "waive_gate",
            "import_run",
            "review_item",
        ]
    ),
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
