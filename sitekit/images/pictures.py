"""Uploaded images, decoded and written again; nothing else of the uploaded file is kept.

`create_picture` stores a `Picture`, `PictureField` does it in a form, `list_picture_sources` has what a page needs.
Files are named by their content, so they never change; `sitekit.images.picture_files` says where they lie.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

from sitekit.images.barcodes import read_barcodes
from sitekit.images.image_cleaning import ImageRefused, ImageSource, decode_image, resize_image
from sitekit.images.picture_files import (
    get_picture_size,
    has_picture_file,
    has_public_file,
    read_picture_file,
    release_file,
    withhold_file,
    write_picture_file,
)
from sitekit.models import Picture

WIDTHS = (480, 960, 1600)
THUMBNAIL_WIDTH = 192  # for 64 to 72 points of a row, sharp on a phone
SUFFIXES: dict[str, dict[str, Any]] = {
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "avif": {"format": "AVIF", "quality": 62, "speed": 8},
}
ADDRESS = re.compile(r"/media/pictures/[0-9a-f]{2}/(?P<digest>[0-9a-f]{32})-\d{1,4}\.(?:webp|avif)")
# How wide a picture stands in a text (`.read` in reading.css), for the browser to choose a file.
COLUMN_WIDTH = 646
PHONE_WIDTH = "calc(100vw - 4rem)"
SIZES = f"(min-width: 46rem) 40.4rem, {PHONE_WIDTH}"
TALLEST, NARROWEST = 900, 320

HELP = "JPG、PNG、WebP、GIF、AVIF 或 BMP，15 MB 以内。拍摄地点等附带信息会去掉。"


def create_picture(file: ImageSource, *, is_public: bool = True) -> Picture:
    """Return the `Picture` of an open file or of bytes; raises `ImageRefused`.

    An image that is uploaded again keeps its row. The row is created after all its files. If it is not `is_public`
    and was not public before, its files are withheld until something public shows it.
    """
    image = decode_image(file, WIDTHS[-1])
    digest = _compute_digest(image)
    widths = [*(width for width in WIDTHS if width < image.width), image.width]
    is_withheld = not is_public and not has_public_file(build_file_name(digest, widths[0], "webp"))
    _write_files(image, digest, widths, is_withheld=is_withheld)
    values = {"width": image.width, "height": image.height, "widths": widths}
    # Called for a new row only.
    values["codes"] = partial(read_barcodes, image)
    picture = Picture.objects.get_or_create(digest=digest, defaults=values)[0]
    if is_public:
        release_picture(picture)
    return picture


def withhold_picture(picture: Picture) -> bool:
    """Keep its files from the public, that nothing public shows any more; return whether one was public."""
    return sum(map(withhold_file, _list_file_names(picture))) > 0


def is_released(picture: Picture) -> bool:
    """Whether anybody may read its files."""
    return has_public_file(build_file_name(picture.digest, picture.widths[0], "webp"))


def release_picture(picture: Picture) -> bool:
    """Make its files public; return whether one was withheld."""
    return sum(map(release_file, _list_file_names(picture))) > 0


def _list_file_names(picture: Picture) -> list[str]:
    names = [
        build_file_name(picture.digest, w, suffix) for w in picture.widths for suffix in SUFFIXES
    ]
    return [*names, build_file_name(picture.digest, THUMBNAIL_WIDTH, "webp")]


def find_picture(file: ImageSource) -> Picture | None:
    """Return the stored `Picture` of the same image, or None; writes nothing. Raises `ImageRefused`."""
    digest = _compute_digest(decode_image(file, WIDTHS[-1]))
    return Picture.objects.filter(digest=digest).first()


def list_picture_sources(picture: Picture) -> dict[str, Any]:
    """Return the addresses for templates: `src` for old browsers, `thumb`, `largest`, a srcset for each format; and
    width and height."""
    widths = picture.widths
    urls = {
        suffix: {width: build_picture_url(picture.digest, width, suffix) for width in widths}
        for suffix in SUFFIXES
    }
    srcsets = {
        suffix: ", ".join(f"{url} {width}w" for width, url in by_width.items())
        for suffix, by_width in urls.items()
    }
    return {
        "src": urls["webp"][min(widths, key=lambda width: abs(width - 960))],
        "thumb": urls["webp"][widths[0]],
        "largest": urls["webp"][widths[-1]],
        **srcsets,
        "width": picture.width,
        "height": picture.height,
    }


def measure_shown_picture(picture: Picture) -> int:
    """Return the bytes of the file that `src` names, 0 if it is missing."""
    address = list_picture_sources(picture)["src"]
    try:
        return _measure_file(address.removeprefix(f"{settings.MEDIA_URL}pictures/"))
    except FileNotFoundError:
        return 0


# Files never change, and a storage elsewhere would be asked for each.
_measure_file = lru_cache(maxsize=4096)(get_picture_size)


def render_picture(
    picture: Picture, alt: str = "", *, tallest: int = TALLEST, is_first: bool = False
) -> SafeString:
    """Return a `<picture>` with its width and height. All but the first of a page are loaded lazily.

    `tallest` is in CSS pixels: a taller picture is shown narrower.
    """
    width = min(picture.width, max(NARROWEST, picture.width * tallest // picture.height))
    context = {
        "sources": list_picture_sources(picture),
        "alt": alt,
        "width": width,
        "height": max(1, round(width * picture.height / picture.width)),
        "sizes": SIZES if width > COLUMN_WIDTH else f"min({width}px, {PHONE_WIDTH})",
        "is_first": is_first,
    }
    return mark_safe(render_to_string("sitekit/images/_picture.html", context).strip())  # noqa: S308


def build_picture_url(digest: str, width: int, suffix: str) -> str:
    return f"{settings.MEDIA_URL}pictures/{build_file_name(digest, width, suffix)}"


def build_file_name(digest: str, width: int | str, suffix: str) -> str:
    return f"{digest[:2]}/{digest}-{width}.{suffix}"


def build_thumbnail_url(digest: str) -> str:
    """Return the address of the small file for rows of a list."""
    return build_picture_url(digest, THUMBNAIL_WIDTH, "webp")


def read_thumbnail(digest: str) -> bytes:
    """Return the small file; raise FileNotFoundError if there is no such picture.

    It is created when it is first asked for, since older pictures were stored without one.
    """
    name = build_file_name(digest, THUMBNAIL_WIDTH, "webp")
    with suppress(FileNotFoundError):
        return read_picture_file(name)
    widths = Picture.objects.filter(digest=digest).values_list("widths", flat=True).first()
    if not widths:
        raise FileNotFoundError(name)
    smallest = build_file_name(digest, widths[0], "webp")
    with Image.open(io.BytesIO(read_picture_file(smallest))) as small:
        sized = resize_image(small, THUMBNAIL_WIDTH) if small.width > THUMBNAIL_WIDTH else small
        output = io.BytesIO()
        sized.save(output, **SUFFIXES["webp"])
    write_picture_file(name, output.getvalue(), is_withheld=not has_public_file(smallest))
    return output.getvalue()


def _compute_digest(image: Image.Image) -> str:
    """Return a hash of size and points: name, EXIF and lossless format of the file make no difference."""
    shape = f"{image.width}x{image.height}:".encode()
    return hashlib.sha256(shape + image.tobytes()).hexdigest()[:32]


def _write_files(
    image: Image.Image, digest: str, widths: Sequence[int], *, is_withheld: bool
) -> None:
    """Write the files that are missing."""
    for width in widths:
        names = {suffix: build_file_name(digest, width, suffix) for suffix in SUFFIXES}
        missing = {suffix: name for suffix, name in names.items() if not has_picture_file(name)}
        if missing:
            sized = image if width == image.width else resize_image(image, width)
            # A new image of the points only: no metadata of the file is written.
            bare = Image.frombytes("RGB", sized.size, sized.tobytes())
            for suffix, name in missing.items():
                output = io.BytesIO()
                bare.save(output, **SUFFIXES[suffix])
                write_picture_file(name, output.getvalue(), is_withheld=is_withheld)


def _get_stored_picture(value: Any) -> Picture | None:
    """Return the picture of a form's initial value, which is a `Picture`, its id, or empty."""
    if isinstance(value, Picture) or not value:
        return value or None
    return Picture.objects.filter(pk=value).first()


