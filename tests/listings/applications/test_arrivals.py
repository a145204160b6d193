"""With an acceptance goes when and where to come and whom to ask for."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, PublicText, User
from listings.applications.application_rows import UNSAFE
from listings.applications.arrivals import ArrivalPlan
from listings.applications.transitions import move_application
from listings.listing_moves.own_moves import move_own_listing
from listings.models import Arrival
from listings.personal_data import export
from listings.retention_rules import RULES
from safety.moderation.decisions import make_decision
from sitekit.models import TextMessage
from sitekit.templatetags.sitekit import cn_date
from tests.listings.seeking import make_seeker_user, sign_up
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(publish, today):
    listing = publish(
        work_hours="14:00–20:00",
        contact_name="田店长",
        start_date=today + datetime.timedelta(2),
        end_date=today + datetime.timedelta(20),
        contact_phone="13800138000",
    )
    return sign_up(listing, make_seeker_user())


@pytest.fixture
def desk(client, owner):
    return sign_in(client, owner)


def read_page(application):
    client = sign_in(Client(), application.seeker)
    return client.get(f"/me/applications/{application.pk}/").content.decode()


def test_one_press_sends_what_the_listing_says(desk, application, today):
    desk.post(f"/employer/applications/{application.pk}/move/", {"to": "accepted"})
    page = read_page(application)
    for words in (
        "14:00–20:00",
        "乾州新区商业街",
        "田店长",
        cn_date(today + datetime.timedelta(2)),
    ):
        assert words in page, words


def test_it_is_prefilled_changed_accepted_and_changed_again(desk, application, today):
    address = f"/employer/applications/{application.pk}/arrival/"
    form = desk.get(address).content.decode()
    assert "14:00–20:00" in form and "录用并通知对方" in form
    day = today + datetime.timedelta(3)
    plan = {"day": day.isoformat(), "time": "13:30", "place": "一楼服务台", "ask_for": "小田"}
    assert "没有“26:70”" in desk.post(address, plan | {"time": "26:70"}).content.decode()
    assert desk.post(address, plan).status_code == 302
    application.refresh_from_db()
    assert application.status == "accepted"
    page = read_page(application)
    assert all(words in page for words in ("13:30", "一楼服务台", "小田", cn_date(day)))
    for time in ("15:00", "15:00"):
        desk.post(address, plan | {"time": time})
    assert "15:00" in read_page(application)
    assert Notice.objects.filter(title__startswith="到岗安排改了").count() == 1
    assert export(application.seeker)["applications"][0]["arrival"]["place"] == "一楼服务台"


def test_who_asks_for_money_accepts_nobody_and_keeps_what_was_typed(desk, application, today):
    address = f"/employer/applications/{application.pk}/arrival/"
    plan = {"place": "带押金200元到服务台，入职先交押金200元。", "time": "13:30", "day": ""}
    page = desk.post(address, plan).content.decode()
    assert "13:30" in page and "带押金200元" in page and 'class="errors' in page
    past = (today - datetime.timedelta(1)).isoformat()
    assert "这一天已经过了" in desk.post(address, {"day": past}).content.decode()
    application.refresh_from_db()
    assert (application.status, Arrival.objects.count()) == ("applied", 0)


def test_what_waits_is_not_shown_until_a_moderator_has_read_it(desk, application, monkeypatch):
    address = f"/employer/applications/{application.pk}/arrival/"
    risky = "到了加客服，垫付刷单返利，先转账再返佣金"
    desk.post(address, {"place": risky})
    application.refresh_from_db()
    assert risky not in read_page(application)


def test_what_waits_is_said_to_both_and_told_once_approved(desk, application):
    """The employer is not told that it was told, and nobody is sent to a page that lacks it."""
    address = f"/employer/applications/{application.pk}/arrival/"
    plan = {"day": "", "time": "13:30", "place": "先交押金200元到财务", "ask_for": "小田"}
    page = desk.post(address, plan, follow=True).content.decode()
    assert "要等审核员看过，才告诉对方" in page and "也告诉了对方" not in page
    accepted = Notice.objects.get(user=application.seeker, title__startswith="录用了")
    assert "等审核员看过就告诉你" in accepted.text and "写在报名页上" not in accepted.text
    assert 'value="先交押金200元到财务"' in desk.get(address).content.decode(), (
        "it must be typed again"
    )
    page = desk.post(address, plan | {"time": "14:30"}, follow=True).content.decode()
    assert "要等审核员看过，才告诉对方" in page
    assert not Notice.objects.filter(title__startswith="到岗安排").exists()
    waiting = PublicText.objects.get(kind="arrival", status="waiting")
    make_decision("text", waiting.pk, "approved", make_moderator_user(), confirmed=True)
    notice = Notice.objects.get(user=application.seeker, title__startswith="到岗安排写好了")
    assert notice.address == f"/me/applications/{application.pk}/"
    assert "14:30" in read_page(application)


ALL_EMPTY = {"day": "", "time": "", "place": "", "ask_for": ""}


@pytest.mark.parametrize(
    ("plan", "words_of_employer", "words_of_seeker"),
    [
        ({}, "到哪里、找谁都还没有写，点“改到岗安排”补上", "找谁还没有写。问清楚再去"),
        ({"place": "北门"}, "录用了，到哪里也告诉了对方。没写的，", "你，到哪里，写在报名页上。"),
        ({"time": "9:00"}, "录用了，几点到也告诉了对方。没写的，", "你，几点到，写在报名页上。"),
        (
            {"time": "9:00", "place": "北门", "ask_for": "小田"},
            "录用了，几点到、到哪里、找谁也告诉了对方。</",
            "几点到、到哪里、找谁，写在报名页上。",
        ),
    ],
)
def test_what_was_left_empty_is_not_said_to_be_told(
    desk, application, plan, words_of_employer, words_of_seeker
):
    address = f"/employer/applications/{application.pk}/arrival/"
    page = desk.post(address, ALL_EMPTY | plan, follow=True).content.decode()
    assert words_of_employer in page
    notice = Notice.objects.get(user=application.seeker, title__startswith="录用了")
    assert words_of_seeker in notice.text
    again = desk.post(address, ALL_EMPTY | plan, follow=True).content.decode()
    assert ("没有改动" if not plan else "也告诉了对方") in again


def test_of_a_day_alone_the_day_is_said_to_be_told(desk, application, today):
    address = f"/employer/applications/{application.pk}/arrival/"
    page = desk.post(address, ALL_EMPTY | {"day": today.isoformat()}, follow=True).content.decode()
    assert "录用了，哪天到也告诉了对方。" in page


@pytest.mark.parametrize(
    "time", ["22:00–次日 6:00", "晚10-早6", "夜班", "23:00 到", "晚上11点到店"]
)
def test_hours_at_night_wait_while_the_listing_is_open_to_minors(desk, application, time):
    address = f"/employer/applications/{application.pk}/arrival/"
    page = desk.post(address, {"time": time, "place": "北门"}, follow=True).content.decode()
    assert "要等审核员看过，才告诉对方" in page and time not in read_page(application)
    waiting = PublicText.objects.get(kind="arrival", status="waiting")
    assert [reason["code"] for reason in waiting.reasons] == ["night"]
    type(application.listing).objects.filter(pk=application.listing_id).update(term="night_shift")
    desk.post(address, {"time": time, "place": "北门，找小田"})
    assert time in read_page(application)


@pytest.mark.parametrize("time", ["14:00–22:30", "6:30 到", "下午2点到", "3点到"])
def test_hours_of_the_day_are_told_at_once(desk, application, time):
    desk.post(f"/employer/applications/{application.pk}/arrival/", {"time": time})
    assert time in read_page(application)


def test_hours_of_the_listing_were_judged_with_it(desk, application):
    listings = type(application.listing).objects
    listings.filter(pk=application.listing_id).update(work_hours="17:00–23:00")
    desk.post(f"/employer/applications/{application.pk}/arrival/", {"time": "17:00–23:00"})
    assert not PublicText.objects.filter(kind="arrival").exists()


def test_a_sign_up_that_is_over_is_not_arranged_and_nobody_else_arranges(desk, application, owner):
    address = f"/employer/applications/{application.pk}/arrival/"
    stranger = sign_in(Client(), make_person("stranger"))
    assert stranger.get(address).status_code == 404
    move_application(application.pk, "declined", owner, "人已经够了")
    assert desk.get(address).status_code == 302
    desk.post(address, {"time": "9:00"})
    assert not Arrival.objects.exists()


def test_it_goes_with_the_sign_up(desk, application):
    desk.post(f"/employer/applications/{application.pk}/arrival/", {"time": "13:30"})
    rule = next(rule for rule in RULES if rule.code == "applications")
    rule.drop(type(application).objects.filter(pk=application.pk))
    assert not Arrival.objects.exists() and not PublicText.objects.filter(kind="arrival").exists()


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud"])
def test_nobody_is_sent_to_a_listing_that_was_taken_down(desk, application, owner, status):
    move_application(application.pk, "accepted", owner)
    type(application.listing).objects.filter(pk=application.listing_id).update(status=status)
    address = f"/employer/applications/{application.pk}/arrival/"
    notice_count = Notice.objects.filter(user=application.seeker).count()
    assert desk.get(address).status_code == 302
    assert desk.post(address, {"place": "北门仓库门口"}).status_code == 302
    assert not Arrival.objects.filter(application=application, place="北门仓库门口").exists()
    assert Notice.objects.filter(user=application.seeker).count() == notice_count


def test_nobody_is_sent_to_an_employer_that_is_frozen(desk, application, owner, employer):
    move_application(application.pk, "accepted", owner)
    type(employer).objects.filter(pk=employer.pk).update(status="frozen")
    desk.post(f"/employer/applications/{application.pk}/arrival/", {"place": "北门仓库门口"})
    assert not Arrival.objects.filter(application=application, place="北门仓库门口").exists()


def test_who_was_accepted_keeps_what_was_agreed_when_the_listing_is_withdrawn(
    desk, application, owner
):
    desk.post(f"/employer/applications/{application.pk}/move/", {"to": "accepted"})
    move_own_listing(application.listing_id, "withdrawn", owner)
    page = read_page(application)
    for words in ("先跟对方问清楚", "14:00–20:00", "13800138000", "加到日历", "被招聘单位撤回了"):
        assert words in page, words
    assert UNSAFE not in page and "不在了" not in page
    address = f"/employer/applications/{application.pk}/arrival/"
    desk.post(address, {"time": "15:30"})
    assert "15:30" in read_page(application)


def test_an_employer_without_a_mailbox_gets_a_text_message_when_who_was_accepted_cannot_come(
    application, owner, notice_template
):
    User.objects.filter(pk=owner.pk).update(
        email=None, phone="+8613900139011", phone_proved_at=timezone.now()
    )
    move_application(application.pk, "accepted", owner)
    TextMessage.objects.all().delete()
    move_application(application.pk, "withdrawn", application.seeker)
    assert TextMessage.objects.get().words["title"].startswith("录用的人来不了了")


def test_who_waits_is_told_that_a_withdrawn_listing_takes_nobody(application, owner):
    move_own_listing(application.listing_id, "withdrawn", owner)
    page = read_page(application)
    assert "不会再录用人了" in page and UNSAFE not in page and "等单位回复" not in page
    assert "13800138000" not in page


@pytest.mark.parametrize("status", ["frozen", "rejected"])
def test_nobody_is_sent_to_a_stopped_employer_that_withdrew_its_listing(
    desk, application, owner, employer, status
):
    move_application(application.pk, "accepted", owner)
    move_own_listing(application.listing_id, "withdrawn", owner)
    type(employer).objects.filter(pk=employer.pk).update(status=status)
    page = read_page(application)
    assert UNSAFE in page and "13800138000" not in page
    desk.post(f"/employer/applications/{application.pk}/arrival/", {"place": "北门仓库门口"})
    assert not Arrival.objects.filter(place="北门仓库门口").exists()


def test_the_place_can_be_changed_after_the_first_day(desk, application, owner, today):
    first = today - datetime.timedelta(2)
    move_application(application.pk, "accepted", owner, arrival=ArrivalPlan(day=first))
    address = f"/employer/applications/{application.pk}/arrival/"
    assert desk.post(address, {"day": str(first), "place": "北门仓库"}).status_code == 302
    arrival = Arrival.objects.get(application=application)
    assert arrival.day == first and arrival.place == "北门仓库"
    other_day = str(first + datetime.timedelta(1))
    refused = desk.post(address, {"day": other_day, "place": "南门"})
    assert "这一天已经过了" in refused.content.decode()


def test_the_seeker_never_learns_what_was_refused(desk, application):
    address = f"/employer/applications/{application.pk}/arrival/"
    desk.post(address, {"time": "13:30", "place": "先交押金200元到财务", "ask_for": "小田"})
    waiting = PublicText.objects.get(kind="arrival", status="waiting")
    make_decision("text", waiting.pk, "refused", make_moderator_user(), reason="不能收押金。")
    titles = Notice.objects.filter(title__contains="没有通过").values_list("user__email", flat=True)
    assert set(titles) == {waiting.author.email}
    seeker = sign_in(Client(), application.seeker)
    assert seeker.get(f"/appeal/text/{waiting.pk}/").status_code in (403, 404)


def test_clean_words_take_the_place_of_those_that_wait(desk, application):
    address = f"/employer/applications/{application.pk}/arrival/"
    plan = {"day": "", "time": "13:30", "place": "先交押金200元到财务", "ask_for": "小田"}
    desk.post(address, plan)
    desk.post(address, plan | {"place": "北门服务台"})
    assert not PublicText.objects.filter(kind="arrival", status="waiting").exists()
    assert "北门服务台" in read_page(application)
