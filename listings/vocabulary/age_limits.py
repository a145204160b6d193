"""How old one must be for a listing (RULES "Minors"): nobody under 16, some places and work 18."""

import re
import unicodedata

LEAST, GROWN = 16, 18
# Work the law keeps from minors, or that needs a licence one gets at 18.
GROWN_CATEGORIES = {"security", "driver", "food_delivery", "etiquette_model", "seat_filler"}
GROWN_PLACES = re.compile(
    r"酒吧|清吧|酒廊|夜店|夜总会|迪厅|迪吧|蹦迪|KTV|K歌|歌厅|歌舞|网吧|网咖|电竞馆|洗浴|足浴|会所",
    re.IGNORECASE,
)


def least_age(listing) -> int:
    if listing.category in GROWN_CATEGORIES:
        return GROWN
    texts = (listing.title, listing.address, listing.duties, listing.requirements, listing.who)
    said = unicodedata.normalize("NFKC", " ".join(texts))
    return GROWN if GROWN_PLACES.search(said) else LEAST
