"""The queue of listings: what waits, riskiest and oldest first, and who has it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from listings.models import Listing, ListingRevision, RevisionAssessment
from safety.moderation.claims import claim_case, get_claim
from safety.moderation.decisions import make_decision
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"


def list_titles(client, **query):
    return [row.title for row in client.get(QUEUE, query).context["rows"]]


def test_what_waits_is_there_and_nothing_else(client, mod, employer, publish):
    make_pending_listing(employer, title="新的")
    waiting_text(publish(title="公开的修改"))
    make_decision("listing", publish(title="暂停的").pk, "held", mod, "核实")
    publish(title="公开的")
    make_decision(
        "listing", make_pending_listing(employer, title="退回的").pk, "rejected", mod, "不行"
    )
    assert set(list_titles(client)) == {"新的", "公开的修改", "暂停的"}


def test_the_riskiest_come_first_then_who_waits_longest(client, mod, employer):
    for title, level, hours in (
        ("低，刚来", "low", 1),
        ("高，刚来", "high", 1),
        ("低，很久", "low", 90),
        ("高，很久", "high", 50),
        ("中", "medium", 3),
    ):
        case = make_pending_listing(employer, title=title, level=level)
        at = timezone.now() - timedelta(hours=hours)
        ListingRevision.objects.filter(listing=case).update(created_at=at)
    assert list_titles(client) == ["高，很久", "高，刚来", "中", "低，很久", "低，刚来"]


def test_what_a_colleague_has_can_not_be_ticked(client, mod, employer):
    mine = make_pending_listing(employer, title="自己的")
    theirs = make_pending_listing(employer, title="同事的")
    claim_case("listing", mine.pk, mod)
    claim_case("listing", theirs.pk, make_moderator_user("second"))
    page = client.get(QUEUE).content.decode()
    assert "选中「自己的」" in page and "选中「同事的」" not in page
    assert page.count("is-taken") == 1


def test_from_a_day_on_the_wait_is_marked(client, mod, employer):
    for title, hours in (("刚来", 23), ("很久", 25)):
        case = make_pending_listing(employer, title=title)
        at = timezone.now() - timedelta(hours=hours)
        ListingRevision.objects.filter(listing=case).update(created_at=at)
    page = client.get(QUEUE).content.decode()
    assert page.count("waits-long") == 1
    assert [row.waits_long for row in client.get(QUEUE).context["rows"]] == [True, False]


def test_a_row_says_why_it_is_here_and_who_has_it(client, mod, employer):
    case = make_pending_listing(
        employer, title="<b>传单</b>", level="high", reasons=["写了要交押金。"]
    )
    claim_case("listing", case.pk, make_moderator_user("second"))
    page = client.get(QUEUE).content.decode()
    assert "&lt;b&gt;传单&lt;/b&gt;" in page and "<b>传单" not in page
    assert '<meta name="robots" content="noindex">' in page
    for words in ("风险高", "90 分", "写了要交押金。", "second 在看", "已认证", employer.name):
        assert words in page
    assert reverse("desk:listing_take", args=[case.pk]) not in page


def test_the_risk_is_that_of_the_text_and_what_a_photo_says_stands_beside_it(client, mod, employer):
    def of_photo(code):
        return {"code": code, "field": "photo:7", "start": 0, "end": 4, "reason": f"理由 {code}"}

    codes = "contact_evasion.wechat", "rule.brushing_rebate.advance", "rule.brushing_rebate.named"
    case = make_pending_listing(employer, signals=[of_photo(code) for code in codes])
    plain = make_pending_listing(employer, title="没有照片的")
    row = RevisionAssessment.objects.get(revision__listing=case)
    row.reasons = [{"code": "photo_code", "words": "第 1 张照片里有二维码，审核员要先看过。"}]
    row.save()
    beside = '照片里：<b class="danger">刷单返利</b>、<b>留微信</b>、<b>二维码</b></span>'  # the grave first
    page = client.get(QUEUE).content.decode()
    assert page.count("风险低，文字 5 分") == 2 and page.count("照片里：") == 1 and beside in page
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert "文字风险低，5 分" in page and beside in page
    page = client.get(reverse("desk:listing", args=[plain.pk])).content.decode()
    assert "文字风险低，5 分" in page and "照片里：" not in page


def test_a_held_listing_is_not_said_to_have_a_text_of_higher_risk(client, mod, publish):
    held = publish(title="暂停的")
    RevisionAssessment.objects.create(
        revision=held.revisions.first(),
        engine="test",
        score=0,
        level="low",
        outcome="publish",
        reasons=[],
        signals=[],
    )
    Listing.objects.filter(pk=held.pk).update(status="held")
    page = client.get(QUEUE).content.decode()
    assert 'class="band-2"' in page and '<span class="risk">风险中，文字 0 分</span>' in page


def test_a_row_shows_what_the_text_that_waits_would_pay(client, mod, employer, publish):
    make_pending_listing(employer, title="新的", pay_min=18, pay_max=20, pay_unit="hour")
    waiting_text(
        publish(title="改的", pay_min=20, pay_max=20), pay_min=300, pay_max=300, pay_unit="day"
    )
    page = client.get(QUEUE).content.decode()
    assert re.findall(r'class="row-pay">([^<]+)<', page) == ["18–20 元/小时", "300 元/天"]


def test_what_is_known_besides_stands_under_the_text_and_a_note_is_announced(client, mod, employer):
    case = make_pending_listing(employer)
    address = reverse("desk:listing", args=[case.pk])
    assert "先看看" not in client.get(address).content.decode()
    client.post(reverse("desk:listing_note", args=[case.pk]), {"words": "打过电话"})
    page = client.get(address).content.decode()
    assert '<a href="#notes">备注 1</a>' in page
    assert page.index('class="case-text"') < page.index('class="case-side"') < page.index("发布方")
    assert page.index('class="case-facts"') < page.index("发布方")


def test_an_empty_queue_says_so(client, mod):
    assert "没有待审的兼职" in client.get(QUEUE).content.decode()


def test_the_next_case_is_the_first_that_is_free_and_is_then_in_hand(client, mod, employer):
    first = make_pending_listing(employer, level="high")
    second = make_pending_listing(employer, level="medium")
    claim_case("listing", first.pk, make_moderator_user("second"))
    answer = client.post(reverse("desk:listings_next"))
    assert answer.url == reverse("desk:listing", args=[second.pk])
    assert get_claim("listing", second.pk).moderator == mod


def test_without_another_case_one_is_led_to_the_queue(client, mod):
    answer = client.post(reverse("desk:listings_next"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("desk:listings")
    assert "都处理完了" in answer.content.decode()


def test_many_rows_take_fifteen_queries(client, mod, employer, publish, django_assert_num_queries):
    for number in range(4):
        other = make_employer(f"店{number}")
        case = make_pending_listing(other, title=f"活 {number}", reasons=["因为"])
        claim_case("listing", case.pk, make_moderator_user(f"m{number}"))
        waiting_text(publish(title=f"公开 {number}"))
        make_decision("listing", publish().pk, "held", make_moderator_user(f"n{number}"), "核实")
    client.get(QUEUE)  # places are remembered from here on
    # session, user, second factor, own permissions, those of groups, own filter, what is put aside, own employers,
    # rows with all about them, marks of what others wrote, notes, what passes the filter, canned reasons, counts of
    # the queues
    with django_assert_num_queries(15):
        rows = client.get(QUEUE).context["rows"]
    assert len(rows) == 12


def test_a_page_holds_fifty_and_says_that_there_are_more(client, mod, employer):
    for number in range(51):
        make_pending_listing(employer, title=f"活 {number}")
    answer = client.get(QUEUE)
    assert len(answer.context["rows"]) == 50 and "最急的 50 件" in answer.content.decode()


@pytest.mark.parametrize("address", ["/admin/desk/", QUEUE, "/admin/desk/employers/"])
def test_staff_who_are_no_moderators_are_refused(client, address):
    sign_in(client, make_person("staff", is_staff=True))
    assert client.get(address).status_code == 403


def test_staff_who_are_no_moderators_change_nothing(client, employer):
    case = make_pending_listing(employer)
    sign_in(client, make_person("staff", is_staff=True))
    for name in ("listing_take", "listing_decide", "listing_release"):
        address = reverse(f"desk:{name}", args=[case.pk])
        assert client.post(address, {"action": "published"}).status_code == 403
    assert Listing.objects.get(pk=case.pk).status == "pending"


@pytest.mark.parametrize("name", ["listing", "employer"])
def test_nothing_is_changed_by_get(client, mod, employer, name):
    pk = make_pending_listing(employer).pk if name == "listing" else employer.pk
    for act in ("take", "release", "decide"):
        assert client.get(reverse(f"desk:{name}_{act}", args=[pk])).status_code == 405
    for address in ("listings_next", "employers_next", "listings_bulk"):
        assert client.get(reverse(f"desk:{address}")).status_code == 405
    client.get(reverse(f"desk:{name}", args=[pk]))
    assert get_claim(name, pk) is None
