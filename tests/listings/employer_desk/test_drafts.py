"""A draft is kept at every step, right or wrong, and of two tabs none loses what was typed."""

import pytest

from listings.employer_desk.drafts import validate_draft
from listings.models import Listing, ListingDraft
from tests.answers import words
from tests.listings.posting import STEPS, acting, begun, days, filled, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client, employer):
    acting(client, employer)
    return client


def data():
    return ListingDraft.objects.get().data


def test_the_button_pressed_twice_makes_one_draft(boss):
    assert begun(boss) == begun(boss)
    assert Listing.objects.get().status == "draft"


def test_a_begun_one_is_not_taken_for_another(boss):
    first = begun(boss)
    step(boss, first, "what")
    assert begun(boss) != first


@pytest.mark.parametrize("go", ["next", "back", "stay", "check", "photos", "preview", "nonsense"])
def test_every_button_keeps_what_was_typed_even_wrong(boss, go):
    pk = begun(boss)
    response = step(boss, pk, "what", STEPS["what"] | {"title": "", "headcount": "很多"}, go=go)
    assert response.status_code in (200, 302)
    assert data()["headcount"] == ["很多"]
    again = words(boss.get(f"/employer/listings/{pk}/edit/what/"))
    assert 'value="很多"' in again and "请填整数" in again


def test_a_wrong_step_is_shown_again_with_the_error_at_the_field(boss):
    response = step(boss, begun(boss), "what", STEPS["what"] | {"title": ""})
    assert response.status_code == 200
    assert "请填标题" in words(response)


def test_coming_back_goes_on_where_one_left(boss):
    pk = begun(boss)
    step(boss, pk, "what")
    step(boss, pk, "when", go="stay")
    assert f"/employer/listings/{pk}/edit/when/" in words(boss.get("/employer/"))
    page = " ".join(words(boss.get(f"/employer/listings/{pk}/edit/when/")).split())
    assert 'value="6a" aria-label="周六下午" checked' in page


def test_another_tab_that_is_behind_is_told_and_shows_what_it_typed(boss):
    pk = begun(boss)
    old = ListingDraft.objects.get().edition
    step(boss, pk, "what", STEPS["what"] | {"title": "新的"})
    response = step(boss, pk, "what", STEPS["what"] | {"title": "旧的"}, edition=old)
    assert response.status_code == 409
    assert "在别的窗口里改过" in words(response) and 'value="旧的"' in words(response)
    assert data()["title"] == ["新的"]
    fresh = words(response).partition('name="edition" value="')[2].partition('"')[0]
    response = step(boss, pk, "what", STEPS["what"] | {"title": "旧的"}, edition=int(fresh))
    assert response.status_code == 302
    assert data()["title"] == ["旧的"]


def test_a_button_pressed_twice_is_no_second_tab(boss):
    pk = begun(boss)
    old = ListingDraft.objects.get().edition
    for _press in range(2):
        assert step(boss, pk, "what", edition=old).status_code == 302


@pytest.mark.parametrize("said", ["", "x", "-1", "99999999999999999999"])
def test_a_page_without_a_right_edition_saves_nothing(boss, said):
    pk = begun(boss)
    step(boss, pk, "what")
    response = boss.post(f"/employer/listings/{pk}/edit/what/", {"edition": said, "title": "别的"})
    assert response.status_code in (302, 409)
    assert data()["title"] == ["商场新品派发员"]


