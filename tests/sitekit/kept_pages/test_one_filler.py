"""Of those who ask at once for a page that is not kept, one has it drawn and the others get it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from math import inf

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.listener import LISTENER
from sitekit.kept_pages.middleware import KeptPageRules, KeptPagesMiddleware

VISITORS = 8


class SlowPages(KeptPagesMiddleware):
    pages = {"about": KeptPageRules(("site",)), "privacy": KeptPageRules(("site",))}

    def get_part(self, match):
        return None


@pytest.fixture
def drawn(settings, monkeypatch, db):
    resolve("/about/")  # the places that addresses may begin with are read once
    settings.KEEP_PAGES = True
    monkeypatch.setattr(LISTENER, "ensure_running", lambda: None)
    monkeypatch.setattr(CHANGES, "find_due_moment", lambda _now: inf)
    monkeypatch.setattr(CHANGES, "is_trusted", lambda: True)
    monkeypatch.setattr(CHANGES, "get_read_moment", CHANGES.clock)
    return []


def test_a_page_is_drawn_once_for_all_who_wait_for_it(drawn):
    begin = threading.Barrier(VISITORS)

    def draw_slowly(request):
        drawn.append(request.path)
        time.sleep(0.1)
        return HttpResponse(request.path)

    pages = SlowPages(draw_slowly)

    def ask(number):
        begin.wait()
        path = ("/about/", "/privacy/")[number % 2]
        return path, pages(RequestFactory().get(path)).content.decode()

    with ThreadPoolExecutor(VISITORS) as pool:
        answers = list(pool.map(ask, range(VISITORS)))
    assert all(path == text for path, text in answers)
    assert sorted(drawn) == ["/about/", "/privacy/"]
