"""Several sign-ups answered at once, sorted, noted, and how many a listing takes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from listings.applications.transitions import MoveRefused, move_application
from listings.models import Application, ApplicationNote, Listing
from listings.personal_data import erase, export
from listings.retention_rules import RULES
from listings.vocabulary.work_slots import encode_slots
from tests.answers import read_body
from tests.databases import read_anew
from tests.listings.seeking import (
    list_notice_titles,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    sign_up,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
TOGETHER = "/employer/applications/decide/"


@pytest.fixture(scope="module")
def sign_ups(offer):
    free = (["7a"], [], ["6a"])  # nothing named: any time
    return [
        sign_up(offer[2], make_seeker_user(f"s{n}"), name=f"小{n}", slots=encode_slots(slots))
        for n, slots in enumerate(free)
    ]


@pytest.fixture
def three(sign_ups):
    return [read_anew(row) for row in sign_ups]


def post_application_answers(client, page, picked, to, reason="人已经够了"):
    ids = [application.pk for application in picked]
    return client.post(
        TOGETHER, {"pick": ids, "to": to, "reason": reason, "back": page}, follow=True
    )


def list_application_statuses():
    return list(Application.objects.order_by("pk").values_list("status", flat=True))


def test_all_ticked_ones_are_declined_with_the_same_reason_and_told(client, page, three):
    html = read_body(client.get(page))
    assert html.count('name="pick"') == 3 and f'action="{TOGETHER}"' in html
    (row,) = [row for row in html.split('<div class="row">') if 'id="reason-together"' in row]
    assert "不录用选中的" in row and ">录用选中的" not in row, (
        "the reason stands with its own button"
    )
    shown = read_body(post_application_answers(client, page, three[:2], "declined"))
    assert list_application_statuses() == ["declined", "declined", "applied"]
    assert "没有录用 2 人，都已告诉对方原因。" in shown
    for application in three[:2]:
        assert "人已经够了" in Notice.objects.get(user=application.seeker).text
        assert application.events.order_by("pk").last().actor.name == "boss"


def test_who_signed_up_first_gets_the_place_and_the_others_are_named(client, page, three):
    shown = read_body(post_application_answers(client, page, reversed(three), "accepted"))
    assert list_application_statuses() == ["accepted", "accepted", "applied"]
    assert "录用了 2 人，都已通知。" in shown and "「小2」没有处理：招 2 人，已经录用满了" in shown
    assert list_notice_titles(three[0].seeker)[-1].startswith("录用了")
    again = read_body(post_application_answers(client, page, three[:1], "accepted"))
    assert "没有处理" not in again, "pressed twice is no fault"


@pytest.mark.parametrize(
    ("to", "reason", "message"),
    [
        ("declined", "看着不顺眼", "请选一个原因"),
        ("declined", "", "请选一个原因"),
        ("done", "", "没有记下来"),
        ("withdrawn", "", "没有记下来"),
    ],
)
def test_what_is_no_answer_changes_nothing(client, page, three, to, reason, message):
    assert message in read_body(post_application_answers(client, page, three, to, reason))
    assert set(list_application_statuses()) == {"applied"}


def test_nobody_ticked_is_said_and_others_people_are_not_answered(client, page, three):
    assert "还没有选人" in read_body(post_application_answers(client, page, [], "declined"))
    stranger = sign_in_browser(make_owner(make_employer("别家"), "stranger"))
    page = read_body(
        post_application_answers(stranger, "/employer/applications/", three, "declined")
    )
    assert "小0" not in page, "not even by name"
    assert set(list_application_statuses()) == {"applied"}


def test_by_newest_and_by_the_hours_that_fit(client, page, three, django_assert_max_num_queries):
    def names(sort):
        html = read_body(client.get(f"{page}?part=waiting&sort={sort}"))
        places = [
            (html.index(f"</span>{name}</span></label></h2>"), name)
            for name in ("小0", "小1", "小2")
        ]
        return [name for _place, name in sorted(places)]

    assert names("old") == names("nonsense") == ["小0", "小1", "小2"]
    assert names("new") == ["小2", "小1", "小0"]
    assert names("fit") == ["小1", "小0", "小2"], "of equal ones the first"
    with django_assert_max_num_queries(12):
        client.get(f"{page}?part=waiting&sort=fit")


def test_a_note_is_the_members_own_and_goes_with_the_data(client, page, listing, three, boss):
    address = f"/employer/applications/{three[0].pk}/note/"
    assert "对方导出自己的资料时，也会看到" in read_body(client.get(address))
    assert client.post(address, {"words": "周六约了面谈"}).url == page
    colleague = sign_in_browser(make_owner(listing.employer, "colleague"))
    shown = read_body(colleague.get(page))
    assert "周六约了面谈" in shown and "boss" in shown
    own_browser = sign_in_browser(three[0].seeker)
    assert "周六约了面谈" not in read_body(own_browser.get(f"/me/applications/{three[0].pk}/"))
    stranger = sign_in_browser(make_owner(make_employer("别家"), "stranger"))
    assert stranger.get(address).status_code == 404
    assert export(three[0].seeker)["applications"][0]["noted_by_employer"] == "周六约了面谈"
    assert export(boss)["notes_on_applications"][0]["words"] == "周六约了面谈"
    long = client.post(address, {"words": "长" * 301})
    assert (
        long.status_code == 200
        and "最多 300 个字" in read_body(long)
        and "长" * 301 in read_body(long)
    )
    cleared = client.post(address, {"words": "", **read_seen(client.get(address))}, follow=True)
    assert "备注已清空。" in read_body(cleared)
    assert not ApplicationNote.objects.exists()
    assert "备注已保存。" in read_body(client.post(address, {"words": "又写了"}, follow=True))
    erase(three[0].seeker)
    assert not ApplicationNote.objects.exists()


def read_seen(response):
    """What the form of a note says without being typed."""
    return {"seen": response.context["form"]["seen"].value()}


def test_two_colleagues_notes_do_not_overwrite_each_other(client, listing, three):
    address = f"/employer/applications/{three[0].pk}/note/"
    colleague = sign_in_browser(make_owner(listing.employer, "colleague"))
    opened = read_seen(client.get(address))
    typed = {"words": "周六面谈", **read_seen(colleague.get(address))}
    for _press in range(2):
        assert "备注已保存。" in read_body(colleague.post(address, typed, follow=True))
    refused = client.post(address, {"words": "会做奶茶", **opened})
    assert "现在是「周六面谈」" in read_body(refused) and ">\n会做奶茶<" in read_body(refused)
    assert f'value="{read_seen(refused)["seen"]}"' in read_body(refused)
    assert ApplicationNote.objects.get().words == "周六面谈"
    client.post(address, {"words": "周六面谈，会做奶茶", **read_seen(refused)})
    assert ApplicationNote.objects.get().words == "周六面谈，会做奶茶"
    cleared = colleague.post(address, {"words": "", **opened})
    assert "现在是「周六面谈，会做奶茶」" in read_body(cleared)
    assert ApplicationNote.objects.exists()


def test_a_note_is_kept_half_a_year_after_the_end_and_hidden_after_fraud(client, page, three):
    rule = next(rule for rule in RULES if rule.code == "application_notes")
    client.post(f"/employer/applications/{three[0].pk}/note/", {"words": "约好了"})
    later = timezone.now() + timedelta(days=1)
    assert not rule.rows(later).exists(), "it is not over"
    Application.objects.update(status="declined")
    assert rule.rows(later).count() == 1
    Listing.objects.update(status="removed_fraud")
    assert "约好了" not in read_body(client.get(page))
    client.post(f"/employer/applications/{three[1].pk}/note/", {"words": "新的"})
    assert ApplicationNote.objects.count() == 1


def test_a_listing_takes_as_many_sign_ups_as_it_was_told(client, page, listing, three, boss):
    address = f"{page}limit/"
    assert client.post(address, {"most_applications": "4"}).url == page
    assert "最多收 4 份报名" in " ".join(read_body(client.get(page)).split())
    sign_up(listing, make_seeker_user("fourth"))
    assert "收满了 4 份报名" in list_notice_titles(boss)[-1]
    late = make_seeker_user("late")
    with pytest.raises(MoveRefused, match="现在不收新的报名"):
        sign_up(listing, late)
    refused = sign_in_browser(late).get(f"{listing.get_absolute_url()}apply/")
    assert "现在不收新的报名" in read_body(refused)
    client.post(address, {"most_applications": "５ 份"})
    sign_up(listing, late)
    with pytest.raises(MoveRefused):
        sign_up(listing, make_seeker_user("sixth"))
    move_application(three[0].pk, "withdrawn", three[0].seeker)
    sign_up(listing, make_seeker_user("sixth_again"))
    client.post(address, {"most_applications": ""})
    sign_up(listing, make_seeker_user("seventh"))
    bad = client.post(address, {"most_applications": "很多"})
    assert (
        bad.status_code == 200 and "请填整数" in read_body(bad) and 'value="很多"' in read_body(bad)
    )
    assert Listing.objects.get().most_applications is None
