"""The queue of reports at the moderators' desk, and its cases; what it has in common with that of appeals."""

import re
import time
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from accounts.models import Notice, User
from safety.case_queues.queue_filters import NO_FILTER
from safety.casework.report_case import ReportCase
from safety.casework.report_sources import describe_report_source, describe_sources
from safety.models import Decision, Report
from safety.models.reports import OTHERS_SHOWN
from safety.moderation.claims import claim_case, get_claim, release_claim
from safety.moderation.decisions import make_decision
from safety.reports.submission import hash_reporter, submit_report
from tests.articles import make_alert
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.appealing import make_appeal
from tests.safety.desk_queues import (
    APPEALS,
    REPORTS,
    in_order,
    move_listing_to_held,
    post_case_decision,
    read_body,
    reload_row,
)
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db


def make_report(listing, mark="a", *marks, reason="fake_info", **more):
    return submit_report(listing=listing, reason=reason, marks=[mark, *marks], **more)


def test_what_visitors_had_held_is_first_then_by_the_clock(desk, publish):
    late, soon, held = publish(title="慢的"), publish(title="急的"), publish(title="收起来的")
    a = make_report(late, reason="fake_info")
    b = make_report(soon, reason="minors")
    c = make_report(held, "x", reason="asked_fee")
    make_report(held, "y", reason="brushing")
    Report.objects.filter(listing=held).update(due_at=timezone.now() + timedelta(days=9))
    page = read_body(desk.get(REPORTS))
    assert in_order(page) == [c.pk, b.pk, a.pk]
    assert list(ReportCase().list_waiting(None)) == [c.pk, c.pk + 1, b.pk, a.pk]
    assert "已因举报暂停" in page and "2 个举报" in page


def test_what_a_moderator_held_is_not_said_to_be_held_by_reports(desk, first, publish):
    listing = publish()
    row = make_report(listing, "x", reason="asked_fee")
    move_listing_to_held(listing, first)
    assert "已因举报暂停" not in read_body(desk.get(REPORTS))
    make_report(listing, "y", reason="asked_fee")
    assert "已因举报暂停" not in read_body(desk.get(REPORTS))
    page = read_body(desk.get(f"{REPORTS}{row.pk}/"))
    assert "有 2 个人分别举报对方要钱" in page and "自动暂停" not in page


def test_what_is_decided_while_the_queue_is_drawn_is_left_out(first, publish):
    make_report(publish(title="早处理的"))
    waiting = make_report(publish(title="还等着的"))
    groups = list(ReportCase().list_queue_rows(NO_FILTER))
    Report.objects.exclude(pk=waiting.pk).update(status="dismissed")
    rows = ReportCase().attach_queue_display(groups, first)
    assert [row.first for row in rows] == [waiting]


def test_reports_on_one_thing_are_one_row(desk, publish):
    listing, article = publish(title="同一条"), make_alert("一篇文章")
    for mark in "abc":
        make_report(listing, mark)
    submit_report(article=article, reason="fake_info", marks=["a"])
    page = read_body(desk.get(REPORTS))
    assert len(in_order(page)) == 2
    assert "3 个举报" in page and "一篇文章" in page and "职位或待遇不实（3 个）" in page


def test_the_row_leads_back_to_the_report_in_hand(desk, first, second, publish):
    listing = publish(title="同一条")
    rows = [make_report(listing, mark) for mark in "abc"]
    claim_case("report", rows[0].pk, second)
    claim_case("report", rows[1].pk, first)
    page = read_body(desk.get(REPORTS))
    assert f"{REPORTS}{rows[1].pk}/take/" in page and "继续审核" in page
    assert f"{REPORTS}{rows[0].pk}/take/" not in page


def test_overdue_is_said_in_words(desk, publish, monkeypatch):
    row = make_report(publish(), reason="minors")
    assert "已超时" not in read_body(desk.get(REPORTS))
    Report.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert "已超时" in read_body(desk.get(REPORTS))
    assert "已超时" in read_body(desk.get(f"{REPORTS}{row.pk}/"))


def test_the_queue_costs_the_same_for_many(desk, publish, django_assert_num_queries):
    def fill(many):
        for n in range(many):
            make_report(publish(title=f"活 {n}"), f"mark {n}")
            submit_report(article=make_alert(f"文 {many} {n}"), reason="illegal", marks=["a"])

    fill(2)
    desk.get(REPORTS)
    # session, person, second factor, permissions of the person and of groups, what was reported,
    # the listings, the articles, the reports, who has them in hand, the counts of the desk
    with django_assert_num_queries(17) as few:
        desk.get(REPORTS)
    fill(4)
    with django_assert_num_queries(len(few)):
        desk.get(REPORTS)


