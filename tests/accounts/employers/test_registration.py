"""An employer registers, and a banned one does not come back."""

import datetime

import lxml.html
import pytest
from django.utils import timezone

from accounts.models import Employer, EmployerStatus
from tests.accounts.registration import ANSWERS, LICENCE, PHONE, post_registration
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/register/"


@pytest.fixture
def keeper(client):
    user = make_person("keeper")
    sign_in(client, user)
    return user


def test_a_person_registers_and_is_the_owner(client, keeper):
    assert post_registration(client).url == "/employer/papers/"
    employer = Employer.objects.get()
    assert (employer.name, employer.licence_code) == (ANSWERS["name"], LICENCE)
    assert (employer.contact_phone, employer.region.name) == (PHONE, "吉首市")
    assert employer.status == EmployerStatus.UNVERIFIED
    assert employer.memberships.get().user == keeper
    assert employer.memberships.get().role == "owner"
    consent = keeper.consents.get()
    assert (consent.kind, consent.about) == ("employer_terms", f"employer:{employer.pk}")
    assert employer.events.get().action == "register"


def test_sent_twice_it_is_one(client, keeper):
    for _ in range(2):
        assert post_registration(client).url == "/employer/papers/"
    assert Employer.objects.count() == 1
    assert keeper.consents.count() == 1


def test_the_same_code_with_other_details_says_what_was_not_stored(client, keeper):
    post_registration(client)
    assert "没有存" not in read_body(client.get("/employer/papers/"))
    post_registration(client, name="另一个名字的店")
    page = read_body(client.get("/employer/papers/"))
    assert "早就登记过" in page and "这次写的名称没有存" in page
    assert "另一个名字的店" not in page


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"


def test_each_kind_has_a_sentence(client, keeper):
    page = read_body(client.get(PAGE))
    for label in ("企业直招", "人力资源机构", "领队", "个体户", "个人"):
        assert f"<b>{label}</b><small>" in page


def test_each_link_of_the_summary_leads_to_a_field_that_says_what_is_wrong(client, keeper):
    page = lxml.html.fromstring(read_body(client.post(PAGE, {"name": ""})))
    links = page.xpath("//form//p[@role='alert']//a/@href")
    assert {"#id_kind", "#id_agrees"} < {*links}
    for link in links:
        field = page.get_element_by_id(link[1:])
        described = [field, *field.iterancestors("fieldset")]
        error_ids = " ".join(part.get("aria-describedby", "") for part in described).split()
        assert field.get("aria-invalid") == "true", link
        assert any(page.get_element_by_id(error_id).text_content() for error_id in error_ids), link


