"""Pictures that are odd, huge or made to be a burden: each is answered, and the same reader goes on."""

import os
import signal
from types import SimpleNamespace

import numpy as np
import pytest
from django.test import override_settings
from PIL import Image, ImageDraw, ImageFont

from sitekit.ocr import reader_process, recognizer
from sitekit.ocr.reader_client import read_pictures
from sitekit.ocr.reader_process import MAX_RESIDENT, TOO_MUCH_TEXT, UNREADABLE, PictureReader
from sitekit.ocr.recognizer import TextRecognizer
from tests.sitekit.ocr.drawn_text import FONT, LINES, SIZE, draw_lines, encode_image
from tests.sitekit.ocr.reader_processes import find_readers, measure_peak

TURNED_BY_EXIF = {
    3: 180,
    6: 90,
    8: 270,
}  # how a camera held so stores the picture, counter-clockwise


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of one reader for all tests here."""
    path = tmp_path_factory.mktemp("hostile") / "ocr"
    with override_settings(OCR_FOLDER=str(path), OCR_KEPT_SECONDS=1):
        yield path
    for pid in find_readers(path):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def read(folder):
    """Reads a file; afterwards the same process runs, and its memory stayed under the limit."""
    read_pictures([encode_image(Image.new("RGB", (64, 64), "white"))], seconds=120)
    running = find_readers(folder)

    def read_file(data):
        (reading,) = read_pictures([data], seconds=250)
        return reading

    yield read_file
    assert find_readers(folder) == running
    assert measure_peak(*running) < MAX_RESIDENT


def list_line_texts(reading):
    return tuple(line.text for line in reading.lines)


@pytest.mark.parametrize(
    "orientation", [6, *(pytest.param(turned, marks=pytest.mark.full) for turned in (3, 8))]
)
def test_turned_by_the_camera(read, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = draw_lines().rotate(TURNED_BY_EXIF[orientation], expand=True)
    reading = read(encode_image(stored, exif=exif))
    assert list_line_texts(reading) == LINES and (reading.width, reading.height) == SIZE


def make_animated():
    frames = [draw_lines(), draw_lines(["第二幅图"])]
    return encode_image(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90)


def make_sixteen_bit():
    grey = np.asarray(draw_lines().convert("L")).astype(np.uint16) * 257
    return encode_image(Image.fromarray(grey), "PNG")


def make_transparent():
    """Black letters on nothing, whose hidden colour is black too."""
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    image.putalpha(draw_lines(ink="white", paper="black").convert("L"))
    return encode_image(image, "PNG")


@pytest.mark.parametrize(
    "make",
    [
        make_animated,
        pytest.param(make_sixteen_bit, marks=pytest.mark.full),
        make_transparent,
        pytest.param(lambda: encode_image(draw_lines().convert("CMYK")), marks=pytest.mark.full),
        lambda: encode_image(draw_lines().resize((360, 240))),
        pytest.param(
            lambda: encode_image(draw_lines().resize((4000, 9000)), quality=60),
            marks=pytest.mark.full,
        ),
    ],
    ids=["animated", "16 bits", "transparent", "CMYK", "360 px", "4000 x 9000"],
)
def test_unusual_files_are_read(read, make):
    reading = read(make())
    assert list_line_texts(reading) == LINES and not reading.error


def test_a_strip_of_one_line(read):
    strip = draw_lines(["发传单每小时二十元"]).crop((0, 66, 720, 140))
    assert list_line_texts(read(encode_image(strip))) == ("发传单每小时二十元",)
    thin = Image.new("RGB", (1200, 40), "white")
    assert list_line_texts(read(encode_image(thin))) == ()


@pytest.mark.full
def test_a_screenshot_of_twelve_thousand_pixels(read):
    lines = [f"第{number}句话说得不一样" for number in range(1, 105)]
    reading = read(encode_image(draw_lines(lines, size=(1080, 12_000)), quality=70))
    assert list(list_line_texts(reading)) == lines


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\0" * 500,
        b"<!doctype html><p>x",
        encode_image(draw_lines().resize((4100, 4100)), "PNG"),
    ],
    ids=["zip", "html", "too many points for a PNG"],
)
def test_what_cannot_be_read_has_its_reason(read, data):
    reading = read(data)
    assert reading.error and reading.error != UNREADABLE and not reading.lines


def make_reader_of(**result):
    """Whose models say this of each piece, without being there."""
    without_models = TextRecognizer.__new__(TextRecognizer)
    without_models._engine = lambda *_asked, **_options: SimpleNamespace(**result)
    reader = PictureReader(idle_seconds=1, kept_seconds=1)
    reader._recognizer = without_models
    return reader


def test_a_picture_that_takes_too_long_has_its_reason(monkeypatch):
    monkeypatch.setattr(reader_process, "SECONDS_FOR_A_PICTURE", 0)
    reader = make_reader_of(boxes=None, txts=None)
    assert reader._read_picture(encode_image(draw_lines())).error == TOO_MUCH_TEXT


def test_of_a_picture_with_more_lines_than_may_be_read_nothing_is_handed_on(monkeypatch):
    """What stands below them would be taken for nothing at all."""
    monkeypatch.setattr(recognizer, "MAX_LINES", 2)
    box = np.array([(60, 300), (200, 300), (200, 340), (60, 340)])
    line = {"boxes": np.array([box]), "txts": ("发传单",), "scores": (0.99,)}
    three_pieces = encode_image(draw_lines(size=(720, 4000)))
    assert make_reader_of(**line)._read_picture(three_pieces).error == TOO_MUCH_TEXT
    two_pieces = encode_image(draw_lines(size=(720, 2400)))
    assert len(make_reader_of(**line)._read_picture(two_pieces).lines) == 2


@pytest.mark.full
def test_a_long_screenshot_full_of_text_is_answered_by_a_reader_that_goes_on(read):
    lines = [f"第{number}句话说得不一样，还有很多别的话要一起说完才行" for number in range(1, 480)]
    image = Image.new("RGB", (660, 12_000), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 20)
    for number, line in enumerate(lines):
        pen.text((20, 20 + number * 25), line, font=font, fill="black")
    reading = read(encode_image(image, quality=60))
    assert reading.error == TOO_MUCH_TEXT or len(reading.lines) > 400


def draw_crowd():
    """Some thousand words of 9 px."""
    image = Image.new("RGB", (1080, 2400), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 9)
    for top in range(10, 2390, 18):
        for left in range(8, 1060, 40):
            pen.text((left, top), "兼职", font=font, fill="black")
    return image


def test_a_line_above_thousands_of_words_is_not_left_out_without_a_word(read):
    """Of a photo that is taken for read nobody looks at what was not."""
    image = draw_crowd()
    image.paste(draw_lines(["先交押金三百元"]).crop((0, 66, 720, 140)), (0, 0))
    reading = read(encode_image(image))
    assert reading.error == TOO_MUCH_TEXT and not reading.lines


@pytest.mark.full
@pytest.mark.parametrize(
    "draw",
    [
        lambda: Image.new("RGB", (1080, 2400), "black"),
        lambda: Image.fromarray(
            np.random.default_rng(5).integers(0, 255, (2400, 1080, 3), np.uint8)
        ),
    ],
    ids=["black", "noise"],
)
def test_nothing_to_read_is_answered(read, draw):
    reading = read(encode_image(draw()))
    assert not reading.error and reading.copy