def test_a_case_shows_what_is_needed_and_not_who_it_was(desk, publish, employer):
    listing = publish(title="周末传单派发")
    seeker = make_person("secret-seeker")
    row = make_report(listing, words="要我交 <b>200</b> 元", user=seeker)
    make_report(listing, "b", reason="brushing", words="别人说的", email="other@example.com")
    page = read_body(desk.get(f"{REPORTS}{row.pk}/"))
    for shown in ("周末传单派发", "要我交 &lt;b&gt;200", "别人说的", "刷单垫付", employer.name):
        assert shown in page
    assert f"/admin/desk/listings/{listing.pk}/" in page
    for hidden in ("secret-seeker", "other@example.com"):
        assert hidden not in page


def test_a_source_has_a_name_and_a_record_and_nobody_can_tell_who_it_is(desk, publish):
    listing, elsewhere = publish(title="甲"), publish(title="乙")
    marks = hash_reporter(device="d", network="203.0.113.7")
    row = make_report(listing, *marks, range_mark="r")
    for outcome, mark in (("upheld", marks[0]), ("dismissed", marks[1]), ("dismissed", "x")):
        other = make_report(elsewhere, mark, words=outcome)
        Report.objects.filter(pk=other.pk).update(status=outcome)
    make_report(listing, marks[0], words="再说一次")
    make_report(listing, "y", range_mark="r", user=make_person("secret-seeker"))
    first, second, other = describe_sources(list(listing.reports.order_by("pk")))
    assert first.source is second.source and first.source.name != other.source.name
    assert first.source.record == "举报过 4 次（2 个对象）：已收到 2、属实 1、不成立 1"
    assert first.source.on_item == 2 and first.source.neighbours == [other.source.name]
    assert (first.kind, other.kind) == ("没有登录", "账号，手机没验证，刚注册")
    again = describe_sources(list(elsewhere.reports.order_by("pk")[:1]))
    assert again[0].source.name == first.source.name, "the same on every listing"
    for address in (f"{REPORTS}{row.pk}/", f"/admin/desk/listings/{listing.pk}/"):
        page = read_body(desk.get(address))
        assert page.count(first.source.name) >= 2 and first.source.record in page
        assert "同一网段" in page and "在这里举报了 2 次" in page
        for hidden in ("secret-seeker", "203.0.113", marks[0][:8]):
            assert hidden not in page


def test_reports_on_an_article_have_sources_too(desk):
    article = make_alert("一篇文章")
    rows = [
        submit_report(article=article, reason="illegal", words=text, marks=["a"], range_mark="r")
        for text in ("第一次", "第二次")
    ]
    page = read_body(desk.get(f"{REPORTS}{rows[0].pk}/"))
    assert page.count(describe_report_source(["a"])) == 2 and "举报过 2 次（1 个对象）" in page


def test_the_name_of_a_source_cannot_be_computed_from_its_network(settings):
    mark = hash_reporter(network="203.0.113.7")
    name = describe_report_source(mark)
    settings.SECRET_KEY = "another-key-of-fifty-letters-for-a-moment-only-0123"
    assert describe_report_source(hash_reporter(network="203.0.113.7")) != name


def test_the_case_costs_the_same_for_many_sources(desk, publish, django_assert_num_queries):
    listing = publish()
    rows = [make_report(listing, f"mark {n}", range_mark="r") for n in range(2)]
    desk.get(f"{REPORTS}{rows[0].pk}/")
    with CaptureQueriesContext(connection) as few:
        desk.get(f"{REPORTS}{rows[0].pk}/")
    for n in range(2, 7):
        make_report(listing, f"mark {n}", range_mark="r")
    with django_assert_num_queries(len(few)):
        desk.get(f"{REPORTS}{rows[0].pk}/")


def test_taken_into_review_and_upheld(desk, first, publish, monkeypatch):
    seeker = make_person("seeker")
    row = make_report(publish(), user=seeker)
    desk.post(f"{REPORTS}{row.pk}/review/")
    assert reload_row(row).status == "in_review"
    assert get_claim("report", row.pk).moderator == first
    response = post_case_decision(desk, row, "upheld")
    assert response.status_code == 302
    done = reload_row(row)
    assert (done.status, done.outcome) == ("upheld", "看过聊天记录，属实")
    decision = Decision.objects.get()
    assert (decision.kind, decision.number, decision.action) == ("report", row.pk, "upheld")
    assert reload_row(row.listing).status == "published", "its own case decides of the listing"
    assert not list_visible_notices(seeker).exists()
    advance_clock(monkeypatch, timedelta(seconds=66))
    assert list_visible_notices(seeker).count() == 1


