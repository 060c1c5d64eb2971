"""The reports there are, in the order of their menu: a new one is a file beside this one and a line here."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from authorizations.reports.audit_extract import AuditExtract
from authorizations.reports.base import Missing, NotForYou, Report, UnusableRequest, ask
from authorizations.reports.cases.status import CaseStatus
from authorizations.reports.dashboard import Dashboard
from authorizations.reports.data_calls.ato_list import AtoDataCall
from authorizations.reports.data_calls.case_sample import CaseSample
from authorizations.reports.data_calls.scorecard import DutyScorecard
from authorizations.reports.duties import Duties
from authorizations.reports.portfolios import AgencyPortfolio, ProviderPortfolio
from authorizations.reports.program import Program
from authorizations.reports.register.access_list import AccessList
from authorizations.reports.register.ato_register import AtoRegister
from authorizations.reports.register.blast_radius import BlastRadiusReport
from authorizations.reports.register.decision_packet import DecisionPacket
from authorizations.vocabulary import StopReason

ALL: tuple[Report, ...] = (
    Dashboard(),
    CaseStatus(),
    Program(),
    DecisionPacket(),
    AgencyPortfolio(),
    ProviderPortfolio(),
    AtoRegister(),
    Duties(),
    AccessList(),
    AtoDataCall(),
    DutyScorecard(),
    CaseSample(),
    BlastRadiusReport(),
    AuditExtract(),
)  # fmt: skip
REPORTS: dict[str, Report] = {report.name: report for report in ALL}


LOST = "What this report is about is no longer there for you."


def refusal(name: str, user: User, given: Mapping[str, str], now: datetime) -> tuple[StopReason, str] | None:
    """Why a person may not have a report with these parameters, and the sentence for them; None where they may."""
    report = REPORTS.get(name)
    if report is None:
        return StopReason.GONE, "The portal no longer has this report."
    try:
        ask(report, user, given, now)
    except NotForYou:
        return StopReason.SIDE, "Your side no longer has this report."
    except Missing:
        return StopReason.RECORD, LOST
    except UnusableRequest as problem:
        return StopReason.UNFIT, str(problem)
    return None


def reports_for(user: User) -> list[Report]:
    return [report for report in ALL if report.is_for(user)]
