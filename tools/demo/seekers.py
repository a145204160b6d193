"""What seekers of the demo did: saved, looked up contacts, signed up, worked, rated."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Employer
from listings.applications.ratings import create_rating, reply_to_rating
from listings.applications.transitions import create_application, move_application
from listings.choices import ApplicationStatus as S
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.figures.listing_figures import SPARK_DAYS
from listings.figures.view_counts import VIEW_COUNTER
from listings.models import (
    Application,
    ApplicationEvent,
    Listing,
    ListingViews,
    Rating,
    SeekerProfile,
)
from listings.models.daily_counts import SKETCH_BITS
from listings.vocabulary.work_slots import encode_slots
from sitekit.workflow.periods import DAY
from tools.demo.factories import make_user
from tools.demo.people import EMPLOYER_NAME

# Name, birth year, hours that are free, about themselves; the demo's seeker is first.
PEOPLE = [
    ("小龙", 2004, ["6m", "6a", "7m", "7a"], "吉首大学大三，做过两次商场派发，普通话二甲。"),
    ("小向", 2003, ["6a", "7a", "6e", "7e"], "在奶茶店做过一个暑假，会收银。"),
    ("田姐", 1986, [], "孩子上学以后白天都有空，手脚快。"),
    ("阿彭", 2001, ["1e", "3e", "5e"], "晚上下班以后有空，有健康证。"),
]


def load_demo_seekers(seeker, employer_user):
    """Nothing twice: a demo seeker who has signed up somewhere is left alone."""
    if seeker.applications.exists():
        return
    employer = Employer.objects.filter(name=EMPLOYER_NAME).first()
    employer_listings = list(Listing.objects.live().filter(employer=employer, headcount__gte=2)[:2])
    if len(employer_listings) < 2:
        return
    with transaction.atomic():
        people = [seeker, *(make_user(name=name) for name, *_ in PEOPLE[1:])]
        profiles = [_create_seeker_profile(*pair) for pair in zip(people, PEOPLE, strict=True)]
        _sign_up(employer_listings[0], people, profiles, employer_user)
        _create_rated_application(employer_listings[1], people[0], profiles[0], employer_user)
        _create_saved_listings(seeker, employer_listings)


def _create_seeker_profile(user, row):
    name, year, free, about = row
    return SeekerProfile.objects.create(
        user=user,
        name=name,
        phone="+8619900000000",
        birth_year=year,
        about=about,
        slots=encode_slots(free),
    )


def _build_application_answers(profile):
    names = ("name", "phone", "about", "slots")
    return {name: getattr(profile, name) for name in names} | {"grown": True}


def _sign_up(listing, people, profiles, employer_user):
    """Two wait, one was accepted, one was not."""
    applications = [
        create_application(
            listing.pk, user, _build_application_answers(profile), "这个周末就可以来。"
        )
        for user, profile in zip(people, profiles, strict=True)
    ]
    move_application(applications[1].pk, S.ACCEPTED, employer_user)
    move_application(applications[3].pk, S.DECLINED, employer_user, "时间对不上")


def _create_rated_application(listing, seeker, profile, employer_user):
    """A sign-up of three weeks ago that went well, with a word each way."""
    application = create_application(
        listing.pk, seeker, _build_application_answers(profile), "做过派发，能准时到。"
    )
    for to in (S.ACCEPTED, S.DONE):
        move_application(application.pk, to, employer_user)
    answers = {"as_described": True, "on_time": True, "again": True}
    words = "活和写的一样，当天收工就把钱结了。"
    create_rating(application.pk, Rating.By.SEEKER, seeker, answers | {"words": words})
    create_rating(
        application.pk, Rating.By.EMPLOYER, employer_user, answers | {"words": "准时，手脚快。"}
    )
    reply_to_rating(application.pk, Rating.By.EMPLOYER, employer_user, "谢谢，周末还缺人就再约你。")
    _backdate_application(application)


def _backdate_application(application):
    begun = timezone.now() - 21 * DAY
    Application.objects.filter(pk=application.pk).update(applied_at=begun)
    for days, event in enumerate(application.events.order_by("pk")):
        ApplicationEvent.objects.filter(pk=event.pk).update(created_at=begun + days * DAY)
    application.ratings.update(created_at=begun + 4 * DAY)


def _create_saved_listings(seeker, employer_listings):
    """Three saved, of the demo employer's two the contact looked at."""
    others = Listing.objects.live().exclude(employer__name=EMPLOYER_NAME)
    for listing in others.filter(employer__isnull=False)[:3]:
        seeker.saved.create(listing=listing)
    for listing in employer_listings:
        record_reveal(listing, ContactViewer(seeker))
        _count_viewers(listing)


def _count_viewers(listing):
    """More people see it than sign up; those of today are kept by their bits, so that more can come."""
    today = timezone.localdate()
    days = min((today - timezone.localdate(listing.published_at)).days, SPARK_DAYS - 1)
    for back in range(1, days + 1):
        viewers = 12 + (listing.pk + back * 7) % 9
        ListingViews.objects.create(listing=listing, day=today - back * DAY, viewers=viewers)
    bits = sum(1 << (number * 37 % SKETCH_BITS) for number in range(18 + listing.pk % 9))
    VIEW_COUNTER.store({(listing.pk, today): bits})
