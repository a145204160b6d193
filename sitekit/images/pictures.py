"""Pictures: images from outside, made anew; nothing of the file that came is kept.

`create_picture` makes the `Picture`, `PictureField` does it in a form, `list_picture_sources` is what a page shows.
Files lie in `MEDIA_ROOT/pictures/` and are named by their content, so they never change.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from PIL import Image

from sitekit.images.barcodes import found_in
from sitekit.images.image_cleaning import ImageRefused, decode_image, resize_image
from sitekit.models import Picture

__all__ = [
    "ADDRESS",
    "ImageRefused",
    "PictureField",
    "build_picture_url",
    "create_picture",
    "file_address",
    "get_picture_path",
    "list_picture_sources",
    "render_picture",
]

WIDTHS = (480, 960, 1600)
SUFFIXES = {
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "avif": {"format": "AVIF", "quality": 62, "speed": 8},
}
ADDRESS = re.compile(r"/media/pictures/[0-9a-f]{2}/(?P<digest>[0-9a-f]{32})-\d{1,4}\.(?:webp|avif)")
# How wide a picture stands in a text (`.read` in reading.css), for the browser to choose a file.
COLUMN = 646
PHONE = "calc(100vw - 4rem)"
SIZES = f"(min-width: 46rem) 40.4rem, {PHONE}"
TALLEST, NARROWEST = 900, 320

HELP = "JPG、PNG、WebP、GIF、AVIF 或 BMP，15 MB 以内。拍摄地点等附带信息会去掉。"


def create_picture(file):
    """The `Picture` of an open file or of bytes; raises `ImageRefused` with the reason in Chinese.

    The same image is one row, however often it comes. A row stands only where all its files do.
    """
    image = decode_image(file, WIDTHS[-1])
    digest = _digest(image)
    widths = [*(width for width in WIDTHS if width < image.width), image.width]
    _write(image, digest, widths)
    known = Picture.objects.filter(digest=digest).first()
    return known or _stand(image, digest, widths)


def _stand(image, digest, widths):
    said = {"width": image.width, "height": image.height, "widths": widths}
    said["codes"] = found_in(image)
    return Picture.objects.get_or_create(digest=digest, defaults=said)[0]


def list_picture_sources(picture):
    """What a template needs: `src` for the oldest browsers, a srcset a format, both sides."""
    widths = picture.widths
    return {
        "src": build_picture_url(picture, min(widths, key=lambda width: abs(width - 960)), "webp"),
        "thumb": build_picture_url(picture, widths[0], "webp"),
        "largest": build_picture_url(picture, widths[-1], "webp"),
        **{
            suffix: ", ".join(
                f"{build_picture_url(picture, width, suffix)} {width}w" for width in widths
            )
            for suffix in SUFFIXES
        },
        "width": picture.width,
        "height": picture.height,
    }


def render_picture(picture, alt="", *, tallest=TALLEST, is_first=False):
    """A `<picture>` that keeps its place while it loads; only the first one is loaded at once.

    `tallest` is in points of the screen: an upright one takes less of the width.
    """
    width = min(picture.width, max(NARROWEST, picture.width * tallest // picture.height))
    context = {
        "sources": list_picture_sources(picture),
        "alt": alt,
        "width": width,
        "height": max(1, round(width * picture.height / picture.width)),
        "sizes": SIZES if width > COLUMN else f"min({width}px, {PHONE})",
        "is_first": is_first,
    }
    return mark_safe(render_to_string("sitekit/images/_picture.html", context).strip())  # noqa: S308


def build_picture_url(picture, width, suffix):
    return file_address(picture.digest, width, suffix)


def file_address(digest, width, suffix):
    return f"{settings.MEDIA_URL}pictures/{_name(digest, width, suffix)}"


def get_picture_path(digest, width, suffix):
    return Path(settings.MEDIA_ROOT, "pictures", _name(digest, width, suffix))


def _name(digest, width, suffix):
    return f"{digest[:2]}/{digest}-{width}.{suffix}"


def _digest(image):
    """Of the points: another name, other EXIF or another lossless format make no other picture."""
    shape = f"{image.width}x{image.height}:".encode()
    return hashlib.sha256(shape + image.tobytes()).hexdigest()[:32]


def _write(image, digest, widths):
    """The files that are missing; each appears under its name only when it is whole."""
    for width in widths:
        missing = [s for s in SUFFIXES if not get_picture_path(digest, width, s).exists()]
        if missing:
            sized = image if width == image.width else resize_image(image, width)
            # A fresh image takes nothing along that the file said besides its points.
            bare = Image.frombytes("RGB", sized.size, sized.tobytes())
            for suffix in missing:
                _write_one(bare, get_picture_path(digest, width, suffix), SUFFIXES[suffix])


def _write_one(image, target, options):
    target.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=".new-", dir=target.parent)
    try:
        with open(number, "wb") as file:
            image.save(file, **options)
        Path(temporary).chmod(settings.FILE_UPLOAD_PERMISSIONS)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _stored(value):
    """A form's initial value is a picture or its number."""
    if isinstance(value, Picture) or not value:
        return value or None
    return Picture.objects.filter(pk=value).first()


class PictureInput(forms.ClearableFileInput):
    """Shows what there is, with a box to take it away, and asks for another."""

    def __init__(self, attrs=None):
        super().__init__({"accept": "image/*"} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        context = self.get_context(name, value, attrs)
        picture = _stored(value)
        context |= {
            "sources": picture and list_picture_sources(picture),
            "attrs": flatatt(context["widget"]["attrs"]),
        }
        return mark_safe(render_to_string("sitekit/images/_picture_input.html", context))  # noqa: S308

    def is_initial(self, value):
        return bool(value)


class PictureField(forms.FileField):
    """An upload that becomes a `Picture`: `cleaned_data` holds the new one, the one there was
    if nothing was sent, or None if it was taken away.

    In a model form it stands for a foreign key to `Picture` under its name; nothing else is
    needed, in the admin neither:

        class ArticleForm(forms.ModelForm):
            hero = PictureField(label="头图", required=False)

    The form of the page needs `enctype="multipart/form-data"` (the admin's has it), and the view
    `request.FILES`. `clean_<field>` gets the `Picture`.
    """

    widget = PictureInput

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", HELP)
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        before = _stored(initial)
        given = super().clean(data, before)
        if given is before or given in (False, None):
            return given or None
        try:
            return create_picture(given)
        except ImageRefused as error:
            raise forms.ValidationError(str(error), code="refused") from error