def test_a_decision_without_words_is_asked_again(desk, publish):
    row = make_report(publish())
    response = post_case_decision(desk, row, "dismissed", reason=" ")
    assert response.status_code == 422 and "请写明原因" in response.content.decode()
    assert reload_row(row).status == "received"


@pytest.mark.parametrize("action", ["published", "received", "", "nonsense"])
def test_no_other_action_is_taken(desk, publish, action):
    row = make_report(publish())
    assert post_case_decision(desk, row, action).status_code == 422
    assert reload_row(row).status == "received" and not Decision.objects.exists()


def test_the_others_that_were_seen_with_it_go_the_same_way(desk, first, publish):
    listing = publish()
    rows = [make_report(listing, mark) for mark in "abc"]
    page = read_body(desk.post(f"{REPORTS}{rows[0].pk}/take/", follow=True))
    assert "另外 2 个" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    later = make_report(listing, "d")
    post_case_decision(desk, rows[0], "dismissed", also="on", seen=seen)
    assert {reload_row(row).status for row in rows} == {"dismissed"}
    assert reload_row(later).status == "received", "nobody has read it yet"
    decision = Decision.objects.get()
    desk.post(f"/admin/desk/undo/{decision.pk}/")
    assert {reload_row(row).status for row in rows} == {"received"}


def test_those_that_the_page_did_not_show_stay_open(desk, publish):
    listing = publish()
    rows = [make_report(listing, f"mark {number}") for number in range(OTHERS_SHOWN + 3)]
    shown = [rows[0], *rows[-OTHERS_SHOWN:]]
    page = read_body(desk.post(f"{REPORTS}{rows[0].pk}/take/", follow=True))
    assert f"另外 {OTHERS_SHOWN} 个" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    later = make_report(listing, "later")
    post_case_decision(desk, rows[0], "dismissed", also="on", seen=seen)
    decided = Report.objects.filter(status="dismissed")
    assert set(decided) == set(shown) and later not in decided


def test_what_a_colleague_has_in_hand_does_not_go_along(desk, second, publish):
    rows = [make_report(publish(title="同一条"), "a")]
    rows.append(make_report(rows[0].listing, "b"))
    claim_case("report", rows[1].pk, second)
    data = {"also": "on", "seen": f"received.{rows[1].pk}"}
    answer = post_case_decision(desk, rows[0], "dismissed", **data)
    assert answer.status_code == 409
    assert "另一个举报由second-moderator在处理" in answer.content.decode()
    assert {reload_row(row).status for row in rows} == {"received"}
    assert get_claim("report", rows[1].pk).moderator == second
    post_case_decision(desk, rows[0], "dismissed", seen=data["seen"])
    assert [reload_row(row).status for row in rows] == ["dismissed", "received"]


def test_without_the_tick_the_others_stay(desk, publish):
    listing = publish()
    first, other = make_report(listing, "a"), make_report(listing, "b")
    post_case_decision(desk, first, "dismissed", seen=f"received.{other.pk}")
    assert (reload_row(first).status, reload_row(other).status) == ("dismissed", "received")


def test_what_is_undone_within_the_minute_is_never_told(desk, publish, monkeypatch):
    row = make_report(publish(), user=make_person("seeker"))
    post_case_decision(desk, row, "upheld")
    desk.post(f"/admin/desk/undo/{Decision.objects.get().pk}/")
    assert reload_row(row).status == "received"
    advance_clock(monkeypatch, timedelta(minutes=5))
    assert not Notice.objects.exists()


def test_two_moderators_never_decide_the_same_report(desk, second, publish):
    row = make_report(publish())
    other = sign_in(Client(), second)
    other.post(f"{REPORTS}{row.pk}/take/")
    page = read_body(desk.get(f"{REPORTS}{row.pk}/"))
    assert "second-moderator" in page and 'name="action"' not in page
    refused = post_case_decision(desk, row, "upheld")
    assert refused.status_code == 409 and reload_row(row).status == "received"
    assert post_case_decision(other, row, "dismissed").status_code == 302
    again = post_case_decision(desk, row, "upheld", seen=f"received.{row.pk}")
    assert again.status_code == 409 and reload_row(row).status == "dismissed"


def test_a_canned_reason_is_filled_in_without_script(desk, publish):
    from safety.models import CannedReason

    CannedReason.objects.create(
        code="r", kind="report", action="upheld", label="查实", text="「{title}」查实了。"
    )
    row = make_report(publish(title="周末传单派发"))
    desk.post(f"{REPORTS}{row.pk}/take/")
    page = read_body(desk.post(f"{REPORTS}{row.pk}/decide/", {"fill": "1", "canned": "r"}))
    assert "「周末传单派发」查实了。</textarea>" in page


