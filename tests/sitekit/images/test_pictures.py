"""Images from outside: what is taken, what is refused and why, and what comes out."""

import contextlib
import io
import os
import random
import struct
import zlib
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

from news.models import Article
from sitekit.images.picture_files import get_picture_path
from sitekit.images.pictures import (
    ADDRESS,
    ImageRefused,
    PictureField,
    build_file_name,
    build_thumbnail_url,
    create_picture,
    list_picture_sources,
)
from sitekit.models import Picture

# Pillow warns of what is odd in a file; here much is.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning")]
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def make_image(size=(1000, 600), mode="RGB", colour=(30, 120, 90)):
    """Left third white, the rest of one colour."""
    image = Image.new("RGB", size, colour)
    image.paste((255, 255, 255), (0, 0, size[0] // 3, size[1]))
    return image.convert(mode)


def encode_image(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def list_file_names(folder):
    return sorted(p.name for p in Path(folder).rglob("*") if p.is_file())


def open_stored_picture(picture, width=None, suffix="webp"):
    return Image.open(
        get_picture_path(build_file_name(picture.digest, width or picture.widths[-1], suffix))
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_it_is_written_anew_in_two_formats_and_several_widths(kind, folder):
    picture = create_picture(io.BytesIO(encode_image(make_image(), kind)))
    assert (picture.width, picture.height, picture.widths) == (1000, 600, [480, 960, 1000])
    assert list_file_names(folder) == sorted(
        f"{picture.digest}-{width}.{suffix}"
        for width in (480, 960, 1000)
        for suffix in ("webp", "avif")
    )
    for width in picture.widths:
        for suffix, kind_out in (("webp", "WEBP"), ("avif", "AVIF")):
            with open_stored_picture(picture, width, suffix) as out:
                assert (out.format, out.size, out.mode) == (
                    kind_out,
                    (width, width * 6 // 10),
                    "RGB",
                )


@pytest.mark.parametrize(
    ("size", "widths"),
    [((300, 200), [300]), ((480, 480), [480]), ((4000, 3000), [480, 960, 1600])],
)
def test_it_never_grows_and_never_exceeds_the_widest(size, widths):
    picture = create_picture(encode_image(make_image(size), "JPEG"))
    assert picture.widths == widths
    assert picture.width == widths[-1]
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_the_same_image_is_one_picture_whatever_its_name_or_format(folder):
    first = create_picture(encode_image(make_image(), "PNG"))
    before = list_file_names(folder)
    again = [
        create_picture(SimpleUploadedFile("b.gif", encode_image(make_image(), kind)))
        for kind in ("PNG", "BMP")
    ]
    assert {p.pk for p in again} == {first.pk}
    assert list_file_names(folder) == before
    assert create_picture(encode_image(make_image(colour=(1, 2, 3)))).pk != first.pk


def test_a_file_that_was_lost_is_written_again_and_no_other_one():
    picture = create_picture(encode_image(make_image()))
    lost, kept = (
        get_picture_path(build_file_name(picture.digest, 480, s)) for s in ("avif", "webp")
    )
    lost.unlink()
    os.utime(kept, (1, 1))
    assert create_picture(encode_image(make_image())) == picture
    assert lost.exists()
    assert kept.stat().st_mtime == 1


def test_nothing_the_file_said_goes_along():
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>somebody</x:xmpmeta>"
    data = encode_image(
        make_image(), "JPEG", exif=exif, icc_profile=icc, xmp=xmp, comment=b"somebody"
    )
    assert data.count(b"somebody") == 3
    picture = create_picture(data)
    for suffix in ("webp", "avif"):
        with open_stored_picture(picture, suffix=suffix) as out:
            assert not ({"exif", "icc_profile", "xmp"} & {k for k, v in out.info.items() if v})
        assert (
            b"somebody"
            not in get_picture_path(build_file_name(picture.digest, 1000, suffix)).read_bytes()
        )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_it_stands_upright(kind, turn):
    """The white third, left in the raw points, is put where the orientation wants it."""
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = create_picture(encode_image(make_image((300, 200)), kind, exif=exif))
    with open_stored_picture(picture) as out:
        corners = {"left": (5, 0.5), "right": (-5, 0.5), "top": (0.5, 5), "bottom": (0.5, -5)}
        at = {
            name: tuple(
                round(v * side) if isinstance(v, float) else v % side
                for v, side in zip(place, out.size, strict=True)
            )
            for name, place in corners.items()
        }
        bright = {name for name, place in at.items() if out.getpixel(place)[0] > 200}
    expected = ["left", "right", "right", "left", "top", "top", "bottom", "bottom"][turn - 1]
    assert expected in bright
    opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[expected]
    assert opposite not in bright


def test_broken_exif_is_no_reason_to_refuse():
    assert (
        create_picture(
            encode_image(make_image(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
        ).width
        == 1000
    )


def test_other_colours_become_srgb():
    """In a profile with red and blue exchanged the same numbers mean another colour."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {tag: icc.index(tag, 128) for tag in (b"rXYZ", b"bXYZ")}
    icc[at[b"rXYZ"] : at[b"rXYZ"] + 4], icc[at[b"bXYZ"] : at[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    flat = Image.new("RGB", (200, 200), (250, 10, 10))
    with open_stored_picture(create_picture(encode_image(flat, icc_profile=bytes(icc)))) as out:
        red, _, blue = out.getpixel((100, 100))
    assert blue > 200 and red < 60


@pytest.mark.parametrize("profile", [b"", b"x", b"\0" * 400])
def test_a_profile_that_is_none_is_ignored(profile):
    with open_stored_picture(
        create_picture(encode_image(make_image(), icc_profile=profile))
    ) as out:
        assert out.getpixel((900, 300))[1] == pytest.approx(120, abs=4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_points_keeps_its_look(mode):
    image = make_image(colour=(0, 0, 0))
    if mode == "I;16":
        image = Image.new("I;16", image.size, 65535)
        image.paste(0, (400, 0, 1000, 600))
    picture = create_picture(encode_image(image.convert(mode), "JPEG" if mode == "CMYK" else "PNG"))
    with open_stored_picture(picture) as out:
        assert min(out.getpixel((50, 300))) > 245
        assert max(out.getpixel((800, 300))) < 60


def test_what_is_transparent_lies_on_white():
    clear = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 100, 200))
    for kind in ("PNG", "WEBP", "AVIF", "GIF"):
        with open_stored_picture(create_picture(encode_image(clear, kind))) as out:
            assert min(out.getpixel((150, 100))) > 245, kind
            assert max(out.getpixel((50, 100))) < 20, kind


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_a_moving_one_the_first_frame_is_taken(kind):
    frames = [make_image(colour=c) for c in ((200, 0, 0), (0, 0, 200), (0, 200, 0))]
    data = encode_image(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    picture = create_picture(data)
    with open_stored_picture(picture) as out:
        assert getattr(out, "n_frames", 1) == 1
        red, _, blue = out.getpixel((900, 300))
        assert red > 150 and blue < 60


def bomb_of_text():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a" * 30_000_000, zip=True)
    return encode_image(make_image((100, 100)), pnginfo=info)


def png_header(width, height):
    """A PNG that promises more points than it holds."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif_with_a_larger_frame():
    data = bytearray(encode_image(Image.new("P", (100, 100)), "GIF"))
    at = data.index(b"\x2c")
    data[at + 5 : at + 9] = struct.pack("<HH", 9000, 9000)
    return bytes(data)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
REFUSED = {
    "empty": (b"", "空的"),
    "text": (b"hello" * 100, "不是能用的图片"),
    "html": (b"<!doctype html><p>x</p>", "不是能用的图片"),
    "svg": (SVG, "SVG"),
    "svg after a declaration": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->" + SVG, "SVG"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "HEIC"),
    "tiff": (encode_image(make_image(), "TIFF"), "不是能用的图片"),
    "too heavy": (b"\xff\xd8" + b"\0" * 15 * 1024 * 1024, "15 MB"),
    "30,000 x 30,000 points": (png_header(30_000, 30_000), "像素太多"),
    "41 million points": (png_header(8200, 5000), "像素太多"),
    "bomb of text": (bomb_of_text(), "损坏"),
    "promises more than it holds": (png_header(3000, 3000), "损坏"),
    "a gif whose frame is larger than the gif": (gif_with_a_larger_frame(), "像素太多"),
    "too small": (encode_image(make_image((39, 400))), "太小"),
    "too long": (encode_image(make_image((100, 3100))), "太长"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_the_reason_and_leaves_nothing(name, folder):
    data, words = REFUSED[name]
    for given in (data, io.BytesIO(data), SimpleUploadedFile("a.jpg", data)):
        with pytest.raises(ImageRefused, match=words):
            create_picture(given)
    assert list_file_names(folder) == []
    assert not Picture.objects.exists()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_cut_short_is_refused(kind, folder):
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))
    data = encode_image(noise, kind)
    for length in (len(data) // 2, len(data) // 4, 60, 12):
        with pytest.raises(ImageRefused):
            create_picture(data[:length])
    assert list_file_names(folder) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_spoiled_bytes_make_a_picture_or_a_refusal_and_nothing_else(kind):
    data, rng = encode_image(make_image((120, 80)), kind), random.Random(kind)
    for _ in range(25):
        spoiled = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        with contextlib.suppress(ImageRefused):
            assert create_picture(bytes(spoiled)).pk


def test_when_writing_fails_there_is_no_row_and_no_half_file(folder, monkeypatch):
    real = Image.Image.save

    def full(self, file, **options):
        if options["format"] == "AVIF":
            file.write(b"half")
            raise OSError("No space left on device")
        real(self, file, **options)

    monkeypatch.setattr(Image.Image, "save", full)
    data = Path(folder, "given.png")
    real(make_image(), data)
    with pytest.raises(OSError, match="No space"):
        create_picture(data.read_bytes())
    assert not Picture.objects.exists()
    assert [n for n in list_file_names(folder) if not n.endswith(".webp")] == ["given.png"]


def test_what_a_template_gets():
    picture = create_picture(encode_image(make_image()))
    base = f"/media/pictures/{picture.digest[:2]}/{picture.digest}"
    got = list_picture_sources(picture)
    assert got["src"] == f"{base}-960.webp"
    assert got["thumb"] == f"{base}-480.webp"
    assert got["avif"] == f"{base}-480.avif 480w, {base}-960.avif 960w, {base}-1000.avif 1000w"
    assert ADDRESS.fullmatch(got["src"])["digest"] == picture.digest


# In a form.


class HeroForm(forms.ModelForm):
    hero = PictureField(label="头图", required=False)

    class Meta:
        model = Article
        fields = ["hero", "hero_caption"]


def build_hero_form(article, upload=None, **data):
    return HeroForm(data, {"hero": upload} if upload else {}, instance=article)


def test_a_form_takes_keeps_replaces_and_takes_away_a_picture():
    article = Article(title="题", body="<p>文</p>")
    article.save()
    for upload, data, width in (
        (make_image((500, 400)), {}, 500),
        (None, {"hero_caption": "说明"}, 500),
        (make_image((600, 400)), {}, 600),
        (None, {"hero-clear": "on"}, None),
    ):
        form = build_hero_form(
            article, upload and SimpleUploadedFile("a.png", encode_image(upload)), **data
        )
        assert form.is_valid(), form.errors
        form.save()
        article = Article.objects.get(pk=article.pk)
        assert (article.hero and article.hero.width) == width


def test_a_form_says_at_the_field_why_a_picture_is_refused_and_keeps_the_old_one():
    article = Article(title="题", body="<p>文</p>", hero=create_picture(encode_image(make_image())))
    article.save()
    form = build_hero_form(article, SimpleUploadedFile("a.svg", SVG, "image/svg+xml"))
    assert form.errors == {"hero": ["SVG 里可以藏脚本，这里不收；请另存为 PNG 再传。"]}
    html = form.as_p()
    assert list_picture_sources(article.hero)["thumb"] in html
    assert 'name="hero-clear"' in html


def test_a_form_that_needs_a_picture_says_so():
    class Needs(forms.Form):
        picture = PictureField()

    assert list(Needs({}, {}).errors) == ["picture"]
    form = Needs({}, {"picture": SimpleUploadedFile("a.png", encode_image(make_image()))})
    assert form.is_valid() and form.cleaned_data["picture"].width == 1000
    kept = Needs({}, {}, initial={"picture": form.cleaned_data["picture"]})
    assert kept.is_valid() and kept.cleaned_data["picture"] == form.cleaned_data["picture"]
    assert "picture-clear" not in kept.as_p()


def test_a_small_file_is_made_when_it_is_first_asked_for(client, folder):
    picture = create_picture(encode_image(make_image()))
    address = build_thumbnail_url(picture.digest)
    before = list_file_names(folder)
    answer = client.get(address)
    small = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (small.width, small.format) == (192, "WEBP")
    assert "immutable" in answer["Cache-Control"]
    (small_file,) = {*list_file_names(folder)} - {*before}
    assert small_file in address
    again = client.get(address)
    assert b"".join(again.streaming_content) == next(folder.rglob(small_file)).read_bytes()
    assert list_file_names(folder) == sorted([*before, small_file])


def test_of_a_narrow_picture_and_of_none_there_is_no_smaller_one(client, folder):
    narrow = create_picture(encode_image(make_image((120, 90))))
    answer = client.get(build_thumbnail_url(narrow.digest))
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).width == 120
    assert client.get(build_thumbnail_url("0" * 32)).status_code == 404
    lost = Picture.objects.create(digest="1" * 32, width=480, height=480, widths=[480])
    assert client.get(build_thumbnail_url(lost.digest)).status_code == 404
