"""What is done with a listing that stands in public: edit, pause, fill, renew, withdraw."""

import pytest

from accounts.models import Notice
from listings.employer_desk.drafts import begin_edit, validate_draft
from listings.employer_desk.listing_history import list_listing_history
from listings.models import Application, Listing, ListingDraft
from listings.publication.transitions import (
    LISTING_STATE_MACHINE,
    find_waiting_revision,
    move_listing,
    refuse_listing_edit,
    restore_listing,
    undo_listing_event,
)
from tests.answers import read_body
from tests.conftest import tea_shop
from tests.daily_tests import mark_each
from tests.databases import read_anew
from tests.days import DayFromToday, resolve_days
from tests.listings.posting import (
    CONTACT,
    FEE,
    format_day_from_today,
    handed_in,
    make_submitted_listing,
    press_button,
    submit_edited_text,
)
from tests.people import make_person, sign_in
from tools.demo.factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shop(module_rows):
    """(an employer, who acts for it)"""
    employer, user = tea_shop(), make_person("boss")
    employer.memberships.create(user=user, role="owner")
    return employer, user


@pytest.fixture(scope="module")
def submitted_once(shop):
    return make_submitted_listing(*shop)[0]


@pytest.fixture
def employer(shop):
    return read_anew(shop[0])


@pytest.fixture
def boss(client, shop):
    client.user = read_anew(shop[1])
    return sign_in(client, client.user)


@pytest.fixture
def listing(submitted_once):
    return read_anew(submitted_once)


def get_listing_page_text(client, listing):
    return read_body(client.get(listing.get_absolute_url()))


def post_listing_action(client, listing, what, **data):
    response = client.post(f"/employer/listings/{listing.pk}/{what}/", data)
    listing.refresh_from_db()
    return response


def test_a_harmless_edit_takes_the_place_of_the_text_at_once(boss, listing):
    assert submit_edited_text(listing, boss.user, title="商场派发员").outcome == "publish"
    assert listing.title == "商场派发员"
    assert "商场派发员" in get_listing_page_text(boss, listing)


@pytest.mark.parametrize("status", ["published", "paused", "filled"])
def test_while_an_edit_waits_the_approved_text_stays(boss, listing, status):
    if status != "published":
        move_listing(listing.pk, status, boss.user)
        listing.refresh_from_db()
    assert submit_edited_text(listing, boss.user, duties=CONTACT).outcome == "queue"
    assert listing.status == status
    assert "abc12345" not in get_listing_page_text(boss, listing)
    page = read_body(boss.get(f"/employer/listings/{listing.pk}/"))
    assert "有一版修改在等审核" in page and "微信" in page


def test_a_refused_edit_leaves_the_text_and_says_why(boss, listing):
    assert submit_edited_text(listing, boss.user, duties=FEE).outcome == "refuse"
    assert listing.status == "published"
    assert "服装费" not in get_listing_page_text(boss, listing).partition("never")[0]
    page = read_body(boss.get(f"/employer/listings/{listing.pk}/"))
    assert "上次的修改没有通过" in page and "由公司承担" in page
    assert "没有通过" in Notice.objects.filter(user=boss.user).first().title


def test_a_refused_edit_leads_to_its_appeal_until_another_text_waits(boss, listing):
    appeal = f'href="/appeal/listing/{listing.pk}/"'
    assert appeal not in boss.get(f"/employer/listings/{listing.pk}/").content.decode()
    submit_edited_text(listing, boss.user, duties=FEE)
    assert appeal in boss.get(f"/employer/listings/{listing.pk}/").content.decode()
    submit_edited_text(listing, boss.user, duties=CONTACT)
    assert appeal not in boss.get(f"/employer/listings/{listing.pk}/").content.decode()


