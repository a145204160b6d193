"""The message with an acceptance: when and where to come, and whom to ask for. It begins with what the listing says."""

import datetime
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils import timezone

from accounts.choices import TextKind
from accounts.employers.member_notices import list_member_or_owners
from accounts.models import Employer, User
from accounts.public_text.judgement import (
    REFUSE,
    JudgementRules,
    PublicationReason,
    judge_public_text,
)
from accounts.public_text.submission import submit_public_text
from accounts.public_text.text_types import PublicTextType
from accounts.public_text.transitions import find_waiting_text
from listings.applications.shifts import find_shift
from listings.models import Application, Arrival, Listing
from listings.pay_law.clock_times import find_night_range, find_night_start, find_night_words
from listings.vocabulary.age_limits import ADULT_AGE_YEARS

WORD_FIELDS = ("time", "place", "ask_for")


class ArrivalPlan(NamedTuple):
    day: datetime.date | None = None
    time: str = ""
    place: str = ""
    ask_for: str = ""

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in WORD_FIELDS}


class ArrivalWords(PublicTextType[Arrival]):
    """Words for one person, who has the contact anyway. Words that ask for money are refused."""

    kind = TextKind.ARRIVAL
    model = Arrival
    fields = {"time": "几点", "place": "到哪里", "ask_for": "找谁"}
    rules = JudgementRules(contact_cure="", is_private=True)
    region_path = "application__listing__region"
    employer_path = "application__listing__employer"
    related = ("application__listing__employer", "application__seeker")

    def list_row_reasons(
        self, row: Arrival, values: Mapping[str, str]
    ) -> Iterator[PublicationReason]:
        """Night hours wait for a moderator, as in a listing. The listing's own hours pass, because they were judged
        with it."""
        listing, time = row.application.listing, values["time"]
        if listing.minimum_age >= ADULT_AGE_YEARS or time == _get_usual_time(listing):
            return
        quote = (
            find_night_range(time, are_plain_hours=True)
            or find_night_words(time, is_about_hours=True)
            or find_night_start(time)
        )
        if quote:
            words = f"写着“{quote}”，像是要上夜班；这份兼职没勾夜间时段。"
            cure = (
                f"22 点到 6 点要干活的，请先在兼职的“时段”里勾上夜间（要年满 {ADULT_AGE_YEARS} 周岁）；"
                "不用上夜班的不用改，审核员看过就行。"
            )
            yield PublicationReason("night", words, cure, "time")

    def describe_subject(self, row: Arrival) -> str:
        return f"「{row.application.listing.title}」的到岗安排"

    def list_recipients(self, row: Arrival, author: User) -> list[User]:
        return [*self.list_authors(row, author), row.application.seeker]

    def list_authors(self, row: Arrival, author: User) -> list[User]:
        """Return who hears of a refusal: the author, or the owners if the author has left the employer. Never the
        seeker."""
        employer = self.find_employer(row)
        return list_member_or_owners(employer, author) if employer else [author]

    def build_approval_title(self, row: Arrival, user: User) -> str:
        if user == row.application.seeker:
            return f"到岗安排写好了：{row.application.listing.title[:60]}"
        return super().build_approval_title(row, user)

    def get_author_address(self, row: Arrival, author: User) -> str:
        if author == row.application.seeker:
            return f"/me/applications/{row.application_id}/"
        return f"/employer/listings/{row.application.listing_id}/applications/"

    def find_employer(self, row: Arrival) -> Employer | None:
        return row.application.listing.employer

    def list_readers(self, row: Arrival) -> list[tuple[str, str]]:
        return [("录用的人的报名页", "")]


def build_usual_arrival(application: Application) -> ArrivalPlan:
    """Return what the chosen shift and the listing say about the arrival; the listing's day only if it lies ahead."""
    listing, shift = application.listing, find_shift(application)
    start = listing.start_date
    usual_day = start if start and start >= timezone.localdate() else None
    return ArrivalPlan(
        day=shift.day if shift else usual_day,
        time=shift.hours if shift else _get_usual_time(listing),
        place=listing.name_work_places(listing.address)[:200],
        ask_for=listing.contact_name[:40],
    )


def _get_usual_time(listing: Listing) -> str:
    return listing.work_hours[:40]


def read_arrival(application: Application) -> ArrivalPlan:
    """Return the employer's last words, even if they wait for a moderator; without any, the usual arrival.

    The day is the day of the chosen shift, if there is one.
    """
    arrival = getattr(application, "arrival", None)
    if arrival is None:
        return build_usual_arrival(application)
    waiting = find_waiting_text(TextKind.ARRIVAL, arrival.pk)
    words = waiting.values if waiting else {name: getattr(arrival, name) for name in WORD_FIELDS}
    shift = find_shift(application)
    return ArrivalPlan(shift.day if shift else arrival.day, *(words[name] for name in WORD_FIELDS))


def list_arranged_parts(application: Application) -> list[str]:
    """Return the parts that the employer filled in, even if they wait for a moderator."""
    if not hasattr(application, "arrival"):
        return []
    plan = read_arrival(application)
    has_time = plan.time or find_shift(application)
    parts = {
        "什么时候到": plan.day and has_time,
        "哪天到": plan.day and not has_time,
        "几点到": has_time and not plan.day,
        "到哪里": plan.place,
        "找谁": plan.ask_for,
    }
    return [part for part, is_written in parts.items() if is_written]


def write_arrival(application: Application, plan: ArrivalPlan, author: User) -> Arrival:
    """Store the day at once, and the words when they have passed the gate; most do at once."""
    arrival, _is_new = Arrival.objects.update_or_create(
        application=application, defaults={"day": plan.day}
    )
    submit_public_text(TextKind.ARRIVAL, arrival.pk, plan.words, author)
    arrival.refresh_from_db()
    application.arrival = arrival
    return arrival


def are_words_waiting(arrival: Arrival) -> bool:
    """Whether a moderator must read the words before the accepted seeker can read them."""
    return find_waiting_text(TextKind.ARRIVAL, arrival.pk) is not None


def explain_refused_words(plan: ArrivalPlan) -> str:
    """Return why these words may not be sent, "" if they may."""
    verdict = judge_public_text(plan.words, ArrivalWords.rules)
    return verdict.words if verdict.outcome == REFUSE else ""
