"""The gates on the package that goes to FedRAMP: where it is kept, and how fresh it is under the application rules.

The application rules bind a Rev5 application from a day on that the newest release names (machine tables, rule 11).
Days are counted between the dates on record, up to the application: a check that takes long makes no package stale.
"""

from datetime import date, timedelta
from typing import Any

from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.lifecycle.gates.cases import SIGNATURE, CaseSubject, owing_side
from authorizations.lifecycle.gates.documents import in_force
from authorizations.lifecycle.problems import Unmet, not_waivable
from authorizations.lifecycle.step import Facts
from authorizations.vocabulary import CertificationClass, Designation

NOT_LISTED = (Designation.UNKNOWN, Designation.DELISTED)


@not_waivable
def wbs_signed_here(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The newest version of the WBS is signed by the side that signs."""
    side, paper = owing_side(case, SIGNATURE, context), case.document_summary.get("wbs")
    if side and paper and f"signed_by_{side}" not in paper["stated"]:
        words = f"Version {paper['number']} of the WBS is not signed by the {side}: record the signature."
        yield words, "document:wbs"


def repository_known(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """It is recorded where the package will be kept."""
    if not case.package_is_located:
        yield "Where the package will be kept is not recorded: the PMO records it on the offering's page.", "package"


def _on(case: Any, facts: Facts, name: str) -> Any:
    return facts.get(name) or case.fact_value(name)


def listed_before_applying(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Under the application rules, the offering is listed on the Marketplace first."""
    if in_force(case, context.as_of) and case.offering.designation in NOT_LISTED:
        words = "The Marketplace does not list the offering; it must before FedRAMP takes an application (FRC-APP-MLF)."
        yield words, "offering"


def letter_sent_before_applying(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Under the application rules, the agency has sent FedRAMP the letter first."""
    if in_force(case, context.as_of) and not case.fact_value("fedramp_notified_on"):
        yield "The agency sends FedRAMP the signed letter before the provider applies (FRC-APS-ATO).", ""


def verified_lately(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Under the application rules, the provider verified the package within the days before the application."""
    days = case.current_rules.lengths["verified_days"]
    if days is None or not in_force(case, context.as_of):
        return
    verified, applied = _on(case, facts, "package_verified_on"), _on(case, facts, "applied_on")
    if not verified or not applied:
        yield "The provider records when it verified the package, and when it applied.", "package_verified_on"
    elif applied > verified + timedelta(days=days):
        words = (
            f"The package was verified on {day_text(verified)}, more than {days} days before the application of "
            f"{day_text(applied)}: the provider verifies it again and records the day (FRC-APP-FCP)."
        )
        yield words, "package_verified_on"


def assessment_fresh(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Under the application rules, the assessment is fresh at the application, or freshened before it was stale."""
    fresh, stale = (case.current_rules.lengths[name] for name in ("assessment_fresh_months", "assessment_stale_months"))
    if fresh is None or not in_force(case, context.as_of) or case.offering.certification_class == CertificationClass.A:
        return
    done, applied = _on(case, facts, "sar_delivered_on"), _on(case, facts, "applied_on")
    if not done or not applied:
        yield "It is not recorded when the SAR was delivered, or when the provider applied.", "sar_delivered_on"
        return
    newest = assessed_on(done, _on(case, facts, "assessment_refreshed_on"), stale)
    if applied > months_after(newest, fresh):
        words = (
            f"The assessment of {day_text(newest)} is more than {fresh} months old at the application of "
            f"{day_text(applied)} (FRC-APP-FIA): {_what_helps(done, applied, stale)}"
        )
        yield words, "assessment_refreshed_on"


def assessed_on(reported: date, refreshed: date | None, stale: int | None) -> date:
    """From when the age of an assessment counts: its report, or a review of what changed before it was stale."""
    in_time = refreshed is not None and (stale is None or refreshed <= months_after(reported, stale))
    return max(reported, refreshed) if refreshed and in_time else reported


def _what_helps(done: date, applied: date, stale: int | None) -> str:
    if stale is not None and applied > months_after(done, stale):
        return f"after {stale} months only a new one helps (FRC-APP-USA)."
    return "the assessor reviews what has changed, and the day is recorded (FRC-APP-USA)."