@pytest.mark.parametrize(
    "typed", ["９２４３３１０１ＭＡ０００００１Ｎ", "92433101ma0000001n", "92433101 MA00 0000 1N"]
)
def test_a_code_is_taken_as_people_type_it(client, keeper, typed):
    typed = typed.replace("０００００１Ｎ", "００００００１Ｎ")
    assert post_registration(client, licence_code=typed).status_code == 302
    assert Employer.objects.get().licence_code == LICENCE


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("92433101MA0000001", "写了 17 位"),
        ("92433101MA00000012", "校验码"),
        ("92433101MA000OO01N", "「O」"),
        ("9243310AMA0000001N", "前 8 位都是数字"),
        ("", "个体户要填统一社会信用代码"),
        ("9" * 80, "写得太长了"),
        ("９２\x00", "null"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_with_it(client, keeper, typed, message):
    page = read_body(post_registration(client, licence_code=typed))
    if "null" not in message:
        assert message in page
    assert "吉首示例小吃铺" in page, "what was typed is kept"
    assert not Employer.objects.exists()


@pytest.mark.parametrize("typed", ["", LICENCE, "123", "9" * 61])
@pytest.mark.parametrize("kind", ["person", "crew_leader"])
def test_people_have_no_code(client, keeper, kind, typed):
    response = post_registration(client, kind=kind, name="田示例", licence_code=typed)
    assert response.status_code == 302
    assert Employer.objects.get().licence_code == ""


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("kind", "", "请选一种"),
        ("kind", "bank", "没有这一种"),
        ("name", " ", "请写名称"),
        ("name", "好" * 61, "最多 60 个字"),
        ("name", "㍿" * 16, "最多 60 个字"),
        ("name", "\u200b\u200b", "名称里要有字"),
        ("name", "😀😀", "名称里要有字"),
        ("region", "", "请写城市或区县"),
        ("region", "没有这个地方", "没有找到"),
        ("region", "朝阳区", "不止一个"),
        ("contact_name", "", "请写联系人"),
        ("contact_name", "㍿" * 6, "最多 20 个字"),
        ("contact_name", "\u200b", "请写联系人的姓名"),
        ("contact_phone", "12345", "手机号写得不对"),
        ("contact_phone", "0743-8222222", "座机"),
        ("agrees", "", "同意发布规则"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, keeper, field, typed, message):
    page = read_body(post_registration(client, **{field: typed}))
    assert message in page
    assert not Employer.objects.exists()


def make_banned_employer(**fields):
    return make_employer("被禁的店", status="banned", **fields)


@pytest.mark.parametrize(
    "known_by",
    [{"licence_code": LICENCE}, {"contact_phone": PHONE}],
)
def test_a_banned_employer_does_not_come_back(client, keeper, known_by):
    make_banned_employer(**known_by)
    page = read_body(post_registration(client))
    assert "不能接受" in page and "申诉" in page
    assert "被禁的店" not in page and "黑名单" not in page
    assert Employer.objects.count() == 1


def test_nor_does_its_owner_under_another_code_and_phone(client, keeper):
    shop = make_banned_employer(member=keeper)
    page = read_body(post_registration(client))
    assert "不能接受" in page
    assert f"/appeal/employer/{shop.pk}/" in page


def test_nor_by_the_phone_of_its_owner_from_another_account(client, keeper):
    make_banned_employer(member=make_person("owner", phone=PHONE))
    assert "不能接受" in read_body(post_registration(client))
    keeper.phone = "+8613800000032"
    keeper.save()
    make_banned_employer(contact_phone="+8613800000032")
    assert "不能接受" in read_body(post_registration(client, contact_phone="13800000033"))


def test_a_member_who_was_no_owner_of_a_banned_one_may_register(client, keeper):
    make_banned_employer().memberships.create(user=keeper, role="recruiter")
    assert post_registration(client).status_code == 302


def test_a_code_that_is_registered_says_how_to_be_invited(client, keeper):
    make_employer(licence_code=LICENCE)
    page = read_body(post_registration(client))
    assert "已经登记过了" in page and "邀请你" in page
    assert Employer.objects.count() == 1


def test_what_was_sent_back_is_put_right(client, keeper):
    post_registration(client)
    employer = Employer.objects.get()
    Employer.objects.update(status="rejected", phone_proved_at=employer.created_at)
    answer = client.post("/employer/details/", ANSWERS | {"name": "吉首示例米粉铺"})
    assert answer.url == "/employer/papers/"
    employer.refresh_from_db()
    assert employer.name == "吉首示例米粉铺"
    assert employer.phone_proved_at, "the phone is the same"
    client.post("/employer/details/", ANSWERS | {"contact_phone": "13800000032"})
    employer.refresh_from_db()
    assert employer.phone_proved_at is None, "another phone is proved anew"


@pytest.mark.parametrize("status", ["pending", "verified", "frozen", "banned"])
def test_what_was_checked_is_not_changed(client, keeper, status):
    employer = make_employer("查过的店", status=status, member=keeper)
    client.post("/employer/details/", ANSWERS | {"intro": "新的介绍"})
    employer.refresh_from_db()
    assert (employer.name, employer.intro) == ("查过的店", "新的介绍")


@pytest.mark.parametrize(("hours", "proved"), [(1, True), (30, False)])
def test_the_phone_one_has_just_signed_in_with_is_proved(client, keeper, hours, proved):
    keeper.phone = PHONE
    keeper.phone_proved_at = timezone.now() - datetime.timedelta(hours=hours)
    keeper.save()
    assert (
        "登录的手机号不用再验证" in client.get("/employer/register/").content.decode()
    ) is proved
    post_registration(client)
    employer = Employer.objects.get()
    assert (employer.phone_proved_at is not None) is proved
    assert employer.checks.filter(kind="phone").exists() is proved
