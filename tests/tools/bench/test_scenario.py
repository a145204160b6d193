"""The mixed load: what comes, when, and from where; what a form would send; when a rate is sustained."""

import threading
import time
from collections import Counter
from random import Random

import pytest
from django.core.management import CommandError, call_command

from tools.bench.scenario import arrivals, rates
from tools.bench.scenario.addresses import read_addresses
from tools.bench.scenario.arrivals import Samples, run_visits
from tools.bench.scenario.browser import Browser, choose_source, read_form, split_base
from tools.bench.scenario.mix import KINDS, ZipfChoice, schedule_visits
from tools.bench.scenario.staff import decide_next, make_moderator
from tools.bench.scenario.texts import write_posting
from tools.demo.factories import make_article, make_listing

PAGE = """
<form method="get"><input name="q" value="a"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t&amp;k">
<input type="checkbox" name="slots" value="6m" checked><input type="checkbox" name="slots" value="6a">
<select name="education"><option value="none" selected>x</option><option value="high">y</option></select>
<textarea name="about">
早班</textarea><input name="website"><button name="go" value="next">go</button></form>
"""


def test_the_shares_are_those_of_an_ordinary_day():
    assert sum(kind.share for kind in KINDS.values()) == pytest.approx(1)
    assert KINDS["list"].share + KINDS["listing"].share == pytest.approx(0.7)
    assert (KINDS["search"].share, KINDS["article"].share) == (0.15, 0.1)
    assert sum(kind.address_share for kind in KINDS.values()) == pytest.approx(1)


def test_visits_come_at_the_rate_and_in_the_shares():
    visits = list(schedule_visits(Random(1), rate=100, seconds=200))
    counts = Counter(kind for _, kind in visits)
    assert len(visits) == pytest.approx(20_000, rel=0.05)
    assert counts["listing"] / len(visits) == pytest.approx(0.4, abs=0.02)
    assert counts["check"] / len(visits) == pytest.approx(0.02, abs=0.005)
    assert [due for due, _ in visits] == sorted(due for due, _ in visits)


def test_the_first_address_is_asked_for_twice_as_often_as_the_second():
    choice, random = ZipfChoice([str(n) for n in range(1, 1001)]), Random(2)
    counts = Counter(choice.choose(random) for _ in range(20_000))
    assert counts["1"] / counts["2"] == pytest.approx(2, rel=0.15)
    assert counts["1"] / counts["10"] == pytest.approx(10, rel=0.25)


def test_a_form_is_read_as_a_browser_would_send_it():
    assert read_form(PAGE, "about") == {
        "csrfmiddlewaretoken": ["t&k"],
        "slots": ["6m"],
        "education": ["none"],
        "about": ["早班"],
        "website": [""],
    }
    with pytest.raises(LookupError):
        read_form(PAGE, "contact")


@pytest.mark.parametrize(
    "base",
    ["http://192.0.2.1", "http://example.com", "https://127.0.0.1", "http://127.0.0.1/jobs/"],
)
def test_no_load_leaves_this_machine(base):
    with pytest.raises(ValueError):  # noqa: PT011 - the base is what is wrong
        split_base(base)
    with pytest.raises(ValueError):  # noqa: PT011
        Browser(base)
    with pytest.raises(CommandError):
        call_command("bench_load", base)


def test_each_visitor_has_a_network_of_their_own():
    sources = [choose_source(number) for number in (*range(300), 62_499, 62_500)]
    assert len({source.rpartition(".")[0] for source in sources[:301]}) == 301
    assert len(set(sources)) == 302


def test_waiting_counts_from_when_a_visit_was_due():
    """One thread, two visits due at once: the second waited for the first."""
    order = []

    def perform(kind, clock):
        order.append(kind)
        clock.measure(lambda: time.sleep(0.03))
        if kind == "b":
            raise ValueError("broken")

    samples = run_visits(iter([(0.0, "a"), (0.0, "b")]), perform, threads=1)
    assert order == ["a", "b"]
    assert samples.seconds["b"][0] >= 2 * 0.03
    assert (samples.visits, samples.answers) == (2, 2)
    assert samples.errors == {"b: ValueError: broken": 1}


def test_visits_that_are_due_go_out_while_others_are_answered():
    both = threading.Barrier(2, timeout=10)
    samples = run_visits(iter([(0.0, "a"), (0.0, "b")]), lambda *_: both.wait() and None, threads=2)
    assert samples.errors == {}


def test_what_could_not_begin_in_time_is_an_error(monkeypatch):
    monkeypatch.setattr(arrivals, "LATE_SECONDS", 0.01)
    samples = run_visits(iter([(0.0, "a"), (0.0, "b")]), lambda *_: time.sleep(0.05), threads=1)
    assert samples.errors == {"b: not begun within 0.01 s": 1}


def test_the_highest_rate_is_found_between_the_last_good_and_the_first_bad():
    def run_at(rate):
        samples = Samples()
        samples.add("list", 0.01 if rate <= 50 else 5.0)
        return samples

    highest, steps = rates.find_highest_rate(run_at)
    assert [step.rate for step in steps] == [16, 32, 64, 48, 56]
    assert highest == 48


def test_a_rate_with_an_error_is_not_sustained():
    samples = Samples()
    samples.add("list", 0.01)
    assert rates.is_sustained(samples)
    samples.add_error("list: answered 500")
    assert not rates.is_sustained(samples)
    assert rates.find_highest_rate(lambda _: samples)[0] == 0


@pytest.mark.django_db
def test_addresses_are_those_of_the_database(client):
    listing, article = make_listing(category="flyer"), make_article()
    addresses = read_addresses(total=200)
    listings, articles = (addresses.choices[kind].values for kind in ("listing", "article"))
    assert listings == addresses.reached == [listing.get_absolute_url()]
    assert articles == [article.get_absolute_url()]
    assert len(addresses.choices["list"].values) == 40
    assert addresses.choices["search"].values
    for choice in addresses.choices.values():
        assert client.get(choice.values[-1]).status_code == 200


@pytest.mark.django_db
def test_the_moderator_decides_what_waits():
    moderator = make_moderator()
    assert decide_next(moderator) == "decision: nothing waits"
    listing = make_listing(status="pending", **write_posting(Random(4), is_queued=True))
    assert decide_next(moderator) in ("decision: published", "decision: rejected")
    listing.refresh_from_db()
    assert listing.status in ("published", "rejected")


def test_no_two_postings_have_the_same_words():
    random = Random(5)
    texts = {
        listing_words["duties"]
        for listing_words in (write_posting(random, is_queued=False) for _ in range(300))
    }
    assert len(texts) == 300
