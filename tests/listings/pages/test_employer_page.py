"""The public page of an employer, and what its status does to its listings on every page."""

import datetime
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Employer
from listings.models import Listing
from listings.pages import employer_views
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from listings.publication.transitions import (
    LISTING_STATE_MACHINE,
    move_listing,
    restore_listing,
    undo_listing_event,
)
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db


def page_of(client, employer):
    return client.get(f"/employers/{employer.pk}/")


def test_it_says_what_was_checked_when_and_how_and_what_was_not(client, employer, publish):
    publish(title="周末派发")
    page = page_of(client, employer)
    html = read_body(page)
    for sentence in (
        "营业执照与名称一致",
        "手机是本人接听",
        "未实地看过",
        "周末派发",
        employer.name,
    ):
        assert sentence in html, sentence
    for check in employer.checks.all():
        assert check.method in html
        assert f"{check.checked_on:%Y-%m-%d}" in html
        assert f"到 {check.expires_on:%Y-%m-%d}" in html
    assert f"{employer.created_at:%Y} 年" in html
    assert f'<link rel="canonical" href="http://testserver/employers/{employer.pk}/">' in html
    assert "noindex" not in html


def test_a_check_that_has_run_out_is_not_claimed(client, employer, today):
    employer.checks.filter(kind="licence").update(expires_on=today - datetime.timedelta(days=1))
    html = read_body(page_of(client, employer))
    assert "营业执照与名称一致" not in html
    assert "营业执照核对过，已经过期" in html
    employer.checks.filter(kind="licence").delete()
    assert "未核对营业执照" in read_body(page_of(client, employer))


def test_what_is_past_or_never_was_public_is_not_offered(client, employer, publish, today):
    publish(title="过期的派发")
    yesterday = today - datetime.timedelta(days=1)
    Listing.objects.update(valid_through=yesterday)
    make_listing(employer=employer, title="草稿里的派发", status="draft")
    publish(title="别家的派发", by=make_employer())
    html = read_body(page_of(client, employer))
    assert "的派发" not in html and "现在没有在招的兼职" in html


def test_nothing_private_is_on_it(client, employer):
    Employer.objects.update(
        licence_code="92433101MA0000001N", contact_name="田某", contact_phone="+8613800000031"
    )
    html = read_body(page_of(client, employer))
    for private in ("92433101MA0000001N", "田某", "13800000031", "138 0000 0031"):
        assert private not in html


def test_it_is_the_same_for_every_visitor_and_a_members_is_kept_by_nobody(client, employer):
    html = read_body(page_of(client, employer))
    assert read_body(page_of(Client(), employer)) == html and "csrfmiddlewaretoken" not in html
    assert page_of(client, employer).cookies == {}
    of_member = page_of(sign_in(Client(), make_person("seeker")), employer)
    assert "no-store" in of_member["Cache-Control"] and "private" in of_member["Cache-Control"]
    form = read_body(of_member).split('id="own-employer"')[1].split("</form>")[0]
    assert read_body(of_member).replace(form, "") != html and "不再看这家单位" in form


@pytest.mark.parametrize("status", ["unverified", "pending", "rejected", "banned"])
def test_who_was_never_verified_has_no_page(client, status):
    employer = make_employer(status=status)
    Employer.objects.filter(pk=employer.pk).update(recheck_due=None)
    assert page_of(client, employer).status_code == 404


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        ("lapsed", 200, "等复核"),
        ("pending", 200, "正在复核"),
        ("frozen", 200, "正在核实"),
        ("rejected", 200, "没有通过核对"),
        ("banned", 410, "黑名单"),
    ],
)
def test_who_was_verified_once_keeps_a_page_with_plain_words(client, status, code, message, today):
    employer = make_employer("某家店", status=status, recheck_due=today, intro="很好的店")
    page = page_of(client, employer)
    html = read_body(page)
    assert page.status_code == code
    assert message in html and "noindex" in html
    assert "很好的店" not in html and "<h2>现在招的</h2>" not in html
    assert ("某家店" in html) == (code == 200)


def test_an_overdue_one_is_lapsed_by_the_clock(client, publish, employer, today):
    publish(title="周末派发")
    Employer.objects.update(recheck_due=today - datetime.timedelta(days=1))
    html = read_body(page_of(client, employer))
    assert "等复核" in html and "周末派发" not in html


def test_its_words_are_escaped(client):
    evil = '</script><script>alert("x")</script>'
    employer = make_employer(f"店{evil}", intro=evil)
    html = read_body(page_of(client, employer))
    assert "<script>alert" not in html
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(data)["name"] == f"店{evil}"


