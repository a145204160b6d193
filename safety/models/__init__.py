from safety.models.desk import CannedReason, Claim, Decision
from safety.models.reports import Appeal, AppealEvent, Report, ReportEvent

__all__ = [
    "Appeal",
    "AppealEvent",
    "CannedReason",
    "Claim",
    "Decision",
    "Report",
    "ReportEvent",
]
