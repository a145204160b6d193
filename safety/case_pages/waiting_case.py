"""Puts a case aside from a page that may be out of date: only cases that still wait are put aside."""

from typing import Any

from django.utils.timezone import localtime

from safety.moderation.case_type import CaseType
from sitekit.workflow.refusals import Refusal


class CaseNotWaiting(Refusal):
    """Says in Chinese that a case does not wait any more, who decided it last, and what was not done."""


def lock_cases_put_aside(case_type: CaseType, row: Any, number: int, not_done: str) -> list[int]:
    """Lock the case and the cases that are put aside together with it; return the numbers of those that wait. A
    decision at the same time waits for the lock, and then ends the postponement. Raises `CaseNotWaiting`; `not_done`
    says in Chinese what the button would have done."""
    numbers = case_type.list_numbers_put_aside(row, number)
    cases = case_type.model._default_manager.select_for_update(of=("self",)).order_by("pk")
    list(cases.filter(pk__in=numbers).values_list("pk", flat=True))
    waiting_numbers = case_type.find_waiting_numbers(numbers)
    if number not in waiting_numbers:
        raise CaseNotWaiting(_describe_refusal(case_type, row, number, not_done))
    return [pk for pk in numbers if pk in waiting_numbers]


def _describe_refusal(case_type: CaseType, row: Any, number: int, not_done: str) -> str:
    words = f"「{case_type.describe_case(row)}」已经不用处理了，{not_done}。"
    last = case_type.find_last_decision(number)
    if last is None:
        return words
    moderator_name, when = last.moderator or "同事", f"{localtime(last.made_at):%m-%d %H:%M}"
    return f"{words}最近一次是 {moderator_name} 在 {when} 处理的：{last.label}。"
