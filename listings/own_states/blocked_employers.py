"""Employers whose listings somebody does not want to see: gone from all that is shown or sent to that person.

Only the person knows. What protects them still comes: warnings after a fraud, and what becomes of their sign-ups.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.inbox.open_accounts import write_for_account
from accounts.models import Employer, User
from listings.models import BlockedEmployer, ListingSearch
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.refusals import Refusal

# Lists are the same for all members but those whose browser has this cookie. It says nothing else.
COOKIE = "hides_employers"
MAX_BLOCKED = declare_limit("blocked_employers", "消息和订阅", "一个人不看几家单位", 200, most=1000)


class TooManyBlocked(Refusal):
    """The user has blocked `MAX_BLOCKED` employers already."""


def add_blocked_employer(user: User, employer: Employer) -> None:
    """Block the employer, unless it is blocked already. Raise TooManyBlocked."""
    blocked = BlockedEmployer.objects.filter(user=user)
    if not blocked.filter(employer=employer).exists() and blocked.count() >= int(MAX_BLOCKED):
        raise TooManyBlocked(f"最多选 {int(MAX_BLOCKED)} 家不看的单位，先恢复几家。")
    row = BlockedEmployer(user=user, employer=employer)
    with write_for_account(user):
        blocked.bulk_create([row], ignore_conflicts=True)


def delete_blocked_employer(user: User, employer: Employer) -> None:
    """Unblock the employer; it need not be blocked."""
    BlockedEmployer.objects.filter(user=user, employer=employer).delete()


def is_employer_blocked(user: User, employer_id: int | None) -> bool:
    return BlockedEmployer.objects.filter(user=user, employer=employer_id).exists()


def find_reader(request: HttpRequest) -> User | None:
    """Return the signed-in user, or None. Without a cookie the session is not read, because the page is the same
    for everybody who has none."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return request.user
    return None


def find_hidden_listings(request: HttpRequest) -> tuple[int, ...]:
    """Return the live listings of employers that the reader has blocked. One query, and only with the cookie."""
    reader = find_reader(request) if COOKIE in request.COOKIES else None
    return list_hidden_listings(reader) if reader else ()


def set_hiding_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie by which a member's lists leave out blocked employers, if the member has blocked any. One
    query.

    The cookie is deleted if there are none, and after signing out.
    """
    reader = getattr(request, "user", None)
    is_signed_in = reader is not None and reader.is_authenticated
    hides = is_signed_in and BlockedEmployer.objects.filter(user=reader).exists()
    if hides and COOKIE not in request.COOKIES:
        response.set_cookie(
            COOKIE,
            "1",
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    elif not hides and COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")


def list_hidden_listings(user: User) -> tuple[int, ...]:
    """Return the ids of the live listings of employers that the user has blocked."""
    blocked = BlockedEmployer.objects.filter(user=user)
    live = ListingSearch.objects.filter(live_until__gte=timezone.localdate())
    hidden = live.filter(listing__employer__in=blocked.values("employer"))
    return tuple(hidden.order_by("pk").values_list("pk", flat=True))
