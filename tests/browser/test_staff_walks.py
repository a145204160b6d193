"""Ordinary tasks of the staff, counted; the figures are those of docs/usability.md."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import StaffInvitation
from accounts.staff.posts import PostTerms, write_post
from safety.models import Decision, JournalSearch
from sitekit.models import LimitSetting
from tests.browser.walks import Walk, require_desk_figures, require_figures
from tests.conftest import tea_shop
from tests.people import make_person, sign_in_browser_page
from tests.safety.desks import get_stored_status, make_moderator_user, make_pending_listing

QUEUE = "/admin/desk/listings/"
DESK = {"width": 1280, "height": 860}


@pytest.fixture
def operator(open_page, live_server, transactional_db):
    user = make_person("operator", is_staff=True)
    write_post(user, PostTerms("operator", True), None)
    return sign_in_browser_page(open_page(**DESK), user, live_server)


def test_one_case_is_cleared_and_one_refused_by_keys(open_page, live_server, transactional_db):
    desk = sign_in_browser_page(open_page(**DESK), make_moderator_user(), live_server)
    shop = tea_shop()
    fine, bad = (
        make_pending_listing(shop, title="没问题的"),
        make_pending_listing(shop, title="写漏了的", duties="发单。" * 20),
    )
    desk.goto(QUEUE)
    walk = Walk(desk)
    walk.press_on("a")
    require_desk_figures("one ordinary case is approved", walk, 2)
    walk = Walk(desk)
    walk.press("r")
    walk.press("2")
    walk.press_on("Enter")
    require_desk_figures("one case is refused with a chosen reason", walk, 3)
    assert (get_stored_status(fine), get_stored_status(bad)) == ("published", "rejected")
    assert Decision.objects.latest("pk").canned


def test_a_person_is_found_a_setting_changed_and_a_moderator_invited(operator):
    make_person("seeker", phone="+8613900001111")
    operator.goto("/admin/")
    walk = Walk(operator)
    walk.tap(operator.get_by_role("link", name="查人查事"))
    operator.wait_for_url("**/admin/journal/")
    walk.type(operator.locator("#id_q"), "13900001111")
    walk.type(operator.locator("#id_reason"), "处理举报")
    walk.tap(operator.get_by_role("button", name="查", exact=True))
    expect(operator.get_by_text("139 **** 1111").first).to_be_visible()
    assert JournalSearch.objects.get().subjects
    require_figures("a person is found by phone in the journal, with the reason", walk, 2)

    operator.goto("/admin/")
    walk = Walk(operator)
    walk.tap(operator.get_by_role("link", name="限额", exact=True))
    operator.wait_for_url("**/limitsetting/")
    walk.type(operator.locator("#id_reports_a_day"), "20")
    walk.type(operator.locator("#id_reason"), "乱举报多")
    walk.tap(operator.get_by_role("button", name="保存"))
    expect(operator.get_by_text("改了 1 项")).to_be_visible()
    assert LimitSetting.objects.get().value == 20
    require_figures("a limit is changed, with the reason", walk, 2)

    operator.goto("/admin/")
    walk = Walk(operator)
    walk.tap(operator.get_by_role("link", name="同事", exact=True))
    operator.wait_for_url("**/admin/team/")
    walk.tap(operator.get_by_role("link", name=re.compile("邀请")))
    walk.type(operator.locator("#id_contact"), "new@example.com")
    walk.tap(operator.get_by_label("审核员", exact=True))
    walk.tap(operator.get_by_label("只在下面写的地区"))
    walk.type(operator.locator("#id_places"), "湘西")
    walk.type(operator.locator("#id_reason"), "件多")
    walk.tap(operator.get_by_role("button", name=re.compile("邀请")))
    expect(operator.get_by_text("邀请马上发出")).to_be_visible()
    assert StaffInvitation.objects.get().role == "moderator"
    require_figures("a moderator of one place is invited", walk, 5)
