"""Whoever is signed in reads it in the frame of every page, though the pages are the same for everybody."""

import pytest

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from tests.people import make_person, sign_in_browser_page

# The boxes of all that stands in the frame, the unread mark aside, which takes no room.
EDGES = """[...document.querySelectorAll(":is(.mast, .tabs) :is(a, input, span, svg)")]
  .map((element) => element.getBoundingClientRect())
  .map(({ x, y, width, height }) => [x, y, width, height])"""


@pytest.mark.parametrize(
    ("width", "frame", "name"), [(390, ".tabs", "我的"), (1280, ".nav", "尾号9011")]
)
def test_the_frame_names_its_reader_where_there_is_room_and_nothing_moves(
    open_page, live_server, width, frame, name
):
    user = make_person("reader", phone="+8613900139011")
    user.name = ""
    user.save()
    send_notice(user, "one", "录用了你", kind=NoticeKind.APPLICATION)
    page = open_page(width=width, height=844)
    page.goto("/xiangxi/jobs/")
    link = page.locator(f"{frame} a[href='/me/']")
    assert link.inner_text().strip() == "我的" and link.get_attribute("aria-label") is None
    sign_in_browser_page(page, user, live_server)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/me/states/*", hold)
    page.goto("/xiangxi/jobs/", wait_until="load")
    before = page.evaluate(EDGES)
    while not held:  # a busy machine asks for it later than all else is loaded
        page.wait_for_timeout(20)
    held[0].continue_()
    link.get_by_role("img", name="1 条未读").wait_for()
    assert link.locator("span").first.inner_text() == name
    is_named = name != "我的"
    assert link.get_attribute("aria-label") == ("我的：139****9011，1 条未读" if is_named else None)
    assert page.evaluate(EDGES) == before
