"""Who may open which page of the admin: every registered record type, every page, every side."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver

from authorizations.admin.constraint_messages import SENTENCES
from authorizations.admin.editing import EditableAdmin
from authorizations.admin.site import MACHINERY, SECTIONS
from tests.admin.admin_pages import FOR_LEADS, READ_ONLY, RECORD_TYPES, address
from tests.admin.records import MAKE
from tests.cast import Cast
from tests.samples import ends, sample

PEOPLE = ("pmo_lead", "pmo_reviewer", "auditor", "liaison", "csp_lead", "assessor_lead", "anonymous")
IN_THE_ADMIN = {"pmo_lead", "pmo_reviewer", "auditor"}
# These come in by a verb of their own.
REGISTERED = {"ato"}


def codes(who: str, record_type: str) -> tuple[int, int, int, int]:
    """List, add, change and history, as the policy means them."""
    if who == "anonymous":
        return (302, 302, 302, 302)
    if who not in IN_THE_ADMIN:
        return (403, 403, 403, 403)
    return (200, 200 if adds(who, record_type) else 403, 200, 200)


def keeps(who: str, record_type: str) -> bool:
    """Whether the person corrects records of the record type."""
    return record_type not in READ_ONLY and (
        who == "pmo_lead" or (who == "pmo_reviewer" and record_type not in FOR_LEADS)
    )


def adds(who: str, record_type: str) -> bool:
    """Whether the person brings in records of the record type: the machine's first row is for leads."""
    return keeps(who, record_type) and (record_type not in REGISTERED or who == "pmo_lead")


# One that leads alone keep, one that reviewers keep too, and one that nobody writes.
EXAMPLES = {"user", "organization", "event"}
SIDES = {"pmo_lead", "pmo_reviewer", "liaison", "anonymous"}
EVERY_PAGE = [(who, record_type) for who in PEOPLE for record_type in RECORD_TYPES]


@pytest.mark.parametrize(
    ("who", "record_type"),
    sample(
        EVERY_PAGE,
        *((who, record_type) for who, record_type in EVERY_PAGE if who in SIDES and record_type in EXAMPLES),
        # Of each noun to who may write most and who reads everything; and some nouns to everybody.
        more=[pair for pair in EVERY_PAGE if pair[0] in {"pmo_lead", "auditor"} or pair[1] in EXAMPLES],
        lane=pytest.mark.nightly,
    ),
)
def test_every_page_of_every_record_type_opens_to_those_the_policy_names(
    client: Client, cast: Cast, who: str, record_type: str
) -> None:
    record = MAKE[record_type](1)
    if who != "anonymous":
        client.force_login(cast.people[who])
    model = RECORD_TYPES[record_type]
    pages = [
        address(model, "changelist"),
        address(model, "add"),
        address(model, "change", record.public_id),
        address(model, "history", record.public_id),
    ]
    assert tuple(client.get(page).status_code for page in pages) == codes(who, record_type)


WITHOUT_THE_RIGHT = [
    (who, record_type) for who in PEOPLE[:5] for record_type in RECORD_TYPES if not keeps(who, record_type)
]


@pytest.mark.parametrize(
    ("who", "record_type"),
    sample(
        WITHOUT_THE_RIGHT,
        *(pair for pair in WITHOUT_THE_RIGHT if pair[1] in EXAMPLES),
        more=[pair for pair in WITHOUT_THE_RIGHT if pair[0] in {"pmo_lead", "pmo_reviewer"}],
        lane=pytest.mark.nightly,
    ),
)
def test_a_post_without_the_right_changes_nothing_and_answers_403(
    client: Client, cast: Cast, who: str, record_type: str
) -> None:
    record = MAKE[record_type](1)
    before = RECORD_TYPES[record_type]._default_manager.filter(pk=record.pk).values().get()
    client.force_login(cast.people[who])
    for url in (
        address(RECORD_TYPES[record_type], "add"),
        address(RECORD_TYPES[record_type], "change", record.public_id),
    ):
        assert client.post(url, {"name": "Changed", "why": "Because."}).status_code == 403
    assert RECORD_TYPES[record_type]._default_manager.filter(pk=record.pk).values().get() == before


def test_every_record_type_of_the_portal_is_in_the_admin() -> None:
    models = {model for app in ("accounts", "authorizations") for model in apps.get_app_config(app).get_models()}
    record_types = {model for model in models if not model._meta.proxy and model.__name__ not in MACHINERY}
    missing = {model.__name__ for model in record_types - set(admin.site._registry)}
    assert not missing, f"Register {missing} in authorizations/admin, and name it in SECTIONS of its site.py."
    assert {record_type for _, section in SECTIONS for record_type in section} == {
        model.__name__ for model in record_types
    }


def test_nothing_but_the_portals_record_types_is_in_the_admin() -> None:
    assert {model._meta.app_label for model in admin.site._registry} == {"accounts", "authorizations"}


def test_every_rule_of_the_database_that_a_form_can_break_has_a_sentence() -> None:
    forms = [model for model, pages in admin.site._registry.items() if isinstance(pages, EditableAdmin)]
    rules = {rule.name for model in forms for rule in model._meta.constraints}
    assert rules == set(SENTENCES), "Give each constraint its sentence in authorizations/admin/constraint_messages.py."


@pytest.mark.parametrize("record_type", ends(RECORD_TYPES))
def test_nothing_is_deleted_in_the_admin_and_no_address_of_it_can_be_counted(
    client: Client, cast: Cast, record_type: str
) -> None:
    record = MAKE[record_type](1)
    client.force_login(cast.pmo_lead)
    listed, page = (
        address(RECORD_TYPES[record_type], "changelist"),
        address(RECORD_TYPES[record_type], "change", record.public_id),
    )
    shown = client.get(listed).content.decode()
    assert page in shown
    assert f"/{record.pk}/" not in shown
    assert client.post(page.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 404
    client.post(listed, {"action": "delete_selected", "_selected_action": [str(record.pk)], "post": "yes"})
    assert RECORD_TYPES[record_type]._default_manager.filter(pk=record.pk).exists()


def test_the_admin_has_no_page_that_sets_a_password() -> None:
    names = {url.name for url in get_resolver().url_patterns[0].url_patterns if hasattr(url, "name")}
    assert names.isdisjoint({"password_change", "logout", "jsi18n", "view_on_site"})


def test_a_person_with_access_to_admin_who_comes_to_its_sign_in_goes_to_the_admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    assert client.get("/admin/login/").headers["Location"] == "/admin/"


def test_a_person_without_access_to_admin_is_told_so_instead_of_being_sent_round(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    answer = client.get("/admin/")
    assert answer.status_code == 403
    assert "open to the PMO and to auditors" in answer.content.decode()


def test_an_anonymous_person_comes_back_to_the_admin_after_sign_in(client: Client, db: None) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    assert client.get("/admin/accounts/user/").headers["Location"] == "/sign-in/?next=/admin/accounts/user/"


@pytest.mark.parametrize(
    "address_of_list", ["accounts/user/?", "accounts/membership/?user__", "authorizations/event/?actor__"]
)
def test_no_list_can_be_asked_about_passwords(client: Client, cast: Cast, address_of_list: str) -> None:
    client.force_login(cast.auditor)
    asked = client.get(f"/admin/{address_of_list}password__startswith=p").context["cl"]
    assert asked.result_count == asked.model._default_manager.count()
