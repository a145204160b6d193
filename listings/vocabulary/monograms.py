"""The character that stands where a listing has no photo."""

import re
from collections.abc import Iterable

from cities.models import Region

# A person is called by the family name: 人民北路李女士 is 李.
_ADDRESSED = re.compile("([\u4e00-\u9fff])(?:女士|先生|老师|师傅|太太|阿姨|大姐|同学|家长)")
BACKGROUND_COLOURS = 4  # quiet colours, chosen by the employer's number


def choose_monogram(name: str, places: Iterable[Region] = ()) -> str:
    """Return the first character of a name, after the places it begins with; "" if there is none.

    Half of the shops of a city begin with its name: 凤凰沱江行文旅 is 沱.
    """
    if addressed := _ADDRESSED.search(name):
        return addressed[1]
    place_names = {word for place in places for word in (place.name, place.short_name)}
    by_length = sorted(place_names, key=len, reverse=True)
    while word := next((word for word in by_length if name.startswith(word)), ""):
        shortened = name.removeprefix(word).lstrip("市县区州省")
        if len(shortened) < 2:
            break
        name = shortened
    return next((char.upper() for char in name if char.isalnum()), "")


def choose_background_number(number: int | None) -> int:
    """Return which of the grounds, from 1 on; the same one for an employer everywhere."""
    return (number or 0) % BACKGROUND_COLOURS + 1