def test_people_are_not_for_search_engines(client):
    employer = make_employer("田示例", kind="person", checks="IP")
    html = read_body(page_of(client, employer))
    assert "身份证与本人一致" in html and "noindex" in html and "ld+json" not in html
    assert f"/employers/{employer.pk}/" not in read_body(client.get("/sitemap-employers.xml"))


@pytest.mark.parametrize("count", [1, 22])
def test_queries_stay_the_same(client, employer, publish, count, django_assert_num_queries):
    for number in range(count):
        make_rating(publish(title=f"派发 {number}"), make_person(f"seeker{number}"))
    # employer, checks, listings with cards, ratings counted, latest ratings, removals, operator
    with django_assert_num_queries(7):
        page_of(client, employer)


def make_rating(listing, seeker):
    application = listing.applications.create(seeker=seeker, status="done")
    answers = {"as_described": True, "on_time": True, "again": True, "words": "按时给钱"}
    old = timezone.now() - datetime.timedelta(days=30)
    application.ratings.create(by="seeker", author=seeker, created_at=old, **answers)


def test_more_than_a_page_goes_on(client, employer, publish, monkeypatch):
    monkeypatch.setattr(employer_views, "EMPLOYER_LISTINGS_PAGE_SIZE", 2)
    for number in range(4):
        publish(title=f"派发第{number}号")
    first = read_body(page_of(client, employer))
    following = re.search(r'rel="next" href="(\?after=[^"]+)"', first)[1]
    second = read_body(client.get(f"/employers/{employer.pk}/{following}"))
    assert second.count('class="job"') == 2
    assert not set(re.findall(r"派发第\d+号", first)) & set(re.findall(r"派发第\d+号", second))
    assert client.get(f"/employers/{employer.pk}/?after=x").status_code == 200


def test_a_listing_leads_to_it(client, publish, employer):
    html = read_body(client.get(publish().get_absolute_url()))
    assert f'href="/employers/{employer.pk}/"' in html


# What of it was removed.


def remove_listing_on_day(listing, to, fraud_type="", at="2026-03-05"):
    event = move_listing(listing.pk, to, None, "秘密的原因", fraud_type).last_event
    day = timezone.make_aware(datetime.datetime.fromisoformat(at))
    type(event).objects.filter(pk=event.pk).update(created_at=day)
    return event


def removals_on(client, employer):
    return read_body(page_of(client, employer)).split("被我们下架的")[1].split("</section>")[0]


def test_what_was_removed_is_told_by_reason_and_since_when(client, employer, publish):
    rows = [publish(at=build_month_date(2025, 7), title=f"藏起来{number}") for number in range(5)]
    remove_listing_on_day(rows[0], "removed_fraud", "brushing_rebate")
    remove_listing_on_day(rows[1], "removed_fraud", "brushing_rebate", "2026-02-03")
    remove_listing_on_day(rows[2], "removed_fraud", "upfront_fee")
    remove_listing_on_day(rows[3], "removed", at="2026-04-01")
    html = removals_on(client, employer)
    for fact in (
        "2025 年 7 月以来公开过 5 条兼职，其中",
        '<span class="bad">因涉诈下架 3 条</span>', "刷单返利 2 条、", "2026-02-03 起",
        '<span class="warn">因违规下架 1 条</span>', "2026-04-01 起", "别处的看不到",
    ):  # fmt: skip
        assert fact in html, fact
    assert "藏起来" not in html and "秘密的原因" not in html


def build_month_date(year, month):
    return datetime.datetime(year, month, 2, tzinfo=datetime.UTC)


def test_an_employer_without_removals_is_told_so_with_what_it_published(client, employer, publish):
    assert "没有。它还没有公开过兼职" in removals_on(client, employer)
    publish(at=build_month_date(2025, 7))
    ended = publish(at=build_month_date(2025, 8))
    move_listing(ended.pk, "withdrawn", None)
    remove_listing_on_day(publish(by=make_employer()), "removed")
    make_listing(employer=employer, status="rejected")
    html = removals_on(client, employer)
    assert '<span class="ok">没有</span>' in html and "别处的看不到" in html
    assert "2025 年 7 月以来公开过 2 条兼职，没有一条被下架。" in html


def test_it_leads_to_the_checker_and_says_where_to_report(client, employer, publish):
    words = "打开它的那条兼职，点“举报这条兼职”"
    html = removals_on(client, employer)
    assert 'href="/check/"' in html and words not in html, "it has no listing to open"
    listing = publish()
    assert words in removals_on(client, employer)
    assert ">举报这条兼职</a>" in read_body(client.get(listing.get_absolute_url()))