def test_the_edit_begins_with_what_waits_else_with_what_is_public(boss, listing):
    post_listing_action(boss, listing, "edit")
    assert ListingDraft.objects.get().data["duties"] == [listing.duties]
    assert ListingDraft.objects.get().data["place"] == ["吉首"]
    assert validate_draft(ListingDraft.objects.get()).wrong == []
    ListingDraft.objects.all().delete()
    submit_edited_text(listing, boss.user, duties=CONTACT)
    post_listing_action(boss, listing, "edit")
    assert ListingDraft.objects.get().data["duties"] == [CONTACT]


def test_an_edit_that_was_begun_is_gone_on_with(boss, listing):
    post_listing_action(boss, listing, "edit")
    press_button(boss, listing.pk, "save", title="改好的")
    page = boss.get(post_listing_action(boss, listing, "edit")["Location"])
    assert page.context["form"]["title"].value() == "改好的"
    assert ListingDraft.objects.count() == 1


def test_what_goes_unchanged_through_the_form_comes_out_the_same(boss, employer):
    fields = {
        "title": "夜班分拣",
        "venue": "card_room",
        "slots": 5,
        "pay_min": 20,
        "pay_max": "25.50",
        "latest_pay_days": 7,
        "settlement": "on_completion",
        "perks": ["meals"],
        "flags": ["mandarin"],
        "hours_per_day": "7.5",
        "work_hours": "22:00–6:00",
        "contact_phone": "0743-5550101",
        "contact_wechat": "abc_12345",
        "education": "junior",
    }
    listing, _verdict = make_submitted_listing(employer, boss.user, **fields)
    before = listing.get_content()
    begin_edit(listing, boss.user)
    written = validate_draft(ListingDraft.objects.get())
    assert written.wrong == []
    assert written.content == before


def test_the_way_through_the_form(boss, listing):
    post_listing_action(boss, listing, "edit")
    press_button(boss, listing.pk, title="改好的")
    assert "商场新品派发员" in get_listing_page_text(boss, listing)
    handed_in(boss, listing.pk)
    assert "改好的" in get_listing_page_text(boss, listing)
    assert not ListingDraft.objects.exists()


def test_pause_resume_and_fill(boss, listing):
    for what, status in [
        ("pause", "paused"),
        ("resume", "published"),
        ("fill", "filled"),
        ("resume", "published"),
    ]:
        post_listing_action(boss, listing, what)
        assert listing.status == status
    assert listing.events.first().actor == boss.user


def test_a_second_press_is_answered_like_the_first_and_harmless(boss, listing):
    for _press in range(2):
        response = post_listing_action(boss, listing, "pause")
    page = read_body(boss.get(response["Location"]))
    assert "已经暂停" in page and "不能改成" not in page
    assert listing.events.filter(after="paused").count() == 1


def test_resuming_does_not_slip_a_waiting_text_past_the_moderator(boss, listing):
    post_listing_action(boss, listing, "pause")
    submit_edited_text(listing, boss.user, duties=CONTACT)
    post_listing_action(boss, listing, "resume")
    assert listing.status == "published"
    assert listing.duties != CONTACT
    assert find_waiting_revision(listing).duties == CONTACT


@pytest.mark.parametrize("status", ["held", "removed", "removed_fraud", "withdrawn"])
@pytest.mark.parametrize(
    "what", mark_each(3, ["pause", "resume", "fill", "withdraw", "renew", "edit"])
)
def test_what_moderators_stopped_the_employer_cannot_move(boss, employer, status, what):
    listing = make_listing(employer=employer, status=status)
    response = post_listing_action(
        boss, listing, what, valid_through=format_day_from_today(9), no_fee="yes"
    )
    assert listing.status == status
    is_second_press = (what, status) == ("withdraw", "withdrawn")
    assert is_second_press or "不能" in read_body(boss.get(response["Location"]))


@pytest.mark.parametrize("status", ["draft", "pending", "rejected"])
def test_nobody_publishes_by_resuming(boss, employer, status):
    listing = make_listing(employer=employer, status=status)
    post_listing_action(boss, listing, "resume")
    assert listing.status == status


