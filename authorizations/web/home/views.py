"""Home: what each side asks first. The sections follow from the person's roles; every number leads to its rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.roles import OrganizationKind, Role
from authorizations.policy import Capability, may
from authorizations.presenters import deadlines
from authorizations.presenters.cached_counts import cache_stamp
from authorizations.web.cases import views_reassignment
from authorizations.web.cases.views_history import to_confirm
from authorizations.web.corrections.views import late_corrections
from authorizations.web.home import agency, assessor, csp, pmo
from authorizations.web.home import cases as home_cases
from authorizations.web.home.first_steps import first_steps
from authorizations.web.home.news import news
from authorizations.web.page_access import person
from authorizations.web.register.contacts import in_doubt


def home(request: HttpRequest) -> HttpResponse:
    user, today, stamp = person(request), timezone.localdate(), cache_stamp(request)
    context: dict[str, Any] = {"today": today, "news": news(user, timezone.now())}
    context["late_corrections"] = late_corrections(user, stamp)
    if may(user.own_roles, Capability.LEAD_PEOPLE):
        context["first_steps"] = first_steps(user, today, stamp)
    # First, because it reads which agencies are theirs.
    if OrganizationKind.AGENCY in user.sides:
        context["agency"] = agency.section(user, today, stamp)
    if may(user.roles, Capability.SEE_ORPHANED):
        context["orphans"] = views_reassignment.first_orphans(user, today, stamp)
    if may(user.roles, Capability.CONFIRM_CONTACT):
        context["in_doubt"] = in_doubt(user, today, stamp)
    if user.sides:
        owed = None if Role.AUDITOR in user.roles else deadlines.next_for(user, today, stamp)
        context["owed"] = owed.next if owed else []
        context["to_confirm"] = to_confirm(user, stamp)
        context["cases"] = home_cases.work(user, today, stamp, owed.of_cases if owed else {})
    if OrganizationKind.PROVIDER in user.sides:
        context["csp"] = csp.section(user, today, stamp)
    if OrganizationKind.ASSESSOR in user.sides:
        context["assessor"] = assessor.section(user, today, stamp)
    if may(user.roles, Capability.EDIT_RECORDS):
        context["pmo"] = pmo.pmo_section(user, today, request.GET.get("queue", ""), stamp)
    if Role.AUDITOR in user.roles:
        context["audit_log"] = pmo.auditor_section(user, stamp)
    return render(request, "home/home.html", context)
