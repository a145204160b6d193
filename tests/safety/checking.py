"""How tests check a text, and what screening can be made to say of it."""

import re
import time
from io import BytesIO

import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from safety.checker import text_check
from screening.assessment import Assessment, Signal
from tests.answers import read_body
from tests.safety.reporting import make_browser

ADDRESS = "/check/"
LONG_ENOUGH = "周末在商场门口发传单，中午管一顿饭。"


def post_check(client=None, text="", pictures=(), **more):
    """Send it and return the answer, after having waited for the pictures."""
    client = client or make_browser()
    sent = {"text": text, **more}
    if pictures:
        sent["pictures"] = list(pictures)
    response = client.post(ADDRESS, sent)
    until = time.monotonic() + 60
    while response.status_code == 302 or "Refresh" in response:
        assert time.monotonic() < until, "the reader answers"
        response = client.get(response.get("Location") or response.request["PATH_INFO"])
    return response


def get_headline(response):
    return re.search(r"<h1[^>]*>(.*?)</h1>", read_body(response), re.DOTALL)[1]


def list_marked_words(response):
    """(tone, words) of each."""
    pairs = re.findall(r'<mark class="(\w+)[^"]*">(.*?)</mark>', read_body(response))
    return [(tone, re.sub(r"<sup>.*?</sup>|<[^>]*>", "", html)) for tone, html in pairs]


def patch_screen_text(monkeypatch, level="low", fraud_type="", signals=()):
    """Whatever is checked from now on, screening says this of it."""
    score = {"low": 10, "medium": 50, "high": 90}[level]
    assessment = Assessment(score, level, fraud_type, tuple(signals))
    monkeypatch.setattr(text_check, "screen_text", lambda *_asked: assessment)


def build_signal(code, start=0, end=0, reason="", fraud_type="", weight=50):
    return Signal(code, weight, start, end, reason or f"理由 {code}。", fraud_type)


def picture_of(text, **kept):
    """A screenshot with a QR code in it."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=6, border=4)
    return build_upload(drawn.getvalue(), **kept)


def plain_picture(size=(400, 300), noise=0):
    drawn = BytesIO()
    image = Image.effect_noise(size, noise) if noise else Image.new("RGB", size, "white")
    image.save(drawn, "PNG")
    return build_upload(drawn.getvalue())


def build_upload(data, name="a.png", kind="image/png"):
    return SimpleUploadedFile(name, data, kind)
