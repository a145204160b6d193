"""The way through a queue: which case comes next, offered to one moderator at a time."""

from django.db.models import Q

from accounts.models import User
from accounts.staff.scope import get_staff_scope
from safety.case_queues.escalations import build_escalation_condition
from safety.case_queues.postponements import find_cases_put_aside
from safety.models import QueueFilter
from safety.moderation.case_type import NEXT_CASES_READ, CaseType
from safety.moderation.claims import claim_next_case
from safety.moderation.permissions import find_own_employers


class NextCase:
    """The cases that wait for a moderator, in the order in which they are offered: cases that nobody put
    aside, cases that the moderator skipped, cases left to others. After `claim_behind`, `is_waiting` says
    whether its case is one of them."""

    def __init__(self, moderator: User, case_type: CaseType, filters: QueueFilter) -> None:
        self._moderator, self._case_type, self._filters = moderator, case_type, filters
        self.put_aside = find_cases_put_aside(case_type.kind, moderator)
        self.is_waiting = False

    def claim_first(self, excluded_number: int | None = None) -> int | None:
        """Claim and return the first case that nobody else has, except `excluded_number`."""
        for stage in self.put_aside.list_stages():
            number = self._claim_in_stage(stage & ~Q(pk=excluded_number))
            if number is not None:
                return number
        return None

    def claim_behind(self, after: int) -> int | None:
        """Claim and return the first case behind `after` that nobody else has; the very first if `after` does not
        wait."""
        for stage in self.put_aside.list_stages():
            number = self._claim_in_stage(stage, None if self.is_waiting else after)
            if number is not None:
                return number
        return None if self.is_waiting else self.claim_first(after)

    def _claim_in_stage(self, stage: Q, after: int | None = None) -> int | None:
        """Read more and more cases until one is free or the stage has no more: a queue may be long."""
        most = NEXT_CASES_READ
        while True:
            numbers = self._list_numbers(stage, most)
            ahead = numbers
            if after is not None:
                is_here = after in numbers
                self.is_waiting |= is_here
                ahead = numbers[numbers.index(after) + 1 :] if is_here else []
            number = claim_next_case(self._case_type.kind, ahead, self._moderator)
            if number is not None or len(numbers) < most:
                return number
            most *= 4

    def _list_numbers(self, stage: Q, most: int) -> list[int]:
        case_type = self._case_type
        is_there = case_type.build_scope_condition(get_staff_scope(self._moderator))
        is_meant = build_escalation_condition(case_type.kind, self._filters) & is_there
        is_meant &= ~case_type.build_own_condition(find_own_employers(self._moderator))
        return list(case_type.list_waiting(self._moderator, self._filters, stage & is_meant, most))
