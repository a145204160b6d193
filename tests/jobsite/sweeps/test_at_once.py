"""What is published, withdrawn or due shows at once on every kind of page: nothing keeps it longer."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from listings.publication.transitions import move_listing
from news.articles.transitions import publish_article, schedule_article, withdraw_article
from tests.articles import make_alert, make_article

pytestmark = pytest.mark.django_db
TITLE = "吉首一人被骗走学费"
LATER = timedelta(hours=3)
PAGES = [
    "/",
    "/xiangxi/",
    "/jishou/",
    "/hunan/",
    "/xiangxi/jobs/",
    "/xiangxi/jobs/promotion/",
    "/xiangxi/jobs/{listing}/",
    "/news/",
    "/xiangxi/news/",
    "/xiangxi/news/tag/学费/",
    "/alerts/",
    "/xiangxi/alerts/",
    "/alerts/upfront_fee/",
    "/xiangxi/alerts/upfront_fee/",
    "/xiangxi/group/",
    "/xiangxi/news/{article}/",
    "/xiangxi/news/feed.atom",
    "/xiangxi/news/feed.json",
    "/xiangxi/alerts/feed.atom",
    "/alerts/upfront_fee/feed.json",
]


@pytest.fixture
def pages(stock, place):
    """Every kind of page that an alert of the city stands on; one page is another article's."""
    other = make_article(
        "学费的事", places=[place("jishou")], tags=["学费"], fraud_type="upfront_fee", kind="guide"
    )
    return [page.format(listing=stock["listing"], article=other.pk) for page in PAGES]


@pytest.fixture
def draft(place):
    return make_alert(
        TITLE,
        places=[place("jishou")],
        tags=["学费"],
        fraud_type="upfront_fee",
        alert_level="danger",
        status="draft",
    )


@pytest.fixture
def clock(monkeypatch):
    """Moves the time by as much as it is told."""
    real = timezone.now

    def move(by):
        monkeypatch.setattr(timezone, "now", lambda: real() + by)

    return move


def list_pages_with_title(client, pages):
    addresses = []
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        kept = re.search(r"max-age=(\d+)", response.headers.get("Cache-Control", ""))
        assert kept is None or int(kept[1]) <= 1, page
        if TITLE in response.content.decode():
            addresses.append(page)
    return addresses


def in_sitemap(client, article):
    return f"/news/{article.pk}/" in client.get("/sitemap-articles.xml").content.decode()


def test_published_and_withdrawn(client, pages, draft):
    assert list_pages_with_title(client, pages) == []
    publish_article(draft.pk)
    assert list_pages_with_title(client, pages) == pages
    assert in_sitemap(client, draft)
    withdraw_article(draft.pk, "有误")
    assert list_pages_with_title(client, pages) == []
    assert not in_sitemap(client, draft)
    assert client.get(f"/xiangxi/news/{draft.pk}/").status_code == 410


def test_a_removed_listing_is_gone_from_its_feeds_and_no_cache_has_them(client, publish):
    feeds = [f"{place}/jobs/feed.{kind}" for place in ("", "/xiangxi") for kind in ("atom", "json")]
    listing = publish(title=TITLE)
    assert list_pages_with_title(client, feeds) == feeds
    move_listing(listing.pk, "removed_fraud", None, "核查", fraud_type="brushing_rebate")
    assert list_pages_with_title(client, feeds) == []


def test_scheduled_shows_when_its_moment_has_come(client, pages, draft, clock):
    schedule_article(draft.pk, timezone.now() + LATER)
    assert list_pages_with_title(client, pages) == []
    assert client.get(f"/xiangxi/news/{draft.pk}/").status_code == 404
    clock(LATER + timedelta(seconds=1))
    assert list_pages_with_title(client, pages) == pages
    assert in_sitemap(client, draft)
    assert client.get(f"/xiangxi/news/{draft.pk}/").status_code == 200


def test_a_changed_title_shows_at_once(client, pages, draft):
    publish_article(draft.pk)
    draft.refresh_from_db()
    draft.title, draft.body = "改过的标题", "<p>改过的正文</p>"
    draft.save()
    assert list_pages_with_title(client, pages) == []
    assert "改过的标题" in client.get("/xiangxi/").content.decode()


def test_a_guide_comes_and_goes_at_once_on_the_pages_that_lead_with_it(client, clock):
    pages = ["/news/kind/guide/", "/xiangxi/news/kind/guide/", "/xiangxi/alerts/upfront_fee/"]
    guide = make_article(TITLE, kind="guide", fraud_type="upfront_fee", status="draft")
    assert list_pages_with_title(client, pages) == []
    schedule_article(guide.pk, timezone.now() + LATER)
    assert list_pages_with_title(client, pages) == []
    clock(LATER)
    assert list_pages_with_title(client, pages) == pages
    withdraw_article(guide.pk, "有误")
    assert list_pages_with_title(client, pages) == []
