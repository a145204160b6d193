"""A listing may have shifts: who signs up chooses one, a full one says so, and no place is given twice."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from listings.applications.shifts import list_shift_choices, list_shifts
from listings.applications.transitions import create_application, move_application
from listings.day_lists.day_list import list_day_workers
from listings.models import Application, Arrival, Listing, Shift
from listings.vocabulary.work_slots import encode_slots
from sitekit.workflow.refusals import MoveRefused
from tests.at_once import at_once
from tests.listings.posting import submit_edited_text
from tests.listings.seeking import FORM, PROFILE, make_seeker_user, sign_in_browser
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish(title="展会引导", headcount=9)


@pytest.fixture
def for_adults(listing):
    Listing.objects.filter(pk=listing.pk).update(slots=encode_slots(["6n"]))


@pytest.fixture
def make_shift(listing, today):
    def made(name="早班", headcount=1, ahead=2, **times):
        day = today + datetime.timedelta(ahead)
        hours = {"begins": "08:00", "ends": "12:00"} | times
        shift = Shift.objects.create(
            listing=listing, name=name, day=day, headcount=headcount, **hours
        )
        shift.refresh_from_db()
        return shift

    return made


def make_shift_application(listing, name, shift):
    profile = PROFILE | {"grown": True}
    return create_application(listing.pk, make_seeker_user(name), profile, shift_id=shift.pk)


def test_the_page_of_the_listing_shows_coming_shifts(listing, make_shift):
    make_shift("昨天", ahead=-1)
    late, early = make_shift("晚班", 2, begins="18:00", ends="22:00"), make_shift()
    html = Client().get(listing.get_absolute_url()).content.decode()
    assert "有 2 个班次" in html and "昨天" not in html
    assert html.index(f"{early.words}，要 1 人") < html.index(f"{late.words}，要 2 人")


def test_who_signs_up_chooses_and_a_full_one_says_so(listing, make_shift, owner):
    late, early = make_shift("晚班", 2, begins="18:00", ends="22:00"), make_shift()
    past = make_shift("早班", ahead=-1)
    make_shift_application(listing, "first", early)
    page, address = (
        sign_in_browser(make_seeker_user("second")),
        f"{listing.get_absolute_url()}apply/",
    )
    form = page.get(address).content.decode()
    assert form.index("早班") < form.index("晚班")
    assert "（满了）" in form and "（还要 2 人）" in form and str(past.day) not in form
    form = FORM | {"handover": "on", "old_enough": "on"}
    for chosen, words in ((None, "请选一个班次"), (early.pk, "满了"), (past.pk, "没有了")):
        typed = form | ({"shift": chosen} if chosen else {})
        answer = page.post(address, typed).content.decode()
        assert words in answer and FORM["about"] in answer, words
    assert Application.objects.count() == 1
    response = page.post(address, form | {"shift": late.pk})
    assert late.words in page.get(response.url).content.decode()
    desk = sign_in(Client(), owner)
    rows = desk.get(f"/employer/listings/{listing.pk}/applications/").content.decode()
    assert late.words in rows and early.words in rows


def test_who_withdraws_gives_the_place_back(listing, make_shift):
    shift = make_shift()
    application = make_shift_application(listing, "first", shift)
    with pytest.raises(MoveRefused, match="满了"):
        make_shift_application(listing, "second", shift)
    move_application(application.pk, "withdrawn", application.seeker)
    make_shift_application(listing, "third", shift)
    assert list_shifts(listing).get().taken == 1


def test_a_shift_that_all_left_can_be_deleted(client, owner, listing, make_shift):
    shift = make_shift()
    application = make_shift_application(listing, "first", shift)
    sign_in(client, owner)
    address = f"/employer/listings/{listing.pk}/shifts/{shift.pk}/remove/"
    client.post(address)
    assert Shift.objects.filter(pk=shift.pk).exists()
    move_application(application.pk, "withdrawn", application.seeker)
    client.post(address)
    assert not Shift.objects.filter(pk=shift.pk).exists()


def test_two_at_once_take_the_last_place_once(committed, listing, make_shift):
    shift = make_shift(headcount=3)
    people = [make_seeker_user(f"s{number}") for number in range(6)]
    acts = [
        lambda user=user: create_application(listing.pk, user, PROFILE, shift_id=shift.pk)
        for user in people
    ]
    answers = at_once(*acts)
    assert sum(isinstance(answer, Application) for answer in answers) == 3
    assert sum(isinstance(answer, MoveRefused) for answer in answers) == 3
    assert list_shifts(listing).get().taken == 3


def test_the_employer_adds_and_takes_away(client, owner, listing, for_adults, make_shift, today):
    address = f"/employer/listings/{listing.pk}/shifts/"
    sign_in(client, owner)
    day = (today + datetime.timedelta(3)).isoformat()
    typed = {"name": "第一场", "day": day, "begins": "22:00", "ends": "2:00", "headcount": "2"}
    assert client.post(address, typed).status_code == 302
    assert "第一场 22:00–次日 02:00" in client.get(address).content.decode()
    for wrong, words in (
        ({}, "这一天已经有这个班次了"),
        ({"name": "加微信 abc12345"}, "这里只写班次的名字"),
        ({"day": (today - datetime.timedelta(1)).isoformat()}, "写今天起"),
        ({"ends": "22:00"}, "同一个时间"),
        ({"headcount": "0"}, "至少 1 个人"),
    ):
        answer = client.post(address, typed | wrong).content.decode()
        assert words in answer and "22:00" in answer, words
    shift = Shift.objects.get()
    make_shift_application(listing, "first", shift)
    client.post(f"{address}{shift.pk}/remove/")
    assert Shift.objects.exists(), "somebody comes"
    empty = make_shift("夜班")
    client.post(f"{address}{empty.pk}/remove/")
    assert Shift.objects.get() == shift
    stranger = sign_in(Client(), make_person("stranger"))
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"begins": "22:00", "ends": "6:00"}, "ends"),
        ({"begins": "17:00", "ends": "23:00"}, "ends"),
        ({"begins": "4:00", "ends": "9:00"}, "ends"),
        ({"name": "夜班"}, "name"),
        ({"name": "22:00-2:00"}, "name"),
    ],
)
def test_a_shift_at_night_is_refused_while_the_listing_is_open_to_minors(
    client, owner, listing, today, wrong, field
):
    address = f"/employer/listings/{listing.pk}/shifts/"
    sign_in(client, owner)
    day = (today + datetime.timedelta(3)).isoformat()
    typed = {"name": "早班", "day": day, "begins": "9:00", "ends": "22:30", "headcount": "2"}
    answer = client.post(address, typed | wrong)
    assert answer.status_code == 200 and not Shift.objects.exists()
    assert "勾上夜间" in answer.context["form"].errors[field][0]
    Listing.objects.filter(pk=listing.pk).update(term="night_shift")
    assert client.post(address, typed | wrong).status_code == 302


def test_a_shift_that_touches_the_night_is_for_anybody(client, owner, listing, today):
    day = (today + datetime.timedelta(3)).isoformat()
    typed = {"name": "晚场", "day": day, "begins": "5:30", "ends": "22:15", "headcount": "2"}
    sign_in(client, owner)
    assert client.post(f"/employer/listings/{listing.pk}/shifts/", typed).status_code == 302


def test_an_edit_that_opens_shifts_at_night_to_minors_waits(listing, for_adults, make_shift, owner):
    make_shift("夜班", begins="22:00", ends="06:00")
    make_shift("早班", ahead=3)
    listing.refresh_from_db()
    verdict = submit_edited_text(listing, owner, slots=0)
    assert (verdict.outcome, verdict.reasons[0].code) == ("queue", "night")
    assert "夜班 22:00–次日 06:00" in verdict.reasons[0].words
    Shift.objects.filter(name="夜班").update(day=timezone.localdate() - datetime.timedelta(1))
    assert submit_edited_text(listing, owner, slots=0).outcome == "publish"


def test_a_number_that_stands_in_the_names_of_three_shifts_is_seen(
    client, owner, listing, make_shift, today
):
    for name in ("早班", "晚班", "第一场"):
        make_shift(name)
    make_shift("问班次138", ahead=3)
    make_shift("1234", ahead=4)
    sign_in(client, owner)
    day = today + datetime.timedelta(5)
    typed = {"day": day.isoformat(), "begins": "9:00", "ends": "18:00", "headcount": "2"}
    answer = client.post(f"/employer/listings/{listing.pk}/shifts/", typed | {"name": "5678"})
    assert "这里只写班次的名字" in answer.content.decode()
    answer = client.post(f"/employer/listings/{listing.pk}/shifts/", typed | {"name": "尾场"})
    assert answer.status_code == 302


def test_the_list_of_the_day_follows_the_shift(listing, make_shift, employer, owner):
    shift = make_shift()
    application = make_shift_application(listing, "first", shift)
    move_application(application.pk, "accepted", owner)
    (row,) = list_day_workers(employer, shift.day)
    assert row.time == "08:00–12:00 早班"
    assert not list_day_workers(employer, shift.day + datetime.timedelta(1))


def test_of_today_only_what_has_not_begun_is_offered_and_taken(clock_at_noon, publish):
    listing, today = publish(headcount=9), timezone.localdate()
    over, later = (
        Shift.objects.create(
            listing=listing, name=name, day=today, begins=begins, ends=ends, headcount=2
        )
        for name, begins, ends in (("早班", "08:00", "11:30"), ("晚班", "18:00", "22:00"))
    )
    assert [choice.pk for choice in list_shift_choices(listing)] == [later.pk]
    with pytest.raises(MoveRefused, match="没有了"):
        make_shift_application(listing, "first", over)
    make_shift_application(listing, "second", later)
    assert list_shifts(listing).get(pk=later.pk).taken == 1


def test_an_acceptance_sends_the_day_and_hours_of_the_shift(client, listing, make_shift, owner):
    day = make_shift().day
    Listing.objects.filter(pk=listing.pk).update(
        start_date=day - datetime.timedelta(1), work_hours="9:00–18:00"
    )
    application = make_shift_application(listing, "first", Shift.objects.get())
    sign_in(client, owner)
    client.post(f"/employer/applications/{application.pk}/move/", {"to": "accepted"})
    arrival = Arrival.objects.get(application=application)
    assert (arrival.day, arrival.time) == (day, "08:00–12:00")
    seeker = sign_in_browser(application.seeker)
    page = seeker.get(f"/me/applications/{application.pk}/").content.decode()
    assert "9:00–18:00" not in page and "第一天" not in page and "早班 08:00–12:00" in page
    calendar = seeker.get(f"/me/applications/{application.pk}/calendar.ics").content.decode()
    assert "9:00–18:00" not in calendar


def test_the_day_of_a_shift_is_not_arranged_anew(
    client, listing, for_adults, make_shift, owner, today
):
    shift = make_shift("夜班", begins="22:00", ends="06:00")
    application = make_shift_application(listing, "first", shift)
    address = f"/employer/applications/{application.pk}/arrival/"
    sign_in(client, owner)
    form = client.get(address).content.decode()
    assert 'name="day"' not in form and shift.words in form and "22:00–次日 06:00" in form
    other_day = (today + datetime.timedelta(9)).isoformat()
    plan = {"day": other_day, "time": shift.hours, "place": "北门"}
    assert client.post(address, plan).status_code == 302
    assert client.post(address, plan | {"place": "南门"}).status_code == 302
    arrival = Arrival.objects.get(application=application)
    assert (arrival.day, arrival.time, arrival.place) == (shift.day, shift.hours, "南门")