@pytest.mark.parametrize(
    ("code", "typed", "words_shown"),
    [
        ("what", {"headcount": "0"}, "1 到 999"),
        ("what", {"headcount": "1000"}, "1 到 999"),
        ("what", {"headcount": "二"}, "请填整数"),
        ("what", {"title": "长" * 61}, "最多 60 个字"),
        ("what", {"duties": "长" * 5001}, "现在有 5001 个"),
        ("what", {"place": "朝阳"}, "不止一个"),
        ("what", {"place": "没有的地方"}, "没有找到"),
        ("what", {"address": ""}, "请填工作地点"),
        ("what", {"category": "x"}, "没有这一项"),
        ("what", {"venue": "casino"}, "没有这一项"),
        ("what", {"requirements": "15 岁以上就行"}, "16 周岁"),
        ("when", {"start_date": "明天"}, "日期写得不对"),
        ("when", {"start_date": days(9), "end_date": days(8)}, "不能早于"),
        ("when", {"end_date": days(-1)}, "已经过了"),
        ("when", {"slots": ["9z"]}, "没有这个时段"),
        ("when", {"hours_per_day": "25"}, "0.5 到 24"),
        ("pay", {"pay_min": "-5"}, "请填数字"),
        ("pay", {"pay_min": "30", "pay_max": "20"}, "不能少于"),
        ("pay", {"pay_min": ""}, "请填报酬"),
        ("pay", {"pay_min": "1e9"}, "请填数字"),
        ("pay", {"pay_unit": ""}, "请选单位"),
        ("pay", {"settlement": ""}, "请选"),
        ("needs", {"contact_phone": "12345"}, "电话写得不对"),
        ("needs", {"contact_wechat": "加我'; DROP"}, "微信号"),
        ("needs", {"flags": ["female"]}, "没有这一项"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(boss, code, typed, words_shown):
    response = step(boss, begun(boss), code, STEPS[code] | typed)
    assert response.status_code == 200
    assert words_shown in words(response)


def test_what_a_chinese_keyboard_writes_is_understood(boss, place):
    pk = filled(
        boss,
        headcount="４ 人",
        pay_min="２２．５元",
        contact_phone="＋８６ １３８ ００１３ ８０００",
        place="jishou",
    )
    step(boss, pk, "when", STEPS["when"] | {"start_date": "２０３０年１月２日"})
    content = validate_draft(ListingDraft.objects.get()).content
    assert (content["headcount"], str(content["pay_min"])) == (4, "22.5")
    assert content["contact_phone"] == "13800138000"
    assert content["start_date"].isoformat() == "2030-01-02"
    assert content["region_id"] == place("jishou").adcode


def test_open_pay_is_said_in_words(boss):
    filled(boss, pay_kind="open", pay_min="", pay_unit="")
    written = validate_draft(ListingDraft.objects.get())
    assert "pay" not in written.wrong
    assert written.content["pay_min"] is None


@pytest.mark.parametrize(
    "strange", ["<script>alert(1)</script>", "'; DROP TABLE x; --", "😀" * 60, "\u202eabc", "\x00a"]
)
def test_strange_words_are_kept_and_shown_harmlessly(boss, strange):
    pk = begun(boss)
    strange = strange.replace("\x00", "")
    step(boss, pk, "what", STEPS["what"] | {"title": strange})
    assert data()["title"] == [strange]
    assert "<script>alert" not in words(boss.get(f"/employer/listings/{pk}/edit/what/"))
    assert "<script>alert" not in words(boss.get("/employer/"))


def test_a_null_character_breaks_nothing(boss):
    response = step(boss, begun(boss), "what", STEPS["what"] | {"title": "派\x00发"})
    assert response.status_code == 302
    assert data()["title"] == ["派发"]


def test_a_draft_can_be_thrown_away_and_is_asked_for_once(boss):
    pk = filled(boss)
    assert "写好的会一起删掉" in words(boss.get(f"/employer/listings/{pk}/discard/"))
    assert ListingDraft.objects.exists()
    boss.post(f"/employer/listings/{pk}/discard/")
    assert not Listing.objects.exists()
    assert boss.post(f"/employer/listings/{pk}/discard/").status_code == 404


def test_a_recruiter_goes_on_with_what_another_began(boss, employer, client):
    pk = filled(boss)
    acting(client, employer, "colleague", "recruiter")
    assert "商场新品派发员" in words(client.get(f"/employer/listings/{pk}/edit/what/"))
