"""The only way a version of a public text changes its status: the row that it belongs to is locked
first, then the version."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.choices import RevisionStatus as S
from accounts.models import PublicText, PublicTextEvent, User
from accounts.public_text.text_types import TEXT_TYPES
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import SOMETHING_SINCE, StateMachine, build_reason_requests

TEXT_MOVES: dict[str, set[str]] = {
    S.WAITING: {S.APPROVED, S.REFUSED, S.SUPERSEDED},
    S.APPROVED: set(),
    S.REFUSED: {S.APPROVED},  # by `approve_refused_text` only
    S.SUPERSEDED: set(),
}


class TextMoveRefused(MoveRefused):
    """The status of the text was not changed; the words say why."""


TEXT_STATE_MACHINE = StateMachine(
    model=PublicText,
    event_model=PublicTextEvent,
    moves=TEXT_MOVES,
    refusal=TextMoveRefused,
    describe_refusal=lambda text, to: (
        f"「{text.get_status_display()}」的文字不能改成「{S(to).label}」。"
    ),
    needs_reason=build_reason_requests([S.REFUSED]),
)


def lock_public_text(text_id: int) -> tuple[PublicText, Any]:
    """Return the version and the row that it belongs to, both locked until the transaction ends."""
    kind, number = PublicText.objects.values_list("kind", "subject").get(pk=text_id)
    row = TEXT_TYPES[kind].lock_subject(number)
    return TEXT_STATE_MACHINE.lock(text_id), row


def approve_public_text(text_id: int, actor: User, reason: str = "") -> PublicTextEvent:
    """Make a waiting version public."""
    with transaction.atomic():
        text, row = lock_public_text(text_id)
        _require_status(text, S.WAITING)
        apply_public_text(text, row)
        return _move_public_text(text, S.APPROVED, "approve", actor, reason)


def approve_refused_text(text_id: int, actor: User, reason: str) -> PublicTextEvent:
    """Make a refused version public, on an appeal; not if its author has submitted another since. One
    that waits from before is superseded."""
    with transaction.atomic():
        text, row = lock_public_text(text_id)
        _require_status(text, S.REFUSED)
        if is_replaced(text):
            raise TextMoveRefused(SOMETHING_SINCE)
        supersede_waiting_text(text.kind, text.subject, actor)
        apply_public_text(text, row)
        return _move_public_text(text, S.APPROVED, "approve", actor, reason)


def refuse_public_text(text_id: int, actor: User, reason: str) -> PublicTextEvent:
    """Refuse the version; the public text stays."""
    TEXT_STATE_MACHINE.require_reason(S.REFUSED, reason)
    with transaction.atomic():
        text, _row = lock_public_text(text_id)
        TEXT_STATE_MACHINE.require_move(text, S.REFUSED)
        return _move_public_text(text, S.REFUSED, "refuse", actor, reason)


def supersede_waiting_text(kind: str, number: int, actor: User) -> None:
    """Mark the waiting version as superseded. The caller has locked the row that the text belongs to."""
    if text := find_waiting_text(kind, number):
        _move_public_text(text, S.SUPERSEDED, "supersede", actor, "")


def apply_public_text(text: PublicText, row: Any) -> None:
    """Write the values into the row that they belong to, and remember what stood there."""
    text_type = TEXT_TYPES[text.kind]
    present = text_type.read_values(row)
    text.replaced = {name: present[name] for name in text.values}
    text_type.apply_values(row, text.values)


def undo_public_text_event(event_id: int, actor: User) -> PublicTextEvent:
    """Let the version wait again, with what was public before; not if a newer one waits."""
    with transaction.atomic():
        event = PublicTextEvent.objects.select_related("publictext").get(pk=event_id)
        _text, row = lock_public_text(event.publictext_id)

        def restore(text: PublicText, undone: PublicTextEvent) -> None:
            text_type = TEXT_TYPES[text.kind]
            if find_waiting_text(text.kind, text.subject):
                raise TextMoveRefused(SOMETHING_SINCE)
            if undone.after == S.APPROVED:
                present = text_type.read_values(row)
                if any(present[name] != words for name, words in text.values.items()):
                    raise TextMoveRefused(SOMETHING_SINCE)
                text_type.apply_values(row, text.replaced)
                text.replaced = {}
            text.decided_at = None
            text.save(update_fields=["status", "decided_at", "replaced"])

        return TEXT_STATE_MACHINE.undo_last_event(event_id, actor, restore)


def find_waiting_text(kind: str, number: int) -> PublicText | None:
    waiting = PublicText.objects.filter(kind=kind, subject=number, status=S.WAITING)
    return waiting.select_related("author").first()


def find_unseen_text(kind: str, number: int) -> PublicText | None:
    """Return the newest version if it waits or was refused."""
    newest = PublicText.objects.filter(kind=kind, subject=number).order_by("-pk").first()
    return newest if newest and newest.status in (S.WAITING, S.REFUSED) else None


def is_replaced(text: PublicText) -> bool:
    """Whether its author submitted another version since."""
    versions = PublicText.objects.filter(kind=text.kind, subject=text.subject, pk__gt=text.pk)
    return versions.exists()


def forget_public_texts(kind: str, numbers: Iterable[int]) -> None:
    """Delete all versions of these rows, with their history."""
    PublicText.objects.filter(kind=kind, subject__in=numbers).delete()


def _require_status(text: PublicText, status: str) -> None:
    if text.status != status:
        raise TextMoveRefused(TEXT_STATE_MACHINE.describe_refusal(text, S.APPROVED))


def _move_public_text(
    text: PublicText, to: str, action: str, actor: User, reason: str
) -> PublicTextEvent:
    before, text.status = text.status, to
    text.decided_at = timezone.now()
    text.save(update_fields=["status", "decided_at", "replaced"])
    return TEXT_STATE_MACHINE.record_event(text, before, actor=actor, action=action, reason=reason)
