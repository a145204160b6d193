"""Alerts and guides lead to the listings of the kind of work that the fraud poses as."""

import re

import pytest

from listings.vocabulary.categories import CATEGORIES, GROUPS
from listings.vocabulary.category_threats import (
    THREATS_OF_ALL_WORK,
    list_particular_threats,
    list_threatened_works,
)
from screening.fraud_types import list_fraud_types
from tests.articles import make_alert, make_article
from tests.listings.seeking import sign_in_browser
from tools.demo.factories import make_employer, make_user

pytestmark = pytest.mark.django_db
WAY = re.compile(
    r'<h2>这类工作现在在招的</h2>.*?href="([^"]+)">\s*看(.+?)的(.+?)\s*<small class="n">(\d+\+?) 条',
    re.DOTALL,
)


def read_way(client, address):
    html = client.get(address).content.decode()
    match = WAY.search(html)
    assert bool(match) == ("这类工作现在在招的" in html)
    return match and match.groups()


@pytest.fixture
def board(publish, place):
    for title in ("商场试饮", "校园地推"):
        publish(title=title, category="street_promo")
    publish(title="合肥地推", category="street_promo", region_id=place("hefei").adcode)
    publish(title="资料校对", category="copywriting", mode="online")


@pytest.mark.parametrize("kind", ["alert", "guide"])
def test_its_list_shows_as_many_as_it_promises(client, board, kind):
    article = make_article(kind=kind, fraud_type="account_tasks")
    work = "/jobs/promotion/"
    for city, link in (
        ("/xiangxi", (f"/xiangxi{work}", "湘西", "市场推广", "2")),
        ("", (work, "全国", "市场推广", "3")),
    ):
        for address in (f"{city}/news/{article.pk}/", f"{city}/alerts/account_tasks/"):
            assert read_way(client, address) == link
        html = client.get(link[0]).content.decode()
        assert f'<span class="n">{link[3]}</span> 条' in html
    assert read_way(client, "/xiangxi/alerts/brushing_rebate/") == (
        *("/xiangxi/jobs/online/", "全国", "线上兼职", "1"),
    )


def test_what_threatens_no_kind_of_work_or_one_that_nobody_offers_leads_nowhere(client, board):
    alert = make_alert(fraud_type="upfront_fee")
    news = make_article(kind="news", fraud_type="account_tasks")
    for address in (
        *(f"/xiangxi/news/{article.pk}/" for article in (alert, news)),
        "/xiangxi/alerts/romance/",
        "/xiangxi/alerts/id_seizure/",
    ):
        assert read_way(client, address) is None


def test_the_first_kind_that_has_listings_is_taken(client, publish):
    assert list_threatened_works("model_card") == ["etiquette_model", "events"]
    publish(category="expo")
    assert read_way(client, "/xiangxi/alerts/model_card/")[2:] == ("展会演出", "1")


def test_each_kind_is_one_that_the_tables_of_threats_name():
    for fraud_type in list_fraud_types():
        for work in list_threatened_works(fraud_type):
            kinds = GROUPS[work].categories if work in GROUPS else [CATEGORIES[work]]
            assert all(fraud_type in list_particular_threats(kind.code) for kind in kinds)
            assert fraud_type not in THREATS_OF_ALL_WORK


def test_a_reader_is_told_of_what_the_own_list_shows(board, publish):
    other = make_employer("吉首峒河文印店")
    publish(by=other, title="文印店地推", category="street_promo")
    reader = sign_in_browser(make_user("reader@example.com"))
    address = "/xiangxi/alerts/account_tasks/"
    assert read_way(reader, address)[3] == "3"
    reader.post(f"/employers/{other.pk}/block/")
    answer = reader.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert read_way(reader, address)[3] == "2"
