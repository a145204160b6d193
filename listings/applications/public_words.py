"""The words that the two sides of an application write to each other, and the ratings that others read."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import TextKind
from accounts.employers.member_notices import list_member_or_owners
from accounts.models import Employer, User
from accounts.public_text.employer_texts import MAX_EMPLOYER_TEXTS, TextKey
from accounts.public_text.judgement import JudgementRules
from accounts.public_text.text_types import PublicTextType
from accounts.public_text.transitions import forget_public_texts
from listings.models import Application, Rating

_NO_CONTACT = JudgementRules(contact_cure="这里不写电话、微信和网址。", is_offer=False)
_ON_THEIR_PAGES = "报名双方的评价页"


class RatingWords(PublicTextType[Rating]):
    """The words of a rating. A seeker who was cheated says so here, so a moderator reads them; they are never
    refused automatically."""

    kind = TextKind.RATING
    model = Rating
    fields = {"words": "说几句"}
    region_path = "application__listing__region"
    employer_path = "application__listing__employer"
    rules = _NO_CONTACT
    related = ("application__listing__employer",)

    def describe_subject(self, row: Rating) -> str:
        return f"对「{_get_rated_name(row)}」的评价"

    def get_side(self, row: Rating) -> str:
        """Return who writes: the seeker or the employer."""
        return row.by

    def list_recipients(self, row: Rating, author: User) -> list[User]:
        """Return who hears of the decision: the author, or the employer's owners if the author no longer acts for
        it."""
        employer = self.find_employer(row)
        if self.get_side(row) == Rating.By.SEEKER or employer is None:
            return [author]
        return list_member_or_owners(employer, author)

    def get_author_address(self, row: Rating, author: User) -> str:
        start = "/me" if self.get_side(row) == Rating.By.SEEKER else "/employer"
        return f"{start}/applications/{row.application_id}/rating/"

    def find_employer(self, row: Rating) -> Employer | None:
        return row.application.listing.employer

    def list_companions(self, row: Rating) -> list[str]:
        if self.get_side(row) == Rating.By.EMPLOYER:
            return super().list_companions(row)
        ratings = Rating.objects.filter(application__seeker=row.application.seeker_id)
        texts = _list_rating_texts(ratings, Rating.By.SEEKER)
        return [words for key, words in texts.items() if key != (self.kind, row.pk)]

    def list_readers(self, row: Rating) -> list[tuple[str, str]]:
        if row.by == Rating.By.EMPLOYER:
            return [(_ON_THEIR_PAGES, "")]
        employer = row.application.listing.employer_id
        return [(_ON_THEIR_PAGES, ""), ("单位的公开页面", f"/employers/{employer}/")]


class RatingReply(RatingWords):
    kind = TextKind.RATING_REPLY
    fields = {"reply": "回应"}

    def apply_values(self, row: Rating, values: Mapping[str, str]) -> None:
        row.reply = values["reply"]
        row.replied_at = timezone.now() if row.reply else None
        row.save(update_fields=["reply", "replied_at"])

    def describe_subject(self, row: Rating) -> str:
        return f"「{_get_rated_name(row)}」对评价的回应"

    def get_side(self, row: Rating) -> str:
        is_by_seeker = row.by == Rating.By.SEEKER
        return Rating.By.EMPLOYER if is_by_seeker else Rating.By.SEEKER


class ApplicationWords(PublicTextType[Application]):
    """The words of a seeker to the employer. Name and introduction are stored in the profile that was handed over."""

    kind = TextKind.APPLICATION
    model = Application
    fields = {"name": "称呼", "about": "介绍自己", "message": "想说的话"}
    rules = JudgementRules(contact_cure="", is_offer=False, is_private=True)
    region_path = "listing__region"
    employer_path = "listing__employer"
    related = ("listing__employer",)
    cure = "报名还在，在这份报名的页面上改写就行。"
    after_refusal = "报名还在，单位看得到你填的别的内容。在这份报名的页面上改写，再交一次就行。"
    appeal_advice = "在这份报名的页面上照着原因改写，多半比申诉快。觉得判错了，再申诉。"

    def read_values(self, row: Application) -> dict[str, str]:
        handed_over = {name: row.profile.get(name, "") for name in ("name", "about")}
        return handed_over | {"message": row.message}

    def apply_values(self, row: Application, values: Mapping[str, str]) -> None:
        handed_over = dict(values)
        row.message = handed_over.pop("message")
        row.profile |= handed_over
        row.save(update_fields=["profile", "message"])

    def describe_subject(self, row: Application) -> str:
        return f"报名「{row.listing.title}」时写的话"

    def get_author_address(self, row: Application, author: User) -> str:
        return reverse("listings:my_application", args=[row.pk])

    def find_employer(self, row: Application) -> Employer | None:
        return row.listing.employer

    def list_readers(self, row: Application) -> list[tuple[str, str]]:
        return [("招聘单位的报名页", "")]


def forget_rating_words(ratings: QuerySet[Rating]) -> None:
    """Delete the versions of the words and replies of these ratings."""
    numbers = list(ratings.values_list("pk", flat=True))
    for kind in (TextKind.RATING, TextKind.RATING_REPLY):
        forget_public_texts(kind, numbers)


def list_rating_texts(employer_id: int) -> dict[TextKey, str]:
    """Return what the employer wrote about the people who worked for it, and its replies to them."""
    ratings = Rating.objects.filter(application__listing__employer=employer_id)
    return _list_rating_texts(ratings, Rating.By.EMPLOYER)


def _list_rating_texts(ratings: QuerySet[Rating], side: str) -> dict[TextKey, str]:
    """Return what this side wrote: the words of its own ratings, and the replies to those of the other side."""
    rows = ratings.filter(hidden_at=None).exclude(words="", reply="").order_by("-pk")
    return {
        (TextKind.RATING, number) if by == side else (TextKind.RATING_REPLY, number): (
            words if by == side else reply
        )
        for number, by, words, reply in rows.values_list("pk", "by", "words", "reply")[
            :MAX_EMPLOYER_TEXTS
        ]
    }


def _get_rated_name(rating: Rating) -> str:
    """Return the name of the rated side. A seeker is not named: other people keep the notice after the seeker has
    left."""
    return rating.application.listing.who if rating.by == Rating.By.SEEKER else "报名的人"
