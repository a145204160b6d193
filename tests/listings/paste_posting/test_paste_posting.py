"""From the front page for employers to a submitted listing: written first, signed in last, nothing lost."""

import datetime
import re

import pytest
from django.utils import timezone

from listings.employer_desk.posting_forms import FIELD_NAMES
from listings.models import Listing, ListingDraft
from listings.paste_posting import views
from listings.paste_posting.cures import cut_sentence
from listings.paste_posting.one_page_form import ROWS
from tests.accounts.registration import LICENCE
from tests.listings.pasting import PAGE, POST, get_field_message, post_pasted_text, press_button
from tests.listings.posting import format_day_from_today, sign_in_member
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
MAX_QUERIES = 12
LACKING_POST = POST.replace("，招4个人", "").replace(
    "带人到店里", "服装押金100，走的时候退，要女生"
)


def test_the_front_page_is_linked_from_every_city_and_says_what_it_costs(client, publish):
    publish(title="周末奶茶新品派单")
    html = client.get("/xiangxi/").content.decode()
    assert html.count('href="/xiangxi/employers/"') >= 2, "header and footer"
    page = client.get("/xiangxi/employers/").content.decode()
    assert "0 元" in page and "这些发不出来" in page and 'name="text"' in page
    assert "周末奶茶新品派单" in page, "a real row of the board"
    assert client.get("/employers/").status_code == 200


def test_the_pages_ask_no_more_for_more_rows(client, publish, django_assert_max_num_queries):
    for number in range(4):
        publish(title=f"派单第 {number} 处")
    post_pasted_text(client)
    with django_assert_max_num_queries(4):
        client.get("/xiangxi/employers/")
    with django_assert_max_num_queries(MAX_QUERIES):
        client.get(PAGE)


def test_each_reading_of_a_post_counts_against_a_limit(client, monkeypatch):
    monkeypatch.setattr(views, "JUDGED_POSTS_AN_HOUR", 2)
    assert post_pasted_text(client).redirect_chain, "pasted, and read for the page"
    back = client.get(PAGE, follow=True).content.decode()
    assert "试得太多" in back and "招周末发传单的" in back, "nothing is lost"
    again = client.post("/xiangxi/employers/", {"text": POST}).content.decode()
    assert "试得太多" in again and "招周末发传单的" in again


def test_a_button_of_a_row_comes_back_to_that_row(client):
    """Else the page begins at its top again, and a phone has to be scrolled back to where one was."""
    html = post_pasted_text(client, LACKING_POST.replace("要求", "")).content.decode()
    buttons = re.findall(
        r'<button[^>]*value="((?:cut|move|fill|pick):[^"]*|category)"([^>]*)>', html
    )
    assert {value.partition(":")[0] for value, _rest in buttons} >= {"cut", "pick", "category"}
    for value, rest in buttons:
        place = re.search(r'formaction="#([\w-]+)"', rest)
        assert place and f'id="{place[1]}"' in html, value


def test_nothing_pasted_is_said_at_the_field(client):
    assert "先把招人的文字粘贴进来" in post_pasted_text(client, " ").content.decode()
    response = post_pasted_text(client, "招" * 4001)
    assert "最多 4000 个字" in response.content.decode()
    assert "招" * 4001 in response.content.decode(), "what was typed stays"


def test_a_guest_sees_the_fields_filled_and_all_findings_at_once(client):
    response = post_pasted_text(client, LACKING_POST)
    html = response.content.decode()
    assert 'value="周末发传单"' in html and 'value="13800000031"' in html
    assert [state.row.key for state in response.context["findings"].lacking] == [
        "headcount", "duties",
    ]  # fmt: skip
    assert "请填人数。" in get_field_message(response, "headcount")
    assert "押金" in get_field_message(response, "duties") and "删掉这句" in get_field_message(
        response, "duties"
    )
    assert "要女生" in get_field_message(response, "requirements")
    assert "从正文移到这里" in get_field_message(response, "contact").replace("已从", "从")
    assert 'value="submit"' not in html, "what cannot pass is not offered"


def test_the_last_day_is_that_of_the_work_which_was_read(client, today):
    response = post_pasted_text(client, POST.replace("周六周日", "明天"))
    tomorrow = today + datetime.timedelta(1)
    assert response.context["form"]["valid_through"].value() == tomorrow.isoformat()
    assert "招人也到这天为止" in get_field_message(response, "until")


