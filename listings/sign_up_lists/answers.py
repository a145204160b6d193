"""Answers to sign-ups, one or several at once: each by the same move, with the same notices."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from listings.applications.application_rows import attach_employer_display
from listings.applications.arrivals import build_usual_arrival
from listings.applications.transitions import (
    list_applications_to_employer,
    move_application,
)
from listings.choices import ApplicationStatus as S
from listings.detail.contact_reveals import is_contact_shown
from listings.models import Application
from sitekit.workflow.refusals import MoveRefused

MAX_TOGETHER = 100
REASONS: dict[str, list[str]] = {
    S.DECLINED: ["人已经够了", "时间对不上", "要求的条件不符合", "联系不上", "这份活不做了"],
    S.NO_SHOW: ["到时间没来，也没说", "来了没做完就走了", "联系不上"],
}
DECISION_WORDS: dict[str, str] = {
    S.ACCEPTED: "录用了，已经告诉对方，联系方式也给了对方。",
    S.DECLINED: "没有录用，已经告诉对方原因。",
    S.DONE: "记好了。可以评一评。",
    S.NO_SHOW: "记好了，对方会收到通知。",
}
ACCEPTED_WITHOUT_CONTACT = "录用了，已经告诉对方。这条兼职没写联系方式，请你主动联系对方。"
TOGETHER_WORDS: dict[str, str] = {
    S.ACCEPTED: "录用了 {count} 人，都已通知。",
    S.DECLINED: "没有录用 {count} 人，都已告诉对方原因。",
}


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[(status, status) for status in DECISION_WORDS])
    reason = forms.CharField(required=False, max_length=60)
    back = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Take only a reason of our list, since the seeker reads it."""
        answers = self.cleaned_data
        if answers.get("reason", "") not in REASONS.get(answers.get("to", ""), [""]):
            raise forms.ValidationError("选一个原因。")
        return answers


def describe_decision(application: Application, to: str) -> str:
    """Return the words that confirm a decision to the employer."""
    if to == S.ACCEPTED and not is_contact_shown(application.listing):
        return ACCEPTED_WITHOUT_CONTACT
    return DECISION_WORDS[to]


def answer_application(application: Application, to: str, reason: str, user: User) -> str:
    """Make the move; return why it was refused, "" if it was made now or before."""
    try:
        plan = build_usual_arrival(application) if to == S.ACCEPTED else None
        move_application(application.pk, to, user, reason, arrival=plan)
    except MoveRefused as words:
        application.refresh_from_db()
        return "" if application.status == to else str(words)  # else clicked twice
    return ""


def answer_several(ids: Iterable[int], to: str, reason: str, user: User) -> tuple[int, list[str]]:
    """Return how many were answered, and a sentence for each that was not. Earlier sign-ups get a place first."""
    applications = list_applications_to_employer(user).filter(pk__in=ids)
    answered, refused = 0, []
    for application in applications.order_by("pk"):
        words = answer_application(application, to, reason, user)
        if words:
            name = attach_employer_display(application).name
            refused.append(f"「{name}」没有处理：{words}")
        else:
            answered += 1
    return answered, refused
