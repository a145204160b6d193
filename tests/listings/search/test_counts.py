"""A number beside a link or an option is what one sees behind it."""

import datetime
import re
from html import unescape
from itertools import product
from urllib.parse import parse_qsl, urlencode

import pytest
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from listings.vocabulary.work_slots import encode_slots
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each
from tests.databases import shared_rows
from tests.listings.lists import client

__all__ = ["client"]

pytestmark = pytest.mark.django_db
OPTION = re.compile(
    r'<input type="(radio|checkbox)" name="(\w+)" value="([^"]+)"[^>]*>\s*[^<]*<small class="n">([\d,]+)(\+?)</small>'
)
TOTAL = re.compile(r'<span class="n">([\d,]+)\+?</span> 条')
STATES = [
    *({"category": [value]} for value in ("promotion", "tutor")),
    {"mode": ["online"]},
    {"mode": ["online"], "settlement": ["weekly"]},
    {"settlement": ["daily"], "slots": ["6a"]},
    {"slots": ["6a", "1e"], "whole": ["1"]},
    {"pay_min": ["21"], "term": ["weekend", "long_term"]},
    {"verified": ["licence"], "sort": ["pay"]},
    {"q": ["家教"]},
    {"q": ["校对 周末"], "sort": ["start"]},
    {"q": ["家教"], "settlement": ["weekly"], "mode": ["on_site"]},
    {"sort": ["pay"]},
    {"when": ["today"]},
    {"fit": ["student"], "perks": ["meals"]},
    {"fit": ["student", "no_experience"], "when": ["today"], "q": ["传单"]},
    {"perks": ["meals", "lodging"], "mode": ["on_site"]},
    {"q": ["不要家教"]},
    {"q": ["校对 不要周结"], "mode": ["on_site"]},
    {"without": ["家教", "夜班"], "settlement": ["weekly"]},
    {},
]


@pytest.fixture(scope="module")
def board(django_db_setup, django_db_blocker):
    with shared_rows(django_db_blocker):
        fill_board(build_listing_publisher(tea_shop()), timezone.localdate())
        yield


def fill_board(publish, today):
    """Listings that differ in all that is filtered by; some online, one begun, one without hourly pay."""
    for settlement, category in product(("daily", "weekly"), ("flyer", "tutor")):
        publish(
            title=f"{'家教' if category == 'tutor' else '传单'}{settlement}",
            settlement=settlement,
            category=category,
            term="weekend" if category == "flyer" else "long_term",
            slots=encode_slots(["6a"] if settlement == "daily" else ["1e"]),
        )
    publish(
        title="包吃住的传单",
        perks=["meals", "lodging"],
        flags=["student_welcome", "health_certificate"],
        experience="none",
        start_date=today,
        end_date=today,
    )
    publish(
        title="两年经验的司机",
        category="driver",
        experience="required",
        education="college",
        flags=["student_welcome"],
        perks=["meals"],
        start_date=today + datetime.timedelta(days=3),
    )
    publish(
        title="字幕校对",
        mode="online",
        category="copywriting",
        settlement="weekly",
        pay_min=30,
        pay_max=30,
    )
    publish(title="线上家教答疑", mode="online", category="online_teacher", settlement="daily")
    publish(
        title="送餐",
        mode="mobile",
        category="food_delivery",
        pay_unit="order",
        pay_min=5,
        pay_max=9,
    )
    publish(title="凤凰导游", category="other", region_id=get_region_by_slug("fenghuang").adcode)
    publish(title="已开工的打包", category="sorter", start_date=today - datetime.timedelta(days=2))


def read_total(client, address):
    """The total that the list shows, and its rows: all of them, for they fit on one page."""
    html = client.get(address).content.decode()
    total = TOTAL.search(html)
    rows = len(re.findall("<h3>", html.split('class="quick"')[1].split("只有“")[0]))
    assert int(total[1] if total else 0) == rows
    return rows


def list_menu_promises(html):
    """The menus of a phone: an address, and the number that it promises."""
    for href, number, more in re.findall(
        r'<li><a href="([^"]+)" rel="nofollow">[^<]*<small class="n">(\d+)(\+?)</small>', html
    ):
        yield unescape(href), int(number), bool(more)


def list_promises(html, state):
    """Yield the address that each option with a number leads to, alone among those of its filter."""
    for _, name, value, number, more in OPTION.findall(html):
        chosen = {**state, name: [value]}
        yield f"?{urlencode(chosen, doseq=True)}", int(number.replace(",", "")), bool(more)


@pytest.mark.parametrize(
    ("state", "site"),
    mark_each(5, product(STATES, ["/xiangxi/jobs/", "/jobs/", "/jishou/jobs/"])),
    ids=str,
)
def test_an_option_s_number_is_what_it_shows(client, board, site, state):
    html = client.get(f"{site}?{urlencode(state, doseq=True)}").content.decode()
    promises = [*list_promises(html, state), *list_menu_promises(html)]
    assert promises
    for address, number, more in promises:
        shown = read_total(client, address if address.startswith("/") else f"{site}{address}")
        assert shown >= number if more else shown == number, address


@pytest.mark.parametrize("site", ["/xiangxi/", "/"])
def test_the_numbers_of_the_home_page_are_what_they_lead_to(client, board, site):
    html = client.get(site).content.decode()
    promises = re.findall(
        r'href="([^"]*jobs/[^"]*)">(?:(?!</a>).)*?<small class="n">(\d+)', html, re.DOTALL
    )
    assert promises
    for address, number in promises:
        assert read_total(client, unescape(address)) == int(number), address


def test_a_number_0_on_a_home_page_is_shown_and_not_pressed(client, board):
    html = client.get("/beijing/").content.decode()
    ways = html.split('class="cats"')[1].split("</nav>")[0]
    assert ways.count('<small class="n">0</small>') == 7
    assert re.findall('href="([^"]+)"', ways) == ["/beijing/jobs/online/"]
    assert "/xiangxi/jobs/promotion/" in client.get("/xiangxi/").content.decode()


@pytest.mark.parametrize(
    "query",
    ["q=家教&settlement=monthly", "mode=online&settlement=monthly", "q=潜水", "q=家教&slots=3n"],
)
def test_what_an_empty_list_offers_is_there(client, board, query):
    site = "/xiangxi/jobs/"
    address = f"{site}?{urlencode(parse_qsl(query))}"
    html = client.get(address).content.decode()
    offers = re.findall(r'<a class="pill" href="([^"]+)">[^<]*<small class="n">(\d+)', html)
    assert offers
    for href, number in offers:
        address = unescape(href)
        address = site + address if address.startswith("?") else address
        assert read_total(client, address) == int(number), address
