"""Signing up: a short profile, a separate consent, once; and what the seeker sees afterwards."""

import pytest
from django.test import Client

from accounts.models import Consent, Employer, Notice
from listings.applications import views as apply_views
from listings.applications.transitions import (
    create_application,
    move_application,
)
from listings.models import Application, ApplicationEvent, Listing, SeekerProfile
from listings.publication.transitions import move_listing, publish_listing
from listings.vocabulary.work_slots import encode_slots
from sitekit.models import Mail
from sitekit.workflow.refusals import MoveRefused
from tests.answers import read_body
from tests.conftest import build_listing_publisher, tea_shop
from tests.days import get_birth_year
from tests.listings.offers import boss, employer, listing
from tests.listings.seeking import (
    FORM,
    WORDS_OF_STOPPED_EMPLOYERS,
    client,
    list_notice_titles,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    sign_up,
    user,
)

__all__ = ["boss", "client", "employer", "listing", "user"]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def offer(module_rows):
    """(an employer, who acts for it, a listing)"""
    shop = tea_shop()
    listing = build_listing_publisher(shop)(slots=encode_slots(["6a", "7a", "6m"]))
    return shop, make_owner(shop), listing


@pytest.fixture
def page(listing):
    return f"{listing.get_absolute_url()}apply/"


def test_from_the_form_to_the_employers_inbox(client, user, boss, listing, page):
    response = client.post(page, FORM)
    application = Application.objects.get()
    assert response.url == f"/me/applications/{application.pk}/"
    assert (application.listing, application.seeker, application.status) == (
        listing,
        user,
        "applied",
    )
    assert application.message == "周末都能来。"
    assert application.profile == {
        "name": "小龙",
        "phone": "+8619900000001",
        "wechat": "xiaolong_01",
        "region": "吉首市",
        "education": "college",
        "about": "做过派发。",
        "slots": encode_slots(["6a", "7a"]),
        "grown": True,
    }
    event = ApplicationEvent.objects.get()
    assert (event.actor, event.before, event.after) == (user, "", "applied")
    assert list_notice_titles(boss) == ["有人报名「商场新品派发员」"]
    assert Mail.objects.get().to == "boss@example.com"
    page_text = read_body(client.get(response.url))
    assert "已报名" in page_text and "有空 2/3 个时段" in page_text


def test_the_consent_is_written_for_this_sign_up(client, user, page):
    client.post(page, FORM)
    consent = Consent.objects.get(user=user)
    assert consent.kind == "handover" and consent.version
    assert consent.about == f"application:{Application.objects.get().pk}"


@pytest.mark.parametrize(("box", "age"), [("handover", 20), ("old_enough", 16)])
def test_no_box_is_ticked_beforehand_and_without_it_nothing_is_handed_over(client, page, box, age):
    assert "checked" not in read_body(client.get(page)).split("资料会给谁看")[1]
    typed = FORM | {"birth_year": get_birth_year(age)}
    del typed[box]
    response = client.post(page, typed)
    assert response.status_code == 200 and f'id="id_{box}_error"' in read_body(response)
    assert not Application.objects.exists() and not Consent.objects.exists()
    assert not SeekerProfile.objects.exists()


@pytest.mark.parametrize(("age", "asked"), [(16, True), (17, False), (20, False)])
def test_the_birthday_is_asked_for_only_where_the_year_leaves_it_open(
    client, user, listing, page, age, asked
):
    assert "old_enough" not in read_body(client.get(page)), "no year is known yet"
    client.post("/me/profile/", FORM | {"birth_year": get_birth_year(age)})
    assert ("old_enough" in read_body(client.get(page))) is asked
    typed = FORM | {"birth_year": get_birth_year(age)}
    del typed["old_enough"]
    client.post(page, typed)
    assert Application.objects.exists() is not asked


def test_work_for_adults_is_confirmed_by_everybody(client, publish, boss):
    """Whatever the year of birth: who ticks the box says so for this work."""
    page = f"{publish(venue='ktv').get_absolute_url()}apply/"
    form = read_body(client.get(page))
    assert "我已年满 18 周岁" in form and 'name="old_enough"' in form
    typed = FORM | {"birth_year": "1990"}
    del typed["old_enough"]
    answer = read_body(client.post(page, typed))
    assert 'id="id_old_enough_error"' in answer and "这份活要年满 18 周岁" in answer
    assert not Application.objects.exists() and not Consent.objects.exists()
    assert client.post(page, typed | {"old_enough": "on"}).status_code == 302
    assert Application.objects.get().profile["grown"] is True


