"""An upheld report on an article is work for the editors, and ends with what they do."""

import pytest
from django.urls import reverse

from accounts.choices import StaffRole
from accounts.models import Notice
from accounts.staff.roles import ensure_role_group
from accounts.staff.scope import NATIONAL_SCOPE
from news.articles.transitions import record_article_edit, withdraw_article
from news.choices import ArticleStatus
from news.imports.merge_duplicates import merge_into_article
from safety.models import Decision
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.article_work import list_article_work
from safety.reports.submission import submit_report
from sitekit.workflow.refusals import MoveRefused
from tests.accounts.staff.test_roles import make_colleague
from tests.articles import make_alert
from tests.people import make_person, sign_in
from tests.safety.desk_queues import REPORTS, post_case_decision, read_body
from tests.safety.desks import get_stored_status

pytestmark = pytest.mark.django_db
WORK = "/admin/article-reports/"


@pytest.fixture
def editor():
    user = make_person("editor", is_staff=True)
    user.groups.add(ensure_role_group(StaffRole.EDITOR))
    return user


@pytest.fixture
def report():
    return submit_report(
        article=make_alert("返利骗局又来了"),
        reason="fake_info",
        words="里面的电话是骗子的",
        user=make_person("reader"),
    )


def read_texts(user):
    return [f"{row.title} {row.text}" for row in Notice.objects.filter(user=user)]


def test_the_editors_are_told_and_see_it_until_one_of_them_has_done_something(
    client, mod, editor, report
):
    answer = post_case_decision(client, report, "upheld", take_down="on")
    assert answer.status_code == 302
    (notice,) = read_texts(editor)
    assert "《返利骗局又来了》被举报，认定属实" in notice and "看过聊天记录，属实" in notice
    assert "请撤下这篇文章。" in notice and Notice.objects.get(user=editor).address == WORK
    assert "你举报的「返利骗局又来了」" in read_texts(report.reporter)[0]
    case = read_body(client.get(f"{REPORTS}{report.pk}/"))
    assert "编辑都收到了通知，还没有人处理" in case
    assert client.get(WORK).status_code == 403, "a moderator changes no article"
    sign_in(client, editor)
    assert "被举报的文章" in read_body(client.get("/admin/"))
    page = read_body(client.get(WORK))
    for part in ("返利骗局又来了", "里面的电话是骗子的", "看过聊天记录，属实", "请你们撤下"):
        assert part in page
    assert reverse("admin:news_article_change", args=[report.article_id]) in page
    withdraw_article(report.article_id, "电话是骗子的", editor)
    assert "没有要处理的" in read_body(client.get(WORK))
    sign_in(client, mod)
    assert "撤回了它" in read_body(client.get(f"{REPORTS}{report.pk}/"))


def test_an_editor_says_why_it_stays_as_it_is(client, mod, editor, report):
    make_decision("report", report.pk, "upheld", mod, "属实")
    sign_in(client, editor)
    address = f"{WORK}{report.article_id}/keep/"
    answer = client.post(address, {"why": " "})
    assert answer.status_code == 422 and "写一句为什么不用改" in answer.content.decode()
    assert client.post(address, {"why": "原文已经写明是骗子的电话"}).url == WORK
    assert "举报属实，看过，不用改：原文" in report.article.events.last().why
    assert list_article_work(NATIONAL_SCOPE) == []
    assert client.post(address, {"why": "再来"}).status_code == 404


def test_an_article_is_the_work_of_who_may_change_it(client, mod, editor, place):
    local, other = (
        make_colleague(name, StaffRole.EDITOR, [place(name)]) for name in ("xiangxi", "hefei")
    )
    alert = make_alert("凤凰客栈招前台收押金", places=[place("fenghuang")])
    report = submit_report(article=alert, reason="fake_info", marks=["a"])
    make_decision("report", report.pk, "upheld", mod, "属实")
    assert [len(read_texts(user)) for user in (editor, local, other)] == [1, 1, 0]
    keep = f"{WORK}{alert.pk}/keep/"
    sign_in(client, other)
    assert "没有要处理的" in read_body(client.get(WORK))
    assert client.post(keep, {"why": "不归我管"}).status_code == 404
    sign_in(client, local)
    assert alert.title in read_body(client.get(WORK))
    assert client.post(keep, {"why": "看过"}).status_code == 302


