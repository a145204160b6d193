"""The whole public site at once: what every page must hold to, and what nothing may do to it."""

import re
from io import BytesIO
from itertools import pairwise
from urllib.parse import quote, urlsplit

import html5lib
import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from PIL import Image

from accounts.models import User
from sitekit.share_pictures import kept_drawings
from tests import access
from tests.addresses import (
    ELSEWHERE,
    FORMS,
    NOT_OURS,
    PAGES,
    PLAIN,
    POSTS,
    TEMPORARY,
    fill_addresses,
    is_personal,
    list_routes,
)

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
HTML = "{http://www.w3.org/1999/xhtml}"
# Whoever is signed in sees there what they did with it.
# Where a member sees what the member did, and has the buttons for it.
OWN_STATES = re.compile(r"(/[a-z-]+)?/(jobs|employers)/\d+/$")
FORM_FIELDS = ("input", "select", "textarea")
# As words: the random letters of a signed address may spell any of them.
LEFTOVERS = re.compile(
    r"(?<![\w-])(?:TODO|FIXME|XXX|lorem)(?![\w-])|\{\{|\{%|>None<|Traceback", re.IGNORECASE
)


class Document:
    """A page as a browser reads it."""

    def __init__(self, response):
        self.text = response.content.decode()
        parser = html5lib.HTMLParser()
        self.root = parser.parse(self.text)
        self.errors = [f"{code} at {where}" for where, code, _ in parser.errors]

    def all(self, *names):
        return [e for e in self.root.iter() if e.tag in {HTML + name for name in names}]

    def words(self, name):
        return ["".join(element.itertext()).strip() for element in self.all(name)]

    def values(self, attribute):
        return [e.attrib[attribute] for e in self.root.iter() if attribute in e.attrib]


@pytest.fixture(scope="module")
def stock(stock_of_the_module):
    return stock_of_the_module


@pytest.fixture(scope="module")
def pages(stock):
    """Address → response, for every public page."""
    return {address: Client().get(address) for address in fill_addresses(PAGES | FORMS, stock)}


@pytest.fixture(scope="module")
def documents(pages):
    return {address: Document(response) for address, response in pages.items()}


def find_faults(documents, check):
    """Address → what `check` has to say against the page, where it says anything."""
    faults_by_address = {address: check(document) for address, document in documents.items()}
    return {address: fault for address, fault in faults_by_address.items() if fault}


def test_every_route_stands_in_the_table_of_addresses():
    ours = {route for route in list_routes() if not route.startswith(NOT_OURS)}
    assert ours - {*access.GET, *access.POST} == {
        *PAGES,
        *FORMS,
        *PLAIN,
        *ELSEWHERE,
        *POSTS,
        *TEMPORARY,
    }


def test_every_address_in_the_table_leads_to_its_route(stock):
    for route, group in (PAGES | FORMS | PLAIN | ELSEWHERE | POSTS | TEMPORARY).items():
        for address in group:
            path = address.format(**stock).partition("?")[0]
            assert get_resolver().resolve(path).route == route


def test_every_page_answers(pages):
    wrong = {a: r.status_code for a, r in pages.items() if r.status_code != 200}
    assert wrong == {}
    assert {r["Content-Type"] for r in pages.values()} == {"text/html; charset=utf-8"}


def test_addresses_that_send_on_lead_to_something_of_ours(client, stock):
    for address in fill_addresses(ELSEWHERE, stock):
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert [urlsplit(to).netloc for to, _ in response.redirect_chain] == [""]


def test_every_page_has_one_heading(documents):
    assert find_faults(documents, lambda d: d.words("h1") if len(d.words("h1")) != 1 else "") == {}
    assert find_faults(documents, lambda d: not d.words("h1")[0] and "empty") == {}


def test_headings_never_skip_a_level(documents):
    def skipped(document):
        levels = [int(e.tag[-1]) for e in document.all("h1", "h2", "h3", "h4")]
        return [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]

    assert find_faults(documents, skipped) == {}


def test_every_page_is_valid_html(documents):
    assert find_faults(documents, lambda d: d.errors) == {}


def test_every_id_is_there_once(documents):
    def repeated(document):
        ids = document.values("id")
        return {i for i in ids if ids.count(i) > 1}

    assert find_faults(documents, repeated) == {}


def test_every_reference_to_an_id_leads_somewhere(documents):
    def dangling(document):
        names = [
            *document.values("for"),
            *" ".join(document.values("aria-labelledby")).split(),
            *" ".join(document.values("aria-describedby")).split(),
            *" ".join(document.values("aria-controls")).split(),
            *(href[1:] for href in document.values("href") if href[:1] == "#" and href != "#"),
        ]
        return set(names) - set(document.values("id"))

    assert find_faults(documents, dangling) == {}