def test_who_did_not_confirm_cannot_where_the_listing_changed_meanwhile(publish, user):
    with pytest.raises(MoveRefused, match="年满 18 周岁"):
        sign_up(publish(venue="ktv"), user, grown=False)
    assert not Application.objects.exists() and not Consent.objects.exists()


def test_nobody_is_taken_for_work_that_became_one_for_adults(publish, user, boss):
    listing = publish(contact_phone="0743-5550178")
    minor = sign_up(listing, user, grown=False)
    adult = sign_up(listing, make_seeker_user("adult"), grown=True)
    type(listing).objects.update(venue="net_cafe")
    with pytest.raises(MoveRefused, match="年满 18 周岁"):
        move_application(minor.pk, "accepted", boss)
    move_application(adult.pk, "accepted", boss)
    assert listing.reveals.get().said_grown


def test_a_second_time_leads_to_the_first(client, page):
    first = client.post(page, FORM).url
    assert client.post(page, FORM | {"message": "又来"}).url == client.get(page).url == first
    assert Application.objects.get().message == "周末都能来。"
    assert Notice.objects.count() == 1


def test_what_was_handed_over_stays_as_it_was(client, user, page):
    client.post(page, FORM)
    client.post("/me/profile/", FORM | {"name": "改名"})
    assert Application.objects.get().profile["name"] == "小龙"
    assert user.profile.name == "改名"


def test_the_next_form_is_filled_in(client, publish, page):
    client.post(page, FORM)
    page_text = read_body(client.get(f"{publish(title='另一份').get_absolute_url()}apply/"))
    assert 'value="小龙"' in page_text and 'value="19900000001"' in page_text


@pytest.mark.parametrize(
    ("age", "fields", "message"),
    [
        (15, {}, "不满 16 周岁不能打工"),
        (17, {"venue": "bar"}, "要满 18 周岁"),
        (17, {"slots": encode_slots(["6n"])}, "要满 18 周岁"),
        (17, {"category": "security"}, "要满 18 周岁"),
    ],
)
def test_who_is_too_young_cannot(client, publish, boss, age, fields, message):
    listing = publish(**fields)
    typed = FORM | {"birth_year": get_birth_year(age)}
    assert message in read_body(client.post(f"{listing.get_absolute_url()}apply/", typed))
    assert not Application.objects.exists()


@pytest.mark.parametrize(("age", "grown"), [(16, False), (18, False), (19, True)])
def test_the_employer_learns_whether_of_age_and_not_the_year(client, page, age, grown):
    client.post(page, FORM | {"birth_year": get_birth_year(age)})
    profile = Application.objects.get().profile
    assert profile["grown"] is grown and "birth_year" not in profile
    assert get_birth_year(age) not in str(profile)


def test_an_employers_own_people_cannot(boss, page):
    page_text = read_body(sign_in_browser(boss).post(page, FORM))
    assert "自己单位" in page_text and not Application.objects.exists()


@pytest.mark.parametrize("state", ["paused", "filled"])
def test_a_listing_that_takes_nobody_says_so(client, listing, page, state):
    move_listing(listing.pk, state, None)
    for response in (client.get(page), client.post(page, FORM)):
        assert "现在不招人了" in read_body(response)
    assert not Application.objects.exists()


@pytest.mark.parametrize("state", ["held", "removed", "removed_fraud", "withdrawn"])
def test_one_that_is_gone_leads_to_its_own_page(client, listing, page, state):
    move_listing(listing.pk, state, None, "核查", fraud_type="brushing_rebate")
    assert client.post(page, FORM).url == listing.get_absolute_url()
    assert not Application.objects.exists()


def test_a_repost_cannot_be_signed_up_for(client, publish):
    repost = publish(by=None, title="转载", listing_fields={"source_name": "某报"})
    address = repost.get_absolute_url()
    assert client.post(f"{address}apply/", FORM).url == address
    with pytest.raises(MoveRefused):
        create_application(repost.pk, make_seeker_user("other"), {}, "")


