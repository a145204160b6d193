"""No page repeats words of its address that ask for money or name a contact: whoever sends somebody the link to a
page of this site would otherwise have the site say them. Only the fields of forms may hold them.

Each address is asked first with a query that notes the names of the parameters that are read; then with the words in
each of them. Each third address is asked daily, all of them at night.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from tests.access import GET
from tests.addresses import ELSEWHERE, FORMS, PAGES, PLAIN, fill_addresses
from tests.daily_tests import is_night

pytestmark = pytest.mark.django_db
MARK = "linlin8888"
PHRASES = (f"加微信{MARK}领工资", f"家教 先交押金200元找{MARK}")
# Attributes that hold addresses or what a form sends; nobody reads them on the page.
UNREAD = {"href", "action", "src", "value", "formaction", "data-href"}
ROLES_ASKED = ("seeker", "employer")
LISTS = {"/xiangxi/jobs/", "/cities/"}  # which have most parameters


class ReadWords(HTMLParser):
    """Collects what a reader, a screen reader or a share card gets to see."""

    def __init__(self, html):
        super().__init__()
        self.words = []
        self.skipped = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.skipped += tag == "textarea"
        self.words += [value or "" for name, value in attrs if name not in UNREAD]

    def handle_endtag(self, tag):
        self.skipped -= tag == "textarea"

    def handle_data(self, data):
        if not self.skipped:
            self.words.append(data)


def list_shown_words(client, address):
    """Return the words of the answer that contain the mark."""
    response = client.get(address)
    shown = find_shown_words(response)
    for close in response._resource_closers:
        close()
    return shown


def find_shown_words(response):
    if response.streaming or not 200 <= response.status_code < 300:
        return []
    text = response.content.decode(errors="replace")
    if "html" in response.get("Content-Type", ""):
        return [words.strip() for words in ReadWords(text).words if MARK in words]
    shown = re.sub(r'(?:https?:/)?/[^\s"<>]*', "", text)  # addresses
    return [shown[max(0, match.start() - 40) : match.end()] for match in re.finditer(MARK, shown)]


@pytest.fixture
def noted_names(monkeypatch):
    """The names of parameters that are asked for."""
    names = set()

    def note(method):
        def asked(query, name, *more, **options):
            names.add(name)
            return method(query, name, *more, **options)

        return asked

    for name in ("__getitem__", "__contains__", "get", "getlist"):
        monkeypatch.setattr(QueryDict, name, note(getattr(QueryDict, name)))
    return names


def list_parameters(client, address, noted_names):
    noted_names.clear()
    list_shown_words(client, f"{address}{'&' if '?' in address else '?'}x=1")
    return sorted(name for name in noted_names if name and name.isidentifier())


def list_faults(client, address, noted_names):
    path = address.partition("?")[0]
    faults = []
    for name in list_parameters(client, address, noted_names):
        for phrase in PHRASES:
            shown = list_shown_words(client, f"{path}?{urlencode({name: phrase})}")
            faults += [f"{path}?{name}= {words}" for words in shown]
    return faults


def choose_addresses(addresses):
    return [
        address
        for number, address in enumerate(addresses)
        if is_night() or number % 3 == 0 or address.partition("?")[0] in LISTS
    ]


def test_words_in_the_text_are_found_and_those_in_a_field_are_not():
    html = (
        f'<input value="{MARK}"><a href="/?q={MARK}" aria-label="去掉 {MARK}">x</a><textarea>{MARK}'
    )
    assert ReadWords(html).words.count(f"去掉 {MARK}") == 1
    assert [words for words in ReadWords(f"{html}</textarea><h1>{MARK}</h1>").words if MARK in words] == [
        f"去掉 {MARK}", MARK
    ]  # fmt: skip


def test_no_public_page_repeats_words_of_its_address(cast, noted_names):
    clients, values = cast
    addresses = {
        address.partition("?")[0]: address
        for address in fill_addresses(PAGES | FORMS | PLAIN | ELSEWHERE, values)
    }
    assert len(addresses) > 100
    faults, tried = [], {}
    for address in choose_addresses(addresses.values()):
        path = address.partition("?")[0]
        tried[path] = list_parameters(clients["visitor"], address, noted_names)
        faults += list_faults(clients["visitor"], address, noted_names)
    assert {"q", "near", "without", "pay_min"} <= set(tried["/xiangxi/jobs/"])
    assert "q" in tried["/cities/"]
    assert not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize("role", ROLES_ASKED)
def test_no_page_of_a_member_repeats_words_of_its_address(cast, noted_names, role):
    clients, values = cast
    asks = [ask for asks in GET.values() for ask in asks if "/admin/" not in ask.address]
    addresses = [ask.address.format(**values) for ask in asks if ask.answers.get(role) == 200]
    faults = []
    for address in choose_addresses(addresses):
        faults += list_faults(clients[role], address, noted_names)
    assert not faults, "\n".join(sorted(set(faults)))
