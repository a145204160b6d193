"""Words of the operator at the head of pages: where and when they stand, and how they are set."""

import datetime

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from cities.directory.regions import reset_region_cache
from cities.models import Region
from jobsite.announcements.shown_announcements import (
    find_next_announcement_moment,
    list_shown_numbers,
)
from jobsite.kept_pages import find_due_moment
from jobsite.models import Announcement
from tests.edit_marks import read_edit_mark

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
ADDRESS = "/admin/jobsite/announcement/"
announcement_admin = admin.site.get_model_admin(Announcement)


def make_announcement(text, place=None, start=-HOUR, end=HOUR, **fields):
    now = timezone.now()
    return Announcement.objects.create(
        text=text, place=place, starts_at=now + start, ends_at=now + end, **fields
    )


def read_head(client, address):
    html = client.get(address).content.decode()
    return html.partition('aria-label="公告"')[2].partition("</section>")[0]


def test_each_page_shows_those_of_its_place_and_of_all_that_it_lies_in(client, place):
    make_announcement("全国系统维护，今晚 23 点到 24 点不能登录。", level=Announcement.Level.CALM)
    make_announcement("湖南省暑期用工提醒。", place("hunan"), level=Announcement.Level.CARE)
    make_announcement(
        "湘西<b>假招工</b>正在打电话。", place("xiangxi"), level=3, url="/xiangxi/alerts/"
    )
    make_announcement("已经过去的。", end=-HOUR / 2)
    make_announcement("还没到的。", start=HOUR / 2)
    nation, hefei, city = (read_head(client, path) for path in ("/about/", "/hefei/", "/xiangxi/"))
    assert "今晚" in nation
    assert "暑期" not in nation
    assert "湘西" not in nation
    assert "今晚" in hefei
    assert "暑期" not in hefei
    assert city.index("&lt;b&gt;假招工") < city.index("暑期") < city.index("今晚")
    assert 'href="/xiangxi/alerts/"' in city
    assert "已经过去" not in city
    assert "还没到" not in city
    district = read_head(client, "/jishou/")
    assert "假招工" in district  # a place within the city


def test_those_of_a_place_that_was_merged_stand_where_it_belongs_now(client, place):
    make_announcement("湘西停电。", place("xiangxi"), level=3)
    for number in range(3):
        make_announcement(f"长沙第 {number} 条", place("changsha"))
    try:
        Region.objects.filter(slug="xiangxi").update(successor=place("changsha"))
        reset_region_cache()
        assert "湘西停电" in read_head(client, "/changsha/")
        assert len(list_shown_numbers()) == 3, "the fourth of one place is shown nowhere"
    finally:
        reset_region_cache()


def test_no_more_than_three_and_none_without(client):
    assert read_head(client, "/about/") == ""
    for number in range(5):
        make_announcement(f"第 {number} 条")
    assert read_head(client, "/about/").count('class="alert') == 3


def read_states(client, query=""):
    """What the list of the admin says of each now."""
    rows = client.get(f"{ADDRESS}?{query}").context["cl"].result_list
    return {row.text: announcement_admin.state(row) for row in rows}


def test_the_list_says_which_are_shown_nowhere(admin_client, client, place):
    texts = ["甲甲", "乙乙", "丙丙", "丁丁"]
    for text in reversed(texts):
        make_announcement(text)
    make_announcement("湘西急事", place("xiangxi"), level=3)
    make_announcement("吉首小事", place("jishou"), level=1, start=-2 * HOUR)
    make_announcement("湘西结束了", place("xiangxi"), level=3, end=-HOUR / 2)
    make_announcement("湘西没开始", place("xiangxi"), level=3, start=HOUR / 2)
    states = read_states(admin_client)
    waits = "没排上：一页只显示 3 条"
    heads = [read_head(client, path) for path in ("/about/", "/xiangxi/", "/jishou/")]
    for text, state in states.items():
        assert (state == "正在显示") == any(text in head for head in heads), text
    assert (states["丙丙"], states["丁丁"]) == ("正在显示", waits)
    assert (states["湘西急事"], states["吉首小事"]) == ("正在显示", waits)
    assert (states["湘西结束了"], states["湘西没开始"]) == ("已经结束", "还没到时间")
    shown = {"甲甲", "乙乙", "丙丙", "湘西急事"}
    assert {*read_states(admin_client, "in_force=now")} == shown
    assert {*read_states(admin_client, "in_force=crowded")} == {"丁丁", "吉首小事"}


def test_pages_end_when_one_begins_or_ends():
    ending = make_announcement("快结束了。", end=datetime.timedelta(minutes=5))
    assert find_next_announcement_moment() == ending.ends_at
    beginning = make_announcement("快开始了。", start=datetime.timedelta(minutes=2))
    assert find_next_announcement_moment() == beginning.starts_at
    now = timezone.now().timestamp()
    assert find_due_moment(now) <= beginning.starts_at.timestamp()


def build_announcement_form(**changed):
    now = timezone.localtime()
    return {
        "text": "周六上午维护，发布会慢几分钟。",
        "url": "",
        "level": "1",
        "place": "",
        "starts_at_0": f"{now:%Y-%m-%d}",
        "starts_at_1": "08:00:00",
        "ends_at_0": f"{now + 48 * HOUR:%Y-%m-%d}",
        "ends_at_1": "08:00:00",
        "edit_reason": "机房通知",
        "edit_seen": "",
    } | changed


def test_staff_set_one_with_a_reason_and_its_history_tells_who_and_what(admin_client):
    refused = admin_client.post(
        f"{ADDRESS}add/", build_announcement_form(edit_reason="")
    ).content.decode()
    assert "写一句为什么" in refused
    assert "周六上午维护" in refused
    bad = build_announcement_form(url="javascript:alert(1)", ends_at_0="2020-01-01")
    refused = admin_client.post(f"{ADDRESS}add/", bad).content.decode()
    assert "写 https:// 开头的" in refused
    assert "要比“从”晚" in refused
    assert admin_client.post(f"{ADDRESS}add/", build_announcement_form()).status_code == 302
    row = Announcement.objects.get()
    page = f"{ADDRESS}{row.pk}/change/"
    changed = build_announcement_form(level="3", edit_reason="推迟了", text="改到周日上午维护。")
    for _twice in range(2):
        assert admin_client.post(page, changed | read_edit_mark(row)).status_code == 302
    history = admin_client.get(page).content.decode()
    assert "推迟了" in history
    assert "级别：“普通” → “紧急”" in history
    assert "文字：“周六上午维护，发布会慢几分钟。” → “改到周日上午维护。”" in history
    assert "机房通知" in history
    entries = LogEntry.objects.filter(change_message__contains='"values"')
    assert entries.count() == 2  # the second time nothing was changed
    assert admin_client.post(f"{ADDRESS}{row.pk}/delete/").status_code == 403


def test_words_that_tempt_are_asked_about(admin_client):
    tempting = build_announcement_form(text="交 200 元押金就能上岗，名额不多。")
    asked = admin_client.post(f"{ADDRESS}add/", tempting).content.decode()
    assert not Announcement.objects.exists()
    assert "看过了还要这样写" in asked


@pytest.mark.parametrize("number", [4])
def test_the_list_asks_few_questions(admin_client, django_assert_max_num_queries, place, number):
    for _ in range(number):
        make_announcement("测试", place("xiangxi"))
    with django_assert_max_num_queries(10):
        admin_client.get(ADDRESS)
