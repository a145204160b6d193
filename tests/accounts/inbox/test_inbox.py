"""The inbox: what was told, read by a POST, and whether it comes by mail as well."""

import re
from datetime import timedelta

import pytest

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.models import Notice
from tests.answers import read_body
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
INBOX = "/me/inbox/"


@pytest.fixture
def seeker():
    return make_person("seeker")


@pytest.fixture
def visit(client, seeker):
    return sign_in(client, seeker)


def make_notice(user, key="k", **fields):
    send_notice(user, key, fields.pop("title", "录用了你"), kind=NoticeKind.APPLICATION, **fields)
    return Notice.objects.get(key=key)


def test_what_is_not_read_says_so_in_words(visit, seeker):
    make_notice(seeker, text="周六九点集合。")
    page = read_body(visit.get(INBOX))
    assert "录用了你" in page and "周六九点集合。" in page
    assert "未读" in page and "1 条没看" in page


def test_opening_marks_it_read_and_goes_on(visit, seeker):
    row = make_notice(seeker, address="/me/applications/", button="看报名")
    response = visit.post(f"{INBOX}{row.pk}/open/")
    assert response.url == "/me/applications/"
    row.refresh_from_db()
    first = row.read_at
    assert first
    visit.post(f"{INBOX}{row.pk}/open/")
    row.refresh_from_db()
    assert row.read_at == first, "read once is read"
    assert "未读" not in read_body(visit.get(INBOX))


def test_looking_alone_changes_nothing(visit, seeker):
    row = make_notice(seeker)
    visit.get(INBOX)
    assert visit.get(f"{INBOX}{row.pk}/open/").status_code == 405
    row.refresh_from_db()
    assert row.read_at is None


def test_one_without_an_address_leads_back(visit, seeker):
    assert visit.post(f"{INBOX}{make_notice(seeker).pk}/open/").url == INBOX


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/"])
def test_it_never_leads_to_another_site(visit, seeker, address):
    assert visit.post(f"{INBOX}{make_notice(seeker, address=address).pk}/open/").url == INBOX


def test_somebody_elses_does_not_exist(visit):
    row = make_notice(make_person("other"))
    assert visit.post(f"{INBOX}{row.pk}/open/").status_code == 404
    assert visit.post(f"{INBOX}read/").status_code == 302
    row.refresh_from_db()
    assert row.read_at is None


def test_what_may_still_be_taken_back_is_not_there_yet(visit, seeker):
    row = make_notice(seeker, wait=timedelta(minutes=1))
    assert "录用了你" not in read_body(visit.get(INBOX))
    assert visit.post(f"{INBOX}{row.pk}/open/").status_code == 404
    visit.post(f"{INBOX}read/")
    row.refresh_from_db()
    assert row.read_at is None


def test_all_can_be_read_at_once(visit, seeker):
    make_notice(seeker, "a")
    make_notice(seeker, "b")
    assert visit.post(f"{INBOX}read/").url == INBOX
    assert not Notice.objects.filter(read_at=None).exists()
    assert "全部已读" not in read_body(visit.get(INBOX))


def test_older_ones_stand_on_the_next_page(visit, seeker):
    for number in range(21):
        make_notice(seeker, f"k{number}", title=f"第 {number} 件事。")
    page = read_body(visit.get(INBOX))
    assert "第 20 件事。" in page and "第 0 件事。" not in page
    last = Notice.objects.get(key="k1").pk
    assert f'href="?after={last}"' in page
    older = read_body(visit.get(f"{INBOX}?after={last}"))
    assert "第 0 件事。" in older and "第 1 件事。" not in older and "回到最新" in older


@pytest.mark.parametrize("before", ["x", "-1", "١", "9" * 30, "0"])
def test_a_cursor_that_is_none_breaks_nothing(visit, seeker, before):
    assert visit.get(INBOX, {"before": before}).status_code == 200


def test_an_empty_one_says_what_will_come(visit):
    assert "还没有站内信" in read_body(visit.get(INBOX))


def test_it_costs_few_queries(visit, seeker, django_assert_num_queries):
    for number in range(25):
        make_notice(seeker, f"k{number}")
    # session, person, notices, how many are unread, operator
    with django_assert_num_queries(5):
        visit.get(INBOX)


def test_all_marked_as_read_can_be_taken_back(visit, seeker):
    earlier = make_notice(seeker, "earlier")
    visit.post(f"{INBOX}{earlier.pk}/open/")
    make_notice(seeker, "first")
    make_notice(seeker, "second")
    page = read_body(visit.post(f"{INBOX}read/", follow=True))
    assert "2 条都标为已读了" in page and "未读" not in page
    undo = re.search(r'action="(/me/inbox/read/[?]undo=[^"]+)"', page)[1]
    visit.post(undo)
    assert read_body(visit.get(INBOX)).count(">未读<") == 2
    assert visit.post(f"{INBOX}read/?undo=x").url == INBOX
