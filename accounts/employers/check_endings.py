"""Ends checks when what they proved changes.

A function that changes an employer's details calls `end_checks_for_changes`, writes the event of the change, and
then calls `record_changed_details`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.choices import CheckKind, EmployerKind, EmployerStatus
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import (
    KINDS_WITHOUT_LICENCE,
    OWNER_ROLE,
    get_identity_check,
    list_held_check_kinds,
)
from accounts.employers.transitions import change_employer_status
from accounts.models import Employer, EmployerCheck, EmployerEvent
from accounts.models.employer import employer_facts_changed

# The columns that a check proves. A person's or crew leader's id card proves its name, too.
PROVED_COLUMNS: dict[str, frozenset[str]] = {
    CheckKind.LICENCE: frozenset({"kind", "name", "licence_code"}),
    CheckKind.HR_LICENCE: frozenset({"kind", "name", "licence_code"}),
    CheckKind.AUTHORISATION: frozenset({"kind", "name", "licence_code", "contact_name"}),
    CheckKind.ID_CARD: frozenset({"kind", "contact_name"}),
    CheckKind.PHONE: frozenset({"contact_phone"}),
    CheckKind.SITE_VISIT: frozenset({"name", "licence_code", "region"}),
}
KEPT_COLUMNS = frozenset().union(*PROVED_COLUMNS.values()) | {"intro"}


def list_proved_columns(check_kind: str, employer_kind: str) -> frozenset[str]:
    if check_kind == CheckKind.ID_CARD and employer_kind in KINDS_WITHOUT_LICENCE:
        return PROVED_COLUMNS[check_kind] | {"name"}
    return PROVED_COLUMNS[check_kind]


def end_checks_for_changes(
    employer: Employer, old_values: Mapping[str, Any]
) -> list[EmployerCheck]:
    """End the checks that proved one of these columns; the rows stay, with day and reason."""
    old_kind = old_values.get("kind", employer.kind)
    labels = {field.name: str(field.verbose_name) for field in Employer._meta.fields}
    ended = []
    for check in employer.checks.filter(ended_on=None):
        columns = list_proved_columns(check.kind, old_kind) & set(old_values)
        if columns:
            check.ended_on = timezone.localdate()
            changed = "、".join(labels[name] for name in labels if name in columns)
            check.ended_because = f"{changed}改了"
            check.save(update_fields=["ended_on", "ended_because"])
            ended.append(check)
    return ended


def record_changed_details(
    employer: Employer,
    old_values: Mapping[str, Any],
    event: EmployerEvent,
    ended: Sequence[EmployerCheck],
) -> None:
    """Keep old and new values in the event; tell the owners which checks are to be made again.

    A verified employer without the check of its identity or phone lapses: its listings are hidden
    until it is checked again.
    """
    event.changes |= _pair_values(employer, old_values)
    event.save(update_fields=["changes"])
    held = list_held_check_kinds(employer)
    if lost := [check for check in ended if check.is_in_time and check.kind not in held]:
        needed = {get_identity_check(employer.kind), CheckKind.PHONE}
        if employer.status == EmployerStatus.VERIFIED and not needed <= held:
            words = "核对过的资料改了，要重新核对"
            change_employer_status(employer.pk, EmployerStatus.LAPSED, None, words)
            employer.status = EmployerStatus.LAPSED
        _notify_owners_of_ended_checks(employer, lost, event)
    employer_facts_changed.send(Employer, employer=employer)


def _pair_values(employer: Employer, old_values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return by column what moderators read as its old and new value."""
    return {
        name: [_name_value(name, value) for value in (old_values[name], getattr(employer, name))]
        for name in sorted(KEPT_COLUMNS & set(old_values))
    }


def _name_value(column: str, value: Any) -> str:
    return str(EmployerKind(value).label if column == "kind" else value)


def _notify_owners_of_ended_checks(
    employer: Employer, lost: list[EmployerCheck], event: EmployerEvent
) -> None:
    labels = "、".join(dict.fromkeys(check.get_kind_display() for check in lost))
    message = MemberMessage(
        f"checks-ended-{event.pk}",
        f"「{employer.name}」要重新核对：{labels}",
        "资料改了，原来的核对只证明改之前的，已经作废。交上材料，核对好以后公开页会换成新的资料；"
        "在那之前，公开页写的还是核对过的名称。",
        "/employer/papers/",
        "去提交",
    )
    notify_members(employer, message, roles=[OWNER_ROLE], text_message=True)
