"""A fraud case freezes the employer, unless the moderator gives a reason against it. Withdrawing the case
ends the freeze."""

from accounts.choices import EmployerStatus
from accounts.employers.membership import lock_employer
from accounts.employers.transitions import (
    EMPLOYER_MOVES,
    find_standing_freeze,
    record_employer_event,
)
from accounts.models import Employer, User
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from safety.aftercare.paused_sign_ups import notify_freeze_ended
from safety.models import FraudCase


def may_be_frozen(employer: Employer | None) -> bool:
    """Whether there is an employer, and it is neither frozen nor banned yet."""
    return employer is not None and EmployerStatus.FROZEN in EMPLOYER_MOVES[employer.status]


def freeze_employer(case: FraudCase) -> None:
    """Freeze the employer of a new case, or record the moderator's reason against it. The caller saves the case.

    The employer is locked: another moderator may be freezing it, and the event names its status.
    """
    employer_id = case.listing.employer_id
    employer = lock_employer(employer_id) if employer_id else None
    if employer is None or not may_be_frozen(employer):
        case.not_frozen_because = ""
    elif case.not_frozen_because:
        reason = f"案件 {case.pk}：{case.not_frozen_because}"
        record_employer_event(employer, case.moderator, "not_frozen", reason, employer.status)
    else:
        reason = f"「{case.listing.title}」因涉诈下架，单位一起冻结：{case.reason}"
        event = move_employer_with_listings(
            employer.pk, EmployerStatus.FROZEN, case.moderator, reason
        )
        case.freeze = event.pk


def is_frozen_by(case: FraudCase) -> bool:
    """Whether the employer is frozen, and this case is what froze it last."""
    employer = case.listing.employer_id
    freeze = find_standing_freeze(employer) if employer else None
    return freeze is not None and freeze.pk == case.freeze


def unfreeze_employer(case: FraudCase, actor: User, reason: str) -> bool:
    """Bring the employer back to its status before the case; return whether the case had frozen it."""
    employer = case.listing.employer_id
    if employer is None or not is_frozen_by(case):
        return False
    event = restore_employer_with_listings(employer, actor, reason)
    notify_freeze_ended(event.employer)
    return True
