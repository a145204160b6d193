"""QR codes of addresses: within a page, as a file, and as points for a drawn picture."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

LEVEL = "m"  # a seventh of the code may be unreadable
QUIET = 4  # modules of white around it, as the standard asks


def draw_code_svg(
    address: str, *, css_class: str = "", title: str = "", border: int = QUIET
) -> SafeString:
    """Return an inline SVG, on white in the dark theme too, as cameras need it."""
    svg = BytesIO()
    segno.make(address, error=LEVEL).save(
        svg, kind="svg", scale=4, border=border, light="#fff", xmldecl=False, svgns=False,
        svgclass=css_class or None, lineclass=None, omitsize=True, title=title or None,
    )  # fmt: skip
    return mark_safe(svg.getvalue().decode())  # noqa: S308 (drawn here of an address)


def draw_code_file(address: str) -> bytes:
    """Return a file of SVG for printers, which has a size of its own."""
    svg = BytesIO()
    segno.make(address, error=LEVEL).save(svg, kind="svg", scale=10, border=QUIET, light="#fff")
    return svg.getvalue()


def draw_code_image(address: str, size: int) -> Image.Image:
    """Return the code on white, at most `size` points wide: each module is as many whole points."""
    code = segno.make(address, error=LEVEL)
    scale = max(1, size // code.symbol_size(border=QUIET)[0])
    png = BytesIO()
    code.save(png, kind="png", scale=scale, border=QUIET)
    png.seek(0)
    return Image.open(png).convert("RGB")
