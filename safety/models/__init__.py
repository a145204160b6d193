from safety.models.aftercare import CaseExport, FraudCase, Warned
from safety.models.governance import GovernanceMonth
from safety.models.moderation import (
    CannedReason,
    CaseNote,
    Claim,
    Decision,
    Postponement,
    QueueFilter,
)
from safety.models.reports import Appeal, AppealEvent, Report, ReportEvent

__all__ = [
    "Appeal",
    "AppealEvent",
    "CannedReason",
    "CaseExport",
    "CaseNote",
    "Claim",
    "Decision",
    "FraudCase",
    "GovernanceMonth",
    "Postponement",
    "QueueFilter",
    "Report",
    "ReportEvent",
    "Warned",
]
