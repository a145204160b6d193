"""The operator's facts: one row, on every page, and a warning while one is missing."""

import datetime

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from sitekit.models import Operator
from sitekit.system_checks import REQUIRED_FACTS
from tests.people import sign_in

pytestmark = pytest.mark.django_db
FACT_CHECKS = ("sitekit.W001", "sitekit.E002")
FACTS = {
    "name": "湘西某某信息服务有限公司",
    "icp_number": "湘ICP备00000000号",
    "police_number": "湘公网安备 00000000000000号",
    "hr_licence_number": "（湘西）人服证字〔2026〕第000000号",
    "hr_licence_issuer": "湘西州人力资源和社会保障局",
    "hr_licence_until": datetime.date(2030, 1, 2),
    "services": "登载兼职信息",
    "fees": "不向求职者收费",
    "supervising_phone": "0743-8220000",
    "complaints_phone": "0743-8230000",
}


def get_check_warnings():
    messages = run_checks(include_deployment_checks=True)
    return {message.id: message.msg for message in messages if message.id in FACT_CHECKS}


def test_an_empty_site_is_warned_of_every_missing_fact():
    (words,) = get_check_warnings().values()
    for field in REQUIRED_FACTS:
        assert Operator._meta.get_field(field).verbose_name in words
    assert set(get_check_warnings()) == {"sitekit.W001"}


@pytest.mark.parametrize("missing", REQUIRED_FACTS)
def test_each_missing_fact_is_named_alone(missing):
    Operator(**{name: value for name, value in FACTS.items() if name != missing}).save()
    label = Operator._meta.get_field(missing).verbose_name
    assert get_check_warnings()["sitekit.W001"] == f"运营者信息还缺：{label}。"


def test_with_all_facts_there_is_no_warning():
    assert set(REQUIRED_FACTS) == set(FACTS)
    Operator(**FACTS).save()
    assert get_check_warnings() == {}


def test_without_its_table_the_check_says_so_and_does_not_break(monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(Operator, "current", away)
    assert set(get_check_warnings()) == {"sitekit.E002"}


def test_the_facts_stand_in_the_footer_of_every_page_and_about(client):
    Operator(**FACTS).save()
    for address in ("/", "/xiangxi/", "/xiangxi/jobs/", "/nothing/"):
        html = client.get(address).content.decode()
        for fact in ("name", "icp_number", "police_number", "hr_licence_number"):
            assert FACTS[fact] in html, address
        assert FACTS["complaints_phone"] in html
        assert FACTS["supervising_phone"] in html
    about = client.get("/about/").content.decode()
    for name, fact in FACTS.items():
        assert str(fact) in about, name


def test_markup_in_a_fact_is_only_text(client):
    Operator(**FACTS | {"name": "<script>x</script>", "tagline": "<b>&"}).save()
    html = client.get("/about/").content.decode()
    assert "<script>x" not in html
    assert " - &lt;b&gt;&amp;</title>" in html


def test_there_is_one_operator_only():
    Operator(name="甲").save()
    Operator(name="乙").save()
    assert [operator.name for operator in Operator.objects.all()] == ["乙"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sitekit_operator SET id = 2")


def test_a_new_site_has_the_shipped_tagline():
    assert Operator.current().pk is None
    assert Operator.current().tagline == "全国专业的网络兼职信息网站"


def test_the_operator_edits_the_facts_in_the_admin(client):
    sign_in(client, User.objects.create_superuser("boss@example.com", "a long pass phrase"))
    form = FACTS | {"email": "", "address": "", "tagline": "本地兼职"}
    url = "/admin/sitekit/operator/"
    add = client.get(url, follow=True)
    assert add.status_code == 200
    target = add.redirect_chain[-1][0] if add.redirect_chain else f"{url}add/"
    assert "写一句为什么。" in client.post(target, form).content.decode()
    assert client.post(target, form | {"edit_reason": "开站"}).status_code == 302
    assert " - 本地兼职</title>" in client.get("/about/").content.decode()
