"""Switching an account off: with a reason, signed out everywhere, its listings taken off the public."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from listings.models import Listing
from sitekit.models import Mail, TextMessage
from tests.accounts.sign_in_pages import get_main_text, post_code, post_contact
from tests.accounts.staff.test_roles import keep_session, make_colleague
from tests.conftest import build_listing_publisher
from tests.people import make_person, sign_in
from tests.safety.desks import get_stored_status
from tests.safety.fraud_removals import sign_up
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
WHY = "冒充饮品店收押金"


@pytest.fixture
def senior(client):
    user = make_colleague("senior", "senior")
    sign_in(client, user)
    return user


def post_account_switch(client, user, to="off", *, follow=False, **fields):
    address = reverse(f"switch_{to}", args=[user.pk])
    return client.post(address, {"reason": WHY, **fields}, follow=follow)


def test_a_reason_is_asked(client, senior, owner):
    answer = post_account_switch(client, owner, reason=" ")
    assert answer.status_code == 422 and "写一句为什么" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.is_active


def test_who_is_switched_off_is_signed_out_and_their_listings_are_held(
    client, senior, owner, publish, employer
):
    listing = publish()
    helper, seeker = make_person("helper"), make_person("seeker")
    sign_up(listing, seeker)
    employer.memberships.create(user=helper, role="recruiter")
    own_client = keep_session(Client(), owner)
    assert own_client.get("/employer/").status_code == 200
    page = client.get(reverse("switch_off", args=[owner.pk])).content.decode()
    assert f"{employer.name}：1 条公开的兼职" in page and "checked" in page
    assert post_account_switch(client, owner, employers=[employer.pk]).status_code == 302
    assert own_client.get("/employer/").url.startswith("/accounts/login/")
    assert get_stored_status(listing) == "held"
    assert "核查" in Client().get(listing.get_absolute_url()).content.decode()
    last = listing.events.order_by("-pk").first()
    assert (last.actor, last.reason) == (senior, f"发布人的账号停用：{WHY}")
    assert "先停下了" in seeker.notices.get().title and WHY not in seeker.notices.get().text
    hold_notice = helper.notices.get()
    assert "1 条兼职已暂停" in hold_notice.title and WHY in hold_notice.text
    assert hold_notice.address == f"/appeal/listing/{listing.pk}/" and hold_notice.button == "申诉"
    event = owner.account_events.get()
    assert (event.action, event.actor, event.reason) == ("switch_off", senior, WHY)
    assert (event.before, event.after) == ("on", "off")
    assert "经过" in client.get(reverse("switch_on", args=[owner.pk])).content.decode()


def test_what_is_not_ticked_stays_public_and_strange_ticks_are_refused(
    client, senior, owner, publish
):
    listing = publish()
    assert post_account_switch(client, owner, employers=["999"]).status_code == 422
    assert post_account_switch(client, owner).status_code == 302
    assert get_stored_status(listing) == "published" and not User.objects.get(pk=owner.pk).is_active


def test_listings_of_an_employer_with_another_owner_are_not_ticked(
    client, senior, owner, publish, employer
):
    publish()
    employer.memberships.create(user=make_person("partner"), role="owner")
    page = client.get(reverse("switch_off", args=[owner.pk])).content.decode()
    assert "还有别的负责人" in page and "checked" not in page


def test_switching_on_gives_the_account_back_and_no_listing(
    client, senior, owner, publish, employer
):
    listing = publish()
    own_client = keep_session(Client(), owner)
    post_account_switch(client, owner, employers=[employer.pk])
    assert "已经停用" in post_account_switch(client, owner).content.decode()
    assert post_account_switch(client, owner, "on").status_code == 302
    assert "没有停用" in post_account_switch(client, owner, "on").content.decode()
    assert own_client.get("/me/").status_code == 302, "the session of before does not come back"
    assert sign_in(own_client, User.objects.get(pk=owner.pk)).get("/me/").status_code == 200
    assert get_stored_status(listing) == "held"
    assert [event.action for event in owner.account_events.order_by("pk")] == [
        "switch_off",
        "switch_on",
    ]


def test_nobody_switches_off_themselves_a_superuser_or_a_colleague_of_others(client, senior):
    for user, words in (
        (senior, "不能改自己的"),
        (make_person("boss", is_staff=True, is_superuser=True), "只有管理员能改"),
        (make_colleague("mod"), "由管同事的人停用"),
    ):
        page = client.get(reverse("switch_off", args=[user.pk])).content.decode()
        assert words in page and 'name="reason"' not in page, "before anything is typed"
        assert words in post_account_switch(client, user).content.decode()
        assert User.objects.get(pk=user.pk).is_active


def test_a_senior_of_a_place_reaches_only_the_people_of_its_employers(client, owner, place):
    sign_in(client, make_colleague("local", "senior", [place("beijing")]))
    assert post_account_switch(client, owner).status_code == 404
    far = make_person("far")
    shop = make_employer("朝阳面馆", member=far, region="beijing")
    build_listing_publisher(shop)(region_id=place("beijing").adcode)
    assert post_account_switch(client, far, employers=[shop.pk]).status_code == 302
    assert set(Listing.objects.filter(employer=shop).values_list("status", flat=True)) == {"held"}


def test_an_operator_of_a_place_switches_off_the_colleagues_there(client, place):
    sign_in(client, make_colleague("local", "operator", [place("hunan")]))
    near = make_colleague("near", places=[place("xiangxi")])
    page = client.get(reverse("staff_colleague", args=[near.pk])).content.decode()
    assert reverse("switch_off", args=[near.pk]) in page
    assert WHY in post_account_switch(client, near, follow=True).content.decode()
    assert not User.objects.get(pk=near.pk).is_active
    for far in (make_colleague("far", places=[place("beijing")]), make_colleague("national")):
        assert post_account_switch(client, far).status_code == 404
        assert User.objects.get(pk=far.pk).is_active


def test_the_page_takes_few_queries(client, senior, owner, publish, django_assert_max_num_queries):
    publish()
    publish(title="另一条")
    build_listing_publisher(make_employer("第二家", member=owner))()
    with django_assert_max_num_queries(8):
        page = client.get(reverse("switch_off", args=[owner.pk])).content.decode()
    assert "2 条公开" in page and "第二家" in page


def test_who_is_switched_off_hears_why_and_where_to_contest(client, senior, owner):
    post_account_switch(client, owner)
    mail = Mail.objects.get(to=owner.email)
    assert WHY in mail.text and "可以申诉" in mail.text and "/about/" in mail.text
    own_client = Client()
    assert WHY not in own_client.get("/accounts/inactive/").content.decode(), (
        "nobody proved to be them"
    )
    post_contact(own_client, owner.email)
    answer = post_code(own_client)
    assert answer.url == "/accounts/inactive/"
    shown = get_main_text(own_client.get(answer.url))
    assert WHY in shown and "可以申诉" in shown
    post_account_switch(client, owner, "on")
    assert "账号恢复了，可以登录" in [notice.title for notice in owner.notices.all()]
    assert WHY not in own_client.get("/accounts/inactive/").content.decode()


@pytest.mark.usefixtures("notice_template")
def test_who_has_a_phone_only_hears_by_text_message(client, senior, publish, employer):
    proved = {"email": None, "phone_proved_at": timezone.now()}
    owner = make_person("alone", phone="+8613900139011")
    User.objects.filter(pk=owner.pk).update(**proved)
    helper = make_person("helper", phone="+8613900139012")
    User.objects.filter(pk=helper.pk).update(**proved)
    employer.memberships.create(user=owner, role="owner")
    employer.memberships.create(user=helper, role="recruiter")
    publish()
    publish(title="另一条")
    post_account_switch(client, owner, employers=[employer.pk])
    texts = dict(TextMessage.objects.values_list("to", "text"))
    assert "账号停用了，登录时能看到原因" in texts["+8613900139011"]
    assert "2 条兼职已暂停" in texts["+8613900139012"]
    assert "每条兼职的页面上申诉" in helper.notices.get().text
