"""The minimum age for a listing, computed from what its author chose, never typed."""

import re

from listings.choices import JobTerm
from listings.vocabulary.categories import CATEGORIES
from listings.vocabulary.work_slots import has_night
from textkit.widths import fold_widths

MIN_WORK_AGE_YEARS, ADULT_AGE_YEARS = 16, 18
# Work that the law forbids to minors, or that needs a licence for adults.
# The operator may add others (`CategorySetting`), and take none of these away.
GROWN_CATEGORIES = {"security", "driver", "food_delivery", "etiquette_model", "seat_filler"}

_AGE = "(?:1[67]|十[六七])"
_CLAUSE = "[^，。；！？,;!?\\n]"
# 16 周岁, 16-40 岁, 高中生可做, 未成年也行.
_MINORS = re.compile(
    rf"(?<![\d.一二三四五六七八九]){_AGE} ?(?:周?岁)? ?[-~—至到] ?\d\d ?周?岁|(?<![\d.一二三四五六七八九]){_AGE} ?周?岁"
    rf"|(?:高中|初中|中学|职高|中专|技校)生{_CLAUSE}{{0,6}}[可行能]|未成年(?!人?{_CLAUSE}{{0,4}}[不勿]){_CLAUSE}{{0,4}}[可行]"
)
# Who is not taken, or whom the work is done for.
_NOT_TAKEN = re.compile(f"(?:不[招收要用]|[教带给陪为对导]){_CLAUSE}{{0,6}}$")
_LOOKED_BACK = 8


def find_minors_welcome(text: str) -> tuple[int, int] | None:
    """Return where the text takes people under 18: an age of 16 or 17, pupils, minors."""
    folded = fold_widths(text)
    for match in _MINORS.finditer(folded):
        before = folded[max(0, match.start() - _LOOKED_BACK) : match.start()]
        if not _NOT_TAKEN.search(before):
            return match.span()
    return None


def get_minimum_age(venue: str, slots: int, *, term: str = "", category: str = "") -> int:
    """Return `ADULT_AGE_YEARS` for a venue closed to minors, for night work and some categories; else the least age.

    A venue is a code of `Venue`; the ordinary one is empty.
    """
    is_night_work = has_night(slots) or term == JobTerm.NIGHT_SHIFT
    kind = CATEGORIES.get(category)
    is_grown = category in GROWN_CATEGORIES or (kind is not None and kind.change.adults_only)
    return ADULT_AGE_YEARS if venue or is_night_work or is_grown else MIN_WORK_AGE_YEARS
