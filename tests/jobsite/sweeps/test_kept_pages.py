"""Pages that are kept: the same for everybody, and outdated by every change of what they are made of."""

import datetime
import gzip
import pickle
import re
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone

from cities.switcher.likely_city import guess_city_by_ip
from jobsite.change_triggers import NOTIFYING_TABLES
from jobsite.kept_pages import KEPT_PAGES
from jobsite.monitoring.request_watch import HEADER
from listings.figures import view_counts
from listings.publication.transitions import move_listing
from listings.search_suggestions import search_counts
from news.articles import read_counts
from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.listener import LISTENER
from sitekit.kept_pages.middleware import KeptPage
from sitekit.kept_pages.store import KeptStore
from tests.addresses import PAGES, fill_addresses
from tests.articles import make_alert, make_article
from tests.jobsite.workers import wait_for
from tests.people import make_person, sign_in

# Read by kept pages, and told of by nobody. How often an article was read may be twenty minutes old; another model
# changes at most whether the title of a list quotes the words that were searched for.
SILENT_TABLES = {"news_articleviews", "screening_trainedmodel"}

# Public pages that are drawn anew, and why.
NOT_KEPT = {
    "listings:poster": "hardly anybody reads it twice",
    "cities:index": "it holds a form, and knows the city that was chosen",
    "news:subscribe_sent": "hardly anybody reads it twice",
    "listings:search_sent": "hardly anybody reads it twice",
    "service_status": "nothing tells when it changes; what it says is kept for a minute",
    "safety:governance": "its figures are kept by themselves, for three minutes",
}
IN_BEIJING, IN_SHANGHAI = "202.106.0.20", "202.96.209.5"
ANOTHER_VISITOR = {
    "REMOTE_ADDR": IN_SHANGHAI,
    "HTTP_USER_AGENT": "Mozilla/5.0 (iPhone) MicroMessenger/8.0",
    "HTTP_ACCEPT_LANGUAGE": "en-GB",
    "HTTP_REFERER": "https://example.com/",
    "HTTP_COOKIE": f"csrftoken={'x' * 32}; messages=y; large=1;",
}


@pytest.fixture(scope="module")
def stock(stock_of_the_module):
    return stock_of_the_module


@pytest.fixture
def kept(settings, monkeypatch):
    """A visitor whose answers may be kept ones; other visitors ask through the same client."""
    settings.KEEP_PAGES = True
    monkeypatch.setattr(LISTENER, "PAUSE", 0.02)
    never_written = read_counts.ReadCounter(clock=lambda: 0)
    monkeypatch.setattr(read_counts, "READ_COUNTER", never_written)
    monkeypatch.setattr(view_counts, "VIEW_COUNTER", view_counts.ViewCounter(clock=lambda: 0))
    searches = search_counts.SearchCounter(clock=lambda: 0)
    monkeypatch.setattr(search_counts, "SEARCH_COUNTER", searches)
    LISTENER.ensure_running()
    wait_for(CHANGES.is_trusted, "that the database answers")
    yield Client()
    LISTENER.stop()


def list_kept_addresses(stock):
    return [address for address in fill_addresses(PAGES, stock) if name_page(address) in KEPT_PAGES]


def name_page(address):
    return resolve(address.partition("?")[0]).view_name


def get_uncached_page(address, settings, **visitor):
    """The page as it is drawn for this visitor now."""
    settings.KEEP_PAGES = False
    try:
        return Client().get(address, **visitor)
    finally:
        settings.KEEP_PAGES = True


