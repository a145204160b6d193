"""Questions about a case, to one colleague or to all moderators, and their answers."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.named_notices import declare_named_notice
from accounts.inbox.notices import send_notice
from accounts.models import User
from safety.case_queues.case_notes import SAME_WORDS_WITHIN
from safety.case_queues.moderators import list_moderators
from safety.models import CaseQuestion
from sitekit.forms.fields import WordsField
from sitekit.workflow.refusals import Refusal

_QUESTION = declare_named_notice(
    "question",
    title="一位同事问过你，后来注销了账号",
    old_keys="^question-[0-9]+$",
    old_words="{}问你：",
)
_ANSWER = declare_named_notice(
    "answer",
    title="一位同事回答过你，后来注销了账号",
    old_keys="^answer-[0-9]+$",
    old_words="{}回答了：",
)


class AnswerRefused(Refusal):
    """Says in Chinese why an answer was not stored."""


class ColleagueQuestionForm(forms.Form):
    asked = forms.ModelChoiceField(
        label="问谁", queryset=User.objects.none(), required=False, empty_label="谁知道都可以"
    )
    words = WordsField(
        label="问什么",
        max_length=300,
        error_messages={"required": "先写要问什么。"},
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, colleagues: QuerySet[User], data: Any = None) -> None:
        super().__init__(data, auto_id="id_ask_%s")
        colleague_field: forms.ModelChoiceField = self.fields["asked"]  # type: ignore[assignment]
        colleague_field.queryset = colleagues.order_by("name", "pk")


class AnswerForm(forms.Form):
    answer = WordsField(
        label="回答",
        max_length=500,
        error_messages={"required": "先写回答，再发送。"},
        widget=forms.Textarea({"rows": 2}),
    )


class CaseLink(NamedTuple):
    """A case with the name and the address that a notice shows."""

    kind: str
    number: int
    name: str
    address: str


def ask_colleague(case: CaseLink, asker: User, colleague: User | None, words: str) -> CaseQuestion:
    """Store the question and notify the colleague; without `colleague` it is shown on all queues. Return the same
    question if the button was pressed twice. The caller must have locked the case."""
    with transaction.atomic():
        rows = CaseQuestion.objects.filter(
            kind=case.kind, number=case.number, asker=asker, asked=colleague, words=words
        )
        if earlier := rows.filter(created_at__gt=timezone.now() - SAME_WORDS_WITHIN).first():
            return earlier
        question = CaseQuestion.objects.create(
            kind=case.kind, number=case.number, asker=asker, asked=colleague, words=words
        )
        if colleague:
            key = _QUESTION.build_key(asker, question.pk)
            title = f"{asker}问你：「{case.name}」"
            send_notice(
                colleague,
                key,
                title,
                words,
                kind=NoticeKind.CASES,
                address=case.address,
                button="去回答",
            )
    return question


def answer_question(question_id: int, moderator: User, answer: str, case: CaseLink) -> None:
    """Store the answer and notify the asker. Raises `AnswerRefused` if it is answered already or asks somebody else."""
    with transaction.atomic():
        questions = CaseQuestion.objects.select_for_update(of=("self",))
        questions = _select_whether_left(questions.select_related("asker", "asked"))
        question = questions.get(pk=question_id)
        if question.answered_at:
            raise AnswerRefused("这个问题刚刚有人回答了。")
        if not may_answer(question, moderator):
            raise AnswerRefused("这个问题不是问你的。")
        question.answer, question.answered_by = answer, moderator
        question.answered_at = timezone.now()
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        if question.asker:
            key = _ANSWER.build_key(moderator, question.pk)
            title = f"{moderator}回答了：「{case.name}」"
            send_notice(
                question.asker,
                key,
                title,
                answer,
                kind=NoticeKind.CASES,
                address=case.address,
                button="看这件",
            )


def _build_left_condition() -> Q:
    """Return the condition that a question is to a colleague who is no moderator any more."""
    return Q(asked__isnull=False) & ~Q(asked__in=list_moderators().values("pk"))


def _select_whether_left(questions: QuerySet[CaseQuestion]) -> QuerySet[Any]:
    return questions.annotate(has_left=ExpressionWrapper(_build_left_condition(), BooleanField()))


def may_answer(question: Any, moderator: User) -> bool:
    """Whether this moderator may answer. A question to a colleague who is no moderator any more may be answered by
    anybody. The question needs `has_left`."""
    is_asked = question.asked_id in (None, moderator.pk) or question.has_left
    return question.answered_at is None and question.asker_id != moderator.pk and is_asked


@dataclass(frozen=True)
class QuestionOfCase:
    """A question as the page of its case shows it."""

    row: CaseQuestion
    may_answer: bool  # whether the moderator who reads the page may


def list_case_questions(kind: str, number: int, moderator: User) -> list[QuestionOfCase]:
    """Return the questions of a case, the oldest first."""
    rows = CaseQuestion.objects.filter(kind=kind, number=number)
    rows = _select_whether_left(rows.select_related("asker", "asked", "answered_by"))
    return [QuestionOfCase(row, may_answer(row, moderator)) for row in rows]


def list_open_questions(moderator: User) -> QuerySet[CaseQuestion]:
    """Return the questions that this moderator may answer, and those whose answers they have not read."""
    is_asked = Q(asked=None) | Q(asked=moderator) | _build_left_condition()
    to_answer = Q(is_asked, answered_at=None) & ~Q(asker=moderator)
    to_read = Q(answered_at__isnull=False, asker=moderator)
    return CaseQuestion.objects.filter(to_answer | to_read, read_at=None)


def mark_answer_read(question_id: int, moderator: User) -> None:
    questions = CaseQuestion.objects.filter(pk=question_id, asker=moderator, read_at=None)
    questions.exclude(answered_at=None).update(read_at=timezone.now())


def forget_person(user: User) -> None:
    """Remove the user from questions and answers, which stay with the case."""
    CaseQuestion.objects.filter(asker=user, read_at=None).update(read_at=timezone.now())
    for name in ("asker", "asked", "answered_by"):
        CaseQuestion.objects.filter(**{name: user}).update(**{name: None})