def test_a_removal_undone_or_reversed_on_appeal_does_not_count(client, employer, publish):
    undone, reversed_one = publish(), publish()
    undo_listing_event(remove_listing_on_day(undone, "removed").pk, None)
    remove_listing_on_day(reversed_one, "removed_fraud", "brushing_rebate")
    assert "因涉诈下架 1 条" in removals_on(client, employer)
    restore_listing(reversed_one.pk, None, "申诉成立")
    assert "没有一条被下架" in removals_on(client, employer)
    remove_listing_on_day(reversed_one, "removed_fraud", "upfront_fee", "2026-06-07")
    assert "2026-06-07 起" in removals_on(client, employer), "not the one that was reversed"


def test_a_fraud_found_before_anybody_could_see_it_is_told_too(client, employer, publish):
    """Its page said with a tick that none was removed."""
    publish(at=build_month_date(2025, 7))
    waiting = make_listing(employer=employer, status="pending", title="藏起来")
    remove_listing_on_day(waiting, "removed_fraud", "brushing_rebate")
    html = removals_on(client, employer)
    assert (
        '<span class="ok">' not in html
        and "2025 年 7 月以来公开过 1 条兼职，没有一条被下架" in html
    )
    assert '<span class="bad">没公开就查出涉诈 1 条</span>' in html and "刷单返利 1 条。" in html
    page = read_body(page_of(client, employer))
    assert "的兼职没公开就被查出：" in page and "藏起来" not in page
    assert "这家单位有兼职被查出涉诈" in page and "因涉诈下架" not in page
    assert waiting.get_absolute_url() not in page, "nothing stands there"
    restore_listing(waiting.pk, None, "申诉成立")
    assert "没公开就" not in removals_on(client, employer)


def test_removals_of_an_employer_whose_listings_are_held_back_are_told(client, employer, publish):
    remove_listing_on_day(publish(), "removed_fraud", "brushing_rebate")
    Employer.objects.update(status="frozen")
    assert "因涉诈下架 1 条" in removals_on(client, employer)


# What the status does to its listings, looked at through the pages.

SHOWN = (
    "/",
    "/xiangxi/",
    "/xiangxi/jobs/",
    "/jobs/",
    "/xiangxi/jobs/?q=派发",
    "/sitemap-listings.xml",
)


def where_it_shows(client, listing):
    address = listing.get_absolute_url()
    return [page for page in SHOWN if address in read_body(client.get(page))]


@pytest.mark.parametrize("status", ["frozen", "banned", "lapsed", "rejected"])
def test_its_listings_leave_and_come_back_at_once(client, publish, employer, status, today):
    listing, other = publish(title="周末派发"), make_listing(title="另一家的派发")
    assert where_it_shows(client, listing) == list(SHOWN)
    if status == "rejected":
        move_employer_by_steps(employer, "lapsed", "pending", "rejected")
    else:
        move_employer_by_steps(employer, status)
    assert where_it_shows(client, listing) == []
    assert where_it_shows(client, other) == list(SHOWN), "those of others stay"
    html = read_body(client.get(listing.get_absolute_url()))
    assert ("能连续站立四小时" in html) == (status == "lapsed")
    assert f"/employers/{employer.pk}/" not in read_body(client.get("/sitemap-employers.xml"))
    if status == "frozen":
        restore_employer_with_listings(employer.pk, None)
    else:
        move_employer_by_steps(employer, "pending", "verified")
    assert where_it_shows(client, listing) == list(SHOWN)


def move_employer_by_steps(employer, *steps):
    for to in steps:
        move_employer_with_listings(employer.pk, to, None, "因为")


def test_what_is_done_to_a_removed_listing_later_is_no_removal(client, employer, publish):
    listing = publish()
    remove_listing_on_day(listing, "removed_fraud", "upfront_fee")
    listing.refresh_from_db()
    LISTING_STATE_MACHINE.record_event(
        listing, listing.status, actor=None, action="remove_shift", reason="早班"
    )
    assert "2026-03-05 起" in removals_on(client, employer)


def test_beside_what_was_not_checked_before_a_fraud_stands_no_no(client, employer, publish):
    remove_listing_on_day(publish(), "removed_fraud", "brushing_rebate")
    Employer.objects.update(status="frozen")
    table = (
        read_body(page_of(client, employer)).split("查出涉诈以前查过什么")[1].split("</table>")[0]
    )
    days = re.findall(r"<td>([^<]*)</td>", table)
    assert "—" in days and "没有" not in days
