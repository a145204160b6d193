"""One of each kind of thing that has a page; the values fill `addresses.PAGES`."""

import datetime

from django.utils import timezone

from cities.models import ExchangeGroup
from listings.models import SavedSearch
from listings.publication.transitions import move_listing
from listings.vocabulary.work_slots import encode_slots
from news.models import AlertSubscription
from sitekit.messages.subscriptions import MAX_AGE
from sitekit.models import Operator, Picture
from sitekit.web.signed_links import sign_link
from tests.articles import make_alert, make_article, make_source

TAG = "网警"


def make_page_rows(publish, place):
    at = timezone.now() - datetime.timedelta(hours=2, minutes=30)
    group = make_group(place("xiangxi"))
    return (
        {"group": group.pk}
        | _make_listings(publish, at)
        | _make_articles(place, at)
        | _make_mail_links(place)
    )


def make_group(region, **fields):
    """An open exchange group, and an operator that says who it is; the picture has no files."""
    Operator.objects.get_or_create(pk=1, defaults={"name": "示例公司"})
    picture = Picture.objects.create(
        digest=f"{region.adcode:032}", width=480, height=480, widths=[480]
    )
    fields = {"name": "交流群", "rules": "不收钱。\n不刷单。", "is_open": True} | fields
    return ExchangeGroup.objects.create(region=region, picture=picture, **fields)


def _make_listings(publish, at):
    listings = {}
    for state in ("filled", "held", "removed_fraud"):
        listing = publish(at=at, title=f"不再招的活 {state}")
        move_listing(listing.pk, state, None, "核查", fraud_type="brushing_rebate")
        listings[state] = listing
    listings["listing"] = publish(
        at=at,
        title="周末传单派发 <b>&",
        slots=encode_slots(["6a", "7a"]),
        perks=["meals"],
        start_date=timezone.localdate() + datetime.timedelta(2),
    )
    publish(at=at, title="家教", category="tutor", pay_min=None, pay_max=None, pay_unit="")
    listings["repost"] = publish(
        at=at,
        by=None,
        title="门店导购",
        category="shop_assistant",
        listing_fields={"source_name": "某报招聘版", "source_url": "https://example.com/1"},
    )
    listings["online"] = publish(at=at, title="字幕校对", mode="online", category="copywriting")
    numbers = {name: listing.pk for name, listing in listings.items()}
    return numbers | {"shop": listings["listing"].employer_id}


def _make_articles(place, at):
    county = [place("jishou")]
    alert = make_alert(
        "刷单先返小钱",
        "<p>先交钱的都不要做。</p>",
        places=county,
        tags=[TAG],
        source=make_source(),
        at=at,
    )
    make_alert("湖南的另一起", places=[place("hunan")], at=at)
    article = make_article("暑期怎么挑", "<p>先看结算。</p>", kind="guide", tags=[TAG], at=at)
    return {"alert": alert.pk, "article": article.pk, "tag": TAG}


def _make_mail_links(place):
    """What the mails to somebody who asked for alerts lead to."""
    row = AlertSubscription.objects.create(email="reader@example.com", region=place("xiangxi"))
    search = SavedSearch.objects.create(email="reader@example.com", title="全国兼职")
    return {purpose: sign_link(f"alerts {purpose}", row.pk) for purpose in MAX_AGE} | {
        f"search_{purpose}": sign_link(f"search {purpose}", search.pk) for purpose in MAX_AGE
    }