def test_filled_by_hand_tells_those_who_wait(boss, listing):
    seeker = make_person("seeker")
    Application.objects.create(listing=listing, seeker=seeker)
    post_listing_action(boss, listing, "fill")
    assert "招满了" in Notice.objects.get(user=seeker).title


def test_withdrawing_is_asked_once_and_final(boss, listing):
    seeker = make_person("seeker")
    Application.objects.create(listing=listing, seeker=seeker, status="accepted")
    submit_edited_text(listing, boss.user, duties=CONTACT)
    assert "不能恢复" in read_body(boss.get(f"/employer/listings/{listing.pk}/withdraw/"))
    assert Listing.objects.get().status == "published"
    post_listing_action(boss, listing, "withdraw")
    assert listing.status == "withdrawn"
    assert boss.get(listing.get_absolute_url()).status_code == 410
    assert find_waiting_revision(listing) is None
    assert "撤回" in Notice.objects.get(user=seeker).title


WRITTEN = "刚写的一句话，还没有存。"


@pytest.fixture
def in_another_tab(boss, listing):
    """The listing, with an edit that was begun."""
    post_listing_action(boss, listing, "edit")
    return listing


@pytest.mark.parametrize("go", ["save", "submit"])
def test_a_press_after_the_withdrawal_says_so_and_shows_what_was_typed(boss, in_another_tab, go):
    post_listing_action(boss, in_another_tab, "withdraw")
    response = press_button(boss, in_another_tab.pk, go, duties=WRITTEN)
    body = read_body(response)
    assert response.status_code == 409 and "这条兼职已经撤回" in body and WRITTEN in body
    assert "已经提交过" not in body and not ListingDraft.objects.exists()
    response = press_button(boss, in_another_tab.pk, "save", anew="yes", duties=WRITTEN)
    draft = ListingDraft.objects.get()
    assert draft.data["duties"] == [WRITTEN] and draft.listing_id != in_another_tab.pk
    assert response["Location"] == f"/employer/listings/{draft.listing_id}/draft/"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("held", "这条兼职在核查，暂停公开，现在不能改"),
        ("removed", "这条兼职已经下架，不能再改"),
        ("removed_fraud", "这条兼职因涉诈下架，不能再改"),
    ],
)
def test_a_press_on_what_was_stopped_says_so_and_keeps_it_in_the_draft(
    boss, in_another_tab, status, words
):
    edition = ListingDraft.objects.get().edition
    Listing.objects.filter(pk=in_another_tab.pk).update(status=status)
    response = press_button(boss, in_another_tab.pk, "save", edition, duties=WRITTEN)
    assert response.status_code == 409
    assert words in read_body(response) and "已经存进草稿" in read_body(response)
    assert WRITTEN in read_body(response) and "日结" in read_body(response)
    assert ListingDraft.objects.get().data["duties"] == [WRITTEN]
    response = press_button(boss, in_another_tab.pk, "save", edition, duties="又一句")
    assert "没有存" in read_body(response) and "又一句" in read_body(response)
    assert ListingDraft.objects.get().data["duties"] == [WRITTEN]


def test_a_press_on_an_edit_that_is_gone_shows_what_was_typed(boss, in_another_tab):
    post_listing_action(boss, in_another_tab, "discard")
    assert press_button(boss, in_another_tab.pk, "follow").status_code == 409
    assert not ListingDraft.objects.exists()
    response = press_button(boss, in_another_tab.pk, "save", duties=WRITTEN)
    assert response.status_code == 409 and WRITTEN in read_body(response)
    assert "提交了，或者删掉了" in read_body(response)
    assert press_button(boss, in_another_tab.pk, "save", duties=WRITTEN).status_code == 302
    assert ListingDraft.objects.get().data["duties"] == [WRITTEN]


def test_renewing_is_an_edit_of_the_date_alone(boss, listing):
    post_listing_action(
        boss, listing, "renew", valid_through=format_day_from_today(60), no_fee="yes"
    )
    assert listing.valid_through.isoformat() == format_day_from_today(60)
    assert listing.revisions.filter(status="approved").count() == 2
    assert listing.events.first().action == "approve_edit"


