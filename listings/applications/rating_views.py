"""The page of the two ratings of an application, for either side: write, read, reply once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.choices import TextKind
from accounts.employers.membership import get_own_employer
from accounts.models import PublicText, SignedInRequest
from accounts.public_text.transitions import find_unseen_text
from listings.applications.forms import ShortTextField
from listings.applications.ratings import (
    RATING_QUESTIONS,
    RatingRefused,
    contains_contact,
    create_rating,
    find_unseen_words,
    get_application_ratings,
    reply_to_rating,
    reword_rating,
)
from listings.applications.transitions import (
    get_employer_application_or_404,
    get_seeker_application_or_404,
)
from listings.choices import ListingStatus
from listings.models import Application, Rating
from sitekit.web.pages import page

RATING_WAITS_MESSAGE = "写好了。审核员看过以后，对方才看得到。"
# Each question, and the answers yes and no, in words.
LABELS: dict[str, tuple[tuple[str, str, str], ...]] = {
    Rating.By.SEEKER: (
        ("和写的一样吗", "和写的一样", "和写的不一样"),
        ("按时付钱了吗", "按时付了钱", "没有按时付钱"),
        ("愿意再去吗", "愿意再去", "不愿意再去"),
    ),
    Rating.By.EMPLOYER: (
        ("和报名时说的一样吗", "和报名时说的一样", "和报名时说的不一样"),
        ("准时到岗吗", "准时到岗", "没有准时到岗"),
        ("愿意再请吗", "愿意再请", "不会再请"),
    ),
}


def _build_question() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("yes", "是"), ("no", "不是")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "选一个。"},
    )


class RatingTextField(ShortTextField):
    default_error_messages = {"required": "写几句再交。"}

    def clean(self, value: Any) -> str:
        words = super().clean(value)
        if contains_contact(words):
            raise forms.ValidationError("这里不能写电话、微信、QQ 和网址。")
        return words


class RatingForm(forms.Form):
    as_described = _build_question()
    on_time = _build_question()
    again = _build_question()
    words = RatingTextField(label="说几句", rows=4)

    def __init__(self, side: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in zip(RATING_QUESTIONS, LABELS[side], strict=True):
            self.fields[name].label = words[0]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in RATING_QUESTIONS]


class RatingReplyForm(forms.Form):
    reply = RatingTextField(label="回应", rows=4, required=True)


class RewordRatingForm(forms.Form):
    words = RatingTextField(label="改写", rows=4)


@page(takes="form", login=True, cache="never")
def rate_employer(request: SignedInRequest, pk: int) -> HttpResponse:
    application = get_seeker_application_or_404(request.user, pk)
    return _show_rating_page(request, application, Rating.By.SEEKER)


@page(takes="form", login=True, cache="never")
def rate_seeker(request: SignedInRequest, pk: int) -> HttpResponse:
    application = get_employer_application_or_404(request.user, pk)
    if application.listing.status == ListingStatus.REMOVED_FRAUD:  # nothing of the seeker is shown
        return redirect("listings:listing_applications", application.listing_id)
    employer = get_own_employer(request, application.listing.employer_id)
    return _show_rating_page(request, application, Rating.By.EMPLOYER, employer=employer)


def _show_rating_page(
    request: SignedInRequest, application: Application, side: Rating.By, **context: Any
) -> HttpResponse:
    application_ratings = get_application_ratings(application, side)
    unseen = find_unseen_words(application_ratings.mine)
    unseen_reply = _find_unseen_reply(application_ratings.theirs)
    posted = request.POST if request.method == "POST" else None
    form_name = request.POST.get("what", "")
    form = RatingForm(side, None if form_name in ("reply", "words") else posted)
    reply_form = RatingReplyForm(
        posted if form_name == "reply" else None, initial=_get_values(unseen_reply)
    )
    reword_form = RewordRatingForm(
        posted if form_name == "words" else None, initial=_get_values(unseen)
    )
    posted_form = {"reply": reply_form, "words": reword_form}.get(form_name, form)
    if posted_form.is_valid():
        try:
            _store_words(request, application.pk, side, form_name, posted_form.cleaned_data)
        except RatingRefused as words:
            messages.warning(request, str(words))
        return redirect(request.path)
    context |= {
        "application": application,
        "listing": application.listing,
        "found": application_ratings,
        "form": form,
        "reply_form": reply_form,
        "unseen_reply": unseen_reply,
        "reword_form": reword_form,
        "unseen": unseen,
        "their_answers": _describe_answers(application_ratings.theirs),
        "my_answers": _describe_answers(application_ratings.mine),
    }
    return render(request, f"listings/applications/{side}_rating.html", context)


def _store_words(
    request: SignedInRequest, application_id: int, side: Rating.By, form_name: str, answers: dict
) -> None:
    """Store the words as a rating, a new wording or a reply. Raises RatingRefused."""
    if form_name == "reply":
        rating = reply_to_rating(application_id, side, request.user, answers["reply"])
        messages.success(request, "回应写好了。" if rating.reply else RATING_WAITS_MESSAGE)
    elif form_name == "words":
        reword_rating(application_id, side, request.user, answers["words"])
        messages.success(request, "改好了。")
    else:
        create_rating(application_id, side, request.user, answers)
        messages.success(request, "写好了。对方也写了，或者两周以后，双方都能看到。")


def _find_unseen_reply(rating: Rating | None) -> PublicText | None:
    return find_unseen_text(TextKind.RATING_REPLY, rating.pk) if rating else None


def _get_values(text: PublicText | None) -> dict[str, str]:
    return text.values if text else {}


def _describe_answers(rating: Rating | None) -> list[tuple[str, bool]]:
    """Return the words of each answer, and whether it is a yes."""
    if rating is None:
        return []
    words = LABELS[Rating.By(rating.by)]
    answers = [getattr(rating, name) for name in RATING_QUESTIONS]
    return [
        (yes if answer else no, answer) for answer, (_, yes, no) in zip(answers, words, strict=True)
    ]
