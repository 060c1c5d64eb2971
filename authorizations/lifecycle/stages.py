"""The stages of cases and the groups that steps and rules speak of; labels and sources are in the rule releases."""

from enum import StrEnum


class InitialStage(StrEnum):
    """The stages of an initial case (machine tables 2.1)."""

    PARTNERSHIP = "partnership"
    PLANNING = "planning"
    IN_PROCESS_REQUESTED = "in_process_requested"
    IN_PROCESS = "in_process"
    SSP = "ssp"
    SAP = "sap"
    ASSESSMENT = "assessment"
    SAR_DEBRIEF = "sar_debrief"
    AGENCY_REVIEW = "agency_review"
    REMEDIATION = "remediation"
    AO_DECISION = "ao_decision"
    ATO_ISSUED = "ato_issued"
    PMO_REVIEW = "pmo_review"
    PMO_REMEDIATION = "pmo_remediation"
    PARTNER_LOST = "partner_lost"
    CERTIFIED = "certified"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    ATO_DENIED = "ato_denied"
    CERTIFICATION_REJECTED = "certification_rejected"
    CONVERTED = "converted"
    CLOSED_AT_CUTOFF = "closed_at_cutoff"


class ReuseStage(StrEnum):
    """The stages of a reuse case (machine tables 2.2)."""

    NEED_DEFINED = "need_defined"
    ACCESS_REQUESTED = "access_requested"
    ACCESS_GRANTED = "access_granted"
    PACKAGE_REVIEW = "package_review"
    GAP_ANALYSIS = "gap_analysis"
    IMPLEMENTATION = "implementation"
    RISK_DECISION = "risk_decision"
    ATO_ISSUED = "ato_issued"
    ACCESS_DENIED = "access_denied"
    ACCESS_EXPIRED = "access_expired"
    RECORDED = "recorded"
    NOT_SUITABLE = "not_suitable"
    ATO_DENIED = "ato_denied"
    WITHDRAWN = "withdrawn"


I, R = InitialStage, ReuseStage  # noqa: E741  # as the rows of the tables have them


def _values(*stages: StrEnum) -> tuple[str, ...]:
    return tuple(stage.value for stage in stages)


# An initial case that the Marketplace may show; an offering has at most one.
LISTED = _values(
    I.IN_PROCESS,
    I.SSP,
    I.SAP,
    I.ASSESSMENT,
    I.SAR_DEBRIEF,
    I.AGENCY_REVIEW,
    I.REMEDIATION,
    I.AO_DECISION,
    I.ATO_ISSUED,
    I.PMO_REVIEW,
    I.PMO_REMEDIATION,
)
OPEN_INITIAL = (*_values(I.PARTNERSHIP, I.PLANNING, I.IN_PROCESS_REQUESTED), *LISTED, I.PARTNER_LOST.value)
# Where FedRAMP's clock stands still: the days count as the provider's, and apart (machine tables, rule 8).
CLOCK_STOPPED = _values(I.PMO_REMEDIATION)
# Open cases that the cut-off ends: not those that FedRAMP reviews.
BEFORE_REVIEW = tuple(stage for stage in OPEN_INITIAL if stage not in _values(I.PMO_REVIEW, I.PMO_REMEDIATION))
# Where a partner still plans the day of its ATO, as long as it has none.
PLANS_ATO = tuple(
    stage
    for stage in OPEN_INITIAL
    if stage not in _values(I.ATO_ISSUED, I.PMO_REVIEW, I.PMO_REMEDIATION, I.PARTNER_LOST)
)
FROM_ATO_INITIAL = _values(I.ATO_ISSUED, I.PMO_REVIEW, I.PMO_REMEDIATION)

OPEN_REUSE = _values(
    R.NEED_DEFINED,
    R.ACCESS_REQUESTED,
    R.ACCESS_GRANTED,
    R.PACKAGE_REVIEW,
    R.GAP_ANALYSIS,
    R.IMPLEMENTATION,
    R.RISK_DECISION,
    R.ATO_ISSUED,
    R.ACCESS_DENIED,
    R.ACCESS_EXPIRED,
)
WITH_ACCESS = _values(R.ACCESS_GRANTED, R.PACKAGE_REVIEW, R.GAP_ANALYSIS, R.IMPLEMENTATION, R.RISK_DECISION)
MAY_EXPIRE = _values(R.ACCESS_GRANTED, R.PACKAGE_REVIEW, R.GAP_ANALYSIS)
FROM_ATO_REUSE = _values(R.ATO_ISSUED, R.RECORDED)

# The way of a case as readers see it: named parts of the path with their stages, in order. Every other stage ends it or
# is beside it.
PATH_INITIAL = (
    ("Preparation", _values(I.PARTNERSHIP, I.PLANNING, I.IN_PROCESS_REQUESTED)),
    ("Package", _values(I.IN_PROCESS, I.SSP, I.SAP)),
    ("Assessment", _values(I.ASSESSMENT, I.SAR_DEBRIEF)),
    ("Decision", _values(I.AGENCY_REVIEW, I.REMEDIATION, I.AO_DECISION, I.ATO_ISSUED)),
    ("FedRAMP review", _values(I.PMO_REVIEW, I.PMO_REMEDIATION, I.CERTIFIED)),
)
PATH_REUSE = (
    ("Need", _values(R.NEED_DEFINED)),
    ("Access", _values(R.ACCESS_REQUESTED, R.ACCESS_DENIED, R.ACCESS_GRANTED, R.ACCESS_EXPIRED)),
    ("Package review", _values(R.PACKAGE_REVIEW)),
    ("Gap analysis", _values(R.GAP_ANALYSIS)),
    ("Implementation", _values(R.IMPLEMENTATION)),
    ("Risk decision", _values(R.RISK_DECISION)),
    ("ATO issued", _values(R.ATO_ISSUED)),
    ("Recorded", _values(R.RECORDED)),
)
# An initial case that never went beyond these has not turned to FedRAMP.
BEFORE_THE_REQUEST = (I.PARTNERSHIP, I.PLANNING)
