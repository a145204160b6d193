"""What is checked reaches no table, log line, file, cookie, address or report of a fault."""

import sys
import tempfile

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files import uploadhandler
from django.core.signals import got_request_exception
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from safety.checker import text_check
from safety.checker.forms import MemoryOnlyUploadHandler
from safety.checker.hidden_errors import CheckFailed
from tests.answers import read_body
from tests.articles import make_alert
from tests.people import make_person, sign_in
from tests.safety.checking import ADDRESS, build_upload, picture_of, plain_picture, post_check
from tests.safety.reporting import make_browser
from tests.safety.traces import (
    LATIN,
    MARKER,
    TEXT,
    assert_kept_nowhere,
    read_all_tables,
    record_logs,
    traces_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(caplog):
    with record_logs(caplog) as lines:
        yield lines


def test_no_row_and_no_log_line_holds_it(logged):
    make_alert("刷单案", fraud_type="brushing_rebate")
    before = read_all_tables()
    response = post_check(text=TEXT, pictures=[picture_of(f"https://{LATIN}.example.com/{MARKER}")])
    assert response.status_code == 200 and 'class="verdict high"' in read_body(response)
    lines = logged()
    assert any("sitekit_tally" in line for line in lines), "queries are seen"
    assert_kept_nowhere(before, lines)


def test_nor_where_somebody_is_signed_in_and_has_a_session(logged):
    client = sign_in(make_browser(), make_person("seeker"))
    client.get(ADDRESS)
    before = read_all_tables()
    post_check(client, TEXT)
    after = read_all_tables()
    assert not [table for table, rows in after.items() if traces_in(rows)]
    assert after["public.django_session"] == before["public.django_session"]
    assert not [line for line in logged() if traces_in(line)]


@pytest.mark.parametrize(
    "sent",
    [
        {"text": TEXT * 200},
        {"text": TEXT, "pictures": "words"},
        {"text": "", "example": TEXT},
        {"text": TEXT, "website": TEXT, TEXT: TEXT},
    ],
    ids=["too long", "no picture", "no example", "more fields"],
)
def test_nor_what_is_refused(logged, sent):
    before = read_all_tables()
    if "pictures" in sent:
        sent |= {"pictures": [build_upload(TEXT.encode(), name=f"{LATIN}.png")]}
    assert post_check(**sent).status_code == 200
    assert_kept_nowhere(before, logged())


def test_nor_what_is_too_much_for_a_form(logged):
    before = read_all_tables()
    assert post_check(text=TEXT * 20_000).status_code == 400
    assert_kept_nowhere(before, logged())


def raise_reading_error(text, context=None):
    raise RuntimeError(f"cannot read {text}")


@pytest.fixture
def broken(monkeypatch):
    monkeypatch.setattr(text_check, "screen_text", raise_reading_error)
    client = make_browser()
    client.raise_request_exception = False
    return client


def test_nor_where_the_check_itself_breaks(logged, broken, settings):
    settings.ADMINS = ["boss@example.com"]
    before = read_all_tables()
    picture = picture_of(f"https://{LATIN}.example.com", name=f"{LATIN}.png")
    response = post_check(broken, TEXT, [picture])
    assert response.status_code == 500 and not traces_in(read_body(response))
    lines = logged()
    assert any("CheckFailed: RuntimeError in raise_reading_error" in line for line in lines), (
        "but where it broke"
    )
    assert_kept_nowhere(before, lines)
    sent = getattr(mail, "outbox", [])
    assert not [letter for letter in sent if traces_in(str(letter.message()) + letter.body)]


def test_a_report_of_the_fault_holds_nothing_of_it(broken, settings):
    reports = []

    def report(sender, request, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_text(), reporter.get_traceback_html()])
        error = sys.exc_info()[1]
        assert isinstance(error, CheckFailed) and error.__context__ is error.__cause__ is None

    settings.DEBUG = False
    got_request_exception.connect(report)
    try:
        post_check(broken, TEXT, [picture_of(LATIN, name=f"{LATIN}.png")])
    finally:
        got_request_exception.disconnect(report)
    assert len(reports) == 2 and "CheckFailed" in reports[0]
    assert not [traces_in(fault_report) for fault_report in reports if traces_in(fault_report)]


def test_a_picture_of_many_megabytes_touches_no_disk(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a file on disk")

    for place, name in (
        (tempfile, "NamedTemporaryFile"),
        (tempfile, "TemporaryFile"),
        (tempfile, "mkstemp"),
        (uploadhandler, "TemporaryUploadedFile"),
    ):
        monkeypatch.setattr(place, name, refuse)
    picture = plain_picture((2400, 2600), noise=90)
    assert picture.size > 5_000_000
    response = post_check(text=TEXT, pictures=[picture])
    assert response.status_code == 200 and "没有读到字" in read_body(response)


def test_of_a_file_that_is_too_heavy_no_more_is_held_than_may_be_read():
    handler = MemoryOnlyUploadHandler(RequestFactory().post(ADDRESS))
    handler.handle_raw_input(None, {}, 0, None)
    piece = b"x" * 1024 * 1024
    for _file in range(3):
        with pytest.raises(uploadhandler.StopFutureHandlers):
            handler.new_file("picture", f"{LATIN}.png", "image/png", len(piece) * 10)
        for n in range(10):
            assert handler.receive_data_chunk(piece, n * len(piece)) is None
        kept = handler.file_complete(10 * len(piece))
        assert kept.name == "picture" and kept.size == 10 * len(piece)
    assert handler.received_bytes <= 56 * 1024 * 1024


def test_neither_cookie_nor_cache_nor_address_holds_it(monkeypatch):
    stored = []
    for name in ("set", "add", "set_many"):
        monkeypatch.setattr(cache, name, lambda *a, **k: stored.append(repr((a, k))))
    client = make_browser()
    client.get(ADDRESS)
    response = post_check(client, TEXT)
    assert not traces_in(repr(response.cookies) + repr(dict(client.cookies)) + repr(stored))
    assert not traces_in(repr(dict(response.items())))
    links = [part.partition('"')[0] for part in read_body(response).split('href="')[1:]]
    assert links and not [link for link in links if traces_in(link)]


def test_an_address_that_carries_a_text_is_not_read(client):
    page = read_body(client.get(f"{ADDRESS}?text={MARKER}"))
    assert MARKER not in page and 'class="verdict' not in page