def count_queries(act):
    queries = []

    def note(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = act()
    return answer, queries


def test_every_public_page_is_kept_or_named():
    names = {name_page(address) for address in fill_addresses(PAGES, dict.fromkeys(ALL_STOCK, 1))}
    assert names == {*KEPT_PAGES, *NOT_KEPT}


ALL_STOCK = "online shop alert article tag listing repost filled held".split()


@pytest.mark.django_db
def test_a_page_takes_no_more_memory_than_is_counted(stock, kept, monkeypatch):
    put = KeptStore.put
    pages = []

    def note_page(store, key, row):
        if isinstance(row.value, KeptPage):
            pages.append((key, row))
        put(store, key, row)

    monkeypatch.setattr(KeptStore, "put", note_page)
    long = f"/xiangxi/news/?after={'1' * 30_000}"  # proxies let 16 to 64 kB through
    for address in [*list_kept_addresses(stock), long]:
        kept.get(address)
    assert len(pages) > 20
    for key, row in pages:
        page, match = row.value.page, row.value.match
        kept_values = [key, page.headers, row.dependencies, match.args, match.kwargs, match.route]
        patterns = [str(pattern) for way in match.tried or () for pattern in way]
        assert len(pickle.dumps([kept_values, patterns])) + len(page.compressed) <= row.size, (
            match.view_name
        )


@pytest.mark.django_db
def test_a_kept_page_is_the_one_that_would_be_drawn_for_any_visitor(stock, kept, settings):
    for address in list_kept_addresses(stock):
        first = kept.get(address)
        again, queries = count_queries(partial(kept.get, address, **ANOTHER_VISITOR))
        if address != "/":
            assert queries == [], address
        for answer in (first, again):
            assert answer.status_code == 200, address
            assert set(answer.cookies) <= {"here"}, address
            assert answer["Vary"] == "Accept-Encoding", address
        drawn = get_uncached_page(address, settings, **ANOTHER_VISITOR)
        assert drawn.content == again.content, address
        assert drawn.headers.pop(HEADER) != again.headers.pop(HEADER) != first.headers[HEADER]
        ours = {"Cache-Control", "ETag", "Last-Modified"}
        assert dict(drawn.headers) == {k: v for k, v in again.headers.items() if k not in ours}


@pytest.mark.django_db
def test_no_kept_page_is_filled_from_the_cookie_of_whoever_asks_first(stock, kept, settings):
    for address in list_kept_addresses(stock):
        if address == "/":
            continue
        cities = ("hefei", "xiangxi", "")
        answers = [kept.get(address, HTTP_COOKIE=f"here={city}.x; city={city}") for city in cities]
        assert len({answer.content for answer in answers}) == 1, address
        assert answers[0].content == get_uncached_page(address, settings).content, address


@pytest.mark.django_db
def test_the_national_page_of_who_was_in_a_city_is_not_kept(stock, kept):
    for _ in range(2):
        assert "回到合肥" in kept.get("/", HTTP_COOKIE="here=hefei.x").content.decode()
        assert "回到" not in kept.get("/").content.decode()


@pytest.mark.django_db
def test_the_national_page_suggests_each_visitor_their_city_and_redirects_who_chose_one(
    stock, kept, settings
):
    cities = {guess_city_by_ip(RequestFactory().get("/", REMOTE_ADDR=ip)) for ip in VISITORS}
    assert len(cities) == len(VISITORS)
    for _ in range(2):
        for ip in VISITORS:
            answer = kept.get("/", REMOTE_ADDR=ip)
            assert answer.content == get_uncached_page("/", settings, REMOTE_ADDR=ip).content
            chosen = kept.get("/", REMOTE_ADDR=ip, HTTP_COOKIE="city=hefei")
            assert (chosen.status_code, chosen["Location"]) == (302, "/hefei/")


VISITORS = ("127.0.0.1", IN_BEIJING, IN_SHANGHAI)


@pytest.mark.django_db
def test_host_and_scheme_belong_to_the_address(stock, kept, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    for host in ("a.example", "b.example"):
        for scheme in ("http", "https"):
            page = kept.get("/xiangxi/", headers={"host": host}, secure=scheme == "https")
            assert f'href="{scheme}://{host}/xiangxi/"' in page.content.decode()
    assert kept.get("/xiangxi/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_other_parameters_are_drawn_anew_and_the_order_belongs_to_the_address(stock, kept):
    for address, is_kept in (
        ("/xiangxi/jobs/?sort=pay&mode=online", True),
        ("/xiangxi/jobs/online/?sort=pay", True),
        ("/xiangxi/jobs/?from=timeline", False),
        ("/xiangxi/jobs/?after=%00", False),
        ("/xiangxi/?q=1", False),
    ):
        kept.get(address)
        _, queries = count_queries(partial(kept.get, address))
        assert (queries == []) == is_kept, address


@pytest.mark.django_db
def test_a_page_with_other_parameters_is_asked_for_anew_each_time(stock, kept, settings):
    """What a chat or a newsletter adds to a link: no browser may show the page later on without asking."""
    shared = "from=timeline&isappinstalled=0&utm_source=a"
    for path in ("/xiangxi/", "/xiangxi/jobs/", f"/xiangxi/jobs/{stock['listing']}/", "/alerts/"):
        address = f"{path}?{shared}"
        answer = kept.get(address, headers={"accept-encoding": "gzip"})
        assert answer["Cache-Control"] == "public, max-age=0, must-revalidate", address
        assert answer["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.content) == get_uncached_page(address, settings).content
        again = kept.get(
            address, headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]}
        )
        assert again.status_code == 304
    for cookie in ("here=hefei.x", "city=hefei"):
        assert "ETag" not in kept.get(f"/?{shared}", HTTP_COOKIE=cookie)
    gone = kept.get(f"/news/999999/?{shared}", headers={"accept-encoding": "gzip"})
    assert (gone.status_code, gone["Content-Encoding"], "ETag" in gone) == (404, "gzip", False)


@pytest.mark.django_db
def test_only_get_and_head_without_a_session_are_answered_from_memory(stock, kept):
    kept.get("/xiangxi/jobs/")
    head, queries = count_queries(lambda: kept.head("/xiangxi/jobs/"))
    assert (head.status_code, queries) == (200, [])
    assert kept.post("/xiangxi/jobs/").status_code == 405
    with transaction.atomic():
        sign_in(kept, make_person("reader"))
        answer, queries = count_queries(lambda: kept.get("/xiangxi/jobs/"))
        assert queries
        assert "ETag" not in answer
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_kept_page_depends_on_every_table_that_it_reads(stock, kept, monkeypatch):
    topics = {table.name: table.topics.keys() for table in NOTIFYING_TABLES}
    tables, depends = set(connection.introspection.table_names()), []
    real = KeptStore.put

    def put(store, key, row):
        if store.changes.number == row.number and isinstance(row.value, tuple):
            depends.append(row.dependencies)
        real(store, key, row)

    monkeypatch.setattr(KeptStore, "put", put)
    for address in list_kept_addresses(stock):
        depends.clear()
        _, queries = count_queries(partial(kept.get, address))
        read = set(re.findall(r"\w+", " ".join(map(str, queries)))) & tables
        untold = read - set(topics) - SILENT_TABLES
        assert untold == set(), address
        known = {dependency.topic for dependency in depends[-1]}
        assert [name for name in read - SILENT_TABLES if not topics[name] & known] == [], address


@pytest.mark.django_db
def test_an_article_appears_at_its_moment_and_a_danger_ends_at_its_own(kept, monkeypatch):
    now = timezone.now()
    make_article("马上要发的", status="scheduled", at=now + datetime.timedelta(seconds=20))
    make_alert(
        "两周前的险情",
        alert_level="danger",
        at=now - datetime.timedelta(days=14) + datetime.timedelta(seconds=40),
    )
    shown = []
    for seconds in (0, 10, 30, 50):
        moment = now + datetime.timedelta(seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        page = kept.get("/").content.decode()
        shown.append(("马上要发的" in page, "全国近期高发" in page))
    assert shown == [(False, True), (False, True), (True, True), (True, False)]


@pytest.mark.django_db
def test_a_kept_page_says_what_is_true_at_every_later_moment(
    stock, kept, settings, monkeypatch, publish
):
    """Here it is never too old to be kept: only what it noted itself ends it."""
    article, listing = make_alert("刚刚提醒的"), publish(title="刚刚发的")
    now = timezone.now()
    one_of_each = {name_page(address): address for address in list_kept_addresses(stock)}
    addresses = [*one_of_each.values(), "/xiangxi/jobs/", "/xiangxi/"]
    addresses += [f"/news/{article.pk}/", listing.get_absolute_url()]
    has_ages = set()
    for minutes in (0, 1.5, 290):
        moment = now + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        for address in addresses:
            kept.cookies.clear()
            page = kept.get(address).content
            has_ages |= {address} if "刚刚</time>".encode() in page else set()
            assert page == get_uncached_page(address, settings).content, (address, minutes)
    assert len(has_ages) > 5


@pytest.mark.django_db
def test_a_listing_ends_with_its_last_day(kept, monkeypatch, publish):
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0) + datetime.timedelta(days=1)
    before = midnight - datetime.timedelta(seconds=5)
    publish(title="只到今天的活", valid_through=before.date())
    shown = []
    for moment in (before, midnight):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        shown.append("只到今天的活" in kept.get("/xiangxi/jobs/").content.decode())
    assert shown == [True, False]


@pytest.mark.django_db
def test_searches_that_kept_pages_answer_are_counted(kept):
    phone = "Mozilla/5.0 (iPhone) MicroMessenger/8.0"
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.2"):
        kept.get("/xiangxi/jobs/?q=家教", headers={"user-agent": phone}, REMOTE_ADDR=address)
    counted = search_counts.SEARCH_COUNTER._reads.items()
    assert {(place, word, bits.bit_count()) for (_, place, word), bits in counted} == {
        (433100, "家教", 2),
        (0, "家教", 2),
    }


@pytest.mark.django_db
def test_reads_of_a_kept_article_are_counted(kept):
    pk = make_article().pk
    for agent in ("Mozilla/5.0 Firefox", "Mozilla/5.0 Firefox", "curl/8"):
        kept.get(f"/news/{pk}/", headers={"user-agent": agent})
    assert read_counts.READ_COUNTER._reads == {pk: 2}


@pytest.mark.django_db
def test_who_sees_a_kept_listing_is_counted_once(kept, publish):
    listing = publish()
    for agent in ("Mozilla/5.0 Firefox", "Mozilla/5.0 Firefox", "Mozilla/5.0 Chrome", "curl/8"):
        kept.get(listing.get_absolute_url(), headers={"user-agent": agent})
    view_counts.VIEW_COUNTER.write()
    assert listing.views_by_day.get().viewers == 2


@pytest.mark.django_db
def test_the_page_of_what_is_gone_is_not_kept(kept, publish):
    listing = publish()
    assert kept.get(listing.get_absolute_url()).status_code == 200
    move_listing(listing.pk, "removed_fraud", None, "核查", fraud_type="brushing_rebate")
    CHANGES.note_change("listings")  # nothing is told until the test's transaction is committed
    answers = [kept.get(listing.get_absolute_url()) for _ in range(2)]
    assert [(answer.status_code, "ETag" in answer) for answer in answers] == [(410, False)] * 2


@pytest.mark.django_db
def test_an_answer_that_is_not_kept_is_packed_all_the_same(kept):
    answer = kept.get("/news/999999/", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer["Content-Encoding"]) == (404, "gzip")
