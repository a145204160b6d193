"""The minimum age for a listing (RULES "Minors"), computed from what its author chose, never typed."""

from listings.choices import JobTerm
from listings.vocabulary.categories import CATEGORIES
from listings.vocabulary.work_slots import has_night

LEAST, GROWN = 16, 18
# Work that the law forbids to minors, or that needs a licence for adults.
# The operator may add others (`CategorySetting`), and take none of these away.
GROWN_CATEGORIES = {"security", "driver", "food_delivery", "etiquette_model", "seat_filler"}


def get_minimum_age(venue: str, slots: int, *, term: str = "", category: str = "") -> int:
    """Return `GROWN` for a venue closed to minors, for night work and for some categories, else `LEAST`.

    A venue is a code of `Venue`; the ordinary one is empty.
    """
    is_night_work = has_night(slots) or term == JobTerm.NIGHT_SHIFT
    kind = CATEGORIES.get(category)
    is_grown = category in GROWN_CATEGORIES or (kind is not None and kind.change.adults_only)
    return GROWN if venue or is_night_work or is_grown else LEAST
