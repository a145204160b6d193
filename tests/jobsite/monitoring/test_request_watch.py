"""Each request has a number, which its error page shows, and is counted by the name of its route."""

import logging
import re

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from jobsite.monitoring.request_watch import HEADER
from sitekit.telemetry.log_lines import PlainLine

pytestmark = pytest.mark.django_db
GIVEN = "from-the-proxy-9f3b0000"


def read_count(route, status):
    labels = {"route": route, "status": str(status)}
    return REGISTRY.get_sample_value("jobsite_request_seconds_count", labels) or 0


def test_it_is_made_of_ten_digits_anew_each_time(client):
    first, second = (client.get("/favicon.ico").headers[HEADER] for _ in range(2))
    assert re.fullmatch(r"\d{10}", first) and first != second


@pytest.mark.parametrize(
    ("behind_proxy", "given", "is_taken"),
    [
        (True, GIVEN, True),
        (True, "a" * 64, True),
        (True, "a" * 65, False),
        (True, "two words", False),
        (True, "", False),
        (False, GIVEN, False),
    ],
)
def test_the_proxys_is_taken_and_nobody_elses(client, settings, behind_proxy, given, is_taken):
    settings.BEHIND_PROXY = behind_proxy
    answer = client.get("/favicon.ico", headers={HEADER: given})
    assert (answer.headers[HEADER] == given) is is_taken


@pytest.mark.parametrize("given", ["", GIVEN])
def test_the_page_of_an_error_tells_it(monkeypatch, settings, given):
    def fail(city):
        raise ValueError("the words of an error")

    settings.BEHIND_PROXY = True
    monkeypatch.setattr("jobsite.context_processors._get_operator", fail)
    client = Client(raise_request_exception=False)
    answer = client.get("/about/", headers={HEADER: given})
    number = answer.headers[HEADER][-10:]
    assert answer.status_code == 500
    assert f"<b>{number}</b>" in answer.content.decode()


def test_what_is_not_there_is_logged_once_with_the_number(client):
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(PlainLine().format(record))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get("/nothing-there/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    (line,) = lines
    number = answer.headers[HEADER]
    assert line.endswith(f" WARNING django.request {number} Not Found: /nothing-there/")


def test_requests_are_counted_by_route_never_by_path(client):
    before = read_count("listings:list", 200), read_count("no route", 404)
    client.get("/xiangxi/jobs/?q=somebody")
    client.get("/jobs/")
    client.get("/somebody@example.com/x/")
    queries = REGISTRY.get_sample_value("jobsite_queries_total", {"route": "listings:list"})
    assert read_count("listings:list", 200) == before[0] + 2
    assert read_count("no route", 404) == before[1] + 1
    assert queries > 0
    routes = {s.labels.get("route", "") for m in REGISTRY.collect() for s in m.samples}
    assert not [route for route in routes if "somebody" in route or "xiangxi" in route]