def test_an_undone_decision_is_no_work_and_a_dismissed_one_neither(client, mod, editor, report):
    decision = make_decision("report", report.pk, "upheld", mod, "属实")
    assert len(list_article_work(NATIONAL_SCOPE)) == 1
    undo_decision(decision.pk, mod)
    assert list_article_work(NATIONAL_SCOPE) == [] and read_texts(editor) == []
    make_decision("report", report.pk, "dismissed", mod, "没有查实")
    assert list_article_work(NATIONAL_SCOPE) == [] and read_texts(editor) == []


def test_what_was_taken_down_since_is_undone_before_the_report(mod, publish, editor, report):
    listing = publish()
    about_listing = submit_report(listing=listing, reason="fake_info", marks=["a"])
    judged = make_decision("report", about_listing.pk, "upheld", mod, "属实")
    removal = make_decision("listing", listing.pk, "removed", mod, "收押金")
    with pytest.raises(MoveRefused, match="先撤销那个决定"):
        undo_decision(judged.pk, mod)
    assert (
        get_stored_status(about_listing) == "upheld"
        and Decision.objects.get(pk=judged.pk).undone_at is None
    )
    undo_decision(removal.pk, mod)
    undo_decision(judged.pk, mod)
    assert (get_stored_status(listing), get_stored_status(about_listing)) == (
        "published",
        "received",
    )
    held = make_decision("listing", listing.pk, "held", mod, "先停")
    judged = make_decision("report", about_listing.pk, "upheld", mod, "属实")
    undo_decision(judged.pk, mod)
    assert get_stored_status(about_listing) == "received", "the hold was there before"
    assert held.undone_at is None
    judged = make_decision("report", report.pk, "upheld", mod, "属实")
    withdraw_article(report.article_id, "举报属实", editor)
    with pytest.raises(MoveRefused, match="编辑已经撤下"):
        undo_decision(judged.pk, mod)
    report.refresh_from_db()
    assert report.outcome == "属实"


def test_the_work_takes_a_fixed_number_of_queries(mod, django_assert_num_queries):
    def add():
        report = submit_report(
            article=make_alert(f"第{Decision.objects.count()}篇"), reason="other", marks=["m"]
        )
        make_decision("report", report.pk, "upheld", mod, "属实")

    add()
    with django_assert_num_queries(2):
        assert len(list_article_work(NATIONAL_SCOPE)) == 1
    add()
    add()
    with django_assert_num_queries(2):
        assert len(list_article_work(NATIONAL_SCOPE)) == 3


def test_a_report_under_a_removal_for_fraud_stays_upheld(mod, publish):
    listing = publish()
    report = submit_report(listing=listing, reason="asked_fee", marks=["a"])
    judged = make_decision("report", report.pk, "upheld", mod, "属实")
    more = {"fraud_type": "upfront_fee", "confirmed": True}
    make_decision("listing", listing.pk, "removed_fraud", mod, "收押金", **more)
    with pytest.raises(MoveRefused, match="已经涉诈下架：两个决定都不能再撤销"):
        undo_decision(judged.pk, mod)
    assert get_stored_status(report) == "upheld"


def test_only_what_an_editor_did_since_ends_the_work(client, mod, editor, report):
    record_article_edit(report.article, editor, "改了一个错字")
    make_decision("report", report.pk, "upheld", mod, "属实")
    assert len(list_article_work(NATIONAL_SCOPE)) == 1, "what was done before is no answer"
    record_article_edit(report.article, None, "换了头图的尺寸")
    assert len(list_article_work(NATIONAL_SCOPE)) == 1, "nor is what the program does"
    draft = make_alert("返利骗局又来了，转载", status=ArticleStatus.DRAFT)
    assert merge_into_article(draft, report.article, editor)
    assert len(list_article_work(NATIONAL_SCOPE)) == 1, "nor is another source of the same text"
    sign_in(client, mod)
    assert "还没有人处理" in read_body(client.get(f"{REPORTS}{report.pk}/"))
    record_article_edit(report.article, editor, "删了骗子的电话")
    assert list_article_work(NATIONAL_SCOPE) == []


def test_a_wish_to_withdraw_is_undone_with_its_decision(mod, editor, report):
    decision = make_decision("report", report.pk, "upheld", mod, "属实", take_down=True)
    assert [work.is_to_be_withdrawn for work in list_article_work(NATIONAL_SCOPE)] == [True]
    undo_decision(decision.pk, mod)
    make_decision("report", report.pk, "upheld", mod, "属实，改一处就行")
    assert [work.is_to_be_withdrawn for work in list_article_work(NATIONAL_SCOPE)] == [False]
