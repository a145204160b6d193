"""QR codes of addresses: within a page, as a file, and as points for a drawn picture."""

import numpy as np
import zxingcpp
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

LEVEL = "M"  # a seventh of the code may be unreadable
QUIET = 4  # modules of white around it, as the standard asks
FILE_SCALE = 10  # points a module


def draw_code_svg(
    address: str, *, css_class: str = "", title: str = "", border: int = QUIET
) -> SafeString:
    """Return an inline SVG, on white in the dark theme too, as cameras need it."""
    modules = _draw_modules(address, border)
    own_class = f' class="{escape(css_class)}"' if css_class else ""
    own_title = f"<title>{escape(title)}</title>" if title else ""
    svg = f"<svg{own_class} {_format_view_box(modules)}>{own_title}{_draw_paths(modules)}</svg>"
    return mark_safe(svg)  # noqa: S308 (figures, and two escaped words)


def draw_code_file(address: str) -> bytes:
    """Return a file of SVG for printers, which has a size of its own."""
    modules = _draw_modules(address, QUIET)
    size = len(modules) * FILE_SCALE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" {_format_view_box(modules)}>'
        f"{_draw_paths(modules)}</svg>\n"
    )
    return svg.encode()


def draw_code_within(address: str, at: tuple[int, int], side: int) -> str:
    """Return the code as a part of another SVG, `side` wide and high from its upper left corner `at`."""
    modules = _draw_modules(address, QUIET)
    return (
        f'<svg x="{at[0]}" y="{at[1]}" width="{side}" height="{side}" {_format_view_box(modules)}'
        f' shape-rendering="crispEdges">{_draw_paths(modules)}</svg>'
    )


def measure_code(address: str, size: int) -> int:
    """Return the width of the code with its quiet zone within `size` points: each module is as many whole ones."""
    modules = len(_draw_modules(address, QUIET))
    return modules * max(1, size // modules)


def draw_code_image(address: str, size: int) -> Image.Image:
    """Return the code on white, as wide as `measure_code` says."""
    modules = _draw_modules(address, QUIET)
    scale = max(1, size // len(modules))
    points = np.where(modules, 0, 255).astype(np.uint8).repeat(scale, axis=0).repeat(scale, axis=1)
    return Image.fromarray(points).convert("RGB")


def _draw_modules(address: str, border: int) -> np.ndarray:
    """Return a square of booleans, true where it is dark."""
    code = zxingcpp.create_barcode(address, zxingcpp.QRCode, ec_level=LEVEL)
    modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    return np.pad(modules, border)


def _format_view_box(modules: np.ndarray) -> str:
    return f'viewBox="0 0 {len(modules)} {len(modules)}"'


def _draw_paths(modules: np.ndarray) -> str:
    """Return a white ground, and one path of all dark runs, a stroke in the middle of each row."""
    rows, columns = np.nonzero(np.diff(modules, axis=1, prepend=False, append=False))
    starts_and_ends = zip(
        rows[::2].tolist(), columns[::2].tolist(), columns[1::2].tolist(), strict=True
    )
    steps, pen = [], (-1, 0)
    for row, start, end in starts_and_ends:
        if row != pen[0]:
            steps.append(f"M0 {row}.5")
            pen = row, 0
        steps.append(f"m{start - pen[1]} 0h{end - start}")
        pen = row, end
    ground = f'<path fill="#fff" d="M0 0h{len(modules)}v{len(modules)}H0z"/>'
    return f'{ground}<path stroke="#000" d="{"".join(steps)}"/>'