def test_all_places_taken_is_said_before_the_form(client, publish, boss):
    listing = publish(headcount=1, title="一个人")
    taken = sign_up(listing, make_seeker_user("other"))
    move_application(taken.pk, "accepted", boss)
    publish_listing(listing.pk, boss)  # the employer opens it again without more places
    assert "招够了" in read_body(client.get(f"{listing.get_absolute_url()}apply/"))


def test_held_while_the_form_was_open_is_refused(listing, user):
    move_listing(listing.pk, "held", None, "核查")
    with pytest.raises(MoveRefused):
        sign_up(listing, user)
    assert not Consent.objects.exists()


def test_a_visitor_is_asked_to_sign_in_first(listing, page):
    for send in (Client().get, Client().post):
        assert send(page).url == f"/accounts/login/?next={page}"


def test_withdrawn_is_final_and_said_kindly(client, user, boss, listing, page):
    application = sign_up(listing, user)
    address = f"/me/applications/{application.pk}/"
    assert client.get(f"{address}withdraw/").status_code == 405
    assert "已取消报名，并通知了招聘单位" in read_body(
        client.post(f"{address}withdraw/", follow=True)
    )
    again = read_body(client.post(f"{address}withdraw/", follow=True))
    assert "已取消" in again and "不能再报这一份" in again and 'class="messages' not in again
    expected = ["有人报名「商场新品派发员」", "有人取消了报名：商场新品派发员"]
    assert list_notice_titles(boss) == expected
    assert Consent.objects.get(user=user).withdrawn_at
    seen = read_body(sign_in_browser(boss).get(f"/employer/listings/{listing.pk}/applications/"))
    assert "小龙" in seen and "0000 0001" not in seen
    assert client.post(page, FORM).url == address


def test_another_persons_sign_up_does_not_exist(listing, user):
    application = sign_up(listing, user)
    other = sign_in_browser(make_seeker_user("other"))
    for end in ("", "rating/"):
        assert other.get(f"/me/applications/{application.pk}/{end}").status_code == 404
    assert other.post(f"/me/applications/{application.pk}/withdraw/").status_code == 404
    assert Application.objects.get().status == "applied"


def test_the_contact_shows_once_accepted_and_only_then(client, user, boss, publish):
    listing = publish(contact_phone="0743-5550178")
    application = sign_up(listing, user)
    page = f"/me/applications/{application.pk}/"
    assert "0743-5550178" not in read_body(client.get(page))
    move_application(application.pk, "accepted", boss)
    assert "0743-5550178" in read_body(client.get(page))
    assert user.reveals.get().listing == listing, "whoever was shown it can be warned"
    move_listing(listing.pk, "removed_fraud", None, "查实", fraud_type="brushing_rebate")
    page_text = read_body(client.get(page))
    assert "0743-5550178" not in page_text and "别再和对方联系" in page_text


def test_the_page_tells_what_happened(client, user, boss, listing):
    application = sign_up(listing, user)
    move_application(application.pk, "declined", boss, "时间对不上")
    page_text = read_body(client.get(f"/me/applications/{application.pk}/"))
    assert "未录用" in page_text and "报名成功" in page_text and "时间对不上" in page_text
    assert "withdraw" not in page_text


def test_the_progress_names_the_steps_ahead_as_long_as_it_is_safe_to_go(
    client, user, boss, publish
):
    listing = publish()
    application = sign_up(listing, user)
    page = f"/me/applications/{application.pk}/"

    def read_progress():
        return read_body(client.get(page)).split("<h2>报名进度</h2>")[1].split("</ol>")[0]

    order = ["报名成功", "等单位回复", "录用后联系好时间地点", "做完互相评价"]
    places = [read_progress().index(step) for step in order]
    assert places == sorted(places) and read_progress().count("ahead-step") == 3
    move_application(application.pk, "accepted", boss)
    assert "按说好的时间到岗" in read_progress() and "等单位回复" not in read_progress()
    move_listing(listing.pk, "held", None, "核查")
    assert "ahead-step" not in read_progress()


