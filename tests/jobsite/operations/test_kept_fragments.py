"""Parts of pages that are kept beside each other: a page made of them is the one that is drawn with nothing kept."""

import random
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from listings.models import Listing
from listings.publication.transitions import move_listing
from news.articles.transitions import withdraw_article
from news.models import Article
from sitekit.kept_pages import store
from sitekit.kept_pages.changes import CHANGES
from sitekit.models import Operator
from sitekit.templatetags import sitekit as tags
from tests.articles import make_alert, make_article
from tests.daily_tests import is_night
from tests.jobsite.heard_changes import wait_until_all_is_heard
from tests.people import make_person, sign_in

PLACES = ("", "/hunan", "/xiangxi", "/jishou")
ASKED = {
    "category": ("flyer", "tutor", "bogus"),
    "district": ("433101", "430000"),
    "mode": ("online", "onsite"),
    "pay_min": ("20", "-1", "abc"),
    "q": ("派发", "湘西", "<b>"),
    "settlement": ("daily", "weekly"),
    "slots": ("6m", "3a"),
    "sort": ("pay", "start"),
    "verified": ("licence",),
}

NEWS_LISTS = ("/news/", "/alerts/", "/alerts/brushing_rebate/", "/news/kind/guide/")
FORMS = ("atom", "rss", "json")
AT_A_TIME = 14 if is_night() else 8  # addresses after a change
ONE_LISTING = re.compile(r"/jobs/\d+/$")
ACTS = (
    "publish a listing",
    "remove a listing",
    "publish an article",
    "withdraw an article",
    "change the operator",
    "UPDATE listings_listing SET duties = duties || %s",
    "UPDATE listings_listingcard SET html = html || %s",
    "UPDATE news_article SET title = title || %s",
)


@pytest.fixture(autouse=True)
def components_drawn_anew():
    yield
    tags._keep_component.cache_clear()


def list_addresses(chance):
    listings = [row.get_absolute_url() for row in Listing.objects.exclude(published_at=None)]
    articles = [f"/news/{pk}/" for pk in Article.objects.values_list("pk", flat=True)]
    names = chance.sample(sorted(ASKED), 2)
    query = urlencode({name: chance.choice(ASKED[name]) for name in names})
    place = chance.choice(PLACES)
    plain = [f"{place}/", f"{place}/jobs/", "/about/", *(f"{place}{path}" for path in NEWS_LISTS)]
    plain += [
        f"{place}{chance.choice(NEWS_LISTS)}{asked}" for asked in ("?utm=1", "?after=abc&utm=1")
    ]
    plain += [f"{place}{path}feed.{chance.choice(FORMS)}" for path in ("/jobs/", *NEWS_LISTS)]
    under = [f"/xiangxi{address}" for address in articles]
    return [*plain, *(f"{at}/jobs/?{query}" for at in PLACES), *listings, *articles, *under]


def change_site_content(act, chance, publish):
    listings = list(Listing.objects.filter(status="published"))
    articles = list(Article.objects.filter(status="published"))
    number = chance.randrange(10**6)
    if act == "publish a listing":
        publish(title=f"商场派发 {number}", mode=chance.choice(("onsite", "online")))
    elif act == "remove a listing":
        kind = {"fraud_type": "brushing_rebate"}
        move_listing(chance.choice(listings).pk, "removed_fraud", None, "核查", **kind)
    elif act == "publish an article":
        make = chance.choice((make_article, make_alert))
        make(f"湘西的事 {number}", places=chance.choice(([], [get_region_by_slug("xiangxi")])))
    elif act == "withdraw an article":
        withdraw_article(chance.choice(articles).pk, "写错了")
    elif act == "change the operator":
        Operator(name=f"公司 {number}", tagline=f"标语 {number}").save()
    else:
        with connection.cursor() as cursor:
            cursor.execute(act, [f"（{number}）"])


def get_page_response(client, address):
    client.cookies.pop("here", None)  # the city of the page before changes the nation's pages
    answer = client.get(address)
    return answer.status_code, answer.content, answer.get("ETag")


def draw_with_nothing_kept(client, address, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(CHANGES, "is_trusted", lambda: False)
        patch.setattr(store, "_VALUES", store.KeptStore(2**20))
        tags._keep_component.cache_clear()
        return get_page_response(client, address)


@pytest.mark.parametrize("seed", [1])
def test_a_page_of_kept_parts_is_the_one_that_is_drawn_anew(heard, publish, monkeypatch, seed):
    """For whoever asks: a part that was drawn for somebody who signed in is shown to all."""
    chance = random.Random(seed)
    anonymous, reader = Client(), sign_in(Client(), make_person("reader"))
    for number in range(3):
        publish(title=f"派发 {number}")
        make_alert(f"湘西的预警 {number}", places=[get_region_by_slug("xiangxi")])
    for act in chance.sample(ACTS, len(ACTS)):
        change_site_content(act, chance, publish)
        wait_until_all_is_heard()
        moment = timezone.now()
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda moment=moment: moment)
            addresses = list_addresses(chance)
            for address in chance.sample(addresses, min(AT_A_TIME, len(addresses))):
                # The page of one listing tells a reader what that reader did.
                visitors = [anonymous] if ONE_LISTING.search(address) else [anonymous, reader]
                chance.shuffle(visitors)
                pages = [get_page_response(visitor, address) for visitor in visitors]
                pages.append(draw_with_nothing_kept(Client(), address, monkeypatch))
                assert len(set(pages)) == 1, (act, address)


def test_a_kept_feed_asks_nothing_and_ends_with_a_change(heard, publish, django_assert_num_queries):
    """Each with what changes it. A reader that has it gets 304 until then."""
    listing = publish(title="要下架的派发")
    article = make_alert("要撤回的预警", places=[get_region_by_slug("xiangxi")])
    kind = {"fraud_type": "brushing_rebate"}
    ends = {
        "/xiangxi/jobs/feed.atom": (
            listing.title,
            lambda: move_listing(listing.pk, "removed_fraud", None, "核查", **kind),
        ),
        "/news/feed.json": (article.title, lambda: withdraw_article(article.pk, "写错了")),
    }
    wait_until_all_is_heard()
    for address, (title, end) in ends.items():
        first = Client().get(address)
        with django_assert_num_queries(0):
            assert Client().get(address).content == first.content
            again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (title in first.content.decode(), again.status_code) == (True, 304)
        end()
        wait_until_all_is_heard()
        after = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (after.status_code, title in after.content.decode()) == (200, False)