def test_every_form_field_says_what_it_is(documents):
    def nameless(document):
        labelled = set(document.values("for"))
        inside = {field for label in document.all("label") for field in label.iter()}
        return [
            field.attrib.get("name")
            for field in document.all(*FORM_FIELDS)
            if field.attrib.get("type") != "hidden"
            and field not in inside
            and field.attrib.get("id") not in labelled
            and "aria-label" not in field.attrib
        ]

    assert find_faults(documents, nameless) == {}


def test_lists_hold_items_only(documents):
    def strays(document):
        allowed = {"ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}}
        return [
            (name, child.tag)
            for name, children in allowed.items()
            for parent in document.all(name)
            for child in parent
            if child.tag not in {HTML + inside for inside in children}
            and isinstance(child.tag, str)
        ]

    assert find_faults(documents, strays) == {}


def test_every_title_ends_with_the_brand_and_the_tagline(documents):
    for address, document in documents.items():
        # What was subscribed is of a city, though its links are not.
        is_of_xiangxi = "city=xiangxi" in address or re.match("/alerts/subscribe/.*/.+/", address)
        slug = "xiangxi" if is_of_xiangxi else address.split("/")[1]
        name = {"xiangxi": "湘西", "hunan": "湖南", "beijing": "北京", "hefei": "合肥"}.get(
            slug, ""
        )
        end = f"{name}兼职信息网 - 全国专业的网络兼职信息网站"
        (title,) = document.words("title")
        assert title == end or title.endswith(f" - {end}"), address


def test_every_page_has_an_absolute_canonical_address_without_query(documents):
    def wrong(document):
        links = [e.attrib for e in document.all("link") if e.attrib.get("rel") == "canonical"]
        urls = [urlsplit(link["href"]) for link in links]
        good = [
            u for u in urls if f"{u.scheme}://{u.netloc}" == HOST and not (u.query or u.fragment)
        ]
        return "" if len(urls) == len(good) == 1 else links

    assert find_faults(documents, wrong) == {}


def test_an_article_has_one_canonical_address_under_all_cities(client, stock):
    for address in (f"/xiangxi/news/{stock['alert']}/", f"/news/{stock['alert']}/"):
        expected = f'<link rel="canonical" href="{HOST}/news/{stock["alert"]}/">'
        assert expected in client.get(address).content.decode()


def test_every_page_is_in_chinese_and_finished(documents):
    assert find_faults(documents, lambda d: d.all("html")[0].attrib.get("lang") != "zh-CN") == {}
    assert find_faults(documents, lambda d: LEFTOVERS.findall(d.text)) == {}


def test_every_page_describes_itself_and_can_be_skipped_through(documents):
    def lacking(document):
        described = [
            e.attrib.get("content") for e in document.all("meta")
            if e.attrib.get("name") == "description"
        ]  # fmt: skip
        skip = [e for e in document.all("a") if e.attrib.get("href") == "#main"]
        return [] if len(described) == 1 and described[0].strip() and skip else described

    assert find_faults(documents, lacking) == {}


def _is_data(script):
    return script.attrib.get("type") == "application/ld+json"


def test_no_page_has_script_or_style_inside(documents):
    def inside(document):
        return [
            *(e.tag for e in document.all("style")),
            *(e.tag for e in document.all("script") if "src" not in e.attrib and not _is_data(e)),
            *(k for e in document.root.iter() for k in e.attrib if k == "style" or k[:2] == "on"),
        ]

    assert find_faults(documents, inside) == {}


def test_no_page_takes_anything_from_another_host(documents):
    def foreign(document):
        taken = [
            value
            for element in document.root.iter()
            for name, value in element.attrib.items()
            if name in {"src", "srcset", "href", "action", "formaction", "data", "poster"}
            and element.tag != f"{HTML}a"
        ]
        links = [e.attrib.get("href", "") for e in document.all("a")]
        return [
            *(v for v in taken if urlsplit(v).netloc not in {"", "testserver"}),
            *(v for v in taken + links if urlsplit(v).scheme in {"javascript", "data"}),
        ]

    assert find_faults(documents, foreign) == {}


def test_links_to_other_hosts_give_nothing_away(documents):
    def loose(document):
        return [
            e.attrib["href"]
            for e in document.all("a")
            if urlsplit(e.attrib.get("href", "")).netloc
            and "noopener" not in e.attrib.get("rel", "")
        ]

    assert find_faults(documents, loose) == {}


@pytest.fixture
def somebody():
    """Signed in, with a remembered city, a waiting message and an address in Changsha."""
    user = User.objects.create_user("somebody@example.com", "a long pass phrase")
    browser = Client(REMOTE_ADDR="222.240.1.1", HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT="x")
    browser.force_login(user)
    waiting, response = CookieStorage(RequestFactory().get("/")), HttpResponse()
    waiting.add(messages.INFO, "只给一个人看的话")
    waiting.update(response)
    browser.cookies.load(response.cookies)
    browser.cookies["city"] = "hefei"
    browser.cookies["csrftoken"] = "a" * 32
    return browser


def test_public_pages_are_the_same_bytes_for_everybody(pages, somebody):
    differing = [
        address
        for address, response in pages.items()
        if not is_personal(address) and somebody.get(address).content != response.content
    ]
    assert [address for address in differing if not OWN_STATES.match(address)] == []
    for address in differing:  # it has what its reader did, and nobody on the way may keep it
        kept_by = somebody.get(address)["Cache-Control"]
        assert "private" in kept_by and "no-store" in kept_by, address


def test_public_pages_set_no_cookie_but_that_of_their_city_and_do_not_depend_on_one(
    pages, somebody
):
    public = [address for address in pages if not is_personal(address)]
    shared = [address for address in public if not OWN_STATES.match(address)]
    for response in [*(pages[a] for a in public), *(somebody.get(a) for a in shared)]:
        city = response.resolver_match.kwargs.get("city")
        cookies = {name: cookie.value for name, cookie in response.cookies.items()}
        expected = {"here": f"{city.slug}.{quote(city.short_name)}"} if city else {}
        assert cookies == expected, response.request["PATH_INFO"]
        assert "cookie" not in response.get("Vary", "").lower(), response.request["PATH_INFO"]


def test_the_personal_pages_do_look_at_the_visitor(somebody):
    assert somebody.get("/").url == "/hefei/"
    assert "回到合肥" in somebody.get("/cities/").content.decode()


def kind_of(link):
    """What a link leads to, whichever city of its level it is, and whatever it looks for there.

    Raises Resolver404 where no route is.
    """
    path, _, query = link.partition("?")
    match = get_resolver().resolve(path)
    city = match.kwargs.pop("city", None)
    return match.route, city and city.level, str(match.kwargs), re.sub(r"=[^&]*", "=", query)


@pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.full)], ids=["each kind", "all"]
)
def test_every_local_link_leads_somewhere(client, documents, is_whole):
    """A walk over all links of all pages: none is dead, whatever wrote it.

    Each leads to a route; those that differ in the city only are followed once for each level.
    """
    links = set()
    for address, document in documents.items():
        for href in (e.attrib.get("href", "") for e in document.all("a")):
            url = urlsplit(href)
            if not (url.netloc or url.scheme) and not href.startswith("#"):
                path = url.path or address.partition("?")[0]
                links.add(f"{path}?{url.query}" if url.query else path)
    assert len(links) > 300
    # the counties by initial and by province, and the filters: one of each is enough
    some = {re.sub(r"=[^&]*", "=", link): link for link in sorted(links) if "?" in link}
    links = {link for link in links if "?" not in link} | set(some.values())
    kinds = {kind_of(link): link for link in sorted(links)}
    assert len(kinds) > 50
    answers = {link: client.get(link) for link in (links if is_whole else kinds.values())}
    dead = {link: a.status_code for link, a in answers.items() if a.status_code not in {200, 301}}
    # A visit is worth it where a fraud was removed: it says what to do now.
    advice = "listings/pages/removed_fraud.html"
    dead = {
        link: status
        for link, status in dead.items()
        if advice not in [template.name for template in answers[link].templates]
    }
    # What is for people who are signed in leads a visitor to sign in, and what asks for the city to its page.
    login = "/accounts/login/?next="
    for link, answer in answers.items():
        target = answer.get("Location", "")
        if target.startswith(login) or (
            link.startswith("/here/") and client.get(target).status_code == 200
        ):
            dead.pop(link, None)
    assert dead == {}


SHARE_IMAGE = re.compile(r'<meta property="og:image" content="http://testserver(/[^"]+)">')


def test_every_page_has_share_pictures_that_are_there(pages, monkeypatch):
    """What is drawn is tried by the tests of each kind; here one point stands for it."""
    drawn = BytesIO()
    Image.new("RGB", (1, 1)).save(drawn, "PNG")
    monkeypatch.setattr(kept_drawings, "draw_card", lambda *_: drawn.getvalue())
    monkeypatch.setattr(kept_drawings, "keep_drawing", lambda _name, draw: draw())
    images = {a: SHARE_IMAGE.findall(page.content.decode()) for a, page in pages.items()}
    assert [address for address, paths in images.items() if len(paths) != 2] == []
    paths = {path for page_paths in images.values() for path in page_paths}
    answers = {path: Client().get(path) for path in paths}
    assert {a["Content-Type"] for a in answers.values() if a.status_code == 200} == {"image/png"}
    assert [path for path, answer in answers.items() if answer.status_code != 200] == []
    kinds = {path.split("/")[2] for path in paths}
    assert {"jobs", "news", "xiangxi", "hefei", "all"} <= kinds
