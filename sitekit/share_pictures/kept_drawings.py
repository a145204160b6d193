"""Drawn pictures, kept as files of this machine: drawn once, the least recently asked for are deleted.

They are made of what the database holds, so no backup has them and nobody misses one that is gone.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sitekit.share_pictures.fonts import has_font
from sitekit.share_pictures.png_painter import draw_card
from sitekit.share_pictures.share_cards import (
    ICON,
    SIZES,
    WITH_CODE,
    ShareCard,
    build_picture_path,
    name_poster,
)
from sitekit.share_pictures.svg_painter import draw_card_svg
from sitekit.workflow.atomic_files import open_atomic_file

FOLDER = "drawn"  # of MEDIA_ROOT
MAX_FILES = 3000  # of 10 to 150 KB
YEAR_SECONDS = 31_536_000
# The address changes with what is drawn.
LASTING = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"}


def serve_drawing(
    request: HttpRequest, address: tuple[str, str | int, str, str], card: ShareCard
) -> HttpResponse:
    """Return the picture of what is public now; an address with another version redirects to it. `address` is what
    `build_picture_path` takes: route, key, shape and version."""
    route, key, shape, version = address
    if shape not in SIZES or (shape in WITH_CODE and not card.address):
        raise Http404("没有这张图片。")
    if not has_font():
        return redirect(ICON)
    if version != card.version:
        return redirect(build_picture_path(route, key, shape, card.version))
    png = keep_drawing(f"{shape}-{card.version}.png", lambda: draw_card(card, shape))
    # Compressed already: keeps GZipMiddleware from trying.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return HttpResponse(png, content_type="image/png", headers=LASTING)


def serve_poster_svg(address: tuple[str, str | int, str, str], card: ShareCard) -> HttpResponse:
    """Answer with the poster as a file of SVG to be saved; `address` as of `serve_drawing`.

    Raises Http404 for other shapes, and where no font is there to measure texts by.
    """
    route, key, shape, version = address
    if shape not in WITH_CODE or not card.address or not has_font():
        raise Http404("没有这张海报。")
    if version != card.version:
        return redirect(build_picture_path(route, key, shape, card.version))
    svg = keep_drawing(f"{shape}-{card.version}.svg", lambda: draw_card_svg(card, shape))
    named = {"Content-Disposition": f'attachment; filename="{name_poster(key, shape, "svg")}"'}
    return HttpResponse(svg, content_type="image/svg+xml", headers=LASTING | named)


def keep_drawing(name: str, draw: Callable[[], bytes]) -> bytes:
    """Return the kept file, or draw and keep it; where nothing can be written it is drawn each time."""
    path = Path(settings.MEDIA_ROOT, FOLDER, name)
    with contextlib.suppress(OSError):
        picture_bytes = path.read_bytes()
        os.utime(path)
        return picture_bytes
    picture_bytes = draw()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_atomic_file(path) as file:
            file.write(picture_bytes)
        _delete_oldest(path.parent)
    return picture_bytes


def _delete_oldest(folder: Path) -> None:
    """Delete a quarter of the files once there are too many."""
    files = list(os.scandir(folder))
    if len(files) > MAX_FILES:
        oldest = sorted(files, key=_read_moment)[: len(files) - MAX_FILES * 3 // 4]
        for file in oldest:
            Path(file.path).unlink(missing_ok=True)


def _read_moment(file: os.DirEntry[str]) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another process was faster
        return 0.0
