"""The events of the journal in Chinese: one line each, with who, what, why and a link."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.db.models import TextChoices

from accounts.choices import (
    ACCOUNT_ACTION_LABELS,
    EMPLOYER_ACTION_LABELS,
    LIST_EXPORT_FLAG,
    TEXT_ACTION_LABELS,
    CheckKind,
    ConsentKind,
    EmployerStatus,
    TextKind,
)
from accounts.models import User
from accounts.models.word_changes import read_log_message
from accounts.staff.rights import describe_account_changes
from listings.choices import (
    LISTING_ACTION_LABELS,
    SOURCE_ACTION_LABELS,
    ApplicationStatus,
    ListingStatus,
)
from news.choices import ArticleStatus
from news.models import ArticleEvent
from safety.choices import CONTESTED_LABELS, AppealStatus, ReportReason, ReportStatus, TermKind
from safety.journal.timeline import ELSEWHERE, JournalEvent
from safety.journal_search.masking import mask_contacts_in_text
from safety.journal_search.subject_names import (
    NOBODY,
    build_subject_address,
    load_users,
)
from safety.journal_search.subjects import SubjectKey
from safety.models import JournalExport, SecondLook
from safety.moderation.decisions import CASE_TYPES
from screening.fraud_types import list_fraud_types

# The name of each kind of event in the journal.
LINE_KINDS = {
    "listing_event": "兼职",
    "employer_event": "单位",
    "text_event": "文字",
    "paper": "材料",
    "article_event": "资讯",
    "source_event": "来源",
    "report": "举报",
    "report_event": "举报",
    "appeal": "申诉",
    "appeal_event": "申诉",
    "decision": "处置",
    "undone_decision": "处置",
    "second_look": "复看",
    "former_second_look": "复看",
    "undone_second_look": "复看",
    "fraud_case": "涉诈",
    "withdrawn_fraud_case": "涉诈",
    "note": "备注",
    "case_message": "来往",
    "question": "问同事",
    "answer": "问同事",
    "escalation": "交组长",
    "application": "报名",
    "application_event": "报名",
    "joined": "账号",
    "closed": "账号",
    "account_event": "账号",
    "sign_in": "登录",
    "consent": "同意",
    "withdrawn_consent": "同意",
    "paper_look": "看材料",
    "file_look": "看材料",
    "reveal": "看联系",
    "contact_look": "看联系",
    "search": "查看",
    "admin_log": "后台",
    "mail": "邮件",
    "text_message": "短信",
    "warning": "提醒",
    "case_export": "导出",
    "journal_export": "导出",
}
_BAD = {
    *(ListingStatus.REJECTED, ListingStatus.HELD, ListingStatus.REMOVED),
    *(ListingStatus.REMOVED_FRAUD, EmployerStatus.FROZEN, EmployerStatus.BANNED),
    *("refuse", "refuse_edit", "stop", "not_renewed"),
}
_GOOD = {"publish", "approve", "approve_edit", EmployerStatus.VERIFIED, "unfrozen", "recheck"}
_BAD_SOURCES = {"report", "fraud_case", "warning"}
# Events whose person is named only if the search was for that person.
_SEEKERS = {"application", "reveal"}
# Events that always have an author: without one, the author's account was closed.
_AUTHORED = {"appeal", "note", "case_message", "question", "answer", "escalation", "second_look"}
_STATES = {"sent": "已发出", "failed": "没发成", "expired": "过期没发", "waiting": "等着发"}
_TEXT_KINDS = {
    "code": "验证码",
    "notice": "通知",
    "digest": "订阅汇总",
    "security": "安全通知",
    "warning": "涉诈提醒",
    "correction": "涉诈更正",
    "check": "查一查的回复",
}
# By the beginning of the key of a mail; of two the longer one counts.
_MAIL_KINDS = {
    "code": "验证码",
    "security": "安全通知",
    "fraud": "涉诈提醒",
    "report": "举报的结果",
    "application": "报名进展",
    "arrival": "到岗安排",
    "listing": "兼职的消息",
    "alert": "反诈预警",
    "staff": "资料被修改的通知",
    "staff-invitation": "加入后台的邀请",
    "staff-joined": "同事加入后台的通知",
    "digest": "订阅汇总",
    "rating": "评价的通知",
    "paused": "兼职暂停和后续的通知",
    "decision": "审核的结果",
}
_ELSEWHERE_WORDS = "（不在你负责的地区）"
_LOG_VERBS = {ADDITION: "新建", DELETION: "删除"}


@dataclass(frozen=True)
class JournalLine:
    at: datetime
    kind: str
    tone: str  # bad, good or empty
    who: str
    words: str
    more: str
    reason: str
    address: str


def list_event_subjects(events: Sequence[JournalEvent]) -> set[SubjectKey]:
    return {SubjectKey(e.kind, e.subject) for e in events if e.subject is not None}


def describe_events(
    events: Sequence[JournalEvent],
    names: Mapping[SubjectKey, str],
    asked_about: Mapping[int, User],
    reader: User,
) -> list[JournalLine]:
    """Return a line for each event. `names` are the names of `list_event_subjects`. `asked_about` are the people whom
    the search was for; they are named in every event."""
    actors = load_users((event.actor for event in events if event.actor), asked_about)
    return [
        JournalLine(
            at=event.at,
            kind=LINE_KINDS[event.source],
            tone=_choose_tone(event),
            who=_name_actor(event, actors, asked_about),
            words=_WRITERS[event.source](event, _get_name(event, names)),
            more=_describe_details(event),
            reason=mask_contacts_in_text(_find_reason(event)),
            address=_find_address(event, reader),
        )
        for event in events
    ]


def _choose_tone(event: JournalEvent) -> str:
    if event.source in _BAD_SOURCES or event.action in _BAD:
        return "bad"
    return "good" if event.action in _GOOD else ""


def _name_actor(
    event: JournalEvent, actors: Mapping[int, User], asked_about: Mapping[int, User]
) -> str:
    if event.source == "report":
        return "举报人 · 不显示"
    is_own_step = event.source == "application_event" and event.after == "withdrawn"
    if event.actor not in asked_about and (event.source in _SEEKERS or is_own_step):
        return "求职者 · 不显示" if event.actor else "访客 · 不显示"
    if event.source == "withdrawn_fraud_case":  # the event of the appeal names who upheld it
        return "审核员"
    if event.actor is None:
        return NOBODY if event.source in _AUTHORED else "系统"
    user = actors.get(event.actor)
    return (str(user) if user else "") or NOBODY


def _get_name(event: JournalEvent, names: Mapping[SubjectKey, str]) -> str:
    if event.kind == ELSEWHERE:
        return _ELSEWHERE_WORDS
    if event.subject is None:
        return ""
    name = names[SubjectKey(event.kind, event.subject)]
    return f"《{name}》" if event.kind in ("listing", "article") else name.strip()


def _find_address(event: JournalEvent, reader: User) -> str:
    if event.source == "admin_log" and int(event.action) == DELETION:
        return ""
    key = event.changed_row
    return build_subject_address(key, reader) if key else ""


def _describe_details(event: JournalEvent) -> str:
    """Return what a person wrote, at most one line of it."""
    if event.source in ("report", "appeal", "note", "case_message", "question", "answer"):
        return mask_contacts_in_text(event.detail)
    if event.source == "paper_look" and event.after != "1":
        return f"看了 {event.after} 次"
    if event.source == "journal_export" and event.detail.strip("｜"):
        recipient, basis, number = event.detail.split("｜", 2)
        return f"交给 {recipient}；依据 {basis}；文号 {number}"
    return ""


def _get_code_label(choices: type[TextChoices] | Mapping[str, str], code: str) -> str:
    labels = choices if isinstance(choices, Mapping) else dict(choices.choices)
    return str(labels.get(code, code))


def _build_action_writer(action_labels: Mapping[str, str]) -> Callable[[JournalEvent, str], str]:
    return lambda event, name: f"{_get_code_label(action_labels, event.action)}：{name}"


def _write_appeal(event: JournalEvent, name: str) -> str:
    return f"对“{_get_code_label(CONTESTED_LABELS, event.action)}”不服，{name}"


def _write_decision(event: JournalEvent, name: str) -> str:
    try:
        label = CASE_TYPES[event.kind].get_action(event.action).label
    except KeyError:
        label = event.action
    undone = "撤销了" if event.source == "undone_decision" else ""
    return f"{undone}{label}：{name or event.subject}"


def _write_second_look(event: JournalEvent, name: str) -> str:
    return f"{_get_code_label(SecondLook.Verdict, event.action)}通过{name}"


def _write_log(event: JournalEvent, _name: str) -> str:
    """Describe what staff did in the admin, with the changed fields or the exported list."""
    if int(event.action) == LIST_EXPORT_FLAG:
        return f"导出{event.detail}"
    try:
        model = apps.get_model(event.before, event.kind)._meta.verbose_name
    except LookupError:
        model = event.kind
    verb = _LOG_VERBS.get(int(event.action), "修改")
    message = LogEntry(change_message=event.detail).get_change_message()
    changed = _list_changed_fields(event.detail) or mask_contacts_in_text(message)[:120]
    return f"{verb}{model} {event.after or _ELSEWHERE_WORDS}" + (f"：{changed}" if changed else "")


def _find_reason(event: JournalEvent) -> str:
    """Return the reason of the event; the reason of an edit in the admin is in Django's log entry."""
    if event.source != "admin_log" or event.reason:
        return event.reason
    parts = read_log_message(event.detail)
    return next((part["reason"] for part in parts if part.get("reason")), "")


