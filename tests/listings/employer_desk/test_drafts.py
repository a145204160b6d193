"""A draft is kept at every press, right or wrong, and of two tabs none loses what was typed."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from listings.employer_desk.drafts import validate_draft
from listings.models import Listing, ListingDraft, ListingEvent
from tests.answers import read_body
from tests.days import DayFromToday, resolve_days
from tests.listings.feeds import build_feed_job, build_feed_xml, import_feed_content
from tests.listings.pasting import get_field_message
from tests.listings.posting import (
    make_draft,
    make_filled_draft,
    press_button,
    sign_in_member,
)
from tests.listings.uploads import build_row, build_xlsx, post_spreadsheet
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client, employer):
    sign_in_member(client, employer)
    return client


def get_draft_data():
    return ListingDraft.objects.get().data


def test_the_button_pressed_twice_makes_one_draft(boss):
    assert make_draft(boss) == make_draft(boss)
    assert Listing.objects.get().status == "draft"


def test_a_begun_one_is_not_taken_for_another(boss):
    first = make_draft(boss)
    press_button(boss, first)
    assert make_draft(boss) != first


def test_a_new_listing_begins_with_what_is_known_of_the_employer(boss, employer, client):
    employer.contact_name, employer.contact_phone = "陈店长", "+8613800138000"
    employer.phone_proved_at = timezone.now()
    employer.save()

    def known(*names):
        page = client.get(f"/employer/listings/{make_draft(client)}/draft/")
        return [page.context["form"][name].value() for name in names]

    names = ("place", "contact_name", "contact_phone")
    assert known(*names) == ["湘西", "陈店长", "13800138000"]
    assert ListingDraft.objects.get().data == {}, "nothing is stored before a button is pressed"
    _client, recruiter = sign_in_member(client, employer, "colleague", "recruiter")
    assert not known("contact_phone")[0], "the phone of the owner is not theirs to show"
    User.objects.filter(pk=recruiter.pk).update(
        phone="+8613900139000", phone_proved_at=timezone.now()
    )
    assert known("contact_phone") == ["13900139000"]


@pytest.mark.parametrize("go", ["judge", "save", "photos", "preview", "submit", "nonsense"])
def test_every_button_keeps_what_was_typed_even_wrong(boss, go):
    pk = make_draft(boss)
    assert press_button(boss, pk, go, title="", headcount="很多").status_code in (200, 302)
    assert get_draft_data()["headcount"] == ["很多"]
    page = boss.get(f"/employer/listings/{pk}/draft/")
    assert 'value="很多"' in read_body(page) and "请填整数" in get_field_message(page, "headcount")


def test_what_follows_the_typing_is_judged_and_not_stored(boss):
    pk = make_draft(boss)
    page = press_button(boss, pk, "follow", headcount="很多")
    assert "请填整数" in get_field_message(page, "headcount") and get_draft_data() == {}


def test_another_tab_that_is_behind_is_told_and_shows_what_it_typed(boss):
    pk = make_draft(boss)
    old = ListingDraft.objects.get().edition
    press_button(boss, pk, title="新的")
    response = press_button(boss, pk, edition=old, title="旧的")
    assert response.status_code == 409
    assert "在别的窗口里改过" in read_body(response) and 'value="旧的"' in read_body(response)
    assert get_draft_data()["title"] == ["新的"]
    (elsewhere,) = response.context["saved_elsewhere"]
    assert elsewhere.words == "新的" and elsewhere.label == "标题"
    assert "和你写的不一样" in read_body(response)
    fresh = read_body(response).partition('name="edition" value="')[2].partition('"')[0]
    assert press_button(boss, pk, edition=int(fresh), title="旧的").status_code == 200
    assert get_draft_data()["title"] == ["旧的"]


def test_what_a_colleague_saved_is_shown_as_people_read_it(boss, employer):
    pk = make_filled_draft(boss)
    old, colleague = ListingDraft.objects.get().edition, Client()
    sign_in_member(colleague, employer, "colleague")
    theirs = {
        "term": "weekend",
        "slots": ["6a", "7a"],
        "duties": "发传单。\n收工交回。",
        "address": "",
    }
    press_button(colleague, pk, edition=old, **theirs)
    typed = {"term": "weekend", "slots": ["1a"], "duties": "派传单。", "address": "世纪大道 3 号"}
    answer = press_button(boss, pk, edition=old, **typed)
    saved = {value.name: value.words for value in answer.context["saved_elsewhere"]}
    assert saved == {
        "slots": "周六下午、周日下午",
        "duties": "发传单。\n收工交回。",
        "address": "没有填",
    }
    assert ListingDraft.objects.get().data["duties"] == ["发传单。\n收工交回。"]


def test_a_button_pressed_twice_is_no_second_tab(boss):
    pk = make_draft(boss)
    for _press in range(2):
        assert press_button(boss, pk, edition=0).status_code == 200


def test_a_preview_of_too_little_names_what_is_missing_as_an_error(boss):
    page = f"/employer/listings/{make_draft(boss)}/draft/"
    answer = boss.post(page, {"go": "preview", "edition": 0}, follow=True)
    (message,) = answer.context["messages"]
    words = str(message)
    assert message.level_tag == "error" and words.startswith("先填好标题、") and "再看预览" in words
    assert words.count("报酬") == 1
    assert not any(label in words for label in ("最低", "单位", "多久结一次"))


@pytest.mark.parametrize("edition", ["", "x", "-1", "99999999999999999999"])
def test_a_page_without_a_right_edition_saves_nothing(boss, edition):
    pk = make_draft(boss)
    press_button(boss, pk)
    assert press_button(boss, pk, edition=edition, title="别的").status_code == 409
    assert get_draft_data()["title"] == ["商场新品派发员"]


@pytest.mark.parametrize(
    ("typed", "words_shown"),
    [
        ({"headcount": "0"}, "1 到 999"),
        ({"headcount": "1000"}, "1 到 999"),
        ({"headcount": "二"}, "请填整数"),
        ({"title": "长" * 61}, "最多 60 个字"),
        ({"duties": "长" * 5001}, "现在有 5001 个"),
        ({"place": "朝阳"}, "不止一个"),
        ({"place": "没有的地方"}, "没有找到"),
        ({"address": ""}, "请填工作地点"),
        ({"category": "x"}, "没有这一项"),
        ({"venue": "casino"}, "没有这一项"),
        ({"requirements": "15 岁以上就行"}, "16 周岁"),
        ({"start_date": "明天"}, "日期写得不对"),
        ({"start_date": DayFromToday(9), "end_date": DayFromToday(8)}, "不能早于"),
        ({"end_date": DayFromToday(-1)}, "已经过了"),
        ({"start_date": DayFromToday(-400)}, "太早了"),
        ({"end_date": DayFromToday(800)}, "太远了"),
        ({"title": "😀😀😀"}, "标题要用文字写"),
        ({"slots": ["9z"]}, "没有这个时段"),
        ({"hours_per_day": "25"}, "0.5 到 24"),
        ({"pay_min": "-5"}, "请填数字"),
        ({"pay_min": "30", "pay_max": "20"}, "不能少于"),
        ({"pay_min": ""}, "请填报酬"),
        ({"pay_min": "1e9"}, "请填数字"),
        ({"pay_unit": ""}, "请选单位"),
        ({"settlement": ""}, "请选"),
        ({"contact_phone": "12345"}, "电话写得不对"),
        ({"contact_wechat": "加我'; DROP"}, "微信号"),
        ({"flags": ["female"]}, "没有这一项"),
        ({"valid_through": DayFromToday(91)}, "90"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(boss, typed, words_shown):
    response = press_button(boss, make_draft(boss), "submit", no_fee="yes", **resolve_days(typed))
    assert response.status_code == 200 and words_shown in read_body(response)
    lacking = response.context["findings"].lacking
    assert (
        f'<a href="#row-{lacking[0].row.key}">' in read_body(response).partition("</h1>")[2][:900]
    )
    assert 'value="submit"' not in read_body(response)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def test_what_a_chinese_keyboard_writes_is_understood(boss, place):
    day = timezone.localdate() + datetime.timedelta(9)
    make_filled_draft(
        boss,
        headcount="４ 人",
        pay_min="２２．５元",
        contact_phone="＋８６ １３８ ００１３ ８０００",
        place="jishou",
        start_date=f"{day.year}年{day.month}月{day.day}日".translate(FULL_WIDTH),
    )
    content = validate_draft(ListingDraft.objects.get()).content
    assert (content["headcount"], str(content["pay_min"])) == (4, "22.5")
    assert content["contact_phone"] == "13800138000"
    assert content["start_date"] == day
    assert content["region_id"] == place("jishou").adcode


def test_open_pay_is_said_in_words(boss):
    make_filled_draft(boss, pay_kind="open", pay_min="", pay_unit="")
    written = validate_draft(ListingDraft.objects.get())
    assert written.wrong == []
    assert written.content["pay_min"] is None


@pytest.mark.parametrize(
    ("strange", "kept"),
    [
        ("<script>alert(1)</script>派发", "派发"),
        ("<x>alert(1)", "<x>alert(1)"),
        *((words, words) for words in ("'; DROP TABLE x; --", "😀" * 60, "\u202eabc")),
        ("\x00a", "a"),
    ],
)
def test_strange_words_are_kept_and_shown_harmlessly(boss, strange, kept):
    """One line without HTML; in texts of several lines it stays, and is shown as text."""
    pk = make_draft(boss)
    script = "<script>alert(1)</script>"
    press_button(boss, pk, title=strange, duties=script)
    assert (get_draft_data()["title"], get_draft_data()["duties"]) == ([kept], [script])
    assert "<script>alert" not in read_body(boss.get(f"/employer/listings/{pk}/draft/"))
    assert "<script>alert" not in read_body(boss.get("/employer/"))


def test_a_null_character_breaks_nothing(boss):
    assert press_button(boss, make_draft(boss), title="派\x00发").status_code == 200
    assert get_draft_data()["title"] == ["派发"]


def test_a_draft_can_be_thrown_away_and_is_asked_for_once(boss):
    pk = make_filled_draft(boss)
    assert "写好的会一起删掉" in read_body(boss.get(f"/employer/listings/{pk}/discard/"))
    assert ListingDraft.objects.exists()
    boss.post(f"/employer/listings/{pk}/discard/")
    assert not Listing.objects.exists()
    again = boss.post(f"/employer/listings/{pk}/discard/", follow=True)
    assert again.redirect_chain[-1][0] == "/employer/" and "已经删掉了" in read_body(again)


@pytest.fixture
def deleted_draft(boss):
    """The number of a draft that was thrown away in another tab, with a title that was typed before."""
    pk = make_filled_draft(boss)
    boss.post(f"/employer/listings/{pk}/discard/")
    return pk


@pytest.mark.parametrize("go", ["save", "submit", "judge", "photos"])
def test_a_press_on_a_deleted_draft_is_told_and_shows_what_was_typed(boss, deleted_draft, go):
    response = press_button(boss, deleted_draft, go, title="刚写的")
    assert response.status_code == 409 and not Listing.objects.exists()
    assert "草稿在别的窗口里删掉了" in read_body(response) and 'value="刚写的"' in read_body(
        response
    )


def test_a_deleted_draft_begins_anew_with_what_was_typed(boss, deleted_draft):
    for _press in range(2):
        response = press_button(boss, deleted_draft, "save", anew="yes", title="刚写的")
    draft = ListingDraft.objects.get()
    assert response["Location"] == f"/employer/listings/{draft.listing_id}/draft/"
    assert draft.data["title"] == ["刚写的"]
    assert "存成一份新的草稿" in read_body(boss.get(response["Location"]))


def test_beginning_anew_shows_what_was_typed_if_there_are_too_many(
    boss, deleted_draft, monkeypatch
):
    monkeypatch.setattr("listings.employer_desk.drafts.MAX_DRAFTS", 0)
    response = press_button(boss, deleted_draft, "save", anew="yes", title="刚写的")
    assert response.status_code == 409 and 'value="刚写的"' in read_body(response)
    assert "先把不要的删掉" in read_body(response)


def test_drafts_of_a_table_or_a_feed_are_not_counted_with_those_of_people(
    boss, employer, monkeypatch
):
    monkeypatch.setattr("listings.employer_desk.drafts.MAX_DRAFTS", 1)
    post_spreadsheet(boss, build_xlsx(build_row(人数="-2")))
    feed = employer.job_feeds.create(author=employer.memberships.get().user, name="招聘系统")
    import_feed_content(feed, build_feed_xml(build_feed_job(title="展会引导")))
    assert ListingDraft.objects.count() == 2
    make_filled_draft(boss)
    assert ListingDraft.objects.count() == 3
    page = read_body(boss.post("/employer/listings/new/", follow=True))
    assert "草稿已经有 1 份" in page and ListingDraft.objects.count() == 3


def test_what_follows_the_typing_on_a_lost_draft_stores_nothing(boss, deleted_draft):
    assert press_button(boss, deleted_draft, "follow").status_code == 409
    assert press_button(boss, deleted_draft, "follow", anew="yes").status_code == 200
    assert not Listing.objects.exists()


def test_a_deleted_draft_is_no_page_to_others_and_without_words(boss, deleted_draft):
    address = f"/employer/listings/{deleted_draft}/draft/"
    assert boss.get(address).status_code == boss.post(address, {"go": "save"}).status_code == 404
    stranger = sign_in(Client(), make_person("stranger"))
    assert press_button(stranger, deleted_draft).status_code == 404


def test_a_recruiter_goes_on_with_what_another_began(boss, employer, client):
    pk = make_filled_draft(boss)
    sign_in_member(client, employer, "colleague", "recruiter")
    assert "商场新品派发员" in read_body(client.get(f"/employer/listings/{pk}/draft/"))


def test_a_draft_with_a_shift_and_a_limit_can_be_thrown_away(boss):
    pk = make_filled_draft(boss)
    shift = {"name": "早班", "begins": "08:00", "ends": "12:00", "headcount": "2"}
    day = resolve_days({"day": DayFromToday(3)})["day"].isoformat()
    boss.post(f"/employer/listings/{pk}/shifts/", shift | {"day": day})
    boss.post(f"/employer/listings/{pk}/applications/limit/", {"most_applications": "30"})
    assert set(ListingEvent.objects.values_list("action", flat=True)) == {"add_shift", "set_limit"}
    boss.post(f"/employer/listings/{pk}/discard/")
    assert not Listing.objects.exists() and not ListingEvent.objects.exists()
