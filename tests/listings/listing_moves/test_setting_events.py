"""Whatever an employer changes of its listing leaves an event with who did it; drafts are nobody's business."""

import pytest
from django.urls import reverse

from accounts.models import User
from listings.choices import ListingStatus
from listings.employer_desk.drafts import begin_edit
from listings.listing_moves.listing_settings import set_application_limit
from listings.models import Listing, ListingEvent, Shift
from listings.publication.refused_texts import was_refused_by_moderator
from listings.publication.transitions import move_listing
from listings.urls import OWN_LISTING_PAGES
from safety.case_messages.messages import ask_employer
from safety.moderation.decisions import make_decision, undo_decision
from tests.conftest import build_listing_publisher, tea_shop
from tests.databases import read_anew
from tests.listings.posting import format_day_from_today, submit_edited_text
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, waiting_text

pytestmark = pytest.mark.django_db
SHIFT = {"name": "早班", "begins": "08:00", "ends": "12:00", "headcount": "2"}
# What is pressed, and the action of the event; some need another state before.
WITH_EVENT = {
    "pause": ({}, "paused"),
    "resume": ({}, "publish"),
    "fill": ({}, "filled"),
    "renew": ({"no_fee": "yes"}, "approve_edit"),
    "listing_withdraw": ({}, "withdrawn"),
    "edit_draft": ({}, "approve_edit"),
    "application_limit": ({"most_applications": "30"}, "set_limit"),
    "shifts": (SHIFT, "add_shift"),
    "shift_remove": ({}, "remove_shift"),
}
# They write drafts, which nobody but the employer sees, or another listing; what is public stays.
WITHOUT_EVENT = {"edit", "copy", "discard", "photos", "photo_first", "photo_remove"}


@pytest.fixture(scope="module")
def shop(module_rows):
    """(an employer, who acts for it, a listing)"""
    employer, user = tea_shop(), make_person("boss")
    employer.memberships.create(user=user, role="owner")
    return employer, user, build_listing_publisher(employer)(title="奶茶店员", headcount=3)


@pytest.fixture
def boss(client, shop):
    user = read_anew(shop[1])
    sign_in(client, user)
    return user


@pytest.fixture
def own_listing(shop):
    return read_anew(shop[2])


def list_doors():
    return {route.name for route in OWN_LISTING_PAGES if route.callback.page_rules.takes != "read"}


def test_each_door_is_named_here():
    assert list_doors() == {*WITH_EVENT, *WITHOUT_EVENT}


def press_button(client, own_listing, name, boss):
    data, _action = WITH_EVENT[name]
    if name == "resume":
        move_listing(own_listing.pk, ListingStatus.PAUSED, boss)
    if name == "renew":
        data = data | {"valid_through": format_day_from_today(25)}
    if name == "edit_draft":
        return submit_edited_text(own_listing, boss, duties="点单、做饮料、收拾台面，老员工带。")
    keys = [own_listing.pk]
    if name == "shifts":
        data = data | {"day": format_day_from_today(3)}
    if name == "shift_remove":
        shift = Shift.objects.create(listing=own_listing, day=format_day_from_today(3), **SHIFT)
        keys.append(shift.pk)
    return client.post(reverse(f"listings:{name}", args=keys), data)


@pytest.mark.parametrize("name", sorted(WITH_EVENT))
def test_a_door_that_changes_a_listing_leaves_an_event(client, own_listing, boss, name):
    before = own_listing.events.count()
    press_button(client, own_listing, name, boss)
    event = own_listing.events.order_by("-pk").first()
    assert own_listing.events.count() > before and event.action == WITH_EVENT[name][1]
    # A text that the gate lets pass is published by nobody; its revision says who wrote it.
    assert boss in (event.actor, event.revision.author if event.revision else None)


