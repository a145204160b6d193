"""The outcome of an appeal in words: for its page, and for notices to the parties and to the first decider."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage, send_notice, send_notices, withdraw_notices
from accounts.models import User
from safety.choices import AppealStatus as S
from safety.models import Appeal, AppealEvent
from sitekit.workflow.state_machine import NOTIFY_AFTER

# The outcome begins with these words if the appeal was dismissed because the decision did not hold any more: it had
# been reversed, undone or replaced before anybody read the appeal.
NOTHING_TO_RESTORE = "申诉以后情况变了，没有要恢复的。"
_STATUS_WORDS: dict[str, str] = {
    S.OPEN: "已经收到，等审核员来看",
    S.UPHELD: "支持申诉，原来的决定改了",
    S.DISMISSED: "维持原来的决定",
}


def describe_appeal(appeal: Appeal) -> str:
    """Return the heading of its page."""
    return _name_change(appeal) or _STATUS_WORDS[appeal.status]


def _name_change(appeal: Appeal) -> str:
    has_changed = appeal.outcome.startswith(NOTHING_TO_RESTORE)
    return NOTHING_TO_RESTORE.removesuffix("。") if has_changed else ""


def send_outcome(appeal: Appeal, event: AppealEvent, users: Iterable[User], restored: str) -> None:
    """Notify those who may appeal, and the moderator of the original decision. `restored` says what else
    came back."""
    name = appeal.subject_name
    title = f"申诉有结果了：{_name_change(appeal) or appeal.get_status_display()}"
    text = "\n".join(filter(None, [f"「{name}」的申诉：{appeal.outcome}", restored]))
    key = _build_notice_key(event)
    address = reverse("safety:appeal", args=[appeal.pk])
    messages = [
        NoticeMessage(user, f"{key}-{user.pk}", title, text, address, "看看") for user in users
    ]
    send_notices(messages, kind=NoticeKind.CASES, wait=NOTIFY_AFTER, text_message=True)
    if appeal.decided_by:
        words = f"你对「{name}」的决定（{appeal.against_label}），{text}"
        send_notice(
            appeal.decided_by,
            f"{key}-by",
            title,
            words,
            kind=NoticeKind.CASES,
            wait=NOTIFY_AFTER,
            mail=False,
        )


def withdraw_outcome(event: AppealEvent, users: Iterable[User]) -> None:
    key = _build_notice_key(event)
    withdraw_notices([*(f"{key}-{user.pk}" for user in users), f"{key}-by"])


def _build_notice_key(event: AppealEvent) -> str:
    return f"appeal-{event.appeal_id}-{event.pk}"
