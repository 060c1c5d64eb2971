"""The reports there are, in the order of their menu: a new one is a file beside this one and a line here."""

from accounts.models import User
from authorizations.reports.audit_extract import AuditExtract
from authorizations.reports.base import Report
from authorizations.reports.cases.status import CaseStatus
from authorizations.reports.dashboard import Dashboard
from authorizations.reports.duties import Duties
from authorizations.reports.portfolios import AgencyPortfolio, ProviderPortfolio
from authorizations.reports.program import Program
from authorizations.reports.register.access_list import AccessList
from authorizations.reports.register.ato_register import AtoRegister
from authorizations.reports.register.decision_packet import DecisionPacket

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
    AuditExtract(),
)  # fmt: skip
REPORTS: dict[str, Report] = {report.name: report for report in ALL}


def reports_for(user: User) -> list[Report]:
    return [report for report in ALL if report.is_for(user)]
