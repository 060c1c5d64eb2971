"""Whether a report says the same on the screen, in a PDF, a workbook, CSV and JSON."""

import json
from io import BytesIO

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.models import Ato, Case
from authorizations.reports.base import Missing, Parameter, ask
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.formats import FORMATS
from authorizations.reports.schema import schema_of
from authorizations.tables.contents import ReportSpec
from tests.attacks.scene import signed_in
from tests.reports.files import filled, of_csv, of_json, of_page, of_pdf, of_xlsx
from tests.reports.tags import is_accessible

SIDES = (Role.AGENCY_LIAISON, Role.AUTHORIZING_OFFICIAL, Role.CSP_LEAD, Role.ASSESSOR_LEAD, Role.PMO_LEAD, Role.AUDITOR)
# One side of each report.
ONE_SIDE = [(name, Role.PMO_LEAD if name in {"program", "audit-extract"} else Role.AGENCY_LIAISON) for name in REPORTS]


def about(name: str, user: User) -> dict[str, str] | None:
    """What a report is about: the person's own, or what stands first; None where they see nothing that it could be."""
    given = {}
    for each in REPORTS[name].parameters:
        if not each.required:
            continue
        records = {"case": Case, "ato": Ato}
        if each.key in records:
            known = records[each.key].objects.visible_to(user).order_by("pk").values_list("public_id", flat=True)
            text = next((text for text in known if is_found(each, user, text)), "")
        else:
            choices = each.choices(user) if each.choices else []
            text = each.default(user) or (choices[0][0] if choices else "")
        if not text:
            return None
        given[each.key] = text
    return given


def is_found(parameter: Parameter, user: User, text: str) -> bool:
    """Whether a report can be about a record: some are about fewer than a person may see."""
    try:
        parameter.find(user, text)
    except Missing:
        return False
    return True


def files_of(name: str, spec: ReportSpec, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """The report in some formats."""
    written = {}
    for suffix in suffixes:
        out = BytesIO()
        FORMATS[suffix].write(REPORTS[name], REPORTS[name].contents(spec), spec, out, lambda rows: None)
        written[suffix] = out.getvalue()
    return written


def agree(name: str, user: User, *, with_pdf: bool) -> None:
    """Fails where two ways of taking a report differ."""
    given = about(name, user)
    if given is None:
        pytest.skip("there is nothing that it could be about")
    asked = ask(REPORTS[name], user, given, timezone.now())
    contents = REPORTS[name].contents(asked)
    files = files_of(name, asked, ("csv", "json", "xlsx", *(["pdf"] if with_pdf and pdf.is_possible() else [])))
    said = of_json(contents, files["json"])
    assert of_csv(contents, files["csv"]) == said
    assert of_xlsx(contents, files["xlsx"]) == said
    page = signed_in(user).get(f"/reports/{name}/", given)
    assert page.status_code == 200
    assert of_page(page.content.decode()) == said
    if "pdf" in files:
        assert of_pdf(files["pdf"]) == said
        is_accessible(files["pdf"], contents)
        assert min(filled(files["pdf"])[:-1], default=1) > 1 / 3, "a page is nearly empty"
    schema = schema_of(REPORTS[name], contents.every_table)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(files["json"]))


def somebody(role: Role) -> User:
    """A person of the demo in a role."""
    held = Membership.objects.current(timezone.localdate()).filter(role=role, user__is_active=True).order_by("pk")
    return held.select_related("user")[0].user
