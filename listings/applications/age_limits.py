"""The minimum age for a listing (RULES "Minors"): 16, or 18 for some places and kinds of work."""

import re
import unicodedata

from listings.models import Listing

LEAST, GROWN = 16, 18
# Work that the law forbids to minors, or that needs a licence for adults.
GROWN_CATEGORIES = {"security", "driver", "food_delivery", "etiquette_model", "seat_filler"}
GROWN_PLACES = re.compile(
    r"酒吧|清吧|酒廊|夜店|夜总会|迪厅|迪吧|蹦迪|KTV|K歌|歌厅|歌舞|网吧|网咖|电竞馆|洗浴|足浴|会所",
    re.IGNORECASE,
)


def least_age(listing: Listing) -> int:
    """Return `LEAST` or `GROWN`."""
    if listing.category in GROWN_CATEGORIES:
        return GROWN
    texts = (listing.title, listing.address, listing.duties, listing.requirements, listing.who)
    text = unicodedata.normalize("NFKC", " ".join(texts))
    return GROWN if GROWN_PLACES.search(text) else LEAST
