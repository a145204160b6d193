"""The employer's desk: what needs an answer first, then its listings with their state in words."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.employers.transitions import record_employer_event
from accounts.models import Employer
from listings.applications.transitions import create_application, move_application
from listings.choices import ListingStatus
from listings.employer_desk.dashboard import describe_listing_state
from listings.models import Application, Listing
from listings.publication.submission import create_listing_with_draft
from listings.publication.transitions import move_listing, publish_listing
from tests.conftest import tea_shop
from tests.listings.posting import (
    CONTACT,
    FEE,
    make_draft,
    make_submitted_listing,
    sign_in_member,
    submit_edited_text,
)
from tests.listings.seeking import make_seeker_user, sign_up
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
PAGE = "/employer/"


def get_page_text(client, page=PAGE):
    return client.get(page).content.decode()


def test_without_an_employer_the_way_to_one_is_shown(client):
    sign_in(client, make_person("nobody"))
    assert "/employer/register/" in get_page_text(client)


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(PAGE)["Location"] == "/accounts/login/?next=/employer/"


def test_an_empty_desk_says_what_to_do(client, employer):
    sign_in_member(client, employer)
    assert "还没有发过兼职" in get_page_text(client)


def test_what_waits_for_an_answer_comes_first(client, employer, publish):
    _client, user = sign_in_member(client, employer)
    listing = publish(title="周末传单")
    for number in range(2):
        Application.objects.create(listing=listing, seeker=make_person(f"seeker{number}"))
    publish(title="快到期的", valid_through=timezone.localdate() + datetime.timedelta(3))
    publish(title="还早的", valid_through=timezone.localdate() + datetime.timedelta(4))
    make_submitted_listing(employer, user, title="要交钱的", duties=FEE)
    submit_edited_text(publish(title="改过的"), user, duties=FEE)
    page = get_page_text(client)
    todo = page[page.index("等你处理") : page.index("已发布")]
    assert "2 人报名" in todo and f"/employer/listings/{listing.pk}/applications/" in todo
    assert "快到期的" in todo and "还早的" not in todo
    assert "要交钱的" in todo and "没有通过" in todo
    assert "修改没有通过" in todo


def test_who_comes_today_stands_above_the_listings_and_those_that_hire_above_drafts(
    client, employer, publish, owner
):
    sign_in(client, owner)
    make_draft(client)
    bare = make_listing(employer=employer, status="draft", title="没填过的")
    listing = publish(title="周末传单", start_date=timezone.localdate())
    assert "今天来上工的" not in get_page_text(client), "nobody comes"
    application = sign_up(listing, make_seeker_user("小向"), name="小向")
    move_application(application.pk, "accepted", owner)
    page = get_page_text(client)
    places = [page.index(part) for part in ("今天来上工的 1 人", "小向", "已发布", "草稿")]
    assert places == sorted(places)
    assert 'href="/employer/today/"' in page
    assert 'class="spark"' not in page, "bars of nothing but zeros"
    edit = f"/employer/listings/{bare.pk}/edit/"
    assert page.count("继续填写") == 2 and edit in page, (
        "one press, whether anything was typed or not"
    )
    assert client.post(edit)["Location"] == f"/employer/listings/{bare.pk}/draft/"


def test_every_state_is_said_in_words(client, employer, publish):
    _client, user = sign_in_member(client, employer)
    publish(title="在招的")
    for status in ("paused", "filled", "held", "removed", "withdrawn"):
        make_listing(employer=employer, status=status, title=f"状态 {status}")
    make_listing(employer=employer, expired=True, title="过期的")
    make_submitted_listing(employer, user, title="等着的", duties=CONTACT)
    submit_edited_text(publish(title="在改的"), user, duties=CONTACT)
    make_draft(client)
    page = get_page_text(client)
    for words_of_state in (
        "已发布，到", "已暂停", "已招满", "风险暂停：正在核查", "已下架", "已撤回",
        "已过期：", "待审核", "有一版修改在等审核", "草稿，没有提交", "（还没有标题）",
    ):  # fmt: skip
        assert words_of_state in page, words_of_state
    for status in ListingStatus:  # and by the word that stands everywhere for it
        listing = Listing(status=status, valid_through=timezone.localdate())
        listing.fraud_appeal = ""
        assert status.label in describe_listing_state(listing), status


@pytest.mark.parametrize("status", ["published", "paused", "filled"])
def test_the_former_text_is_public_beside_an_edit_only_where_anything_is(
    client, employer, publish, status
):
    _client, user = sign_in_member(client, employer)
    listing = publish(title="在改的")
    submit_edited_text(listing, user, duties=CONTACT)
    Listing.objects.filter(pk=listing.pk).update(status=status)
    for address in (PAGE, f"{PAGE}listings/{listing.pk}/"):
        page = client.get(address).content.decode()
        assert "有一版修改在等审核" in page
        is_said_public = "还在公开" in page or "公开的还是原来那版" in page
        assert is_said_public == (status == "published"), address


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("unverified", "资料还没有交齐"),
        ("rejected", "资料没有通过"),
        ("lapsed", "资料到期了"),
        ("frozen", "单位被冻结"),
        ("banned", "黑名单"),
    ],
)
def test_papers_that_keep_it_from_the_public_are_said_first(client, status, message):
    sign_in_member(client, make_employer(status=status))
    assert message in get_page_text(client)


def test_a_recheck_that_is_near_or_past_is_said(client):
    today = timezone.localdate()
    shop = make_employer(recheck_due=today + datetime.timedelta(10))
    sign_in_member(client, shop)
    assert "资料要复核了" in get_page_text(client)
    Employer.objects.filter(pk=shop.pk).update(submitted_at=timezone.now())
    assert "资料要复核了" not in get_page_text(client), "it waits"
    shop.recheck_due = today - datetime.timedelta(1)
    shop.save()
    assert "资料到期了" in get_page_text(client)


def test_what_is_open_stands_on_the_desk_whatever_ended_since(
    client, employer, publish, monkeypatch
):
    monkeypatch.setattr("listings.employer_desk.dashboard.MAX_LISTINGS", 2)
    _client, user = sign_in_member(client, employer)
    listing = publish(title="上周发的")
    Application.objects.create(listing=listing, seeker=make_person("seeker"))
    for number in range(2):
        move_listing(publish(title=f"一天的活 {number}").pk, "withdrawn", user)
    page = get_page_text(client)
    assert "上周发的" in page and "1 人报名" in page


def test_a_refused_listing_is_no_task_for_ever(client, employer):
    _client, user = sign_in_member(client, employer)
    make_submitted_listing(employer, user, title="要交钱的", duties=FEE)
    assert "没有通过，看看原因" in get_page_text(client)
    Listing.objects.update(updated_at=timezone.now() - datetime.timedelta(31))
    assert "没有通过，看看原因" not in get_page_text(client)


def test_a_moderators_question_stays_until_it_is_answered(client):
    shop = make_employer(status="frozen")
    _client, user = sign_in_member(client, shop)
    record_employer_event(shop, make_moderator_user(), "ask", "证件上的名字是谁？", shop.status)
    record_employer_event(shop, user, "invite", "邀请了一位成员", shop.status)
    assert "证件上的名字是谁？" in get_page_text(client)
    record_employer_event(shop, user, "reply", "是我。", shop.status)
    assert "证件上的名字是谁？" not in get_page_text(client)


@pytest.mark.parametrize(
    ("action", "status"), [("pause", "paused"), ("fill", "filled"), ("withdraw", "withdrawn")]
)
def test_what_is_pressed_twice_is_done_once_and_refused_to_nobody(
    client, employer, publish, action, status
):
    sign_in_member(client, employer)
    listing = publish()
    for _press in range(2):
        client.post(f"/employer/listings/{listing.pk}/{action}/")
    listing.refresh_from_db()
    assert listing.status == status
    assert (
        "不能"
        not in get_page_text(client, f"/employer/listings/{listing.pk}/").partition("<footer")[0]
    )


def test_others_listings_are_not_on_it(client, employer):
    make_listing(title="别家的")
    sign_in_member(client, employer)
    assert "别家的" not in get_page_text(client)


def test_the_desk_asks_as_much_of_the_database_for_many_as_for_one(
    client, employer, publish, django_assert_num_queries
):
    _client, user = sign_in_member(client, employer)
    for number in range(4):
        listing = publish(title=f"在招 {number}")
        Application.objects.create(listing=listing, seeker=make_person(f"seeker{number}"))
        submit_edited_text(listing, user, duties=CONTACT)
        create_listing_with_draft(employer, user, {"title": [f"草稿 {number}"]})
    get_page_text(client)
    # session, person, for whom they act, warnings, listings, checks, who comes, operator, the frame's own
    with django_assert_num_queries(10, exact=False) as asked:
        page = get_page_text(client)
    assert "草稿 3" in page and "在招 3" in page
    assert len(asked) <= 10


@pytest.mark.parametrize("status", ["frozen", "banned"])
def test_who_may_not_post_is_told_at_the_button(client, status):
    sign_in_member(client, make_employer(status=status))
    response = client.post("/employer/listings/new/")
    assert response["Location"] == PAGE
    assert "不能发布" in get_page_text(client)


@pytest.mark.parametrize("status", ["frozen", "banned"])
def test_who_may_not_post_is_offered_nothing_that_would_be_refused(client, status):
    shop = make_employer(status=status)
    sign_in_member(client, shop)
    soon = timezone.localdate() + datetime.timedelta(2)
    make_listing(employer=shop, title="快到期的", valid_through=soon)
    page = get_page_text(client)
    assert "listings/new/" not in page and "upload/" not in page and "/renew/" not in page
    messages = {"frozen": "单位被冻结，暂不公开", "banned": "单位在黑名单里，不公开"}
    assert messages[status] in page


def test_papers_that_are_complete_wait_to_be_handed_in(client):
    shop = make_employer(
        kind="person", status="unverified", checks="", phone_proved_at=timezone.now()
    )
    _client, user = sign_in_member(client, shop)
    assert "资料还没有交齐" in get_page_text(client)
    shop.documents.create(kind="id_card", file="a.jpg", size=1, digest="x", uploaded_by=user)
    assert "材料齐了，还没有提交" in get_page_text(client)


@pytest.mark.parametrize(
    "address",
    ["new", "{pk}/edit", "{pk}/copy", "{pk}/pause", "{pk}/resume", "{pk}/fill"],
)
def test_reading_an_address_changes_nothing(client, employer, publish, address):
    sign_in_member(client, employer)
    listing = publish()
    assert client.get(f"/employer/listings/{address.format(pk=listing.pk)}/").status_code == 405


def test_somebody_of_two_employers_opens_both_listings(client, employer, publish):
    _client, user = sign_in_member(client, employer)
    other = make_employer()
    other.memberships.create(user=user, role="recruiter")
    theirs = make_listing(employer=other)
    assert client.get(f"/employer/listings/{theirs.pk}/").status_code == 200
    assert client.get(f"/employer/listings/{publish().pk}/").status_code == 200
    assert tea_shop().memberships.count() == 0


def test_the_history_names_the_colleague_who_did_it(client, employer, publish, owner):
    listing = publish()
    clerks = {name: make_person(name) for name in ("小田", "走了的小向")}
    for clerk in clerks.values():
        employer.memberships.create(user=clerk, role="recruiter")
    for to, name in (("paused", "小田"), ("filled", "走了的小向"), ("held", "审核员甲")):
        actor = clerks.get(name) or make_person(name, is_staff=True)
        if to == "filled":
            publish_listing(listing.pk, clerks["小田"], with_text=False)
        move_listing(listing.pk, to, actor, "有人反映要押金" if to == "held" else "")
    clerks["走了的小向"].memberships.all().delete()
    page = get_page_text(sign_in(client, owner), f"/employer/listings/{listing.pk}/")
    history = page[page.index("经过") :]
    assert "小田" in history and "走了的小向（已离开）" in history
    assert "审核员" in history and "审核员甲" not in history


def test_a_sign_up_names_the_colleague_who_decided(client, employer, publish):
    _client, user = sign_in_member(client, employer, name="小田")
    listing, asked = publish(headcount=9), []
    address = f"/employer/listings/{listing.pk}/applications/?part=accepted"
    for number in range(3):
        application = create_application(listing.pk, make_person(f"s{number}"), {"name": "小彭"})
        move_application(application.pk, "accepted", user)
        with CaptureQueriesContext(connection) as queries:
            assert get_page_text(client, address).count("小田处理的") == number + 1
        asked.append(len(queries))
    assert asked[1] == asked[2]
