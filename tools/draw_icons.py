"""Draw the site's icons: `python -m tools.draw_icons` writes static/icons/.

The characters are drawn with Noto Sans CJK (SIL Open Font License 1.1, Debian's fonts-noto-cjk); a picture made
with it may be used freely.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from jobsite.seo.app_files import GREEN, ICON_SIZES, ICONS
from sitekit.images.city_badge import NATIONAL

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
CHINESE = 2  # the face of Simplified Chinese in the collection
DRAWN_SIZE = 1024  # drawn large and scaled down


def draw_icon() -> Image.Image:
    """The seal to the edge: phones cut their own shape out of it, of which the middle four fifths are safe."""
    image = Image.new("RGB", (DRAWN_SIZE, DRAWN_SIZE), GREEN)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((112, 112, 912, 912), 130, outline="#86ac9f", width=22)
    font = ImageFont.truetype(FONT, 330, index=CHINESE)
    for character, middle in zip(NATIONAL, (342, 682), strict=True):
        pen.text((DRAWN_SIZE / 2, middle), character, "#ffffff", font, anchor="mm")
    return image


def write_icons(folder: Path = ICONS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    icon = draw_icon()
    for size in ICON_SIZES:
        small = icon.resize((size, size), Image.Resampling.LANCZOS)
        small.quantize(64).save(folder / f"{size}.png", optimize=True)


if __name__ == "__main__":
    write_icons()