def _list_changed_fields(message: str) -> str:
    names = [
        name
        for part in read_log_message(message)
        for act in ("added", "changed", "deleted")
        for name in part.get(act, {}).get("fields", [])
    ]
    return "、".join(dict.fromkeys(map(str, names)))[:120]


def _write_mail(event: JournalEvent, _name: str) -> str:
    return f"{_name_mail(event.action)}，{_get_code_label(_STATES, event.after)}"


def _name_mail(key: str) -> str:
    if key.startswith("fraud-") and key.endswith("-back"):
        return _TEXT_KINDS["correction"]
    beginnings = [start for start in _MAIL_KINDS if re.match(rf"{start}[-:]", key)]
    return _MAIL_KINDS[max(beginnings, key=len)] if beginnings else "通知"


def _write_text_message(event: JournalEvent, _name: str) -> str:
    return f"{_get_code_label(_TEXT_KINDS, event.action)}，{_get_code_label(_STATES, event.after)}"


def _write_case_export(event: JournalEvent, name: str) -> str:
    people = "，含联系过的人" if event.action == "true" else ""
    return f"涉诈案件{name}导出给 {event.detail}{people}"


def _write_account_event(event: JournalEvent, name: str) -> str:
    changed = describe_account_changes(json.loads(event.detail or "{}"))
    words = f"{_get_code_label(ACCOUNT_ACTION_LABELS, event.action)}：{name or '还没加入的同事'}"
    return f"{words}，{changed}" if changed else words


