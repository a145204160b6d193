"""Submit a text: judge it, keep it as a version, then publish it, let it wait, or refuse it; in one
transaction. What was public stays so while the new version waits."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.choices import NoticeKind, RevisionStatus, TextKind
from accounts.inbox.notices import send_notice
from accounts.models import PublicText, User
from accounts.public_text.judgement import PUBLISH, QUEUE, REFUSE, TextVerdict, judge_public_text
from accounts.public_text.text_types import TEXT_TYPES, PublicTextType
from accounts.public_text.transitions import (
    TEXT_STATE_MACHINE,
    apply_public_text,
    find_waiting_text,
    supersede_waiting_text,
)
from textkit.invisible_characters import remove_direction_marks

_STATUSES = {
    PUBLISH: RevisionStatus.APPROVED,
    QUEUE: RevisionStatus.WAITING,
    REFUSE: RevisionStatus.REFUSED,
}
_ACTIONS = {PUBLISH: "publish", QUEUE: "submit", REFUSE: "stop"}


def submit_public_text(
    kind: TextKind, number: int, values: Mapping[str, str], author: User
) -> PublicText | None:
    """Return the stored version; None if the text did not change.

    A refused version is stored too, but changes nothing; its `reason_words` say why and what helps. If only one
    person reads such texts, only waiting versions are stored.
    """
    text_type = TEXT_TYPES[kind]
    values = {name: remove_direction_marks(words).strip() for name, words in values.items()}
    with transaction.atomic():
        row = text_type.lock_subject(number)
        present = text_type.read_values(row)
        waiting = find_waiting_text(kind, number)
        if waiting and waiting.values == values:
            return None
        if all(present[name] == words for name, words in values.items()):
            supersede_waiting_text(kind, number, author)
            return None
        verdict = _judge_values(text_type, row, values)
        if verdict.outcome == PUBLISH and text_type.rules.is_private:
            supersede_waiting_text(kind, number, author)
            text_type.apply_values(row, values)
            return None
        if verdict.outcome != REFUSE:
            supersede_waiting_text(kind, number, author)
        text = _build_version(kind, number, values, author, verdict)
        if verdict.outcome == PUBLISH:
            apply_public_text(text, row)
        text.save()
        actor = author if verdict.outcome == QUEUE else None
        TEXT_STATE_MACHINE.record_event(
            text, "", actor=actor, action=_ACTIONS[verdict.outcome], reason=verdict.words
        )
        if verdict.outcome == QUEUE:
            words = verdict.words if text_type.rules.is_offer else ""
            _notify_author(text, row, words, had_words=any(present.values()))
    return text


def _judge_values(text_type: PublicTextType, row: Any, values: Mapping[str, str]) -> TextVerdict:
    verdict = judge_public_text(values, text_type.rules, partial(text_type.list_companions, row))
    if verdict.outcome != REFUSE:
        for reason in text_type.list_row_reasons(row, values):
            verdict = verdict.add_reason(reason)
    return verdict


def _build_version(
    kind: TextKind, number: int, values: dict[str, str], author: User, verdict: TextVerdict
) -> PublicText:
    return PublicText(
        kind=kind,
        subject=number,
        values=values,
        author=author,
        status=_STATUSES[verdict.outcome],
        decided_at=None if verdict.outcome == QUEUE else timezone.now(),
        **verdict.build_assessment_fields(),
    )


def _notify_author(text: PublicText, row: Any, words: str, *, had_words: bool) -> None:
    """Notify the author in the inbox; without a mail, because the page says the same."""
    text_type = TEXT_TYPES[text.kind]
    meanwhile = "通过以前，公开的还是原来的。" if had_words else "通过以前，别人看不到。"
    send_notice(
        text.author,
        f"text-{text.pk}-waiting",
        f"{text_type.describe_subject(row)}在等审核",
        f"{words}{meanwhile}审核员看过就告诉你。",
        kind=NoticeKind.CASES,
        address=text_type.get_author_address(row, text.author),
        button="去看看",
        mail=False,
    )
