"""Calm flat drawings for a few of the demo articles, made by code when the demo is loaded."""

import io
import math

from PIL import Image, ImageDraw

from news.models import Article
from sitekit.images.pictures import create_picture

WIDTH, HEIGHT = 1280, 720
# Drawn larger and reduced, so that edges are smooth.
FINE = 2
CREDIT = "示意图，本站绘制。"

PAPER, SUNK, WHITE = "#f7f5ef", "#e9e4d6", "#ffffff"
GREEN, LEAF, MOSS, MIST = "#0e5a44", "#4f8a72", "#93b9a5", "#d7e6dc"
AMBER, SAND, CLAY, NIGHT = "#e0a84a", "#f3dfb4", "#b8774a", "#20423a"


class Canvas:
    """Points and sizes are those of the finished picture."""

    def __init__(self, ground, width=WIDTH, height=HEIGHT):
        self._image = Image.new("RGB", (width * FINE, height * FINE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left, top, width, height, fill, radius=0):
        ends = _scale_coordinates(left, top, left + width, top + height)
        self._draw.rounded_rectangle(ends, radius * FINE, fill)

    def disc(self, x, y, radius, fill):
        self._draw.ellipse(_scale_coordinates(x - radius, y - radius, x + radius, y + radius), fill)

    def shape(self, *points, fill):
        self._draw.polygon(_scale_coordinates(*(n for point in points for n in point)), fill)

    def line(self, *points, fill, width):
        flat = _scale_coordinates(*(n for point in points for n in point))
        self._draw.line(flat, fill, width * FINE, joint="curve")

    def hill(self, top, swell, length, shift, fill):
        """A soft ridge across the whole width, down to the ground."""
        ridge = [
            (x, top - swell * math.sin((x + shift) / length) - swell / 3 * math.sin(x / 97 + shift))
            for x in range(0, WIDTH + 20, 20)
        ]
        self.shape((0, HEIGHT), *ridge, (WIDTH, HEIGHT), fill=fill)

    def bytes(self):
        file = io.BytesIO()
        self._image.reduce(FINE).save(file, "BMP")
        return file.getvalue()


def _scale_coordinates(*numbers):
    return [round(number * FINE) for number in numbers]


def draw_chat():
    """A phone with a talk in which one side asks for money again and again."""
    on = Canvas(MIST)
    on.disc(1060, 120, 300, PAPER)
    on.disc(160, 690, 260, SUNK)
    on.box(440, 60, 400, 720, NIGHT, 44)
    on.box(456, 76, 368, 700, PAPER, 32)
    on.box(456, 76, 368, 64, WHITE, 32)
    on.box(560, 96, 160, 22, MOSS, 11)
    for top, width, is_own in ((170, 210, 0), (250, 150, 1), (330, 250, 0), (430, 110, 1)):
        left = 784 - width if is_own else 496
        on.box(left, top, width, 60, MOSS if is_own else WHITE, 18)
        on.box(left + 24, top + 24, width - 60, 12, WHITE if is_own else SUNK, 6)
    on.box(496, 520, 220, 110, SAND, 18)
    on.disc(546, 575, 30, AMBER)
    on.box(540, 559, 12, 32, SAND, 3)
    on.box(596, 556, 90, 12, CLAY, 6)
    on.box(596, 582, 60, 12, AMBER, 6)
    for x, y in ((960, 330), (1040, 410), (1010, 530)):
        on.disc(x, y, 44, AMBER)
        on.disc(x, y, 32, SAND)
    on.line((900, 590), (980, 640), (1130, 640), fill=LEAF, width=8)
    on.shape((1120, 618), (1160, 640), (1120, 662), fill=LEAF)
    return on.bytes()


def draw_market():
    """Stalls under lanterns on a mild night."""
    on = Canvas(NIGHT)
    on.disc(1196, 78, 46, SAND)
    on.disc(1180, 68, 40, NIGHT)
    on.hill(420, 60, 210, 40, "#2a5348")
    on.hill(500, 40, 160, 300, "#1a3a32")
    on.box(0, 590, WIDTH, 130, "#36594f")
    on.line((0, 120), (320, 190), (640, 150), (960, 200), (1280, 130), fill=LEAF, width=4)
    for x, y in (
        (120, 146),
        (320, 190),
        (480, 170),
        (640, 150),
        (800, 175),
        (960, 200),
        (1130, 162),
    ):
        on.disc(x, y + 34, 40, "#3b5f4c")
        on.disc(x, y + 34, 24, AMBER)
        on.box(x - 10, y + 8, 20, 8, CLAY, 3)
    for left, awning in ((110, LEAF), (480, CLAY), (850, LEAF)):
        for part in range(6):
            fill = PAPER if part % 2 else awning
            on.box(left + part * 54, 380, 54, 66, fill)
            on.disc(left + part * 54 + 27, 446, 27, fill)
        on.box(left + 10, 446, 10, 190, SUNK)
        on.box(left + 304, 446, 10, 190, SUNK)
        on.box(left, 560, 324, 90, "#6f4a33", 6)
        for number in range(5):
            on.disc(left + 50 + number * 56, 552, 22, (SAND, MOSS, AMBER)[number % 3])
    return on.bytes()


def draw_tea_field():
    """Rows of tea on the hills, with people at work between them."""
    on = Canvas(PAPER)
    on.disc(940, 190, 90, SAND)
    on.hill(330, 70, 230, 120, MIST)
    on.hill(400, 60, 180, 420, MOSS)
    on.hill(480, 40, 260, 60, LEAF)
    for row in range(5):
        top = 500 + row * 48
        on.hill(top, 22, 240, 60 + row * 35, (GREEN, "#2d7158")[row % 2])
    for x, y in ((330, 470), (760, 520), (1010, 486)):
        on.box(x - 20, y, 40, 64, (CLAY, WHITE, AMBER)[x % 3], 16)
        on.disc(x, y - 14, 17, "#d9a877")
        on.shape((x - 42, y - 16), (x, y - 48), (x + 42, y - 16), fill=SAND)
        on.box(x + 16, y + 14, 34, 30, "#8a6138", 8)
    return on.bytes()


def draw_checklist():
    """A sheet with things to do, two of them done, and a telephone."""
    on = Canvas(SUNK)
    on.disc(1120, 640, 330, MIST)
    on.box(300, 70, 520, 620, "#cfc6b0", 20)
    on.box(288, 58, 520, 620, WHITE, 20)
    on.box(468, 36, 160, 50, GREEN, 14)
    for number in range(4):
        top = 150 + number * 126
        done = number < 2
        on.disc(366, top + 32, 32, GREEN if done else MIST)
        if done:
            on.line((351, top + 33), (362, top + 45), (383, top + 20), fill=WHITE, width=8)
        on.box(428, top + 10, 300 - number * 34, 18, MOSS if done else LEAF, 9)
        on.box(428, top + 42, 220 - number % 2 * 60, 14, SUNK, 7)
    on.box(900, 330, 190, 330, NIGHT, 30)
    on.box(912, 352, 166, 268, PAPER, 14)
    on.disc(995, 450, 52, MIST)
    on.disc(995, 450, 36, LEAF)
    on.box(945, 530, 100, 14, MOSS, 7)
    on.box(960, 560, 70, 14, SUNK, 7)
    return on.bytes()


# Title → drawing, what it shows.
HEROES = {
    "前三单都到账，第四单要垫两千：吉首一名大学生刷单被骗": (
        draw_chat,
        "前几单的小钱，是为了让人放心交后面的大钱。",
    ),
    "乾州周末夜市开街，八十个摊位招短工": (
        draw_market,
        "夜市的摊位主要在周五、周六晚上请短工，收工当场结清。",
    ),
    "保靖黄金茶基地开剪，茶园修枝要一千二百人次": (
        draw_tea_field,
        "茶园修枝，短工多数从附近村寨来。",
    ),
    "被骗后的两小时，按顺序做": (draw_checklist, "先打电话，再留证据，一件一件来。"),
}


def attach_drawing(article):
    """The article its drawing, if there is one for it."""
    if article.title in HEROES:
        draw, words = HEROES[article.title]
        hero = create_picture(draw())
        Article.objects.filter(pk=article.pk).update(hero=hero, hero_caption=words + CREDIT)
