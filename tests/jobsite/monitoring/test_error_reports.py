"""What a Sentry is sent: kind and places of an error, and nothing of a person."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.jobsite.settings.test_settings import run_python

# A page that fails over what somebody sent; then an error that is only logged.
FAIL = """
import django, logging
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.views.decorators.csrf import csrf_exempt
@csrf_exempt
def fail(request, token):
    secret = request.POST["phone"]
    raise ValueError(f"{secret} of somebody@example.com")
import jobsite.urls
from django.urls import path
jobsite.urls.urlpatterns.insert(0, path("evidence/<str:token>/x/", fail, name="fails"))
request = RequestFactory().post(
    "/evidence/12-0a1b2c3d4e5f6a7b8c9d/x/?q=13700137000",
    {"phone": "13800138000"}, headers={"cookie": "sessionid=secret-session", "host": "example.com"},
    secure=True,
)
request.environ["wsgi.url_scheme"] = "https"
WSGIHandler()(request.environ, lambda *answer: None)
logging.getLogger("x").error("%s failed", "13600136000")
logging.getLogger("django.security.DisallowedHost").error("Invalid host")
import sentry_sdk
sentry_sdk.flush(10)
"""
PERSONAL = (
    *("13800138000", "13700137000", "13600136000", "somebody", "secret-session"),
    *("0a1b2c3d4e5f6a7b8c9d", "127.0.0.1"),
)


@pytest.fixture
def sentry():
    """(its address, the events that it got)"""
    events = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            events.extend(json.loads(line) for line in body.splitlines() if b'"platform"' in line)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://publickey@127.0.0.1:{server.server_port}/1", events
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_error_is_sent_without_what_anybody_sent(sentry):
    address, events = sentry
    done = run_python(FAIL, SENTRY_DSN=address, ALLOWED_HOSTS="example.com")
    assert done.returncode == 0, done.stderr
    page, line = events
    (error,) = page["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "")
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    assert page["request"] == {"method": "POST", "url": "/evidence/***/x/"}
    assert page["tags"]["name"] == "fails"
    assert line["logentry"] == {"message": "%s failed"}
    sent_text = json.dumps(events)
    assert [words for words in PERSONAL if words in sent_text] == []


@pytest.mark.full
def test_a_wrong_address_stops_the_start_and_is_not_told():
    done = run_python("import django; django.setup()", SENTRY_DSN="https://geheim.example.com/x")
    assert done.returncode != 0
    assert "SENTRY_DSN is no https://key@host/number." in done.stderr
    assert "geheim" not in done.stderr.split("ImproperlyConfigured")[-1]


@pytest.mark.full
def test_without_an_address_nothing_of_it_is_loaded():
    done = run_python("import sys, django; django.setup(); print('sentry_sdk' in sys.modules)")
    assert done.stdout == "False\n", done.stderr
