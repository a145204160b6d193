from safety.models.aftercare import CaseExport, FraudCase, Warned
from safety.models.case_messages import CaseMessage, SentFile, SentFileLook
from safety.models.governance import GovernanceMonth
from safety.models.journal import JournalExport, JournalSearch
from safety.models.moderation import (
    CannedReason,
    CaseNote,
    Claim,
    Decision,
    Postponement,
    QueueFilter,
)
from safety.models.reports import Appeal, AppealEvent, Report, ReportEvent
from safety.models.second_looks import SecondLook, SecondLookProgress, SecondLookShare
from safety.models.teamwork import CaseQuestion, Escalation

__all__ = [
    "Appeal",
    "AppealEvent",
    "CannedReason",
    "CaseExport",
    "CaseMessage",
    "CaseNote",
    "CaseQuestion",
    "Claim",
    "Decision",
    "Escalation",
    "FraudCase",
    "GovernanceMonth",
    "JournalExport",
    "JournalSearch",
    "Postponement",
    "QueueFilter",
    "Report",
    "ReportEvent",
    "SecondLook",
    "SecondLookProgress",
    "SecondLookShare",
    "SentFile",
    "SentFileLook",
    "Warned",
]