class PictureInput(forms.ClearableFileInput):
    """Shows the stored picture, with a box to remove it, and a file input for another."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*"} | (attrs or {}))

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        context = self.get_context(name, value, attrs)
        picture = _get_stored_picture(value)
        context |= {
            "sources": picture and list_picture_sources(picture),
            "attrs": flatatt(context["widget"]["attrs"]),
        }
        return mark_safe(render_to_string("sitekit/images/_picture_input.html", context))  # noqa: S308

    def is_initial(self, value: Any) -> bool:
        return bool(value)


class PictureField(forms.FileField):
    """An upload that becomes a `Picture`: `cleaned_data` holds the new one, the stored one
    if nothing was sent, or None if it was removed.

    In a model form, also of the admin, it replaces the field of a foreign key to `Picture`:

        class ArticleForm(forms.ModelForm):
            hero = PictureField(label="头图", required=False)

    The form of the page needs `enctype="multipart/form-data"` (the admin's has it), and the view
    must give it `request.FILES`.
    """

    widget = PictureInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", HELP)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        stored = _get_stored_picture(initial)
        upload = super().clean(data, stored)
        if upload is stored or upload in (False, None):
            return upload or None
        try:
            return create_picture(upload)
        except ImageRefused as error:
            raise forms.ValidationError(str(error), code="refused") from error
