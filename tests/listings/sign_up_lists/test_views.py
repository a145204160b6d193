"""Who signed up, as the employer sees it: what waits first, answered by buttons."""

import datetime

import pytest

from jobsite.me.personal_data import close_account
from listings.applications.transitions import MoveRefused, move_application
from listings.models import Application, ApplicationEvent, ApplicationNote, Arrival
from listings.sign_up_lists.sorting import APPLICATIONS_PAGE_SIZE
from listings.vocabulary.work_slots import encode_slots
from tests.answers import read_body
from tests.databases import read_anew
from tests.listings.seeking import (
    list_notice_titles,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    sign_up,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def answered(offer):
    return sign_up(offer[2], make_seeker_user(), slots=encode_slots(["6a"]), about="做过派发。")


@pytest.fixture
def application(answered):
    return read_anew(answered)


@pytest.fixture
def stranger():
    other = make_employer("别家")
    return sign_in_browser(make_owner(other, "stranger"))


def post_application_move(client, application, to, reason="", **more):
    address = f"/employer/applications/{application.pk}/move/"
    return client.post(address, {"to": to, "reason": reason, **more})


def test_what_was_handed_over_is_there(client, page, application):
    page_text = read_body(client.get(page))
    assert "小龙" in page_text and "199 0000 0001" in page_text and "xiaolong_01" in page_text
    assert "有空 1/2 个时段" in page_text and "做过派发。" in page_text
    assert "招 2 人，已录用 0 人" in page_text


@pytest.mark.parametrize(
    ("phone", "words"),
    [("13787430001", "联系方式也给了对方"), ("", "这条兼职没写联系方式，请你主动联系对方")],
)
def test_who_accepts_is_told_whether_the_contact_was_given(
    client, listing, application, phone, words
):
    listing.contact_phone, listing.contact_wechat = phone, ""
    listing.save(update_fields=["contact_phone", "contact_wechat"])
    post_application_move(client, application, "accepted")
    assert words in read_body(client.get("/employer/applications/"))


@pytest.mark.parametrize("to", ["accepted", "declined"])
def test_no_reason_of_ones_own_words_reaches_the_seeker(client, application, to):
    post_application_move(client, application, to, "先交 200 元押金，加微信 lmz_2208")
    assert [event.after for event in application.events.all()] == ["applied"]
    assert list_notice_titles(application.seeker) == []


def test_accepted_and_done_and_both_sides_know(client, page, boss, application):
    assert post_application_move(client, application, "accepted").url == page
    assert "已录用 1 人" in read_body(client.get(page))
    post_application_move(client, application, "done")
    assert [event.after for event in application.events.order_by("pk")] == [
        "applied", "accepted", "done",
    ]  # fmt: skip
    assert {event.actor for event in application.events.order_by("pk")[1:]} == {boss}
    titles = list_notice_titles(application.seeker)
    assert titles == ["录用了：商场新品派发员", "做完了：商场新品派发员"]
    assert "评价" in read_body(client.get(f"{page}?part=over"))


@pytest.mark.parametrize(("to", "reason"), [("done", ""), ("no_show", "到时间没来，也没说")])
def test_before_the_first_day_nobody_is_done_or_missing(
    client, page, application, today, to, reason
):
    starts = {"start_date": today + datetime.timedelta(1), "end_date": None}
    type(application.listing).objects.filter(pk=application.listing_id).update(**starts)
    post_application_move(client, application, "accepted")
    page_text = read_body(client.get(f"{page}?part=accepted"))
    assert "改到岗安排" in page_text and "做完了" not in page_text and "没到岗" not in page_text
    post_application_move(client, application, to, reason)
    assert "还没到上工的日子" in read_body(client.get(page))
    application.refresh_from_db()
    assert application.status == "accepted"
    Arrival.objects.filter(application=application).update(day=today)
    assert "没到岗" in read_body(client.get(f"{page}?part=accepted"))
    post_application_move(client, application, to, reason)
    application.refresh_from_db()
    assert application.status == to


def test_declined_needs_one_of_the_reasons_and_says_it(client, page, application):
    for reason in ("", "长得不行"):
        assert "选一个原因" in read_body(
            post_application_move(client, application, "declined", reason, follow=True)
            and client.get(page)
        )
    application.refresh_from_db()
    assert application.status == "applied"
    post_application_move(client, application, "declined", "时间对不上")
    assert application.events.first().reason == "时间对不上"
    assert list_notice_titles(application.seeker) == ["这次没有录用：商场新品派发员"]


def test_after_it_came_to_nothing_the_ways_to_reach_them_are_gone(client, page, application):
    post_application_move(client, application, "declined", "时间对不上")
    page_text = read_body(client.get(f"{page}?part=over"))
    assert "小龙" in page_text and "0000 0001" not in page_text and "xiaolong_01" not in page_text


def test_a_second_click_is_no_fault(client, page, application):
    post_application_move(client, application, "accepted")
    client.get(page)
    post_application_move(client, application, "accepted")
    assert "不能改成" not in read_body(client.get(page))
    assert ApplicationEvent.objects.filter(after="accepted").count() == 1


def test_a_move_that_is_none_is_refused_in_words(client, page, application):
    post_application_move(client, application, "done")
    assert "「已报名」的报名不能改成「已完成」" in read_body(client.get(page))


@pytest.mark.parametrize("to", ["withdrawn", "applied", "", "x", "removed_fraud"])
def test_what_is_not_the_employers_to_say_is_not_said(client, application, to):
    post_application_move(client, application, to, "时间对不上")
    application.refresh_from_db()
    assert application.status == "applied"


def test_one_more_than_there_are_places_is_refused_in_words(client, page, listing):
    sign_ups = [sign_up(listing, make_seeker_user(f"s{n}")) for n in range(3)]
    for application in sign_ups:
        post_application_move(client, application, "accepted")
    assert "已经录用满了" in read_body(client.get(page))
    listing.refresh_from_db()
    assert listing.status == "filled"
    assert Application.objects.filter(status="accepted").count() == 2
    assert list_notice_titles(sign_ups[2].seeker) == ["招满了：商场新品派发员"]


def test_a_place_given_back_is_told_and_can_be_given_again(client, boss, listing):
    sign_ups = [sign_up(listing, make_seeker_user(f"s{n}")) for n in range(3)]
    for application in sign_ups[:2]:
        post_application_move(client, application, "accepted")
    move_application(sign_ups[0].pk, "withdrawn", sign_ups[0].seeker)
    assert list_notice_titles(boss)[-1] == "录用的人来不了了：商场新品派发员"
    listing.refresh_from_db()
    assert listing.status == "filled", "whether to look for more is the employer's to say"
    post_application_move(client, sign_ups[2], "accepted")
    sign_ups[2].refresh_from_db()
    assert sign_ups[2].status == "accepted"


@pytest.mark.parametrize("state", ["held", "removed", "removed_fraud", "withdrawn"])
def test_nobody_is_accepted_for_what_was_taken_down(client, page, listing, application, state):
    from listings.publication.transitions import move_listing

    move_listing(listing.pk, state, None, "核查", fraud_type="brushing_rebate")
    post_application_move(client, application, "accepted")
    application.refresh_from_db()
    assert application.status == "applied"
    page_text = read_body(client.get(page))
    assert ("报名不能再处理" if state == "removed_fraud" else "现在不能录用人") in page_text


def test_another_employers_people_see_and_change_nothing(stranger, page, listing, application):
    assert stranger.get(page).status_code == 404
    assert post_application_move(stranger, application, "accepted").status_code == 404
    assert stranger.get(f"/employer/applications/{application.pk}/rating/").status_code == 404
    assert "小龙" not in read_body(stranger.get("/employer/applications/"))
    application.refresh_from_db()
    assert application.status == "applied"


def test_nor_can_they_by_the_transition_itself(stranger, application):
    for actor in (application.seeker, None, make_seeker_user("any")):
        with pytest.raises(MoveRefused):
            move_application(application.pk, "accepted", actor)
    with pytest.raises(MoveRefused):
        move_application(application.pk, "withdrawn", make_seeker_user("any2"))


def test_buttons_are_for_posting(client, application):
    assert client.get(f"/employer/applications/{application.pk}/move/").status_code == 405


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/employer/", "/employer/../..//evil.example",
             "javascript:alert(1)", "/employer/\r\nX: y", "/me/"],
)  # fmt: skip
def test_it_leads_back_to_the_desk_and_nowhere_else(client, page, application, back):
    to = post_application_move(client, application, "accepted", back=back).url
    assert to == page or (to.startswith("/employer/") and "\n" not in to)


