"""What stands on a share picture or poster, by itself or of a page, and where the picture is found."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

# Part of each version: raise it when layout or painters change what pictures look like.
CARD_DESIGN_VERSION = 3
WIDE, SQUARE, POSTER, PAPER = "wide", "square", "poster", "a4"
SIZES = {WIDE: (1200, 630), SQUARE: (600, 600), POSTER: (1080, 1440), PAPER: (1080, 1528)}
WITH_CODE = (POSTER, PAPER)
# The word for a poster in the name of the file that it is saved as.
FILE_WORDS = {POSTER: "phone", PAPER: "a4"}


@dataclass(frozen=True)
class ShareCard:
    """Texts in the order in which they are read. `checks` are (was it checked, its label)."""

    seal: str
    site: str
    title: str
    pay: str = ""
    pay_unit: str = ""
    settlement: str = ""
    lines: tuple[str, ...] = ()
    who: str = ""
    checks: tuple[tuple[bool, str], ...] = ()
    square_lines: tuple[str, ...] = ()
    photo: str = ""  # the name of a file of `sitekit.images.picture_files`
    address: str = ""  # what the code of a poster leads to
    number: str = ""  # of what the poster is about, as words

    @property
    def version(self) -> str:
        return hashlib.sha256(f"{CARD_DESIGN_VERSION} {self!r}".encode()).hexdigest()[:16]


class SharePicture(NamedTuple):
    """The addresses for the head of a page; `square` is "" if there is only one picture."""

    wide: str
    square: str
    width: int
    height: int
    alt: str


# What stands for a picture where none can be drawn.
ICON, ICON_SIZE = "/icons/512.png", 512


def build_share_picture(
    route: str, key: str | int, card: ShareCard, *, can_draw: bool
) -> SharePicture:
    """Return the addresses of a card's pictures; `route` serves them, `key` says whose they are."""
    if not can_draw:
        return SharePicture(ICON, "", ICON_SIZE, ICON_SIZE, card.site)
    wide, square = (build_picture_path(route, key, shape, card.version) for shape in (WIDE, SQUARE))
    return SharePicture(wide, square, *SIZES[WIDE], describe_card(card))


def build_picture_path(route: str, key: str | int, shape: str, version: str) -> str:
    return reverse(route, args=[key, shape, version])


def name_poster(key: str | int, shape: str, suffix: str) -> str:
    """Return the name of a file, such as poster-12-a4.svg."""
    return f"poster-{key}-{FILE_WORDS[shape]}.{suffix}"


def describe_card(card: ShareCard) -> str:
    """Return in words what the picture says."""
    pay = f"{card.pay}{card.pay_unit}"
    return "，".join(filter(None, [card.title, pay, card.settlement, *card.lines]))
