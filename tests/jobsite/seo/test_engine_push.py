"""What search engines are told, tried against a stand-in on this machine."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from jobsite.seo import engine_push
from jobsite.seo.engine_push import push_changes
from listings.publication.transitions import move_listing
from news.articles.transitions import record_due_articles
from news.models import Article
from sitekit.models import PushProgress
from tests.articles import make_article

pytestmark = pytest.mark.django_db


class Engine:
    """Remembers what it was sent, and answers what it is told to."""

    def __init__(self):
        engine = self
        self.status, self.answer, self.bodies = 200, None, []
        self.quota, self.taken = 500, []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                engine.bodies.append(body)
                taken = {"success": len(body.splitlines()), "remain": 9}
                is_over_quota = taken["success"] > engine.quota
                if not is_over_quota:
                    engine.taken.append(body)
                self.send_response(400 if is_over_quota else engine.status)
                self.end_headers()
                self.wfile.write(json.dumps(engine.answer or taken).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push?token=secret"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def engine():
    engine = Engine()
    yield engine
    engine.server.shutdown()
    engine.server.server_close()


@pytest.fixture
def indexnow(engine, settings, monkeypatch):
    settings.SITE_URL, settings.INDEXNOW_KEY = "https://example.com", "abcdef0123456789"
    settings.INDEXNOW_URL = engine.url
    monkeypatch.setattr(engine_push, "PUSH_DELAY", timedelta())
    return engine


@pytest.fixture
def baidu(engine, settings, monkeypatch):
    settings.SITE_URL, settings.BAIDU_PUSH_URL = "https://example.com", engine.url
    monkeypatch.setattr(engine_push, "PUSH_DELAY", timedelta())
    return engine


def test_nobody_is_told_anything_unless_it_is_set(client, publish, engine):
    publish()
    assert push_changes() == 0
    assert not PushProgress.objects.exists() and client.get("/indexnow.txt").status_code == 404


def test_what_is_published_and_removed_is_told_once(client, indexnow, publish, place):
    publish(title="早就有的")
    assert push_changes() == 0  # the sitemap has it
    first, online = publish(), publish(mode="online", category="copywriting")
    move_listing(first.pk, "filled", None)
    article = make_article("新的")
    article.events.create(what="publish", before="draft", after="published")
    assert push_changes() == 3
    listings, articles = map(json.loads, indexnow.bodies)
    assert listings == {
        "host": "example.com",
        "key": "abcdef0123456789",
        "keyLocation": "https://example.com/indexnow.txt",
        "urlList": [
            f"https://example.com/jobs/{online.pk}/",
            f"https://example.com/xiangxi/jobs/{first.pk}/",
        ],
    }
    assert articles["urlList"] == [f"https://example.com/news/{article.pk}/"]
    assert client.get("/indexnow.txt").content == b"abcdef0123456789"
    assert push_changes() == 0 and len(indexnow.bodies) == 2


def test_a_scheduled_article_is_told_when_its_moment_has_come(indexnow):
    push_changes()
    moment = timezone.now() + timedelta(hours=1)
    article = make_article("定时的", status="scheduled", at=moment)
    assert push_changes() == 0
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
    assert record_due_articles() == 1 and push_changes() == 1
    (body,) = map(json.loads, indexnow.bodies)
    assert body["urlList"] == [f"https://example.com/news/{article.pk}/"]


def test_baidu_hears_of_what_is_there_only(baidu, publish):
    push_changes()
    gone, there = publish(), publish()
    move_listing(gone.pk, "filled", None)
    assert push_changes() == 1
    assert baidu.bodies == [f"https://example.com/xiangxi/jobs/{there.pk}/"]


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (503, None, "answered 503"),
        (400, {"error": 400, "message": "over quota"}, "answered 400"),
        (200, {"success": 0, "remain": 0}, "baidu took only a part"),
        (200, ["odd"], "baidu took only a part"),
    ],
)
def test_what_is_not_taken_is_told_again_later(baidu, publish, status, answer, error):
    push_changes()
    listing = publish()
    baidu.status, baidu.answer = status, answer
    assert push_changes() == 0 and push_changes() == 0
    assert len(baidu.bodies) == 1  # not at once
    progress = PushProgress.objects.get(source="listing")
    assert (progress.failures, progress.last_error) == (1, error)
    progress.next_try_at = timezone.now()
    progress.save()
    assert push_changes() == 0
    progress.refresh_from_db()
    assert progress.next_try_at - timezone.now() > timedelta(minutes=3)
    baidu.status, baidu.answer = 200, None
    PushProgress.objects.update(next_try_at=timezone.now())
    assert push_changes() == 1
    progress.refresh_from_db()
    assert (progress.failures, progress.last_error, progress.next_try_at) == (1, "", None)
    assert baidu.bodies[-1] == f"https://example.com/xiangxi/jobs/{listing.pk}/"


def test_more_than_the_quota_of_a_day_is_told_in_smaller_batches(baidu, publish):
    push_changes()
    listings = [publish() for _ in range(5)]
    baidu.quota = 2
    for _ in range(40):
        push_changes()
        PushProgress.objects.update(next_try_at=None)  # as time goes by
    taken = {line for body in baidu.taken for line in body.splitlines()}
    assert taken == {f"https://example.com/xiangxi/jobs/{listing.pk}/" for listing in listings}
    assert PushProgress.objects.get(source="listing").failures == 0


def test_an_address_that_baidu_calls_wrong_holds_up_no_other(baidu, publish):
    push_changes()
    publish()
    wrong = publish()
    address = f"https://example.com/xiangxi/jobs/{wrong.pk}/"
    baidu.answer = {"success": 0, "not_valid": [address], "not_same_site": [address], "remain": 9}
    assert push_changes() == 2
    assert PushProgress.objects.get(source="listing").failures == 0


def test_an_engine_that_is_away_stops_nothing(baidu, publish, settings, caplog):
    push_changes()
    publish()
    settings.BAIDU_PUSH_URL = "http://127.0.0.1:9/?token=secret"
    assert push_changes() == 0
    assert PushProgress.objects.get(source="listing").last_error == "URLError"
    assert "secret" not in caplog.text


def test_what_is_hidden_and_drafts_are_not_told(indexnow, publish, employer):
    push_changes()
    listing = publish(valid_through=timezone.localdate())
    type(listing).objects.filter(pk=listing.pk).update(status="rejected")
    listing.events.all().delete()
    listing.events.create(action="rejected", before="pending", after="rejected")
    assert push_changes() == 0 and indexnow.bodies == []