@pytest.mark.parametrize(
    ("move", "status", "message"),
    [
        ("held", "兼职正在核查", "先别去，也别交任何钱"),
        ("removed_fraud", "因涉诈下架", "查实是骗局"),
    ],
)
def test_what_became_unsafe_stands_before_that_one_signed_up(
    client, user, listing, move, status, message
):
    """Who only reads the heading must not wait for an answer of a swindler."""
    application = sign_up(listing, user)
    page = f"/me/applications/{application.pk}/"
    assert "<h1>已报名</h1>" in client.get(page).content.decode()
    Listing.objects.filter(pk=listing.pk).update(status=move)
    html = client.get(page).content.decode()
    assert f"<h1>{status}</h1>" in html and message in read_body(client.get(page))
    assert "等招聘单位回复" not in read_body(client.get(page))
    row = read_body(client.get("/me/applications/"))
    assert status in row and message in row and "等招聘单位回复" not in row
    Application.objects.filter(pk=application.pk).update(status="declined")
    heading = "<h1>未录用</h1>"
    assert (heading in client.get(page).content.decode()) == (move == "held"), "it is over"


@pytest.mark.parametrize(("status", "words"), WORDS_OF_STOPPED_EMPLOYERS)
def test_what_was_decided_of_the_employer_is_no_examination(client, user, listing, status, words):
    page = f"/me/applications/{sign_up(listing, user).pk}/"
    Employer.objects.filter(pk=listing.employer_id).update(status=status)
    assert f"<h1>{words}</h1>" in client.get(page).content.decode()
    Application.objects.update(status="declined")
    assert f"这份兼职的{words}".replace("的兼职", "") in read_body(client.get(page))


def test_hours_that_did_not_fit_are_no_matter_once_it_is_over(client, user, boss, publish):
    listing = publish(slots=encode_slots(["6a"]))
    application = sign_up(listing, user)
    Application.objects.update(profile={**application.profile, "slots": encode_slots(["1m"])})
    page = f"/me/applications/{application.pk}/"
    assert "时段都对不上" in read_body(client.get(page))
    for move in ("accepted", "done"):
        move_application(application.pk, move, boss)
    assert "时段都对不上" not in read_body(client.get(page))
    theirs = sign_in_browser(boss).get(f"/employer/listings/{listing.pk}/applications/")
    assert "已完成" in read_body(theirs) and "时段都对不上" not in read_body(theirs)


def test_what_may_be_left_out_is_folded_away_until_it_is_wrong(client, page):
    folded = '<details class="fold">'
    assert folded in read_body(client.get(page))
    page_text = read_body(client.post(page, FORM | {"wechat": "!"}))
    assert folded not in page_text and '<details class="fold" open>' in page_text
    assert 'href="#id_wechat"' in page_text, "the sentence above leads to the field"
    assert folded in read_body(client.post(page, FORM | {"name": ""}))


def test_the_list_has_all_with_words_at_the_same_cost(
    client, user, publish, boss, django_assert_num_queries
):
    for n in range(apply_views.APPLICATIONS_PAGE_SIZE + 1):
        sign_up(publish(title=f"活 {n:02}"), user)
    with django_assert_num_queries(4):  # session, user, the list, the operator
        first = read_body(client.get("/me/applications/"))
    assert (
        first.count("等招聘单位回复") == apply_views.APPLICATIONS_PAGE_SIZE and "活 00" not in first
    )
    (after,) = [part.split('"')[0] for part in first.split('href="?after=')[1:]]
    assert "活 00" in read_body(client.get(f"/me/applications/?after={after}"))


def test_one_sign_up_costs_the_same_whatever_happened(
    client, user, boss, listing, django_assert_num_queries
):
    application = sign_up(listing, user)
    move_application(application.pk, "accepted", boss)
    page = f"/me/applications/{application.pk}/"
    # session, user, the sign-up, its history, ratings, when it was accepted, the operator
    with django_assert_num_queries(7):
        client.get(page)


HOSTILE = ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7 }}", "🙂" * 100, "\u202e反", "a\r\nb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(client, boss, listing, page, text):
    client.post(page, FORM | {"message": text, "about": text})
    page_text = read_body(client.get(f"/me/applications/{Application.objects.get().pk}/"))
    seen = read_body(sign_in_browser(boss).get(f"/employer/listings/{listing.pk}/applications/"))
    assert "<script>alert" not in page_text + seen
    assert "发生错误" not in page_text


@pytest.mark.parametrize("field", ["message", "about", "name", "wechat", "region"])
def test_nul_is_refused_at_the_field(client, page, field):
    assert client.post(page, FORM | {field: "a\0b"}).status_code == 200
    assert not Application.objects.exists()
