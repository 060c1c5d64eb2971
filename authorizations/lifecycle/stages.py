"""The stages of cases and the groups that steps and rules speak of; labels and sources stand in the rule releases."""

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


def _values(*stages: StrEnum) -> tuple[str, ...]:
    return tuple(stage.value for stage in stages)


# An initial case that the Marketplace may show; an offering has at most one.
LISTED = _values(
    InitialStage.IN_PROCESS,
    InitialStage.SSP,
    InitialStage.SAP,
    InitialStage.ASSESSMENT,
    InitialStage.SAR_DEBRIEF,
    InitialStage.AGENCY_REVIEW,
    InitialStage.REMEDIATION,
    InitialStage.AO_DECISION,
    InitialStage.ATO_ISSUED,
    InitialStage.PMO_REVIEW,
    InitialStage.PMO_REMEDIATION,
)
OPEN_INITIAL = (
    *_values(InitialStage.PARTNERSHIP, InitialStage.PLANNING, InitialStage.IN_PROCESS_REQUESTED),
    *LISTED,
    InitialStage.PARTNER_LOST.value,
)
# Where FedRAMP's clock stands still: the days count as the provider's, and apart (machine tables, rule 8).
CLOCK_STOPPED = _values(InitialStage.PMO_REMEDIATION)
# Open cases that the cut-off ends: not those that FedRAMP reviews.
BEFORE_REVIEW = tuple(
    stage for stage in OPEN_INITIAL if stage not in _values(InitialStage.PMO_REVIEW, InitialStage.PMO_REMEDIATION)
)
FROM_ATO_INITIAL = _values(InitialStage.ATO_ISSUED, InitialStage.PMO_REVIEW, InitialStage.PMO_REMEDIATION)

OPEN_REUSE = _values(
    ReuseStage.NEED_DEFINED,
    ReuseStage.ACCESS_REQUESTED,
    ReuseStage.ACCESS_GRANTED,
    ReuseStage.PACKAGE_REVIEW,
    ReuseStage.GAP_ANALYSIS,
    ReuseStage.IMPLEMENTATION,
    ReuseStage.RISK_DECISION,
    ReuseStage.ATO_ISSUED,
    ReuseStage.ACCESS_DENIED,
    ReuseStage.ACCESS_EXPIRED,
)
WITH_ACCESS = _values(
    ReuseStage.ACCESS_GRANTED,
    ReuseStage.PACKAGE_REVIEW,
    ReuseStage.GAP_ANALYSIS,
    ReuseStage.IMPLEMENTATION,
    ReuseStage.RISK_DECISION,
)
MAY_EXPIRE = _values(ReuseStage.ACCESS_GRANTED, ReuseStage.PACKAGE_REVIEW, ReuseStage.GAP_ANALYSIS)
FROM_ATO_REUSE = _values(ReuseStage.ATO_ISSUED, ReuseStage.RECORDED)

# The way of a case as readers see it: named parts of the path with their stages, in order. Every other stage ends it or
# stands beside it.
PATH_INITIAL = (
    ("Preparation", _values(InitialStage.PARTNERSHIP, InitialStage.PLANNING, InitialStage.IN_PROCESS_REQUESTED)),
    ("Package", _values(InitialStage.IN_PROCESS, InitialStage.SSP, InitialStage.SAP)),
    ("Assessment", _values(InitialStage.ASSESSMENT, InitialStage.SAR_DEBRIEF)),
    (
        "Decision",
        _values(
            InitialStage.AGENCY_REVIEW, InitialStage.REMEDIATION, InitialStage.AO_DECISION, InitialStage.ATO_ISSUED
        ),
    ),
    ("FedRAMP review", _values(InitialStage.PMO_REVIEW, InitialStage.PMO_REMEDIATION, InitialStage.CERTIFIED)),
)
PATH_REUSE = (
    ("Need", _values(ReuseStage.NEED_DEFINED)),
    (
        "Access",
        _values(
            ReuseStage.ACCESS_REQUESTED,
            ReuseStage.ACCESS_DENIED,
            ReuseStage.ACCESS_GRANTED,
            ReuseStage.ACCESS_EXPIRED,
        ),
    ),
    ("Package review", _values(ReuseStage.PACKAGE_REVIEW)),
    ("Gap analysis", _values(ReuseStage.GAP_ANALYSIS)),
    ("Implementation", _values(ReuseStage.IMPLEMENTATION)),
    ("Risk decision", _values(ReuseStage.RISK_DECISION)),
    ("ATO issued", _values(ReuseStage.ATO_ISSUED)),
    ("Recorded", _values(ReuseStage.RECORDED)),
)
# An initial case that never went beyond these has not turned to FedRAMP.
BEFORE_THE_REQUEST = (InitialStage.PARTNERSHIP, InitialStage.PLANNING)
