"""Who was accepted puts the shift, or else the first day, into their own calendar."""

import datetime

import pytest
from django.utils import timezone

from listings.applications.transitions import create_application, move_application
from listings.models import Arrival, Shift
from listings.publication.transitions import move_listing
from tests.listings.seeking import PROFILE, make_seeker_user, sign_in_browser

pytestmark = pytest.mark.django_db
LINK = "加到日历"


def make_accepted_application(listing, owner, shift=None):
    application = create_application(
        listing.pk, make_seeker_user("first"), PROFILE, shift_id=shift.pk if shift else None
    )
    move_application(application.pk, "accepted", owner)
    return application


def read_lines(application, user=None):
    answer = sign_in_browser(user or application.seeker).get(
        f"/me/applications/{application.pk}/calendar.ics"
    )
    if answer.status_code != 200:
        return answer.status_code
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert lines[-1] == b"" and max(map(len, lines)) <= 75
    text = answer.content.decode().replace("\r\n ", "")
    return [line for line in text.split("\r\n") if not line.startswith("DTSTAMP")]


def test_a_shift_over_midnight_is_an_appointment_with_its_moments(publish, owner, today):
    title = "仓库夜班；分拣, 打包，要跟车装卸的长标题"
    listing = publish(
        title=title, headcount=9, address="乾州新区商业街", contact_phone="13800138000"
    )
    day = today + datetime.timedelta(3)
    shift = Shift.objects.create(
        listing=listing, name="夜班", day=day, begins="22:00", ends="06:00", headcount=2
    )
    application = make_accepted_application(listing, owner, shift)
    lines = read_lines(application)
    assert f"DTSTART:{day:%Y%m%d}T140000Z" in lines and f"DTEND:{day:%Y%m%d}T220000Z" in lines
    assert "SUMMARY:兼职：仓库夜班；分拣\\, 打包，要跟车装卸的长标题" in lines
    assert "LOCATION:吉首市 乾州新区商业街" in lines and "TRIGGER:-PT2H" in lines
    assert any(line.startswith("DESCRIPTION:单位：乾州清茗饮品店\\n谁让你先交钱") for line in lines)
    assert "13800138000" not in "".join(lines)
    page = (
        sign_in_browser(application.seeker)
        .get(f"/me/applications/{application.pk}/")
        .content.decode()
    )
    assert LINK in page
    assert read_lines(application, make_seeker_user("another")) == 404


def test_of_several_places_all_are_told_until_one_is_arranged(publish, owner, today):
    listing = publish(
        start_date=today + datetime.timedelta(2),
        address="人民路 3 号",
        further_places="凤凰县 虹桥中路 12 号\n吉首市 乾州世纪广场",
    )
    application = make_accepted_application(listing, owner)
    lines = read_lines(application)
    assert "LOCATION:吉首市 人民路 3 号等 3 处" in lines
    whole = (
        "一共 3 处，去哪一处问清楚：吉首市 人民路 3 号；凤凰县 虹桥中路 12 号；吉首市 乾州世纪广场"
    )
    assert any(whole in line for line in lines)
    Arrival.objects.filter(application=application).delete()
    Arrival.objects.create(application=application, place="乾州世纪广场北门")
    lines = read_lines(application)
    assert "LOCATION:乾州世纪广场北门" in lines and not any("一共 3 处" in line for line in lines)


def test_without_a_shift_the_first_day_as_it_was_arranged(publish, owner, today):
    listing = publish(start_date=today + datetime.timedelta(2), work_hours="14:00–20:00")
    application = create_application(listing.pk, make_seeker_user("first"), PROFILE)
    assert read_lines(application) == 404, "not accepted yet"
    move_application(application.pk, "accepted", owner)
    day = today + datetime.timedelta(4)
    Arrival.objects.update_or_create(
        application=application, defaults={"day": day, "time": "13:30", "ask_for": "小田"}
    )
    lines = read_lines(application)
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert f"DTEND;VALUE=DATE:{day + datetime.timedelta(1):%Y%m%d}" in lines
    assert any(line.startswith("DESCRIPTION:几点：13:30\\n找谁：小田\\n") for line in lines)
    move_listing(listing.pk, "held", None, "核查")
    assert read_lines(application) == 404, "nobody is sent where it may not be safe"


def test_a_day_that_is_over_is_no_appointment(publish, owner, today):
    listing = publish(
        start_date=today - datetime.timedelta(1), end_date=today + datetime.timedelta(9)
    )
    application = make_accepted_application(listing, owner)
    assert read_lines(application) == 404
    page = (
        sign_in_browser(application.seeker)
        .get(f"/me/applications/{application.pk}/")
        .content.decode()
    )
    assert LINK not in page and timezone.localdate() == today
