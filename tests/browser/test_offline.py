"""Without a network a browser that was here before shows what to do in the first half hour."""

import pytest

KEPT = """caches.keys().then(names => Promise.all(names.map(name => caches.open(name))))
    .then(kept => Promise.all(kept.map(cache => cache.keys())))
    .then(found => found.flat().map(request => new URL(request.url).pathname))"""


@pytest.fixture
def visitor(open_page):
    page = open_page(service_workers="allow")
    page.goto("/about/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def test_one_page_is_there_without_a_network_and_nothing_else_is_kept(visitor):
    visitor.goto("/cities/")
    page_path, style_path = sorted(visitor.evaluate(KEPT))
    assert page_path == "/offline/" and style_path.startswith("/static/bundles/site.")
    visitor.context.set_offline(True)
    visitor.goto("/jobs/")
    assert visitor.locator("h1").inner_text() == "现在没有网络"
    assert visitor.get_by_role("link", name="96110").first.is_visible()
    visitor.context.set_offline(False)
    visitor.goto("/about/")
    assert visitor.locator("h1").inner_text() != "现在没有网络"


def test_the_operator_ends_it(visitor, settings):
    settings.SERVICE_WORKER = False
    visitor.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
    visitor.wait_for_function("caches.keys().then(names => names.length === 0)")
    visitor.wait_for_function(
        "navigator.serviceWorker.getRegistration().then(found => found === undefined)"
    )