def test_the_row_as_seekers_will_see_it_is_kept_current_without_script(client):
    def row(response):
        html = response.content.decode()
        return html[html.index('id="preview"') :].partition("</section>")[0]

    empty = client.get(PAGE)
    assert "选好类别、写上地点" in row(empty) and "<li" not in row(empty)
    response = post_pasted_text(client, LACKING_POST.replace("20一小时，", ""))
    shown = row(response)
    assert 'class="job"' in shown and "周末发传单" in shown and "你的单位" in shown
    assert "招 ? 人" in shown and '<span class="pay">?' in shown, "nothing is invented"
    judged = press_button(
        client,
        response,
        "judge",
        headcount="4",
        pay_min="22",
        pay_unit="hour",
        title="周末试饮派发",
    )
    shown = row(judged)
    assert "招 4 人" in shown and "22<small>" in shown and "周末试饮派发" in shown


def test_a_cure_takes_the_sentence_out_and_nothing_else(client):
    response = post_pasted_text(client, LACKING_POST)
    go = re.search(r'value="(cut:duties:[^"]+)"', response.content.decode())[1]
    cured = press_button(client, response, go, headcount="4")
    duties = cured.context["form"]["duties"].value()
    assert "押金" not in duties and "发试饮券" in duties
    assert cured.context["findings"].lacking == []
    assert 'value="submit"' in cured.content.decode()


def test_a_category_is_found_by_a_word_or_chosen_from_the_guesses(client):
    response = post_pasted_text(client)
    searched = press_button(client, response, "category", category_words="洗碗")
    assert searched.context["form"]["category"].value() == "kitchen"
    chosen = press_button(client, searched, "pick:flyer")
    assert chosen.context["form"]["category"].value() == "flyer"
    unknown = press_button(client, chosen, "category", category_words="<b>修电脑")
    assert unknown.context["form"]["category"].value() == "flyer"
    assert "没有找到“&lt;b&gt;修电脑”这一类" in unknown.content.decode(), "and not in silence"


def test_html_that_came_with_a_title_goes_and_what_was_kept_is_said(client):
    judged = press_button(client, post_pasted_text(client), "judge", title="<b>周末</b>派单 <3 人")
    assert judged.context["form"]["title"].value() == "周末派单 <3 人"
    assert "留下的是“周末派单 &lt;3 人”" in judged.content.decode()
    empty = press_button(client, judged, "judge", title="<br><img src=x>")
    assert empty.context["form"]["title"].value() == ""
    assert "没有留下文字" in empty.content.decode()
    plain = press_button(client, empty, "judge", title="工资<100")
    assert plain.context["form"]["title"].value() == "工资<100"
    assert "网页代码" not in plain.content.decode()


@pytest.mark.parametrize(
    ("place", "words"), [("北京吉首", "还有吉首"), ("吉首、凤凰", "还有凤凰"), ("湘西州吉首市", "")]
)
def test_of_several_places_none_is_chosen_in_silence(client, place, words):
    judged = press_button(client, post_pasted_text(client), "judge", place=place)
    assert ("不止写了一个地方" in get_field_message(judged, "place")) == bool(words)
    assert words in get_field_message(judged, "place")


def test_a_post_with_html_in_its_title_is_read_without_it(client):
    response = post_pasted_text(
        client, POST.replace("\n", "\n", 1).replace("周末", "<b>周末</b>", 1)
    )
    assert "<" not in response.context["form"]["title"].value()


def test_going_back_or_an_error_loses_nothing(client):
    response = post_pasted_text(client)
    press_button(client, response, "judge", title="另一个标题", headcount="很多")
    again = client.get(PAGE)
    assert again.context["form"]["title"].value() == "另一个标题"
    assert again.context["form"]["headcount"].value() == "很多"
    assert POST.split("，", maxsplit=1)[0] in client.get("/xiangxi/employers/").content.decode()


def test_the_declaration_is_needed_before_anybody_is_sent_to_sign_in(client):
    response = press_button(client, post_pasted_text(client), "submit")
    assert response.status_code == 200 and "请先勾选承诺" in response.content.decode()
    html = response.content.decode()
    assert re.search(r'id="trouble".*?<a href="#row-promise">承诺</a>', html, re.DOTALL)
    assert re.search('class="f is-missing" id="row-promise"', html)
    assert re.search(r'name="no_fee"[^>]*aria-describedby="id_no_fee_error"', html)
    assert "才能提交" in get_field_message(response, "general")
    send = html[html.index('id="send"') :]
    assert '<b class="red">还差 1 处：</b>' in send and "提交后马上公开" not in send
    assert "看一遍，勾上承诺，就能提交" in html