def test_after_the_last_one_the_queue_says_that_it_is_empty(desk, publish):
    row = make_report(publish())
    assert post_case_decision(desk, row, "upheld").url == REPORTS
    page = read_body(desk.get(REPORTS))
    assert "没有待处理的举报" in page and "都处理完了" in page
    assert f"/admin/desk/undo/{Decision.objects.get().pk}/" in page


@pytest.mark.parametrize("path", [REPORTS, APPEALS])
def test_the_desk_is_for_moderators(client, publish, path):
    make_report(publish())
    assert client.get(path).status_code == 302
    sign_in(client, make_person("seeker"))
    assert client.get(path).status_code == 302
    clerk = sign_in(Client(), make_person("clerk", is_staff=True))
    assert clerk.get(path).status_code == 403


@pytest.mark.parametrize("queue", [REPORTS, APPEALS])
def test_what_is_not_there_is_not_there(desk, queue):
    assert desk.get(f"{queue}999999999/").status_code == 404
    for act in ("take", "decide"):
        assert desk.post(f"{queue}999999999/{act}/").status_code == 404
    for act in ("next", "1/take", "1/release", "1/decide"):
        assert desk.get(f"{queue}{act}/").status_code == 405


def test_the_lists_of_the_admin_find_by_code_and_name_nobody(desk, publish, owner, second):
    row = make_report(publish(), user=make_person("secret-seeker"))
    make_report(publish(), "b", email="other@example.com")
    code = f"{row.ticket[:5]}-{row.ticket[5:]}"
    page = read_body(desk.get("/admin/safety/report/", {"q": code.lower()}))
    assert page.count("field-reason") == 1 and code in page
    report_page = read_body(desk.get(f"/admin/safety/report/{row.pk}/change/"))
    assert f"{REPORTS}{row.pk}/" in report_page
    assert "secret-seeker" not in report_page
    mine = make_appeal(move_listing_to_held(publish(title="找得到的"), second), owner)
    assert "找得到的" in read_body(desk.get("/admin/safety/appeal/", {"q": mine.ticket}))
    for model, pk in (("report", row.pk), ("appeal", mine.pk)):
        assert desk.get(f"/admin/safety/{model}/add/").status_code == 403
        assert desk.post(f"/admin/safety/{model}/{pk}/change/", {}).status_code == 403
        assert desk.post(f"/admin/safety/{model}/{pk}/delete/").status_code == 403


def test_the_list_of_appeals_says_who_appealed_and_about_what(desk, publish, owner, second):
    make_appeal(listing := move_listing_to_held(publish(title="找得到的"), second), owner)
    row = read_body(desk.get("/admin/safety/appeal/")).split("<tbody>")[1]
    assert f'field-party">{listing.employer.name}（{owner}）<' in row
    assert 'field-about">找得到的<' in row
    owner.appeals.update(appellant=None)
    page = read_body(desk.get("/admin/safety/appeal/"))
    assert f'field-party">{listing.employer.name}<' in page and "申诉对象" in page


def test_two_moderators_are_not_sent_to_the_same_item(desk, publish):
    reported, other = publish(title="甲"), publish(title="乙")
    rows = [make_report(reported, mark) for mark in "ab"]
    elsewhere = make_report(other, "c")
    colleague = Client()
    sign_in(colleague, make_moderator_user("colleague"))
    first = colleague.post(f"{REPORTS}next/")["Location"]
    assert first == f"{REPORTS}{rows[0].pk}/"
    assert desk.post(f"{REPORTS}next/")["Location"] == f"{REPORTS}{elsewhere.pk}/"
    release_claim("report", rows[0].pk, User.objects.get(name="colleague"))
    assert desk.post(f"{REPORTS}next/")["Location"] == first


def test_two_who_decide_several_of_one_item_at_once_wait_for_each_other(committed):
    """Whoever waits for the first report holds no other, so that nobody waits for them in turn."""
    listing = build_listing_publisher(tea_shop())()
    first, second = [make_report(listing, mark, words=mark) for mark in "ab"]
    moderator, is_first_held = make_moderator_user("second"), Barrier(2)

    def decide_second_with_first():
        is_first_held.wait(timeout=30)
        details = {"seen": f"received.{first.pk}", "also": True}
        return make_decision("report", second.pk, "upheld", moderator, "属实", **details)

    def lock_second_after_first():
        with transaction.atomic():
            Report.objects.select_for_update().get(pk=first.pk)
            is_first_held.wait(timeout=30)
            time.sleep(0.5)
            return Report.objects.select_for_update(nowait=True).get(pk=second.pk)

    decision, locked = at_once(decide_second_with_first, lock_second_after_first)
    assert locked == second and isinstance(decision, Decision)
    assert {reload_row(row).status for row in (first, second)} == {"upheld"}
