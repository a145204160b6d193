"""What was found in use: a licence certified to the public that nobody had opened."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, EmployerCheck
from accounts.verification.papers import store_paper
from safety.moderation.decisions import REFUSALS, make_decision
from tests.accounts.registration import build_picture_file
from tests.answers import read_body
from tests.people import make_person, sign_in
from tests.safety.desks import get_stored_status, make_moderator_user
from tests.safety.verifying import build_licence_fields, press_button
from tests.seen_papers import build_finding, see_papers
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
REGISTERED, ON_THE_PICTURE = "92433101MA4L8K2Q71", "91433101MA4L1A2B3C"


@pytest.fixture
def shop():
    """A registered code, and a licence that shows another one."""
    shop = make_employer(
        "吉首市边城茶语饮品店",
        kind="individual_business",
        status="pending",
        checks="P",
        licence_code=REGISTERED,
        submitted_at=timezone.now(),
    )
    file = SimpleUploadedFile("licence.jpg", build_picture_file())
    store_paper(shop, "licence", file, make_person("owner"))
    return shop


def open_licence(client, shop):
    paper = shop.documents.get(kind="licence")
    client.post(reverse("desk:paper_open", args=[paper.pk]))


def open_case(client, shop):
    client.post(reverse("desk:employer_take", args=[shop.pk]))
    return read_body(client.get(reverse("desk:employer", args=[shop.pk])))


def test_a_licence_that_nobody_opened_is_not_certified(client, mod, shop):
    page = open_case(client, shop)
    button = page.split('value="verified"')[1].split("</button>")[0]
    assert "还没有打开看过：营业执照" in button
    answer = press_button(client, shop, "verified", **build_licence_fields(shop))
    page = read_body(answer)
    assert answer.status_code == 422 and "每一份都打开看过，才能通过" in page
    assert f'value="{shop.name}"' in page, "what was typed is kept"
    finding = build_finding(shop, "licence")
    with pytest.raises(REFUSALS, match="还没有打开看过"):
        make_decision("employer", shop.pk, "verified", mod, checks=[finding])
    assert get_stored_status(shop) == "pending"
    open_licence(client, shop)
    assert press_button(client, shop, "verified", **build_licence_fields(shop)).status_code == 302


def test_the_look_of_a_colleague_is_none_of_ones_own(client, mod, shop):
    other = make_moderator_user("other")
    sign_in(client, other)
    open_licence(client, shop)
    sign_in(client, mod)
    assert press_button(client, shop, "verified", **build_licence_fields(shop)).status_code == 422


def test_a_newer_paper_is_looked_at_again(client, mod, shop):
    open_licence(client, shop)
    file = SimpleUploadedFile("new.jpg", build_picture_file(910))
    store_paper(shop, "licence", file, make_person("other_owner"))
    assert press_button(client, shop, "verified", **build_licence_fields(shop)).status_code == 422


def test_the_code_is_hidden_until_the_one_on_the_picture_is_typed(client, mod, shop):
    page = open_case(client, shop)
    assert REGISTERED not in page and "照着材料输入以后再比对" in page
    open_licence(client, shop)
    typed = build_licence_fields(shop, licence_code=ON_THE_PICTURE)
    answer = press_button(client, shop, "verified", **typed)
    page = read_body(answer)
    assert answer.status_code == 422 and REGISTERED in page
    assert "代码和登记的不一样：第 2、13、14、16、17、18 个字不同" in page
    assert get_stored_status(shop) == "pending" and not shop.checks.filter(kind="licence").exists()


def test_no_method_is_prefilled_and_none_is_no_method(client, mod, shop):
    page = open_case(client, shop)
    choices = page.split('name="licence_method"')[1].split("</select>")[0]
    assert 'value="" selected>请选一种' in choices
    open_licence(client, shop)
    answer = press_button(client, shop, "verified", **build_licence_fields(shop, licence_method=""))
    assert answer.status_code == 422 and "请选怎么查的" in read_body(answer)


def test_a_phone_proved_by_code_is_not_a_moderators_to_tick(client, mod, shop):
    page = open_case(client, shop)
    assert 'name="phone_done"' not in page and "用验证码证明，不用核" in page
    open_licence(client, shop)
    ticked = {"phone_done": "on", "phone_method": "短信验证码"}
    press_button(client, shop, "verified", **build_licence_fields(shop), **ticked)
    assert get_stored_status(shop) == "verified"
    assert EmployerCheck.objects.filter(employer=shop, kind="phone").count() == 1


def test_an_employer_without_a_proved_phone_is_not_verified(client, mod, shop):
    Employer.objects.filter(pk=shop.pk).update(phone_proved_at=None)
    shop.checks.all().delete()
    open_licence(client, shop)
    answer = press_button(client, shop, "verified", **build_licence_fields(shop))
    assert answer.status_code == 422 and "没有用验证码证明手机" in read_body(answer)


@pytest.mark.parametrize(
    ("kind", "contact", "read", "agrees"),
    [
        ("person", "田小溪", "田小溪", True),
        ("person", "别人", "别人", False),
        ("crew_leader", "田小溪", "田大溪", False),
    ],
)
def test_an_id_card_shows_the_registered_person(client, mod, kind, contact, read, agrees):
    who = make_employer("田小溪", kind=kind, status="pending", checks="P", contact_name=contact)
    see_papers(who, mod, "id_card")
    fields = {"id_card_done": "on", "id_card_name": read, "id_card_method": "核对上传的身份证照片"}
    answer = press_button(client, who, "verified", **fields)
    assert answer.status_code == (302 if agrees else 422)
    assert get_stored_status(who) == ("verified" if agrees else "pending")
