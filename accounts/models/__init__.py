from accounts.choices import (
    CheckKind,
    ConsentKind,
    EmployerKind,
    EmployerStatus,
    NoticeKind,
    RevisionStatus,
    StaffRole,
    TextKind,
)
from accounts.models.employer import (
    RECHECK_AFTER,
    Employer,
    EmployerCheck,
    EmployerDocument,
    EmployerEvent,
    EmployerInvitation,
    EmployerMember,
    PaperLook,
)
from accounts.models.public_text import PublicText, PublicTextEvent, TextAssessment
from accounts.models.sign_in import SignIn
from accounts.models.staff import AccountEvent, SavedListFilter, StaffInvitation, StaffPost
from accounts.models.user import (
    Consent,
    DigestLine,
    HistoryEvent,
    Notice,
    ProofCode,
    SignedInRequest,
    User,
)
from accounts.models.word_changes import WordChanges, describe_word_changes

__all__ = [
    "RECHECK_AFTER",
    "AccountEvent",
    "CheckKind",
    "Consent",
    "ConsentKind",
    "DigestLine",
    "Employer",
    "EmployerCheck",
    "EmployerDocument",
    "EmployerEvent",
    "EmployerInvitation",
    "EmployerKind",
    "EmployerMember",
    "EmployerStatus",
    "HistoryEvent",
    "Notice",
    "NoticeKind",
    "PaperLook",
    "ProofCode",
    "PublicText",
    "PublicTextEvent",
    "RevisionStatus",
    "SavedListFilter",
    "SignIn",
    "SignedInRequest",
    "StaffInvitation",
    "StaffPost",
    "StaffRole",
    "TextAssessment",
    "TextKind",
    "User",
    "WordChanges",
    "describe_word_changes",
]