def test_over_all_listings_what_waits_is_first(client, publish, listing, application):
    other = publish(title="另一份")
    sign_up(other, application.seeker)
    accepted = sign_up(listing, make_seeker_user("second"))
    post_application_move(client, accepted, "accepted")
    page_text = read_body(client.get("/employer/applications/"))
    assert page_text.count('class="candidate"') == 2
    assert "另一份" in page_text and "商场新品派发员" in page_text
    assert (
        read_body(client.get("/employer/applications/?part=accepted")).count('class="candidate"')
        == 1
    )


@pytest.mark.parametrize(
    "query", ["part=x", "after=x", "after=-1", f"after={'9' * 30}", "part=over&after=٣"]
)
def test_hostile_queries_get_a_page(client, page, application, query):
    assert client.get(f"{page}?{query}").status_code == 200
    assert client.get(f"/employer/applications/?{query}").status_code == 200


def test_many_sign_ups_cost_what_a_few_do(client, page, listing, django_assert_num_queries):
    for n in range(APPLICATIONS_PAGE_SIZE + 1):
        sign_up(listing, make_seeker_user(f"s{n}"))
    # session, user, the listing, its desk, the counts, the list, which colleague decided, what others
    # said, the operator
    with django_assert_num_queries(9):
        first = read_body(client.get(page))
    assert first.count('class="candidate"') == APPLICATIONS_PAGE_SIZE
    assert "下一页" in first
    with django_assert_num_queries(8):  # without the listing
        client.get("/employer/applications/")


def test_no_note_is_written_of_somebody_who_closed_the_account(client, page, boss, application):
    note = f"/employer/applications/{application.pk}/note/"
    move_application(application.pk, "accepted", boss)
    move_application(application.pk, "done", boss)
    assert note in read_body(client.get(page)), "while the account is open"
    close_account(application.seeker_id)
    answer = client.post(note, {"words": "李四，住东门"}, follow=True)
    assert "对方注销了账号" in read_body(answer) and note not in read_body(client.get(page))
    assert not ApplicationNote.objects.exists()
