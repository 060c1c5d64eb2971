"""What the tables of attacks lack for a new address or record type, said in the short run: attacks take minutes."""

import inspect
import re

import pytest
from django.apps import apps
from django.urls import get_resolver

from authorizations.url_access import ObjectScope
from tests.admin.records import MAKE
from tests.attacks import matrix, records, test_matrix, test_others, test_smuggled
from tests.attacks.urls import WORDS, everywhere, patterns

NAMES = {each.name for each in everywhere()}
# Pages that are sent something but fields of a form: one button, a link's secret, a file's cells, or the session's own.
WITHOUT_FIELDS = {
    *("ask_finding_again", "case_findings", "own_messages", "saved_form", "session", "unsubscribe", "wbs_plan"),
    *("forgotten_password", "new_password"),
    # Open while a side of the case has nobody here, or had nobody.
    *("locate_package", "recorded_lines"),
}


def test_every_row_of_the_tables_is_of_an_address_that_is_there() -> None:
    tables = (matrix.DOES, matrix.OTHERWISE, records.SAID, test_matrix.PECULIAR)
    rows = {name for table in tables for name in table} | test_smuggled.ATTACKED_ELSEWHERE | WITHOUT_FIELDS
    assert rows - NAMES == set(), "these addresses are gone: take out their rows"


def test_every_row_of_who_may_act_refuses_somebody_whom_the_rule_of_the_address_lets_in() -> None:
    idle = set()
    for each in everywhere():
        if each.name in matrix.DOES:
            open_to = {key for key in matrix.ROLES if not matrix.refused(each, key)}
            by_rule = {key for key in matrix.ROLES if not matrix.refused(each, key, by_rule=True)}
            idle |= {each.name} if open_to == by_rule else set()
    assert idle == set(), "the rule of the address says the same: take out the row of DOES (tests/attacks/matrix.py)"


def test_every_scope_has_a_record_and_says_who_sees_it() -> None:
    scopes = set(ObjectScope) - {ObjectScope.NOTHING}
    assert scopes - set(matrix.SEES) == set(), "say in SEES (tests/attacks/matrix.py) who sees a record of these"
    # A passkey is nobody's, and of what is in the admin there is a record of each type.
    others = {
        ObjectScope.PASSKEY,
        ObjectScope.IN_ADMIN,
        ObjectScope.IMPORT_RUN,
        ObjectScope.FOUND_FEED,
        ObjectScope.REVIEW_ITEM,
    }
    made = {each for each in scopes if f"ObjectScope.{each.name}:" in inspect.getsource(records.records_behind)}
    assert scopes - made - others == set(), "make a record of these in records_behind (tests/attacks/records.py)"


def test_every_part_of_an_address_has_a_word_or_a_record() -> None:
    parts = {part for each in everywhere() for part in each.parts} - WORDS.keys() - {"public_id", "object_id"}
    known = {part for part in parts if f'"{part}"' in inspect.getsource(records)}
    assert parts == known, "name it in WORDS (tests/attacks/urls.py), or its record in path_of (records.py)"


def test_every_record_type_with_a_rule_is_made_for_the_attacks() -> None:
    ruled = {
        model._meta.model_name
        for model in apps.get_models()
        if hasattr(model._default_manager.all(), "visible_to") and not model._meta.proxy
    }
    assert ruled - MAKE.keys() - test_others.MADE_BY_HAND == set(), "make one in MAKE (tests/admin/records.py)"


@pytest.mark.slow
def test_every_page_with_a_form_is_attacked_or_says_why_not() -> None:
    """Of what a view's own lines say; `test_smuggled` draws each page and looks."""
    builders = "".join(
        inspect.getsource(made) for name, made in vars(test_smuggled).items() if re.match("(further_)?pages", name)
    )
    quoted = {re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(name)) for name in re.findall(r'"([\w{}]+)"', builders)}
    of_a_row = re.compile("|".join(quoted))
    attacked = set(filter(of_a_row.fullmatch, NAMES))
    takes_posts = set()
    views = dict(patterns(get_resolver()))
    for each in everywhere():
        if not (each.is_api or each.is_admin or each.rule.post_only):
            view = inspect.unwrap(views[each.name].callback)
            if "POST" in inspect.getsource(getattr(view, "view_class", view)):
                takes_posts.add(each.name)
    missing = takes_posts - attacked - test_smuggled.ATTACKED_ELSEWHERE - WITHOUT_FIELDS
    assert missing == set(), "yield what its form asks for in tests/attacks/test_smuggled.py, or say why not"
