"""One small private answer for all rows of a page, so that the page itself is the same for everybody."""

from django.http import HttpRequest, JsonResponse

from accounts.inbox.notices import list_visible_notices
from accounts.models import User
from listings.own_states.blocked_employers import set_hiding_cookie
from listings.own_states.listing_states import read_own_states
from sitekit.forms.fields import mask_email
from sitekit.forms.phone_numbers import mask_phone
from sitekit.web.pages import page
from sitekit.web.row_ids import parse_row_id

MAX_ROWS = 100


@page(takes="read", cache="never")
def show_own_states(request: HttpRequest) -> JsonResponse:
    """Return `states`, which is (word, whether it is shown quietly) by listing, `unread`, the number of new
    notices, and the reader's name.

    Seven queries. Visitors who are not signed in get an empty answer, no redirect. If an employer was blocked in
    another browser, this browser gets the cookie with the answer.
    """
    if not request.user.is_authenticated:
        return JsonResponse({})
    typed_ids = request.GET.get("listings", "").split(",")[:MAX_ROWS]
    ids = {pk for pk in map(parse_row_id, typed_ids) if pk is not None}
    states = read_own_states(request.user, ids) if ids else {}
    unread = list_visible_notices(request.user).filter(read_at=None).count()
    name, short_name = _name_reader(request.user)
    response = JsonResponse(
        {
            "name": name,
            "short_name": short_name,
            "unread": unread,
            "states": {pk: [state.words, state.is_quiet] for pk, state in states.items()},
        }
    )
    set_hiding_cookie(request, response)
    return response


def _name_reader(user: User) -> tuple[str, str]:
    """Return the name of the reader for the header, and its short form of four characters, because others may see
    the screen."""
    if user.name:
        return user.name, user.name
    if user.phone:
        return mask_phone(user.phone).replace(" ", ""), f"尾号{user.phone[-4:]}"
    masked = mask_email(user.email)
    return masked, masked.partition("@")[0]
