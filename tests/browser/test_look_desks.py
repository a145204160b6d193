"""The desks of moderators and employers at every width, in light and in dark: readable, nothing cut
off, every target large enough for a finger."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from safety.moderation.claims import claim_case
from tests import world
from tests.browser.test_look import BAD, shoot
from tests.people import enter
from tests.safety.desks import pending, waiting_text

WIDTHS = {"320": 320, "phone": 390, "desktop": 1280}
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
    **{
        f"step-{code}": f"/employer/listings/{{post_draft}}/edit/{code}/"
        for code in ("what", "when", "pay", "needs", "check")
    },
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
DESKS = pytest.mark.parametrize(
    ("role", "pages"), [("moderator", MODERATOR), ("employer", EMPLOYER)], ids=["mod", "employer"]
)


@pytest.fixture
def cast(publish, place, employer):
    """(people, values): the world of the addresses, with cases of each kind in hand."""
    people, values = world.make(publish, place, employer)
    reasons = ["写了性别要求（“限女生”）。", "单位还没有通过认证，认证前发的都要审核员看过。"]
    signal = {"field": "duties", "start": 0, "end": 4, "reason": reasons[0], "code": "x"}
    case = pending(employer, level="high", reasons=reasons, signals=[signal], title="先来的一条")
    edited = publish(title="公开中的一条", duties="介绍新口味。")
    waiting_text(edited, duties="介绍新口味，加微信领奖。", title="公开中的一条")
    values |= {"case": case.pk, "edited": edited.pk}
    shop = people["other_employer"].memberships.get().employer
    type(shop).objects.filter(pk=shop.pk).update(status="pending", recheck_due=None)
    values["waiting"] = shop.pk
    for kind, name in (("listing", "case"), ("employer", "waiting"), ("report", "report")):
        claim_case(kind, values[name], people["moderator"])
    return people, values


@DESKS
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_the_pages_are_accessible(open_page, live_server, cast, role, pages, scheme, width):  # noqa: PLR0917 - fixtures
    people, values = cast
    page = open_page(width=WIDTHS[width], height=844, color_scheme=scheme)
    enter(page, people[role], live_server)
    found = {}
    for name, address in pages.items():
        assert page.goto(address.format(**values)).status == 200, name
        shoot(page, f"{role}-{name}-{width}-{scheme}")
        violations = Axe().run(page).response["violations"]
        bad = {
            v["id"]: [node["html"][:160] for node in v["nodes"]][:3]
            for v in violations
            if v["impact"] in BAD
        }
        if bad:
            found[name] = bad
    assert found == {}


@DESKS
def test_no_page_scrolls_sideways(open_page, live_server, cast, role, pages):
    people, values = cast
    wide = {}
    for width in WIDTHS.values():
        page = enter(open_page(width=width, height=800), people[role], live_server)
        for name, address in pages.items():
            page.goto(address.format(**values))
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if over > 0:
                wide[name, width] = over
    assert wide == {}


SMALL = """[...document.querySelectorAll("main, .desk #content")].flatMap(part =>
  [...part.querySelectorAll("a:is(.btn, .button), button, input, select, summary")])
  .filter(el => el.checkVisibility() && !el.closest(".vh, .visually-hidden, [type=hidden]"))
  .map(el => [el, (el.closest("label") ?? el).getBoundingClientRect()])
  // seven days and a name stand in a row of the grid of hours
  .filter(([el, box]) => box.height < 43.5 || box.width < (el.closest(".slots") ? 36 : 43.5))
  .map(([el]) => el.outerHTML.slice(0, 100))"""


@DESKS
def test_what_is_pressed_is_large_enough_for_a_finger(open_page, live_server, cast, role, pages):
    people, values = cast
    page = enter(open_page(width=390, height=844), people[role], live_server)
    small = {}
    for name, address in pages.items():
        if name == "admin":
            continue  # Django's own index
        page.goto(address.format(**values))
        if found := page.evaluate(SMALL):
            small[name] = found
    assert small == {}
