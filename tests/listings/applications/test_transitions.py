"""Moves of sign-ups and of listings: only those that the table below names, in any order and at the same time."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsite.me.personal_data import close_account
from listings.applications.transitions import AlreadyApplied, move_application
from listings.choices import ApplicationStatus, ListingStatus
from listings.models import Application, ApplicationEvent, Listing, ListingEvent
from listings.publication import transitions
from sitekit.workflow.refusals import MoveRefused
from tests.at_once import at_once, has_to_wait
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import count_examples, mark_each
from tests.listings.seeking import PROFILE, make_owner, make_seeker_user, sign_up
from tools.demo.factories import make_listing

# Typed from the plan and not from the code.
OF_APPLICATIONS = {
    "applied": {"accepted", "declined", "withdrawn"},
    "accepted": {"withdrawn", "done", "no_show"},
    "declined": set(),
    "withdrawn": set(),
    "done": set(),
    "no_show": set(),
}
OF_LISTINGS = {
    "draft": {"pending", "published", "rejected"},
    "pending": {"published", "rejected", "withdrawn", "removed_fraud"},
    "rejected": {"draft", "pending", "published"},
    "published": {"paused", "filled", "held", "withdrawn", "removed", "removed_fraud"},
    "paused": {"published", "held", "withdrawn", "removed", "removed_fraud"},
    "filled": {"published", "held", "withdrawn", "removed", "removed_fraud"},
    "held": {"published", "removed", "removed_fraud"},
    "removed": {"published"},
    "removed_fraud": {"published", "pending"},  # waiting again if it never was public
    "withdrawn": set(),
}
ONE_BY_ONE = settings(
    max_examples=count_examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TOGETHER = settings(
    max_examples=count_examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
application_moves = st.sampled_from(ApplicationStatus.values)
listing_moves = st.sampled_from(ListingStatus.values)


class World:
    """A shop with its boss, and a seeker who signs up for a listing of many places."""

    def __init__(self):
        self.shop = tea_shop()
        self.boss, self.seeker = make_owner(self.shop), make_seeker_user()
        self.publish = build_listing_publisher(self.shop)

    def application(self):
        return sign_up(self.publish(headcount=1000), self.seeker)

    def move(self, application, to):
        """By the side that may; whether it was done."""
        actor = self.seeker if to == "withdrawn" else self.boss
        try:
            move_application(application.pk, to, actor, "时间对不上")
        except MoveRefused:
            return False
        return True

    def listing(self, status="draft"):
        made = make_listing(employer=self.shop, status="draft")
        later = timezone.localdate() + datetime.timedelta(days=30)
        Listing.objects.filter(pk=made.pk).update(status=status, valid_through=later)
        return made

    def move_listing(self, listing, to):
        try:
            transitions.move_listing(
                listing.pk, to, self.boss, "核查", fraud_type="brushing_rebate"
            )
        except MoveRefused:
            return False
        return True


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def real(committed):
    return World()


def is_a_chain(events, start, allowed):
    """Each event begins where the one before ended, and goes where the table lets it."""
    status = start
    for event in events:
        assert event.before == status
        assert event.after in allowed[status], f"{status} → {event.after}"
        status = event.after
    return status


@pytest.mark.parametrize("before", ApplicationStatus.values)
@pytest.mark.parametrize("after", mark_each(2, ApplicationStatus.values))
def test_every_move_of_a_sign_up_is_made_or_refused_as_glossary_says(world, before, after):
    application = world.application()
    Application.objects.filter(pk=application.pk).update(status=before)
    done = world.move(application, after)
    application.refresh_from_db()
    assert done == (after in OF_APPLICATIONS[before])
    assert application.status == (after if done else before)
    assert application.events.count() == 1 + done


@pytest.mark.parametrize("before", ListingStatus.values)
@pytest.mark.parametrize("after", ListingStatus.values)
def test_every_move_of_a_listing_is_made_or_refused_as_glossary_says(world, before, after):
    listing = world.publish() if before == "published" else world.listing(before)
    events = listing.events.count()
    done = world.move_listing(listing, after)
    listing.refresh_from_db()
    assert done == (after in OF_LISTINGS[before])
    assert listing.status == (after if done else before)
    assert listing.events.count() == events + done


@ONE_BY_ONE
@given(tries=st.lists(application_moves, max_size=8))
def test_a_sign_up_after_any_moves(world, tries):
    application = world.application()
    expected = "applied"
    for to in tries:
        assert world.move(application, to) == (to in OF_APPLICATIONS[expected])
        expected = to if to in OF_APPLICATIONS[expected] else expected
    application.refresh_from_db()
    assert application.status == expected


@ONE_BY_ONE
@given(tries=st.lists(listing_moves, max_size=8))
def test_a_listing_after_any_moves(world, tries):
    listing = world.listing()
    expected = "draft"
    for to in tries:
        assert world.move_listing(listing, to) == (to in OF_LISTINGS[expected])
        expected = to if to in OF_LISTINGS[expected] else expected
    listing.refresh_from_db()
    assert listing.status == expected


def test_sign_ups_moved_by_several_at_once(real):
    @TOGETHER
    @given(rounds=st.lists(st.lists(application_moves, min_size=2, max_size=3), max_size=4))
    def check(rounds):
        application = real.application()
        done = 0
        for together in rounds:
            done += sum(at_once(*[lambda to=to: real.move(application, to) for to in together]))
        events = ApplicationEvent.objects.filter(application=application).order_by("pk")
        application.refresh_from_db()
        first, *rest = events
        assert (first.before, first.after) == ("", "applied")
        assert application.status == is_a_chain(rest, "applied", OF_APPLICATIONS)
        assert len(rest) == done

    check()


def test_listings_moved_by_several_at_once(real):
    @TOGETHER
    @given(rounds=st.lists(st.lists(listing_moves, min_size=2, max_size=3), max_size=4))
    def check(rounds):
        listing = real.listing()
        done = 0
        for together in rounds:
            done += sum(at_once(*[lambda to=to: real.move_listing(listing, to) for to in together]))
        events = list(ListingEvent.objects.filter(listing=listing).order_by("pk"))
        listing.refresh_from_db()
        assert listing.status == is_a_chain(events, "draft", OF_LISTINGS)
        assert len(events) == done

    check()


def test_signed_up_twice_at_once_is_once(real):
    listing = real.publish()
    answers = at_once(*[lambda: sign_up(listing, real.seeker)] * 4)
    assert Application.objects.get().profile["name"] == PROFILE["name"]
    refused = [a for a in answers if isinstance(a, AlreadyApplied)]
    assert len(refused) == 3


def test_taken_down_while_somebody_is_accepted(real):
    """Whichever comes first: nobody is accepted for what was taken down before."""
    application = real.application()
    listing = application.listing
    at_once(
        lambda: real.move(application, "accepted"),
        lambda: real.move_listing(listing, "removed_fraud"),
    )
    application.refresh_from_db()
    listing.refresh_from_db()
    assert listing.status == "removed_fraud"
    assert application.status in {"applied", "accepted"}
    assert listing.reveals.exists() == (application.status == "accepted")


def test_accepting_waits_for_whoever_has_the_listing(real):
    """Places are counted under its lock."""
    application = real.application()
    with transaction.atomic():
        Listing.objects.select_for_update(no_key=True).get(pk=application.listing_id)
        assert has_to_wait(lambda: real.move(application, "accepted"))
    assert not ApplicationEvent.objects.filter(after="accepted").exists()


@pytest.mark.django_db
def test_nobody_signs_up_from_an_account_that_was_closed_meanwhile(publish):
    """In another tab: of a closed account nothing is stored any more."""
    listing, seeker = publish(), make_seeker_user()
    close_account(seeker.pk)
    with pytest.raises(MoveRefused, match="注销"):
        sign_up(listing, seeker)
    assert not Application.objects.exists()
