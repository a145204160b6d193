"""Of screenshots nothing stays either: no row, log line, file, cache entry, cookie, and soon no memory."""

import tempfile
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.answers import read_body
from tests.people import make_person, sign_in
from tests.safety.checker.test_keeps_nothing import (
    LATIN,
    MARKER,
    assert_kept_nowhere,
    logged,
    read_all_tables,
    traces_in,
)
from tests.safety.checking import ADDRESS, build_upload, post_check
from tests.safety.reporting import make_browser
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image
from tests.sitekit.ocr.reader_processes import find_readers, wait_until

__all__ = ["logged"]  # a fixture
pytestmark = pytest.mark.django_db
LINES = (f"{MARKER}招夜间配单员", "先垫付本金再返佣金", f"加微信 {LATIN}")


@pytest.fixture
def folder(settings, tmp_path):
    """Of a reader that forgets after a second and then ends."""
    settings.OCR_FOLDER = str(tmp_path / "ocr")
    settings.OCR_KEPT_SECONDS = settings.OCR_IDLE_SECONDS = 1
    return Path(settings.OCR_FOLDER)


def build_screenshot_upload():
    return build_upload(encode_image(draw_lines(LINES)), f"{LATIN}.jpg", "image/jpeg")


def list_files(*folders):
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def list_network_sockets():
    """The numbers of all sockets of TCP and UDP."""
    tables = (Path(f"/proc/net/{kind}") for kind in ("tcp", "tcp6", "udp", "udp6"))
    rows = [row.split() for t in tables if t.exists() for row in t.read_text().splitlines()[1:]]
    return {row[9] for row in rows}


def assert_was_read(response):
    assert 'class="verdict high"' in read_body(response)
    assert traces_in(read_body(response)) == [MARKER, LATIN, "夜间配单员"], "what is looked for"


def test_no_row_and_no_log_line_holds_what_was_read(logged, folder):
    before = read_all_tables()
    assert_was_read(post_check(pictures=[build_screenshot_upload()]))
    lines = logged()
    assert any("sitekit_tally" in line for line in lines), "queries are seen"
    assert_kept_nowhere(before, lines)


def test_no_session_cookie_address_or_cache_holds_it(monkeypatch, folder):
    stored = []
    for name in ("set", "add", "set_many"):
        monkeypatch.setattr(cache, name, lambda *a, **k: stored.append(repr((a, k))))
    client = sign_in(make_browser(), make_person("seeker"))
    client.get(ADDRESS)
    sessions = read_all_tables()["public.django_session"]
    response = post_check(client, pictures=[build_screenshot_upload()])
    assert_was_read(response)
    assert read_all_tables()["public.django_session"] == sessions
    assert not traces_in(repr(dict(client.cookies)) + repr(stored) + repr(dict(response.items())))
    assert not traces_in(response.request["PATH_INFO"])


def test_no_file_holds_it_while_it_is_read_or_after(folder):
    temp = Path(tempfile.gettempdir())
    before = {path for path in temp.iterdir() if path.is_file()}
    assert_was_read(post_check(pictures=[build_screenshot_upload()]))
    (pid,) = find_readers(folder)
    opened = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert [path for path in opened if Path(path).is_file()] == [], "the reader has no file open"
    numbers = {path.removeprefix("socket:[")[:-1] for path in opened if path.startswith("socket:")}
    assert not numbers & list_network_sockets(), "the reader talks to no other machine"
    assert {path.name for path in list_files(folder)} == {"start.lock"}
    assert (folder / "start.lock").read_bytes() == b""
    added = {path for path in temp.iterdir() if path.is_file()} - before
    traces = [trace.encode() for trace in (MARKER, LATIN)]
    assert not [path for path in added if any(t in path.read_bytes() for t in traces)]


@pytest.mark.full
def test_soon_the_ticket_is_forgotten_then_the_reader_ends_and_leaves_nothing(folder):
    client = make_browser()
    address = client.post(ADDRESS, {"pictures": [build_screenshot_upload()]})["Location"]
    assert len(find_readers(folder)) == 1
    wait_until(lambda: client.get(address).status_code == 410, 60)
    assert "已经不在了" in read_body(client.get(address))
    wait_until(lambda: not find_readers(folder), 30)
    assert [path.name for path in folder.iterdir()] == ["start.lock"]
