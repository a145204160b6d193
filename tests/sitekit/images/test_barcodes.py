"""QR and bar codes in images: what they say is kept with the picture, however they stand in it."""

import io
import time

import pytest
import segno
import zxingcpp
from PIL import Image, ImageOps

from sitekit.images.barcodes import CODES_UNREAD_MESSAGE, LONGEST_TEXT, MAX_CODES, read_barcodes
from sitekit.images.pictures import create_picture
from tests.sitekit.images.test_pictures import encode_image

GROUP = "https://weixin.qq.com/g/AbCdEfGhIjKlMnOp"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def draw_qr_code(text=GROUP, scale=6):
    file = io.BytesIO()
    segno.make(text).save(file, kind="png", scale=scale, border=4)
    return Image.open(file).convert("L")


def on_a_photo(code, size=(1500, 1100), at=(333, 421), ground=190):
    image = Image.new("L", size, ground)
    image.paste(code, at)
    return image


def rotate_image(image, degrees):
    return image.rotate(degrees, expand=True, fillcolor=190, resample=Image.Resampling.BICUBIC)


@pytest.mark.django_db
def test_a_picture_keeps_what_its_codes_say():
    picture = create_picture(encode_image(on_a_photo(draw_qr_code()), "JPEG", quality=70))
    assert picture.codes == [GROUP]
    picture.refresh_from_db()
    assert picture.codes == [GROUP]


@pytest.mark.django_db
def test_a_picture_without_codes_keeps_none():
    assert create_picture(encode_image(Image.new("RGB", (300, 200), "teal"))).codes == []


@pytest.mark.parametrize("degrees", [8, 45, 90, 137, 180, 270])
def test_a_code_is_read_however_it_is_turned(degrees):
    assert read_barcodes(on_a_photo(rotate_image(draw_qr_code(scale=4), degrees))) == [GROUP]


@pytest.mark.parametrize("points", [2.0, 1.5, 1.3])
def test_a_code_of_hardly_more_than_a_point_a_module_is_read(points):
    code = draw_qr_code(scale=3)
    side = int(code.width * points / 3)
    small = rotate_image(code.resize((side, side), Image.Resampling.LANCZOS), 7)
    photo = Image.open(io.BytesIO(encode_image(on_a_photo(small), "JPEG", quality=70)))
    assert read_barcodes(photo) == [GROUP]


def test_light_on_dark_and_mirrored_codes_are_read():
    assert read_barcodes(on_a_photo(ImageOps.invert(draw_qr_code()), ground=20)) == [GROUP]
    assert read_barcodes(on_a_photo(ImageOps.mirror(draw_qr_code()))) == [GROUP]


def test_a_code_as_large_as_a_large_picture_and_one_in_a_long_one():
    large = draw_qr_code(scale=40).resize((1600, 1600))
    assert read_barcodes(large) == [GROUP]
    assert read_barcodes(on_a_photo(draw_qr_code(scale=2), (800, 9000), (500, 8700))) == [GROUP]


def test_a_dense_code_in_a_large_picture_is_read():
    """Too fine for the picture made smaller, too wide for the pieces made larger."""
    text = f"{GROUP}?" + "x" * 420
    dense = rotate_image(draw_qr_code(text, 2), 9)
    assert dense.width > 190, "wider than what two of the pieces share"
    assert read_barcodes(on_a_photo(dense, (1600, 4900), (545, 545))) == [text[:300]]


def test_other_kinds_are_read_too():
    for kind in ("DataMatrix", "Aztec", "PDF417", "Code128"):
        barcode = zxingcpp.create_barcode("wx: abc123456", getattr(zxingcpp.BarcodeFormat, kind))
        points = zxingcpp.write_barcode_to_image(barcode, scale=4, add_quiet_zones=True)
        code = Image.frombytes("L", (points.shape[1], points.shape[0]), bytes(points))
        assert read_barcodes(on_a_photo(code)) == ["wx: abc123456"], kind


def test_several_codes_each_once_and_five_at_the_most():
    image = on_a_photo(draw_qr_code(), (1600, 1200), (20, 20))
    image.paste(draw_qr_code(), (500, 20))
    assert read_barcodes(image) == [GROUP]
    for number in range(6):
        image.paste(draw_qr_code(f"{GROUP}{number}", 3), (20 + 250 * number, 700))
    assert len(read_barcodes(image)) == MAX_CODES


def test_texts_are_cut_and_hold_no_control_characters():
    assert read_barcodes(on_a_photo(draw_qr_code("加微信" * 150, 4), (1600, 1200), (5, 5))) == [
        ("加微信" * 150)[:LONGEST_TEXT]
    ]
    assert read_barcodes(on_a_photo(draw_qr_code("a\0b\nc", 4))) == ["a b c"]


def test_what_is_drawn_to_take_long_is_given_up_and_said_so(monkeypatch):
    moments = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    image = Image.new("L", (1600, 4000), 255)
    image.paste(draw_qr_code(), (100, 100))
    assert read_barcodes(image) == [GROUP, CODES_UNREAD_MESSAGE]
