"""The queues of reports and appeals at the moderators' desk, and their cases."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from accounts.models import Notice
from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.casework.report_case import ReportCase
from safety.casework.report_sources import describe_sources, name_source
from safety.models import Appeal, Decision, Report
from safety.moderation.claims import get_claim
from safety.moderation.decisions import DecisionRefused, undo_decision
from safety.reports.submission import hash_reporter, submit_report
from tests.articles import make_alert
from tests.people import person, sign_in
from tests.safety.appealing import appeal, at_another_moment
from tests.safety.desks import moderator

pytestmark = pytest.mark.django_db
REPORTS, APPEALS = "/admin/desk/reports/", "/admin/desk/appeals/"


@pytest.fixture
def first():
    return moderator("first-moderator")


@pytest.fixture
def second():
    return moderator("second-moderator")


@pytest.fixture
def desk(client, first):
    return sign_in(client, first)


def said(listing, mark="a", *marks, reason="fake_info", **more):
    return submit_report(listing=listing, reason=reason, marks=[mark, *marks], **more)


def words(response):
    assert response.status_code == 200
    return response.content.decode()


def in_order(page):
    """The numbers of the cases that the rows of a queue lead to."""
    return [int(n) for n in re.findall(r'<h2><a href="/admin/desk/\w+/(\d+)/">', page)]


def decide(client, row, action, queue=REPORTS, **more):
    client.post(f"{queue}{row.pk}/take/")
    data = {"action": action, "reason": "看过聊天记录，属实", **more}
    return client.post(f"{queue}{row.pk}/decide/", data)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_what_visitors_had_held_is_first_then_by_the_clock(desk, publish):
    late, soon, held = publish(title="慢的"), publish(title="急的"), publish(title="收起来的")
    a = said(late, reason="fake_info")
    b = said(soon, reason="minors")
    c = said(held, "x", reason="asked_fee")
    said(held, "y", reason="brushing")
    Report.objects.filter(listing=held).update(due_at=timezone.now() + timedelta(days=9))
    page = words(desk.get(REPORTS))
    assert in_order(page) == [c.pk, b.pk, a.pk]
    assert list(ReportCase().list_waiting(None)) == [c.pk, c.pk + 1, b.pk, a.pk]
    assert "已因举报暂停" in page and "2 个举报" in page


def test_reports_on_one_thing_are_one_row(desk, publish):
    listing, article = publish(title="同一条"), make_alert("一篇文章")
    for mark in "abc":
        said(listing, mark)
    submit_report(article=article, reason="fake_info", marks=["a"])
    page = words(desk.get(REPORTS))
    assert len(in_order(page)) == 2
    assert "3 个举报" in page and "一篇文章" in page and "职位或待遇不实（3 个）" in page


def test_overdue_is_said_in_words(desk, publish, monkeypatch):
    row = said(publish(), reason="minors")
    assert "已超时" not in words(desk.get(REPORTS))
    Report.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert "已超时" in words(desk.get(REPORTS))
    assert "已超时" in words(desk.get(f"{REPORTS}{row.pk}/"))


def test_the_queue_costs_the_same_for_many(desk, publish, django_assert_num_queries):
    def fill(many):
        for n in range(many):
            said(publish(title=f"活 {n}"), f"mark {n}")
            submit_report(article=make_alert(f"文 {many} {n}"), reason="illegal", marks=["a"])

    fill(2)
    desk.get(REPORTS)
    # session, person, second factor, permissions of the person and of groups, what was reported,
    # the listings, the articles, the reports, who has them in hand, the counts of the desk
    with django_assert_num_queries(11) as few:
        desk.get(REPORTS)
    fill(4)
    with django_assert_num_queries(len(few)):
        desk.get(REPORTS)


def test_a_case_shows_what_is_needed_and_not_who_it_was(desk, publish, employer):
    listing = publish(title="周末传单派发")
    seeker = person("secret-seeker")
    row = said(listing, words="要我交 <b>200</b> 元", user=seeker)
    said(listing, "b", reason="brushing", words="别人说的", email="other@example.com")
    page = words(desk.get(f"{REPORTS}{row.pk}/"))
    for shown in ("周末传单派发", "要我交 &lt;b&gt;200", "别人说的", "刷单垫付", employer.name):
        assert shown in page
    assert f"/admin/desk/listings/{listing.pk}/" in page
    for hidden in ("secret-seeker", "other@example.com"):
        assert hidden not in page


def test_a_source_has_a_name_and_a_record_and_nobody_can_tell_who_it_is(desk, publish):
    listing, elsewhere = publish(title="甲"), publish(title="乙")
    marks = hash_reporter(device="d", network="203.0.113.7")
    row = said(listing, *marks, range_mark="r")
    for outcome, mark in (("upheld", marks[0]), ("dismissed", marks[1]), ("dismissed", "x")):
        other = said(elsewhere, mark, words=outcome)
        Report.objects.filter(pk=other.pk).update(status=outcome)
    said(listing, marks[0], words="再说一次")
    said(listing, "y", range_mark="r", user=person("secret-seeker"))
    first, second, other = describe_sources(list(listing.reports.order_by("pk")))
    assert first.source is second.source and first.source.name != other.source.name
    assert first.source.record == "举报过 4 次、2 样：已收到 2、属实 1、不成立 1"
    assert first.source.on_item == 2 and first.source.neighbours == [other.source.name]
    assert (first.kind, other.kind) == ("没有登录", "账号，手机没验证，刚注册")
    again = describe_sources(list(elsewhere.reports.order_by("pk")[:1]))
    assert again[0].source.name == first.source.name, "the same on every listing"
    for address in (f"{REPORTS}{row.pk}/", f"/admin/desk/listings/{listing.pk}/"):
        page = words(desk.get(address))
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
    page = words(desk.get(f"{REPORTS}{rows[0].pk}/"))
    assert page.count(name_source(["a"])) == 2 and "举报过 2 次、1 样" in page


def test_the_name_of_a_source_cannot_be_computed_from_its_network(settings):
    mark = hash_reporter(network="203.0.113.7")
    name = name_source(mark)
    settings.SECRET_KEY = "another-key-of-fifty-letters-for-a-moment-only-0123"
    assert name_source(hash_reporter(network="203.0.113.7")) != name


def test_the_case_costs_the_same_for_many_sources(desk, publish, django_assert_num_queries):
    listing = publish()
    rows = [said(listing, f"mark {n}", range_mark="r") for n in range(2)]
    desk.get(f"{REPORTS}{rows[0].pk}/")
    with CaptureQueriesContext(connection) as few:
        desk.get(f"{REPORTS}{rows[0].pk}/")
    for n in range(2, 7):
        said(listing, f"mark {n}", range_mark="r")
    with django_assert_num_queries(len(few)):
        desk.get(f"{REPORTS}{rows[0].pk}/")


def test_taken_into_review_and_upheld(desk, first, publish, monkeypatch):
    seeker = person("seeker")
    row = said(publish(), user=seeker)
    desk.post(f"{REPORTS}{row.pk}/review/")
    assert fresh(row).status == "in_review"
    assert get_claim("report", row.pk).moderator == first
    response = decide(desk, row, "upheld")
    assert response.status_code == 302
    done = fresh(row)
    assert (done.status, done.outcome) == ("upheld", "看过聊天记录，属实")
    decision = Decision.objects.get()
    assert (decision.kind, decision.number, decision.action) == ("report", row.pk, "upheld")
    assert fresh(row.listing).status == "published", "its own case decides of the listing"
    assert not list_visible_notices(seeker).exists()
    at_another_moment(monkeypatch, timedelta(seconds=66))
    assert list_visible_notices(seeker).count() == 1


def test_a_decision_without_words_is_asked_again(desk, publish):
    row = said(publish())
    response = decide(desk, row, "dismissed", reason=" ")
    assert response.status_code == 422 and "请写明原因" in response.content.decode()
    assert fresh(row).status == "received"


@pytest.mark.parametrize("action", ["published", "received", "", "nonsense"])
def test_no_other_action_is_taken(desk, publish, action):
    row = said(publish())
    assert decide(desk, row, action).status_code == 422
    assert fresh(row).status == "received" and not Decision.objects.exists()


def test_the_others_that_were_seen_with_it_go_the_same_way(desk, first, publish):
    listing = publish()
    rows = [said(listing, mark) for mark in "abc"]
    page = words(desk.post(f"{REPORTS}{rows[0].pk}/take/", follow=True))
    assert "另外 2 个" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    later = said(listing, "d")
    decide(desk, rows[0], "dismissed", also="on", seen=seen)
    assert {fresh(row).status for row in rows} == {"dismissed"}
    assert fresh(later).status == "received", "nobody has read it yet"
    decision = Decision.objects.get()
    desk.post(f"/admin/desk/undo/{decision.pk}/")
    assert {fresh(row).status for row in rows} == {"received"}


def test_without_the_tick_the_others_stay(desk, publish):
    listing = publish()
    one, other = said(listing, "a"), said(listing, "b")
    decide(desk, one, "dismissed", seen=f"received.{other.pk}")
    assert (fresh(one).status, fresh(other).status) == ("dismissed", "received")


def test_what_is_undone_within_the_minute_is_never_told(desk, publish, monkeypatch):
    row = said(publish(), user=person("seeker"))
    decide(desk, row, "upheld")
    desk.post(f"/admin/desk/undo/{Decision.objects.get().pk}/")
    assert fresh(row).status == "received"
    at_another_moment(monkeypatch, timedelta(minutes=5))
    assert not Notice.objects.exists()


def test_two_moderators_never_decide_the_same_report(desk, second, publish):
    row = said(publish())
    other = sign_in(Client(), second)
    other.post(f"{REPORTS}{row.pk}/take/")
    page = words(desk.get(f"{REPORTS}{row.pk}/"))
    assert "second-moderator" in page and 'name="action"' not in page
    refused = decide(desk, row, "upheld")
    assert refused.status_code == 409 and fresh(row).status == "received"
    assert decide(other, row, "dismissed").status_code == 302
    again = decide(desk, row, "upheld", seen=f"received.{row.pk}")
    assert again.status_code == 409 and fresh(row).status == "dismissed"


def test_a_canned_reason_is_filled_in_without_script(desk, publish):
    from safety.models import CannedReason

    CannedReason.objects.create(
        code="r", kind="report", action="upheld", label="查实", text="「{title}」查实了。"
    )
    row = said(publish(title="周末传单派发"))
    desk.post(f"{REPORTS}{row.pk}/take/")
    page = words(desk.post(f"{REPORTS}{row.pk}/decide/", {"fill": "1", "canned": "r"}))
    assert "「周末传单派发」查实了。</textarea>" in page


def test_after_the_last_one_the_queue_says_that_it_is_empty(desk, publish):
    row = said(publish())
    assert decide(desk, row, "upheld").url == REPORTS
    page = words(desk.get(REPORTS))
    assert "没有等着处理的举报" in page and "都处理完了" in page
    assert f"/admin/desk/undo/{Decision.objects.get().pk}/" in page


@pytest.mark.parametrize("path", [REPORTS, APPEALS])
def test_the_desk_is_for_moderators(client, publish, path):
    said(publish())
    assert client.get(path).status_code == 302
    sign_in(client, person("seeker"))
    assert client.get(path).status_code == 302
    clerk = sign_in(Client(), person("clerk", is_staff=True))
    assert clerk.get(path).status_code == 403


@pytest.mark.parametrize("queue", [REPORTS, APPEALS])
def test_what_is_not_there_is_not_there(desk, queue):
    assert desk.get(f"{queue}999999999/").status_code == 404
    for act in ("take", "decide"):
        assert desk.post(f"{queue}999999999/{act}/").status_code == 404
    for act in ("next", "1/take", "1/release", "1/decide"):
        assert desk.get(f"{queue}{act}/").status_code == 405


def held(listing, by):
    move_listing(listing.pk, "held", by, "有人反映要押金")
    return fresh(listing)


def test_the_queue_of_appeals_says_whose_turn_it_is(desk, first, second, owner, publish):
    own = appeal(held(publish(title="甲"), first), owner)
    others = appeal(held(publish(title="乙"), second), owner)
    page = words(desk.get(APPEALS))
    assert in_order(page) == [own.pk, others.pk]
    assert page.count("由别人来看") == 1
    assert desk.post(f"{APPEALS}next/").url == f"{APPEALS}{others.pk}/"
    assert "由另一位审核员来看" in words(desk.get(f"{APPEALS}{own.pk}/"))
    assert decide(desk, own, "dismissed", APPEALS).status_code == 409
    assert fresh(own).status == "open"


def test_after_a_decision_ones_own_is_not_taken_up(desk, first, second, owner, publish):
    own = appeal(held(publish(title="甲"), first), owner)
    others = appeal(held(publish(title="乙"), second), owner)
    assert decide(desk, others, "dismissed", APPEALS).url == APPEALS
    assert get_claim("appeal", own.pk) is None


def test_upholding_asks_twice_and_restores(desk, second, owner, publish):
    listing = held(publish(title="周末传单派发"), second)
    row = appeal(listing, owner)
    page = words(desk.post(f"{APPEALS}{row.pk}/take/", follow=True))
    assert "有人反映要押金" in page and row.words in page
    asked = decide(desk, row, "upheld", APPEALS)
    assert "重新公开" in words(asked) and fresh(row).status == "open"
    done = decide(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert done.status_code == 302
    assert (fresh(row).status, fresh(listing).status) == ("upheld", "published")
    assert "/admin/desk/undo/" not in words(desk.get(APPEALS))
    with pytest.raises(DecisionRefused):
        undo_decision(Decision.objects.get().pk, Decision.objects.get().moderator)


def test_a_dismissal_can_be_undone_for_a_minute(desk, second, owner, publish):
    row = appeal(held(publish(), second), owner)
    decide(desk, row, "dismissed", APPEALS)
    assert fresh(row).status == "dismissed"
    desk.post(f"/admin/desk/undo/{Decision.objects.get().pk}/")
    assert fresh(row).status == "open"


def test_what_has_expired_meanwhile_comes_back_as_expired(desk, second, owner, publish):
    listing = held(publish(), second)
    row = appeal(listing, owner)
    past = timezone.localdate() - timedelta(days=1)
    Listing.objects.filter(pk=listing.pk).update(valid_through=past)
    desk.post(f"{APPEALS}{row.pk}/take/")
    assert "有效期已经过了" in words(desk.get(f"{APPEALS}{row.pk}/"))
    decide(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert (fresh(row).status, fresh(listing).status) == ("upheld", "published")
    assert not Listing.objects.live().filter(pk=listing.pk).exists()


def test_what_moved_since_it_was_seen_is_looked_at_again(desk, second, owner, publish):
    listing = held(publish(), second)
    row = appeal(listing, owner)
    move_listing(listing.pk, "removed", second, "查实了")
    refused = decide(desk, row, "dismissed", APPEALS, seen="open.held")
    assert refused.status_code == 409 and fresh(row).status == "open"
    assert "不一样了" in words(desk.get(f"{APPEALS}{row.pk}/"))


def test_an_appeal_of_an_employer_has_a_case_too(desk, second, owner, employer):
    from tests.safety.appealing import employer_at

    row = appeal(employer_at(employer, "banned", second), owner)
    page = words(desk.get(f"{APPEALS}{row.pk}/"))
    assert employer.name in page and "材料对不上" in page
    decide(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert fresh(employer).status == "pending" and fresh(row).status == "upheld"


def test_the_queue_of_appeals_costs_the_same_for_many(
    desk, second, owner, publish, django_assert_num_queries
):
    for _ in range(2):
        appeal(held(publish(), second), owner)
    desk.get(APPEALS)
    # session, person, second factor, permissions of the person and of groups, the appeals, who has
    # them in hand, who the moderators are, the counts of the desk
    with django_assert_num_queries(9) as few:
        desk.get(APPEALS)
    for _ in range(4):
        appeal(held(publish(), second), owner)
    assert Appeal.objects.count() == 6
    with django_assert_num_queries(len(few)):
        desk.get(APPEALS)


def test_the_lists_of_the_admin_find_by_code_and_name_nobody(desk, publish, owner, second):
    row = said(publish(), user=person("secret-seeker"))
    said(publish(), "b", email="other@example.com")
    code = f"{row.ticket[:5]}-{row.ticket[5:]}"
    page = words(desk.get("/admin/safety/report/", {"q": code.lower()}))
    assert page.count("field-reason") == 1 and code in page
    one = words(desk.get(f"/admin/safety/report/{row.pk}/change/"))
    assert f"{REPORTS}{row.pk}/" in one
    assert "secret-seeker" not in one
    mine = appeal(held(publish(title="找得到的"), second), owner)
    assert "找得到的" in words(desk.get("/admin/safety/appeal/", {"q": mine.ticket}))
    for model, pk in (("report", row.pk), ("appeal", mine.pk)):
        assert desk.get(f"/admin/safety/{model}/add/").status_code == 403
        assert desk.post(f"/admin/safety/{model}/{pk}/change/", {}).status_code == 403
        assert desk.post(f"/admin/safety/{model}/{pk}/delete/").status_code == 403
