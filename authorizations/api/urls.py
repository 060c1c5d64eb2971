"""The API's addresses. They have no slash at the end, and none of them leads to the sign-in page."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path

from authorizations.api.errors import NOTHING_HERE, refusal
from authorizations.api.openapi import api_page, openapi
from authorizations.api.registry import api
from authorizations.policy import Capability
from authorizations.url_access import ANYONE, AccessLevel, ObjectScope, UrlRule, page, with_access


def nothing(request: HttpRequest) -> HttpResponse:
    return refusal(404, NOTHING_HERE)


def _of(scope: ObjectScope, then: Capability | None = None, *, posts: bool = False) -> UrlRule:
    return UrlRule(AccessLevel.PROGRAM, scope=scope, then_capability=then, post_only=posts)


ACCESS: dict[str, UrlRule] = {
    "api_atos": _of(ObjectScope.NOTHING),
    "api_register_ato": _of(ObjectScope.NOTHING, Capability.REGISTER_ATO),
    "api_cases": _of(ObjectScope.NOTHING),
    "api_document_act": _of(ObjectScope.DOCUMENT, posts=True),
    "api_document_file": _of(ObjectScope.DOCUMENT),
    "api_ato": _of(ObjectScope.ATO),
    "api_offering_deadlines": _of(ObjectScope.OFFERING),
    **dict.fromkeys(("api_ato_deadlines", "api_ato_documents"), _of(ObjectScope.REGISTER)),
    **dict.fromkeys(("api_ato_document_file", "api_ato_step"), _of(ObjectScope.REGISTER, posts=True)),
    **{
        name: _of(scope, Capability.DELIVER, posts=True)
        for word, scope in (("ato", ObjectScope.REGISTER), ("offering", ObjectScope.OFFERING))
        for name in (f"api_{word}_deliveries", f"api_withdraw_{word}_delivery")
    },
    **dict.fromkeys(("api_case", "api_case_deadlines", "api_case_documents"), _of(ObjectScope.CASE)),
    **dict.fromkeys(("api_case_findings", "api_case_wbs", "api_comments", "api_co_signers"), _of(ObjectScope.CASE)),
    **dict.fromkeys(("api_guidance", "api_take_over_documents"), _of(ObjectScope.CASE)),
    **dict.fromkeys(("api_case_document_file", "api_case_step", "api_tick"), _of(ObjectScope.CASE, posts=True)),
    **dict.fromkeys(("api_organizations", "api_systems", "api_contacts", "api_invitations"), _of(ObjectScope.NOTHING)),
    "api_organization": _of(ObjectScope.ORGANIZATION),
    **dict.fromkeys(("api_agencies", "api_providers", "api_assessors"), _of(ObjectScope.NOTHING)),
    **dict.fromkeys(("api_offerings", "api_documents", "api_findings", "api_deadlines"), _of(ObjectScope.NOTHING)),
    **dict.fromkeys(("api_messages", "api_imports", "api_report_kinds", "api_reports"), _of(ObjectScope.NOTHING)),
    "api_agency": _of(ObjectScope.AGENCY),
    "api_provider": _of(ObjectScope.PROVIDER),
    "api_assessor": _of(ObjectScope.ASSESSOR),
    "api_offering": _of(ObjectScope.OFFERING),
    "api_document": _of(ObjectScope.DOCUMENT),
    "api_finding": _of(ObjectScope.FINDING),
    "api_message": _of(ObjectScope.READ_MESSAGE),
    "api_import": UrlRule(AccessLevel.PROGRAM, capability=Capability.SEE_IMPORTS, scope=ObjectScope.IMPORT_RUN),
    **dict.fromkeys(("api_report", "api_report_file"), _of(ObjectScope.REPORT)),
    "api_confirm_contact": _of(ObjectScope.CONTACT, Capability.CONFIRM_CONTACT, posts=True),
    "api_revoke_invitation": _of(ObjectScope.INVITATION, Capability.LEAD_PEOPLE, posts=True),
    "api_co_signer": _of(ObjectScope.CO_SIGNER, posts=True),
    **dict.fromkeys(
        ("api_answer_finding", "api_ask_finding_again", "api_settle_finding"), _of(ObjectScope.FINDING, posts=True)
    ),
}


def _patterns() -> list[URLPattern]:
    """The library's addresses without its first page, each with its rule. Its views answer 401 by themselves."""
    found = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [with_access(each, ACCESS[each.name]) if each.name in ACCESS else each for each in found]


urlpatterns: list[URLPattern] = [
    page("", api_page, "api_page", ANYONE),
    page("openapi.json", openapi, "api_openapi", ANYONE),
    *_patterns(),
    with_access(re_path(".*", nothing, name="api_nothing"), ANYONE),
]
