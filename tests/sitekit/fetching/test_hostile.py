"""Servers and images that mean harm: a limit holds in time and in size. Only loopback is called."""

import socket
import threading
import time

import pytest
from PIL import Image

from sitekit.fetching import public_hosts, web_fetch
from sitekit.fetching.web_fetch import AddressRefused, Fetcher
from sitekit.images.image_cleaning import MAX_WRITTEN, ImageRefused, decode_image
from sitekit.images.pictures import create_picture
from tests.sitekit.fetched_hosts import to_loopback
from tests.sitekit.images.test_pictures import encode_image, png_header

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def dripping(monkeypatch):
    """Gives the address of a server that says `start`, then `drop` again and again."""
    monkeypatch.setattr(public_hosts, "is_public", lambda ip: ip == "127.0.0.1")
    over, listening = threading.Event(), []

    def serve(start, drop, pause):
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)
        threading.Thread(
            target=_serve_slow_answer, args=(server, start, drop, pause, over), daemon=True
        ).start()
        port = server.getsockname()[1]
        monkeypatch.setattr(public_hosts, "PORTS", {port})
        return f"http://news.example.cn:{port}/"

    yield serve
    over.set()
    for server in listening:
        server.close()


def _serve_slow_answer(server, start, drop, pause, over):
    while not over.is_set():
        try:
            client, _ = server.accept()
            with client:
                if b"robots.txt" in client.recv(4096):
                    client.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                    continue
                client.sendall(start)
                while not over.wait(pause):
                    client.sendall(drop)
        except OSError:
            continue


@pytest.mark.parametrize(
    ("start", "drop", "pause", "reason"),
    [
        (HEAD + b"Content-Length: 9999\r\n\r\n", b"x", 0.05, "太慢"),
        (HEAD + b"\r\n", b"x", 0.05, "太慢"),
        (HEAD, b"x", 0.05, "太慢"),
        (b"HTTP", b"x", 0.05, "太慢"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05, "太慢"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 99, 0.01, "太慢"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01, "太慢"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65538, 0, "MB|好好"),
        (HEAD + b"\r\n", b"x" * 65536, 0, "超过 5 MB"),
        (HEAD, b"A: b\r\n" * 99, 0, "没有好好回答"),
        (HEAD + b"A: ", b"b" * 65536, 0, "没有好好回答"),
    ],
)
def test_who_never_comes_to_an_end_is_left(dripping, monkeypatch, start, drop, pause, reason):
    monkeypatch.setattr(web_fetch, "TOTAL", 0.4)
    monkeypatch.setattr(web_fetch, "PAUSE", 0)
    if pause == 0:
        monkeypatch.setattr(web_fetch, "TOTAL", 30)
    address = dripping(start, drop, pause)
    fetcher = Fetcher(resolve=to_loopback, sleep=time.sleep)
    with pytest.raises(AddressRefused, match=reason):
        fetcher.page(address)


@pytest.mark.parametrize(
    ("kind", "size", "is_taken"),
    [("JPEG", (5000, 4000), True), ("PNG", (5000, 4000), False), ("PNG", (4000, 4000), True)],
)
def test_what_is_decoded_whole_may_have_fewer_points(kind, size, is_taken):
    data = encode_image(Image.new("L", size), kind)
    if is_taken:
        assert decode_image(data, 100).width == 100
    else:
        with pytest.raises(ImageRefused, match="像素太多"):
            decode_image(data, 100)


def test_points_are_counted_before_any_is_decoded(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(ImageRefused, match="像素太多"):
        decode_image(png_header(4001, 4000), 100)


@pytest.mark.django_db
def test_a_very_tall_one_is_made_smaller_so_that_it_can_be_written(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = create_picture(encode_image(Image.new("L", (700, 20_000)), "JPEG"))
    assert (picture.width, picture.height) == (420, 12_000)
    assert picture.widths == [420]


def test_what_is_written_has_no_more_points_than_can_be_encoded():
    decoded = decode_image(encode_image(Image.new("L", (1600, 9000)), "JPEG"), 1600)
    assert decoded.width * decoded.height <= MAX_WRITTEN
