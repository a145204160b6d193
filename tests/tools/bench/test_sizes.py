"""Bytes over the wire: the largest page of a kind counts, and the files that pages name are counted once."""

import gzip
from email.message import Message

import pytest

from tools.bench.measures.sizes import list_size_figures
from tools.bench.scenario.browser import Answer

HEAD = '<link rel="stylesheet" href="/a.css"><script src="/a.js" defer></script>'
PAGES = {
    "/": HEAD,
    "/large/": HEAD + "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(9_000)),
    "/a.css": "b{}",
    "/a.js": "c()",
}


class PagesInMemory:
    def __init__(self, coding):
        self.coding, self.asked = coding, []

    def get(self, path):
        self.asked.append(path)
        headers = Message()
        headers["Content-Encoding"] = self.coding
        return Answer(200, headers, gzip.compress(PAGES[path].encode()))


def test_the_largest_page_and_each_file_once():
    browser = PagesInMemory("gzip")
    kinds = [("page: home", ["/"]), ("page: list", ["/", "/large/"])]
    home, large, files, number = list_size_figures(browser, kinds)
    assert (home.name, home.is_met, large.is_met) == ("size of page: home", True, False)
    assert large.value == round(len(gzip.compress(PAGES["/large/"].encode())) / 1000, 1)
    assert large.note.endswith("/large/")
    assert (files.value, files.note) == (0.0, "a.css, a.js") and (number.value, number.is_met) == (
        2,
        True,
    )
    assert browser.asked.count("/a.css") == 1


def test_a_page_that_is_not_compressed_is_an_error():
    with pytest.raises(RuntimeError, match="not compressed"):
        list(list_size_figures(PagesInMemory("identity"), [("page: home", ["/"])]))
