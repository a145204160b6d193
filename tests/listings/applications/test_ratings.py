"""One word each way after the work: blind at first, answered once, never a way to reach anybody."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Notice
from jobsite.me.personal_data import close_account
from listings.applications.ratings import (
    RatingRefused,
    create_rating,
    hide_rating,
    reply_to_rating,
    restore_rating,
    summarise_employer_ratings,
    summarise_seeker_ratings,
)
from listings.applications.transitions import move_application
from listings.models import ApplicationEvent, Arrival, Listing, Rating
from tests.accounts.staff.test_roles import make_colleague
from tests.answers import read_body
from tests.conftest import build_listing_publisher, tea_shop
from tests.databases import read_anew
from tests.edit_marks import read_edit_mark
from tests.listings.offers import boss, employer, listing
from tests.listings.seeking import (
    RATING,
    list_notice_titles,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    sign_up,
)
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

__all__ = ["boss", "employer", "listing"]
pytestmark = pytest.mark.django_db
YES = {"as_described": True, "on_time": True, "again": True}
NO = YES | {"again": False}


@pytest.fixture(scope="module")
def offer(module_rows):
    """(the employer, who acts for it, a listing, somebody who looks for work)"""
    shop = tea_shop()
    return shop, make_owner(shop), build_listing_publisher(shop)(headcount=50), make_seeker_user()


@pytest.fixture(scope="module")
def finished(offer):
    """Work that is done."""
    _shop, boss, listing, user = offer
    return make_done_application(listing, user, boss)


@pytest.fixture
def user(offer):
    return read_anew(offer[3])


@pytest.fixture
def application(finished):
    return read_anew(finished)


@pytest.fixture
def mine(application):
    return f"/me/applications/{application.pk}/rating/"


@pytest.fixture
def theirs(application):
    return f"/employer/applications/{application.pk}/rating/"


def make_done_application(listing, user, boss):
    application = sign_up(listing, user)
    for to in ("accepted", "done"):
        move_application(application.pk, to, boss)
    application.refresh_from_db()
    return application


def long_ago(days=15):
    Rating.objects.update(created_at=timezone.now() - timedelta(days=days))


def test_one_each_way_and_both_are_shown_once_both_are_written(user, boss, mine, theirs):
    seekers, employers = sign_in_browser(user), sign_in_browser(boss)
    assert seekers.post(mine, RATING | {"words": "当天结钱。"}).url == mine
    page_text = read_body(employers.get(theirs))
    assert "对方已经写了" in page_text and "当天结钱。" not in page_text
    assert "当天结钱。" in read_body(seekers.get(mine))
    employers.post(theirs, RATING | {"words": "准时。", "again": "no"})
    assert "当天结钱。" in read_body(employers.get(theirs))
    page_text = read_body(seekers.get(mine))
    assert "准时。" in page_text and "不会再请" in page_text
    assert list_notice_titles(user)[-1] == "对方写了评价"


def test_who_has_rated_is_not_asked_to(user, boss, application):
    browser = sign_in_browser(user)
    pages = ("/me/applications/", f"/me/applications/{application.pk}/")
    for page in pages:
        assert "写句评价" in read_body(browser.get(page))
    create_rating(application.pk, "employer", boss, YES)
    assert "两周后你也能看到" in Notice.objects.get(key__startswith="rating-").text
    for page in pages:
        assert "写句评价" in read_body(browser.get(page)), "theirs is not mine"
    create_rating(application.pk, "seeker", user, YES)
    for html in (read_body(browser.get(page)) for page in pages):
        assert "做完了，辛苦。你的评价写好了。" in html and "写句评价" not in html


def test_two_weeks_after_the_first_it_is_shown_alone(user, boss, application, mine, theirs):
    create_rating(application.pk, "seeker", user, YES | {"words": "当天结钱。"})
    long_ago(13)
    assert "当天结钱。" not in read_body(sign_in_browser(boss).get(theirs))
    long_ago(14)
    assert "当天结钱。" in read_body(sign_in_browser(boss).get(theirs))


def test_written_once(user, application, mine):
    client = sign_in_browser(user)
    client.post(mine, RATING | {"words": "第一次"})
    client.get(mine)
    client.post(mine, RATING | {"words": "第二次"})
    assert Rating.objects.get().words == "第一次"
    assert "已经评过了" in read_body(client.get(mine))


@pytest.mark.parametrize("question", ["as_described", "on_time", "again"])
def test_all_three_questions_are_asked(user, mine, question):
    response = sign_in_browser(user).post(mine, RATING | {question: ""})
    assert response.status_code == 200 and "选一个" in read_body(response)
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "written",
    ["打 138 0013 8000", "１３８００１３８０００", "加我微信 abc", "vx：abc123", "看 http://x.cn", "x.com",
     "QQ 12345678", "a@b.cn", "扣扣群"],
)  # fmt: skip
def test_no_way_to_reach_anybody_gets_in(user, mine, written):
    response = sign_in_browser(user).post(mine, RATING | {"words": written})
    assert response.status_code == 200 and "不能写电话" in read_body(response)
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "written", ["干了 3 天，每天 120 元", "18:00-22:00 准时下班", "老板人好", ""]
)
def test_plain_words_do(user, mine, written):
    assert sign_in_browser(user).post(mine, RATING | {"words": written}).status_code == 302


@pytest.mark.parametrize("written", ["长" * 301, "a\0b"])
def test_words_too_long_or_broken_are_asked_again(user, mine, written):
    assert sign_in_browser(user).post(mine, RATING | {"words": written}).status_code == 200
    assert not Rating.objects.exists()


def test_before_the_work_is_done_nobody_rates(user, boss, listing):
    application = sign_up(listing, user)
    page = f"/me/applications/{application.pk}/rating/"
    assert "做完了才能评" in read_body(sign_in_browser(user).get(page))
    sign_in_browser(user).post(page, RATING)
    move_application(application.pk, "accepted", boss)
    sign_in_browser(user).post(page, RATING)
    assert not Rating.objects.exists()
    ApplicationEvent.objects.update(created_at=timezone.now() - timedelta(days=8))
    sign_in_browser(user).post(page, RATING)
    assert Rating.objects.exists(), "a week after being accepted one may"


def test_nobody_rates_work_whose_first_day_has_not_come(user, boss, listing, today):
    application = sign_up(listing, user)
    move_application(application.pk, "accepted", boss)
    ApplicationEvent.objects.update(created_at=timezone.now() - timedelta(days=8))
    arrival, _is_new = Arrival.objects.update_or_create(
        application=application, defaults={"day": today + timedelta(days=1)}
    )
    with pytest.raises(RatingRefused, match="上工的日子"):
        create_rating(application.pk, "seeker", user, NO)
    page = f"/me/applications/{application.pk}/rating/"
    assert "上工的日子也到了" in read_body(sign_in_browser(user).get(page))
    Arrival.objects.filter(pk=arrival.pk).update(day=today)
    assert create_rating(application.pk, "seeker", user, NO)


def test_who_was_put_down_as_absent_may_answer(user, boss, listing):
    application = sign_up(listing, user)
    move_application(application.pk, "accepted", boss)
    move_application(application.pk, "no_show", boss, "到时间没来，也没说")
    create_rating(application.pk, "seeker", user, NO | {"words": "我到了，没人。"})
    assert Rating.objects.get().words == "我到了，没人。"


@pytest.mark.parametrize("by", ["declined", "withdrawn"])
def test_who_never_worked_there_rates_nothing(user, boss, listing, by):
    application = sign_up(listing, user)
    actor = boss if by == "declined" else user
    move_application(application.pk, by, actor, "时间对不上")
    with pytest.raises(RatingRefused):
        create_rating(application.pk, "seeker", user, YES)


def test_the_rated_side_answers_once(user, boss, application, theirs):
    client = sign_in_browser(boss)
    create_rating(application.pk, "seeker", user, NO | {"words": "要等。"})
    reply = {"what": "reply", "reply": "<b>抱歉"}
    client.post(theirs, reply)
    assert Rating.objects.get().reply == "", "what is not shown yet is not answered"
    long_ago()
    client.post(theirs, reply)
    client.post(theirs, reply | {"reply": "又一次"})
    assert Rating.objects.get().reply == "<b>抱歉"
    page_text = read_body(sign_in_browser(user).get(f"/me/applications/{application.pk}/rating/"))
    assert "&lt;b&gt;抱歉" in page_text


@pytest.mark.parametrize("written", ["", "打 13800138000", "长" * 301])
def test_an_answer_that_is_none_is_asked_again(user, boss, application, theirs, written):
    create_rating(application.pk, "seeker", user, YES)
    long_ago()
    response = sign_in_browser(boss).post(theirs, {"what": "reply", "reply": written})
    assert response.status_code == 200 and 'id="id_reply_error"' in read_body(response)


def test_one_cannot_answer_ones_own(user, application):
    create_rating(application.pk, "seeker", user, YES)
    long_ago()
    with pytest.raises(RatingRefused):
        reply_to_rating(application.pk, "seeker", user, "自己夸自己")


def test_the_public_figures_of_an_employer(employer, listing, boss, django_assert_num_queries):
    for n in range(7):
        application = make_done_application(listing, make_seeker_user(f"s{n}"), boss)
        answers = (NO if n == 0 else YES) | {"words": f"第 {n} 个说"}
        create_rating(application.pk, "seeker", application.seeker, answers)
    assert summarise_employer_ratings(employer).total == 0, (
        "blind as long as it is one-sided and fresh"
    )
    long_ago()
    hidden = Rating.objects.get(words="第 6 个说")
    hide_rating(hidden.pk, "骂人")
    with django_assert_num_queries(2):
        summary = summarise_employer_ratings(employer)
    assert (summary.total, summary.again, summary.on_time) == (6, 5, 6)
    assert [rating.words for rating in summary.latest] == [f"第 {n} 个说" for n in (5, 4, 3, 2, 1)]
    html = render_to_string("listings/pages/_employer_ratings.html", {"ratings": summary})
    assert (
        "6 人评价</dt><dd><b>5</b> 人愿意再去" in html
        and "第 6 个说" not in html
        and "s5" not in html
    )


def test_another_employers_figures_are_its_own(application, user):
    create_rating(application.pk, "seeker", user, YES)
    long_ago()
    assert summarise_employer_ratings(make_employer("别家")).total == 0


def test_an_employer_reads_figures_of_those_who_signed_up_with_it(user, boss, application, publish):
    create_rating(application.pk, "employer", boss, NO | {"words": "一般"})
    long_ago()
    again = publish(title="另一份")
    sign_up(again, user)
    page_text = read_body(sign_in_browser(boss).get(f"/employer/listings/{again.pk}/applications/"))
    assert "单位评过 1 次，0 次愿意再请" in page_text and "一般" not in page_text


def test_what_a_fraud_said_of_a_seeker_is_not_counted(user, boss, application, mine):
    rating = create_rating(application.pk, "employer", boss, NO)
    long_ago()
    assert summarise_seeker_ratings([user.pk])[user.pk].total == 1
    assert "不算数" not in read_body(sign_in_browser(user).get(mine))
    Listing.objects.filter(pk=application.listing_id).update(status="removed_fraud")
    assert summarise_seeker_ratings([user.pk]) == {} and rating.hidden_at is None
    assert "不算数，别的单位看不到" in read_body(sign_in_browser(user).get(mine))
    Rating.objects.update(by="seeker", author=user)
    assert "对方不能再写评价" in read_body(sign_in_browser(user).get(mine))


def test_words_are_shown_as_words(user, boss, application, theirs):
    create_rating(application.pk, "seeker", user, YES | {"words": "<script>alert(1)</script>"})
    long_ago()
    assert "<script>alert" not in read_body(sign_in_browser(boss).get(theirs))


def test_others_have_no_such_page(mine, theirs, user, application):
    stranger = sign_in_browser(make_owner(make_employer("别家"), "stranger"))
    for address in (mine, theirs):
        assert (
            stranger.get(address).status_code == stranger.post(address, RATING).status_code == 404
        )
    assert sign_in_browser(user).get(theirs).status_code == 404
    assert not Rating.objects.exists()


def test_the_staff_hide_with_a_reason_that_the_author_reads_and_show_it_again(
    client, user, application, employer
):
    create_rating(application.pk, "seeker", user, YES | {"words": "不该有的话"})
    long_ago()
    sign_in(client, make_person("admin", is_staff=True, is_superuser=True))
    rating = Rating.objects.get()
    address = f"/admin/listings/rating/{rating.pk}/change/"
    assert "写一句为什么" in read_body(
        client.post(address, {"is_hidden": "on"} | read_edit_mark(rating))
    )
    assert summarise_employer_ratings(employer).total == 1
    client.post(address, {"is_hidden": "on", "reason": "骂人的话"} | read_edit_mark(rating))
    assert summarise_employer_ratings(employer).total == 0
    notice = Notice.objects.filter(user=user).first()
    assert (notice.title, "骂人的话" in notice.text) == ("你写的评价被隐藏了", True)
    assert "关于与备案" in notice.text and notice.address.endswith("/rating/")
    assert "原因在" in read_body(sign_in_browser(user).get(notice.address))
    page = read_body(client.get(address))
    assert "骂人的话" in page and 'name="words"' not in page
    client.post(address, {"reason": "看错了"} | read_edit_mark(rating))
    assert summarise_employer_ratings(employer).total == 1
    assert list_notice_titles(user)[-1] == "你写的评价恢复了"
    assert client.get("/admin/listings/rating/add/").status_code == 403


@pytest.mark.parametrize("is_member", [False, True])
def test_nobody_hides_what_is_said_of_the_own_employer(
    client, user, application, employer, is_member
):
    rating = create_rating(application.pk, "seeker", user, YES | {"words": "少结了一天"})
    senior = make_colleague("senior", "senior")
    if is_member:
        employer.memberships.create(user=senior, role="recruiter")
    sign_in(client, senior)
    address = f"/admin/listings/rating/{rating.pk}/change/"
    assert ('name="is_hidden"' in read_body(client.get(address))) is not is_member
    data = {"is_hidden": "on", "reason": "骂人的话"} | read_edit_mark(rating, senior)
    assert client.post(address, data).status_code == (403 if is_member else 302)
    rating.refresh_from_db()
    assert (rating.hidden_at is None) is is_member


def test_who_hides_a_rating_that_is_hidden_already_tells_nobody_again(user, application):
    rating = create_rating(application.pk, "seeker", user, YES)
    hide_rating(rating.pk, "骂人")
    titles = list_notice_titles(user)
    hide_rating(rating.pk, "骂人")
    assert list_notice_titles(user) == titles


def test_of_an_employers_rating_the_owners_hear_once_who_wrote_it_has_left(
    employer, boss, application
):
    colleague = make_person("colleague")
    membership = employer.memberships.create(user=colleague, role="recruiter")
    rating = create_rating(application.pk, "employer", colleague, YES)
    before = list_notice_titles(boss)
    hide_rating(rating.pk, "骂人")
    assert list_notice_titles(colleague) == ["你们单位写的评价被隐藏了"]
    assert list_notice_titles(boss) == before
    membership.delete()
    restore_rating(rating.pk, "看错了")
    assert list_notice_titles(colleague) == ["你们单位写的评价被隐藏了"]
    assert list_notice_titles(boss)[-1] == "你们单位写的评价恢复了"
    notice = Notice.objects.filter(user=boss).latest("pk")
    assert "去看看" in notice.button
    assert sign_in_browser(boss).get(notice.address).status_code == 200


def test_who_was_rated_reads_that_the_staff_hid_it(user, boss, application, mine, theirs):
    hide_rating(create_rating(application.pk, "employer", boss, YES).pk, "骂人")
    create_rating(application.pk, "seeker", user, YES)
    page = read_body(sign_in_browser(user).get(mine))
    assert "已经被隐藏" in page and "对方还没有写" not in page
    notice = Notice.objects.filter(user=boss, title="对方写了评价").latest("pk")
    assert "都能看到" not in notice.text and "现在能看到" in notice.text
    assert "对方写的" in read_body(sign_in_browser(boss).get(theirs))


def test_of_a_listing_removed_for_fraud_the_employer_hears_nothing(user, boss, application):
    before = list_notice_titles(boss)
    type(application.listing).objects.filter(pk=application.listing_id).update(
        status="removed_fraud"
    )
    create_rating(application.pk, "seeker", user, YES)
    assert list_notice_titles(boss) == before


def test_nothing_is_written_of_somebody_who_closed_the_account(user, boss, application, theirs):
    close_account(user.pk)
    assert 'name="as_described"' not in read_body(sign_in_browser(boss).get(theirs))
    with pytest.raises(RatingRefused, match="注销了账号"):
        create_rating(application.pk, Rating.By.EMPLOYER, boss, YES | {"words": "李四手脚慢"})
    assert not Rating.objects.exists()
