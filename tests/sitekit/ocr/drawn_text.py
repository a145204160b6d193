"""Pictures with known text, drawn for the tests with the font that the browser tests need too."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
LINES = ("招周末发传单三人", "每小时二十元当天结清", "在步行街口集合")
SIZE = 720, 480  # as small as it is read without a fault: reading takes longer the larger it is


def draw_lines(lines=LINES, size=SIZE, ink="black", paper="white", height=36):
    image = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, height)
    for number, line in enumerate(lines):
        pen.text((60, 80 + number * 2 * height), line, font=font, fill=ink)
    return image


def encode_image(image, kind="JPEG", **options):
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