@pytest.mark.parametrize("name", sorted(WITHOUT_EVENT - {"photo_first", "photo_remove"}))
def test_a_door_without_an_event_leaves_what_is_public(client, own_listing, boss, name):
    before = list(Listing.objects.filter(pk=own_listing.pk).values())
    if name in ("discard", "photos"):
        begin_edit(own_listing, boss)
    client.post(reverse(f"listings:{name}", args=[own_listing.pk]))
    assert list(Listing.objects.filter(pk=own_listing.pk).values()) == before
    assert Shift.objects.count() == 0


def set_limit(client, own_listing, limit):
    client.post(
        reverse("listings:application_limit", args=[own_listing.pk]), {"most_applications": limit}
    )


def test_the_event_says_from_what_to_what_and_stands_in_the_history(client, own_listing, boss):
    for limit in ("30", "30", ""):
        set_limit(client, own_listing, limit)
    events = own_listing.events.filter(action="set_limit").order_by("pk")
    assert [event.reason for event in events] == ["不限 → 最多 30 份", "最多 30 份 → 不限"]
    assert {event.actor for event in events} == {boss}
    page = client.get(reverse("listings:manage", args=[own_listing.pk])).content.decode()
    assert page.count("改报名份数") == 2 and "不限 → 最多 30 份" in page


def test_a_listing_that_is_over_takes_no_settings(client, own_listing, boss):
    Listing.objects.filter(pk=own_listing.pk).update(status="removed")
    set_limit(client, own_listing, "30")
    client.post(
        reverse("listings:shifts", args=[own_listing.pk]), SHIFT | {"day": format_day_from_today(3)}
    )
    own_listing.refresh_from_db()
    assert own_listing.most_applications is None and not Shift.objects.exists()
    assert not own_listing.events.filter(action__in=("set_limit", "add_shift")).exists()


def test_a_setting_stands_in_nobodys_way(client, own_listing, boss):
    """Neither in that of an undo, nor of a case that lies open, nor of a question."""
    mod = make_moderator_user()
    decision = make_decision("listing", own_listing.pk, "held", mod, "有人投诉，先核查。")
    Listing.objects.filter(pk=own_listing.pk).update(status="published")  # where settings are taken
    set_limit(client, own_listing, "30")
    Listing.objects.filter(pk=own_listing.pk).update(status="held")
    undo_decision(decision.pk, mod)
    assert Listing.objects.get(pk=own_listing.pk).status == "published"
    history = client.get(reverse("listings:manage", args=[own_listing.pk])).content.decode()
    assert "改报名份数" in history and "暂停公开，正在核查" not in history
    own_listing.refresh_from_db()
    waiting_text(own_listing)  # an edit is in review, so that its employer may answer
    ask_employer(own_listing, mod, "工服押金是怎么回事？")
    set_limit(client, own_listing, "40")
    assert "工服押金是怎么回事？" in client.get("/employer/").content.decode()


def test_a_case_that_lies_open_is_not_told_of_it(client, own_listing, boss):
    mod = make_moderator_user()
    submit_edited_text(own_listing, boss, duties="有意加微信 abc12345 详聊。")
    assert own_listing.revisions.filter(status="waiting").exists()
    sign_in(client, mod)
    case = reverse("desk:listing", args=[own_listing.pk])
    seen = client.get(case).context["seen"]
    sign_in(client, User.objects.get(pk=boss.pk))
    set_limit(client, own_listing, "30")
    assert ListingEvent.objects.filter(action="set_limit").exists()
    sign_in(client, mod)
    assert client.get(case).context["seen"] == seen


@pytest.mark.parametrize("by_moderator", [False, True])
def test_an_own_setting_of_a_refused_listing_is_no_refusal_by_a_moderator(
    own_listing, boss, by_moderator
):
    """Else its next text, which the machine alone had refused, would wait for a person."""
    Listing.objects.filter(pk=own_listing.pk).update(status="pending")
    move_listing(
        own_listing.pk,
        ListingStatus.REJECTED,
        make_moderator_user() if by_moderator else None,
        "写得不清楚。",
    )
    set_application_limit(own_listing.pk, 30, boss)
    own_listing.refresh_from_db()
    assert was_refused_by_moderator(own_listing) == by_moderator
