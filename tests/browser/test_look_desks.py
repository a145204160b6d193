"""The desks of moderators and employers at every width, in light and in dark: readable, nothing cut
off, every target large enough for a finger."""

import pytest

from cities.directory.regions import get_region_by_slug
from listings.models import Listing
from safety.moderation.claims import claim_case
from tests import world
from tests.browser import looks
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each
from tests.listings.seeking import sign_up
from tests.people import sign_in_browser_page
from tests.safety.desks import make_pending_listing, waiting_text

MODERATOR = {
    "admin": "/admin/",
    "dashboard": "/admin/desk/",
    "queue": "/admin/desk/listings/",
    "case": "/admin/desk/listings/{case}/",
    "case-edit": "/admin/desk/listings/{edited}/",
    "case-held": "/admin/desk/listings/{held}/",
    "employers": "/admin/desk/employers/",
    "employer": "/admin/desk/employers/{waiting}/",
    "reports": "/admin/desk/reports/",
    "report": "/admin/desk/reports/{report}/",
    "appeals": "/admin/desk/appeals/",
    "appeal": "/admin/desk/appeals/{appeal}/",
}
EMPLOYER = {
    "desk": "/employer/",
    "applications": "/employer/applications/",
    "one-listing": "/employer/listings/{listing}/",
    "stopped": "/employer/listings/{held}/",
    "its-applications": "/employer/listings/{listing}/applications/",
    "renew": "/employer/listings/{listing}/renew/",
    "withdraw": "/employer/listings/{listing}/withdraw/",
    "preview": "/employer/listings/{listing}/preview/",
    "draft": "/employer/listings/{post_draft}/draft/",
    "photos": "/employer/listings/{post_draft}/photos/",
    "papers": "/employer/papers/",
    "phone": "/employer/phone/",
    "members": "/employer/members/",
    "details": "/employer/details/",
    "upload": "/employer/upload/",
    "upload-report": "/employer/upload/{upload}/",
    "register": "/employer/register/",
    "contest": "/appeal/listing/{held}/",
}
DESKS = [
    (role, name)
    for role, pages in (("moderator", MODERATOR), ("employer", EMPLOYER))
    for name in pages
]
DEMANDS = {
    "moderator": looks.Demands(
        everywhere=(looks.STRUCTURE, looks.SQUEEZED), on_a_phone=(looks.SMALL_ON_A_DESK,)
    ),
    "employer": looks.READERS._replace(on_a_phone=(looks.SMALL, looks.SMALL_ON_A_DESK)),
}
DJANGOS_OWN = looks.Demands(everywhere=(), on_a_phone=())
# Whose head and foot axe looks at.
WITH_FRAME = {"dashboard", "desk"}


@pytest.fixture(scope="module")
def cast(kept_site):
    """(people, values): the world of the addresses, with cases of each kind in hand."""
    employer = tea_shop()
    publish = build_listing_publisher(employer)
    people, values = world.make_site_data(publish, get_region_by_slug, employer)
    reasons = ["写了性别要求（“限女生”）。", "单位还没有通过认证，认证前发的都要审核员看过。"]
    signal = {"field": "duties", "start": 0, "end": 4, "reason": reasons[0], "code": "x"}
    case = make_pending_listing(
        employer, level="high", reasons=reasons, signals=[signal], title="先来的一条"
    )
    # Of two that wait each has a box to pick it.
    sign_up(Listing.objects.get(pk=values["listing"]), people["other_seeker"])
    make_pending_listing(employer, title="Urgent" * 10, duties="w" * 300, level="low")
    edited = publish(title="公开中的一条", duties="介绍新口味。")
    waiting_text(edited, duties="介绍新口味，加微信领奖。", title="公开中的一条")
    values |= {"case": case.pk, "edited": edited.pk}
    shop = people["other_employer"].memberships.get().employer
    type(shop).objects.filter(pk=shop.pk).update(status="pending", recheck_due=None)
    values["waiting"] = shop.pk
    for kind, name in (("listing", "case"), ("employer", "waiting"), ("report", "report")):
        claim_case(kind, values[name], people["moderator"])
    return people, values


@pytest.fixture(scope="module")
def windows(kept_site, cast):
    people, _values = cast
    return {
        role: sign_in_browser_page(kept_site.open(), people[role], kept_site) for role in DEMANDS
    }


@pytest.fixture(autouse=True)
def places(kept_site, cast):
    """The data stay as they are; what no page may do is held against each test."""
    yield
    kept_site.require_no_faults()


def build_visit_arguments(windows, cast, role, name):
    """What a visit to a page of the desk needs to know."""
    _people, values = cast
    address = (MODERATOR if role == "moderator" else EMPLOYER)[name].format(**values)
    demands = DJANGOS_OWN if name == "admin" else DEMANDS[role]
    return windows[role], address, f"{role}-{name}", demands


@pytest.mark.parametrize(("role", "name"), mark_each(12, DESKS))
def test_the_pages_are_whole_readable_and_large_enough_for_a_finger(windows, cast, role, name):
    part = looks.WHOLE_PAGE if name in WITH_FRAME else looks.MAIN_PART
    settings = looks.list_page_settings(DESKS.index((role, name)))
    faults = looks.find_faults(
        *build_visit_arguments(windows, cast, role, name), settings=settings, part=part
    )
    assert faults == []


@pytest.mark.full
@pytest.mark.parametrize(("role", "name"), DESKS)
def test_every_page_under_every_setting(windows, cast, role, name):
    assert looks.visit_in_full(*build_visit_arguments(windows, cast, role, name)) == []