@pytest.mark.parametrize(("until", "proposed"), [(3, 30), (30, 60), (80, 90)])
def test_a_renewal_begins_with_a_later_day_that_is_not_refused(boss, listing, until, proposed):
    listing.valid_through = format_day_from_today(until)
    listing.save()
    page = boss.get(f"/employer/listings/{listing.pk}/renew/").content.decode()
    assert f'name="valid_through" value="{format_day_from_today(proposed)}"' in page


def test_an_expired_one_is_found_again_after_it(boss, employer):
    listing = make_listing(employer=employer, expired=True)
    assert not Listing.objects.live().exists()
    post_listing_action(
        boss, listing, "renew", valid_through=format_day_from_today(9), no_fee="yes"
    )
    assert Listing.objects.live().get() == listing


@pytest.mark.parametrize(
    "data",
    [
        {"valid_through": DayFromToday(91), "no_fee": "yes"},
        {"valid_through": DayFromToday(-1), "no_fee": "yes"},
        {"valid_through": "x", "no_fee": "yes"},
        {"valid_through": DayFromToday(60)},
    ],
)
def test_a_wrong_renewal_changes_nothing(boss, listing, data):
    before = listing.valid_through
    assert post_listing_action(boss, listing, "renew", **resolve_days(data)).status_code == 200
    assert listing.valid_through == before


def test_a_renewal_does_not_push_a_waiting_edit_aside(boss, listing):
    submit_edited_text(listing, boss.user, duties=CONTACT)
    response = post_listing_action(
        boss, listing, "renew", valid_through=format_day_from_today(60), no_fee="yes"
    )
    assert "有一版修改在等审核" in read_body(response)
    assert find_waiting_revision(listing).duties == CONTACT


def test_the_history_says_what_the_staff_did(listing):
    actor = make_person("moderator", is_staff=True)
    record = LISTING_STATE_MACHINE.record_event
    record(listing, listing.status, actor=actor, action="edit", reason="改了：最低报酬")
    assert list_listing_history(listing)[0].words == "编辑"


def test_the_history_calls_a_hold_that_ended_over_not_public(listing):
    """Its employer may be frozen still."""
    move_listing(listing.pk, "held", None, "有人反映要押金")
    restore_listing(listing.pk, None, "没有这回事")
    assert list_listing_history(listing)[0].words == "核查完，不再暂停"


def test_the_history_names_colleagues_but_no_moderator(boss, listing):
    moderator = make_person("moderator", is_staff=True)
    submit_edited_text(listing, boss.user, duties=CONTACT)
    refuse_listing_edit(listing.pk, moderator, "请删掉微信号")
    post_listing_action(boss, listing, "pause")
    page = read_body(boss.get(f"/employer/listings/{listing.pk}/"))
    assert "请删掉微信号" in page and "审核员" in page and "boss" in page
    assert "moderator" not in page


def test_what_was_undone_within_its_minute_never_happened(boss, listing):
    """Nobody was told of it, and the page tells nobody either."""
    moderator = make_person("moderator", is_staff=True)
    submit_edited_text(listing, boss.user, duties=CONTACT)
    refused = refuse_listing_edit(listing.pk, moderator, "点错了的")
    undo_listing_event(refused.last_event.pk, moderator)
    refuse_listing_edit(listing.pk, moderator, "请删掉微信号")
    page = read_body(boss.get(f"/employer/listings/{listing.pk}/"))
    assert "点错了的" not in page and "撤销" not in page
    assert "请删掉微信号" in page


@pytest.mark.parametrize("status", ["held", "removed"])
def test_why_it_was_stopped_stands_above(boss, listing, status):
    move_listing(listing.pk, status, make_person("moderator", is_staff=True), "有人说要押金")
    page = read_body(boss.get(f"/employer/listings/{listing.pk}/"))
    assert page.index("有人说要押金") < page.index("<h2>经过</h2>")
