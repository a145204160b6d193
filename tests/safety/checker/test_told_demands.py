"""Who tells of a swindler's demand in their own words is told at once what to do."""

import pytest
from django.test import Client

from safety.checker.text_check import FORBIDDEN_WORK, TOLD, check_text
from safety.checker.told_demands import list_told_demands, load_told_demands
from screening.fraud_types import is_fraud_type
from tests import linear_time

pytestmark = pytest.mark.django_db

DEMANDS = [
    ("群里老师带我做数据，我已经充了3万提不出来，客服说还要交2万解冻费", "brushing_rebate"),
    ("我充了三万提不出来，客服让我再交两万解冻", "brushing_rebate"),
    ("客服说还要交2万解冻费才能提现", "brushing_rebate"),
    ("平台说我操作错误，要再转1万才能提现", "brushing_rebate"),
    ("我做任务垫了2万，现在提现不了", "brushing_rebate"),
    ("我妈充了3万提不出来，客服叫她再交2万", "brushing_rebate"),
    ("他要我把验证码发给他", "info_harvest"),
    ("有人让我把验证码发给他", "info_harvest"),
    ("对方要我的短信验证码", "info_harvest"),
    ("客服让我把收到的验证码念给他听", "info_harvest"),
    ("他让我把身份证和银行卡拍照发给他", "info_harvest"),
    ("对方让我把身份证和银行卡拍照发过去，说办入职用", "info_harvest"),
    ("对方让我把银行卡借给他用几天，给我800块", "card_rental"),
    ("我妈要把银行卡借给别人，一个月800", "card_rental"),
    ("孩子说要把银行卡租给别人，一天800", "card_rental"),
    ("让我办一张电话卡寄给他，一张300", "card_rental"),
    ("我女儿说有人让她交押金300元才能上班，是不是骗子？", "upfront_fee"),
]


@pytest.mark.parametrize(("text", "fraud_type"), DEMANDS)
def test_who_tells_of_a_demand_hears_what_to_do(text, fraud_type):
    verdict = check_text(text).verdict
    assert (verdict.level, verdict.fraud_type, verdict.stamp) == (TOLD, fraud_type, "高危")
    assert verdict.is_urgent and verdict.is_grave and not verdict.is_open


@pytest.mark.parametrize(
    "text",
    [
        "超市理货员，六点到十点，一天九十元，按周发到自己的卡上，不收押金。",
        "去驿站取件要报取件验证码，短信里有。",
        "老板让我把排班表发给他，明天早班。",
        "人事让我把身份证带上，上班那天登记看一眼就还。",
        "奶茶店要求我办健康证，自己去疾控中心，费用八十。",
        "谨防有人让我把验证码发给他这类短信，都是骗子。",
        "我充了两百块话费，到账了。",
        "银行卡别借给别人，也别租给别人。",
    ],
)
def test_ordinary_words_are_no_demand(text):
    assert list_told_demands(text) == []


def test_who_is_asked_for_papers_is_no_trader_of_them():
    """身份证 and 拍照 are also words of those who sell lists of people."""
    answer = check_text("他让我把身份证和银行卡拍照发给他")
    assert answer.verdict.level != FORBIDDEN_WORK
    assert [group.tone for group in answer.groups] == ["fraud"]
    assert "开户" in answer.groups[0].reasons[0].words


def test_the_page_leads_to_the_police_first(client):
    page = client.post("/check/", {"text": DEMANDS[0][0]}).content.decode()
    assert "这是骗子的做法" in page and "马上停" in page
    assert page.index('href="tel:110"') < page.index('id="now"')


def test_the_verdict_can_be_shared():
    assert Client().get("/check/about/told/brushing_rebate/").status_code == 200
    assert Client().get("/check/about/told/").status_code == 200


def test_each_demand_names_a_fraud_type():
    assert all(is_fraud_type(demand.fraud_type) for demand in load_told_demands())


@pytest.mark.parametrize("piece", ["充了", "让我把", "还要交", "操作错误再", "银行卡"])
def test_time_grows_with_the_text_only(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 6_000)
    assert linear_time.is_linear(list_told_demands, piece)
