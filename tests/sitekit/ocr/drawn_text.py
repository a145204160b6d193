"""Pictures with known text, drawn for the tests with the font that the browser tests need too."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
LINES = ("招周末发传单三人", "每小时二十元当天结清", "在步行街口集合")


def draw_lines(lines=LINES, size=(1080, 1200), ink="black", paper="white", height=54):
    image = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, height)
    for number, line in enumerate(lines):
        pen.text((90, 120 + number * 2 * height), line, font=font, fill=ink)
    return image


def encode_image(image, kind="JPEG", **options):
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
