"""Everything that happened to whoever was searched for, in order, in pages."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.employers.transitions import record_sanction
from accounts.models import Employer, HistoryEvent, SignIn
from accounts.public_text.submission import submit_public_text
from accounts.staff.posts import PostTerms, change_post
from accounts.staff.switching import switch_off_user
from accounts.verification.paper_looks import record_look
from listings.models import ListingEvent
from listings.publication.transitions import move_listing
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.case_queues.case_notes import add_case_note
from safety.case_queues.case_questions import CaseLink, answer_question, ask_colleague
from safety.journal.event_sources import GROUPS, SOURCES
from safety.journal.event_words import _WRITERS, LINE_KINDS
from safety.journal.journal_scope import build_journal_scope
from safety.journal.timeline import (
    TimelineFilter,
    iterate_timeline,
    list_timeline,
    parse_timeline_cursor,
)
from safety.models import Appeal, JournalSearch
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.submission import submit_report
from sitekit.forms.masked_contacts import SHOW_CONTACTS
from sitekit.models import Mail, TextMessage
from tests.accounts.staff.test_roles import make_colleague
from tests.people import make_person
from tests.safety.desks import make_moderator_user, make_second_look
from tests.safety.fraud_removals import record_contact_reveal, remove_listing_for_fraud, sign_up
from tests.safety.journal.journal_pages import (
    list_search_lines,
    list_timeline_lines,
    make_journal_reader,
    post_journal_search,
    sign_in,
)
from tools.demo.factories import make_article, make_employer

pytestmark = pytest.mark.django_db
MAX_QUERIES = 12


@pytest.fixture
def auditor():
    return make_journal_reader()


@pytest.fixture
def inside(auditor):
    return sign_in(Client(), auditor)


def events_of(*subjects, **filters):
    row = JournalSearch(by=make_person("nobody"), subjects=list(subjects), kind="number")
    scope = build_journal_scope(row, [], "")
    return scope, TimelineFilter(**filters)


def test_each_table_of_events_has_words_and_a_kind():
    codes = {source.code for source in SOURCES}
    assert codes == set(LINE_KINDS) == set(_WRITERS)
    assert {source.group for source in SOURCES} == set(GROUPS)


def test_every_history_of_the_site_is_in_the_journal():
    models = {source.rows().model for source in SOURCES}
    assert {model for model in HistoryEvent.__subclasses__() if not model._meta.abstract} <= models


def test_roles_and_switched_off_accounts_are_told_with_reason(inside):
    boss, clerk = (
        make_person("boss", is_staff=True, is_superuser=True),
        make_person("clerk", is_staff=True),
    )
    change_post(clerk.pk, PostTerms("support", is_national=True), boss, "接替小王")
    switch_off_user(clerk.pk, boss, "离职")
    rows = list_search_lines(inside, f"用户 {clerk.pk}")
    assert ("账号", "改角色或地区：clerk，客服 · 全国", "boss") in rows
    assert ("账号", "停用账号：clerk", "boss") in rows
    assert (
        "为什么：离职"
        in inside.get(post_journal_search(inside, f"用户 {boss.pk}")).content.decode()
    )


def test_who_answered_a_question_stands_with_the_case_and_with_the_person(inside, publish):
    listing = publish(title="夜市摊帮手")
    asker, colleague = make_moderator_user("石磊"), make_moderator_user("向红")
    case = CaseLink("listing", listing.pk, "夜市摊帮手", "/admin/desk/")
    question = ask_colleague(case, asker, colleague, "押金算不算收费？")
    answer_question(question.pk, colleague, "算，退回，打 13800138000", case)
    for term in (f"兼职 {listing.pk}", f"用户 {colleague.pk}"):
        rows = list_search_lines(inside, term)
        assert ("问同事", "回答同事：《夜市摊帮手》", "向红") in rows
    page = inside.get(post_journal_search(inside, f"兼职 {listing.pk}")).content.decode()
    assert "算，退回" in page and "13800138000" not in page


def test_the_life_of_a_listing_stands_in_order_with_who_what_and_why(inside, publish, owner):
    mod = make_moderator_user("石磊")
    listing = publish(title="夜市摊帮手", contact_phone="13800138000")
    submit_report(
        listing=listing,
        reason="asked_fee",
        words="先交押金，加微信 abc_12345",
        email="angry@example.com",
    )
    seeker = make_person("seeker")
    record_contact_reveal(listing, seeker)
    record_contact_reveal(listing, phone="+8613700002222")
    sign_up(listing, seeker)
    add_case_note("listing", listing.pk, mod, "打店里座机，没人接")
    make_decision("listing", listing.pk, "held", mod, "有人反映要交押金")
    appeal = create_appeal(listing, owner, "没有收过任何人的钱")
    decide_appeal(appeal.pk, "dismissed", make_moderator_user("another"), "证据清楚")
    case = remove_listing_for_fraud(listing, mod, reason="查实收押金")
    case.exports.create(by=mod, to="公安局", reason="立案")
    rows = list_search_lines(inside, f"兼职 {listing.pk}")
    assert rows == [
        ("查看", f"查编号“兼职 {listing.pk}”", "auditor"),
        ("导出", "涉诈案件《夜市摊帮手》导出给 公安局", "石磊"),
        ("涉诈", "《夜市摊帮手》立为涉诈案件：刷单返利", "石磊"),
        ("兼职", "涉诈下架：《夜市摊帮手》", "石磊"),
        ("申诉", f"申诉 {appeal.pk}：维持原决定", "another"),
        ("申诉", f"对“风险暂停”不服，申诉 {appeal.pk}", "owner"),
        ("兼职", "风险暂停：《夜市摊帮手》", "石磊"),
        ("备注", "写了备注：《夜市摊帮手》", "石磊"),
        ("报名", "报名《夜市摊帮手》", "求职者 · 不显示"),
        ("看联系", "看了《夜市摊帮手》的联系方式", "访客 · 不显示"),
        ("看联系", "看了《夜市摊帮手》的联系方式", "求职者 · 不显示"),
        ("举报", "要求交费：《夜市摊帮手》", "举报人 · 不显示"),
        ("兼职", "发布：《夜市摊帮手》", "系统"),
    ]
    page = inside.get(post_journal_search(inside, f"兼职 {listing.pk}")).content.decode()
    assert "为什么：有人反映要交押金" in page
    for secret in ("abc_12345", "13800138000", "13700002222", "angry@example.com", "seeker"):
        assert secret not in page, secret


def test_what_somebody_wrote_is_not_the_systems_and_sanctions_have_names(inside, employer, owner):
    mod = make_moderator_user("石磊")
    record_sanction(employer.pk, "warned", mod, "说法不一致")
    create_appeal(employer, owner, "没有这样说过")
    Appeal.objects.update(appellant=None)
    rows = list_search_lines(inside, f"单位 {employer.pk}")
    appeal = Appeal.objects.get()
    assert ("申诉", f"对“警告”不服，申诉 {appeal.pk}", "已注销的用户") in rows


def test_the_appeal_against_words_leads_to_these(employer, owner):
    intro = {"intro": "做米粉的小店，入职先交押金200元。"}
    text = submit_public_text("employer_intro", employer.pk, intro, owner)
    appeal = create_appeal(text, owner, "押金是租桌椅的")
    events, _next = list_timeline(*events_of(f"appeal:{appeal.pk}"))
    subjects = [(event.kind, event.subject) for event in events if event.source == "appeal"]
    assert subjects == [("text", text.pk)]


def test_second_looks_of_a_person_are_theirs(inside, publish):
    looker = make_moderator_user("石磊")
    listing = publish()
    make_second_look(listing=listing, looker=looker, looked_at=timezone.now(), verdict="agree")
    rows = list_search_lines(inside, f"用户 {looker.pk}")
    assert [row[0] for row in rows].count("复看") == 1


def test_a_second_look_that_was_undone_stays_with_its_reason(inside, publish):
    looker, listing = make_moderator_user("石磊"), publish(title="夜市摊帮手")
    look = make_second_look(listing=listing)
    undo_decision(make_decision("second", look.pk, "disagree", looker, "没写工钱").pk, looker)
    make_decision("second", look.pk, "agree", looker)
    for term in (f"兼职 {listing.pk}", f"用户 {looker.pk}"):
        lines = [row for row in list_search_lines(inside, term) if row[0] == "复看"]
        assert [words for _kind, words, _who in lines] == [
            "同意通过《夜市摊帮手》",
            "撤销了“不同意通过《夜市摊帮手》”",
            "不同意通过《夜市摊帮手》",
        ]
    assert "没写工钱" in inside.get(post_journal_search(inside, term)).content.decode()


def test_what_was_written_about_a_second_look_stands_with_what_was_looked_at(
    inside, publish, employer, owner
):
    looker, look = (
        make_moderator_user("石磊"),
        make_second_look(listing=publish(title="夜市摊帮手")),
    )
    intro = {"intro": "做米粉的小店，开在乾州。"}
    text = submit_public_text("employer_intro", employer.pk, intro, owner)
    of_text = make_second_look(text=text)
    for number in (look.pk, of_text.pk):
        add_case_note("second", number, looker, "打店里座机，没人接")
    ask_colleague(CaseLink("second", look.pk, "", ""), looker, None, "押金算不算收费？")
    of_listing = {
        ("备注", "写了备注：《夜市摊帮手》", "石磊"),
        ("问同事", "问同事：《夜市摊帮手》", "石磊"),
    }
    note_of_text = ("备注", f"写了备注：文字 {text.pk}", "石磊")
    assert of_listing <= set(list_search_lines(inside, f"兼职 {look.listing_id}"))
    assert note_of_text in list_search_lines(inside, f"文字 {text.pk}")
    for term in (f"单位 {employer.pk}", f"用户 {looker.pk}"):
        assert {*of_listing, note_of_text} <= set(list_search_lines(inside, term))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("fraud-3-r2-left", "涉诈提醒"),
        ("fraud-3-r2-left-back", "涉诈更正"),
        ("staff-invitation-5", "加入后台的邀请"),
        ("staff-joined-5", "同事加入后台的通知"),
        ("staff-edit-listingevent-5", "资料被修改的通知"),
        ("paused-3-8-back", "兼职暂停和后续的通知"),
        ("held-3-8", "通知"),
    ],
)
def test_a_mail_is_called_what_it_was(inside, key, words):
    make_person("walker", phone="+8613900001111")
    Mail.objects.create(key=key, to="walker@example.com", subject="x", text="x")
    assert ("邮件", f"{words}，等着发", "系统") in list_search_lines(inside, "139 0000 1111")


def test_a_code_that_nobody_was_sent_in_time_does_not_wait(inside):
    make_person("walker", phone="+8613900001111")
    late = {"subject": "x", "text": "x", "not_after": timezone.now() - timedelta(minutes=1)}
    Mail.objects.create(key="code-1", to="walker@example.com", **late)
    assert ("邮件", "验证码，过期没发", "系统") in list_search_lines(inside, "139 0000 1111")


def test_a_person_has_sign_ins_messages_employers_and_what_they_looked_at(inside, publish):
    phone = "+8613900001111"
    user = make_person("walker", phone=phone)
    shop = make_employer("行脚商铺", member=user)
    SignIn.objects.create(user=user, device="微信（安卓手机）")
    Mail.objects.create(key="code-1", to="walker@example.com", subject="验证码", text="123456")
    TextMessage.objects.create(
        key="fraud-1-r2", to=phone, kind="warning", text="秘密", sent_at=timezone.now()
    )
    record_contact_reveal(publish(title="奶茶店员"), user)
    LogEntry.objects.log_actions(
        make_moderator_user().pk, Employer.objects.filter(pk=shop.pk), CHANGE,
        [{"changed": {"fields": ["名称"]}}], single_object=True,
    )  # fmt: skip
    rows = list_search_lines(inside, "139 0000 1111")
    for row in (
        ("登录", "登录，微信（安卓手机）", "walker"),
        ("邮件", "验证码，等着发", "系统"),
        ("短信", "涉诈提醒，已发出", "系统"),
        ("看联系", "看了《奶茶店员》的联系方式", "walker"),
        ("账号", "注册账号", "walker"),
        ("后台", f"修改招聘单位 {shop.pk}：名称", "mod"),
        ("单位", "已认证：行脚商铺", "系统"),
    ):
        assert row in rows, row
    page = inside.get(post_journal_search(inside, "139 0000 1111")).content.decode()
    assert "139 **** 1111" in page and "行脚商铺" in page
    assert "13900001111" not in page and "123456" not in page and "秘密" not in page


def test_of_staff_it_shows_what_they_looked_at_decided_and_searched(inside, employer):
    curious = make_moderator_user("好奇的人")
    paper = employer.documents.create(kind="licence", file="x", size=1, uploaded_by=curious)
    record_look(paper, curious, 2)
    theirs = sign_in(Client(), make_journal_reader("searcher"))
    post_journal_search(theirs, f"用户 {curious.pk}", reason="有人投诉他")
    rows = list_search_lines(inside, f"用户 {curious.pk}")
    assert ("看材料", f"看{employer.name}的营业执照，第 2 页", "好奇的人") in rows
    assert ("查看", f"查编号“用户 {curious.pk}”", "searcher") in rows


@pytest.mark.parametrize("kind", ["user", "employer"])
def test_who_of_the_staff_looked_at_contacts_stands_with_both(inside, kind):
    walker = make_person("walker", phone="+8613900001111")
    shop = make_employer("行脚商铺", contact_phone="+8613900001111")
    row, words, number = {
        "user": (walker, "walker", f"用户 {walker.pk}"),
        "employer": (shop, "行脚商铺", f"单位 {shop.pk}"),
    }[kind]
    curious = make_colleague("curious", "support")
    address = reverse(f"admin:accounts_{kind}_change", args=[row.pk])
    sign_in(Client(), curious).post(address, {SHOW_CONTACTS: "1"})
    line = ("看联系", f"在后台看了{words}的联系方式", "curious")
    assert line in list_search_lines(inside, number)
    assert line in list_search_lines(inside, f"用户 {curious.pk}")
    page = inside.get(post_journal_search(inside, number) + "?group=looks").content.decode()
    assert line[1] in page and "13900001111" not in page
    assert not any(kind == "后台" for kind, _what, _who in list_search_lines(inside, number))


def test_an_article_has_its_events(inside):
    article = make_article(title="假客服电话")
    kinds = [kind for kind, _what, _who in list_search_lines(inside, f"资讯 {article.pk}")]
    assert kinds == ["查看", *["资讯"] * article.events.count()]
    assert article.events.exists()


def test_pages_hold_each_event_once_also_where_many_share_a_moment(publish):
    listings = [publish() for _ in range(3)]
    moment = timezone.now() - timedelta(hours=1)
    for listing in listings:
        record_contact_reveal(listing, email="a@example.com").__class__.objects.update(
            created_at=moment
        )
        ListingEvent.objects.create(listing=listing, action="edit", after="published")
    ListingEvent.objects.update(created_at=moment)
    scope, shown = events_of(f"employer:{listings[0].employer_id}")
    whole = list(iterate_timeline(scope, shown))
    pages, after = [], None
    while True:
        events, cursor = list_timeline(scope, shown, after, size=2)
        pages += events
        if not cursor:
            break
        after = parse_timeline_cursor(cursor)
    assert pages == whole and len(set(whole)) == len(whole) > 9
    keys = [(-event.at.timestamp(), event.rank, -event.row) for event in whole]
    assert keys == sorted(keys)


def test_it_is_narrowed_by_kind_and_by_days_of_shanghai(inside, publish):
    listing = publish(title="奶茶店员")
    record_contact_reveal(listing, email="a@example.com")
    move_listing(listing.pk, "held", None, "核查")
    late = timezone.make_aware(timezone.datetime(2026, 3, 1, 23, 30))
    ListingEvent.objects.filter(listing=listing, action="held").update(created_at=late)
    address = post_journal_search(inside, f"兼职 {listing.pk}")
    kinds = {kind for kind, *_rest in list_timeline_lines(inside.get(f"{address}?group=looks"))}
    assert kinds == {"查看", "看联系"}
    on_the_day = list_timeline_lines(inside.get(f"{address}?since=2026-03-01&until=2026-03-01"))
    assert on_the_day == [("兼职", "风险暂停：《奶茶店员》", "系统")]
    assert list_timeline_lines(inside.get(f"{address}?since=2026-03-02&until=2026-03-02")) == []
    wrong = inside.get(f"{address}?since=2026-03-02&until=2026-03-01&group=x").content.decode()
    assert "“到”不能早于“从”。" in wrong and "没有这一类。" in wrong
    assert "翻页的位置认不出来" in inside.get(f"{address}?after=0-0-x").content.decode()


def test_a_page_is_followed_by_the_next_with_the_filter_kept(inside, publish):
    listing = publish()
    ListingEvent.objects.bulk_create(
        ListingEvent(listing=listing, action="edit", after="published") for _ in range(60)
    )
    address = post_journal_search(inside, f"兼职 {listing.pk}")
    page = inside.get(f"{address}?group=listings")
    following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page.content.decode())[1]
    following = following.replace("&amp;", "&")
    assert "group=listings" in following
    assert (
        len(list_timeline_lines(page)),
        len(list_timeline_lines(inside.get(address + following))),
    ) == (50, 11)


def test_a_page_costs_the_same_however_much_happened(inside, publish, employer, owner):
    """With people, employers, listings, articles and reports in it."""
    first = post_journal_search(inside, f"单位 {employer.pk}")

    def count_queries(address):
        with CaptureQueriesContext(connection) as queries:
            assert inside.get(address).status_code == 200
        return len(queries)

    for number in range(6):
        listing = publish(title=f"第 {number} 条")
        record_contact_reveal(listing, make_person(f"seeker{number}"))
        sign_up(listing, make_person(f"worker{number}"))
        submit_report(listing=listing, reason="fake_info", words="不实", marks=[f"m{number}"])
        make_decision("listing", listing.pk, "held", make_moderator_user(f"m{number}"), "核查")
    counts = [
        count_queries(first),
        count_queries(post_journal_search(inside, owner.email)),
        count_queries(post_journal_search(inside, f"兼职 {listing.pk}")),
        count_queries(post_journal_search(inside, f"用户 {make_moderator_user('m7').pk}")),
    ]
    assert max(counts) <= MAX_QUERIES, counts
    assert len(list_timeline_lines(inside.get(first))) > 20


def test_names_that_several_have_are_chosen_from(inside, publish):
    first, second = publish(title="夜班店员"), publish(title="夜班店员")
    page = inside.get(post_journal_search(inside, "夜班店员")).content.decode()
    assert f"兼职 {first.pk}" in page and f"兼职 {second.pk}" in page and "查到 2 个" in page
    assert list_timeline_lines(page) == []
    nothing = inside.get(post_journal_search(inside, "没有这一家")).content.decode()
    assert "对得上" not in page and "对得上" in nothing
    assert list_timeline_lines(nothing) == [("查看", "查名称或地址“没有这一家”", "auditor")]
