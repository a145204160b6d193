"""Messages between moderators and an employer about a case. A question defers the case for the moderator who
asked; a reply brings it back."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmployerStatus, NoticeKind
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import OWNER_ROLE
from accounts.employers.transitions import (
    EMPLOYER_STATE_MACHINE,
    find_standing_freeze,
    record_employer_event,
)
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import Employer, User
from accounts.staff.scope import build_covering_condition
from accounts.verification.submission import is_waiting
from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import LISTING_STATE_MACHINE, find_waiting_revision
from safety.case_messages.sent_files import CleanFile, FilesField, store_files
from safety.case_queues.case_notes import SAME_WORDS_WITHIN
from safety.case_queues.moderators import list_moderators
from safety.case_queues.postponements import defer_case
from safety.choices import CaseKind
from safety.models import CaseMessage, Postponement
from sitekit.forms.fields import WordsField
from sitekit.site_settings.limits import declare_limit
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.refusals import Refusal

ASK, REPLY = "ask", "reply"  # actions of events
REPLY_WAIT_DAYS = 3
REPLIES_A_DAY = declare_limit(
    "case_replies_a_day", "账号和单位", "一个人每天给审核员回几次话", 20, most=200
)
type Subject = Listing | Employer


class QuestionRefused(Refusal):
    """The employer could not answer the question now."""


class ReplyRefused(Refusal):
    """The case takes no reply now."""


class EmployerQuestionForm(forms.Form):
    words = WordsField(
        label="问对方",
        max_length=200,
        error_messages={"required": "先写要问什么。", "max_length": "最多 200 个字。"},
        widget=forms.Textarea({"rows": 2}),
    )


class ReplyForm(forms.Form):
    words = WordsField(
        label="回复",
        max_length=1000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": "写一句回复。", "max_length": "最多 1000 个字。"},
    )
    attachments = FilesField(label="图片或 PDF")


def list_case_messages(kind: str, number: int) -> QuerySet[CaseMessage]:
    """Return the messages about a case with authors and files, the oldest first. Two queries."""
    rows = CaseMessage.objects.filter(kind=kind, number=number)
    return rows.select_related("author").prefetch_related("files")


def ask_employer(subject: Subject, moderator: User, words: str) -> CaseMessage:
    """Send the question to the members of the employer who may reply. The case is put aside until they reply, for
    a few days at most. Raises `QuestionRefused` while the case is not open for replies."""
    kind = _get_kind(subject)
    with transaction.atomic():
        subject = _lock_subject(subject)
        if not takes_reply(subject):
            raise QuestionRefused("这件现在没有在审，对方回复不了，先不用问。")
        if earlier := _find_same_message(kind, subject.pk, moderator, words):
            return earlier
        message = CaseMessage.objects.create(
            kind=kind, number=subject.pk, author=moderator, is_from_staff=True, words=words
        )
        _record_event(subject, moderator, ASK, words)
        defer_case(kind, [subject.pk], moderator, REPLY_WAIT_DAYS, "等对方回复")
        name = subject.title if isinstance(subject, Listing) else subject.name
        notice = MemberMessage(
            f"case-message-{message.pk}",
            f"审核员有话问：{name[:30]}",
            f"{words}\n回复以后继续审核。",
            build_reply_path(subject),
            "回复",
        )
        roles = [OWNER_ROLE] if isinstance(subject, Employer) else None
        notify_members(_get_employer(subject), notice, roles=roles, text_message=True)
    return message


def reply_to_moderators(
    subject: Subject, author: User, words: str, files: Iterable[CleanFile] = ()
) -> CaseMessage:
    """Store the reply; the case is then in the queue of all moderators again. Raises `ReplyRefused`."""
    kind = _get_kind(subject)
    with transaction.atomic():
        subject = _lock_subject(subject)
        if not takes_reply(subject):
            raise ReplyRefused("这件现在没有在审，不用回复。对决定有异议，可以申诉。")
        if earlier := _find_same_message(kind, subject.pk, author, words):
            return earlier
        if not count_attempt("case replies", author.pk, REPLIES_A_DAY, timedelta(days=1)):
            raise ReplyRefused("今天回复得太多了，请明天再写。")
        listeners = list(_list_listeners(subject))
        message = CaseMessage.objects.create(
            kind=kind, number=subject.pk, author=author, words=words
        )
        store_files(files, message)
        _record_event(subject, author, REPLY, "")
        Postponement.objects.filter(kind=kind, number=subject.pk, ended_by=None).delete()
        notices = [
            NoticeMessage(
                listener,
                f"case-message-{message.pk}-{listener.pk}",
                _build_reply_title(subject),
                address=reverse(f"desk:{kind}", args=[subject.pk]),
                button="去看看",
            )
            for listener in listeners
        ]
        send_notices(notices, kind=NoticeKind.CASES, mail=False)
    return message


def _list_listeners(subject: Subject) -> QuerySet[User]:
    """Return who is told of a reply: the moderators who asked since the previous reply, or, if nobody asked, whoever
    froze the employer. If none of them may decide there any more, all moderators who may, except members of the
    employer. Nobody if nobody asked and the employer is not frozen: the case waits in a queue."""
    messages = CaseMessage.objects.filter(kind=_get_kind(subject), number=subject.pk).order_by()
    questions = messages.filter(is_from_staff=True)
    last_question = questions.aggregate(last=Max("pk"))["last"] or 0
    earlier_replies = messages.filter(is_from_staff=False, pk__lt=last_question)
    last_reply = earlier_replies.aggregate(last=Max("pk"))["last"] or 0
    authors = questions.filter(pk__gt=last_reply).values("author")
    moderators = list_moderators().filter(build_covering_condition(subject.region_id))
    askers = moderators.filter(pk__in=authors)
    is_awaited = authors.exists()
    if not is_awaited and _is_frozen(subject):
        freeze, is_awaited = find_standing_freeze(subject.pk), True
        askers = moderators.filter(pk__in=[freeze.actor_id] if freeze and freeze.actor_id else [])
    if askers.exists() or not is_awaited:
        return askers
    return moderators.exclude(memberships__employer=_get_employer(subject))


def _lock_subject(subject: Subject) -> Subject:
    """Lock the row, so that until the transaction ends nobody decides the case and a second press waits."""
    machine = LISTING_STATE_MACHINE if isinstance(subject, Listing) else EMPLOYER_STATE_MACHINE
    return machine.lock(subject.pk)


def _find_same_message(kind: str, number: int, author: User, words: str) -> CaseMessage | None:
    """Return the message that a second press of the button would repeat."""
    rows = CaseMessage.objects.filter(kind=kind, number=number, author=author, words=words)
    return rows.filter(created_at__gt=timezone.now() - SAME_WORDS_WITHIN).first()


def takes_reply(subject: Subject) -> bool:
    """Whether the case is open at the desk, so that moderators read a reply."""
    if isinstance(subject, Employer):
        return _is_frozen(subject) or is_waiting(subject)
    if subject.status in (ListingStatus.PENDING, ListingStatus.HELD):
        return True
    return find_waiting_revision(subject) is not None


def _build_reply_title(subject: Subject) -> str:
    return "对方回复了，请接着核实" if _is_frozen(subject) else "对方回复了，这件回到了队列里"


def _is_frozen(subject: Subject) -> bool:
    """Whether it is a frozen employer, which is in no queue."""
    return isinstance(subject, Employer) and subject.status == EmployerStatus.FROZEN


def build_reply_path(subject: Subject) -> str:
    if isinstance(subject, Listing):
        return reverse("safety:reply_listing", args=[subject.pk])
    return f"{reverse('safety:reply_employer')}?employer={subject.pk}"


def build_ask_path(subject: Subject) -> str:
    """Return the address of the form for a question; "" while the employer could not reply."""
    if not takes_reply(subject):
        return ""
    return reverse(f"desk:{_get_kind(subject)}_ask_employer", args=[subject.pk])


def _get_kind(subject: Subject) -> CaseKind:
    return CaseKind.LISTING if isinstance(subject, Listing) else CaseKind.EMPLOYER


def _get_employer(subject: Subject) -> Employer | None:
    return subject.employer if isinstance(subject, Listing) else subject


def _record_event(subject: Subject, actor: User, action: str, words: str) -> None:
    """Write an event, by which pages of the case that are open in a browser notice the change."""
    if isinstance(subject, Listing):
        LISTING_STATE_MACHINE.record_event(
            subject, subject.status, actor=actor, action=action, reason=words
        )
    else:
        record_employer_event(subject, actor, action, words, subject.status)