_FRAUD_LABELS = {str(kind): kind.case_name for kind in list_fraud_types()}
_WRITERS: dict[str, Callable[[JournalEvent, str], str]] = {
    "listing_event": _build_action_writer(LISTING_ACTION_LABELS),
    "employer_event": _build_action_writer(EMPLOYER_ACTION_LABELS),
    "text_event": lambda e, _n: (
        f"{_get_code_label(TextKind, e.detail)}：{_get_code_label(TEXT_ACTION_LABELS, e.action)}"
    ),
    "paper": lambda e, name: f"上传{_get_code_label(CheckKind, e.detail)}：{name}",
    "article_event": lambda e, name: (
        f"{_get_code_label(ArticleEvent.What, e.action)}{name}，{_get_code_label(ArticleStatus, e.after)}"
    ),
    "source_event": lambda e, _n: f"{_get_code_label(SOURCE_ACTION_LABELS, e.action)}：{e.detail}",
    "report": lambda e, name: f"{_get_code_label(ReportReason, e.action)}：{name}",
    "report_event": lambda e, name: f"{name}：{_get_code_label(ReportStatus, e.after)}",
    "appeal": _write_appeal,
    "appeal_event": lambda e, name: f"{name}：{_get_code_label(AppealStatus, e.after)}",
    "decision": _write_decision,
    "undone_decision": _write_decision,
    "second_look": _write_second_look,
    "former_second_look": _write_second_look,
    "undone_second_look": lambda e, name: f"撤销了“{_write_second_look(e, name)}”",
    "fraud_case": lambda e, name: f"{name}立为涉诈案件：{_get_code_label(_FRAUD_LABELS, e.action)}",
    "withdrawn_fraud_case": lambda _e, name: f"撤回{name}的涉诈案件",
    "note": lambda _e, name: f"写了备注：{name}",
    "case_message": lambda e, name: (
        f"审核员问单位：{name}" if e.action == "ask" else f"单位回复审核员：{name}"
    ),
    "question": lambda _e, name: f"问同事：{name}",
    "answer": lambda _e, name: f"回答同事：{name}",
    "escalation": lambda _e, name: f"交给组长：{name}",
    "application": lambda _e, name: f"报名{name}",
    "application_event": lambda e, name: f"{name}：{_get_code_label(ApplicationStatus, e.after)}",
    "joined": lambda _e, _n: "注册账号",
    "closed": lambda _e, _n: "注销账号",
    "account_event": _write_account_event,
    "sign_in": lambda e, _n: f"登录，{e.detail}" if e.detail else "登录",
    "consent": lambda e, _n: f"同意{_get_code_label(ConsentKind, e.action)} {e.detail}",
    "withdrawn_consent": lambda e, _n: f"撤回对{_get_code_label(ConsentKind, e.action)}的同意",
    "paper_look": lambda e, name: (
        f"看{name}的{_get_code_label(CheckKind, e.action)}，第 {e.before} 页"
    ),
    "file_look": lambda _e, name: f"打开{name}回复或申诉时传的文件",
    "reveal": lambda _e, name: f"看了{name}的联系方式",
    "contact_look": lambda _e, name: f"在后台看了{name}的联系方式",
    "search": lambda e, _n: f"查{_get_code_label(TermKind, e.action)}“{e.detail}”",
    "admin_log": _write_log,
    "mail": _write_mail,
    "text_message": _write_text_message,
    "warning": lambda _e, name: f"{name}因涉诈下架，发了提醒",
    "case_export": _write_case_export,
    "journal_export": lambda e, _n: (
        f"导出{_get_code_label(JournalExport.Form, e.action)}：{e.before}"
    ),
}
