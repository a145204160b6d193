"""Flat drawings that stand for photos of workplaces, made by code when the demo is loaded.

Each scene is drawn in two sets of colours; a listing gets one of its kind of work, chosen by its title.
Every third has none, as on a real site.
"""

import random
from functools import lru_cache

from listings.vocabulary.categories import CATEGORIES
from sitekit.images.pictures import create_picture
from tools.demo.drawings import Canvas

WIDTH, HEIGHT = 960, 720
WHITE, PAPER, WOOD, DARK, SKIN = "#fdfbf5", "#f3eee2", "#a9835c", "#4b4038", "#d9a877"
# Wall, floor, main colour, second colour.
PALETTES = (
    ("#dfe6df", "#cfc6b2", "#4f7f6d", "#c07a4a"),
    ("#e6dfd3", "#bfb29b", "#5f7d95", "#c59a45"),
)


def _draw_room(palette):
    on = Canvas(palette[0], WIDTH, HEIGHT)
    on.box(0, 560, WIDTH, 160, palette[1])
    return on


def _draw_person(on, x, ground, coat):
    on.disc(x, ground - 190, 34, SKIN)
    on.box(x - 46, ground - 150, 92, 150, coat, 40)


def draw_tea_shop(palette):
    """A shop with an awning, a board with a cup, somebody waiting."""
    _, _, main, second = palette
    on = _draw_room(palette)
    on.box(110, 120, 740, 460, PAPER, 10)
    for part in range(9):
        left = 90 + part * 87
        on.box(left, 110, 87, 90, main if part % 2 else WHITE)
        on.disc(left + 43, 200, 43, main if part % 2 else WHITE)
    on.box(180, 290, 270, 190, DARK, 6)
    on.box(196, 306, 238, 158, second)
    on.shape((275, 340), (355, 340), (342, 440), (288, 440), fill=WHITE)
    on.line((320, 340), (338, 300), fill=main, width=8)
    on.box(540, 280, 220, 300, DARK, 6)
    on.box(556, 296, 188, 284, palette[0])
    _draw_person(on, 870, 700, main)
    return on.bytes()


def draw_kitchen(palette):
    """A counter with steaming bowls under hanging lamps."""
    _, _, main, second = palette
    on = _draw_room(palette)
    for x in (200, 480, 760):
        on.line((x, 0), (x, 110), fill=DARK, width=6)
        on.shape((x - 60, 170), (x - 24, 106), (x + 24, 106), (x + 60, 170), fill=second)
    on.box(60, 430, 840, 40, WOOD, 8)
    on.box(80, 470, 800, 190, main, 8)
    for x in (210, 480, 750):
        on.shape((x - 80, 360), (x + 80, 360), (x + 46, 430), (x - 46, 430), fill=WHITE)
        on.disc(x, 350, 26, second)
        on.line((x - 20, 310), (x - 8, 280), (x - 20, 250), fill=WHITE, width=8)
        on.line((x + 20, 310), (x + 32, 280), (x + 20, 250), fill=WHITE, width=8)
    return on.bytes()


def draw_shelves(palette):
    """Shelves of a shop, filled, and a basket before them."""
    _, _, main, second = palette
    on = _draw_room(palette)
    for row in range(3):
        top = 110 + row * 150
        on.box(90, top + 110, 780, 18, WOOD)
        for number in range(9):
            height = 60 + (number * 37 + row * 23) % 45
            colour = (main, second, WHITE, DARK)[(number + row * 2) % 4]
            on.box(110 + number * 84, top + 110 - height, 58, height, colour, 6)
    on.box(360, 600, 260, 90, main, 14)
    on.line((390, 600), (490, 540), (590, 600), fill=DARK, width=10)
    return on.bytes()


