"""Moderators find what they may open at the desk, and each search is written down."""

import pytest
from django.urls import reverse

from accounts.models import Employer
from accounts.public_text.submission import submit_public_text
from accounts.staff.posts import PostTerms, write_post
from listings.models import Listing
from safety.appeals.transitions import create_appeal
from safety.models import JournalSearch
from safety.reports.submission import submit_report
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
SEARCH = "/admin/desk/search/"
PHONE = "13900001234"


@pytest.fixture
def shop():
    made = make_employer("沱江米粉馆", region="jishou")
    Employer.objects.filter(pk=made.pk).update(contact_phone="+8613900001234")
    return made


def look_up(client, typed):
    """The names of what is found, or the address of the only one."""
    answer = client.post(SEARCH, {"q": typed})
    if answer.status_code == 302:
        return answer.url
    return [row["name"] for row in answer.context["results"]]


def test_by_phone_name_number_and_code(client, mod, shop):
    make_person("沱江人", phone="+8613900001234")
    address = reverse("desk:employer", args=[shop.pk])
    case = make_pending_listing(shop, title="晚市服务员", region_id=shop.region_id)
    report = submit_report(listing=case, reason="other", marks=["a"])
    assert look_up(client, "139 0000 1234") == address, (
        "the account with this phone is not theirs to see"
    )
    assert look_up(client, "沱江") == address
    assert look_up(client, f"兼职 {case.pk}") == reverse("desk:listing", args=[case.pk])
    assert look_up(client, report.ticket) == reverse("desk:report", args=[report.pk])
    other = make_pending_listing(shop, title="晚市洗碗工", region_id=shop.region_id)
    assert look_up(client, "晚市") == [other.title, case.title]
    assert look_up(client, "没有这样的") == []
    assert JournalSearch.objects.filter(by=mod, reason="在审核台找案件").count() == 6
    assert PHONE not in "".join(JournalSearch.objects.values_list("masked", flat=True))


def test_what_lies_elsewhere_is_not_found(client, shop, place):
    far = make_person("far", is_staff=True)
    write_post(far, PostTerms("moderator", False, (place("hefei").adcode,)), None)
    sign_in(client, far)
    assert look_up(client, "沱江") == [] and look_up(client, PHONE) == []
    Listing.objects.filter(pk=make_pending_listing(shop).pk).update(title="沱江的活")
    assert look_up(client, "沱江") == []


@pytest.mark.parametrize("typed", ["", " ", "一", "x" * 500, "a\0b"])
def test_what_is_too_short_or_odd_is_said_at_the_field(client, mod, typed):
    answer = client.post(SEARCH, {"q": typed})
    assert answer.status_code == 422 and answer.context["form"].errors
    assert not JournalSearch.objects.exists()


def test_only_moderators_search(client):
    sign_in(client, make_person("staff", is_staff=True))
    assert client.post(SEARCH, {"q": PHONE}).status_code == 403
    assert make_moderator_user("second") and not JournalSearch.objects.exists()


def test_a_part_finds_only_what_lies_where_the_moderator_s_rights_hold(client, mod, shop, place):
    Employer.objects.filter(pk=shop.pk).update(licence_code="92433101MA4L8K2Q71")
    address = reverse("desk:employer", args=[shop.pk])
    assert look_up(client, "MA4L8K2Q") == address
    far = make_person("far", is_staff=True)
    write_post(far, PostTerms("moderator", False, (place("hefei").adcode,)), None)
    sign_in(client, far)
    assert look_up(client, "MA4L8K2Q") == []
    page = client.post(SEARCH, {"q": PHONE[-4:]}).content.decode()
    assert "后四位" in page and "没有找到" in page


def test_an_appeal_against_the_refusal_of_words_is_found_beside_these(client, mod, shop):
    boss = make_person("boss")
    shop.memberships.create(user=boss, role="owner")
    intro = {"intro": "做米粉的小店，入职先交押金200元。"}
    text = submit_public_text("employer_intro", shop.pk, intro, boss)
    appeal = create_appeal(text, boss, "押金是租桌椅的，不向做工的人收。")
    address = reverse("desk:text", args=[text.pk])
    assert look_up(client, appeal.display_ticket) == look_up(client, f"申诉 {appeal.pk}") == address
    near = make_person("near", is_staff=True)
    write_post(near, PostTerms("moderator", False, (shop.region_id,)), None)
    sign_in(client, near)
    assert look_up(client, appeal.display_ticket) == address
