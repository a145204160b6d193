"""One person of each role and something of each kind that belongs to one of them."""

from tests import stock
from tests.conftest import tea_shop
from tests.people import person

MODERATORS = "审核员"


def make(publish, place):
    """(people by role, values that fill the addresses in `tests.access`)."""
    people = cast()
    shop = tea_shop() if publish is None else publish.employer
    shop.memberships.create(user=people["employer"], role="owner")
    values = stock.make(publish, place) | {"employer": shop.pk}
    return people, values


def cast():
    return {
        "visitor": None,
        "seeker": person("seeker"),
        "other_seeker": person("other-seeker"),
        "employer": person("employer"),
        "other_employer": person("other-employer"),
        "moderator": person("moderator", is_staff=True),
        "admin": person("admin", is_staff=True, is_superuser=True),
    }