def test_the_heading_tells_how_many_places_are_left(client):
    whole, lacking = post_pasted_text(client), post_pasted_text(client, LACKING_POST)
    assert "<h1>看一遍，就能提交</h1>" in read_heading(whole)
    left = len(lacking.context["findings"].lacking)
    assert left > 1 and f"<h1>看一遍，改 {left} 处，就能提交</h1>" in read_heading(lacking)
    tried = press_button(client, lacking, "submit")
    assert f"改 {left + 1} 处" in read_heading(tried), "the promise is one of them"
    assert f"还差 {left + 1} 处" in tried.content.decode()
    tried = press_button(client, lacking, "submit", no_fee="yes")
    assert f"改 {left} 处" in read_heading(tried)


def read_heading(response):
    return re.sub(r"<h1[^>]*>", "<h1>", response.content.decode())


def test_a_guest_signs_in_registers_and_submits_what_was_written(client):
    response = press_button(client, post_pasted_text(client), "submit", no_fee="yes")
    assert response["Location"].startswith("/accounts/login/?next=%2Femployers%2Fpost%2F")
    user = make_person("newcomer", phone="+8613800000031")
    sign_in(client, user)
    registration = client.get(f"{PAGE}?go=on")
    assert registration["Location"] == "/employer/register/?next=%2Femployers%2Fpost%2F"
    form = client.get(registration["Location"])
    assert form.context["form"]["contact_name"].value() == "小田"
    assert form.context["form"]["region"].value() == "湘西"
    registered = client.post(
        registration["Location"],
        {
            "kind": "individual_business", "name": "吉首示例小吃铺", "licence_code": LICENCE,
            "region": "吉首", "contact_name": "小田", "contact_phone": "13800000031",
            "intro": "", "agrees": "on", "next": PAGE,
        },
    )  # fmt: skip
    assert registered["Location"] == PAGE
    page = client.get(PAGE)
    assert page.context["is_signed"], "not asked twice"
    assert "「吉首示例小吃铺」已登记。刚才写的还在，还没有提交。" in page.content.decode()
    done = press_button(client, page, "submit", no_fee="yes")
    listing = Listing.objects.get()
    assert (listing.title, listing.status, listing.headcount) == ("周末发传单", "pending", 4)
    assert listing.contact_phone == "13800000031" and listing.slot_words == "周六、周日 下午"
    assert done["Location"] == "/employer/papers/", "what is still missing for the publication"
    assert "guest_draft" not in client.session


def test_a_second_listing_of_a_member_is_public_at_once_and_never_twice(client, employer):
    sign_in_member(client, employer)
    page = post_pasted_text(client)
    first = press_button(client, page, "submit", no_fee="yes")
    assert Listing.objects.get().status == "published"
    assert first["Location"] == f"/employer/listings/{Listing.objects.get().pk}/"
    again = press_button(client, page, "submit", no_fee="yes")
    assert again.status_code == 409 and "可能已经提交过" in again.content.decode()
    assert Listing.objects.count() == 1
    assert again.context["form"]["title"].value() == "周末发传单", "and nothing is lost"


def test_a_member_keeps_a_draft_of_the_employer(client, employer):
    sign_in_member(client, employer)
    press_button(client, post_pasted_text(client), "save", title="存一下")
    assert ListingDraft.objects.get().data["title"] == ["存一下"]
    page = client.get(f"/employer/listings/{Listing.objects.get().pk}/draft/")
    assert "存一下" in page.content.decode()


def test_the_phone_of_the_account_is_the_contact_where_none_is_named(client):
    sign_in(client, make_person("caller", phone="+8613900000032", phone_proved_at=timezone.now()))
    response = post_pasted_text(client, POST.replace("打 13800000031 找小田", ""))
    assert response.context["form"]["contact_phone"].value() == "13900000032"


def test_an_empty_page_is_filled_by_hand(client):
    response = client.get(PAGE)
    assert response.status_code == 200 and "你粘贴的" not in response.content.decode()
    typed = {
        "title": "<b>粗</b>",
        "duties": "<i>斜</i>",
        "valid_through": format_day_from_today(10),
    }
    filled = client.post(PAGE, {"go": "judge"} | typed).content.decode()
    assert 'value="粗"' in filled and "&lt;i&gt;斜" in filled and "<i>斜" not in filled


def test_every_field_of_the_form_stands_in_a_row_of_the_page(client):
    assert {name for row in ROWS for name in row.names} == set(FIELD_NAMES)
    html = client.get(PAGE).content.decode()
    assert [name for name in FIELD_NAMES if f'name="{name}"' not in html] == []


def test_a_sentence_is_cut_by_its_words():
    typed = {"duties": ["发券。押金一百，\n可退。站台。"]}
    assert cut_sentence(typed, "duties", "押金一百")
    assert typed["duties"] == ["发券。可退。站台。"]
    assert not cut_sentence(typed, "duties", "没有的话") and not cut_sentence(typed, "pk", "站")
