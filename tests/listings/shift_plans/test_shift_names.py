"""No number is published in the names of shifts, at once or piece by piece."""

import datetime

import pytest
from django.test import Client

from listings.listing_moves.listing_settings import ShiftRefused, add_shift, delete_shift
from listings.listing_moves.shift_names import (
    DIVIDED_NUMBER,
    NO_ACCOUNT,
    NO_NUMBER,
    find_name_fault,
    judge_shift_names,
)
from listings.models import Listing, Shift
from tests.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_listing(publish):
    return publish(title="展会检票", headcount=9)


def add_named_shift(listing, owner, name, ahead, today):
    day = today + datetime.timedelta(ahead)
    times = {"begins": datetime.time(9), "ends": datetime.time(18)}
    add_shift(listing.pk, {"name": name, "day": day, "headcount": 2} | times, owner)


@pytest.mark.parametrize(
    "name", ["13800", "138000", "早班138", "8", "am", "１３８", "1 3 8 0 0", "一三八零"]
)
def test_a_name_that_may_be_part_of_a_number_is_refused(name):
    assert find_name_fault(name) == NO_NUMBER


@pytest.mark.parametrize(
    "name",
    ["早班", "8点班", "9:00-13:00", "13：00场", "12月3日早班", "A班", "第一场", "周六18点半"],
)
def test_a_name_with_a_time_or_a_day_is_none(name):
    assert not find_name_fault(name)


@pytest.mark.parametrize("name", ["jianzhi班", "Jian zhi 6班", "ｊｉａｎｚｈｉ班", "jian_zhi班"])
def test_a_name_with_letters_enough_for_an_account_is_refused(name):
    assert find_name_fault(name) == NO_ACCOUNT


@pytest.mark.parametrize("name", ["Costa早班", "VIP场", "am早班", "A班 B班"])
def test_a_name_with_a_few_letters_is_none(name):
    assert not find_name_fault(name)


@pytest.mark.parametrize(
    "names",
    [
        ("13号班", "80号班", "07号班", "43号班", "12号班", "3号班"),
        ("早班", "一三号班", "晚班", "８0号班", "07班", "4312场", "3号班"),
        ("8点班", "13楼班", "9:00-12:00", "12月5日800班", "7412馆3班", "8号班"),
    ],
)
def test_digits_of_several_names_are_no_number_together(names):
    assert judge_shift_names(names) == DIVIDED_NUMBER


@pytest.mark.parametrize(
    "names",
    [
        [f"1月{day}日早班" for day in range(5, 31)],
        [f"{day}号早班" for day in range(1, 31)],
        [f"{number}号店早班" for number in (1, 3, 5) * 7],
        [f"第{word}场" for word in "一二三四五六七八九" * 3],
        [f"{hour}点班" for hour in range(8, 22)] * 2,
        ["13号馆早班", "14号馆早班", "15号馆早班", "16号馆早班", "17号馆早班", "18号馆早班"],
    ],
)
def test_days_halls_and_hours_are_no_number_together(names):
    assert judge_shift_names(names) == ""


def test_a_shift_that_is_named_by_a_number_is_refused_at_the_field(
    client, owner, own_listing, today
):
    sign_in(client, owner)
    day = (today + datetime.timedelta(3)).isoformat()
    typed = {"name": "13800", "day": day, "begins": "9:00", "ends": "18:00", "headcount": "2"}
    answer = client.post(f"/employer/listings/{own_listing.pk}/shifts/", typed)
    assert NO_NUMBER in answer.content.decode() and not Shift.objects.exists()


def test_no_number_is_left_by_taking_away_what_stands_between(owner, own_listing, today):
    for ahead, name in enumerate(("138班", "中间早班", "0013班", "中间午班", "8000班"), 1):
        day = today + datetime.timedelta(ahead)  # as they were taken before
        Shift.objects.create(
            listing=own_listing, name=name, day=day, begins="9:00", ends="18:00", headcount=2
        )
    with pytest.raises(ShiftRefused):
        add_named_shift(own_listing, owner, "晚班", 6, today)
    assert not Shift.objects.filter(name="晚班").exists()


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud"])
def test_of_what_was_stopped_no_shift_is_deleted(owner, own_listing, today, status):
    add_named_shift(own_listing, owner, "早班", 1, today)
    Listing.objects.filter(pk=own_listing.pk).update(status=status)
    client = sign_in(Client(), owner)
    number = own_listing.shifts.get().pk
    address = f"/employer/listings/{own_listing.pk}/shifts/{number}/remove/"
    client.post(address)
    assert own_listing.shifts.exists()
    assert not own_listing.events.filter(action="remove_shift").exists()


def test_shifts_between_the_parts_of_a_contact_stay(owner, own_listing, today, monkeypatch):
    for ahead, name in enumerate(("早班", "晚班", "午班"), 1):
        add_named_shift(own_listing, owner, name, ahead, today)
    monkeypatch.setattr(
        "listings.listing_moves.listing_settings.judge_shift_names",
        lambda names: "" if "早班" in names else "像联系方式",
    )
    with pytest.raises(ShiftRefused, match="连起来"):
        delete_shift(own_listing.pk, Shift.objects.get(name="早班").pk, owner)
    assert Shift.objects.filter(name="早班").exists()
    delete_shift(own_listing.pk, Shift.objects.get(name="午班").pk, owner)
    assert not Shift.objects.filter(name="午班").exists()
