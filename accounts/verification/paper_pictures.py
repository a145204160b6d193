"""Pages of papers as pictures with a watermark, which moderators see instead of the file."""

import io
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import EmployerDocument, User
from accounts.verification.papers import get_paper_path
from sitekit.images.pdf_pages import MAX_PAGE_HEIGHT, draw_pdf_page
from textkit.segmentation import spell_pinyin

# Width in points by the zoom of the address.
ZOOM_WIDTHS = {1: 1000, 2: 1700, 3: 2400}
SMALL_WIDTH = 560
ROTATION_DEGREES = (0, 90, 180, 270)
MARK_ANGLE, MARK_SIZE = 24, 26
_MARK_INK, _MARK_EDGE = (70, 70, 70, 96), (255, 255, 255, 72)


class PaperPageView(NamedTuple):
    """A page as somebody wants to see it; `turn` in degrees, clockwise."""

    page: int = 1
    zoom: int = 1
    turn: int = 0


class PaperPicture(NamedTuple):
    jpeg: bytes
    pages: int


def draw_paper(document: EmployerDocument, view: PaperPageView, viewer: User) -> PaperPicture:
    """Draw a page with viewer and time on it. Raises FileNotFoundError and ImageRefused."""
    return draw_private_file(_get_file_path(document), document.content_type, view, viewer)


def draw_small_paper(document: EmployerDocument, viewer: User) -> PaperPicture:
    """Draw the first page small: who sent it sees what was sent. Raises as `draw_paper` does."""
    path, content_type = _get_file_path(document), document.content_type
    return draw_private_file(path, content_type, PaperPageView(), viewer, SMALL_WIDTH)


def draw_private_file(
    path: Path, content_type: str, view: PaperPageView, viewer: User, width: int = 0
) -> PaperPicture:
    """Do the same with another file that is stored as papers are; `width` instead of that of the zoom."""
    width = width or ZOOM_WIDTHS[view.zoom]
    image, pages = _open_page(path, content_type, view.page, width)
    if view.turn:
        image = image.rotate(-view.turn, expand=True)
    output = io.BytesIO()
    _mark_picture(image, build_mark(viewer)).save(output, "JPEG", quality=85)
    return PaperPicture(output.getvalue(), pages)


def count_pages(document: EmployerDocument, page: int) -> int:
    """Return how many pages the paper has. Raises FileNotFoundError, and ImageRefused if this page
    cannot be drawn."""
    if document.content_type == "application/pdf":
        return draw_pdf_page(_get_file_path(document), page, 1).pages
    if page != 1 or not _get_file_path(document).exists():
        raise FileNotFoundError(document.file)
    return 1


def build_mark(viewer: User) -> str:
    """Return the mark in Latin letters, because a server may have no Chinese font."""
    name = spell_pinyin(viewer.name) if viewer.name else ""
    moment = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return f"{name} No.{viewer.pk} {moment}".strip()


def _get_file_path(document: EmployerDocument) -> Path:
    if document.purged_at:
        raise FileNotFoundError(document.file)
    return get_paper_path(document.file)


def _open_page(path: Path, content_type: str, page: int, width: int) -> tuple[Image.Image, int]:
    if content_type == "application/pdf":
        return draw_pdf_page(path, page, width)
    if page != 1:
        raise FileNotFoundError(path.name)
    with Image.open(path) as image:
        scale = min(width / image.width, MAX_PAGE_HEIGHT / image.height)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        return image.convert("RGB").resize(size), 1


def _mark_picture(image: Image.Image, words: str) -> Image.Image:
    """Write the words all over the picture, slanting."""
    font = ImageFont.load_default(MARK_SIZE)
    width = round(font.getlength(words)) + 40
    stripe = Image.new("RGBA", (width, MARK_SIZE * 2), (255, 255, 255, 0))
    pen = ImageDraw.Draw(stripe)
    pen.text((20, 8), words, _MARK_INK, font, stroke_width=1, stroke_fill=_MARK_EDGE)
    stripe = stripe.rotate(MARK_ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
    for row, top in enumerate(range(-stripe.height // 2, image.height, stripe.height)):
        for left in range(-(row % 2) * stripe.width // 2, image.width, stripe.width):
            image.paste(stripe, (left, top), stripe)
    return image