def draw_parcels(palette):
    """Parcels in a pile and on a trolley."""
    _, _, main, second = palette
    on = _draw_room(palette)
    places = (
        (120, 420, 220, 170),
        (350, 450, 180, 140),
        (180, 290, 180, 130),
        (390, 340, 150, 110),
    )
    for number, (left, top, width, height) in enumerate(places):
        on.box(left, top, width, height, ("#c79a62", "#d8b283")[number % 2], 6)
        on.box(left + width // 2 - 14, top, 28, height, PAPER)
        on.box(left + 18, top + height - 44, 54, 30, WHITE, 4)
    on.line((640, 240), (640, 600), (860, 600), fill=main, width=16)
    on.box(668, 430, 180, 160, "#c79a62", 6)
    on.box(744, 430, 28, 160, PAPER)
    on.box(690, 310, 140, 116, second, 6)
    for x in (680, 830):
        on.disc(x, 640, 34, DARK)
        on.disc(x, 640, 12, PAPER)
    return on.bytes()


def draw_flyers(palette):
    """Leaflets on a table."""
    _, _, main, second = palette
    on = Canvas(palette[0], WIDTH, HEIGHT)
    on.box(0, 420, WIDTH, 300, WOOD)
    for left, top, colour in ((150, 150, main), (370, 210, second), (590, 130, main)):
        on.box(left + 10, top + 12, 230, 330, "#8d7355", 6)
        on.box(left, top, 230, 330, WHITE, 6)
        on.box(left + 24, top + 24, 182, 130, colour, 4)
        on.disc(left + 115, top + 88, 38, PAPER)
        for line, width in enumerate((182, 150, 170, 110)):
            on.box(left + 24, top + 180 + line * 32, width, 14, "#b6ad9b", 6)
    return on.bytes()


def draw_classroom(palette):
    """A blackboard, a window, desks."""
    _, _, main, second = palette
    on = _draw_room(palette)
    on.box(90, 90, 520, 270, WOOD, 6)
    on.box(108, 108, 484, 234, "#3f5a4e")
    for line, width in enumerate((240, 330, 180)):
        on.box(146, 150 + line * 58, width, 12, "#dfe6df", 6)
    on.box(680, 80, 200, 260, WHITE)
    on.box(696, 96, 168, 228, "#bfd4da")
    on.box(774, 96, 12, 228, WHITE)
    for x in (110, 400, 690):
        on.box(x, 500, 200, 26, WOOD, 6)
        on.box(x + 18, 526, 16, 150, DARK)
        on.box(x + 166, 526, 16, 150, DARK)
        on.box(x + 60, 476, 80, 24, (main, second)[x % 2], 4)
    return on.bytes()


def draw_old_town(palette):
    """Houses on stilts over a river, hills behind."""
    _, _, main, second = palette
    on = Canvas("#dbe4e4", WIDTH, HEIGHT)
    on.shape(
        (0, 330),
        (180, 170),
        (400, 300),
        (610, 150),
        (960, 320),
        (960, 520),
        (0, 520),
        fill="#9db1a8",
    )
    on.box(0, 520, WIDTH, 200, "#87a3a3")
    for left in (70, 350, 630):
        on.box(left, 320, 240, 150, "#7a5b41")
        on.shape(
            (left - 40, 326), (left + 20, 250), (left + 220, 250), (left + 280, 326), fill=DARK
        )
        for x in range(left + 10, left + 240, 54):
            on.box(x, 470, 14, 90, "#5c4431")
            on.box(x + 8, 370, 34, 46, "#f0d28d", 3)
        on.disc(left + 120, 300, 16, second)
    on.shape((400, 620), (620, 620), (590, 660), (430, 660), fill=DARK)
    _draw_person(on, 510, 630, main)
    return on.bytes()


def draw_stage(palette):
    """A stage that is being built, with lights."""
    _, _, main, second = palette
    on = Canvas("#2f3a40", WIDTH, HEIGHT)
    for x, colour in ((230, second), (480, PAPER), (730, second)):
        on.shape((x, 130), (x - 130, 560), (x + 130, 560), fill="#46545b")
        on.disc(x, 120, 30, colour)
    on.box(60, 90, 840, 22, "#8fa3ab")
    on.box(60, 90, 22, 480, "#8fa3ab")
    on.box(878, 90, 22, 480, "#8fa3ab")
    on.box(40, 560, 880, 60, main, 4)
    on.box(40, 620, 880, 100, DARK)
    _draw_person(on, 340, 560, second)
    on.box(560, 480, 150, 80, "#c79a62", 6)
    return on.bytes()


def draw_desk(palette):
    """A desk with a screen, a lamp and a plant."""
    _, _, main, second = palette
    on = _draw_room(palette)
    on.box(80, 500, 800, 34, WOOD, 8)
    on.box(130, 534, 22, 160, DARK)
    on.box(810, 534, 22, 160, DARK)
    on.box(300, 220, 360, 230, DARK, 12)
    on.box(318, 238, 324, 194, WHITE)
    for line, width in enumerate((250, 190, 220)):
        on.box(346, 272 + line * 50, width, 16, (main, "#c9d3cc")[line % 2], 8)
    on.box(450, 450, 60, 50, DARK)
    on.line((760, 500), (760, 330), (700, 270), fill=second, width=14)
    on.shape((640, 280), (720, 230), (740, 300), fill=second)
    on.box(160, 430, 70, 70, second, 8)
    for x, y in ((170, 380), (220, 370), (196, 340)):
        on.disc(x, y, 36, main)
    return on.bytes()


def draw_cleaning(palette):
    """A window, a bucket, a mop."""
    _, _, main, second = palette
    on = _draw_room(palette)
    on.box(180, 90, 420, 330, WHITE, 8)
    on.box(204, 114, 372, 282, "#bfd7de")
    on.box(380, 114, 18, 282, WHITE)
    on.line((230, 350), (340, 200), fill=WHITE, width=18)
    on.shape((660, 520), (840, 520), (816, 690), (684, 690), fill=main)
    on.line((670, 520), (750, 450), (830, 520), fill=DARK, width=10)
    on.line((520, 180), (420, 640), fill=WOOD, width=18)
    on.shape((360, 630), (480, 650), (450, 710), (330, 690), fill=second)
    return on.bytes()


def draw_site(palette):
    """A wall that is being built, a helmet on it."""
    _, _, main, second = palette
    on = _draw_room(palette)
    on.disc(430, 250, 90, second)
    on.box(310, 226, 240, 26, second, 12)
    for row in range(5):
        for number in range(8 - row // 2):
            left = 60 + number * 108 - (row % 2) * 50
            on.box(left, 500 - row * 62, 100, 54, "#b5694a" if (row + number) % 3 else "#c47c5c", 4)
    on.box(0, 556, WIDTH, 40, palette[1])
    on.line((820, 700), (820, 120), fill=main, width=16)
    on.line((760, 700), (760, 120), fill=main, width=16)
    for y in range(160, 700, 80):
        on.line((760, y), (820, y), fill=main, width=12)
    return on.bytes()


def draw_scooter(palette):
    """A scooter with a box for meals in a street."""
    _, _, main, second = palette
    on = _draw_room(palette)
    for left, top, colour in ((60, 160, PAPER), (330, 100, WHITE), (640, 190, PAPER)):
        on.box(left, top, 230, 400, colour)
        for x in (left + 34, left + 134):
            for y in range(top + 40, 480, 90):
                on.box(x, y, 60, 50, "#bfd0d6", 4)
    for x in (300, 620):
        on.disc(x, 630, 66, DARK)
        on.disc(x, 630, 28, PAPER)
    on.line((300, 630), (430, 640), (560, 600), (620, 430), fill=main, width=26)
    on.line((620, 430), (690, 420), fill=DARK, width=14)
    on.box(260, 420, 190, 150, second, 10)
    on.box(440, 540, 130, 30, DARK, 14)
    return on.bytes()


# By the group of categories; those that are not named get a desk.
SCENES = {
    "catering": (draw_tea_shop, draw_kitchen),
    "retail": (draw_shelves, draw_tea_shop),
    "logistics": (draw_parcels, draw_shelves),
    "promotion": (draw_flyers, draw_tea_shop),
    "education": (draw_classroom, draw_desk),
    "events": (draw_stage, draw_old_town),
    "domestic": (draw_cleaning, draw_kitchen),
    "labour": (draw_site, draw_parcels),
    "errands": (draw_scooter, draw_parcels),
    "skills": (draw_desk, draw_old_town),
}
OTHERS = (draw_desk, draw_desk)


def choose_photos(category, title):
    """The ids of the pictures of a listing: one, two, or none."""
    rng = random.Random(f"photo {title}")
    first, second = SCENES.get(CATEGORIES[category].group, OTHERS)
    number = rng.randrange(3)
    palette = rng.randrange(len(PALETTES))
    scenes = [first] if number == 1 else [first, second] if number == 2 else []
    return list(dict.fromkeys(_keep_picture(draw, palette) for draw in scenes))


@lru_cache(maxsize=64)
def _keep_picture(draw, palette):
    return create_picture(draw(PALETTES[palette])).pk
